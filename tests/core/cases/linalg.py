"""Cases of solving and factoring. Matrices are fixed and far from singular."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import Spec
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import Case, Operand, Refusal, Tolerance

FACTORS = Tolerance(1e-4, 2e-5, "float32 elimination against float64")


def _matrix(*shape: int, spread: float = 2.0, symmetric: bool = False) -> Operand:
    """Random elements between -1 and 1, and a diagonal that keeps singular values apart."""
    array = np.random.default_rng(sum(shape)).uniform(-1, 1, shape)
    rows, columns = shape[-2:]
    array = array + np.eye(rows, columns) * spread * np.arange(1, columns + 1)
    if symmetric:
        array = (array + np.swapaxes(array, -1, -2)) / 2
    return Operand(shape, values=tuple(array.ravel().tolist()))


def _symmetric(x: Array) -> Array:
    return (x + np.swapaxes(x, -1, -2)) / 2


def _eigh(x: Array) -> Any:
    return tuple(np.linalg.eigh(_symmetric(x)))


def _qr(x: Array, *, complete: bool) -> Any:
    return tuple(np.linalg.qr(x, "complete" if complete else "reduced"))


def _lu(x: Array) -> Any:
    """Elimination of one matrix, row by row."""
    lu, pivots = x.copy(), []
    for k in range(min(x.shape)):
        pivots.append(max(range(k, len(lu)), key=lambda row: abs(lu[row, k])))
        lu[[k, pivots[-1]]] = lu[[pivots[-1], k]]
        for row in range(k + 1, len(lu)):
            lu[row, k] /= lu[k, k]
            lu[row, k + 1 :] -= lu[row, k] * lu[k, k + 1 :]
    return lu, np.array(pivots)


def factors() -> Iterator[Case]:
    """Every primitive on single matrices, stacks and, where it may, matrices that are long."""
    for batch in ((), (2,), (2, 3)):
        square = _matrix(*batch, 3, 3)
        yield Case("solve", (square, Operand((*batch, 3, 2))), np.linalg.solve, {}, FACTORS)
        even = _matrix(*batch, 3, 3, symmetric=True)
        yield Case("cholesky", (even,), lambda x: np.linalg.cholesky(_symmetric(x)), {}, FACTORS)
        yield Case("slogdet", (square,), lambda x: tuple(np.linalg.slogdet(x)), {}, FACTORS)
        yield Case("eigh", (even,), _eigh, {}, FACTORS, orders=1)
        for shape in ((3, 3), (4, 2)):
            long = _matrix(*batch, *shape)
            yield Case("qr", (long,), _qr, {"complete": False}, FACTORS, orders=1)
        for shape in ((3, 3), (4, 2), (2, 4)):
            thin = {"full_matrices": False}
            yield Case("svd", (_matrix(*batch, *shape),), _svd, thin, FACTORS, orders=1)
    wide = _matrix(2, 4)
    yield Case("qr", (wide,), _qr, {"complete": False}, FACTORS, orders=0)
    yield Case("qr", (_matrix(4, 2),), _qr, {"complete": True}, FACTORS, orders=0)
    yield Case("svd", (wide,), _svd, {"full_matrices": True}, FACTORS, orders=0)
    for shape in ((3, 3), (4, 2), (2, 4)):
        yield Case("lu_factor", (_matrix(*shape, spread=0.5),), _lu, {}, FACTORS)


def _svd(x: Array, *, full_matrices: bool) -> Any:
    return tuple(np.linalg.svd(x, full_matrices))


CASES: tuple[Case, ...] = tuple(factors())

_LONG = Spec((4, 2))
REFUSALS: tuple[Refusal, ...] = (
    Refusal("solve", (_LONG, Spec((4, 2))), "`solve` expected square matrices"),
    Refusal("solve", (Spec((3, 3)), Spec((2, 3))), "`solve` expected a right side"),
    Refusal("solve", (Spec((3, 3), "int32"), Spec((3, 1))), "`solve` expected dtype"),
    Refusal("cholesky", (_LONG,), "`cholesky` expected square"),
    Refusal("slogdet", (_LONG,), "`slogdet` expected square"),
    Refusal("eigh", (Spec((3,)),), "`eigh` expected square"),
    Refusal("qr", (Spec((3,)),), "`qr` expected matrices", {"complete": False}),
    Refusal("svd", (Spec((3,)),), "`svd` expected matrices", {"full_matrices": False}),
    Refusal("lu_factor", (Spec((3,)),), "`lu_factor` expected matrices"),
)
