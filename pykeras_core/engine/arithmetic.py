"""What Python's operators and the methods of Tensors compute, written in primitives.

Operands are Tensors or anything array-like. They broadcast as in NumPy and meet in one dtype.
The ops of the same names are these functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.engine.axes import canonical_axes, canonical_axis, whole
from pykeras_core.engine.promotion import promote, result_type
from pykeras_core.engine.sizes import (
    Conflict,
    broadcast_shapes,
    different_sizes,
    with_conflicts,
)
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import apply, convert_to_tensor

__all__ = [
    "absolute",
    "add",
    "bitwise_and",
    "bitwise_not",
    "bitwise_or",
    "bitwise_xor",
    "broadcast_to",
    "cast",
    "equal",
    "extremum",
    "floor_divide",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "logical_not",
    "matmul",
    "max_",
    "mean",
    "min_",
    "mod",
    "multiply",
    "negative",
    "not_equal",
    "power",
    "reshape",
    "round_",
    "subtract",
    "sum_",
    "transpose",
    "true_divide",
    "with_shape",
]


def _binary(primitive: str, at_least: str = "bool") -> Callable[[Any, Any], Tensor]:
    """A primitive on two operands in the dtype in which they meet, `at_least` or above."""

    def run(x1: Any, x2: Any) -> Tensor:
        return apply(primitive, *promote(x1, x2, at_least=at_least))

    return run


def _or_logic(primitive: str, logic: str) -> Callable[[Any, Any], Tensor]:
    """A primitive on numbers; on two bools, what it means for truth values, as in NumPy."""

    def run(x1: Any, x2: Any) -> Tensor:
        operands = promote(x1, x2)
        return apply(logic if operands[0].dtype == "bool" else primitive, *operands)

    return run


def _comparison(primitive: str, at_least: str = "uint8") -> Callable[[Any, Any], Tensor]:
    """A comparison, also with a Python int that lies outside of an array's own range."""

    def run(x1: Any, x2: Any) -> Tensor:
        return apply(primitive, *promote(x1, x2, at_least=_comparable(x1, x2, at_least)))

    return run


def _comparable(x1: Any, x2: Any, at_least: str) -> str:
    """The dtype to compare in: where an int does not fit into uint8 or uint32, a wider one."""
    for number, other in ((x1, x2), (x2, x1)):
        if type(number) is int and not isinstance(other, bool | int | float):
            dtype = result_type(other)
            if dtype in ("uint8", "uint32"):
                limits = np.iinfo(dtype)
                if not limits.min <= number <= limits.max:
                    return "int32" if dtype == "uint8" else "float32"
    return at_least


add = _or_logic("add", "bitwise_or")
multiply = _or_logic("multiply", "bitwise_and")
true_divide = _binary("divide", "float32")
floor_divide = _binary("floor_divide", "uint8")
equal = _comparison("equal", "bool")
not_equal = _comparison("not_equal", "bool")
less = _comparison("less")
less_equal = _comparison("less_equal")
greater = _comparison("greater")
greater_equal = _comparison("greater_equal")
bitwise_and = _binary("bitwise_and")
bitwise_or = _binary("bitwise_or")
bitwise_xor = _binary("bitwise_xor")


def subtract(x1: Any, x2: Any) -> Tensor:
    """Elementwise x1 - x2.

    Raises:
        TypeError: If both are bools, which have no difference.
    """
    operands = promote(x1, x2)
    if operands[0].dtype == "bool":
        raise TypeError(
            "`subtract` expected numbers, received bools. Use `logical_xor` for where they "
            "differ, or cast them to int32."
        )
    return apply("subtract", *operands)


def negative(x: Any) -> Tensor:
    """Elementwise -x.

    Raises:
        TypeError: If it is of bools.
    """
    tensor = convert_to_tensor(x)
    if tensor.dtype == "bool":
        raise TypeError(
            "`negative` expected numbers, received bools. Use `logical_not`, or cast them to int32."
        )
    return apply("negative", tensor)


def absolute(x: Any) -> Tensor:
    """Elementwise |x|; bools are what they are."""
    tensor = convert_to_tensor(x)
    return tensor if tensor.dtype == "bool" else apply("abs", tensor)


def mod(x1: Any, x2: Any) -> Tensor:
    """Elementwise remainder of x1 / x2, with the sign of x2; of bools in int32."""
    operands = promote(x1, x2)
    at_least = "int32" if operands[0].dtype == "bool" else "bool"
    return apply("remainder", *promote(*operands, at_least=at_least))


