"""The built site in a real browser: served under a sub-path, watched for everything that is wrong.

A test asks for `playground` (the page with Python ready, one for all), or for `page` (a new tab
with nothing open) and `site_url`, or for `open_tab` where it needs a language, a colour scheme or a
window size; for `page_alone` or `open_tab(python=False)` where it runs no program. Every tab is
watched: a console error, an uncaught exception or a request that leaves the site fails the test
that caused it. A test that provokes such an error on purpose says which with
`tab_problems.allow(...)`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from tasks import browser as chromium
from tasks import server, site
from tasks.paths import DIST

from tests.web.playground_page import PlaygroundPage

SUB_PATH = "/some/sub/path/"
# Starting Python in the page takes half a minute where two slow cores run two pages.
PATIENCE_MS = 120_000
# Nothing but this machine has a name: a request that leaves it fails even if it goes unseen.
NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

# What a tab gets comes from the server, and what a test routes is what comes.
ALONE: dict[str, Any] = {"service_workers": "block"}

OpenTab = Callable[..., Page]


@dataclass
class Problems:
    """What went wrong in the tabs of one test."""

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Expect problems whose text matches a regular expression."""
        self.allowed.append(pattern)

    def unexpected(self) -> list[str]:
        """Return the problems that no `allow` covers."""
        return [
            text
            for text in self.found
            if not any(re.search(pattern, text) for pattern in self.allowed)
        ]

    def watch(self, context: BrowserContext, origin: str) -> None:
        """Note the console errors, exceptions and outside requests of a browser context."""

        def note_outside(request: Request) -> None:
            if not request.url.startswith((origin, "data:", "blob:")):
                self.found.append(f"request outside the site: {request.url}")

        context.on("request", note_outside)
        context.on("weberror", lambda error: self.found.append(f"uncaught: {error.error}"))
        context.on(
            "console",
            lambda message: (
                self.found.append(f"console: {message.text}") if message.type == "error" else None
            ),
        )


def origin_of(url: str) -> str:
    """Return the part of a served site's address that comes before its sub-path."""
    return url.removesuffix(SUB_PATH.removeprefix("/"))


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    """Build the site and serve it under a sub-path, as a docs host would."""
    site.build()
    with server.serving(DIST, SUB_PATH) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one headless Chromium for all tests."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium.launched(NO_NETWORK) as running:
        yield running


@pytest.fixture
def tab_problems() -> Problems:
    """The problems of this test's tabs; `allow` those it provokes."""
    return Problems()


@pytest.fixture
def open_tab(browser: Browser, site_url: str, tab_problems: Problems) -> Iterator[OpenTab]:
    """Give a function that opens a watched tab in a profile of its own.

    Its arguments are Playwright's for a new context: `locale="zh-CN"`, `color_scheme="dark"`,
    `viewport={"width": 390, "height": 844}`. With `python=False` Python's worker never comes:
    a start is the most expensive thing here, so a test that needs no Python has none.

    No service worker comes between a tab and the server: `test_offline.py` has tabs of its own.
    """
    origin = origin_of(site_url)
    contexts: list[BrowserContext] = []

    def open_one(*, python: bool = True, **options: Any) -> Page:
        context = browser.new_context(**{**ALONE, "locale": "en-US", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        tab_problems.watch(context, origin)
        if not python:
            context.route("**/worker.js", lambda _: None)  # no answer
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert tab_problems.unexpected() == []


@pytest.fixture
def page(open_tab: OpenTab) -> Page:
    """A watched tab with English as its language, light, 1280 pixels wide."""
    return open_tab(viewport={"width": 1280, "height": 800}, color_scheme="light")


@pytest.fixture
def page_alone(open_tab: OpenTab) -> Page:
    """As `page`, without Python."""
    return open_tab(python=False, viewport={"width": 1280, "height": 800}, color_scheme="light")


@contextmanager
def started_tab(browser: Browser, url: str) -> Iterator[tuple[Page, Problems]]:
    """Open a watched tab in which Python has started, for tests that only run programs."""
    problems = Problems()
    context = browser.new_context(**ALONE, locale="en-US", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    problems.watch(context, origin_of(url))
    tab = context.new_page()
    PlaygroundPage(tab, url).wait_until_ready()
    yield tab, problems
    context.close()


@pytest.fixture(scope="session")
def warm_tab(browser: Browser, site_url: str) -> Iterator[tuple[Page, Problems]]:
    """One tab of the site for all the tests that only run programs."""
    with started_tab(browser, site_url) as started:
        yield started


@contextmanager
def freed_tab(warm_tab: tuple[Page, Problems]) -> Iterator[PlaygroundPage]:
    """Give the page with no program running; start it anew after a failed test."""
    tab, problems = warm_tab
    problems.found.clear()
    playground = PlaygroundPage(tab)
    idle = [
        button.get_attribute("aria-disabled")
        for button in (playground.run_button, playground.stop_button)
    ]
    if idle != ["false", "true"]:
        tab.reload()
    playground.wait_until_ready().show("print").show("train")
    yield playground
    assert problems.unexpected() == []


@pytest.fixture(scope="session")
def gpu_tab(browser: Browser, site_url: str) -> Iterator[tuple[Page, Problems]]:
    """One tab of the site in a Chromium that has WebGPU, computed on the processor."""
    executable = chromium.ensure()
    flags = [*chromium.arguments(), NO_NETWORK, *chromium.SOFTWARE_WEBGPU]
    running = browser.browser_type.launch(executable_path=executable, args=flags)
    with started_tab(running, site_url) as started:
        yield started
    running.close()


@pytest.fixture
def gpu_playground(gpu_tab: tuple[Page, Problems]) -> Iterator[PlaygroundPage]:
    """The page where there is WebGPU, with Python ready and no program running."""
    with freed_tab(gpu_tab) as playground:
        yield playground


@pytest.fixture
def playground(warm_tab: tuple[Page, Problems]) -> Iterator[PlaygroundPage]:
    """The page with Python ready and no program running."""
    with freed_tab(warm_tab) as playground:
        yield playground
