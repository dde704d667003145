"""Programs that change the world, and what they say last: in the page, on its own Python."""

import pytest
from playwright.sync_api import expect

from tests.web.playground_page import PlaygroundPage, training_program

CHANGING = """\
import builtins, gc, math, os, random, sys
import numpy as np
import keras
np.zeros = math.sqrt = os.getcwd = random.random = None
keras.layers.Dense = keras.Model.fit = None
keras.layers.Flatten.call = None
keras.backend.set_image_data_format("channels_first")
keras.saving.get_custom_objects()["mine"] = print
np.seterr(all="raise")
np.set_printoptions(precision=1)
sys.path.clear()
sys.setrecursionlimit(200)
gc.disable()
os.environ.clear()
builtins.len = None
"""
ASKING = """\
import gc, math, os, random, sys
import numpy as np
import keras
print(np.zeros(1), math.sqrt(4), os.path.basename(os.getcwd()), random.random() < 1)
print(keras.config.image_data_format(), list(keras.saving.get_custom_objects()))
print(np.geterr()["over"], np.array([0.123456]), gc.isenabled(), len(sys.path) > 1)
import colorsys
"""


def test_a_program_finds_the_world_as_the_first_did(playground: PlaygroundPage) -> None:
    playground.run(CHANGING).wait_until_finished()
    playground.run(ASKING).wait_until_finished()
    expect(playground.console).to_contain_text("[0.] 2.0 files True")
    expect(playground.console).to_contain_text("channels_last []")
    expect(playground.console).to_contain_text("warn [0.123456] True True")
    playground.run(training_program(epochs=1)).wait_until_finished()
    expect(playground.console).to_contain_text("125/125")


LAST_LINES = {
    "a number": ("6 * 7", "42"),
    "a text": ("'a' + 'b'", "'ab'"),
    "an array": ("import numpy as np\nnp.arange(3)", "array([0, 1, 2])"),
    "nothing": ("print('only this')\nNone", "only this"),
    "silence": ("print('only this')\n1;", "only this"),
}


@pytest.mark.parametrize(("program", "shown"), LAST_LINES.values(), ids=LAST_LINES)
def test_the_value_of_the_last_line_is_shown(
    playground: PlaygroundPage, program: str, shown: str
) -> None:
    playground.run(program).wait_until_finished()
    expect(playground.console).to_have_text(shown)


MISTAKES = {
    "a misspelt layer": ("import keras\nkeras.layers.Flaten()", "Did you mean “Flatten”?"),
    "a misspelt argument": (
        "import keras\nkeras.layers.Dense(3, activaton='relu')",
        "Did you mean “activation”?",
    ),
    "a missing import": ("np.zeros(3)", "Write “import numpy as np”"),
    "full-width brackets": ("print\uff08'a'\uff09", "Python reads only “(”"),
    "a missing comma": ("x = [1 2]", "A comma seems to be missing"),
    "a missing colon": ("if True\n    pass", "end with a colon"),
    "a bracket that stays open": ("x = (1,\ny = 2", "has no partner"),
    "a text without an end": ("x = 'abc", "A text in quotes has no end"),
    "a print statement": ("print 'a'", "print is a function"),
    "a wrong indentation": ("x = 1\n  y = 2", "shows by indentation"),
    "a module that is not there": ("import torch", "PyKeras stands for Keras"),
    "a prompt": (">>> x = 1", "no part of the program"),
    "half a character": ("x = '\0'", "an invisible character"),
    "an undefined name": ("print(undefined_thing)", "has no value yet"),
    "a file that is not there": ("open('data.csv')", "There is no file “data.csv”"),
}


@pytest.mark.parametrize(("program", "advice"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_explained_on_the_page_s_python(
    playground: PlaygroundPage, program: str, advice: str
) -> None:
    playground.run(program)
    expect(playground.console).to_contain_text(advice)


def test_an_error_of_a_million_lines_is_shown_short(playground: PlaygroundPage) -> None:
    playground.run("raise ValueError('first' + 'line\\n' * 10**6 + 'last')")
    expect(playground.console).to_contain_text("characters left out")
    expect(playground.tab.locator(".cm-error-message")).to_contain_text("ValueError: first")
