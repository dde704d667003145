"""Cases of elementwise primitives."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import Spec
from tests.core.cases.record import EXACT, Case, Operand, Refusal, Tolerance, by_element

ULPS = Tolerance(5e-7, 1e-37, "a float32 math library errs by up to 4 units in the last place")
COMPOSED = Tolerance(2e-6, 1e-37, "a few roundings of float32 in a row")
ERF = Tolerance(1e-6, 1e-6, "a rational approximation fitted for float32")
POWER = Tolerance(2e-6, 1e-37, "the error of log(x) grows with the exponent")
REMAINDER = Tolerance(5e-7, 3e-7, "the quotient is rounded before it is multiplied back")

SHAPES = ((), (1,), (0,), (7,), (3, 5), (2, 1, 3, 4), (1027,))
PAIRS = (
    ((), ()),
    ((), (3,)),
    ((5,), (5,)),
    ((3, 1), (1, 4)),
    ((2, 1, 3), (4, 1)),
    ((4, 3), (3,)),
    ((0, 3), (1, 3)),
    ((33, 65), (65,)),
    ((1027,), (1027,)),
)
INF, NAN = float("inf"), float("nan")
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -2.5, 1e-20, -1e-20, 90.0, -90.0, 3e9, -3e9)
EXTREME = (*SPECIAL, 3e38, -3e38, INF, -INF, NAN)
INT_EDGES = (0, 1, -1, 2, 7, -7, 2**31 - 1, -(2**31))
UINT_EDGES = (0, 1, 2, 7, 31, 2**31, 2**32 - 1, 12345)


ALL_INTEGERS = ("int32", "uint32", "uint8")
ANYWHERE = Operand()
AWAY = Operand(kinks=(0.0,))
POSITIVE = Operand(low=0.3, high=3.0)
# Two operands of which no elements are equal, so that neither sits on a kink.
EVEN, ODD = Operand(grid=(0.5, 0.0)), Operand(grid=(0.5, 0.25))


def _square(values: tuple[Any, ...], dtype: str) -> tuple[Operand, Operand]:
    """Two operands that together hold every pair of values."""
    n = len(values)
    return Operand((n, 1), dtype, values=values), Operand((1, n), dtype, values=values)


def unary(
    name: str,
    oracle: Callable[..., Any],
    tolerance: Tolerance = EXACT,
    low: float = -2.0,
    high: float = 2.0,
    kinks: tuple[float, ...] = (),
    special: tuple[float, ...] = EXTREME,
) -> Iterator[Case]:
    """Cases of a float function of one operand."""
    for shape in SHAPES:
        operand = Operand(shape, low=low, high=high, kinks=kinks)
        yield Case(name, (operand,), oracle, tolerance=tolerance)
    edges = Operand((len(special),), values=special)
    yield Case(name, (edges,), oracle, tolerance=tolerance, orders=0, note="edges")


def binary(
    name: str,
    oracle: Callable[..., Any],
    tolerance: Tolerance = EXACT,
    left: Operand = ANYWHERE,
    right: Operand = ANYWHERE,
    special: tuple[float, ...] = EXTREME,
) -> Iterator[Case]:
    """Cases of a float function of two operands."""
    for shapes in PAIRS:
        operands = tuple(
            dataclasses.replace(o, shape=shape)
            for o, shape in zip((left, right), shapes, strict=True)
        )
        yield Case(name, operands, oracle, tolerance=tolerance)
    edges = _square(special, "float32")
    yield Case(name, edges, oracle, tolerance=tolerance, orders=0, note="edges")


def integers(name: str, oracle: Callable[..., Any], *dtypes: str, ranks: int = 2) -> Iterator[Case]:
    """Cases of a function of integers, at the edges of their range and inside it."""
    edges = {"int32": INT_EDGES, "uint32": UINT_EDGES, "uint8": (0, 1, 2, 7, 8, 127, 128, 255)}
    low = {"int32": -100, "uint32": 0, "uint8": 0}
    for dtype in dtypes:
        values = edges[dtype]
        if ranks == 1:
            yield Case(name, (Operand((8,), dtype, values=values),), oracle, note="edges")
            yield Case(name, (Operand((3, 5), dtype, low[dtype], 100),), oracle)
        else:
            yield Case(name, _square(values, dtype), oracle, note="edges")
            right = Operand((1, 4), dtype, low[dtype], 100)
            yield Case(name, (Operand((3, 1), dtype, low[dtype], 100), right), oracle)


def bools(name: str, oracle: Callable[..., Any], ranks: int = 2) -> Iterator[Case]:
    """Cases of a function of bools."""
    if ranks == 1:
        yield Case(name, (Operand((2, 3), "bool"),), oracle)
    else:
        yield Case(name, _square((False, True), "bool"), oracle)


def _sigmoid(x: float) -> float:
    return 0.0 if x < -700 else 1 / (1 + math.exp(-x))


def _round(x: float) -> float:
    return float(round(x)) if math.isfinite(x) else x


def _floor_divide(x: Any, y: Any) -> Any:
    if isinstance(x, int):
        return x // y if y else 0
    return np.floor_divide(x, y)


def _remainder(x: Any, y: Any) -> Any:
    if isinstance(x, int):
        return x % y if y else 0
    return np.remainder(x, y)


def _power(x: Any, y: Any) -> Any:
    return x**y if isinstance(x, int) else np.power(x, y)


def _shifted(left: bool, bits: int, x: int, y: int) -> int:
    """A shift by the word's length or more leaves only the sign."""
    if y >= bits:
        return -1 if x < 0 and not left else 0
    return x << y if left else x >> y


