"""Loops: a function run along a sequence."""

from __future__ import annotations

from typing import Any

from pykeras_core import tree
from pykeras_core.checks import ArrayTree, NonNegativeInt, Of2
from pykeras_core.engine import convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitives.closed import NotScannableError as NotScannableError
from pykeras_core.symbolic.op_call import operation

__all__ = ["scan"]


@operation
def scan(
    f: Of2,
    init: ArrayTree,
    xs: ArrayTree | None = None,
    length: NonNegativeInt | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """Run `carry, y = f(carry, x)` along axis 0 of `xs`.

    Args:
        f: Computes one step with ops alone. It is called once, on Tensors without values, however
            long the sequence is, and may not assign to variables.
        init: The carry that the first step takes: a Tensor or a structure of them. Each step
            returns one of the same structure, shapes and dtypes.
        xs: A Tensor or a structure of them, of one length on axis 0; None if `f` takes no `x`.
        length: The number of steps; needed where `xs` is None.
        reverse: Whether to run from the last step to the first.
        unroll: Accepted as in Keras; the loop is never unrolled.

    Returns:
        `(carry, ys)`: the last carry, and each `y` of all steps, stacked along axis 0 in the
        order of `xs`.

    Raises:
        ValueError: If the length is not known, lengths differ, `f` changes a variable, or it
            returns a carry unlike the one it takes.

    Example:
        >>> rows = convert_to_tensor([1, 2, 3])
        >>> total, sums = scan(lambda carry, x: (carry + x, carry + x), 0, rows)
        >>> int(total), sums.tolist()
        (6, [1, 3, 6])
    """
    carries = [convert_to_tensor(leaf) for leaf in tree.flatten(init)]
    sequences = [] if xs is None else [convert_to_tensor(leaf) for leaf in tree.flatten(xs)]
    steps = _length(sequences, length)
    rows: list[Any] = []

    def step(carried: list[Any], slices: list[Any]) -> tuple[list[Any], list[Any]]:
        x = None if xs is None else tree.pack_sequence_as(xs, slices)
        carry, y = f(tree.pack_sequence_as(init, carried), x)
        try:
            tree.assert_same_structure(init, carry)
        except ValueError as error:
            raise NotScannableError(
                f"`scan` expected `f` to return a carry of the structure of `init`: {error}"
            ) from None
        leaves = [convert_to_tensor(leaf) for leaf in tree.flatten(carry)]
        given, returned = ([leaf.spec for leaf in side] for side in (carries, leaves))
        if given != returned:
            raise NotScannableError(
                "`scan` expected `f` to return for a slice of `xs` carries like those it takes, "
                f"{' '.join(map(str, given))}; received {' '.join(map(str, returned))}. Give "
                "`init` that shape and dtype."
            )
        rows.append(y)
        return leaves, [leaf for leaf in tree.flatten(y) if leaf is not None]

    last, stacks = p.scan(step, carries, sequences, length=steps, reverse=reverse)
    remaining = iter(stacks)
    (y,) = rows
    stacked = tree.map_structure(lambda leaf: None if leaf is None else next(remaining), y)
    return tree.pack_sequence_as(init, last), stacked


def _length(sequences: list[Any], length: int | None) -> int:
    """The number of steps."""
    lengths = {sequence.shape[0] if sequence.ndim else None for sequence in sequences}
    if length is not None:
        lengths.add(length)
    if len(lengths) != 1 or None in lengths:
        raise ValueError(
            "`scan` expected sequences with one length on axis 0, or a `length`; received shapes "
            f"{[sequence.shape for sequence in sequences]} and length={length}"
        )
    (steps,) = lengths
    return int(steps)  # type: ignore[arg-type]  # None is refused above
