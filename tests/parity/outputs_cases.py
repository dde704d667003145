"""Parity cases of models with several outputs and inputs: what is matched to what, and its order.

All outputs are 1, so that losses tell which labels they have met.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework

SAMPLES = 4
X = np.ones((SAMPLES, 3), "float32")
A, B, C = (np.full((SAMPLES, 1), value, "float32") for value in (11.0, 3.0, 6.0))
W = np.array([1.0, 2.0, 3.0, 4.0], "float32")
V = np.array([2.0, 0.0, 0.0, 0.0], "float32")


def _ones(keras: Any, name: str, inputs: Any) -> Any:
    zeros_and_ones = {"kernel_initializer": "zeros", "bias_initializer": "ones"}
    return keras.layers.Dense(1, name=name, **zeros_and_ones)(inputs)


def _model(form: str) -> Callable[[Any], Any]:
    """Outputs `b`, `a` (and `c`), in this order, in a list, tuple, dict or nested structure."""

    def build(keras: Any) -> Any:
        inputs = keras.Input((3,), name="i")
        b, a, c = (_ones(keras, name, inputs) for name in "bac")
        outputs = {
            "list": [b, a],
            "tuple": (b, a),
            "dict": {"b": b, "a": a},
            "dict of other names": {"kb": b, "ka": a},
            "nested": {"p": [b, a], "q": c},
            "three": [b, a, c],
            "one": b,
            "one in a list": [b],
            "one in a dict": {"b": b},
        }[form]
        return keras.Model(inputs, outputs)

    return build


def _subclassed(form: str) -> Callable[[Any], Any]:
    """A subclassed model, whose outputs have no names of their own."""

    def build(keras: Any) -> Any:
        class Two(keras.Model):
            def __init__(self) -> None:
                super().__init__()
                zeros_and_ones = {"kernel_initializer": "zeros", "bias_initializer": "ones"}
                self.one = keras.layers.Dense(1, **zeros_and_ones)
                self.other = keras.layers.Dense(1, **zeros_and_ones)

            def call(self, inputs: Any) -> Any:
                one, other = self.one(inputs), self.other(inputs)
                return [one, other] if form == "list" else {"b": one, "a": other}

        return Two()

    return build


@dataclasses.dataclass(frozen=True)
class Outputs:
    """How one model is compiled and evaluated.

    Attributes:
        name: Name of the case.
        build: Makes the model from a Keras module.
        y: Labels.
        compile: Arguments of `compile`.
        sample_weight: Weights of the samples.
    """

    name: str
    build: Callable[[Any], Any]
    y: Any
    compile: dict[str, Any]
    sample_weight: Any = None

    def __call__(self, framework: Framework) -> dict[str, Any]:
        """Evaluation as a dict and as a list, and that of a batch."""
        model = self.build(framework.keras)
        model.compile("sgd", **self.compile)
        options = {"sample_weight": self.sample_weight, "verbose": 0, "batch_size": 2}
        return {
            "by name": model.evaluate(X, self.y, return_dict=True, **options),
            "in order": model.evaluate(X, self.y, **options),
            "on a batch": model.test_on_batch(X, self.y, sample_weight=self.sample_weight),
        }


BOTH = {"a": A, "b": B}
MSE_MAE = {"b": "mse", "a": "mae"}
MAE_MSE = {"a": "mae", "b": "mse"}
TWO_METRICS = {"a": ["mae"], "b": ["mse", "mae"]}

_BY_FORM = tuple(
    Outputs(f"{form}: {name}", _model(form), y, arguments)
    for form in ("list", "tuple", "dict")
    for name, y, arguments in (
        ("labels in a list", [B, A], {"loss": "mse"}),
        ("labels in a dict", BOTH, {"loss": "mse"}),
        ("losses and metrics in dicts", BOTH, {"loss": MAE_MSE, "metrics": TWO_METRICS}),
        ("losses in the other order", BOTH, {"loss": MSE_MAE, "weighted_metrics": TWO_METRICS}),
        ("losses in a list", BOTH, {"loss": ["mse", "mae"], "metrics": [["mae"], ["mse"]]}),
        ("a metric for one", [B, A], {"loss": "mse", "metrics": {"a": None, "b": "mae"}}),
        ("weights of losses", BOTH, {"loss": MSE_MAE, "loss_weights": {"b": 10.0, "a": 2.0}}),
    )
)

_NESTED = {"p": [B, A], "q": C}

CASES = tuple(
    Case(one.name, one)
    for one in (
        *_BY_FORM,
        Outputs(
            "dict of other names",
            _model("dict of other names"),
            {"ka": A, "kb": B},
            {
                "loss": {"kb": "mse", "ka": "mae"},
                "metrics": {"ka": ["mae"], "kb": "mse"},
            },
        ),
        Outputs("one loss of two", _model("list"), [B], {"loss": ["mse", None]}),
        Outputs("one loss of two in a dict", _model("dict"), {"a": A}, {"loss": {"a": "mse"}}),
        Outputs("two losses of three", _model("three"), [B, C], {"loss": ["mse", None, "mae"]}),
        Outputs(
            "weights of samples in a list",
            _model("list"),
            [B, A],
            {"loss": "mse", "weighted_metrics": [["mae"], ["mse"]]},
            [W, V],
        ),
        Outputs(
            "weights of samples in a dict",
            _model("dict"),
            BOTH,
            {"loss": "mse", "weighted_metrics": [["mae"], ["mse"]]},
            {"a": V, "b": W},
        ),
        Outputs(
            "weights of samples for all",
            _model("list"),
            [B, A],
            {"loss": "mse", "metrics": [["mae"], ["mae"]], "weighted_metrics": [["mae"], None]},
            W,
        ),
        Outputs("nested", _model("nested"), _NESTED, {"loss": "mse"}),
        Outputs(
            "nested losses and metrics",
            _model("nested"),
            _NESTED,
            {
                "loss": {"q": "mse", "p": ["mse", "mae"]},
                "metrics": {"q": ["mae"], "p": [["mae"], ["mse"]]},
            },
        ),
        Outputs(
            "nested weights of losses",
            _model("nested"),
            _NESTED,
            {
                "loss": {"p": ["mse", "mae"], "q": "mse"},
                "loss_weights": {"p": [1.0, 2.0], "q": 3.0},
            },
        ),
        Outputs("nested losses of some", _model("nested"), {"q": C}, {"loss": {"q": "mse"}}),
        *(
            Outputs(
                form,
                _model(form),
                B,
                {
                    "loss": {"b": "mse"},
                    "metrics": {"b": ["mae", "mse"]},
                    "loss_weights": [2.0],
                },
            )
            for form in ("one", "one in a list", "one in a dict")
        ),
        Outputs(
            "metrics of one name",
            _model("one"),
            B,
            {"loss": "mse", "metrics": ["mae", "mae"], "weighted_metrics": ["mae", "mse"]},
            W,
        ),
        Outputs(
            "subclassed, in a list",
            _subclassed("list"),
            [B, A],
            {"loss": ["mse", "mae"], "metrics": [["mae"], ["mse"]], "loss_weights": [1.0, 2.0]},
        ),
        Outputs(
            "subclassed, in a dict",
            _subclassed("dict"),
            BOTH,
            {"loss": MAE_MSE, "metrics": {"a": "mae", "b": "mse"}},
        ),
    )
)
