"""Owns the mapping between our classes and the public Keras names that files use for them."""

from __future__ import annotations

import importlib
import sys
from typing import Any

__all__ = ["public_name", "symbol_from_name"]

PACKAGE = __name__.split(".", maxsplit=1)[0]

# In the order in which a name is chosen for an object that several namespaces hold: Keras files
# call `Layer` `keras.Layer`, and `mean_squared_error` `keras.metrics.mean_squared_error`.
NAMESPACES = (
    "keras.layers",
    "keras.activations",
    "keras.initializers",
    "keras.regularizers",
    "keras.constraints",
    "keras.metrics",
    "keras.losses",
    "keras.optimizers",
    "keras.optimizers.schedules",
    "keras.dtype_policies",
    "keras.models",
    "keras.random",
)

# Objects that files name in the top-level namespace, and where they are.
ROOT_NAMES = {
    "DTypePolicy": "keras.dtype_policies",
    "Function": "keras.models",
    "Initializer": "keras.initializers",
    "InputSpec": "keras.layers",
    "Layer": "keras.layers",
    "Loss": "keras.losses",
    "Metric": "keras.metrics",
    "Model": "keras.models",
    "Operation": "keras.layers",
    "Optimizer": "keras.optimizers",
    "Regularizer": "keras.regularizers",
    "Sequential": "keras.models",
}


# Objects without a public name, and the inner module by which Keras's files call them.
INNER_NAMES = {"Functional": "keras.src.models.functional"}


def _module_name(namespace: str) -> str:
    return PACKAGE + namespace.removeprefix("keras")


def public_name(obj: Any) -> tuple[str, str] | None:
    """Returns where Keras keeps one of our classes or functions.

    Args:
        obj: A class or function.

    Returns:
        `(namespace, name)`, for example `("keras.layers", "Dense")`; `None` for an object that
        is not ours or has no public name.
    """
    module: str = getattr(obj, "__module__", None) or ""
    name: str | None = getattr(obj, "__name__", None)
    if name is None or module.split(".", maxsplit=1)[0] != PACKAGE:
        return None
    form = getattr(obj, "form", None)  # an op in a functional model
    if form is not None:
        return form.module, form.class_name
    if name in INNER_NAMES:
        return INNER_NAMES[name], name
    if name in ROOT_NAMES:
        return "keras", name
    for namespace in NAMESPACES:
        loaded = sys.modules.get(_module_name(namespace))
        if loaded is not None and getattr(loaded, name, None) is obj:
            return namespace, name
    return None


def symbol_from_name(namespace: str, name: str) -> Any:
    """Returns the class or function that a Keras file means.

    Args:
        namespace: The file's `module`, for example `"keras.layers"` or the inner
            `"keras.src.models.functional"`, as Keras writes for a few classes.
        name: The file's `class_name`.

    Returns:
        The object, or `None` if we have none of that name.
    """
    if namespace == "keras.src.ops" or namespace.startswith("keras.src.ops."):
        op_call = importlib.import_module(f"{PACKAGE}.symbolic.op_call")
        return op_call.class_from_name(namespace, name)
    if namespace.startswith("keras.src."):
        namespace = f"keras.{namespace.split('.')[2]}"
    elif namespace == "keras":
        namespace = ROOT_NAMES.get(name, "")
    if namespace not in NAMESPACES:
        return None
    found = getattr(importlib.import_module(_module_name(namespace)), name, None)
    module: str = getattr(found, "__module__", "")
    return found if module.split(".", maxsplit=1)[0] == PACKAGE else None
