"""`keras.optimizers`: rules that change weights by gradients, as classes and string names."""

from __future__ import annotations

import difflib
import inspect
from typing import Any

from pykeras_core.checks import checked, refuse
from pykeras_core.optimizers import legacy, schedules
from pykeras_core.optimizers.adam import Adam, Adamax, AdamW, Lamb, Nadam, ScheduleFreeAdamW
from pykeras_core.optimizers.adaptive import Adadelta, Adagrad, Ftrl, RMSprop
from pykeras_core.optimizers.base import Optimizer
from pykeras_core.optimizers.matrix import Adafactor, Muon
from pykeras_core.optimizers.sgd import SGD, Lion
from pykeras_core.optimizers.wrappers import LossScaleOptimizer, MultiOptimizer, OptimizerMap
from pykeras_core.saving import registration, serialization

__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "legacy",
    "schedules",
    "serialize",
]

# Names are read without regard to case: "adam", "Adam" and "ADAM" are one.
_NAMES: dict[str, Any] = {
    name.lower(): globals()[name] for name in __all__ if inspect.isclass(globals().get(name))
}


@checked
def serialize(optimizer: Optimizer) -> Any:
    """Returns the configuration of an optimizer.

    Args:
        optimizer: The optimizer.

    Returns:
        A JSON-ready dict.
    """
    return serialization.serialize_keras_object(optimizer)


@checked
def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """Makes an optimizer from its configuration; the reverse of `serialize`.

    Args:
        config: What `serialize` returned, or `{"class_name": name, "config": {...}}`.
        custom_objects: Your own optimizers by name.

    Returns:
        The optimizer.
    """
    name = config.get("class_name")
    if not isinstance(name, str):
        what = "a dict with the name of a class as 'class_name'"
        raise refuse("deserialize", "config", what, config)
    name = name.lower()
    if not config.get("module") and name in _NAMES:
        config = {**config, "class_name": name}
    return serialization.deserialize_keras_object(
        config, module_objects=_NAMES, custom_objects=custom_objects
    )


@checked
def get(identifier: Any) -> Any:
    """Returns the optimizer meant by a name, a configuration or an optimizer.

    Args:
        identifier: For example `"adam"`, `keras.optimizers.SGD(0.1)`, or `None`.

    Returns:
        An `Optimizer`; `None` for `None`.

    Raises:
        ValueError: If nothing has that name, or the object is no optimizer.

    Example:
        >>> type(get("adam")).__name__
        'Adam'
    """
    if identifier is None:
        return None
    found = identifier
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    elif isinstance(identifier, str):
        cls = registration.get_registered_object(identifier) or _NAMES.get(identifier.lower())
        if cls is None:
            raise ValueError(_unknown(identifier))
        found = cls()
    if not isinstance(found, Optimizer):
        raise ValueError(
            "An optimizer must be a name or a `keras.optimizers.Optimizer`, received "
            f"{identifier!r}."
        )
    return found


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), _NAMES, n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return (
        f"Unknown optimizer {name!r}.{hint} Use a name from `keras.optimizers`, such as 'adam' or "
        "'sgd', or pass an optimizer."
    )
