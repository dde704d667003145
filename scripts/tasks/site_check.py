"""Sees whether a folder is a whole site: each file as the build made it, and it trains a model."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tasks import browser, console, offline, server
from tasks.console import TaskError

SUB_PATH = "/some/sub/path/"
PATIENCE_MS = 180_000
_SHOWN = 8
"""So many files are named; the rest is counted."""
_AGAIN = "Copy the site anew: scripts/build makes it in dist/."


def check(folder: Path) -> None:
    """Compare a copy of the site with its list of files, serve it, and train from it.

    Raises:
        TaskError: A file is missing, another one or too many; or nothing trains.
    """
    compare(folder)
    with (
        server.serving(folder, SUB_PATH) as address,
        browser.launched("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1") as chromium,
    ):
        console.say(f"Training from {folder}, served under a sub-path, without any other host")
        told = train(chromium, address)
    console.say(f"It trains: {told}")


def compare(folder: Path) -> None:
    """Compare the files of a folder with its list.

    Raises:
        TaskError: There is no list, or a file is missing, another one or too many.
    """
    listing = folder / offline.INTEGRITY
    if not listing.is_file():
        raise TaskError(f"{folder} is no site: it has no {offline.INTEGRITY}.", _AGAIN)
    expected: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))["sha256"]
    found = offline.listed(folder)
    wrong = {
        "missing": sorted(expected.keys() - found.keys()),
        "other than built": sorted(
            path for path in expected.keys() & found.keys() if expected[path] != found[path]
        ),
        "not of the site": sorted(found.keys() - expected.keys()),
    }
    told = [f"{_named(paths)} {what}" for what, paths in wrong.items() if paths]
    if told:
        raise TaskError(f"In {folder}: {'; '.join(told)}.", _AGAIN)
    console.say(f"All {len(expected)} files of {folder} are as built")


def _named(paths: list[str]) -> str:
    more = len(paths) - _SHOWN
    shown = ", ".join(paths[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{shown} {'is' if len(paths) == 1 else 'are'}"


def train(chromium: Browser, address: str) -> str:
    """Open a site as a reader does and run its first program.

    Args:
        chromium: The browser.
        address: Where the site is.

    Returns:
        What the page says of the run.

    Raises:
        TaskError: The page does not get so far, or something is wrong on its console.
    """
    context = chromium.new_context(locale="en-US", service_workers="block")
    problems: list[str] = []
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    try:
        told = _run_first_program(context.new_page(), address)
    except AssertionError as error:
        problems.append(str(error).strip().partition("\n")[0])
        told = ""
    finally:
        context.close()
    if problems:
        raise TaskError(
            f"The site at {address} does not train: {'; '.join(problems)}.",
            "Open that folder with `python -m http.server` and look at the browser's console.",
        )
    return told


def _run_first_program(page: Page, address: str) -> str:
    page.goto(address)
    expect(page.locator("load-status .dot")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("run-controls .run").click()
    progress = page.locator("progress-line .line")
    expect(progress).to_contain_text("Finished in", timeout=PATIENCE_MS)
    expect(page.locator("console-output .lines")).to_contain_text("accuracy")
    return " ".join(progress.inner_text().split())
