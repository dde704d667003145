"""Owns `InputSpec` and the check of a layer's inputs against it."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import engine, tree
from pykeras_core.checks import DType, Shape, checked
from pykeras_core.symbolic.keras_tensor import standardize_shape

__all__ = ["InputSpec", "assert_input_compatibility"]


class InputSpec:
    """What a layer demands of one input.

    Args:
        dtype: Dtype, or `None` for any.
        shape: Shape with `None` for any size, batch axis included.
        ndim: Number of axes.
        max_ndim: Largest number of axes.
        min_ndim: Smallest number of axes.
        axes: Sizes by axis number, negative ones counted from the end.
        allow_last_axis_squeeze: Whether a last axis of size 1 may be missing or extra.
        name: Key of this input when inputs are passed as a dict.
        optional: Whether the input may be `None`.

    Raises:
        TypeError: If `axes` is no dict with int keys.
        ValueError: If an axis lies beyond `ndim` or `max_ndim`.

    Example:
        >>> InputSpec(min_ndim=2, axes={-1: 784})
        InputSpec(min_ndim=2, axes={-1: 784})
    """

    @checked
    def __init__(
        self,
        dtype: DType = None,
        shape: Shape | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = None if dtype is None else engine.canonical_dtype(dtype)
        self.shape = None if shape is None else standardize_shape(shape)
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional
        try:
            self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        except (AttributeError, TypeError, ValueError):
            raise TypeError(
                f"`InputSpec` expected `axes` as a dict of axis to size, received {axes!r}."
            ) from None
        most = self.ndim if self.ndim is not None else max_ndim
        if self.axes and most is not None and max(self.axes) >= most:
            raise ValueError(
                f"`InputSpec` has axis {max(self.axes)}, but inputs have at most {most} axes."
            )

    def __repr__(self) -> str:
        fields = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        parts = [f"{field}={getattr(self, field)}" for field in fields if getattr(self, field)]
        return f"InputSpec({', '.join(parts)})"

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        fields = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {field: getattr(self, field) for field in fields}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """Makes a spec from `get_config()`'s dict."""
        return cls(**config)


def assert_input_compatibility(input_spec: Any, inputs: Any, layer: Any) -> None:
    """Checks a layer's inputs against its `input_spec`.

    Args:
        input_spec: An `InputSpec`, or a nested structure of them, one per input.
        inputs: Tensor or nested structure of tensors.
        layer: The layer, for the message.

    Raises:
        ValueError: If the number of inputs, or an input's axes, shape or dtype do not fit.
    """
    specs = tree.flatten(input_spec)
    if isinstance(inputs, dict) and all(spec is not None and spec.name for spec in specs):
        missing = [spec.name for spec in specs if spec.name not in inputs]
        if missing:
            raise ValueError(
                f"{_who(layer)} expected inputs named {[spec.name for spec in specs]}, "
                f"received {sorted(inputs)}: {missing} missing."
            )
        inputs = [inputs[spec.name] for spec in specs]
    leaves = tree.flatten(inputs)
    if len(leaves) != len(specs):
        raise ValueError(
            f"{_who(layer)} expected {len(specs)} input(s), received {len(leaves)}. "
            "Pass several inputs as one list."
        )
    for spec, x in zip(specs, leaves, strict=True):
        if spec is None or (x is None and spec.optional):
            continue
        if not hasattr(x, "shape"):
            raise ValueError(
                f"{_who(layer)} expected a tensor, received {x!r} of type {type(x).__name__}."
            )
        _check(spec, x, layer)


def _who(layer: Any) -> str:
    return f"`{type(layer).__name__}` '{layer.name}'"


def _check(spec: InputSpec, x: Any, layer: Any) -> None:
    shape = standardize_shape(x.shape)
    received = f"received shape {shape}"
    if spec.ndim is not None and not spec.allow_last_axis_squeeze and len(shape) != spec.ndim:
        raise ValueError(
            f"{_who(layer)} expected inputs with {spec.ndim} axes, the batch axis included, "
            f"{received}."
        )
    if spec.max_ndim is not None and len(shape) > spec.max_ndim:
        raise ValueError(f"{_who(layer)} expected at most {spec.max_ndim} axes, {received}.")
    if spec.min_ndim is not None and len(shape) < spec.min_ndim:
        raise ValueError(
            f"{_who(layer)} expected at least {spec.min_ndim} axes, the batch axis included, "
            f"{received}."
        )
    if spec.dtype is not None and engine.canonical_dtype(x.dtype) != spec.dtype:
        raise ValueError(f"{_who(layer)} expected dtype {spec.dtype}, received dtype {x.dtype}.")
    for axis, size in spec.axes.items():
        if size is not None and shape[axis] not in (size, None):
            name = "last axis" if axis in (-1, len(shape) - 1) else f"axis {axis}"
            raise ValueError(
                f"{_who(layer)} expected inputs with {name} {size}, {received}. "
                f"{_advice(shape, size)}"
            )
    _check_shape(spec, shape, layer)


def _advice(shape: tuple[int | None, ...], size: int) -> str:
    sizes = shape[1:]
    if len(sizes) > 1 and None not in sizes and math.prod(map(int, filter(None, sizes))) == size:
        return "Add `Flatten()` before it."
    return "Reshape the data, or build the layer for this shape."


def _check_shape(spec: InputSpec, shape: tuple[int | None, ...], layer: Any) -> None:
    wanted = spec.shape
    if wanted is None:
        return
    found = shape
    if spec.allow_last_axis_squeeze:  # by rank: the batch axis of a single sample is no last axis
        if len(found) == len(wanted) + 1 and found[-1] == 1:
            found = found[:-1]
        elif len(found) == len(wanted) - 1 and wanted[-1] == 1:
            wanted = wanted[:-1]
    fits = len(found) == len(wanted) and all(
        size is None or other is None or size == other
        for size, other in zip(wanted, found, strict=True)
    )
    if not fits:
        raise ValueError(
            f"{_who(layer)} expected inputs of shape {spec.shape}, received shape {shape}."
        )
