"""The mistakes that beginners make: what the page says to each, and what one click makes of it."""
# ruff: noqa: RUF001  # characters that look like others are some of the mistakes

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pykeras_core import compat
from pykeras_core.playground import execute
from pykeras_core.playground.hints.modules import _INSTEAD
from tests.core import protocol

REPOSITORY = Path(__file__).parents[2]
DATA = (
    "import keras, numpy as np\nfrom keras import layers\n"
    "x, y = np.ones((6, 4)), np.arange(6) % 3\n"
)
MODEL = DATA + "model = keras.Sequential([layers.Dense(3, 'softmax')])\n"
FIT = "\nmodel.fit(x, y, verbose=0)"


@pytest.fixture(autouse=True)
def _keras_importable() -> None:
    compat.install()


def error_of(source: str) -> dict[str, Any]:
    error = execute(source).error
    assert error is not None
    return error


def mended(source: str, mend: dict[str, Any]) -> str:
    """The program after a click."""
    lines = source.split("\n")
    units = lines[mend["line"] - 1].encode("utf-16-le")
    start, end = 2 * (mend["column"] - 1), 2 * (mend["endColumn"] - 1)
    units = units[:start] + mend["insert"].encode("utf-16-le") + units[end:]
    lines[mend["line"] - 1] = units.decode("utf-16-le")
    return "\n".join(lines)


# What is written, and what a click makes of it.
MISSPELT = {
    "a layer": ("import keras\nkeras.layers.Flaten()", "Flatten"),
    "a layer in a list": (
        "import keras\nm = keras.Sequential([\n    keras.layers.Flatten(),\n"
        "    keras.layers.Dens(3),\n])",
        "Dense",
    ),
    "an imported layer": ("from keras.layers import Dense, Flaten", "Flatten"),
    "an imported layer of tf": ("from tensorflow.keras.layers import Flaten", "Flatten"),
    "a class of keras": ("import keras\nkeras.Sequental()", "Sequential"),
    "a module of keras": ("import tensorflow as tf\ntf.keras.layer.Dense(1)", "layers"),
    "capitals": ("import keras\nkeras.layers.dense(3)", "Dense"),
    "an argument of a layer": (DATA + "layers.Dense(3, activaton='relu')", "activation"),
    "an argument of compile": (MODEL + "model.compile('sgd', 'mse', metric=['mae'])", "metrics"),
    "an argument of fit": (
        MODEL + "model.compile('sgd', 'mse')\nmodel.fit(\n    x, y,\n    epoch=3)",
        "epochs",
    ),
    "an argument of Model": (
        DATA + "a = keras.Input((3,))\nkeras.Model(inputs=a, output=layers.Dense(3)(a))",
        "outputs",
    ),
    "an argument of a function": ("def f(rate): pass\nf(rat=3)", "rate"),
    "an activation": (DATA + "layers.Dense(3, activation='rleu')", "relu"),
    "an optimizer": (MODEL + "model.compile('adm', 'mse')", "adam"),
    "a loss": (
        MODEL + "model.compile('sgd', loss='sparse_categorical_crossentropi')" + FIT,
        "sparse_categorical_crossentropy",
    ),
    "a method": (MODEL + "model.sumary()", "summary"),
    "a function of NumPy": ("import numpy as np\nnp.zeross(3)", "zeros"),
    "a function of NumPy that is imported": ("from numpy import zeross", "zeros"),
    "a variable": ("model_size = 3\nprint(modelsize)", "model_size"),
    "a variable in a function": ("def f(images):\n    return image\n\nf(1)", "images"),
    "a builtin": ("pritn(3)", "print"),
    "true": ("x = true", "True"),
    "null": ("x = null", "None"),
    "a log of training": (
        MODEL + "model.compile('sgd', 'sparse_categorical_crossentropy', metrics=['accuracy'])\n"
        "history = model.fit(x, y, verbose=0)\nprint(history.history['acc'])",
        "accuracy",
    ),
    "a key": ("sizes = {'width': 3}\nprint(sizes['widht'])", "width"),
    "an operator of another language": ("x = 1\nif x and x && 1:\n    pass", "and"),
    "an else if": ("x = 1\nif x:\n    pass\nelse if x:\n    pass", "elif"),
    "an increment": ("x = 1\nx++", "x += 1"),
}


