"""Owns the layers that make one tensor of several, elementwise."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from pykeras_core import ops
from pykeras_core.checks import Arrays, checked
from pykeras_core.layers.base import Layer
from pykeras_core.layers.masking import get_keras_mask, set_keras_mask
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = [
    "Add",
    "Average",
    "Maximum",
    "Merge",
    "Minimum",
    "Multiply",
    "Subtract",
    "add",
    "average",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]

Shape = tuple[int | None, ...]


class Merge(Layer):
    """Base class of merging layers: called on a list of tensors of the same batch size.

    Tensors of fewer axes get axes of size 1 after the batch axis; sizes of 1 broadcast.

    Args:
        **kwargs: Arguments of every layer.
    """

    @checked
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def _merge_function(self, inputs: list[Any]) -> Any:
        raise NotImplementedError(f"`{type(self).__name__}` has no `_merge_function(inputs)`.")

    def build(self, input_shape: Any) -> None:
        """Checks that the shapes fit together.

        Args:
            input_shape: List of shapes.

        Raises:
            ValueError: If it is no list of shapes, or they do not fit.
        """
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Returns the merged tensor.

        Args:
            inputs: List of tensors.

        Returns:
            Tensor of the broadcast shape.
        """
        rank = max(len(x.shape) for x in inputs)
        return self._merge_function([_with_rank(x, rank) for x in inputs])

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the broadcast shape."""
        shapes = self._shapes(input_shape)
        batch_sizes = {shape[0] for shape in shapes} - {None}
        if len(batch_sizes) > 1:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' cannot merge batches of different sizes, "
                f"received shapes {shapes}."
            )
        try:
            sample = functools.reduce(_broadcast, (shape[1:] for shape in shapes))
        except ValueError:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' cannot merge tensors of shapes {shapes}: "
                "sizes must be equal or 1."
            ) from None
        return (batch_sizes.pop() if batch_sizes else None, *sample)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns the placeholder of the merged tensor."""
        shape = self.compute_output_shape([x.shape for x in inputs])
        dtypes = {x.dtype for x in inputs}
        return KerasTensor(shape, dtype=dtypes.pop() if len(dtypes) == 1 else self.compute_dtype)

    def _shapes(self, input_shape: Any) -> list[Shape]:
        is_list = isinstance(input_shape, (list, tuple)) and len(input_shape) > 0
        if not is_list or not all(isinstance(shape, (list, tuple)) for shape in input_shape):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' merges a list of tensors, received shape "
                f"{input_shape}. Call it as `layer([a, b])`."
            )
        return [tuple(shape) for shape in input_shape]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns where any input is unmasked; `None` if an input has no mask."""
        if mask is None or any(m is None for m in mask):
            return None
        return functools.reduce(ops.logical_or, mask)

    def _fold_unmasked(self, function: Callable[[Any, Any], Any], inputs: list[Any]) -> Any:
        """Folds the inputs so that masked entries do not count."""
        output, output_mask = inputs[0], _full_mask(inputs[0])
        for x in inputs[1:]:
            mask = _full_mask(x)
            right = x if mask is None else ops.where(mask, x, output)
            left = output if output_mask is None else ops.where(output_mask, output, right)
            both = mask is not None and output_mask is not None
            output_mask = ops.logical_or(output_mask, mask) if both else None
            output = function(left, right)
        if output_mask is not None:
            set_keras_mask(output, ops.any(output_mask, axis=-1))
        return output


def _full_mask(x: Any) -> Any:
    mask = get_keras_mask(x)
    return None if mask is None else ops.broadcast_to(ops.expand_dims(mask, -1), x.shape)


def _with_rank(x: Any, rank: int) -> Any:
    missing = rank - len(x.shape)
    return ops.reshape(x, (x.shape[0], *(1,) * missing, *x.shape[1:])) if missing else x


def _broadcast(a: Shape, b: Shape) -> Shape:
    if len(a) < len(b):
        a, b = b, a
    sizes = list(a[: len(a) - len(b)])
    for left, right in zip(a[len(a) - len(b) :], b, strict=True):
        if left is None or right is None:
            sizes.append(None)
        elif left == right or 1 in (left, right):
            sizes.append(max(left, right) if 0 not in (left, right) else 0)
        else:
            raise ValueError(f"{a} and {b} do not broadcast")
    return tuple(sizes)


class Add(Merge):
    """Sum of the inputs.

    Args:
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> Add()([np.ones((1, 2)), np.ones((1, 2))]).tolist()
        [[2.0, 2.0]]
    """

    def _merge_function(self, inputs: list[Any]) -> Any:
        return functools.reduce(ops.add, inputs)


class Subtract(Merge):
    """The first input minus the second.

    Args:
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If called on other than two inputs.
    """

    def build(self, input_shape: Any) -> None:
        """Checks that there are two shapes, which fit together.

        Args:
            input_shape: List of two shapes.
        """
        super().build(input_shape)
        if len(input_shape) != 2:
            raise ValueError(
                f"`Subtract` '{self.name}' expected two inputs, received {len(input_shape)}."
            )

    def _merge_function(self, inputs: list[Any]) -> Any:
        return ops.subtract(inputs[0], inputs[1])


class Multiply(Merge):
    """Product of the inputs; masked entries of an input count as the others' product.

    Args:
        **kwargs: Arguments of every layer.
    """

    def _merge_function(self, inputs: list[Any]) -> Any:
        masked = any(get_keras_mask(x) is not None for x in inputs)
        if not masked:
            return functools.reduce(ops.multiply, inputs)
        masks = [_full_mask(x) for x in inputs]
        factors = [
            x if mask is None else ops.where(mask, x, 1)
            for x, mask in zip(inputs, masks, strict=True)
        ]
        output = functools.reduce(ops.multiply, factors)
        if all(mask is not None for mask in masks):
            output_mask = functools.reduce(ops.logical_or, masks)
            output = ops.where(output_mask, output, 0)
            set_keras_mask(output, ops.any(output_mask, axis=-1))
        return output


class Average(Merge):
    """Mean of the inputs.

    Args:
        **kwargs: Arguments of every layer.
    """

    def _merge_function(self, inputs: list[Any]) -> Any:
        return functools.reduce(ops.add, inputs) / len(inputs)


class Maximum(Merge):
    """Elementwise largest of the inputs; masked entries do not count.

    Args:
        **kwargs: Arguments of every layer.
    """

    def _merge_function(self, inputs: list[Any]) -> Any:
        return self._fold_unmasked(ops.maximum, inputs)


class Minimum(Merge):
    """Elementwise smallest of the inputs; masked entries do not count.

    Args:
        **kwargs: Arguments of every layer.
    """

    def _merge_function(self, inputs: list[Any]) -> Any:
        return self._fold_unmasked(ops.minimum, inputs)


@checked
def add(inputs: Arrays, **kwargs: Any) -> Any:
    """Returns the sum of a list of tensors, by an `Add` layer.

    Args:
        inputs: List of tensors.
        **kwargs: Arguments of `Add`.

    Returns:
        Tensor.
    """
    return Add(**kwargs)(inputs)


@checked
def subtract(inputs: Arrays, **kwargs: Any) -> Any:
    """Returns the difference of two tensors, by a `Subtract` layer.

    Args:
        inputs: List of two tensors.
        **kwargs: Arguments of `Subtract`.

    Returns:
        Tensor.
    """
    return Subtract(**kwargs)(inputs)


@checked
def multiply(inputs: Arrays, **kwargs: Any) -> Any:
    """Returns the product of a list of tensors, by a `Multiply` layer.

    Args:
        inputs: List of tensors.
        **kwargs: Arguments of `Multiply`.

    Returns:
        Tensor.
    """
    return Multiply(**kwargs)(inputs)


@checked
def average(inputs: Arrays, **kwargs: Any) -> Any:
    """Returns the mean of a list of tensors, by an `Average` layer.

    Args:
        inputs: List of tensors.
        **kwargs: Arguments of `Average`.

    Returns:
        Tensor.
    """
    return Average(**kwargs)(inputs)


@checked
def maximum(inputs: Arrays, **kwargs: Any) -> Any:
    """Returns the elementwise largest of a list of tensors, by a `Maximum` layer.

    Args:
        inputs: List of tensors.
        **kwargs: Arguments of `Maximum`.

    Returns:
        Tensor.
    """
    return Maximum(**kwargs)(inputs)


@checked
def minimum(inputs: Arrays, **kwargs: Any) -> Any:
    """Returns the elementwise smallest of a list of tensors, by a `Minimum` layer.

    Args:
        inputs: List of tensors.
        **kwargs: Arguments of `Minimum`.

    Returns:
        Tensor.
    """
    return Minimum(**kwargs)(inputs)
