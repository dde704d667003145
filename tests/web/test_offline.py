"""Without a network: what was there once is there again, of one version, and unharmed."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from tasks import browser as chromium
from tasks import offline, server
from tasks.paths import DIST

from tests.web.conftest import PATIENCE_MS, Problems
from tests.web.playground_page import ENDLESS, PlaygroundPage, training_program

DRAW = "import matplotlib\nprint('drawn')"
SAVE = """\
import keras
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.save("m.keras")
print("saved")
"""
NO_CONNECTION = "ERR_CONNECTION|ERR_FAILED|ERR_EMPTY|Failed to load|Failed to fetch|fetch"


class Host:
    """A server that can be ended, and whose folder can become another release's.

    Attributes:
        missing: Ends of paths that are answered with status 500.
        asked: The paths that were asked for, seen from the site's folder.
    """

    prefix = "/docs%20host/site/"

    def __init__(self, folder: Path):
        self.missing: tuple[str, ...] = ()
        self.asked: list[str] = []
        self.folder = folder
        self.port = 0
        self._connections: list[socket.socket] = []
        self.start()

    def start(self) -> None:
        host = self

        class Handler(server.SiteHandler):
            def setup(self) -> None:
                super().setup()
                host._connections.append(self.connection)

            def send_head(self):  # type: ignore[no-untyped-def] # as in its base
                self.directory = str(host.folder)
                path = self.path.partition("?")[0]
                host.asked.append(path)
                if host.missing and path.endswith(host.missing):
                    self.send_error(500)
                    return None
                return super().send_head()

        def handler(*args: object) -> Handler:
            return Handler(*args, prefix=self.prefix)

        self._http = server.SiteServer(("127.0.0.1", self.port), handler)  # type: ignore[arg-type] # a class or what makes one
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it, and every connection that a browser holds open."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        for connection in self._connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended by itself
                continue
        self._connections.clear()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.prefix}"


@pytest.fixture
def host(site_url: str) -> Iterator[Host]:
    running = Host(DIST)
    yield running
    running.stop()


@contextmanager
def visitor(browser: Browser, problems: Problems, url: str) -> Iterator[BrowserContext]:
    """A profile of its own, in which a site may be kept."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    problems.watch(context, url.removesuffix(Host.prefix))
    yield context
    context.close()
    assert problems.unexpected() == []


def about(page: Page) -> Locator:
    """What stands behind the chip, opened."""
    panel = page.locator("load-status #about")
    if not panel.is_visible():
        page.locator("load-status .chip").click()
    return panel


def expect_kept(page: Page) -> None:
    expect(about(page)).to_contain_text("Works without a network")
    page.keyboard.press("Escape")


def next_release(folder: Path) -> Path:
    """The site as the next build would make it: the page's code has changed."""
    site = folder / "next"
    shutil.copytree(DIST, site)
    (app,) = (site / "app").iterdir()
    new = app.rename(app.with_name("0123456789ab"))
    for page in site.rglob("*.html"):
        page.write_text(page.read_text().replace(f"app/{app.name}/", f"app/{new.name}/"))
    code = (site / offline.WORKER).read_text().partition("\n")[2]
    for path in [site / offline.WORKER, site / offline.INTEGRITY, *site.rglob("*.br")]:
        path.unlink()
    for path in site.rglob("*.gz"):
        path.unlink()
    offline.write_worker(code, site)
    return site


def app_of(page: Page) -> str:
    source = page.locator("script[src]").first.get_attribute("src") or ""
    return source.split("/")[-2]


