"""The body of a scan as a step of its own, so that backends plan it as they plan any program.

This module owns `body_as_step`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pykeras_core.engine.primitive import Array, Spec
from pykeras_core.engine.program import Equation, Program

__all__ = ["body_as_step"]


@dataclass(frozen=True, eq=False)
class _Slot:
    """What stands for a variable in the plan of a body."""

    path: str
    spec: Spec
    trainable: bool = False
    missing_bytes: int = 0
    version: int = 0

    def storage(self) -> Array:
        """There is none: the scan says where its slots live."""
        raise TypeError(f"{self.path} of a scan has no array of its own")

    elements = storage

    def lend(self, holder: object) -> None:
        """Nothing to lend; see `storage`."""
        self.storage()

    def receive(self, elements: Array, keeps_lent: bool) -> None:
        """Nothing to receive; see `storage`."""
        self.storage()


def body_as_step(equation: Equation) -> Program:
    """A scan's body as a step: carries are variables, rows are variables that are only written."""
    body, carries = equation.params["body"], equation.params["carries"]
    slots = [_Slot(f"output {n}", value.spec) for n, value in enumerate(body.outputs)]
    return Program(
        inputs=body.inputs[carries:],
        variables=tuple(zip(slots, body.inputs[:carries], strict=False)),
        equations=body.equations,
        outputs=(),
        updates=tuple(zip(slots, body.outputs, strict=True)),
    )
