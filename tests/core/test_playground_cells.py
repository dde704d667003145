"""Programs in cells: their lines, their variables, and what their last line gives."""

import warnings
from pathlib import Path

import pytest

from pykeras_core import compat
from pykeras_core.playground import execute
from pykeras_core.playground.files import Workspace
from pykeras_core.playground.values import ITEMS_SHOWN
from tests.core.worker_stub import Page, figures_in_the_console  # noqa: F401  (a fixture)


@pytest.fixture(autouse=True)
def _keras_importable() -> None:
    compat.install()


def test_a_cell_has_the_variables_and_imports_of_the_one_before() -> None:
    page = Page().run("import math\nx = 2").cell("y = math.sqrt(x * 8)").cell("print(y)")
    assert page.printed() == "4.0\n"


def test_a_program_has_none_of_them() -> None:
    page = Page().run("x = 2").run("print('x' in globals())", run_id=2)
    assert page.printed() == "False\n"


def test_a_cell_that_failed_leaves_what_it_had_made() -> None:
    page = Page().run("x = 2\n1 / 0").cell("print(x)")
    assert page.printed() == "2\n"


def test_a_first_cell_begins_with_nothing() -> None:
    assert Page().cell("print(__name__)").printed() == "__main__\n"


def test_a_cell_after_a_lack_of_memory_begins_with_nothing() -> None:
    page = Page().run("x = 1\nraise MemoryError").cell("print(__name__, 'x' in globals())")
    assert page.printed() == "__main__ False\n"


def test_names_of_layers_go_on_from_cell_to_cell() -> None:
    source = "import keras\nprint(keras.layers.Dense(1).name)"
    assert Page().run(source).cell(source).printed() == "dense\ndense_1\n"


def test_a_cell_stays_in_the_folder_that_the_last_one_went_to(tmp_path: Path) -> None:
    page = Page(workspace=Workspace(tmp_path))
    page.run("import os\nos.mkdir('inner')\nos.chdir('inner')")
    page.cell("print(os.path.basename(os.getcwd()))")
    page.run("import os\nprint(os.listdir())", run_id=9)
    assert page.printed() == "inner\n['inner']\n"


def test_the_model_of_an_earlier_cell_is_asked_for_predictions_again() -> None:
    page = Page().run(
        "import keras, numpy as np\n"
        "x_test, y_test = np.ones((8, 3)), np.ones(8)\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(x_test, y_test, verbose=0)\n"
    )
    page.cell("model.layers[0].set_weights([np.zeros((3, 1)), np.zeros(1)])")
    assert page.of("predictions")[-1]["runId"] == 2
    assert page.of("predictions")[-1]["report"]["meanAbsoluteError"] == 1


def test_fits_are_counted_anew_in_each_cell() -> None:
    page = Page().run(
        "import keras, numpy as np\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "train = lambda: model.fit(np.ones((8, 3)), np.ones(8), verbose=0)\n"
        "train()"
    )
    assert [begin["fit"] for begin in page.cell("train()").of("begin")] == [1, 1]


# Lines


def test_an_error_names_the_line_of_the_editor() -> None:
    page = Page().run("def half(x):\n    return x / 0\n").cell("\nhalf(3)", first_line=10)
    assert page.error()["line"] == 2
    assert [(f["line"], f["name"]) for f in page.error()["frames"]] == [
        (11, "<module>"),
        (2, "half"),
    ]
    assert "line 11, in <module>\n    half(3)\n  line 2, in half\n    return x / 0\n" in (
        page.printed("stderr")
    )


def test_a_traceback_reads_the_lines_of_the_cell_that_ran_not_of_the_next_one() -> None:
    page = Page().run("def f():\n    return 1 / 0\n").cell("# other\nlines = 0\n").cell("f()", 7)
    assert "    return 1 / 0\n" in page.printed("stderr")


def test_a_syntax_error_names_the_line_of_the_editor() -> None:
    assert Page().cell("x = 1\ny = (2,\nz = ]\n", first_line=5).error()["line"] == 7


