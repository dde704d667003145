"""The table of cases: every primitive, its oracle and its tolerance.

To add a primitive, add its cases to its family's module here; a test fails while it has none.
A backend is checked by running the same cases through `executable`.
"""

from __future__ import annotations

from pykeras_core.engine import Program, trace
from pykeras_core.engine.backends.base import Backend, Executable
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.tracing import bind
from tests.core.cases import (
    conv,
    elementwise,
    gather,
    host,
    linalg,
    matmul,
    pool,
    random,
    reduce,
    scan,
    shape,
)
from tests.core.cases.record import Case, Refusal

__all__ = ["CASES", "REFUSALS", "Case", "Refusal", "executable", "program"]

_FAMILIES = (elementwise, reduce, shape, gather, matmul, linalg, conv, pool, random, scan, host)

CASES: tuple[Case, ...] = tuple(case for family in _FAMILIES for case in family.CASES)
REFUSALS: tuple[Refusal, ...] = tuple(r for family in _FAMILIES for r in family.REFUSALS)


def program(case: Case) -> Program:
    """The case's primitive applied once to the program's inputs."""
    return trace(lambda *operands: bind(case.record, *operands, **case.params), *case.specs)


def executable(case: Case, backend: Backend) -> Executable:
    """The case made ready by a backend: `executable(case, backend).run(case.arrays())`."""
    return backend.compile(Plan(program(case)))
