"""Owns the merging layers that work along axes: `Concatenate` and `Dot`."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import ops
from pykeras_core.checks import Arrays, checked
from pykeras_core.layers.merge import Merge
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["Concatenate", "Dot", "batch_dot", "concatenate", "dot"]


class Concatenate(Merge):
    """Puts the inputs one after the other along an axis.

    Args:
        axis: The axis, default the last.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If the inputs differ in another axis.

    Example:
        >>> import numpy as np
        >>> Concatenate()([np.zeros((2, 3)), np.zeros((2, 4))]).shape
        (2, 7)
    """

    @checked
    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Any) -> Any:
        """Returns the inputs, joined along `axis`."""
        return ops.concatenate(inputs, axis=self.axis)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with the sizes along `axis` added up."""
        shapes = self._shapes(input_shape)
        rank = len(shapes[0])
        if any(len(shape) != rank for shape in shapes) or not -rank <= self.axis < rank:
            raise ValueError(
                f"`Concatenate` '{self.name}' expected tensors of one rank with an axis "
                f"{self.axis}, received shapes {shapes}."
            )
        at = self.axis % rank
        result: list[int | None] = []
        for axis, sizes in enumerate(zip(*shapes, strict=True)):
            known = {size for size in sizes if size is not None}
            if axis == at:
                result.append(None if None in sizes else sum(known_sizes(sizes)))
            elif len(known) > 1:
                raise ValueError(
                    f"`Concatenate` '{self.name}' expected equal sizes in all axes but "
                    f"{self.axis}, received shapes {shapes}."
                )
            else:
                result.append(known.pop() if known else None)
        return tuple(result)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns the masks, joined; inputs without one count as unmasked."""
        if mask is None or all(m is None for m in mask):
            return None
        masks = []
        for x, m in zip(inputs, mask, strict=True):
            full = ops.ones_like(x, dtype="bool")
            if m is None:
                masks.append(full)
            elif len(m.shape) < len(x.shape):
                masks.append(ops.logical_and(ops.expand_dims(m, -1), full))
            else:
                masks.append(m)
        return ops.any(ops.concatenate(masks, axis=self.axis), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "axis": self.axis}


def known_sizes(sizes: tuple[int | None, ...]) -> list[int]:
    """Returns the sizes that are known."""
    return [size for size in sizes if size is not None]


@checked
def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """Sum product of two batches along one axis of each.

    Args:
        x: Tensor, shape `(batch, ...)`.
        y: Tensor, shape `(batch, ...)`.
        axes: The axis of both, or one for each; not 0. Default: the last of `x`, and the last of
            a matrix `y` or else its second last.

    Returns:
        Tensor, shape `(batch, *x's other sizes, *y's other sizes)`, at least two axes.

    Raises:
        ValueError: If the axes' sizes differ, or an axis is 0.
    """
    x_axis, y_axis = _dot_axes(tuple(x.shape), tuple(y.shape), axes)
    x = ops.moveaxis(x, x_axis, -1)
    y = ops.moveaxis(y, y_axis, 1)
    x_rest, y_rest = x.shape[1:-1], y.shape[2:]
    length = x.shape[-1]
    left = ops.reshape(x, (x.shape[0], math.prod(x_rest), length))
    right = ops.reshape(y, (y.shape[0], length, math.prod(y_rest)))
    rest = (*x_rest, *y_rest) or (1,)
    return ops.reshape(ops.matmul(left, right), (x.shape[0], *rest))


def _dot_axes(
    x_shape: tuple[int | None, ...], y_shape: tuple[int | None, ...], axes: Any
) -> tuple[int, int]:
    if len(x_shape) < 2 or len(y_shape) < 2:
        raise ValueError(f"`Dot` expected at least two axes, received {x_shape} and {y_shape}.")
    if axes is None:
        axes = (-1, -1 if len(y_shape) == 2 else -2)
    pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
    if len(pair) != 2 or not all(isinstance(axis, int) for axis in pair):
        raise ValueError(f"`Dot` expected `axes` as an int or two ints, received {axes!r}.")
    ranks = (len(x_shape), len(y_shape))
    if any(not -rank <= axis < rank for axis, rank in zip(pair, ranks, strict=True)):
        raise ValueError(f"`Dot` has no axes {pair} in inputs of shapes {x_shape} and {y_shape}.")
    x_axis, y_axis = pair[0] % ranks[0], pair[1] % ranks[1]
    if 0 in (x_axis, y_axis):
        raise ValueError("`Dot` cannot sum over axis 0, the batch axis.")
    sizes = (x_shape[x_axis], y_shape[y_axis])
    if None not in sizes and sizes[0] != sizes[1]:
        raise ValueError(
            f"`Dot` expected equal sizes in axes {pair}, received {sizes[0]} and {sizes[1]} of "
            f"shapes {x_shape} and {y_shape}."
        )
    return x_axis, y_axis


class Dot(Merge):
    """Sum product of two inputs along one axis of each, sample by sample.

    Args:
        axes: The axis of both, or one for each; the batch axis is 0.
        normalize: Whether to divide by the vectors' lengths first: cosine similarity.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `axes` is neither, or the inputs do not fit it.

    Example:
        >>> import numpy as np
        >>> Dot(axes=1)([np.ones((2, 3)), np.ones((2, 3))]).tolist()
        [[3.0], [3.0]]
    """

    @checked
    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        is_pair = isinstance(axes, (list, tuple)) and len(axes) == 2
        if not isinstance(axes, int) and not (is_pair and all(isinstance(a, int) for a in axes)):
            raise ValueError(f"`Dot` expected `axes` as an int or two ints, received {axes!r}.")
        self.axes = axes
        self.normalize = normalize

    def call(self, inputs: Any) -> Any:
        """Returns the sum products."""
        x, y = inputs
        if self.normalize:
            x_axis, y_axis = _dot_axes(tuple(x.shape), tuple(y.shape), self.axes)
            x, y = ops.normalize(x, axis=x_axis), ops.normalize(y, axis=y_axis)
        return batch_dot(x, y, self.axes)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the sum products."""
        shapes = self._shapes(input_shape)
        if len(shapes) != 2:
            raise ValueError(f"`Dot` '{self.name}' expected two inputs, received {len(shapes)}.")
        x_shape, y_shape = shapes
        x_axis, y_axis = _dot_axes(x_shape, y_shape, self.axes)
        batch = x_shape[0] if x_shape[0] is not None else y_shape[0]
        if None not in (x_shape[0], y_shape[0]) and x_shape[0] != y_shape[0]:
            raise ValueError(
                f"`Dot` '{self.name}' cannot merge batches of different sizes, "
                f"received shapes {shapes}."
            )
        x_rest = [size for axis, size in enumerate(x_shape) if axis not in (0, x_axis)]
        y_rest = [size for axis, size in enumerate(y_shape) if axis not in (0, y_axis)]
        return (batch, *(x_rest + y_rest or [1]))

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns the placeholder of the sum products."""
        shape = self.compute_output_shape([x.shape for x in inputs])
        return KerasTensor(shape, dtype=self.compute_dtype)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns `None`: a sum has no padding."""

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "axes": self.axes, "normalize": self.normalize}


@checked
def concatenate(inputs: Arrays, axis: int = -1, **kwargs: Any) -> Any:
    """Returns a list of tensors joined along an axis, by a `Concatenate` layer.

    Args:
        inputs: List of tensors.
        axis: The axis, default the last.
        **kwargs: Arguments of every layer.

    Returns:
        Tensor.
    """
    return Concatenate(axis=axis, **kwargs)(inputs)


@checked
def dot(inputs: Arrays, axes: Any = -1, **kwargs: Any) -> Any:
    """Returns the sum product of two tensors, by a `Dot` layer.

    Args:
        inputs: List of two tensors.
        axes: The axis of both, or one for each; default the last.
        **kwargs: Arguments of `Dot`.

    Returns:
        Tensor.
    """
    return Dot(axes=axes, **kwargs)(inputs)
