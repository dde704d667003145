"""Owns weight constraints: projections applied to a weight after each optimizer update."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

from pykeras_core import ops, settings
from pykeras_core.checks import checked, known_by
from pykeras_core.naming import to_snake_case
from pykeras_core.saving import serialization

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]

Axis = int | list[int] | tuple[int, ...]


class Constraint:
    """Base class: a callable that takes a weight and returns what replaces it.

    Example:
        >>> import pykeras_core as keras
        >>> class Halved(keras.constraints.Constraint):
        ...     def __call__(self, w):
        ...         return 0.5 * w
        >>> layer = keras.layers.Dense(4, kernel_constraint=Halved())
    """

    def __call__(self, w: Any) -> Any:
        """Returns the projected weight; the base class returns it unchanged.

        Args:
            w: Weight, float tensor of any shape.

        Returns:
            Tensor of the same shape.
        """
        return w

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict."""
        return {}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Constraint:
        """Makes a constraint from `get_config()`'s dict."""
        return cls(**config)


def _norms(w: Any, axis: Axis) -> Any:
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    return ops.sqrt(ops.sum(ops.square(w), axis=axes, keepdims=True))


class MaxNorm(Constraint):
    """Shrinks weight vectors longer than `max_value`: `w * clip(|w|, 0, max) / (eps + |w|)`.

    Args:
        max_value: Largest norm allowed, default 2.
        axis: Axis or axes over which a norm is taken, default 0: the incoming weights of each
            `Dense` unit. `[0, 1, 2]` gives each filter of a `Conv2D` kernel.

    Example:
        >>> import pykeras_core as keras
        >>> w = keras.ops.array([[3.0], [4.0]])
        >>> keras.constraints.MaxNorm(1.0)(w).numpy().round(3).tolist()
        [[0.6000000238418579], [0.800000011920929]]
    """

    @checked
    def __init__(self, max_value: float = 2, axis: Axis = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """Returns the projected weight."""
        w = ops.convert_to_tensor(w)
        norms = _norms(w, self.axis)
        desired = ops.clip(norms, 0, self.max_value)
        return w * (desired / (settings.epsilon() + norms))

    def get_config(self) -> dict[str, Any]:
        """Returns `{"max_value": max_value, "axis": axis}`."""
        return {"max_value": self.max_value, "axis": self.axis}


class NonNeg(Constraint):
    """Replaces negative weights by 0: `max(w, 0)`."""

    def __call__(self, w: Any) -> Any:
        """Returns the projected weight."""
        return ops.maximum(ops.convert_to_tensor(w), 0)


class UnitNorm(Constraint):
    """Scales weight vectors to length 1: `w / (eps + |w|)`.

    Args:
        axis: Axis or axes over which a norm is taken, default 0.
    """

    @checked
    def __init__(self, axis: Axis = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """Returns the projected weight."""
        w = ops.convert_to_tensor(w)
        return w / (settings.epsilon() + _norms(w, self.axis))

    def get_config(self) -> dict[str, Any]:
        """Returns `{"axis": axis}`."""
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """Pulls the length of weight vectors into `[min_value, max_value]`.

    `w * (rate * clip(|w|, min, max) + (1 - rate) * |w|) / (eps + |w|)`.

    Args:
        min_value: Smallest norm, default 0.
        max_value: Largest norm, default 1.
        rate: How much of the way is gone at each step, 0 to 1; 1 (default) enforces the range.
        axis: Axis or axes over which a norm is taken, default 0.
    """

    @checked
    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: Axis = 0,
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """Returns the projected weight."""
        w = ops.convert_to_tensor(w)
        norms = _norms(w, self.axis)
        clipped = ops.clip(norms, self.min_value, self.max_value)
        desired = self.rate * clipped + (1 - self.rate) * norms
        return w * (desired / (settings.epsilon() + norms))

    def get_config(self) -> dict[str, Any]:
        """Returns the four arguments."""
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }


max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

_CLASSES = (Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm)
_BY_NAME: dict[str, Any] = {
    **{cls.__name__: cls for cls in _CLASSES},
    **{to_snake_case(cls.__name__): cls for cls in _CLASSES},
}


@checked
def serialize(constraint: Any) -> Any:
    """Returns the configuration dict of a constraint.

    Args:
        constraint: A constraint, a function, or `None`.

    Returns:
        A dict with `module`, `class_name`, `config` and `registered_name`; `None` for `None`.
    """
    return serialization.serialize_keras_object(constraint)


@checked
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Makes a constraint from its configuration dict or its name.

    Args:
        config: What `serialize` returned, or a name.
        custom_objects: Your own classes by name.

    Returns:
        The constraint.
    """
    return serialization.deserialize_keras_object(
        config, custom_objects=custom_objects, module_objects=_BY_NAME
    )


@checked
def get(identifier: Any) -> Any:
    """Returns the constraint meant by a name, a configuration, a class or a callable.

    Args:
        identifier: `"max_norm"`, `{"class_name": "MaxNorm", "config": {...}}`, `MaxNorm`,
            `MaxNorm(3)`, a function of a tensor, or `None`.

    Returns:
        A callable, or `None` for `None`.

    Raises:
        ValueError: If nothing is known by that name.

    Example:
        >>> get("max_norm").max_value
        2
    """
    if identifier is None:
        return None
    found = deserialize(identifier) if isinstance(identifier, (dict, str)) else identifier
    if inspect.isclass(found):
        found = found()
    if callable(found):
        return found
    raise ValueError(
        f"Unknown constraint {identifier!r}. Use one of 'max_norm', 'min_max_norm', 'non_neg', "
        "'unit_norm', a `Constraint`, or a function of a tensor."
    )


# What an argument may be that names one of them.
ConstraintLike = Annotated[Any, known_by("a constraint", get, 0.0)]
