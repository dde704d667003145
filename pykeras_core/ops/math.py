"""Elementwise math: arithmetic, powers, logarithms, trigonometry and rounding.

Operands are Tensors or anything array-like. They broadcast as in NumPy, ValueError if they
cannot, and meet in one dtype: bool < uint8 < uint32 < int32 < float32, where a Python number
takes the dtype of the arrays it meets as far as its kind allows.

Example:
    >>> from pykeras_core import ops
    >>> ops.add([[1.0], [2.0]], [10, 20]).tolist()
    [[11.0, 21.0], [12.0, 22.0]]
    >>> ops.divide([1, 2], 2).dtype
    'float32'
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor, arithmetic, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.elementwise import binary, floating, of_two, unary
from pykeras_core.ops.logic import where
from pykeras_core.symbolic.op_call import alias, operation

__all__ = [
    "abs",
    "absolute",
    "add",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "ceil",
    "clip",
    "cos",
    "cosh",
    "divide",
    "divide_no_nan",
    "erf",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "floor_divide",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "nan_to_num",
    "negative",
    "power",
    "reciprocal",
    "remainder",
    "round",
    "rsqrt",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "true_divide",
]


def _arcsinh(x: Tensor) -> Tensor:
    """Exact near 0 through arctanh, without overflow far from it through a logarithm."""
    near = p.maximum(p.minimum(x, 1.0), -1.0)
    ratio = near / p.sqrt(near * near + 1.0)
    size = p.maximum(p.abs_(x), 1.0)  # so that the branch not taken has finite gradients
    far = p.sign(x) * (p.log(size) + p.log(1.0 + p.sqrt(1.0 + 1.0 / (size * size))))
    return p.where(p.abs_(x) < 1.0, 0.5 * (p.log1p(ratio) - p.log1p(-ratio)), far)


def _logaddexp(x: Tensor, y: Tensor) -> Tensor:
    peak = p.stop_gradient(p.maximum(x, y))
    peak = p.where(p.isfinite(peak), peak, 0.0)
    return peak + p.log(p.exp(x - peak) + p.exp(y - peak))


exp = unary("exp", "e^x", p.exp)
expm1 = unary("expm1", "e^x - 1", p.expm1)
exp2 = unary("exp2", "2^x", lambda x: p.exp(x * float(np.log(2))))
log = unary("log", "natural logarithm of x", p.log)
log1p = unary("log1p", "log(1 + x)", p.log1p)
log2 = unary("log2", "logarithm of x to base 2", lambda x: p.log(x) / float(np.log(2)))
log10 = unary("log10", "logarithm of x to base 10", lambda x: p.log(x) / float(np.log(10)))
sqrt = unary("sqrt", "square root of x", p.sqrt)
rsqrt = unary("rsqrt", "1 / sqrt(x)", lambda x: 1.0 / p.sqrt(x))
reciprocal = unary("reciprocal", "1 / x", lambda x: 1.0 / x)
sin = unary("sin", "sin(x), x in radians", p.sin)
cos = unary("cos", "cos(x), x in radians", p.cos)
tan = unary("tan", "tan(x), x in radians", p.tan)
tanh = unary("tanh", "tanh(x)", p.tanh)
sinh = unary("sinh", "sinh(x)", lambda x: (p.expm1(x) - p.expm1(-x)) * 0.5)
cosh = unary("cosh", "cosh(x)", lambda x: (p.exp(x) + p.exp(-x)) * 0.5)
arcsin = unary("arcsin", "arcsin(x)", lambda x: p.arctan2(x, p.sqrt((1.0 - x) * (1.0 + x))))
arccos = unary("arccos", "arccos(x)", lambda x: p.arctan2(p.sqrt((1.0 - x) * (1.0 + x)), x))
arctan = unary("arctan", "arctan(x)", lambda x: p.arctan2(x, 1.0))
arcsinh = unary("arcsinh", "inverse of sinh", _arcsinh)
arccosh = unary(
    "arccosh",
    "inverse of cosh",
    lambda x: p.log1p(x - 1.0 + p.sqrt(x - 1.0) * p.sqrt(x + 1.0)),
)
arctanh = unary("arctanh", "inverse of tanh", lambda x: 0.5 * (p.log1p(x) - p.log1p(-x)))
erf = unary("erf", "error function of x", p.erf)
floor = unary("floor", "largest integer not above x", p.floor)
ceil = unary("ceil", "smallest integer not below x", p.ceil)

add = of_two("add", "x1 + x2", arithmetic.add)
subtract = of_two("subtract", "x1 - x2", arithmetic.subtract)
multiply = of_two("multiply", "x1 * x2", arithmetic.multiply)
true_divide = of_two("true_divide", "x1 / x2 in float32", arithmetic.true_divide)
floor_divide = of_two("floor_divide", "floor(x1 / x2)", arithmetic.floor_divide)
mod = of_two("mod", "remainder of x1 / x2, with the sign of x2", arithmetic.mod)
maximum = binary("maximum", "maximum of x1 and x2", p.maximum, "uint8")
minimum = binary("minimum", "minimum of x1 and x2", p.minimum, "uint8")
arctan2 = binary("arctan2", "angle of the point (x2, x1) in radians", p.arctan2, "float32")
logaddexp = binary("logaddexp", "log(e^x1 + e^x2)", _logaddexp, "float32")
divide = alias("divide", true_divide)
remainder = alias("remainder", mod)


@operation
def power(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Elementwise x1^x2, with broadcasting and type promotion.

    Raises:
        ValueError: If an integer is raised to a number below 0, which gives no integer.
    """
    return arithmetic.power(x1, x2)


