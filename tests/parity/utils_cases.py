"""Parity cases of keras.utils and model.summary(): arrays in, arrays or printed text out."""

from __future__ import annotations

import contextlib
import io
import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import numpy as np

from .golden import Case, Framework, labels, values


def _bar(
    updates: Sequence[tuple[Any, ...]], seconds: Sequence[float], **arguments: Any
) -> Callable[..., Any]:
    """A progress bar's text: `seconds` is when it is made and when each update comes."""

    def run(framework: Framework) -> dict[str, Any]:
        clock = itertools.chain(seconds, itertools.repeat(seconds[-1]))
        with (
            mock.patch("time.time", side_effect=clock),
            contextlib.redirect_stdout(io.StringIO()) as printed,
        ):
            progbar = framework.keras.utils.Progbar(**arguments)
            for update in updates:
                progbar.update(*update)
        # Keras colours its bar everywhere and steps back before the carriage return.
        return {"text": re.sub(r"\x1b\[[0-9;]*m|\x08", "", printed.getvalue())}

    return run


def _summary(build: Callable[[Any], Any], **arguments: Any) -> Callable[..., Any]:
    """A summary's text on a terminal of 80 columns."""

    def run(framework: Framework) -> dict[str, Any]:
        pieces: list[str] = []
        model = build(framework.keras)
        with mock.patch.dict("os.environ", {"COLUMNS": "80"}):
            model.summary(print_fn=lambda text, **_: pieces.append(text), **arguments)
        return {"text": "".join(pieces)}

    return run


def _dense(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((28, 28), name="pixels"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(128, activation="relu", name="hidden"),
            keras.layers.Dropout(0.2, name="dropout"),
            keras.layers.Dense(13, name="classes"),
        ],
        name="dense_network",
    )


def _trained(keras: Any) -> Any:
    """A model with an optimizer, of a size whose KB hide that Keras counts steps in int64."""
    model = _dense(keras)
    model.get_layer("hidden").trainable = False
    model.compile("adam", "mse")
    model.train_on_batch(np.zeros((1, 28, 28), "float32"), np.zeros((1, 13), "float32"))
    return model


def _unbuilt(keras: Any) -> Any:
    name = "a_layer_whose_name_is_longer_than_its_column"
    return keras.Sequential(
        [keras.layers.Dense(3, name="first"), keras.layers.Dense(2, name=name)], name="unbuilt"
    )


def _branches(keras: Any) -> Any:
    inputs = keras.Input((4,), name="features")
    left = keras.layers.Dense(5, name="left")(inputs)
    right = keras.layers.Dense(5, name="right")(inputs)
    merged = keras.layers.Add(name="merged")([left, right])
    return keras.Model(inputs, [merged, left], name="branches")


def _chain(keras: Any) -> Any:
    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(1000, name="hidden")(inputs)
    return keras.Model(inputs, keras.layers.Dense(3, name="head")(hidden), name="chain")


def _shared(keras: Any) -> Any:
    inputs = keras.Input((4,), name="features")
    shared = keras.layers.Dense(4, name="shared")
    return keras.Model(inputs, shared(shared(inputs)), name="shared_layer")


def _nested(keras: Any) -> Any:
    inner = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, name="a"), keras.layers.Dense(2, name="b")],
        name="inner",
    )
    return keras.Sequential(
        [keras.Input((4,)), inner, keras.layers.Dense(2, name="c")], name="outer"
    )


def _subclassed(keras: Any) -> Any:
    class Tower(keras.Model):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__(name="tower")
            self.base = keras.layers.Dense(3, name="base")
            self.top = keras.layers.Dense(2, name="top")

        def call(self, inputs: Any) -> Any:
            return self.top(self.base(inputs))

    model = Tower()
    model(np.zeros((1, 4), "float32"))
    return model


def _utils(name: str, *args: Any, **arguments: Any) -> Callable[..., Any]:
    def run(framework: Framework) -> dict[str, Any]:
        result = np.asarray(getattr(framework.keras.utils, name)(*args, **arguments))
        return {"result": result, "shape": list(result.shape), "dtype": result.dtype.name}

    return run


