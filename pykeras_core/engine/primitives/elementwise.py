"""Elementwise primitives: arithmetic, comparisons, logic, transcendental functions.

Operands broadcast as in NumPy and share one dtype. At ties and kinks the gradients follow
TensorFlow: `maximum(x, y)` sends it to `x` where they are equal, `relu` sends none at 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.shape_rules import broadcasting, one_dtype, same
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import Op, op

__all__ = [
    "abs_",
    "add",
    "arctan2",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "cast",
    "ceil",
    "copy",
    "cos",
    "divide",
    "equal",
    "erf",
    "exp",
    "expm1",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "isfinite",
    "isnan",
    "left_shift",
    "less",
    "less_equal",
    "log",
    "log1p",
    "logical_not",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "not_equal",
    "power",
    "relu",
    "remainder",
    "right_shift",
    "round_",
    "sigmoid",
    "sign",
    "sin",
    "softplus",
    "sqrt",
    "subtract",
    "tan",
    "tanh",
    "where",
]

FLOAT = ("float32",)
NUMBER = ("float32", "int32", "uint32", "uint8")
INTEGER = ("int32", "uint32", "uint8")
BITS = ("int32", "uint32", "uint8", "bool")
ANY = ("float32", "int32", "uint32", "uint8", "bool")


def unbroadcast(ct: Tensor, like: Tensor) -> Tensor:
    """Undo broadcasting: sum a cotangent over the axes that were stretched to reach it."""
    if ct.shape == like.shape:
        return ct
    extra = ct.ndim - like.ndim
    stretched = tuple(range(extra)) + tuple(
        axis + extra
        for axis, size in enumerate(like.shape)
        if size == 1 and ct.shape[axis + extra] != 1
    )
    summed = p.sum_(ct, axis=stretched, keepdims=True) if stretched else ct
    result: Tensor = p.reshape(summed, shape=like.shape)
    return result


def _masked(ct: Tensor, keep: Tensor) -> Tensor:
    """The cotangent where `keep` holds, else zero."""
    result: Tensor = p.where(keep, ct, 0.0)
    return result


def _unary(name: str, definition: Any, rule: Any = None, dtypes: Any = FLOAT, **kw: Any) -> Op:
    """A function of one operand; `rule(ct, out, x)` is its VJP."""
    vjp = (rule,) if rule else ()
    return op(Primitive(name, definition, same(name, *dtypes, **kw), vjp))


def _binary(
    name: str, definition: Any, *rules: Any, dtypes: Any = NUMBER, gives: str | None = None
) -> Op:
    """A function of two operands; `rule(ct, out, x, y)` each, broadcasting undone here."""

    def undo(rule: Any, position: int) -> Any:
        return lambda ct, out, *xs: unbroadcast(rule(ct, out, *xs), xs[position])

    vjp = tuple(undo(rule, position) for position, rule in enumerate(rules))
    return op(Primitive(name, definition, broadcasting(name, *dtypes, gives=gives), vjp))


def _sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) without overflow: exp only ever sees -|x|."""
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + decay), decay / (1 + decay)).astype(np.float32)


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


# Coefficients of the odd rational approximation on [-4, 4] that Eigen and XLA use for float32.
_ERF_NUMERATOR = (
    -2.72614225801306e-10,
    2.77068142495902e-08,
    -2.10102402082508e-06,
    -5.69250639462346e-05,
    -7.34990630326855e-04,
    -2.95459980854025e-03,
    -1.60960333262415e-02,
)
_ERF_DENOMINATOR = (
    -1.45660718464996e-05,
    -2.13374055278905e-04,
    -1.68282697438203e-03,
    -7.37332916720468e-03,
    -1.42647390514189e-02,
)


def _erf(x: Array) -> Array:
    x = np.clip(x, -4, 4)
    square = x * x
    top = np.polyval(np.array(_ERF_NUMERATOR, np.float32), square)
    bottom = np.polyval(np.array(_ERF_DENOMINATOR, np.float32), square)
    result: Array = np.asarray(np.clip(x * top / bottom, -1, 1), np.float32)
    return result


negative = _unary("negative", np.negative, lambda ct, out, x: -ct, NUMBER)
abs_ = _unary("abs", np.abs, lambda ct, out, x: ct * p.sign(x), NUMBER)
sign: Op = _unary("sign", np.sign, None, NUMBER)
exp = _unary("exp", np.exp, lambda ct, out, x: ct * out)
expm1 = _unary("expm1", np.expm1, lambda ct, out, x: ct * (out + 1.0))
log = _unary("log", np.log, lambda ct, out, x: ct / x)
log1p = _unary("log1p", np.log1p, lambda ct, out, x: ct / (x + 1.0))
sqrt = _unary("sqrt", np.sqrt, lambda ct, out, x: ct * 0.5 / out)
sin = _unary("sin", np.sin, lambda ct, out, x: ct * p.cos(x))
cos: Op = _unary("cos", np.cos, lambda ct, out, x: -ct * p.sin(x))
tan = _unary("tan", np.tan, lambda ct, out, x: ct * (1.0 + out * out))
tanh = _unary("tanh", np.tanh, lambda ct, out, x: ct * (1.0 - out * out))
sigmoid = _unary("sigmoid", _sigmoid, lambda ct, out, x: ct * out * (1.0 - out))
softplus = _unary("softplus", _softplus, lambda ct, out, x: ct * p.sigmoid(x))
relu = _unary("relu", lambda x: np.maximum(x, 0), lambda ct, out, x: _masked(ct, x > 0.0))
erf = _unary(
    "erf", _erf, lambda ct, out, x: ct * p.exp(-(x * x)) * float(np.float32(2 / np.sqrt(np.pi)))
)
floor = _unary("floor", np.floor)
ceil = _unary("ceil", np.ceil)
round_ = _unary("round", np.rint)
isnan = _unary("isnan", np.isnan, gives="bool")
isfinite = _unary("isfinite", np.isfinite, gives="bool")
logical_not = _unary("logical_not", np.logical_not, None, ("bool",))
copy = _unary("copy", np.copy, lambda ct, out, x: ct, ANY)