def shifts(name: str, left: bool) -> Iterator[Case]:
    """Cases of a shift: every amount that fits into a word, and the word's length itself."""
    for dtype, bits in (("uint32", 32), ("int32", 32), ("uint8", 8)):
        values = INT_EDGES if dtype == "int32" else UINT_EDGES
        if dtype == "uint8":
            values = tuple(value % 256 for value in values)
        amounts = tuple(range(bits + 1))
        operands = (
            Operand((8, 1), dtype, values=values),
            Operand((1, bits + 1), dtype, values=amounts),
        )

        def oracle(x: Any, y: Any, bits: int = bits) -> Any:
            return by_element(lambda a, b: _shifted(left, bits, a, b))(x, y)

        yield Case(name, operands, oracle, note="all amounts")


def selections() -> Iterator[Case]:
    """Cases of `where`."""
    for shapes in (((), (), ()), ((3, 1), (1, 4), (3, 4)), ((0,), (1,), (0,)), ((1027,),) * 3):
        for dtype in ("float32", "int32"):
            operands = (Operand(shapes[0], "bool"), *(Operand(s, dtype) for s in shapes[1:]))
            yield Case("where", operands, by_element(lambda c, x, y: x if c else y))
    condition = Operand((2,), "bool", values=(True, False))
    finite, bad = Operand((2,), values=(1.0, 2.0)), Operand((2,), values=(NAN, INF))
    choose = by_element(lambda c, x, y: x if c else y)
    yield Case("where", (condition, finite, bad), choose, orders=0, note="NaN")
    for dtype in ("uint32", "uint8", "bool"):
        operands = (Operand((5,), "bool"), *(Operand((5,), dtype, 0, 2) for _ in range(2)))
        yield Case("where", operands, choose)


def _to_integer(x: float, dtype: str) -> int:
    """Truncate towards zero into the range of a dtype; NaN is 0."""
    limits = np.iinfo(dtype)
    return 0 if math.isnan(x) else int(min(max(x, int(limits.min)), int(limits.max)))


def casts() -> Iterator[Case]:
    """Cases of `cast` between every two dtypes."""
    floats = Operand((len(EXTREME),), values=EXTREME)
    for dtype in ALL_INTEGERS:
        saturating = by_element(_to_integer)
        yield Case("cast", (floats,), saturating, {"dtype": dtype}, orders=0, note="saturates")
    for dtype, values in (("int32", INT_EDGES), ("uint32", UINT_EDGES), ("bool", (True, False))):
        operand = Operand((len(values),), dtype, values=values)
        for target in ("float32", "int32", "uint32", "uint8"):
            plain = by_element(lambda x, dtype: float(x) if dtype == "float32" else int(x))
            yield Case("cast", (operand,), plain, {"dtype": target})
    for operand in (floats, Operand((8,), "int32", values=INT_EDGES)):
        truth = by_element(lambda x, dtype: bool(x))
        yield Case("cast", (operand,), truth, {"dtype": "bool"}, orders=0)
    for shape in ((), (0,), (3, 5)):
        yield Case("cast", (Operand(shape),), lambda x, dtype: x, {"dtype": "float32"})


