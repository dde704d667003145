"""The loop along a sequence: one primitive that runs a program once for each step.

The body is traced once, however many steps there are. Its gradient is a scan too, in the other
direction, over what the forward one kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.closed import NotScannableError, close
from pykeras_core.engine.primitives.scan_gradient import pull_back
from pykeras_core.engine.program import Program
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import bind, convert_to_tensor

__all__ = ["NotScannableError", "scan", "scan_program"]


def _infer(
    *specs: Spec, body: Program, carries: int, sequences: int, length: int, reverse: bool
) -> tuple[Spec, ...]:
    if not body.is_closed:
        raise ValueError("`scan` expected a body without variables, constants and updates")
    if length < 0 or any(
        not spec.shape or spec.shape[0] != length for spec in specs[carries : carries + sequences]
    ):
        raise ValueError(
            f"`scan` expected {sequences} sequences of {length} steps, received operands "
            f"{' '.join(map(str, specs))}"
        )
    slices = (Spec(spec.shape[1:], spec.dtype) for spec in specs[carries : carries + sequences])
    given = (*specs[:carries], *slices, *specs[carries + sequences :])
    wanted = tuple(value.spec for value in body.inputs)
    if given != wanted:
        raise ValueError(
            f"`scan` expected operands for a body of {' '.join(map(str, wanted))}, received "
            f"{' '.join(map(str, given))}"
        )
    made = tuple(value.spec for value in body.outputs)
    if made[:carries] != specs[:carries]:
        raise ValueError(
            f"`scan` expected a body that keeps the shapes and dtypes of its carries "
            f"{' '.join(map(str, specs[:carries]))}, received {' '.join(map(str, made))}"
        )
    return (*made[:carries], *(Spec((length, *s.shape), s.dtype) for s in made[carries:]))


def _scan(
    *arrays: Array, body: Program, carries: int, sequences: int, length: int, reverse: bool
) -> tuple[Array, ...]:
    """Each step takes the carries and its slices; it makes new carries and a row of each stack."""
    now = list(arrays[:carries])
    rows, fixed = arrays[carries : carries + sequences], arrays[carries + sequences :]
    stacks = [np.empty((length, *v.spec.shape), v.spec.dtype) for v in body.outputs[carries:]]
    for step in range(length - 1, -1, -1) if reverse else range(length):
        results = body.evaluate([*now, *(array[step] for array in rows), *fixed])
        now = results[:carries]
        for stack, row in zip(stacks, results[carries:], strict=True):
            stack[step] = row
    # Copies: a carry may be an operand still, and results may take an operand's memory.
    return (*map(np.array, now), *stacks)


_PRIMITIVE = Primitive("scan", _scan, _infer, pull_back=pull_back)


def scan_program(
    body: Program,
    carries: Sequence[Tensor],
    sequences: Sequence[Tensor],
    fixed: Sequence[Tensor],
    *,
    length: int,
    reverse: bool,
) -> tuple[list[Tensor], list[Tensor]]:
    """Apply the primitive.

    Args:
        body: A closed program from carries, slices and fixed values to carries and rows.
        carries: What the first step starts from.
        sequences: Cut along axis 0, a slice for each step.
        fixed: The same in every step.
        length: Number of steps.
        reverse: Whether the last step runs first.

    Returns:
        The carries after the last step that ran, and the stacked rows, each at its step's place.
    """
    result = bind(
        _PRIMITIVE,
        *(*carries, *sequences, *fixed),
        body=body,
        carries=len(carries),
        sequences=len(sequences),
        length=length,
        reverse=reverse,
    )
    found = [result] if isinstance(result, Tensor) else list(result)
    return found[: len(carries)], found[len(carries) :]


def scan(
    step: Callable[[list[Tensor], list[Tensor]], tuple[Sequence[Any], Sequence[Any]]],
    carries: Sequence[Any],
    sequences: Sequence[Any],
    *,
    length: int,
    reverse: bool = False,
) -> tuple[list[Tensor], list[Tensor]]:
    """Run `step` along sequences.

    Args:
        step: `step(carries, slices)` returns new carries, of the shapes and dtypes of the old,
            and rows to stack. It is called once, on symbolic Tensors.
        carries: Tensors to start from.
        sequences: Tensors whose axis 0 has the length `length`.
        length: Number of steps.
        reverse: Whether the last step runs first.

    Returns:
        As `scan_program`.

    Raises:
        NotScannableError: If `step` changes a variable, or carries change shape or dtype.
    """
    start = [convert_to_tensor(carry) for carry in carries]
    rows = [convert_to_tensor(sequence) for sequence in sequences]
    specs = [tensor.spec for tensor in start]
    closed = close(step, specs, [Spec(row.shape[1:], row.dtype) for row in rows])
    returned, _ = closed.program.pack([value.spec for value in closed.program.outputs])
    if list(returned) != specs:
        raise NotScannableError(
            f"`scan` expected a step that returns carries like those it takes, "
            f"{' '.join(map(str, specs))}; received {' '.join(map(str, returned))}"
        )
    return scan_program(closed.program, start, rows, closed.fixed, length=length, reverse=reverse)
