"""The start of Python: a file that does not come holds it up, and Try again lets it go on."""

import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, Request, Route, TimeoutError, expect

from tests.web.conftest import Problems
from tests.web.node import run_js
from tests.web.playground_page import ENDLESS, PlaygroundPage, python_on_its_way, training_program

PATIENCE_S = 120
START_FILES = (
    "worker.js",
    "site.json",
    "beginning.mjs",
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide-lock.json",
    "unzst.wasm",
    "start.zst",
    "pyodide.asm.wasm",
)
"""What a first visit fetches for Python, in the order in which each comes in the tests below."""


def _file(request: Request) -> str:
    """The entry of `START_FILES` that a request is for; "" for another file."""
    name = request.url.rpartition("/")[2].partition("?")[0]
    return name if name in START_FILES else ""


class Gate:
    """Lets no file of the start through but those that have been let in."""

    def __init__(self, page: Page, failure: str):
        self.failure = failure
        self.failed: Counter[str] = Counter()
        self.served: Counter[str] = Counter()
        self.open: set[str] = set()
        page.context.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        name = _file(route.request)
        if name and name not in self.open:
            self.failed[name] += 1
            if self.failure == "abort":
                route.abort()
            elif self.failure == "cut" and name != "worker.js":
                response = route.fetch()
                body = response.body()
                route.fulfill(response=response, body=body[: len(body) // 2])
            else:
                route.fulfill(status=500, body="no")
            return
        self.served[name] += 1
        route.continue_()


_WORKER = """
import { Runner } from "./runner.js";
const starts = [];
const ports = [];
globalThis.self = globalThis;
URL.createObjectURL = () => "blob:";
globalThis.Worker = class {
  postMessage(_, [port]) {
    ports.push(port);
    port.onmessage = ({ data }) => {
      if (data.type === "start") {
        starts.push([data.parts !== null, data.fromMemory]);
        begin(port, data);
      }
    };
  }
  terminate() {}
};
const ready = { type: "ready", version: "", python: "", canPause: true };
const states = [];
const runner = new Runner("worker.js", {
  onMessage({ type }) {
    states.push(type);
    hear(type);
  },
  onRestart() {},
  onStrayError() {},
  onState() {},
});
const start = runner.start.bind(runner);
runner.start = () => {
  start();
  setTimeout(() => runner.worker?.onmessage({ data: "loaded" }));
};
function end() {
  runner.discard();
  answer({ starts, states });
  setTimeout(() => process.exit(), 50); // timers of the page would keep it waiting
}
setTimeout(() => runner.start());
"""
"""A runner whose workers do what `begin` says; `hear` is told what they say, `end` answers."""

_MEMORY_DOES_NOT_FIT = """
function begin(port, { fromMemory, parts }) {
  if (fromMemory) {
    port.postMessage({ type: "failed", phase: "start", detail: "broken" });
  } else {
    port.postMessage(ready);
    if (!parts) port.postMessage({ type: "parts", parts: { start: new Blob() } });
  }
}
function hear(type) {
  if (type === "parts") {
    setTimeout(() => runner.restart("anew"));
  } else if (states.filter((one) => one === "ready").length === 2) {
    setTimeout(end);
  }
}
"""

_ENDS_BY_ITSELF = """
function begin(port) {
  port.postMessage(ready);
  port.postMessage({ type: "failed", phase: "run", detail: "broken" });
}
function hear(type) {
  if (type === "failed") {
    setTimeout(end);
  }
}
"""


@pytest.mark.parametrize("failure", ["abort", "500", "cut"])
def test_try_again_goes_on_where_a_file_did_not_come(
    page: Page, site_url: str, tab_problems: Problems, failure: str
) -> None:
    tab_problems.allow("Failed to load|ERR_FAILED|500|SyntaxError|Unexpected end")
    gate = Gate(page, failure)
    playground = PlaygroundPage(page, site_url)
    again = page.locator("load-status").get_by_role("button", name="Try again")
    for name in START_FILES:
        _until(page, lambda: gate.failed[name] > 0)  # noqa: B023 - asked at once
        expect(again).to_be_visible()
        expect(playground.notice).to_contain_text("did not come")
        gate.open.add(name)
        # What was asked for before may still be on its way to fail: then it is pressed once more.
        _until(page, lambda: gate.served[name] > 0 or _press(again))  # noqa: B023 - asked at once
    playground.wait_until_ready()
    assert {name: gate.served[name] for name in START_FILES} == dict.fromkeys(START_FILES, 1)
    playground.run("import numpy\nprint(numpy.ones(3).sum())")
    expect(playground.console).to_have_text("3.0")


def _until(page: Page, fact: Callable[[], bool]) -> None:
    """Let the page live on until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)


def _press(button: Locator) -> bool:
    """Press a button if it is there; False, so that the fact behind it is asked for again."""
    if button.is_visible():
        with suppress(TimeoutError):
            button.click(timeout=1000)
    return False


@pytest.mark.parametrize(
    ("language", "zone", "hours"),
    [("en-US", "America/New_York", 5), ("zh-CN", "Asia/Shanghai", -8)],
)
def test_python_goes_on_in_the_memory_of_the_build_with_the_readers_clock_and_chance(
    open_tab: Callable[..., Page], site_url: str, language: str, zone: str, hours: int
) -> None:
    page = open_tab(locale=language, timezone_id=zone)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    # One that begins by itself reads its library first.
    assert not [url for url in fetched if url.endswith(("python_stdlib.zip", ".whl"))]
    playground.run(
        "import datetime, random, sys, time\nimport numpy as np\n"
        "print(time.timezone)\n"
        "now = datetime.datetime.now().astimezone()\n"
        "print(now.utcoffset() == datetime.timedelta(seconds=-time.altzone) or "
        "now.utcoffset() == datetime.timedelta(seconds=-time.timezone), now.tzname())\n"
        "print(abs(time.time() - now.timestamp()) < 60, now.year > 2025)\n"
        "print('chance', random.random(), np.random.rand())"
    )
    for line in (f"{hours * 3600}", f"True UTC{'-' if hours > 0 else '+'}0", "True True"):
        expect(playground.console).to_contain_text(line)
    first = playground.console.inner_text().partition("chance")[2].split()
    playground.run("import random\nimport numpy as np\nprint(random.random(), np.random.rand())")
    expect(playground.console).not_to_contain_text("chance")
    expect(playground.console).to_contain_text("0.")
    assert not {*first} & {*playground.console.inner_text().split()}


def test_python_begins_anew_without_fetching_anything(page: Page, site_url: str) -> None:
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    playground.run("import numpy as np\nnp.zeros = None\nopen('kept.txt', 'w').write('here')")
    playground.wait_until_finished()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    page.locator("load-status .chip").click()
    page.get_by_role("button", name="Restart Python").click()
    expect(playground.notice).to_contain_text("Python was restarted")
    playground.wait_until_ready()
    assert [name for name in fetched if re.search(r"\.(wasm|whl|zip|json|zst)$", name)] == []
    playground.run(
        "import numpy as np, random, ctypes\nprint(np.zeros(2), open('kept.txt').read())\n"
        "print(np.fft.rfft([1.0, 2.0]), ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7)())\n"
        "import numpy.linalg\nprint(numpy.linalg.det(np.eye(3)))"
    )
    for line in ("[0. 0.] here", "[ 3.+0.j -1.+0.j] 7", "1.0"):
        expect(playground.console).to_contain_text(line)
    playground.run(training_program(epochs=1) + "print(model.explain_backend())")
    expect(playground.console).to_contain_text("WASM SIMD")
    playground.run(training_program(ENDLESS)).wait_until_training()
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")


def test_a_start_that_fails_from_memory_is_made_without_it_then_and_later() -> None:
    told = run_js(_WORKER + _MEMORY_DOES_NOT_FIT)
    assert told["starts"] == [[False, True], [False, False], [True, False]]
    assert told["states"] == ["ready", "parts", "ready"]


def test_python_that_ends_by_itself_each_time_is_not_started_for_ever() -> None:
    told = run_js(_WORKER + _ENDS_BY_ITSELF)
    assert told["starts"] == [[False, True], [False, True], [False, False]]
    assert told["states"] == ["ready", "ready", "ready", "failed"]


def test_stop_in_the_first_run_keeps_python(page: Page, site_url: str) -> None:
    with python_on_its_way(page):
        playground = PlaygroundPage(page, site_url)
        playground.run("kept = 1\n" + training_program(ENDLESS))
        expect(playground.progress).to_contain_text("as soon as Python is ready")
    expect(playground.progress).to_contain_text(re.compile("Running|Training"))
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
    expect(playground.notice.locator("p")).to_have_count(0)


def test_going_offline_in_a_run_ends_that_run_alone(
    page: Page, site_url: str, tab_problems: Problems
) -> None:
    tab_problems.allow("ERR_INTERNET_DISCONNECTED|Failed to load")
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    make = "import keras\nmodel = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
    for program in (
        "import statistics\nprint(statistics.mean([1, 2]))",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
        make + "model.save('m.keras')",
        make + "put = getattr(model, 'sa' + 've')\nput('m.' + 'keras')",
    ):
        page.context.set_offline(True)
        playground.run(program)
        expect(playground.console).to_contain_text("A file of this site did not come")
        expect(playground.progress).to_contain_text(re.compile("ended with an error|Error on line"))
        expect(playground.notice).to_contain_text("needs the network once")
        playground.run("print('well')")
        expect(playground.console).to_have_text("well")
        expect(playground.notice.locator("p")).to_have_count(0)
        page.context.set_offline(False)
        if "save" not in program:
            playground.run(program).wait_until_finished()


def test_stop_ends_a_download(page: Page, site_url: str) -> None:
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    held: list[Route] = []
    page.context.route(re.compile(r"matplotlib-.*\.whl$"), lambda route: held.append(route))
    playground.run("import matplotlib\nprint('never')")
    expect(playground.progress).to_contain_text("Loading matplotlib")
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
    expect(playground.notice.locator("p")).to_have_count(0)
    page.context.unroute_all()
    playground.run("import matplotlib\nprint('there')")
    expect(playground.console).to_have_text("there")


def test_a_frame_without_an_origin_says_what_it_needs(
    page: Page, site_url: str, tab_problems: Problems
) -> None:
    tab_problems.allow("CORS policy|Failed to load")
    page.set_content(f'<iframe sandbox="allow-scripts" src="{site_url}" height="600"></iframe>')
    frame = page.frame_locator("iframe").locator("#stuck")
    expect(frame).to_be_visible()
    expect(frame).to_contain_text('sandbox="allow-scripts allow-same-origin"')
    expect(frame).to_contain_text("框架")


def test_a_page_whose_own_script_does_not_come_says_so(
    page: Page, site_url: str, tab_problems: Problems
) -> None:
    tab_problems.allow("500")
    page.context.route("**/main.js", lambda route: route.fulfill(status=500))
    page.goto(site_url)
    expect(page.locator("#stuck")).to_contain_text("did not start")
    page.context.unroute_all()
    page.locator("#stuck").get_by_role("link", name="Reload the page").click()
    expect(page.locator("load-status .status")).to_be_visible()
    expect(page.locator("#stuck")).to_have_count(0)
