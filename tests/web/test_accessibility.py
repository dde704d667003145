"""What axe-core finds in every view, in both languages and colour schemes: nothing serious."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tasks.paths import WEB

from tests.web.playground_page import PlaygroundPage, training_program

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
VIEWS = ("code", "train", "predict", "inside", "data", "runs", "print", "files")
GRAVE = ("serious", "critical")


def found(tab: Page) -> list[str]:
    """Return what axe-core calls serious or critical: its rule, and the first place."""
    if not tab.evaluate("'axe' in globalThis"):
        tab.evaluate(AXE.read_text(encoding="utf-8"))
    violations: list[dict[str, Any]] = tab.evaluate(
        "axe.run({ resultTypes: ['violations'] }).then((result) => result.violations)"
    )
    return [
        f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0].get('failureSummary')}"
        for one in violations
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize(
    ("locale", "scheme", "width"),
    [("en-US", "light", 1440), ("zh-CN", "dark", 390)],
)
def test_axe_finds_nothing_serious_in_any_view(
    open_tab: Any, site_url: str, locale: str, scheme: str, width: int
) -> None:
    tab = open_tab(locale=locale, color_scheme=scheme, viewport={"width": width, "height": 900})
    playground = PlaygroundPage(tab, site_url)
    assert found(tab) == [], "while Python loads"
    playground.wait_until_ready().run(training_program(epochs=2)).wait_until_idle()
    for view in VIEWS:
        playground.show(view)
        assert found(tab) == [], view
    for inspector in ("weights", "saliency"):
        of_model = playground.show("inside").tab.locator("inside-panel")
        of_model.locator(".inspectors button").nth(1 if inspector == "weights" else 2).click()
        expect(of_model.locator(f"inside-{inspector} map-grid canvas").first).to_be_visible()
        assert found(tab) == [], inspector
    playground.run("1 / 0").wait_until_idle()
    playground.show("code")
    assert found(tab) == [], "after an error"
    tab.locator("backend-chip .chip").click()
    assert found(tab) == [], "what training runs on"


def test_axe_finds_nothing_serious_in_the_guide(page: Page, site_url: str) -> None:
    for document in ("docs/guide.html", "docs/zh-CN/guide.html"):
        page.goto(site_url + document)
        assert found(page) == [], document
