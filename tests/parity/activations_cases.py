"""Parity cases of `keras.activations`: values, gradients, names."""

from __future__ import annotations

from typing import Any

import numpy as np

from .golden import Case, Framework, values

# Away from the kinks of the piecewise functions, where any slope is right.
POINTS = np.concatenate(
    [values("activation/points", (4, 5), -7.0, 7.0), [[-0.3, 0.2, 0.7, 1.6, 9]]]
)
POINTS = (POINTS + 0.0005).astype("float32")

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("celu", {}),
    ("celu", {"alpha": 0.5}),
    ("elu", {}),
    ("elu", {"alpha": 0.5}),
    ("exponential", {}),
    ("gelu", {}),
    ("gelu", {"approximate": True}),
    ("hard_shrink", {}),
    ("hard_sigmoid", {}),
    ("hard_silu", {}),
    ("hard_tanh", {}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.05}),
    ("linear", {}),
    ("log_sigmoid", {}),
    ("log_softmax", {}),
    ("log_softmax", {"axis": 0}),
    ("mish", {}),
    ("relu", {}),
    ("relu", {"max_value": 6}),
    ("relu", {"negative_slope": 0.1}),
    ("relu", {"negative_slope": 0.1, "max_value": 3.0}),
    ("relu", {"negative_slope": 0.1, "max_value": 3.0, "threshold": 1.5}),
    ("relu", {"threshold": 1.5}),
    ("relu6", {}),
    ("selu", {}),
    ("sigmoid", {}),
    ("silu", {}),
    ("soft_shrink", {}),
    ("soft_shrink", {"threshold": 1.0}),
    ("softmax", {}),
    ("softmax", {"axis": 0}),
    ("softplus", {}),
    ("softsign", {}),
    ("sparse_plus", {}),
    ("sparse_sigmoid", {}),
    ("squareplus", {}),
    ("squareplus", {"b": 1}),
    ("tanh", {}),
    ("tanh_shrink", {}),
    ("threshold", {"threshold": 0.5, "default_value": 0.1}),
)


def _call_case(name: str, arguments: dict[str, Any]) -> Case:
    weights = values("activation/weights", POINTS.shape)

    def run(framework: Framework) -> dict[str, Any]:
        function = getattr(framework.keras.activations, name)
        # The weights keep the gradient of a softmax, whose plain sum is constant, from vanishing.
        weighted, (gradient,) = framework.gradients(
            lambda x: function(x, **arguments) * weights, POINTS
        )
        return {"value": weighted, "gradient": gradient}

    label = ", ".join([name, *(f"{key}={value}" for key, value in arguments.items())])
    return Case(label, run)


def _halved(framework: Framework) -> dict[str, Any]:
    x = values("activation/glu", (3, 6))
    value, (gradient,) = framework.gradients(framework.keras.activations.glu, x)
    return {"value": value, "gradient": gradient}


def _lookup(framework: Framework) -> dict[str, Any]:
    activations = framework.keras.activations
    names = ["relu", "swish", "silu", "hard_swish", "hard_silu", "tanh", "softmax", "linear"]
    found: dict[str, Any] = {name: activations.get(name).__name__ for name in names}
    found["None"] = activations.get(None).__name__
    found["serialized"] = [activations.serialize(activations.get(name)) for name in names]
    return found


CASES = (
    *(_call_case(*row) for row in CALLS),
    Case("glu", _halved),
    Case("lookup by name", _lookup),
)
