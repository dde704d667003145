"""The benchmark's page: put together, served, and driven through `web/bench/page.js`."""

import shutil
from typing import Any

from playwright.sync_api import Browser

from tasks import console, environment
from tasks.paths import BUILD, DIST, REPOSITORY, WEB, venv_python

BENCH = WEB / "bench"
FOLDER = BUILD / "bench"
DIGITS = FOLDER / "digits.bin"
PATIENCE_MS = 600_000
_WRITE_DIGITS = """
import sys
from pykeras_core.datasets import mnist
(x, y), _ = mnist.load_sample()
open(sys.argv[1], "wb").write(x.tobytes() + y.tobytes())
"""


def assemble() -> None:
    """Put the benchmark's page, the built site and the digits into one folder to serve."""
    environment.ensure_npm_packages(BENCH)
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(DIST, FOLDER / "site")
    for path in (*BENCH.glob("*.html"), WEB / "styles" / "tokens.css"):
        shutil.copyfile(path, FOLDER / path.name)
    for path in (BENCH / "node_modules/@tensorflow/tfjs-backend-wasm/dist").glob("*.wasm"):
        shutil.copyfile(path, FOLDER / path.name)
    bundle = environment.node_tool("esbuild", "page.js", "peer.js", "charts.js", "bare.js")
    bundle += [
        f"--outdir={FOLDER}",
        "--loader:.css=text",
        *(f"--alias:virtual:{name}=./empty-list.js" for name in ("lessons", "examples")),
        "--bundle",
        "--format=esm",
        "--minify",
        "--log-level=warning",
    ]
    console.run(bundle, cwd=BENCH, mend="The message above names the file and the line.")
    console.run(
        [venv_python(), "-c", _WRITE_DIGITS, DIGITS],
        cwd=REPOSITORY,
        mend="The message above says what is wrong with the data.",
        quiet=True,
    )


def program(*parts: str, **constants: object) -> str:
    """Python text: constants, then files of `web/bench`, one behind the other.

    Args:
        *parts: Their names without `.py`, such as `models/mlp`.
        **constants: What they take as given.
    """
    given = "".join(f"{name} = {value!r}\n" for name, value in constants.items())
    texts = [(BENCH / f"{part}.py").read_text(encoding="utf-8") for part in parts]
    return "\n".join([given, *texts])


class Page:
    """The page in a browser: ours runs in the site's own worker, each peer in one of its own.

    Args:
        running: The browser.
        address: Where `FOLDER` is served.
    """

    def __init__(self, running: Browser, address: str) -> None:
        self.browser = running
        self.address = address
        self._page = running.new_page()
        self._page.set_default_timeout(PATIENCE_MS)
        self._page.goto(address)
        self._started = False

    def start(self) -> None:
        """Start Python anew, with nothing in its memory."""
        (worker,) = (FOLDER / "site").glob("app/*/worker.js")
        url = self.address + worker.relative_to(FOLDER).as_posix()
        self._page.evaluate("(url) => bench.start(url)", url)
        self._started = True

    def run(self, code: str) -> Any:
        """Run a Python program in the page; returns the JSON it printed last."""
        if not self._started:
            self.start()
        return self._page.evaluate("(code) => bench.run(code)", code)

    def ran_on(self) -> tuple[str, str]:
        """The backend that our last fit ran on, and why."""
        name, why = self._page.evaluate("() => bench.ranOn()")
        return name, why

    def pause(self, code: str, times: int) -> list[dict[str, float]]:
        """Pause a program that trains, so many times; how long it took, and reports until then."""
        if not self._started:
            self.start()
        found: list[dict[str, float]] = self._page.evaluate(
            "([code, times]) => bench.pause(code, times)", [code, times]
        )
        return found

    def ask(self, backend: str, **request: object) -> Any:
        """Have TensorFlow.js, on one of its backends, do what `peer.js` calls a request."""
        return self._page.evaluate("([b, r]) => bench.ask(b, r)", [backend, request])