@operation
def negative(x: ArrayLike) -> Tensor:
    """Elementwise -x."""
    return arithmetic.negative(x)


@operation
def absolute(x: ArrayLike) -> Tensor:
    """Elementwise |x|."""
    return arithmetic.absolute(x)


abs = alias("abs", absolute)


@operation
def sign(x: ArrayLike) -> Tensor:
    """Elementwise -1, 0 or 1, as x is negative, zero or positive."""
    result: Tensor = p.sign(*promote(x, at_least="uint8"))
    return result


@operation
def square(x: ArrayLike) -> Tensor:
    """Elementwise x * x; of bools in int32."""
    tensor = convert_to_tensor(x)
    if tensor.dtype == "bool":
        tensor = convert_to_tensor(tensor, "int32")
    result: Tensor = p.multiply(tensor, tensor)
    return result


@operation
def round(x: ArrayLike, decimals: int = 0) -> Tensor:
    """Round to the nearest value with `decimals` decimals, halves to the even one.

    With `decimals` below 0, to tens, hundreds and so on, integers too.
    """
    return arithmetic.round_(x, decimals)


@operation
def clip(x: ArrayLike, x_min: ArrayLike | None, x_max: ArrayLike | None) -> Tensor:
    """Limit elements to the range from `x_min` to `x_max`; None leaves an end open.

    Bools count in int32.
    """
    tensor = convert_to_tensor(x)
    if tensor.dtype == "bool":
        tensor = convert_to_tensor(tensor, "int32")
    if x_min is not None:
        tensor = maximum(tensor, x_min)
    return tensor if x_max is None else minimum(tensor, x_max)


@operation
def divide_no_nan(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Elementwise x1 / x2, and 0 where x2 is 0."""
    top, bottom = promote(x1, x2, at_least="float32")
    zero = p.equal(bottom, 0.0)
    return where(zero, 0.0, top / where(zero, 1.0, bottom))


@operation
def nan_to_num(
    x: ArrayLike, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Replace NaN and infinities by finite numbers; by default 0 and the largest floats."""
    tensor = convert_to_tensor(x)
    if tensor.dtype != "float32":
        return tensor
    limits = np.finfo(np.float32)
    high = float(limits.max) if posinf is None else posinf
    low = float(limits.min) if neginf is None else neginf
    tensor = where(p.isnan(tensor), nan, tensor)
    tensor = where(p.equal(tensor, float("inf")), high, tensor)
    return where(p.equal(tensor, float("-inf")), low, tensor)


# M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2011, single precision.
_ERFINV_CENTRE = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
_ERFINV_TAIL = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip


def _polynomial(coefficients: tuple[float, ...], x: Tensor) -> Any:
    total: Any = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


@operation
def erfinv(x: ArrayLike) -> Tensor:
    """Elementwise inverse of `erf` on (-1, 1)."""
    tensor = floating(x)
    w = -p.log((1.0 - tensor) * (1.0 + tensor))
    centre = _polynomial(_ERFINV_CENTRE, w - 2.5)
    tail = _polynomial(_ERFINV_TAIL, p.sqrt(p.maximum(w, 5.0)) - 3.0)
    edge = p.sign(tensor) * float("inf")
    inside = where(w < 5.0, centre, tail) * tensor
    return where(p.equal(p.abs_(tensor), 1.0), edge, inside)
