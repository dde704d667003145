"""Cases of calls of the host: what they compute is nothing."""

from __future__ import annotations

import numpy as np

from pykeras_core.engine import Spec
from tests.core.cases.record import Case, Operand, Refusal


class _Nothing:
    """A function that does nothing, by a name that is the same in every process."""

    def __call__(self, *arrays: object) -> None:
        pass

    def __repr__(self) -> str:
        return "nothing"


CASES: tuple[Case, ...] = tuple(
    Case(
        "call_host",
        tuple(Operand(shape, dtype) for shape, dtype in operands),
        lambda *arrays, function: np.array(True),
        {"function": _Nothing()},
    )
    for operands in ((), (((), "float32"),), (((3,), "int32"), ((2, 3), "float32")))
)

REFUSALS: tuple[Refusal, ...] = (
    Refusal("call_host", (Spec(()),), "`call_host` expected a function", {"function": 3}),
)
