"""Pictures of the page for the README: an example that has trained, at a desk and on a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tasks import browser, server
from tasks.paths import DIST, WEB

FOLDER = WEB / "docs" / "images"
EXAMPLE = "dropout-and-validation"
PLACES: dict[str, dict[str, Any]] = {
    "desk.png": {"viewport": {"width": 1280, "height": 800}, "locale": "en-US"},
    "phone.png": {
        "viewport": {"width": 390, "height": 800},
        "locale": "zh-CN",
        "color_scheme": "dark",
        "has_touch": True,
    },
}
PATIENCE_MS = 120_000


def draw() -> Iterator[Path]:
    """Write each picture of `PLACES` into `FOLDER`, and yield its path."""
    FOLDER.mkdir(exist_ok=True)
    with browser.launched() as chromium, server.serving(DIST) as url:
        for name, place in PLACES.items():
            context = chromium.new_context(**place)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.goto(url)
            _train(page)
            page.screenshot(path=FOLDER / name)
            context.close()
            yield FOLDER / name


def _train(page: Page) -> None:
    """Run the example to its end, as a reader does, and let the last frame be drawn."""
    page.locator("program-menu .opener").click()
    page.locator(f"program-menu #entry-{EXAMPLE}").click()
    page.locator("load-status .dot").wait_for()
    page.locator("run-controls .run").click()
    page.locator("run-controls .stop[aria-disabled=false]").wait_for()
    page.locator("run-controls .stop[aria-disabled=true]").wait_for()
    page.wait_for_timeout(1000)