add = _binary("add", np.add, lambda ct, out, x, y: ct, lambda ct, out, x, y: ct)
subtract = _binary("subtract", np.subtract, lambda ct, out, x, y: ct, lambda ct, out, x, y: -ct)
multiply = _binary(
    "multiply", np.multiply, lambda ct, out, x, y: ct * y, lambda ct, out, x, y: ct * x
)
divide = _binary(
    "divide",
    np.divide,
    lambda ct, out, x, y: ct / y,
    lambda ct, out, x, y: -(ct * out) / y,
    dtypes=FLOAT,
)
power: Op = _binary(
    "power",
    np.power,
    lambda ct, out, x, y: ct * p.where(p.equal(y, 0.0), 0.0, y * p.power(x, y - 1.0)),
    lambda ct, out, x, y: ct * out * p.log(p.where(x > 0.0, x, 1.0)),
)
maximum = _binary(
    "maximum",
    np.maximum,
    lambda ct, out, x, y: _masked(ct, x >= y),
    lambda ct, out, x, y: _masked(ct, x < y),
)
minimum = _binary(
    "minimum",
    np.minimum,
    lambda ct, out, x, y: _masked(ct, x <= y),
    lambda ct, out, x, y: _masked(ct, x > y),
)
arctan2 = _binary(
    "arctan2",
    np.arctan2,
    lambda ct, out, y, x: ct * x / (x * x + y * y),
    lambda ct, out, y, x: -(ct * y) / (x * x + y * y),
    dtypes=FLOAT,
)
remainder = _binary(
    "remainder",
    np.remainder,
    lambda ct, out, x, y: ct,
    lambda ct, out, x, y: -ct * p.floor(x / y),
)
floor_divide = _binary("floor_divide", np.floor_divide)
equal: Op = _binary("equal", np.equal, dtypes=ANY, gives="bool")
not_equal = _binary("not_equal", np.not_equal, dtypes=ANY, gives="bool")
less = _binary("less", np.less, gives="bool")
less_equal = _binary("less_equal", np.less_equal, gives="bool")
greater = _binary("greater", np.greater, gives="bool")
greater_equal = _binary("greater_equal", np.greater_equal, gives="bool")
bitwise_and = _binary("bitwise_and", np.bitwise_and, dtypes=BITS)
bitwise_or = _binary("bitwise_or", np.bitwise_or, dtypes=BITS)
bitwise_xor = _binary("bitwise_xor", np.bitwise_xor, dtypes=BITS)
left_shift = _binary("left_shift", np.left_shift, dtypes=INTEGER)
right_shift = _binary("right_shift", np.right_shift, dtypes=INTEGER)


def _infer_where(condition: Spec, x: Spec, y: Spec) -> Spec:
    one_dtype("where condition", condition, Spec((), "bool"))
    one_dtype("where", x, y)
    stretched: Spec = broadcasting("where", *ANY)(
        Spec(condition.shape, x.dtype), Spec(x.shape, x.dtype), Spec(y.shape, x.dtype)
    )
    return stretched


_where_op = op(
    Primitive(
        "where",
        np.where,
        _infer_where,
        (
            None,
            lambda ct, out, c, x, y: unbroadcast(p.where(c, ct, 0.0), x),
            lambda ct, out, c, x, y: unbroadcast(p.where(c, 0.0, ct), y),
        ),
    )
)


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """Numbers among the branches take the dtype of the other branch."""
    like = next((value for value in (x, y) if isinstance(value, Tensor)), None)
    if like is not None:
        x, y = (p.constant(v, like.dtype) if isinstance(v, int | float) else v for v in (x, y))
    result: Tensor = _where_op(condition, x, y)
    return result


def _infer_cast(x: Spec, *, dtype: str) -> Spec:
    if dtype not in ANY:
        raise TypeError(f"`cast` expected one of {', '.join(ANY)}, received {dtype!r}")
    return Spec(x.shape, dtype)


def _cast(x: Array, *, dtype: str) -> Array:
    """Floats are truncated towards zero, limited to an integer dtype's range; NaN becomes 0."""
    if x.dtype.kind == "f" and dtype in INTEGER:
        limits = np.iinfo(dtype)
        # C and NumPy leave casts out of range to the processor. float64 holds every limit.
        inside = np.clip(x.astype(np.float64), limits.min, limits.max)
        x = np.where(np.isnan(inside), 0, inside)
    return x.astype(dtype)


def _cast_rule(ct: Tensor, out: Tensor, x: Tensor, *, dtype: str) -> Tensor | None:
    """The identity between floats; integers carry no gradient."""
    return ct if x.dtype == "float32" and dtype == "float32" else None


cast = op(
    Primitive("cast", _cast, _infer_cast, (_cast_rule,)),
)
