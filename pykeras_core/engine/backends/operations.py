"""Elementwise primitives as operations of a loop.

This module owns the table that says, for a primitive and the dtypes of an equation, which
operations compute it on words of 32 bits. Bytes are widened when read: uint8 to its number,
bool to a mask of all ones or zeros.
"""

from __future__ import annotations

from pykeras_core.engine.program import Equation, Value

__all__ = ["ELEMENTWISE_VIEWS", "operations"]

ELEMENTWISE_VIEWS = ("broadcast_to",)
"""Views that a loop reads in place; the others are cheaper as one copy."""

Operation = tuple[str, tuple[int, ...]]
"""Name, and which operands it takes; -1 stands for the result of the operation before."""

_FLOAT_UNARY = (
    *("negative", "abs", "sign", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan"),
    *("tanh", "sigmoid", "softplus", "relu", "erf", "floor", "ceil", "round", "isfinite"),
)
_FLOAT_BINARY = (
    *("add", "subtract", "multiply", "divide", "maximum", "minimum", "power"),
    *("floor_divide", "remainder", "arctan2"),
    *("equal", "not_equal", "less", "less_equal"),
)
_SWAPPED = {"greater": "less", "greater_equal": "less_equal"}
_SIGN_MATTERS = (
    *("maximum", "minimum", "less", "less_equal", "floor_divide", "remainder", "right_shift"),
    "sign",
)
_INTEGER_BINARY = {
    **{name: name.upper() for name in ("add", "subtract", "multiply", "power")},
    **{name: name.upper() for name in ("equal", "not_equal")},
    **{name: name.upper() for name in _SIGN_MATTERS if name != "sign"},
    "bitwise_and": "AND",
    "bitwise_or": "OR",
    "bitwise_xor": "XOR",
    "left_shift": "LEFT_SHIFT",
}
_GROWS = ("add", "subtract", "multiply", "power", "left_shift", "negative")
"""Where the result of bytes may need more than a byte."""

_CASTS = {
    ("float32", "int32"): ("I32_FROM_F32",),
    ("float32", "uint32"): ("U32_FROM_F32",),
    ("float32", "uint8"): ("BYTE_FROM_F32",),
    ("float32", "bool"): ("MASK_FROM_F32",),
    ("int32", "float32"): ("F32_FROM_I32",),
    ("uint32", "float32"): ("F32_FROM_U32",),
    ("uint8", "float32"): ("F32_FROM_I32",),
    ("bool", "float32"): ("F32_FROM_MASK",),
    **{(a, "uint8"): ("LOW_BYTE_I32",) for a in ("int32", "uint32")},
    **{(a, "bool"): ("MASK_FROM_I32",) for a in ("int32", "uint32", "uint8")},
    **{("bool", a): ("I32_FROM_MASK",) for a in ("int32", "uint32", "uint8")},
    **{("uint8", a): ("COPY",) for a in ("int32", "uint32")},
    ("int32", "uint32"): ("COPY",),
    ("uint32", "int32"): ("COPY",),
}


def operations(equation: Equation) -> list[Operation] | None:
    """The operations that compute an equation, one after the other; None if there are none."""
    name = equation.primitive.name
    if equation.primitive.effect:
        return None
    dtype = equation.inputs[0].spec.dtype
    if name in ("copy", *ELEMENTWISE_VIEWS):
        return [("COPY", (0,))]
    if name == "random_bits":
        return [("RANDOM_BITS", (0,))]
    if name == "where":
        return [("SELECT", (0, 1, 2))]
    if name == "cast":
        return _chain(_CASTS.get((dtype, equation.params["dtype"]), ("COPY",)))
    if name == "power" and dtype == "int32" and not _is_known_natural(equation.inputs[1]):
        return None  # the definition refuses exponents below 0, which a kernel cannot do
    if name in _SWAPPED:
        name, order = _SWAPPED[name], (1, 0)
    else:
        order = (0, 1)
    return _float(name, order) if dtype == "float32" else _integer(name, dtype, order)


def _is_known_natural(value: Value) -> bool:
    return value.array is not None and bool((value.array >= 0).all())


def _chain(names: tuple[str, ...]) -> list[Operation]:
    return [(name, (-1,) if number else (0,)) for number, name in enumerate(names)]


def _float(name: str, order: tuple[int, int]) -> list[Operation] | None:
    if name == "isnan":
        return [("NOT_EQUAL_F32", (0, 0))]
    if name in _FLOAT_UNARY:
        return [(f"{name.upper()}_F32", (0,))]
    if name in _FLOAT_BINARY:
        return [(f"{name.upper()}_F32", order)]
    return None


def _integer(name: str, dtype: str, order: tuple[int, int]) -> list[Operation] | None:
    signed = dtype == "int32"
    suffix = "U32" if name in _SIGN_MATTERS and not signed else "I32"
    if name == "logical_not":
        return [("NOT_I32", (0,))]
    if name == "abs" and not signed:
        return [("COPY", (0,))]
    if name in ("negative", "abs", "sign"):
        first: Operation = (f"{name.upper()}_{suffix}", (0,))
    elif name in _INTEGER_BINARY:
        first = (f"{_INTEGER_BINARY[name]}_{suffix}", order)
    else:
        return None
    narrowed: list[Operation] = [("LOW_BYTE_I32", (-1,))]
    return [first, *(narrowed if dtype == "uint8" and name in _GROWS else [])]
