"""Owns `Loop`, which runs the cell of a recurrent layer along a sequence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pykeras_core import engine, ops, tree
from pykeras_core.layers.base import Layer
from pykeras_core.ops.loops import NotScannableError

__all__ = ["Loop"]

_FEW_STEPS = 2
"""Up to this many steps, the unrolled loop is traced as soon and runs as fast, measured."""


@dataclass(frozen=True)
class Loop:
    """How a recurrent layer runs its cell.

    Args:
        cell: The cell.
        step: One step of it: `step(inputs, states)` returns outputs and new states.
        output_size: Size of the outputs.
        return_sequences: Whether all steps' outputs are wanted, or the last one's.
        go_backwards: Whether the last step runs first.
        zero_output_for_mask: Whether masked steps give zeros, not the output before them.
        unroll: Whether to unroll the loop in any case.
    """

    cell: Any
    step: Callable[[Any, list[Any]], tuple[Any, list[Any]]]
    output_size: int
    return_sequences: bool
    go_backwards: bool
    zero_output_for_mask: bool
    unroll: bool

    def run(self, inputs: Any, mask: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        """Runs the steps: traced as one `ops.scan`, or unrolled.

        Unrolled are loops of a few steps, those that `unroll` asks for, those outside of a trace,
        and those of a cell that does what a scan cannot: assign to a variable (a `Dropout` inside
        of it draws from one), add a loss, or change the shape or dtype of its states.

        Args:
            inputs: Tensor, shape `(steps, batch, ...)`.
            mask: Bool tensor, shape `(steps, batch, 1)`, or `None`.
            states: The first states.

        Returns:
            Outputs, `(steps, batch, ...)` in the order in which they ran, or the last one's; and
            the last states.
        """
        if engine.current_trace() is not None and not self.unroll and len(inputs) > _FEW_STEPS:
            try:
                return self._scanned(inputs, mask, states)
            except NotScannableError:
                pass  # nothing of the attempt is left
        return self._unrolled(inputs, mask, states)

    def _unrolled(self, inputs: Any, mask: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        steps = ops.unstack(inputs, axis=0)
        masks = None if mask is None else ops.unstack(mask, axis=0)
        order = range(len(steps) - 1, -1, -1) if self.go_backwards else range(len(steps))
        outputs: list[Any] = []
        for index in order:
            output, new_states = self.step(steps[index], states)
            if masks is not None:
                before = None if self.zero_output_for_mask or not outputs else outputs[-1]
                output = _where(masks[index], output, before)
                new_states = _where(masks[index], new_states, states)
            states = new_states
            outputs.append(output)
        return (ops.stack(outputs, axis=0) if self.return_sequences else outputs[-1]), states

    def _scanned(self, inputs: Any, mask: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        rows = [inputs] if mask is None else [inputs, mask]
        before = []  # the output before, where masked steps repeat it
        if mask is not None and not self.zero_output_for_mask:
            before = [ops.zeros((inputs.shape[1], self.output_size))]
        carried_at: list[int] = []  # where among the carries the output is, if it is one

        def step(carry: Any, row: Any) -> Any:
            states, before = carry
            output, new_states = self._step_of_scan(row[0], states)
            if before and before[0].spec != output.spec:
                raise NotScannableError("the cell's outputs are not of its `output_size`")
            if mask is not None:
                output = _where(row[1], output, before[0] if before else None)
                new_states = _where(row[1], new_states, states)
            new_carry = [new_states, [output] if before else []]
            if self.return_sequences:
                return new_carry, output
            carried_at.extend(n for n, x in enumerate(tree.flatten(new_carry)) if x is output)
            return new_carry, None if carried_at else output

        carry, outputs = ops.scan(step, [states, before], rows, reverse=self.go_backwards)
        if self.return_sequences:
            return (ops.flip(outputs, axis=0) if self.go_backwards else outputs), carry[0]
        if carried_at:
            return tree.flatten(carry)[carried_at[0]], carry[0]
        return outputs[0 if self.go_backwards else -1], carry[0]

    def _step_of_scan(self, inputs: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        """One step, refused if it adds a loss: a layer would have it once, not once a step."""
        layers = self.cell._flatten_layers() if isinstance(self.cell, Layer) else []
        counts = [len(layer._recorded_losses) for layer in layers]
        result = self.step(inputs, states)
        if counts != [len(layer._recorded_losses) for layer in layers]:
            for layer, count in zip(layers, counts, strict=True):
                del layer._recorded_losses[count:]
            raise NotScannableError("the cell adds a loss")
        return result


def _where(mask: Any, new: Any, old: Any) -> Any:
    """The new tensors where the mask is true, else the old; zeros in place of `None`."""
    if old is None:
        old = ops.zeros_like(new)
    return tree.map_structure(lambda a, b: ops.where(mask, a, b), new, old)
