"""Comparison, logic and bits, element by element.

Operands are Tensors or anything array-like, which broadcast and meet in one dtype as in the rest
of `keras.ops`.

Example:
    >>> from pykeras_core import ops
    >>> ops.less([1, 5], 3).tolist(), ops.where([True, False], [1, 2], 0).tolist()
    ([True, False], [1, 0])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np

from pykeras_core.checks import ArrayLike, checked
from pykeras_core.engine import Tensor, arithmetic, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.elementwise import of_two, unary
from pykeras_core.symbolic.op_call import alias, operation
from pykeras_core.symbolic.shape_inference import known_by_values_alone

__all__ = [
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "equal",
    "greater",
    "greater_equal",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "left_shift",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "right_shift",
    "where",
]


def _of_bits(
    name: str, formula: str, function: Callable[[Any, Any], Tensor]
) -> Callable[[Any, Any], Tensor]:
    """An op on the bits of two operands, which Keras names x and y."""

    def run(x: ArrayLike, y: ArrayLike) -> Tensor:
        return function(x, y)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f"Elementwise {formula}, with broadcasting and type promotion."
    return operation(run)


def _shift(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Any, Any], Tensor]:
    return lambda x, y: function(*promote(x, y, at_least="uint8"))


isnan = unary("isnan", "whether x is not a number", p.isnan)
isfinite = unary("isfinite", "whether x is neither infinite nor NaN", p.isfinite)
isinf = unary("isinf", "whether x is infinite", lambda x: p.equal(p.abs_(x), float("inf")))
equal = of_two("equal", "x1 == x2", arithmetic.equal)
not_equal = of_two("not_equal", "x1 != x2", arithmetic.not_equal)
less = of_two("less", "x1 < x2", arithmetic.less)
less_equal = of_two("less_equal", "x1 <= x2", arithmetic.less_equal)
greater = of_two("greater", "x1 > x2", arithmetic.greater)
greater_equal = of_two("greater_equal", "x1 >= x2", arithmetic.greater_equal)
bitwise_and = _of_bits("bitwise_and", "x & y", arithmetic.bitwise_and)
bitwise_or = _of_bits("bitwise_or", "x | y", arithmetic.bitwise_or)
bitwise_xor = _of_bits("bitwise_xor", "x ^ y", arithmetic.bitwise_xor)
left_shift = _of_bits("left_shift", "x << y", _shift(p.left_shift))
right_shift = _of_bits("right_shift", "x >> y", _shift(p.right_shift))
bitwise_left_shift = alias("bitwise_left_shift", left_shift)
bitwise_right_shift = alias("bitwise_right_shift", right_shift)


@overload
@checked
def where(condition: Any) -> tuple[Tensor, ...]: ...


@overload
@checked
def where(condition: Any, x1: Any, x2: Any) -> Tensor: ...


@operation
def where(condition: ArrayLike, x1: ArrayLike = None, x2: ArrayLike = None) -> Any:
    """Elements of `x1` where the condition holds, of `x2` elsewhere.

    With the condition alone, the indices where it holds, one int32 array an axis (eager only,
    since their number depends on values).
    """
    test = convert_to_tensor(condition, "bool")
    if x1 is None and x2 is None:
        if test.array is None:
            return tuple(known_by_values_alone("where", *[((None,), "int32")] * test.ndim))
        return tuple(convert_to_tensor(index) for index in np.nonzero(test.array))
    return p.where(test, *promote(x1, x2))


@operation
def isclose(
    x1: ArrayLike, x2: ArrayLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Elementwise |x1 - x2| <= atol + rtol |x2|."""
    a, b = promote(x1, x2, at_least="float32")
    within = logical_and(p.isfinite(b), p.abs_(a - b) <= atol + rtol * p.abs_(b))
    near = logical_or(p.equal(a, b), within)
    return logical_or(near, logical_and(p.isnan(a), p.isnan(b))) if equal_nan else near


def _truth(x: Any) -> Tensor:
    return convert_to_tensor(x, "bool")


@operation
def logical_and(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Elementwise x1 and x2."""
    result: Tensor = p.bitwise_and(_truth(x1), _truth(x2))
    return result


@operation
def logical_or(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Elementwise x1 or x2."""
    result: Tensor = p.bitwise_or(_truth(x1), _truth(x2))
    return result


@operation
def logical_xor(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Elementwise: exactly one of x1 and x2."""
    result: Tensor = p.bitwise_xor(_truth(x1), _truth(x2))
    return result


@operation
def logical_not(x: ArrayLike) -> Tensor:
    """Elementwise not x."""
    return arithmetic.logical_not(x)


@operation
def bitwise_not(x: ArrayLike) -> Tensor:
    """Elementwise ~x: every bit flipped."""
    return arithmetic.bitwise_not(x)