WARNS = "import warnings\nwarnings.simplefilter('default'); warnings.warn('look', stacklevel=1)"


def test_a_warning_names_the_line_of_the_editor() -> None:
    page = Page().cell(WARNS, first_line=4)
    assert page.printed("stderr") == "line 5: UserWarning: look\n"


def test_inspect_reads_functions_of_every_cell() -> None:
    page = Page().run("def f():\n    return 1\n").cell("def g():\n    return 2\n", first_line=3)
    page.cell("import inspect\nprint(inspect.getsource(f) + inspect.getsource(g))")
    assert page.printed() == "def f():\n    return 1\ndef g():\n    return 2\n\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["\\n", "\\r\\n", "\\r"])
def test_lines_are_those_of_the_editor_whatever_ends_them(newline: str) -> None:
    page = Page().run(f"x = 'a\x0cb\u2028c'{newline}{newline}1 / 0 # here{newline}")
    assert page.error()["line"] == 3
    assert "1 / 0 # here" in page.printed("stderr")


def test_a_byte_order_mark_before_the_program_is_no_part_of_it() -> None:
    assert Page().run("\ufeffprint('fine')").printed() == "fine\n"


@pytest.mark.parametrize("code", [0, 0xD800, 0xDFFF], ids=hex)
def test_a_character_that_nobody_can_read_is_named_with_its_place(code: int) -> None:
    error = Page().cell(f"x = 1\ny = '{chr(code)}'\n", first_line=3).error()
    assert (error["line"], error["column"]) == (4, 6)
    assert error["text"] == (f"SyntaxError: invalid non-printable character U+{code:04X}")


# The value of the last line

VALUES = {
    "1 + 1": "2",
    "'text'": "'text'",
    "True, None": "(True, None)",
    "(1,)": "(1,)",
    "[]": "[]",
    "set()": "set()",
    "frozenset({1})": "frozenset({1})",
    "{'a': [1, 2]}": "{'a': [1, 2]}",
    "import numpy as np\nnp.arange(3)": "array([0, 1, 2])",
    "import numpy as np\nnp.float32(0.5)": repr(__import__("numpy").float32(0.5)),
    "x = 1\nx  # a word on it": "1",
    "(\n  3\n)": "3",
    "...": "Ellipsis",
    "len": "<built-in function len>",
    "lambda: 0": "<function <lambda>>",
    "class A: pass\nA()": "<__main__.A object>",
    "import keras\nkeras.optimizers.SGD()": "<pykeras_core.optimizers.sgd.SGD object>",
    "import keras\nkeras.Sequential()": "<Sequential name=sequential, built=False>",
}


@pytest.mark.parametrize(("source", "text"), VALUES.items(), ids=VALUES)
def test_the_value_of_the_last_line_is_shown(source: str, text: str) -> None:
    page = Page().run(source)
    assert page.one("finished")["error"] is None
    assert page.values() == [text]


SILENT = {
    "nothing": "",
    "a comment": "# only words",
    "None": "None",
    "print": "print('seen')",
    "an assignment": "x = 1",
    "a semicolon": "1 + 1;",
    "a semicolon after brackets": "(1 +\n 1) ;  # quiet",
    "a semicolon after wide characters": "'é中';",
    "a loop": "for i in range(3):\n    i",
    "a function": "def f():\n    1",
    "what fit returns": (
        "import keras, numpy as np\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(np.ones((4, 2)), np.ones(4), verbose=0)"
    ),
    "a callback": "import keras\nkeras.callbacks.EarlyStopping()",
}


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_there_is_no_value_to_show_of(source: str) -> None:
    page = Page().run(source)
    assert page.one("finished")["error"] is None
    assert page.values() == []


def test_a_value_comes_after_what_was_printed_before_it() -> None:
    kinds = [m["type"] for m in Page().run("print(1)\n2").messages]
    assert kinds.index("output") < kinds.index("value") < kinds.index("finished")


