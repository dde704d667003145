"""Every example of the gallery, run in one page after the other, and how the list shows them."""

import json
import re

import pytest
from playwright.sync_api import expect
from tasks.paths import WEB

from tests.web.playground_page import PlaygroundPage
from tests.web.test_accessibility import found

NAMES = [path.stem.partition("-")[2] for path in sorted((WEB / "examples").glob("*.py"))]

RIGHT = re.compile(r"([\d.]+)% (?:right|of the unseen digits (?:5 to 9 )?are right)")
# What an example gets right of what it has not seen, in percent: less than it does by as much as
# another processor's rounding may cost it.
LEARNS = {
    "first-steps": 85,
    "metrics-in-detail": 65,
    "batch-normalization": 60,
    "functional-model": 75,
    "subclassed-model": 80,
    "transfer": 45,
    "convolution": 80,
    "separable-convolution": 80,
    "gradient-tape": 80,
    "tf-data": 85,
    "augmentation": 75,
    "callbacks": 80,
    "own-callback": 75,
    "saving": 75,
}
# One of the two models is there to show how deep sigmoid layers fail.
ONE_LEARNS_LITTLE = ("batch-normalization",)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_runs_to_its_end_and_learns(playground: PlaygroundPage, name: str) -> None:
    playground.choose_example(name).run().wait_until_finished()
    expect(playground.console.locator(".stderr")).to_have_count(0)
    expect(playground.notice.locator("p")).to_have_count(0)
    right = [float(percent) for percent in RIGHT.findall(playground.console.inner_text())]
    assert bool(right) == (name in LEARNS)
    assert max(right, default=100) >= LEARNS.get(name, 0)
    assert name in ONE_LEARNS_LITTLE or min(right, default=100) >= LEARNS.get(name, 0)


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


def test_each_example_has_a_picture_of_what_it_comes_to() -> None:
    results = json.loads((WEB / "examples" / "results.json").read_text(encoding="utf-8"))
    assert list(results) == NAMES, "run: scripts/screenshots --examples"
    for name, result in results.items():
        drawn = result.get("lines") or result.get("actual") or result.get("rows")
        assert drawn or name == "model-plot", name
        assert 0 < result["seconds"] < 120, name


def test_the_gallery_shows_searches_and_opens_examples(playground: PlaygroundPage) -> None:
    tab = playground.tab
    playground.open_programs().get_by_role("button", name="Gallery").click()
    gallery = tab.get_by_role("dialog", name="Gallery of examples")
    cards = gallery.locator(".card")
    expect(cards.filter(has=tab.locator(".picture"))).to_have_count(len(NAMES))
    expect(
        cards.filter(has_text="An autoencoder that removes noise").locator("canvas")
    ).to_be_visible()
    assert found(tab) == []
    gallery.get_by_role("searchbox").fill("separable")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("accuracy")
    expect(cards).to_contain_text("s or less")
    cards.first.focus()
    gallery.get_by_role("searchbox").fill("nothing at all")
    expect(gallery.get_by_role("status")).to_be_visible()
    gallery.get_by_role("searchbox").fill("")
    cards.nth(0).focus()
    tab.keyboard.press("ArrowRight")
    focused = tab.evaluate(
        "() => document.querySelector('example-gallery').shadowRoot.activeElement.innerText"
    )
    assert focused != cards.nth(0).inner_text()
    tab.keyboard.press("Enter")
    expect(gallery).not_to_be_visible()
    expect(playground.program_button).to_contain_text(focused.splitlines()[0])

    tab.set_viewport_size({"width": 390, "height": 844})
    playground.open_programs().get_by_role("button", name="Gallery").click()
    expect(cards.first).to_be_visible()
    wide = gallery.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    tab.keyboard.press("Escape")
    tab.set_viewport_size({"width": 1280, "height": 800})
    assert wide
