"""Lessons: each is done as a learner does it, its steps seen in both languages; and their files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tasks.paths import WEB

from tests.web.node import run_js
from tests.web.playground_page import PlaygroundPage
from tests.web.test_accessibility import found

FILES = sorted((WEB / "lessons").glob("[0-9]*.json"))
LESSONS = [json.loads(path.read_text(encoding="utf-8")) for path in FILES]
GLOSSARY = json.loads((WEB / "glossary.json").read_text(encoding="utf-8"))


# Files


def mistakes(*values: Any) -> list[dict[str, str] | None]:
    """What is not right in lessons, as the page and the build see it."""
    answers: list[dict[str, str] | None] = run_js(
        'import { mistakeIn } from "../lesson-schema.js";'
        f"answer({json.dumps(values)}.map((value) => mistakeIn(value)));"
    )
    return answers


def changed(**changes: Any) -> dict[str, Any]:
    return {**LESSONS[0], **changes}


def with_step(**changes: Any) -> dict[str, Any]:
    first, *others = LESSONS[0]["steps"]
    return changed(steps=[{**first, **changes}, *others])


BAD = {
    "no object": ([], "", "type"),
    "a field is missing": ({"format": 1}, "id", "missing"),
    "a field is unknown": (changed(autor="me"), "autor", "unknown"),
    "another format": (changed(format=2), "format", "choice"),
    "words in one language": (changed(title={"en": "Only"}), "title.zh-CN", "missing"),
    "no steps": (changed(steps=[]), "steps", "short"),
    "an id with spaces": (changed(id="my lesson"), "id", "pattern"),
    "a kind unknown": (with_step(kind="dance"), "steps[0].kind", "choice"),
    "a bound in words": (
        with_step(checks=[{"kind": "value", "of": "loss", "above": "high"}]),
        "steps[0].checks[0].above",
        "type",
    ),
    "a goal without its bound": (
        with_step(checks=[{"kind": "value", "of": "loss"}]),
        "steps[0].checks[0]",
        "needs",
    ),
    "a solution that finds nothing": (
        with_step(solution=[{"find": "nowhere", "replace": ""}]),
        "steps[0].solution[0].find",
        "find",
    ),
    "a curve that nobody drew": (with_step(compare="gap"), "steps[0].compare", "draw"),
    "an axis upside down": (
        with_step(draw={"of": "loss", "epochs": 5, "low": 2, "high": 1}),
        "steps[0].draw.high",
        "range",
    ),
    "too many epochs": (
        with_step(draw={"of": "loss", "epochs": 5000, "low": 0, "high": 1}),
        "steps[0].draw.epochs",
        "range",
    ),
}


def test_a_lesson_with_a_mistake_is_refused_with_its_place() -> None:
    answers = mistakes(*(value for value, _, _ in BAD.values()))
    wanted = [(place, code) for _, place, code in BAD.values()]
    assert [answer and (answer["place"], answer["code"]) for answer in answers] == wanted
    assert mistakes(*LESSONS) == [None] * len(LESSONS)


def test_there_are_eight_lessons_and_each_leads_from_a_guess_to_something_of_ones_own() -> None:
    assert len(LESSONS) >= 8
    for lesson in LESSONS:
        kinds = [step["kind"] for step in lesson["steps"]]
        assert kinds[0] == "predict", lesson["id"]
        assert kinds[-1] == "make", lesson["id"]
        assert set(kinds) == {"predict", "run", "investigate", "change", "make"}, lesson["id"]
        assert all(step.get("checks") for step in lesson["steps"]), lesson["id"]


def words(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict) and set(value) == {"en", "zh-CN"}:
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from words(inner)


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson["id"] for lesson in LESSONS])
def test_both_languages_of_a_lesson_say_the_same_and_know_their_terms(
    lesson: dict[str, Any],
) -> None:
    for pair in words(lesson):
        english, chinese = pair["en"], pair["zh-CN"]
        code = [set(re.findall(r"`[^`]+`", text)) for text in (english, chinese)]
        assert code[0] == code[1], english
        assert english.count("\n\n") == chinese.count("\n\n"), english
        terms = [set(re.findall(r"\[\[([a-z_]+)", text)) for text in (english, chinese)]
        assert terms[0] == terms[1], english
        assert terms[0] <= set(GLOSSARY), english
        if not re.fullmatch(r"[\d\s.·,+=()]+", english):
            assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", chinese), chinese


# In the page


@pytest.fixture
def rail(playground: PlaygroundPage) -> Iterator[Locator]:
    """The rail of lessons, opened; nothing of them is left afterwards."""
    tab = playground.tab
    tab.locator("more-menu .learn").click()
    rail = tab.locator("lesson-rail")
    expect(rail.locator("aside")).to_be_visible()
    if rail.locator(".back").count():
        rail.locator(".back").click()
    expect(rail.locator(".lessons li").first).to_be_visible()
    yield rail
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.locator("language-switch select").select_option("en")
    if rail.locator("aside").count():
        rail.get_by_role("button", name="Close the lessons").click()
    tab.evaluate(
        "() => Object.keys(localStorage).filter((key) => key.startsWith('pykeras.lesson'))"
        ".forEach((key) => localStorage.removeItem(key))"
    )


def draw_curve(rail: Locator) -> None:
    """From the lower left to the middle of the right, in one stroke."""
    sheet = rail.locator("expected-chart .sheet")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    mouse = rail.page.mouse
    mouse.move(box["x"] + box["width"] * 0.14, box["y"] + box["height"] * 0.7)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] * 0.4, steps=5)
    mouse.up()


def try_model(playground: PlaygroundPage) -> None:
    tab = playground.tab
    playground.show("predict")
    pad = tab.locator("try-panel draw-pad canvas, try-panel try-numbers button").first
    pad.click()
    expect(tab.locator("try-panel .short")).to_be_visible()


def do_step(playground: PlaygroundPage, rail: Locator, step: dict[str, Any]) -> None:
    """Reach each goal of a step."""
    kinds = [check["kind"] for check in step["checks"]]
    if "drawn" in kinds:
        draw_curve(rail)
    if "solution" in step:
        rail.locator(".body .tools button").get_by_text("Show one way").click()
    if "run" in kinds:
        playground.run_button.click()
    for check in step["checks"]:
        if check["kind"] == "opened":
            playground.show(check["view"])
    if "tried" in kinds:
        try_model(playground)
    if "answer" in kinds:
        right = [choice.get("right", False) for choice in step["ask"]["choices"]].index(True)
        rail.get_by_role("radio").nth(right).check()
        expect(rail.locator(".reply.right")).to_be_visible()
    expect(rail.locator(".goals li.done")).to_have_count(len(kinds))


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson["id"] for lesson in LESSONS])
def test_a_lesson_is_done_from_beginning_to_end_in_both_languages(
    playground: PlaygroundPage, rail: Locator, lesson: dict[str, Any]
) -> None:
    language = playground.tab.locator("language-switch select")
    rail.locator(".entry", has_text=lesson["title"]["en"]).click()
    heading = rail.locator("#step")
    for at, step in enumerate(lesson["steps"]):
        language.select_option("zh-CN")
        expect(heading).to_have_text(step["title"]["zh-CN"])
        language.select_option("en")
        expect(heading).to_have_text(step["title"]["en"])
        do_step(playground, rail, step)
        if "compare" in step and at > 0 and "expected" not in step:
            expect(rail.locator("expected-chart .expected")).to_have_attribute(
                "d", re.compile("^M")
            )
        if at + 1 < len(lesson["steps"]):
            rail.get_by_role("button", name="Next step").click()
    expect(rail.locator(".all")).to_be_visible()
    playground.wait_until_idle()
    expect(playground.program_button).to_contain_text(lesson["title"]["en"])
    rail.get_by_role("button", name="All lessons").click()
    entry = rail.locator(".entry", has_text=lesson["title"]["en"])
    expect(entry.locator(".state")).to_contain_text("done")


def test_a_curve_is_drawn_with_keys_and_help_on_terms_comes_with_focus(
    playground: PlaygroundPage, rail: Locator
) -> None:
    rail.locator(".entry").first.click()
    sheet = rail.locator("expected-chart .sheet")
    sheet.focus()
    for key in ("ArrowUp", "ArrowRight", "Shift+ArrowUp", *["ArrowRight"] * 4):
        sheet.press(key)
    expect(rail.locator(".goals li.done")).to_have_count(1)
    expect(sheet).to_have_attribute("aria-label", re.compile("1: 0.525.*2: 0.65"))
    term = rail.locator(".term[data-term=epoch]").first
    term.focus()
    tip = playground.tab.get_by_role("tooltip")
    expect(tip).to_contain_text("One pass over all the training data")
    term.press("Escape")
    expect(tip).not_to_be_visible()
    rail.locator(".term[data-term=accuracy]").first.hover()
    expect(tip).to_contain_text("The share of samples")
    rail.get_by_role("button", name="Show me where").click()
    expect(playground.tab.locator("code-editor")).to_have_class(re.compile("pointed"))

    playground.tab.set_viewport_size({"width": 390, "height": 844})
    assert playground.tab.evaluate("document.documentElement.scrollWidth") == 390
    expect(playground.run_button).to_be_in_viewport()
    assert found(playground.tab) == []
    rail.get_by_role("button", name="Fold").click()
    expect(rail.locator("#step")).not_to_be_visible()
    rail.get_by_role("button", name="Unfold").click()
    expect(rail.locator("#step")).to_be_visible()


def drop(tab: Page, name: str, text: str) -> None:
    transfer = tab.evaluate_handle(
        """([name, text]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], name));
          return transfer;
        }""",
        [name, text],
    )
    tab.locator("#view-train").dispatch_event("drop", {"dataTransfer": transfer})


def test_a_teachers_lesson_is_dropped_saved_and_its_mistakes_are_named(
    playground: PlaygroundPage, rail: Locator, tmp_path: Path
) -> None:
    tab = playground.tab
    own = {**LESSONS[0], "title": {"en": "My own lesson", "zh-CN": "我的课"}}
    drop(tab, "mine.lesson.json", json.dumps(own))
    expect(rail.locator(".lesson")).to_have_text("My own lesson")
    with tab.expect_download() as download:
        rail.get_by_role("button", name="Save lesson as file").click()
    download.value.save_as(tmp_path / "saved.json")
    saved = json.loads((tmp_path / "saved.json").read_text(encoding="utf-8"))
    assert saved == {**own, "id": "first-network-own"}  # the page's own one is still there
    rail.get_by_role("button", name="All lessons").click()
    expect(rail.locator(".entry")).to_have_count(len(LESSONS) + 1)

    own["steps"] = [{**own["steps"][0], "point": "moon"}]
    drop(tab, "mine.lesson.json", json.dumps(own))
    problem = rail.get_by_role("alert")
    expect(problem).to_contain_text("steps[0].point")
    expect(problem).to_contain_text("Expected one of: run, code")
    drop(tab, "broken.lesson.json", "{")
    expect(problem).to_contain_text("broken.lesson.json is not a lesson")
    assert found(tab) == []
