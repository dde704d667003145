"""Programs that break Python, and people in a hurry: the page stays ready, the text stays."""

import re

import pytest
from playwright.sync_api import Page, expect

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
    expect(playground.progress).to_contain_text("Running")
    playground.wait_until_finished()
    expect(playground.console).to_have_text("once")


def test_the_language_changes_while_a_model_trains(page: Page, site_url: str) -> None:
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    playground.run(training_program(ENDLESS)).wait_until_training()
    page.locator("language-switch select").select_option("zh-CN")
    expect(playground.progress).to_contain_text("训练")
    expect(playground.editor).to_contain_text("model.fit")
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("停止")
    expect(playground.run_button).to_have_attribute("aria-disabled", "false")


def test_a_reload_while_a_model_trains_keeps_the_program(playground: PlaygroundPage) -> None:
    playground.run(training_program(ENDLESS)).wait_until_training()
    playground.tab.reload()
    playground.wait_until_ready()
    expect(playground.editor).to_contain_text(f"epochs={ENDLESS}")
    playground.run("print('after the reload')")
    expect(playground.console).to_have_text("after the reload")
