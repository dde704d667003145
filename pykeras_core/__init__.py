"""The Keras API on NumPy. Names only.

Example:
    >>> import pykeras_core as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> model.output_shape
    (None, 2)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pykeras_core import (
    activations,
    backend,
    callbacks,
    config,
    constraints,
    datasets,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    mixed_precision,
    models,
    ops,
    optimizers,
    preprocessing,
    random,
    regularizers,
    saving,
    tree,
    utils,
)
from pykeras_core.dtype_policies import DTypePolicy
from pykeras_core.engine import StatelessScope, Variable
from pykeras_core.initializers import Initializer
from pykeras_core.layers import Input, InputSpec, KerasTensor, Layer, Operation
from pykeras_core.losses import Loss
from pykeras_core.metrics import Metric
from pykeras_core.models import Model, Sequential
from pykeras_core.naming import name_scope
from pykeras_core.optimizers import Optimizer
from pykeras_core.regularizers import Regularizer
from pykeras_core.symbolic.function import Function
from pykeras_core.version import __version__, version

if TYPE_CHECKING:
    from pykeras_core import applications

_LOADED_WHEN_USED = ("applications",)
"""Parts that few programs use."""

__all__ = [
    "DTypePolicy",
    "Function",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Operation",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "StatelessScope",
    "Variable",
    "__version__",
    "activations",
    "applications",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "name_scope",
    "ops",
    "optimizers",
    "preprocessing",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "version",
]


def __getattr__(name: str) -> Any:
    if name in _LOADED_WHEN_USED:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
