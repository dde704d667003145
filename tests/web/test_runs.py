"""Runs are kept, compared and gone back to; a sweep makes several."""

import csv
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.web.playground_page import PlaygroundPage, training_program

PROGRAM = training_program(epochs=1)


def rows(playground: PlaygroundPage) -> Locator:
    return playground.show("runs").tab.locator("run-table tbody tr:not(.changes)")


@pytest.fixture
def one_run(playground: PlaygroundPage) -> PlaygroundPage:
    """A page on which a program ran once, with 16 neurons."""
    if playground.tab.locator("#tab-runs").is_visible():
        expect(rows(playground).first).to_be_visible()
        for box in rows(playground).get_by_role("checkbox").all():
            box.uncheck()
        playground.tab.get_by_role("button", name="Delete all").click()
        expect(rows(playground)).to_have_count(0)
    return playground.choose_example("first-steps").run(PROGRAM).wait_until_finished()


@pytest.fixture
def two_runs(one_run: PlaygroundPage) -> PlaygroundPage:
    """A page on which it ran twice, then with 8."""
    return one_run.run(PROGRAM.replace("16", "8")).wait_until_finished()


def test_runs_are_named_by_what_changed_and_outlive_a_reload(two_runs: PlaygroundPage) -> None:
    expect(rows(two_runs).locator(".name button").first).to_have_text("16 → 8")
    two_runs.tab.reload()
    expect(rows(two_runs)).to_have_count(2)
    expect(rows(two_runs).nth(1)).to_contain_text("First steps")


def test_a_run_can_be_renamed_pinned_and_deleted_and_a_deletion_undone(
    two_runs: PlaygroundPage,
) -> None:
    table = two_runs.show("runs").tab.locator("run-table")
    table.get_by_role("button", name="16 → 8: rename").press("Enter")
    two_runs.tab.keyboard.type("small")
    two_runs.tab.keyboard.press("Enter")
    table.get_by_role("button", name="Pin #2 small").press("Enter")
    expect(rows(two_runs).first).to_contain_text("★ small")
    table.get_by_role("button", name="Delete #2 small").press("Enter")
    expect(rows(two_runs)).to_have_count(1)
    two_runs.tab.get_by_role("button", name="Undo").last.press("Enter")
    expect(rows(two_runs)).to_have_count(2)
    expect(rows(two_runs).first).to_contain_text("★ small")


def test_an_earlier_program_comes_back_and_shows_what_changed(two_runs: PlaygroundPage) -> None:
    table = two_runs.show("runs").tab.locator("run-table")
    table.get_by_role("button", name="Changes #2").click()
    expect(table.locator("pre")).to_contain_text('keras.layers.Dense(16, activation="relu")')
    table.get_by_role("button", name="Open program #1").click()
    expect(two_runs.editor).to_contain_text("Dense(16")
    two_runs.tab.get_by_role("button", name="Undo").last.click()
    expect(two_runs.editor).to_contain_text("Dense(8")


def test_checked_runs_are_saved_as_csv_with_every_point(two_runs: PlaygroundPage) -> None:
    rows(two_runs).first.get_by_role("checkbox").check()
    with two_runs.tab.expect_download() as saved:
        two_runs.tab.get_by_role("button", name="Save checked as CSV").click()
    with saved.value.path().open(encoding="utf-8", newline="") as file:
        points = list(csv.DictReader(file))
    assert {point["name"] for point in points} == {"16 → 8"}
    assert {point["metric"] for point in points} == {"loss", "accuracy"}
    assert all(0 <= float(point["epoch"]) <= 1 for point in points)


def test_a_sweep_runs_every_value_and_draws_the_runs(one_run: PlaygroundPage) -> None:
    playground, page = one_run, one_run.tab
    put_cursor_on(playground, "16")
    form = page.locator("#view-runs sweep-form")
    playground.show("runs")
    expect(form.locator("code")).to_have_text("16")
    form.get_by_role("textbox").fill("4, nonsense, 8")
    form.get_by_role("button", name="Run all").click()
    expect(page.locator("toast-stack")).to_contain_text("3 runs, 1 of them with an error")
    expect(rows(playground)).to_have_count(3)
    names = rows(playground).locator(".name > button, .name > :first-child")
    expect(names.first).to_have_text("16 → 8")
    expect(rows(playground).locator("input:checked")).to_have_count(2)
    expect(playground.editor).to_contain_text("Dense(16")


def test_a_sweep_is_stopped_midway(one_run: PlaygroundPage) -> None:
    playground, page = one_run, one_run.tab
    playground.write(training_program(epochs=200))
    put_cursor_on(playground, "16")
    playground.show("runs")
    form = page.locator("sweep-form")
    form.get_by_role("textbox").fill("4, 8, 12")
    form.get_by_role("textbox").press("Enter")
    form.get_by_role("button", name="Stop the sweep").click()
    expect(playground.progress).to_contain_text("Stopped after")
    expect(playground.run_button).to_have_attribute("aria-disabled", "false")
    expect(form.get_by_role("button", name="Run all")).to_be_visible()


@pytest.mark.parametrize(
    ("values", "problem"),
    [("", "at least two"), ("8", "at least two"), (",".join(map(str, range(30))), "up to 20")],
)
def test_a_sweep_of_nonsense_is_refused_with_a_sentence(
    playground: PlaygroundPage, values: str, problem: str
) -> None:
    if not playground.tab.locator("#tab-runs").is_visible():
        playground.run(PROGRAM).wait_until_finished()
    playground.write(PROGRAM)
    put_cursor_on(playground, "16")
    playground.show("runs")
    field = playground.tab.locator("sweep-form").get_by_role("textbox")
    field.fill(values)
    field.press("Enter")
    expect(playground.tab.locator("sweep-form [role=alert]")).to_contain_text(problem)
    expect(playground.run_button).to_have_attribute("aria-disabled", "false")


def put_cursor_on(playground: PlaygroundPage, text: str) -> None:
    """Put the editor's cursor on a text by finding it, as a person would."""
    word = playground.tab.locator("code-editor .cm-line span", has_text=re.compile(f"^{text}$"))
    word.first.click()
