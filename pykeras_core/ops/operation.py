"""How every op begins: what it does with symbolic operands, and type promotion.

This module owns the `operation` decorator, `SymbolicOperand` (what a functional model's
`KerasTensor` is to an op) and the promotion rules: Python numbers take the dtype of the
arrays they meet, and bool < uint8 < int32, uint32 < float32.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from pykeras_core.checks import checked
from pykeras_core.engine import Tensor, canonical_dtype, convert_to_tensor, is_tensor

__all__ = [
    "SymbolicOperand",
    "canonical_axes",
    "canonical_axis",
    "canonical_shape",
    "operation",
    "promote",
    "whole",
]

Function = TypeVar("Function", bound=Callable[..., Any])

_RANK = {"bool": 0, "uint8": 1, "uint32": 2, "int32": 3, "float32": 4}


class SymbolicOperand:
    """An operand without a value whose class records the op instead of running it."""

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape; None where a size is not known."""
        raise NotImplementedError

    def record_operation(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Record `function(*args, **kwargs)` and return a symbolic result."""
        raise NotImplementedError


def operation(function: Function) -> Function:
    """Make a public op of a function: symbolic operands record it instead of running it.

    Its arguments are checked against its annotations.
    """
    compute = checked(function)

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        for arg in (*args, *kwargs.values()):
            if isinstance(arg, SymbolicOperand):
                return arg.record_operation(run, args, kwargs)
            if isinstance(arg, list | tuple):
                for leaf in arg:
                    if isinstance(leaf, SymbolicOperand):
                        return leaf.record_operation(run, args, kwargs)
        return compute(*args, **kwargs)

    return run  # type: ignore[return-value]  # same signature


def _is_number(x: Any) -> bool:
    return isinstance(x, bool | int | float) and not isinstance(x, np.generic)


def result_type(*operands: Any) -> str:
    """The dtype that operands meet in; Python numbers count only by their kind."""
    dtypes = [
        x.dtype if is_tensor(x) else canonical_dtype(np.asarray(x).dtype)
        for x in operands
        if not _is_number(x)
    ]
    dtype = max(dtypes, key=_RANK.__getitem__) if dtypes else "bool"
    for x in operands:
        if isinstance(x, float) and not isinstance(x, np.generic):
            return "float32"
        if _is_number(x) and not isinstance(x, bool) and dtype == "bool":
            dtype = "int32"
    return dtype


def promote(*operands: Any, at_least: str = "bool") -> tuple[Tensor, ...]:
    """Bring operands to one dtype.

    Args:
        *operands: Tensors, arrays, nested lists or numbers.
        at_least: The lowest dtype allowed; 'float32' makes floats of everything.

    Returns:
        One Tensor per operand.
    """
    operands = tuple(x if is_tensor(x) or _is_number(x) else convert_to_tensor(x) for x in operands)
    dtype = max(result_type(*operands), at_least, key=_RANK.__getitem__)
    return tuple(convert_to_tensor(x, dtype) for x in operands)


def whole(name: str, what: str, value: Any) -> int:
    """A Python int of anything that is a whole number by its type.

    Raises:
        TypeError: If it is not.
    """
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"`{name}` expected {what} to be an int, received {value!r}") from None


def canonical_shape(name: str, shape: Any) -> tuple[int, ...]:
    """A tuple of ints of a shape, or of a single int.

    Raises:
        TypeError: If an axis is not a known int.
        ValueError: If one is negative.
    """
    axes = shape if isinstance(shape, list | tuple | range | np.ndarray) else (shape,)
    found = tuple(whole(name, f"every axis of shape {shape}", axis) for axis in axes)
    if min(found, default=0) < 0:
        raise ValueError(f"`{name}` expected axes of 0 or more elements, received shape {shape}")
    return found


def canonical_axis(name: str, axis: Any, rank: int) -> int:
    """A non-negative axis.

    Raises:
        TypeError: If the axis is not an int.
        ValueError: If the axis is out of range.
    """
    index = whole(name, "axis", axis)
    if not rank:
        raise ValueError(f"`{name}` expected an input with axes, received a scalar (axis={axis})")
    if not -rank <= index < rank:
        raise ValueError(
            f"`{name}` expected an axis from {-rank} to {rank - 1} for an input of rank {rank}, "
            f"received axis={axis}"
        )
    return index % rank


def canonical_axes(name: str, axis: Any, rank: int, ordered: bool = True) -> tuple[int, ...]:
    """Non-negative axes, sorted if `ordered`; None means all of them."""
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    found = tuple(canonical_axis(name, a, rank) for a in axes)
    found = tuple(sorted(found)) if ordered else found
    if len(set(found)) != len(found):
        raise ValueError(f"`{name}` expected different axes, received axis={axis}")
    return found