def power(x1: Any, x2: Any) -> Tensor:
    """Elementwise x1^x2.

    Raises:
        ValueError: If an integer is raised to a number below 0, which gives no integer.
    """
    base, exponent = promote(x1, x2, at_least="uint8")
    known = exponent.array
    if base.dtype == "int32" and known is not None and known.min(initial=0) < 0:
        raise ValueError(
            f"`power` of integers expected exponents of 0 or more, received {known.min()}. Cast "
            "the base to float32."
        )
    if isinstance(x2, int | float) and x2 == 2:  # the usual exponent needs no logarithm
        return apply("multiply", base, base)
    return apply("power", base, exponent)


def round_(x: Any, decimals: int = 0) -> Tensor:
    """The nearest values with `decimals` decimals, halves to the even one; below 0, to tens."""
    tensor = convert_to_tensor(x)
    if tensor.dtype != "float32":
        return tensor if decimals >= 0 or tensor.dtype == "bool" else _to_tens(tensor, -decimals)
    if decimals == 0:
        return apply("round", tensor)
    scale = 10.0**decimals
    return apply("divide", apply("round", apply("multiply", tensor, scale)), scale)


def _to_tens(x: Tensor, zeros: int) -> Tensor:
    """Integers rounded to multiples of 10 ** zeros, halves to the even multiple."""
    unit = 10**zeros
    if unit > np.iinfo(x.dtype).max:
        return apply("multiply", x, 0)
    low = apply("floor_divide", x, unit)
    rest = subtract(x, multiply(low, unit))
    tie = multiply(equal(rest, unit // 2), equal(mod(low, 2), 1))
    up = apply("cast", add(greater(rest, unit // 2), tie), dtype=x.dtype)
    return multiply(add(low, up), unit)


def logical_not(x: Any) -> Tensor:
    """Elementwise not x."""
    return apply("logical_not", convert_to_tensor(x, "bool"))


def bitwise_not(x: Any) -> Tensor:
    """Elementwise ~x: every bit flipped."""
    tensor = convert_to_tensor(x)
    if tensor.dtype == "bool":
        return logical_not(tensor)
    if tensor.dtype == "float32":
        raise TypeError("`bitwise_not` expected `x` of integers or bools, received dtype float32")
    ones = -1 if tensor.dtype == "int32" else np.iinfo(tensor.dtype).max
    return apply("bitwise_xor", tensor, convert_to_tensor(ones, tensor.dtype))


def cast(x: Any, dtype: Any) -> Tensor:
    """The elements in another dtype; floats are truncated towards zero for integers."""
    return convert_to_tensor(convert_to_tensor(x), dtype)


def with_shape(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The same elements under another shape; no equation when the shape is already right."""
    return x if x.shape == shape else apply("reshape", x, shape=shape)


def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`x` stretched to `shape`; no equation when it has that shape."""
    return x if x.shape == shape else apply("broadcast_to", x, shape=shape)


def reshape(x: Any, newshape: Any) -> Tensor:
    """The same elements under another shape, of which one axis may be -1.

    Raises:
        ValueError: If the numbers of elements differ.
    """
    tensor = convert_to_tensor(x)
    if isinstance(newshape, Tensor) and newshape.ndim == 1:
        newshape = newshape.tolist()
    given = newshape if isinstance(newshape, list | tuple | np.ndarray) else [newshape]
    axes = [whole("reshape", f"every axis of `newshape` {newshape}", axis) for axis in given]
    if axes.count(-1) == 1:
        rest = math.prod(axis for axis in axes if axis != -1)
        if rest and tensor.size % rest == 0:
            axes[axes.index(-1)] = tensor.size // rest
        if axes.count(-1):
            raise with_conflicts(
                ValueError(f"`reshape` cannot turn shape {tensor.shape} into {newshape}"),
                [Conflict(("reshape", 0), tensor.size, rest, "multiple")],
            )
    if min(axes, default=0) < 0:
        raise ValueError(f"`reshape` cannot turn shape {tensor.shape} into {newshape}")
    return with_shape(tensor, tuple(axes))


def transpose(x: Any, axes: Any = None) -> Tensor:
    """`x` with its axes in another order; reversed by default."""
    tensor = convert_to_tensor(x)
    order = range(tensor.ndim)[::-1] if axes is None else axes
    places = tuple(canonical_axis("transpose", a, tensor.ndim) for a in order)
    if places == tuple(range(tensor.ndim)):
        return tensor
    return apply("transpose", tensor, axes=places)


def sum_(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Sum over `axis` (an int, a tuple, or None for all axes); bools and uint8 count in int32."""
    tensor = convert_to_tensor(x)
    if tensor.dtype in ("bool", "uint8"):
        tensor = convert_to_tensor(tensor, "int32")
    axes = canonical_axes("sum", axis, tensor.ndim)
    return apply("sum", tensor, axis=axes, keepdims=keepdims) if axes else tensor


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean over `axis`, in float32."""
    (tensor,) = promote(x, at_least="float32")
    axes = canonical_axes("mean", axis, tensor.ndim)
    count = math.prod(tensor.shape[a] for a in axes)
    return apply("divide", apply("sum", tensor, axis=axes, keepdims=keepdims), float(count))


def max_(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """Maximum over `axis`, and `initial` if given."""
    return extremum("max", "max", x, axis, keepdims, initial)


def min_(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """Minimum over `axis`, and `initial` if given."""
    return extremum("min", "min", x, axis, keepdims, initial)


def extremum(name: str, reduction: str, x: Any, axis: Any, keepdims: bool, initial: Any) -> Tensor:
    """Maximum or minimum over `axis`, and `initial` if given.

    Args:
        name: What the caller is named, for messages.
        reduction: `"max"` or `"min"`.
        x: Tensor.
        axis: An int, a tuple, or None for all axes.
        keepdims: Whether reduced axes stay, with length 1.
        initial: One more element, or None.

    Returns:
        Tensor of the dtype of `x`.
    """
    tensor = convert_to_tensor(x)
    was_bool = tensor.dtype == "bool"
    if was_bool:
        tensor = convert_to_tensor(tensor, "int32")
    axes = canonical_axes(name, axis, tensor.ndim)
    if initial is None:
        result = apply(reduction, tensor, axis=axes, keepdims=keepdims)
    else:
        first = convert_to_tensor(initial, tensor.dtype)
        if any(tensor.shape[a] == 0 for a in axes):
            # Nothing to reduce: a sum of nothing has the shape of the result.
            result = add(apply("sum", tensor, axis=axes, keepdims=keepdims), first)
        else:
            reduced = apply(reduction, tensor, axis=axes, keepdims=keepdims)
            result = apply(f"{reduction}imum", reduced, first)
    return convert_to_tensor(result, "bool") if was_bool else result


def matmul(x1: Any, x2: Any) -> Tensor:
    """Matrix product over the last two axes; leading axes broadcast, vectors become matrices.

    Args:
        x1: Tensor, shape (..., m, k) or (k,).
        x2: Tensor, shape (..., k, n) or (k,).

    Returns:
        Tensor, shape (..., m, n); without m or n where a vector came. Of bools: bool, whether
        there is a k with both. Of uint8: int32.

    Raises:
        ValueError: If the inner axes differ in length, or an operand is a number.
    """
    x, y = promote(x1, x2)
    if x.dtype == "bool":
        return cast(matmul(cast(x, "int32"), cast(y, "int32")), "bool")
    x, y = promote(x, y, at_least="int32")
    if not x.ndim or not y.ndim:
        raise ValueError(f"`matmul` expected arrays, received shapes {x.shape} and {y.shape}")
    if x.shape[-1] != y.shape[-2 if y.ndim > 1 else 0]:
        raise with_conflicts(
            ValueError(
                "`matmul` expected the last axis of x1 to match the second last axis (or the only "
                f"one) of x2, received shapes {x.shape} and {y.shape}"
            ),
            different_sizes("matmul", x.shape[-1:], y.shape[-2:][:1]),
        )
    product = _stacked_product(
        with_shape(x, (1, *x.shape)) if x.ndim == 1 else x,
        with_shape(y, (*y.shape, 1)) if y.ndim == 1 else y,
    )
    vectors = [axis for axis, tensor in ((-2, x), (-1, y)) if tensor.ndim == 1]
    kept = [size for axis, size in enumerate(product.shape, -product.ndim) if axis not in vectors]
    return with_shape(product, tuple(kept))


def _stacked_product(x: Tensor, y: Tensor) -> Tensor:
    """Product of stacks of matrices, whose leading axes broadcast."""
    if y.ndim == 2:
        flat = _product(with_shape(x, (math.prod(x.shape[:-1]), x.shape[-1])), y)
        return with_shape(flat, (*x.shape[:-1], y.shape[-1]))
    try:
        batch = broadcast_shapes("matmul stacks", x.shape[:-2], y.shape[:-2])
    except ValueError as error:
        raise ValueError(
            f"`matmul` cannot broadcast the leading axes of shapes {x.shape} and {y.shape}"
        ) from error
    x = broadcast_to(x, (*batch, *x.shape[-2:]))
    return _product(x, broadcast_to(y, (*batch, *y.shape[-2:])))


def _product(x: Tensor, y: Tensor) -> Tensor:
    return apply("matmul", x, y, transpose_x=False, transpose_y=False)
