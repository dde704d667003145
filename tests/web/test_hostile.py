"""Programs that break Python, and people in a hurry: the page stays ready, the text stays."""

import re
import socket

import pytest
from playwright.sync_api import Download, Page, expect

from tests.web.conftest import Problems
from tests.web.playground_page import ENDLESS, PlaygroundPage, training_program

BREAKING = {
    "builtins are gone": "import builtins\nvars(builtins).clear()",
    "modules are gone": "import sys\nsys.modules.clear()",
    "streams are closed": "import sys\nsys.stdout.close()\nsys.stderr.close()",
    "print is another": "import builtins\nbuiltins.print = None",
    "exit": "import sys\nsys.exit(3)",
    "recursion": "def f(): f()\nf()",
    "a thread": "import threading\nthreading.Thread(target=print).start()",
}


@pytest.mark.parametrize("program", BREAKING.values(), ids=BREAKING)
def test_the_next_program_trains_after(playground: PlaygroundPage, program: str) -> None:
    playground.run(program)
    expect(playground.progress).to_contain_text(re.compile("Finished in|Error on line"))
    expect(playground.editor).to_contain_text(program.splitlines()[-1])
    playground.run(training_program(epochs=1)).wait_until_finished()
    expect(playground.console).to_contain_text("125/125")


def test_memory_full_of_arrays_is_reported_and_let_go(playground: PlaygroundPage) -> None:
    playground.run(
        "import numpy as np\nkept = []\nwhile True: kept.append(np.empty(10**8, 'uint8'))\n"
    )
    expect(playground.progress).to_contain_text("Error on line 3")
    expect(playground.console).to_contain_text("MemoryError")
    playground.run("print('room again')")
    expect(playground.console).to_have_text("room again")


def test_python_that_dies_is_started_again_beside_the_program(playground: PlaygroundPage) -> None:
    playground.run("import os\nprint('last words')\nos._exit(1)")
    expect(playground.notice).to_contain_text("Python stopped working")
    expect(playground.progress).to_contain_text("cut off")
    playground.wait_until_ready()
    expect(playground.editor).to_contain_text("os._exit(1)")
    playground.run("print('alive')")
    expect(playground.console).to_have_text("alive")


def test_run_pressed_twice_runs_once(playground: PlaygroundPage) -> None:
    playground.write("import time\nprint('once')\ntime.sleep(1)")
    playground.run_button.dblclick()
    playground.wait_until_finished()
    expect(playground.console).to_have_text("once")
    playground.editor.press("ControlOrMeta+Enter")
    playground.editor.press("ControlOrMeta+Enter")
    playground.see_anew().wait_until_finished()
    expect(playground.console).to_have_text("once")


def test_the_language_changes_while_a_model_trains(playground: PlaygroundPage) -> None:
    playground.run(training_program(ENDLESS)).wait_until_training()
    playground.tab.locator("language-switch select").select_option("zh-CN")
    expect(playground.progress).to_contain_text("训练")
    expect(playground.editor).to_contain_text("model.fit")
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("停止")
    expect(playground.run_button).to_have_attribute("aria-disabled", "false")
    playground.tab.locator("language-switch select").select_option("en")
    expect(playground.run_button).to_have_text("Run")


def test_a_reload_while_a_model_trains_keeps_the_program(playground: PlaygroundPage) -> None:
    playground.run(training_program(ENDLESS)).wait_until_training()
    playground.tab.reload()
    playground.wait_until_ready()
    expect(playground.editor).to_contain_text(f"epochs={ENDLESS}")
    playground.run("print('after the reload')")
    expect(playground.console).to_have_text("after the reload")


REACHING_OUT = {
    "the worker's functions are gone": "js.self.onmessage = None\njs.self.postMessage = None\n"
    "js.postMessage = None\njs.fetch = None\njs.MessageChannel = None",
    "the worker's events are swallowed": "from pyodide.ffi import create_proxy\n"
    "js.self.addEventListener('message', create_proxy(lambda event: event.stopPropagation()))\n"
    "js.self.dispatchEvent(js.MessageEvent.new('message'))",
    "forged messages": "message = lambda text: js.postMessage(js.JSON.parse(text))\n"
    'message(\'{"type": "ready"}\')\nmessage(\'{"type": "failed", "phase": "start"}\')\n'
    "message('\"loaded\"')\nmessage('\"missing\"')\njs.postMessage(js.Object.new())",
    "a file that nobody asked for": "import signal\n"
    "session = signal.getsignal(signal.SIGINT).args[0]\n"
    "session._post({'type': 'file', 'name': 'virus.exe', 'data': b'x'})",
}


@pytest.mark.parametrize("program", REACHING_OUT.values(), ids=REACHING_OUT)
def test_a_program_that_reaches_into_the_worker_harms_nothing(
    playground: PlaygroundPage, program: str
) -> None:
    saved: list[Download] = []

    def note(download: Download) -> None:
        saved.append(download)

    playground.tab.on("download", note)
    playground.run(f"import js\n{program}\nprint('done')").wait_until_finished()
    expect(playground.console).to_have_text("done")
    playground.run("import js\nprint(js.fetch is None, js.postMessage is None)")
    expect(playground.console).to_have_text("False False")
    playground.run(training_program(epochs=1)).wait_until_finished()
    expect(playground.console).to_contain_text("125/125")
    assert saved == []
    playground.tab.remove_listener("download", note)


