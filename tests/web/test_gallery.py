"""Every example of the gallery, run in one page after the other, and how the list shows them."""

import re

import pytest
from playwright.sync_api import expect
from tasks.paths import WEB

from tests.web.playground_page import PlaygroundPage

NAMES = [path.stem.partition("-")[2] for path in sorted((WEB / "examples").glob("*.py"))]


@pytest.mark.parametrize("name", NAMES)
def test_the_example_runs_to_its_end(playground: PlaygroundPage, name: str) -> None:
    playground.choose_example(name).run().wait_until_finished()
    expect(playground.console.locator(".stderr")).to_have_count(0)
    expect(playground.notice.locator("p")).to_have_count(0)


def test_the_list_has_the_examples_in_groups(playground: PlaygroundPage) -> None:
    menu = playground.open_programs()
    groups = menu.get_by_role("group")
    ids = groups.get_by_role("option").evaluate_all("all => all.map((option) => option.id)")
    examples = [id for id in ids if not re.fullmatch("entry-own-[0-9a-f]{16}", id)]
    assert examples == [f"entry-{name}" for name in NAMES]
    labels = groups.locator(".group").all_inner_texts()
    assert len(labels) == len(set(labels)) >= 10
    assert labels[labels.index("Mine") + 1 if "Mine" in labels else 0] == "First steps"
    playground.tab.keyboard.press("Escape")