def test_what_was_there_once_is_there_without_a_network_and_what_was_not_says_so(
    browser: Browser, tab_problems: Problems, host: Host
) -> None:
    tab_problems.allow(NO_CONNECTION)
    with visitor(browser, tab_problems, host.url) as context:
        page = context.new_page()
        playground = PlaygroundPage(page, host.url).wait_until_ready()
        playground.run(DRAW).wait_until_finished()
        expect_kept(page)
        names = page.evaluate("caches.keys()")
        assert [name.rpartition(" ")[0] for name in names] == [f"pykeras-playground {host.prefix}"]
        _wait_until_kept(page, "matplotlib-")

        host.stop()
        page.reload()
        playground.wait_until_ready()
        expect_kept(page)
        playground.run(training_program(epochs=1)).wait_until_finished()
        expect(playground.console).to_contain_text("125/125")
        playground.run(DRAW).wait_until_finished()
        expect(playground.console).to_contain_text("drawn")
        playground.run("import statistics\nprint(statistics.mean([1, 2]))")
        expect(playground.console).to_have_text("1.5")
        playground.run(SAVE)
        expect(playground.notice).to_contain_text("needs the network once")
        playground.run("print('well')")
        expect(playground.console).to_have_text("well")
        expect(playground.notice.locator("p")).to_have_count(0)
        playground.run(SAVE)
        expect(playground.notice).to_contain_text("needs the network once")
        host.start()
        playground.notice.get_by_role("button", name="Try again").click()
        expect(playground.console).to_have_text("saved")
        _wait_until_kept(page, "h5.js")

        host.stop()
        page.goto(f"{host.url}docs/guide.html")
        expect(page.locator("h1")).to_be_visible()
        page.goto(f"{host.url}index.html?from=a-link")
        playground.wait_until_ready()
        playground.run(SAVE)
        expect(playground.console).to_have_text("saved")
        host.start()


def _wait_until_kept(page: Page, part: str) -> None:
    """Wait until the browser keeps a file whose address has `part` in it."""
    found = "async (part) => (await Promise.all((await caches.keys()).map(async (name) => "
    found += "(await (await caches.open(name)).keys()).some(({url}) => url.includes(part)))))"
    for _ in range(PATIENCE_MS // 200):
        if any(page.evaluate(found, part)):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"no file with {part} in its address is kept")


OTHERS = [
    f"pykeras-playground {Host.prefix.replace('site', 'other')} 0123456789ab",
    f"pykeras-playground {Host.prefix}inside/ 0123456789ab",
    "somebody's",
]
"""Caches of other sites on the same origin."""

SPOIL = """async (ends) => {
  const [name] = await caches.keys();
  const cache = await caches.open(name);
  for (const { url } of await cache.keys()) {
    if (ends.some((end) => url.endsWith(end))) {
      const bytes = await (await cache.match(url)).arrayBuffer();
      new Uint8Array(bytes)[bytes.byteLength >> 1] ^= 1;
      const headers = { "Content-Type": "text/html" };
      await cache.put(url, new Response(url.endsWith("l") ? "" : bytes, { headers }));
    }
  }
  for (const end of [".json", ".css"]) {
    const url = (await cache.keys()).find(({ url }) => url.endsWith(end));
    await cache.delete(url);
  }
}"""


def test_a_download_cut_off_and_a_damaged_store_end_in_a_working_page(
    browser: Browser, tab_problems: Problems, host: Host
) -> None:
    tab_problems.allow("500|" + NO_CONNECTION)
    with visitor(browser, tab_problems, host.url) as context:
        page = context.new_page()
        host.missing = ("python_stdlib.zip",)
        playground = PlaygroundPage(page, host.url).wait_until_ready()
        expect(about(page)).to_contain_text("Needs the network each time")
        page.keyboard.press("Escape")
        playground.run("print('well')")
        expect(playground.console).to_have_text("well")

        host.missing = ()
        page.reload()
        playground.wait_until_ready()
        expect_kept(page)

        page.evaluate(SPOIL, ["index.html", "main.js", "start.zst", "asm.wasm", "pyodide.mjs"])
        page.reload()
        playground.wait_until_ready()
        playground.run("import numpy\nprint(numpy.ones(3).sum())")
        expect(playground.console).to_have_text("3.0")
        expect_kept(page)
        host.stop()
        page.reload()
        playground.wait_until_ready()
        host.start()