def test_what_a_program_leaves_behind_may_fail_and_python_lives(playground: PlaygroundPage) -> None:
    leaves = (
        "import js\nfrom pyodide.ffi import create_proxy\n"
        "def later(): raise ValueError('too late')\njs.setTimeout(create_proxy(later), 50)"
    )
    playground.run(leaves)
    expect(playground.console).to_contain_text("An error outside of Python")
    expect(playground.console).to_contain_text("too late")
    playground.run("print('alive')")
    expect(playground.console).to_have_text("alive")
    expect(playground.notice.locator("p")).to_have_count(0)
    playground.run(leaves)
    expect(playground.notice).to_contain_text("left behind")
    playground.notice.get_by_role("button", name="Restart Python").click()
    expect(playground.notice).to_contain_text("Python was restarted")
    playground.wait_until_ready()


def test_a_worker_that_no_longer_answers_is_replaced_and_the_program_runs(
    playground: PlaygroundPage,
) -> None:
    playground.run(
        "import js\nfrom pyodide.ffi import create_proxy\n"
        "def busy():\n    while True: pass\njs.setTimeout(create_proxy(busy), 50)"
    ).wait_until_finished()
    playground.tab.wait_for_timeout(500)
    playground.run("print('after all')")
    expect(playground.notice).to_contain_text("no longer answered")
    expect(playground.console).to_have_text("after all")


def test_a_worker_that_closes_itself_is_replaced(playground: PlaygroundPage) -> None:
    playground.run("import js\njs.self.close()")
    expect(playground.notice).to_contain_text("restarted")
    playground.wait_until_ready()
    playground.run("print('alive')")
    expect(playground.console).to_have_text("alive")


REACHES = """
import js
from pyodide.ffi import JsException, run_sync, to_js

def ask(address):
    request = js.XMLHttpRequest.new()
    request.open("GET", address, False)
    request.send()

def hear(source):
    heard = js.Promise.withResolvers()
    source.onopen = lambda event: heard.resolve()
    source.onerror = lambda event: heard.reject(js.Error.new())
    run_sync(heard.promise)

other, root = OTHER, FOLDER.split("/some/")[0] + "/"
outside = {
    "fetch": lambda: run_sync(js.fetch(other)),
    "XMLHttpRequest": lambda: ask(other),
    "WebSocket": lambda: hear(js.WebSocket.new(other.replace("http", "ws"))),
    "EventSource": lambda: hear(js.EventSource.new(other)),
    "the origin's other folders": lambda: run_sync(js.fetch(root)),
    "their requests": lambda: ask(root + "api"),
    "eval": lambda: js.eval("1"),
    "Function": lambda: js.Function.new("1"),
    "IndexedDB": lambda: js.indexedDB.open("pykeras.files"),
    "Cache": lambda: js.caches.keys(),
    "OPFS": lambda: js.navigator.storage.getDirectory(),
    "buckets": lambda: js.navigator.storageBuckets.keys(),
    "locks": lambda: js.navigator.locks.query(),
    "other tabs": lambda: js.BroadcastChannel.new("news"),
    "workers": lambda: js.Worker.new(FOLDER + "sw.js"),
}
for name, reach in outside.items():
    try:
        reach()
        print("reached:", name)
    except (JsException, AttributeError):
        print(name, end=", ")
print("held")
print(run_sync(js.fetch(FOLDER + "index.html")).status, open("mine.txt", "w").write("mine"))
"""


def test_a_program_reaches_its_files_and_those_of_the_site_and_nothing_else(
    playground: PlaygroundPage, warm_tab: tuple[Page, Problems]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.5)
        address = f"http://127.0.0.1:{other.getsockname()[1]}/"
        program = REACHES.replace("FOLDER", repr(playground.tab.url))
        playground.run(program.replace("OTHER", repr(address))).wait_until_finished()
        expect(playground.console).to_contain_text("held200 4")
        expect(playground.console).not_to_contain_text("reached")
        with pytest.raises(TimeoutError):
            other.accept()  # nobody has come
    warm_tab[1].found.clear()  # what was refused counts as a request
    playground.run("import js\nprint(hasattr(js, 'caches'), open('mine.txt').read())")
    expect(playground.console).to_have_text("False mine")
    playground.files.get_by_role("button", name="Delete mine.txt").click()


def test_the_page_starts_no_worker_with_an_address_whoever_asks(
    page_alone: Page, site_url: str, tab_problems: Problems
) -> None:
    tab_problems.allow("Content Security Policy")
    page_alone.goto(site_url)
    expect(page_alone.locator("#stuck")).to_have_count(0)
    found = page_alone.evaluate(
        """() => new Promise((resolve) => {
          addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          const script = document.querySelector("script[src]").src.replace("main.js", "worker.js");
          try {
            new Worker(script, { type: "module" }).onmessage = () => resolve("started");
          } catch {}
        })"""
    )
    assert found == "worker-src"


def test_restart_python_makes_a_new_beginning_beside_program_and_files(
    playground: PlaygroundPage,
) -> None:
    playground.run("open('kept.txt', 'w').write('kept')\nimport numpy\nnumpy.mine = 1")
    playground.wait_until_finished()
    playground.tab.locator("load-status .chip").click()
    playground.tab.get_by_role("button", name="Restart Python").click()
    expect(playground.notice).to_contain_text("Python was restarted")
    playground.wait_until_ready()
    playground.run("import numpy\nprint(open('kept.txt').read(), hasattr(numpy, 'mine'))")
    expect(playground.console).to_have_text("kept False")
    playground.files.get_by_role("button", name="Delete kept.txt").click()
