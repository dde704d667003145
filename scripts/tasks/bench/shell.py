"""The page's shell: what is fetched before Python's files, when it is painted and takes text."""

import itertools
import statistics

from playwright.sync_api import Request

from tasks import console
from tasks.bench.download import brotli_bytes, gzip_bytes
from tasks.bench.page import FOLDER, PATIENCE_MS, Page
from tasks.bench.report import Row, Target

SHELL_AT_MOST_KB = 220.0
PAINT_AT_MOST_MS = 1000.0
EDITOR_AT_MOST = 1.0
_PYTHONS = ("runtime/", ".mjs", ".zst", ".zip")
# Looks in every frame, as Playwright's own waiting would need eval, which the page forbids.
_WATCH = """() => {
  const seen = { paint: 0, editor: 0, ready: 0 };
  Object.assign(self, { seen });
  const look = () => {
    const now = performance.now();
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    if (paint) seen.paint = paint.startTime;
    const editor = document.querySelector("code-editor")?.shadowRoot?.querySelector(".cm-content");
    if (editor && !seen.editor) {
      editor.focus();
      if (document.activeElement?.shadowRoot?.activeElement === editor) seen.editor = now;
    }
    if (document.querySelector("load-status")?.shadowRoot?.querySelector(".dot")) seen.ready = now;
    if (!seen.ready) requestAnimationFrame(look);
  };
  look();
}"""
_WHEN_READY = """() => new Promise((resolve) => {
  const look = () => (seen.ready ? resolve(seen) : requestAnimationFrame(look));
  look();
})"""


def measure(page: Page, runs: int) -> list[Row]:
    """Open the page with an empty cache, and write into its editor while Python is on its way."""
    console.say(f"Opening the page's shell {runs} times with an empty cache")
    found, typed = [], []
    fetched: list[str] = []

    def note(request: Request) -> None:
        fetched.append(request.url)

    for _ in range(runs):
        context = page.browser.new_context(locale="en-US")
        context.add_init_script(f"({_WATCH})()")
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        fetched.clear()
        context.on("request", note)
        tab.goto(f"{page.address}site/", wait_until="commit")
        tab.locator("code-editor .cm-content").press_sequentially("# typed")
        early = tab.evaluate("seen.ready") == 0
        typed.append(early and "# typed" in tab.locator("code-editor .cm-content").inner_text())
        found.append(tab.evaluate(_WHEN_READY))
        context.close()
    return [*_sizes(fetched, f"{page.address}site/"), *_times(found, typed)]


def _sizes(fetched: list[str], address: str) -> list[Row]:
    inside = [url.removeprefix(address) for url in fetched if url.startswith(address)]
    first = before_python(inside)
    files = [FOLDER / "site" / (name or "index.html") for name in first]
    own = [FOLDER / "site" / (name or "index.html") for name in inside if not _is_pythons(name)]
    target = Target(SHELL_AT_MOST_KB)
    rows = []
    for form, bytes_of in (("gzip", gzip_bytes), ("brotli", brotli_bytes)):
        size = bytes_of(files) / 1000
        note = f"{len(files)} files; {bytes_of(own) / 1000:.0f} KB of the page's own until ready"
        rows.append(
            Row(f"shell, {form}", "KB", [size], figure=size, figure_unit="KB", target=target,
                note=note)
        )  # fmt: skip
    return rows


def before_python(fetched: list[str]) -> list[str]:
    """What was fetched before the first of Python's own files.

    Args:
        fetched: Paths in the site, in the order in which they were asked for.
    """
    return list(itertools.takewhile(lambda name: not _is_pythons(name), fetched))


def _is_pythons(name: str) -> bool:
    return any(part in name for part in _PYTHONS)


def _times(found: list[dict[str, float]], typed: list[bool]) -> list[Row]:
    paint = [one["paint"] for one in found]
    editor = [one["editor"] for one in found]
    ready = [one["ready"] for one in found]
    share = statistics.median(e / r for e, r in zip(editor, ready, strict=True))
    took = f"what was typed before was there in {sum(typed)} of {len(typed)}"
    return [
        Row("first contentful paint", "ms", paint, figure=statistics.median(paint),
            figure_unit="ms", target=Target(PAINT_AT_MOST_MS), note="empty cache, own machine"),
        Row("editor takes text", "ms", editor, figure=share, figure_unit="x until ready",
            target=Target(EDITOR_AT_MOST), note=took),
        Row("Python is ready", "ms", ready),
    ]  # fmt: skip
