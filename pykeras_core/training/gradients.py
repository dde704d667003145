"""Gradients of a traced step, for those who look on: computed anew, by a program of their own.

This module owns `GradientProbe`. What trains stays as it is, whether somebody looks or not: the
probe has the equations of the step that lead to its gradients, and changes no variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pykeras_core.engine import Program, Variable
from pykeras_core.engine.backends.choice import choose
from pykeras_core.engine.capacity import LARGE_BYTES, available_bytes
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.program import Value, needed

__all__ = ["GradientProbe"]

_SHARE = 0.5
"""The share of the free memory that a look may take; the program needs some later."""


class GradientProbe:
    """Computes the gradients that a step gives to its optimizers.

    Args:
        program: The traced step.
        noted: Each gradient in it, with its variable.

    Raises:
        LookupError: If the step has no gradients that can be computed by themselves.
        MemoryError: If that would take more memory than can be spared.
    """

    def __init__(self, program: Program, noted: Sequence[tuple[Value, Variable]]) -> None:
        self._variables = [variable for _, variable in noted]
        outputs = tuple(gradient for gradient, _ in noted)
        without_effect = [e for e in program.equations if not e.primitive.effect]
        equations = tuple(needed(without_effect, outputs))
        used = {id(value) for e in equations for value in e.inputs} | {id(v) for v in outputs}
        variables = tuple(pair for pair in program.variables if id(pair[1]) in used)
        probe = replace(
            program, variables=variables, equations=equations, outputs=outputs, updates=(),
            pack=list,
        )  # fmt: skip
        if not noted or not _is_whole(probe):
            raise LookupError("the step gives no gradients to an optimizer")
        plan = Plan(probe)
        _require_room(plan)
        self._executable = choose(plan, "wasm").backend.compile(plan)

    def run(self, inputs: Sequence[Array]) -> list[tuple[Array, Variable]]:
        """The gradients at the weights of now.

        Args:
            inputs: What the step is fed.
        """
        return list(zip(self._executable.run(inputs), self._variables, strict=True))


def _is_whole(program: Program) -> bool:
    """Whether every value that is used is defined: a part of an inner program is not."""
    try:
        program.check()
    except ValueError:
        return False
    return True


def _require_room(plan: Plan) -> None:
    """As though no two values shared memory, which is more than it takes."""
    total = sum(value.spec.size_bytes for one in plan.equations for value in one.outputs)
    if total < LARGE_BYTES:
        return
    available = available_bytes()
    if available is not None and total > available * _SHARE:
        raise MemoryError("too little memory to look at the gradients")
