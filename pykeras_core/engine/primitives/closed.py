"""Closed programs: what a function does, with everything it uses from outside as an input.

This module owns `close`. A primitive that runs a program, such as `scan`, needs it closed: its
operands are then all that it depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pykeras_core.engine.program import Equation, Program, Value, needed
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import bind, convert_to_tensor, trace

__all__ = ["Closed", "NotScannableError", "close"]


class NotScannableError(ValueError):
    """A step function that no closed program can stand for."""


@dataclass(frozen=True)
class Closed:
    """A closed program and what its inputs stand for.

    Args:
        program: Its inputs are those given, then the varying ones, then the fixed ones.
        varying: The captured values that the varying inputs stand for.
        fixed: The Tensors that the fixed inputs stand for.
    """

    program: Program
    varying: tuple[Tensor, ...]
    fixed: tuple[Tensor, ...]


def close(
    function: Callable[..., Any],
    *args: Any,
    operand: Callable[[Tensor], Tensor | None] = lambda captured: captured,
) -> Closed:
    """Trace a function into a closed program.

    Variables it reads, constants and Tensors of the trace around it become inputs. What it
    computes from fixed inputs alone is computed here, once, outside of the program.

    Args:
        function: As for `trace`.
        *args: As for `trace`.
        operand: Gives the Tensor that a captured one stands for; None if it is varying.

    Returns:
        The program and what its inputs stand for.

    Raises:
        NotScannableError: If the function changes a variable.
    """
    captured: list[Tensor] = []
    traced = trace(function, *args, captured=captured)
    if traced.updates:
        paths = ", ".join(sorted(variable.path for variable, _ in traced.updates))
        raise NotScannableError(
            f"`scan` expected a step that changes no variable; it changes {paths}"
        )
    fixed = {id(value): convert_to_tensor(variable) for variable, value in traced.variables}
    fixed |= {id(value): value for value in traced.constants() if isinstance(value, Tensor)}
    known = [(value, operand(value)) for value in captured]
    fixed |= {id(value): tensor for value, tensor in known if tensor is not None}
    varying = [value for value, tensor in known if tensor is None]
    equations = _without_fixed(needed(traced.equations, traced.outputs), fixed)
    return _with_inputs(traced, equations, varying, fixed)


def _without_fixed(equations: Iterable[Equation], fixed: dict[int, Tensor]) -> list[Equation]:
    """Apply at once what depends on fixed values alone; return the other equations."""
    kept = []
    for equation in equations:
        if all(id(value) in fixed for value in equation.inputs):
            made = bind(
                equation.primitive, *(fixed[id(v)] for v in equation.inputs), **equation.params
            )
            results = (made,) if isinstance(made, Tensor) else made
            for value, result in zip(equation.outputs, results, strict=True):
                fixed[id(value)] = result
        else:
            kept.append(equation)
    return kept


def _with_inputs(
    traced: Program,
    equations: Sequence[Equation],
    varying: Sequence[Tensor],
    fixed: dict[int, Tensor],
) -> Closed:
    """Put an input in the place of each value from outside."""
    used = [value for equation in equations for value in equation.inputs]
    used += traced.outputs
    stand_ins: dict[int, Value] = {id(value): Tensor(value.spec) for value in varying}
    lifted: dict[int, tuple[Value, Tensor]] = {}
    for value in used:
        if id(value) in fixed:
            tensor = fixed[id(value)]
            stand_in, _ = lifted.setdefault(id(tensor), (Tensor(tensor.spec), tensor))
            stand_ins[id(value)] = stand_in
    inner = tuple(
        Equation(
            equation.primitive,
            tuple(stand_ins.get(id(value), value) for value in equation.inputs),
            equation.params,
            equation.outputs,
        )
        for equation in equations
    )
    inputs = (
        *traced.inputs,
        *(stand_ins[id(value)] for value in varying),
        *(stand_in for stand_in, _ in lifted.values()),
    )
    outputs = tuple(stand_ins.get(id(value), value) for value in traced.outputs)
    program = Program(inputs, (), inner, outputs, (), traced.pack)
    return Closed(program, tuple(varying), tuple(tensor for _, tensor in lifted.values()))
