"""Cases of matrix products."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from pykeras_core.engine import Spec
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import EXACT, Case, Operand, Refusal, Tolerance

SUMS = Tolerance(1e-5, 2e-5, "sums of up to 130 products in an order that a kernel may choose")

# Leading axes, rows, inner axis, columns: single elements, empty axes, sizes that no register
# block divides.
SIZES = (
    ((), 1, 1, 1),
    ((), 3, 5, 4),
    ((), 1, 7, 3),
    ((), 7, 1, 3),
    ((), 6, 3, 1),
    ((), 0, 3, 2),
    ((), 2, 0, 3),
    ((), 17, 130, 19),
    ((3,), 2, 4, 5),
    ((2, 1), 3, 2, 2),
    ((0,), 2, 3, 4),
)


def _matmul(x: Array, y: Array, *, transpose_x: bool, transpose_y: bool) -> Array:
    left = "...ki" if transpose_x else "...ik"
    right = "...jk" if transpose_y else "...kj"
    return np.einsum(f"{left},{right}->...ij", x, y)


def products() -> Iterator[Case]:
    """Cases in all transpositions."""
    for (batch, rows, inner, columns), transpose_x, transpose_y in itertools.product(
        SIZES, (False, True), (False, True)
    ):
        left = (inner, rows) if transpose_x else (rows, inner)
        right = (columns, inner) if transpose_y else (inner, columns)
        params = {"transpose_x": transpose_x, "transpose_y": transpose_y}
        operands = (Operand((*batch, *left)), Operand((*batch, *right)))
        yield Case("matmul", operands, _matmul, params, SUMS)
    operands = (Operand((3, 4), "int32", -99, 99), Operand((4, 2), "int32", -99, 99))
    yield Case("matmul", operands, _matmul, {"transpose_x": False, "transpose_y": False}, EXACT)


CASES: tuple[Case, ...] = tuple(products())

PLAIN = {"transpose_x": False, "transpose_y": False}
REFUSALS: tuple[Refusal, ...] = (
    Refusal("matmul", (Spec((3, 4)), Spec((5, 2))), "`matmul` expected inner axes", PLAIN),
    Refusal("matmul", (Spec((4,)), Spec((4, 2))), "`matmul` expected two matrices", PLAIN),
    Refusal("matmul", (Spec((2, 3, 4)), Spec((3, 4, 5))), "`matmul` expected two", PLAIN),
    Refusal("matmul", (Spec((3, 4), "bool"),) * 2, "`matmul` expected dtype", PLAIN),
    Refusal(
        "matmul", (Spec((3, 4)), Spec((4, 5), "int32")), "`matmul` expected operands of", PLAIN
    ),
)
