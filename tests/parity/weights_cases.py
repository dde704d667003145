"""Parity cases of what a weight is given: initializers, regularizers, constraints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, values

INITIALIZERS: tuple[tuple[str, dict[str, Any], tuple[int, ...]], ...] = (
    ("Zeros", {}, (2, 3)),
    ("Ones", {}, (2, 3)),
    ("Constant", {"value": 0.3}, (2, 3)),
    ("Identity", {"gain": 2.0}, (3, 3)),
    ("Identity", {}, (2, 4)),
    ("STFT", {"side": "real", "window": "hann", "scaling": "density"}, (16, 1, 5)),
    ("STFT", {"side": "imag", "window": "hamming", "scaling": "spectrum"}, (16, 1, 5)),
    ("STFT", {"side": "real", "window": "blackman", "periodic": True}, (16, 1, 5)),
    ("STFT", {"side": "real", "window": None, "scaling": None}, (16, 1, 5)),
)

RANDOM: tuple[tuple[str, dict[str, Any]], ...] = (
    ("GlorotUniform", {}),
    ("GlorotNormal", {"seed": 1}),
    ("HeUniform", {}),
    ("HeNormal", {}),
    ("LecunUniform", {}),
    ("LecunNormal", {}),
    ("RandomUniform", {"minval": -1.0, "maxval": 1.0, "seed": 3}),
    ("RandomNormal", {"mean": 1.0}),
    ("TruncatedNormal", {"stddev": 0.1}),
    ("Orthogonal", {"gain": 2.0}),
    ("VarianceScaling", {"scale": 2.0, "mode": "fan_out", "distribution": "normal"}),
)

REGULARIZERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("L1", {}),
    ("L1", {"l1": 0.2}),
    ("L2", {}),
    ("L2", {"l2": 0.2}),
    ("L1L2", {}),
    ("L1L2", {"l1": 0.1, "l2": 0.2}),
    ("OrthogonalRegularizer", {}),
    ("OrthogonalRegularizer", {"factor": 0.5, "mode": "columns"}),
)

CONSTRAINTS: tuple[tuple[str, dict[str, Any], tuple[int, ...]], ...] = (
    ("MaxNorm", {}, (4, 3)),
    ("MaxNorm", {"max_value": 0.5, "axis": 1}, (4, 3)),
    ("MaxNorm", {"max_value": 1.0, "axis": [0, 1, 2]}, (2, 2, 3, 2)),
    ("NonNeg", {}, (4, 3)),
    ("UnitNorm", {}, (4, 3)),
    ("MinMaxNorm", {"min_value": 0.5, "max_value": 1.0, "rate": 0.5}, (4, 3)),
    ("MinMaxNorm", {"min_value": 5.0, "max_value": 6.0}, (4, 3)),
)

Run = Callable[[Framework], dict[str, Any]]


def _label(name: str, arguments: dict[str, Any]) -> str:
    return f"{name}({', '.join(f'{key}={value}' for key, value in arguments.items())})"


def _initializer(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        initializers = framework.keras.initializers
        initializer = getattr(initializers, name)(**arguments)
        results = {"value": initializer(shape)}
        if name != "Identity":  # Keras forgets its gain
            results["config"] = initializers.serialize(initializer)
        return results

    return Case(f"initializer {_label(name, arguments)} {shape}", run)


def _random_initializer(name: str, arguments: dict[str, Any]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        # The numbers drawn differ from framework to framework; their configuration does not.
        initializers = framework.keras.initializers
        return {"config": initializers.serialize(getattr(initializers, name)(**arguments))}

    return Case(f"initializer {_label(name, arguments)}", run)


def _regularizer(name: str, arguments: dict[str, Any]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        regularizers = framework.keras.regularizers
        regularizer = getattr(regularizers, name)(**arguments)
        matrix = values("regularizer", (4, 3)) + np.float32(0.0005)
        value, (gradient,) = framework.gradients(regularizer, matrix)
        config = regularizers.serialize(regularizer)
        return {"value": value, "gradient": gradient, "config": config}

    return Case(f"regularizer {_label(name, arguments)}", run)


def _constraint(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        constraints = framework.keras.constraints
        constraint = getattr(constraints, name)(**arguments)
        weight = framework.keras.ops.convert_to_tensor(values("constraint", shape))
        return {"value": constraint(weight), "config": constraints.serialize(constraint)}

    return Case(f"constraint {_label(name, arguments)} {shape}", run)


def _lookup(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    names = {
        "initializers": [
            "glorot_uniform",
            "he_normal",
            "zeros",
            "normal",
            "uniform",
            "one",
            "Ones",
        ],
        "regularizers": ["l1", "l2", "L1L2", "orthogonal_regularizer"],
        "constraints": ["max_norm", "non_neg", "unit_norm", "min_max_norm", "MaxNorm"],
    }
    return {
        family: [type(getattr(keras, family).get(name)).__name__ for name in family_names]
        for family, family_names in names.items()
    }


CASES = (
    *(_initializer(*row) for row in INITIALIZERS),
    *(_random_initializer(*row) for row in RANDOM),
    *(_regularizer(*row) for row in REGULARIZERS),
    *(_constraint(*row) for row in CONSTRAINTS),
    Case("lookup by name", _lookup),
)