def test_a_new_version_is_offered_once_nothing_runs_and_never_mixed_with_the_old_one(
    browser: Browser, tab_problems: Problems, host: Host, tmp_path: Path
) -> None:
    with visitor(browser, tab_problems, host.url) as context:
        page, other = context.new_page(), context.new_page()
        playground = PlaygroundPage(page, host.url).wait_until_ready()
        expect_kept(page)
        page.evaluate("names => Promise.all(names.map((name) => caches.open(name)))", OTHERS)
        old = app_of(page)
        PlaygroundPage(other, host.url).wait_until_ready()
        assert other.evaluate("navigator.serviceWorker.controller !== null")
        playground.run(training_program(ENDLESS)).wait_until_training()

        host.folder = next_release(tmp_path)
        page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
        expect(about(page)).to_contain_text("can be loaded once the program has ended")
        page.keyboard.press("Escape")
        expect(playground.notice.locator("p")).to_have_count(0)
        assert app_of(page) == old
        playground.stop_button.click()
        expect(playground.progress).to_contain_text("Stopped after")
        expect(playground.notice).to_contain_text("A new version of the page is ready")

        asked = len(host.asked)
        playground.notice.get_by_role("button", name="Reload").click()
        expect(page.locator("load-status .status")).to_be_visible()
        playground.wait_until_ready()
        assert app_of(page) == "0123456789ab"
        expect(playground.editor).to_contain_text(f"epochs={ENDLESS}")
        playground.run("print('new')")
        expect(playground.console).to_have_text("new")
        # The other tab goes on with the files that it began with.
        other.locator("#tab-data").click()
        expect(other.locator("sample-panel")).to_be_visible()
        other.locator("language-switch select").select_option("zh-CN")
        expect(other.locator("#tab-data")).to_have_text("数据")
        other.locator("language-switch select").select_option("en")
        assert [path for path in host.asked[asked:] if old in path] == []
        other.close()
        page.reload()
        playground.wait_until_ready()
        expect_kept(page)
        _wait_for_caches(page, 1 + len(OTHERS))
        assert set(OTHERS) < set(page.evaluate("caches.keys()"))


def _wait_for_caches(page: Page, count: int) -> None:
    for _ in range(PATIENCE_MS // 200):
        if len(page.evaluate("caches.keys()")) == count:
            return
        page.wait_for_timeout(200)
    raise AssertionError(page.evaluate("caches.keys()"))


def test_without_service_workers_all_is_as_it_was(
    browser: Browser, tab_problems: Problems, host: Host
) -> None:
    plain = browser.browser_type.launch(
        executable_path=chromium.ensure(),
        args=[*chromium.arguments(), "--host-resolver-rules=MAP plain.test 127.0.0.1"],
    )
    url = host.url.replace("127.0.0.1", "plain.test")
    with visitor(plain, tab_problems, url) as context:
        page = context.new_page()
        playground = PlaygroundPage(page, url).wait_until_ready()
        assert not page.evaluate("isSecureContext")
        expect(about(page)).to_contain_text("Needs the network each time")
        page.keyboard.press("Escape")
        playground.run(training_program(epochs=1)).wait_until_finished()
        expect(playground.console).to_contain_text("125/125")
    plain.close()


INSTALL = """() => {
  const offer = new Event("beforeinstallprompt", { cancelable: true });
  offer.prompt = async () => { document.title = "asked"; };
  dispatchEvent(offer);
  return offer.defaultPrevented;
}"""


def test_the_page_can_be_installed_from_its_menu(page_alone: Page, site_url: str) -> None:
    page = page_alone
    page.goto(site_url)
    button = page.get_by_role("button", name="Install")
    expect(button).to_have_count(0)
    assert page.evaluate(INSTALL)
    button.click()
    expect(page).to_have_title("asked")
    expect(button).to_have_count(0)
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["url"] == f"{site_url}manifest.webmanifest"
    assert found["errors"] == []
    assert page.request.get(f"{site_url}{json.loads(found['data'])['icons'][1]['src']}").ok
