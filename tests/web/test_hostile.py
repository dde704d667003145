"""Programs that break Python, and people in a hurry: the page stays ready, the text stays."""

import re

import pytest
from playwright.sync_api import Download, expect

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


def test_a_program_talks_to_no_other_site_and_evaluates_no_script(
    playground: PlaygroundPage,
) -> None:
    playground.run(
        "import js\nfrom pyodide.ffi import run_sync, JsException\n"
        "for reach in (lambda: run_sync(js.fetch('https://example.com/')), lambda: js.eval('1')):\n"
        "    try:\n        reach()\n    except JsException as error:\n"
        "        print('blocked', error.name)"
    ).wait_until_finished()
    expect(playground.console).to_contain_text("blocked TypeErrorblocked EvalError")


def test_a_program_starts_no_worker_that_the_pages_policy_does_not_bind(
    playground: PlaygroundPage,
) -> None:
    script = playground.tab.locator("script[src]").get_attribute("src") or ""
    asked: list[str] = []
    playground.tab.context.on("request", lambda request: asked.append(request.url))
    playground.run(
        "import js\nfrom pyodide.ffi import run_sync, to_js\n"
        f"script = {playground.tab.url + script.replace('main.js', 'worker.js')!r}\n"
        "for kind in ('classic', 'module'):\n"
        "    options = to_js({'type': kind}, dict_converter=js.Object.fromEntries)\n"
        "    worker = js.Worker.new(script + '?nested', options)\n"
        "    heard = js.Promise.withResolvers()\n"
        "    worker.onerror = worker.onmessage = heard.resolve\n"
        "    print(run_sync(heard.promise).type)"
    ).wait_until_finished()
    expect(playground.console).to_have_text("errorerror")
    assert [url for url in asked if "nested" in url] == []


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
