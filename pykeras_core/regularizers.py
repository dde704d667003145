"""Owns weight and activity regularizers: penalties that are added to the loss."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

from pykeras_core import ops, settings
from pykeras_core.checks import checked, known_by, number
from pykeras_core.naming import to_snake_case
from pykeras_core.saving import serialization

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]


class Regularizer:
    """Base class: a callable that gives the scalar penalty of a tensor.

    Subclasses write `__call__` and, to be saved, `get_config`.

    Example:
        >>> import pykeras_core as keras
        >>> class Cubic(keras.regularizers.Regularizer):
        ...     def __call__(self, x):
        ...         return 0.5 * keras.ops.sum(keras.ops.abs(x) ** 3)
        >>> float(Cubic()(keras.ops.array([1.0, -2.0])))
        4.5
    """

    def __call__(self, x: Any) -> Any:
        """Returns the penalty of `x`; the base class charges nothing.

        Args:
            x: Float tensor of any shape.

        Returns:
            Scalar penalty.
        """
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict.

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no `get_config()`. Return the constructor's arguments "
            "from it as a dict to make the regularizer savable."
        )

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """Makes a regularizer from `get_config()`'s dict."""
        return cls(**config)


# A share of the penalty.
Factor = Annotated[float, number(0, what="a finite number of 0 or more", below=True)]


class L1L2(Regularizer):
    """Penalty `l1 * sum(|x|) + l2 * sum(x ** 2)`.

    Args:
        l1: Factor of the absolute values, default 0. The string `"l1_l2"` in a layer means
            these defaults, so it charges nothing.
        l2: Factor of the squares, default 0.

    Raises:
        ValueError: If a factor is negative or not finite.

    Example:
        >>> import pykeras_core as keras
        >>> penalty = keras.regularizers.L1L2(l1=0.5, l2=0.25)
        >>> float(penalty(keras.ops.array([1.0, -2.0])))
        2.75
    """

    @checked
    def __init__(self, l1: Factor | None = 0.0, l2: Factor | None = 0.0) -> None:
        self.l1 = float(0.0 if l1 is None else l1)
        self.l2 = float(0.0 if l2 is None else l2)

    def __call__(self, x: Any) -> Any:
        """Returns the penalty of `x`."""
        penalty = ops.zeros((), dtype=x.dtype)
        if self.l1:
            penalty = penalty + self.l1 * ops.sum(ops.abs(x))
        if self.l2:
            penalty = penalty + self.l2 * ops.sum(ops.square(x))
        return penalty

    def get_config(self) -> dict[str, Any]:
        """Returns `{"l1": l1, "l2": l2}`."""
        return {"l1": self.l1, "l2": self.l2}


class L1(Regularizer):
    """Penalty `l1 * sum(|x|)`.

    Args:
        l1: Factor, default 0.01.

    Raises:
        ValueError: If the factor is negative or not finite.
    """

    @checked
    def __init__(self, l1: Factor | None = 0.01) -> None:
        self.l1 = float(0.01 if l1 is None else l1)

    def __call__(self, x: Any) -> Any:
        """Returns the penalty of `x`."""
        return self.l1 * ops.sum(ops.abs(x))

    def get_config(self) -> dict[str, Any]:
        """Returns `{"l1": l1}`."""
        return {"l1": self.l1}


class L2(Regularizer):
    """Penalty `l2 * sum(x ** 2)`, without a factor of one half.

    Args:
        l2: Factor, default 0.01.

    Raises:
        ValueError: If the factor is negative or not finite.
    """

    @checked
    def __init__(self, l2: Factor | None = 0.01) -> None:
        self.l2 = float(0.01 if l2 is None else l2)

    def __call__(self, x: Any) -> Any:
        """Returns the penalty of `x`."""
        return self.l2 * ops.sum(ops.square(x))

    def get_config(self) -> dict[str, Any]:
        """Returns `{"l2": l2}`."""
        return {"l2": self.l2}