@pytest.mark.parametrize(("source", "right"), MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_name_is_mended_with_a_click(source: str, right: str) -> None:
    error = error_of(source)
    assert error["hint"] == {**error["hint"], "code": "misspelt", "suggestion": right}
    assert "Did you mean" not in error["text"]  # the hint says it, in the reader's language
    name = error["hint"]["name"]
    assert mended(source, error["mend"]) == right.join(source.rsplit(name, 1)).replace("&&", "and")


MENDED = {
    "a missing import": ("np.zeros(3)", "not-imported", "import numpy as np\nnp.zeros(3)"),
    "a missing import of a layer": (
        "import keras\nkeras.Sequential([Dense(3)])",
        "not-imported",
        "from keras.layers import Dense\nimport keras\nkeras.Sequential([Dense(3)])",
    ),
    "a missing import after words": (
        '"""About."""\nimport keras\nplt.plot([1])',
        "not-imported",
        '"""About."""\nimport matplotlib.pyplot as plt\nimport keras\nplt.plot([1])',
    ),
    "a module": ("import numpi as np", "unknown-module", "import numpy as np"),
    "full-width brackets": ("print（'你好，世界'）", "full-width", "print('你好，世界')"),
    "a full-width comma": ("x = [1，2]", "full-width", "x = [1,2]"),
    "a full-width colon": ("if True：\n    pass", "full-width", "if True:\n    pass"),
    "curly quotes": ("x = “a，b”", "full-width", 'x = "a，b"'),
    "single curly quotes": ("x = {‘a’: 1}", "full-width", "x = {'a': 1}"),
    "full-width after a wide character": ("x = '😀'；y = 1", "full-width", "x = '😀';y = 1"),
    "a comment stays": ("x = （1）  # 一，二（三）", "full-width", "x = (1)  # 一，二（三）"),
    "an ideographic comma": ("x = [1、2]", "full-width", "x = [1,2]"),
    "a minus sign": ("x = 3 \u2212 1", "full-width", "x = 3 - 1"),
    "a space that does not break": ("x = 1\u00a0+ 2", "invisible-character", "x = 1 + 2"),
    "a space without width": ("x = 1 +\u200b 2", "invisible-character", "x = 1 + 2"),
    "a NUL": ("x = 1\0", "invisible-character", "x = 1"),
    "a missing comma": ("x = [1 2]", "comma", "x = [1, 2]"),
    "a missing comma between lines": (
        "f = dict\nf(a='adam'\n  , b=1\n  c=2)",
        "comma",
        "f = dict\nf(a='adam'\n  , b=1,\n  c=2)",
    ),
    "a missing comma in a dict": ("a = {'x': 1 'y': 2}", "comma", "a = {'x': 1, 'y': 2}"),
    "a missing colon": ("if True\n    pass", "colon", "if True:\n    pass"),
    "a missing colon before a comment": (
        "for i in [1]  # each\n    pass",
        "colon",
        "for i in [1]:  # each\n    pass",
    ),
    "one equals sign": ("x = 1\nif x = 1:\n    pass", "equals", "x = 1\nif x == 1:\n    pass"),
    "a block without indentation": (
        "def f():\nreturn 1",
        "indentation",
        "def f():\n    return 1",
    ),
    "too much indentation": ("x = 1\n  y = 2", "indentation", "x = 1\ny = 2"),
    "a print statement": ("print 'a', 1  # old", "print", "print('a', 1)  # old"),
    "a prompt": (">>> x = 1", "prompt", "x = 1"),
    "a prompt of a notebook": ("In [1]: x = 1", "prompt", "x = 1"),
    "a prompt of a notebook before a command": ("In [12]: import math", "prompt", "import math"),
    "class numbers": (
        MODEL + "model.compile('sgd', 'categorical_crossentropy')" + FIT,
        "class-numbers",
        MODEL + "model.compile('sgd', 'sparse_categorical_crossentropy')" + FIT,
    ),
    "class numbers for a loss class": (
        MODEL + "model.compile('sgd', keras.losses.CategoricalCrossentropy())" + FIT,
        "class-numbers",
        MODEL + "model.compile('sgd', keras.losses.SparseCategoricalCrossentropy())" + FIT,
    ),
    "one-hot labels": (
        MODEL + "y = np.eye(3)[y]\nmodel.compile('sgd', 'sparse_categorical_crossentropy')" + FIT,
        "one-hot-labels",
        MODEL + "y = np.eye(3)[y]\nmodel.compile('sgd', 'categorical_crossentropy')" + FIT,
    ),
}


@pytest.mark.parametrize(("source", "code", "right"), MENDED.values(), ids=MENDED)
def test_a_mistake_is_mended_with_a_click(source: str, code: str, right: str) -> None:
    error = error_of(source)
    assert error["hint"] is not None
    assert error["hint"]["code"] == code
    assert error["mend"] is not None
    assert mended(source, error["mend"]) == right


@pytest.mark.parametrize(
    "name", [name for name in MENDED if name not in ("a missing import of a layer", "a prompt")]
)
def test_a_mended_program_has_no_more_error_of_that_kind(name: str) -> None:
    _, code, right = MENDED[name]
    error = execute(right).error
    assert error is None or (error["hint"] or {}).get("code") != code


SAID = {
    "a notebook's file": (
        json.dumps({"cells": [{"cell_type": "code", "execution_count": None}], "nbformat": 4}),
        "notebook-file",
    ),
    "a notebook's file with lines": (
        json.dumps({"cells": [{"cell_type": "code", "x": None}], "nbformat": 4}, indent=1),
        "notebook-file",
    ),
    "a bracket that stays open": ("x = (1, 2", "brackets"),
    "a bracket too many": ("x = 1)", "brackets"),
    "two brackets that do not match": ("x = [1)", "brackets"),
    "a text without an end": ("x = 'abc", "quotes"),
    "tabs and spaces": ("if 1:\n\tx = 1\n        y = 2", "tabs"),
    "a block that ends between columns": ("if 1:\n    x = 1\n  y = 2", "indentation"),
    "a name without a value": ("print(y)", "undefined-name"),
    "an argument that is none": (DATA + "layers.Dense(3, colour=1)", "unknown-argument"),
    "a missing argument": (DATA + "layers.Dense()", "missing-argument"),
    "a key that is none": ("sizes = {'width': 3}\nsizes['colour']", "unknown-key"),
    "nothing": ("x = [1].append(2)\nx.sort()", "nothing-there"),
    "labels out of range": (
        MODEL + "y = y + 1\nmodel.compile('sgd', 'sparse_categorical_crossentropy')" + FIT,
        "label-range",
    ),
    "too few labels": (MODEL + "y = y[:3]\nmodel.compile('sgd', 'mse')" + FIT, "different-lengths"),
    "fit before compile": (MODEL + "model.fit(x, y)", "not-compiled"),
    "one sample": (
        MODEL
        + "model.compile('sgd', 'sparse_categorical_crossentropy')"
        + FIT
        + "\nmodel.predict(x[0], verbose=0)",
        "one-sample",
    ),
    "a wrong last axis": (
        DATA + "model = keras.Sequential([layers.Dense(3, input_shape=(5,))])\n"
        "model.compile('sgd', 'mse')" + FIT,
        "shape",
    ),
    "images without channels": (DATA + "layers.Conv2D(3, 3)(np.ones((1, 28, 28)))", "shape"),
    "a sequence without an axis": (DATA + "layers.LSTM(3)(x)", "shape"),
    "targets of another shape": (MODEL + "model.compile('sgd', 'mse')" + FIT, "shape"),
    "layers without a list": (DATA + "keras.Sequential(layers.Dense(3), 1)", "list-of-layers"),
    "a class instead of a layer": (DATA + "keras.Sequential([layers.Dense])", "layer-class"),
    "text and number": ("'loss: ' + 1", "text-and-number"),
    "number and text": ("1 + 'a'", "text-and-number"),
    "a text that is no number": ("int('a')", "no-number"),
    "a text that is no number either": ("float('a')", "no-number"),
    "a call of a number": ("x = 3\nx(2)", "not-callable"),
    "too large an index": ("[1][3]", "index"),
    "a file that is not there": ("open('data.csv')", "no-file"),
    "an endless recursion": ("def f(): return f()\nf()", "recursion"),
    "no memory": ("raise MemoryError", "out-of-memory"),
    "a module that is not there": ("import torch", "unknown-module"),
}


@pytest.mark.parametrize(("source", "code"), SAID.values(), ids=SAID)
def test_a_mistake_is_explained(source: str, code: str) -> None:
    error = error_of(source)
    assert error["hint"] is not None
    assert error["hint"]["code"] == code


SAID_BY_ITSELF = ("1 / 0", "raise ValueError('mine')", "raise KeyError('mine')", "assert 1 == 2")


@pytest.mark.parametrize("source", SAID_BY_ITSELF)
def test_an_error_that_says_all_has_no_hint(source: str) -> None:
    assert error_of(source)["hint"] is None


def test_a_mend_in_a_cell_counts_the_lines_of_the_editor() -> None:
    error = execute("import keras\nkeras.layers.Flaten()", first_line=30).error
    assert error is not None
    assert (error["line"], error["mend"]["line"]) == (31, 31)
    error = execute("\n# a word\nnp.zeros(1)", first_line=30).error
    assert error is not None
    assert error["mend"] == {
        "line": 31,
        "column": 1,
        "endColumn": 1,
        "insert": "import numpy as np\n",
    }


def test_columns_are_counted_as_javascript_does() -> None:
    error = error_of("x = '😀'; y = ）")
    assert error["column"] == 15
    assert (error["mend"]["column"], error["mend"]["endColumn"]) == (15, 16)


HOSTILE = {
    "names that raise": ("class Sly:\n    def __dir__(self): raise SystemExit\nSly().x"),
    "a signature that raises": (
        "class Sly:\n    __signature__ = property(lambda self: 1 / 0)\n"
        "    def __call__(self): pass\nf = Sly()\nf(x=1)"
    ),
    "keys that raise": (
        "class Sly(dict):\n    def __iter__(self): raise ValueError\nd = Sly()\nd['a']"
    ),
    "a key that is no text": "{}[[].append]",
    "a file without a name": "raise FileNotFoundError",
    "an error without arguments": "raise KeyError",
    "a name error without a name": "raise NameError('mine')",
    "a syntax error of its own": "raise SyntaxError('mine')",
    "a syntax error of other code": "eval('1 +')",
    "a syntax error of this file, made up": "raise SyntaxError('a', ('<editor>', 10**9, 5, ''))",
    "a syntax error of line 0": "raise SyntaxError('a', ('<editor>', 0, 0, ''))",
    "a syntax error without a line": "raise SyntaxError('a', ('<editor>', None, None, None))",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_advice_never_fails(source: str) -> None:
    assert error_of(source)["text"]


def hint_codes() -> set[str]:
    """The codes that the protocol lists."""
    hint = protocol.types()["Hint"]
    assert isinstance(hint, protocol.Union)
    codes = set()
    for part in hint.of:
        assert isinstance(part, protocol.Fields)
        code = dict(part.fields)["code"]
        assert isinstance(code, protocol.Literal)
        codes.add(code.text)
    return codes


def test_every_hint_is_in_the_protocol_in_both_languages_and_in_a_table_here() -> None:
    folder = REPOSITORY / "pykeras_core" / "playground" / "hints"
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    given = {*re.findall(r'"code": "([\w-]+)"', code)}
    given |= {*re.findall(r'"([\w-]+)"\),\n', code)} & hint_codes()
    of_the_site, shown_in_python = (
        {"late-module", "not-fetched", "no-data-set", "no-checkpoint"},
        {"no-keyboard"},
    )
    assert given | of_the_site == hint_codes()
    tested = {row[1] for row in (*MENDED.values(), *SAID.values())} | {"misspelt"}
    assert tested | of_the_site | shown_in_python == hint_codes()
    for language in ("en", "zh-CN"):
        path = REPOSITORY / "web" / "locales" / f"{language}.json"
        words = json.loads(path.read_text(encoding="utf-8"))
        assert {f"hint.{name}" for name in hint_codes()} <= words.keys()
        said = {key.removeprefix("hint.instead.") for key in words if "hint.instead." in key}
        assert said == set(_INSTEAD)
