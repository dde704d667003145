"""Owns the mapping between our classes and the public Keras names that files use for them."""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import Any

from pykeras_core.symbolic.op_call import class_from_name

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

# Those whose functions a file may name: what is computed with, nothing that reads or writes files.
FUNCTION_NAMESPACES = (
    "keras.activations",
    "keras.initializers",
    "keras.metrics",
    "keras.losses",
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
INNER_NAMES = {
    "Functional": "keras.src.models.functional",
    "CustomScaleLayer": "keras.src.applications.inception_resnet_v2",
    **dict.fromkeys(("LayerScale", "StochasticDepth"), "keras.src.applications.convnext"),
    **dict.fromkeys(
        ("Cross", "Feature", "TFDConcat", "TFDIdentity"),
        "keras.src.layers.preprocessing.feature_space",
    ),
    "FeatureSpace": "keras.utils",
}

# Where such objects are here, if not in the namespace of their kind.
_HOMES = {
    "keras.src.applications.convnext": "applications.convnext",
    "keras.src.applications.inception_resnet_v2": "applications.inception_resnet_v2",
    "keras.src.layers.preprocessing.feature_space": "models.features",
    "keras.utils": "models.feature_space",
}

# Classes whose public name in Keras is not their own.
EXPORTED_NAMES = {"GroupedQueryAttention": "GroupQueryAttention"}


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
    name = EXPORTED_NAMES.get(name, name)
    for namespace in NAMESPACES:
        loaded = sys.modules.get(_module_name(namespace))
        if loaded is not None and getattr(loaded, name, None) is obj:
            return namespace, name
    return None


# The packages that Keras has been: their private modules are named after the public ones.
KERAS_PACKAGES = ("keras", "keras_core", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")


def _families(module: str) -> list[str]:
    """The public namespaces that a private module of some Keras may belong to, likeliest first."""
    parts = module.split(".")
    named = [space for space in NAMESPACES if space.rpartition(".")[2] in parts]
    return [*reversed(named), *(space for space in NAMESPACES if space not in named)]


def symbol_from_name(namespace: str, name: str) -> Any:
    """Returns the class or function that a Keras file means.

    A private module of any Keras, on any backend, stands for the public class of that name:
    files name `keras.src.models.functional`, or on PyTorch
    `keras.src.backend.torch.optimizers.torch_adam`.

    Args:
        namespace: The file's `module`, for example `"keras.layers"`.
        name: The file's `class_name`.

    Returns:
        The object, or `None` if we have none of that name.
    """
    if namespace == "keras.src.ops" or namespace.startswith("keras.src.ops."):
        return class_from_name(namespace, name)
    if namespace == "keras":
        return _in_namespace(ROOT_NAMES.get(name, ""), name)
    if namespace in NAMESPACES:
        return _in_namespace(namespace, name)
    if namespace in _HOMES and INNER_NAMES.get(name) == namespace:
        return getattr(importlib.import_module(f"{PACKAGE}.{_HOMES[namespace]}"), name)
    if not any(namespace == root or namespace.startswith(f"{root}.") for root in KERAS_PACKAGES):
        return None
    found = (_in_namespace(space, name) for space in _families(namespace))
    return next((symbol for symbol in found if symbol is not None), None)


def _in_namespace(namespace: str, name: str) -> Any:
    """One of our classes, or functions that take tensors, by its public name; or `None`."""
    if namespace not in NAMESPACES:
        return None
    found = getattr(importlib.import_module(_module_name(namespace)), name, None)
    module: str = getattr(found, "__module__", None) or ""
    if module.split(".", maxsplit=1)[0] != PACKAGE:
        return None
    return found if inspect.isclass(found) or namespace in FUNCTION_NAMESPACES else None