SEQUENCES = [[1], [2, 3], [4, 5, 6], []]
LOSSES = [
    (step, [("loss", 1.0 / step), ("accuracy", 0.0005 * step)], step == 10) for step in range(1, 11)
]

CASES = (
    Case(
        "bar/steps", _bar(LOSSES, [0.1 * i for i in range(11)], target=10, stateless_metrics=set())
    ),
    Case("bar/averages", _bar(LOSSES, [0.1 * i for i in range(11)], target=10)),
    Case(
        "bar/some averages",
        _bar(LOSSES, [0.1 * i for i in range(11)], target=10, stateful_metrics=["loss"]),
    ),
    Case("bar/too fast to show", _bar(LOSSES, [0.01 * i for i in range(11)], target=10)),
    Case("bar/unknown target", _bar(LOSSES[:3], [0.0, 1.0, 2.0, 3.0], target=None)),
    Case(
        "bar/hours left",
        _bar([(1, None), (2, None), (50, None), (99, None)], [0, 90, 180, 6000, 11000], target=125),
    ),
    Case(
        "bar/microseconds",
        _bar([(500, [("loss", -0.25)]), (1000, [("loss", -1e-5)])], [0, 0.06, 0.12], target=1000),
    ),
    Case(
        "bar/shorter line", _bar([(1, [("n", 12345.0)]), (2, [("n", -3.0)])], [0, 1, 2], target=3)
    ),
    Case("bar/width", _bar(LOSSES[:4], [0.0, 1.0, 2.0, 3.0, 4.0], target=10, width=8)),
    Case("bar/samples", _bar([(3, None), (7, None)], [0, 1, 2], target=7, unit_name="sample")),
    Case("bar/line an epoch", _bar(LOSSES, [0.1 * i for i in range(11)], target=10, verbose=2)),
    Case(
        "bar/line with negative metric",
        _bar([(4, [("loss", -0.5), ("mae", 0.5)])], [0, 9], target=4, verbose=2),
    ),
    Case("bar/silent", _bar(LOSSES, [0.0, 1.0], target=10, verbose=0)),
    Case("summary/dense", _summary(_dense)),
    Case("summary/trained", _summary(_trained)),
    Case("summary/trainable", _summary(_trained, show_trainable=True)),
    Case("summary/unbuilt", _summary(_unbuilt)),
    Case("summary/branches", _summary(_branches)),
    Case("summary/branches, trainable", _summary(_branches, show_trainable=True)),
    Case("summary/chain", _summary(_chain)),
    Case("summary/shared layer", _summary(_shared)),
    Case("summary/nested", _summary(_nested)),
    Case("summary/nested, expanded", _summary(_nested, expand_nested=True)),
    Case("summary/subclassed", _summary(_subclassed)),
    Case("summary/narrow", _summary(_dense, line_length=30)),
    Case("summary/positions", _summary(_dense, line_length=70, positions=[0.4, 0.7, 1.0])),
    Case(
        "summary/room to spare", _summary(_dense, line_length=70, positions=[0.3, 0.55, 0.67, 1.0])
    ),
    Case("summary/range", _summary(_dense, layer_range=["hidden", "drop.*"])),
    Case("to_categorical/labels", _utils("to_categorical", labels("utils/labels", (7,), 4))),
    Case("to_categorical/column", _utils("to_categorical", [[2], [0]], num_classes=4)),
    Case("to_categorical/images", _utils("to_categorical", labels("utils/mask", (2, 3), 3), 3)),
    Case("to_categorical/floats", _utils("to_categorical", [0.0, 2.0])),
    Case("normalize/rows", _utils("normalize", values("utils/rows", (3, 4)))),
    Case(
        "normalize/columns, order 1", _utils("normalize", values("utils/columns", (2, 3, 4)), 1, 1)
    ),
    Case("pad_sequences/longest", _utils("pad_sequences", SEQUENCES)),
    Case("pad_sequences/cut", _utils("pad_sequences", SEQUENCES, maxlen=2)),
    Case(
        "pad_sequences/post", _utils("pad_sequences", SEQUENCES, 2, "float32", "post", "post", -1)
    ),
    Case("pad_sequences/vectors", _utils("pad_sequences", [[[1, 2]], [[3, 4], [5, 6]]])),
)