CASES: tuple[Case, ...] = (
    *unary("negative", np.negative),
    *integers("negative", by_element(lambda x: -x), *ALL_INTEGERS, ranks=1),
    *unary("abs", np.abs, kinks=(0.0,)),
    *integers("abs", by_element(abs), *ALL_INTEGERS, ranks=1),
    *unary("sign", np.sign),
    *integers("sign", by_element(lambda x: (x > 0) - (x < 0)), *ALL_INTEGERS, ranks=1),
    *unary("exp", np.exp, ULPS),
    *unary("expm1", np.expm1, ULPS),
    *unary("log", np.log, ULPS, low=0.1, high=5.0),
    *unary("log1p", np.log1p, ULPS, low=-0.8, high=5.0),
    *unary("sqrt", np.sqrt, low=0.1, high=9.0),
    *unary("sin", np.sin, ULPS, low=-7.0, high=7.0, special=(*SPECIAL, INF, NAN)),
    *unary("cos", np.cos, ULPS, low=-7.0, high=7.0, special=(*SPECIAL, INF, NAN)),
    *unary("tan", np.tan, COMPOSED, low=-1.3, high=1.3, special=(*SPECIAL, INF, NAN)),
    *unary("tanh", np.tanh, ULPS),
    *unary("sigmoid", by_element(_sigmoid), COMPOSED, low=-9.0, high=9.0),
    *unary("softplus", lambda x: np.logaddexp(0, x), COMPOSED, low=-9.0, high=9.0),
    *unary("relu", by_element(lambda x: 0.0 if x < 0 else x), kinks=(0.0,)),
    *unary("erf", by_element(math.erf), ERF, low=-4.5, high=4.5),
    *unary("floor", np.floor),
    *unary("ceil", np.ceil),
    *unary("round", by_element(_round)),
    *unary("isnan", by_element(math.isnan)),
    *unary("isfinite", by_element(math.isfinite)),
    *bools("logical_not", by_element(lambda x: not x), ranks=1),
    *unary("copy", lambda x: x),
    *integers("copy", lambda x: x, *ALL_INTEGERS, ranks=1),
    *bools("copy", lambda x: x, ranks=1),
    *binary("add", np.add),
    *integers("add", by_element(lambda x, y: x + y), *ALL_INTEGERS),
    *binary("subtract", np.subtract),
    *integers("subtract", by_element(lambda x, y: x - y), *ALL_INTEGERS),
    *binary("multiply", np.multiply),
    *integers("multiply", by_element(lambda x, y: x * y), *ALL_INTEGERS),
    *binary("divide", np.divide, right=AWAY),
    *binary("power", np.power, POWER, left=POSITIVE),
    *(
        Case("power", operands, by_element(lambda x, y: x**y))
        for operands in (
            (Operand((3, 4), "int32", -5, 5), Operand((4,), "int32", 0, 9)),
            (Operand((3, 4), "uint32", 0, 20), Operand((4,), "uint32", 0, 20)),
        )
    ),
    Case("power", (Operand((4,)), Operand((), values=(2.0,))), np.power, tolerance=POWER, orders=0),
    *binary("maximum", np.maximum, left=EVEN, right=ODD),
    *integers("maximum", by_element(max), *ALL_INTEGERS),
    *binary("minimum", np.minimum, left=EVEN, right=ODD),
    *integers("minimum", by_element(min), *ALL_INTEGERS),
    *binary("arctan2", np.arctan2, ULPS, right=POSITIVE, special=(*SPECIAL, NAN)),
    *binary(
        "remainder",
        np.remainder,
        REMAINDER,
        Operand(low=2.2, high=2.6),  # the quotient stays between 2 and 3
        Operand(low=0.9, high=1.05),
        special=(0.5, -0.5, 1.5, -2.5, 7.0, -7.0, 0.0, NAN, INF),
    ),
    *integers("remainder", by_element(_remainder), *ALL_INTEGERS),
    *binary("floor_divide", np.floor_divide, special=(0.5, -0.5, 1.5, -2.5, 7.0, 0.0, NAN)),
    *integers("floor_divide", by_element(_floor_divide), *ALL_INTEGERS),
    *(
        case
        for name, compare in {
            "equal": by_element(lambda x, y: x == y),
            "not_equal": by_element(lambda x, y: x != y),
            "less": by_element(lambda x, y: x < y),
            "less_equal": by_element(lambda x, y: x <= y),
            "greater": by_element(lambda x, y: x > y),
            "greater_equal": by_element(lambda x, y: x >= y),
        }.items()
        for case in (*binary(name, compare), *integers(name, compare, *ALL_INTEGERS))
    ),
    *bools("equal", by_element(lambda x, y: x == y)),
    *bools("not_equal", by_element(lambda x, y: x != y)),
    *(
        case
        for name, combine in {
            "bitwise_and": by_element(lambda x, y: x & y),
            "bitwise_or": by_element(lambda x, y: x | y),
            "bitwise_xor": by_element(lambda x, y: x ^ y),
        }.items()
        for case in (*integers(name, combine, *ALL_INTEGERS), *bools(name, combine))
    ),
    *shifts("left_shift", left=True),
    *shifts("right_shift", left=False),
    *selections(),
    *casts(),
)