def test_an_error_of_repr_is_an_error_of_the_last_line() -> None:
    page = Page().run(
        "class Shy:\n    def __repr__(self):\n        raise ValueError('no')\n\nShy()"
    )
    assert page.error()["text"] == "ValueError: no"
    assert [frame["line"] for frame in page.error()["frames"]] == [5, 3]


def test_a_repr_that_is_no_text_is_an_error_too() -> None:
    page = Page().run("class Odd:\n    def __repr__(self): return 3\nOdd()")
    assert page.error()["text"].startswith("TypeError: __repr__ returned non-string")


def test_of_a_huge_value_the_beginning_is_shown_and_the_rest_counted() -> None:
    message = Page().run("'x' * 10**7").one("value")
    assert len(message["text"]) == 10_000
    assert message["dropped"] == 10**7 + 2 - 10_000


def test_of_a_long_list_the_first_items_are_shown_and_the_rest_counted() -> None:
    (text,) = Page().run("list(range(10**6))").values()
    assert text.endswith(f"{ITEMS_SHOWN - 1}, ... {10**6 - ITEMS_SHOWN} more]")
    assert max(map(len, text.split("\n"))) <= 80


def test_the_logs_of_training_have_a_line_each() -> None:
    (text,) = Page().run("{'loss': [0.125] * 4, 'a': [0.5] * 10}").values()
    assert text.split("\n") == [
        "{'loss': [0.125, 0.125, 0.125, 0.125],",
        " 'a': [" + ", ".join(["0.5"] * 10) + "]}",
    ]


def test_a_list_that_holds_itself_has_an_end() -> None:
    import matplotlib.artist  # noqa: F401  # then it is asked whether something in it is drawn

    (text,) = Page().run("x = [1]\nx.append(x)\nx").values()
    assert "[...]" in text


def test_a_program_may_show_values_in_its_own_way() -> None:
    page = Page().run("import sys\nsys.displayhook = lambda value: print('mine', value)\n3")
    assert page.printed() == "mine 3\n"
    assert page.values() == []


def test_python_s_doubts_about_a_program_are_told_once() -> None:
    page = Page()
    with warnings.catch_warnings(action="default"):
        page.run("x = '\\d'\nx is 1\nx")
    assert page.printed("stderr").count("Warning") == 2


def test_a_sum_too_deep_for_a_tree_still_runs() -> None:
    assert execute("x = " + "+".join(["1"] * 2500)).namespace["x"] == 2500


@pytest.mark.usefixtures("figures_in_the_console")
def test_what_drawing_returns_is_not_written_beside_the_figure() -> None:
    page = Page().run("import matplotlib.pyplot as plt\nplt.plot([1, 2])")
    assert page.values() == []
    assert len(page.of("picture")) == 1


@pytest.mark.usefixtures("figures_in_the_console")
@pytest.mark.parametrize("last", ["fig", "fig, ax", "ax", "ax.set_title('a')", "plt.hist([1])"])
def test_a_figure_is_shown_once(last: str) -> None:
    page = Page().run(f"import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n{last}")
    assert page.values() == []
    assert len(page.of("picture")) == 1


@pytest.mark.usefixtures("figures_in_the_console")
def test_a_closed_figure_is_shown_when_it_is_the_last_line() -> None:
    page = Page().run("import matplotlib.pyplot as plt\nfig = plt.figure()\nplt.close(fig)\nfig")
    assert page.values() == []
    assert len(page.of("picture")) == 1


def test_the_drawing_of_a_model_is_shown_once() -> None:
    page = Page().run(
        "import keras\nmodel = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])\n"
        "keras.utils.plot_model(model, to_file=None)"
    )
    assert page.values() == []
    assert page.one("picture")["format"] == "svg"


def test_an_object_that_draws_itself_is_shown_as_a_picture() -> None:
    page = Page().run(
        "class Dot:\n    def _repr_svg_(self):\n"
        '        return \'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>\'\n'
        "Dot()"
    )
    picture = page.one("picture")
    assert (picture["format"], picture["width"], picture["height"]) == ("svg", 40, 30)
    assert page.values() == []