class OrthogonalRegularizer(Regularizer):
    """Penalty on the pairwise similarity of a matrix's rows or columns.

    `factor * mean(|cos(a, b)|)` over the pairs of different rows (columns) `a`, `b`.

    Args:
        factor: Factor, default 0.01.
        mode: `"rows"` (default) or `"columns"`.

    Raises:
        ValueError: If the factor is negative or not finite, `mode` is another word, or the
            penalized tensor is no matrix.
    """

    @checked
    def __init__(self, factor: Factor = 0.01, mode: str = "rows") -> None:
        self.factor = float(factor)
        if mode not in ("rows", "columns"):
            raise ValueError(
                f"`OrthogonalRegularizer` expected mode 'rows' or 'columns', received {mode!r}."
            )
        self.mode = mode

    def __call__(self, inputs: Any) -> Any:
        """Returns the penalty of the matrix `inputs`."""
        if len(inputs.shape) != 2:
            raise ValueError(
                "`OrthogonalRegularizer` expected a matrix, received a tensor of shape "
                f"{tuple(inputs.shape)}."
            )
        vectors = inputs if self.mode == "rows" else ops.transpose(inputs)
        squared = ops.sum(ops.square(vectors), axis=1, keepdims=True)
        # Bounded before the root: a zero vector then has a zero gradient, not a NaN.
        unit = vectors / ops.sqrt(ops.maximum(squared, settings.epsilon() ** 2))
        count = int(vectors.shape[0])
        similarity = ops.matmul(unit, ops.transpose(unit))
        different = similarity * (1.0 - ops.eye(count, dtype=inputs.dtype))
        pairs = count * (count - 1.0) / 2.0
        return self.factor * 0.5 * ops.sum(ops.abs(different)) / pairs

    def get_config(self) -> dict[str, Any]:
        """Returns `{"factor": factor, "mode": mode}`."""
        return {"factor": self.factor, "mode": self.mode}


l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

_CLASSES = (Regularizer, L1, L2, L1L2, OrthogonalRegularizer)
_BY_NAME: dict[str, Any] = {
    **{cls.__name__: cls for cls in _CLASSES},
    **{to_snake_case(cls.__name__): cls for cls in _CLASSES},
    "l1_l2": L1L2,
}


@checked
def serialize(regularizer: Any) -> Any:
    """Returns the configuration dict of a regularizer.

    Args:
        regularizer: A regularizer, a function, or `None`.

    Returns:
        A dict with `module`, `class_name`, `config` and `registered_name`; `None` for `None`.
    """
    return serialization.serialize_keras_object(regularizer)


@checked
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Makes a regularizer from its configuration dict or its name.

    Args:
        config: What `serialize` returned, or a name.
        custom_objects: Your own classes by name.

    Returns:
        The regularizer.
    """
    return serialization.deserialize_keras_object(
        config, custom_objects=custom_objects, module_objects=_BY_NAME
    )


@checked
def get(identifier: Any) -> Any:
    """Returns the regularizer meant by a name, a configuration, a class or a callable.

    Args:
        identifier: `"l2"`, `{"class_name": "L2", "config": {...}}`, `L2`, `L2(0.1)`, a function
            of a tensor, or `None`.

    Returns:
        A callable, or `None` for `None`.

    Raises:
        ValueError: If nothing is known by that name.

    Example:
        >>> get("l2").l2
        0.01
    """
    if identifier is None:
        return None
    found = deserialize(identifier) if isinstance(identifier, (dict, str)) else identifier
    if inspect.isclass(found):
        found = found()
    if callable(found):
        return found
    raise ValueError(
        f"Unknown regularizer {identifier!r}. Use one of 'l1', 'l2', 'l1_l2', "
        "'orthogonal_regularizer', a `Regularizer`, or a function of a tensor."
    )


# What an argument may be that names one of them.
RegularizerLike = Annotated[Any, known_by("a regularizer", get, 0.0)]