FLOAT_ONLY = (
    *("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "tanh", "sigmoid", "softplus"),
    *("relu", "erf", "floor", "ceil", "round", "isnan", "isfinite"),
)
WITHOUT_BOOL = (
    *("add", "subtract", "multiply", "power", "maximum", "minimum", "remainder", "floor_divide"),
    *("less", "less_equal", "greater", "greater_equal"),
)
BROADCASTING = (
    *(*WITHOUT_BOOL, "divide", "arctan2", "equal", "not_equal"),
    *("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"),
)


def _fitting_dtype(name: str) -> str:
    return "uint32" if "bitwise" in name or "shift" in name else "float32"


REFUSALS: tuple[Refusal, ...] = (
    *(Refusal(name, (Spec((3,), "int32"),), f"`{name}` expected dtype") for name in FLOAT_ONLY),
    *(
        Refusal(name, (Spec((3,), "bool"),), f"`{name}` expected dtype")
        for name in ("negative", "abs", "sign")
    ),
    Refusal("logical_not", (Spec((3,), "float32"),), "`logical_not` expected dtype bool"),
    *(
        Refusal(name, (Spec((3,), "bool"),) * 2, f"`{name}` expected dtype")
        for name in WITHOUT_BOOL
    ),
    *(
        Refusal(name, (Spec((3,), "float32"),) * 2, f"`{name}` expected dtype")
        for name in BROADCASTING
        if "bitwise" in name or "shift" in name
    ),
    *(
        Refusal(name, (Spec((3,), "int32"),) * 2, f"`{name}` expected dtype float32")
        for name in ("divide", "arctan2")
    ),
    *(
        Refusal(
            name,
            (Spec((2, 3), _fitting_dtype(name)), Spec((4,), _fitting_dtype(name))),
            f"`{name}` cannot broadcast shapes (2, 3) and (4,)",
        )
        for name in BROADCASTING
    ),
    *(
        Refusal(
            name,
            (Spec((3,), "int32"), Spec((3,), "float32" if "i" in name else "uint8")),
            f"`{name}` expected operands of one dtype",
        )
        for name in BROADCASTING
    ),
    Refusal("where", (Spec((2,)), Spec((2,)), Spec((2,))), "`where condition` expected operands"),
    Refusal(
        "where",
        (Spec((2,), "bool"), Spec((2,)), Spec((2,), "int32")),
        "`where` expected operands of one dtype",
    ),
    Refusal(
        "where",
        (Spec((2,), "bool"), Spec((3,)), Spec((3,))),
        "`where` cannot broadcast shapes",
    ),
    Refusal("cast", (Spec((2,)),), "`cast` expected", {"dtype": "float64"}),
)
