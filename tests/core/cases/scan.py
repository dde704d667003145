"""Cases of the loop along a sequence; its gradients are compared in `test_scan.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pykeras_core.engine import Program, Spec, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array
from tests.core.cases.record import EXACT, Case, Operand, Refusal, Tolerance

SUMS = Tolerance(1e-5, 1e-5, "float32 sums and a tanh, carried from step to step")

Oracle = Callable[..., tuple[list[Any], list[Any]]]
"""One step on arrays: from lists of carries and slices, and the fixed arrays."""


def _looped(step: Oracle) -> Callable[..., tuple[Array, ...]]:
    def oracle(
        *arrays: Array, body: Program, carries: int, sequences: int, length: int, reverse: bool
    ) -> tuple[Array, ...]:
        now = list(arrays[:carries])
        rows: dict[int, list[Any]] = {}
        for number in sorted(range(length), reverse=reverse):
            slices = [array[number] for array in arrays[carries : carries + sequences]]
            now, rows[number] = step(now, slices, *arrays[carries + sequences :])
        stacks = [
            np.array([rows[number][n] for number in range(length)]).reshape(
                (length, *value.spec.shape)
            )
            for n, value in enumerate(body.outputs[carries:])
        ]
        return (*now, *stacks)

    return oracle


def _case(
    note: str,
    traced: Callable[..., Any],
    oracle: Oracle,
    operands: tuple[Operand, ...],
    counts: tuple[int, int, int],
    reverse: bool = False,
    tolerance: Tolerance = EXACT,
) -> Case:
    """A case; `counts` are carries, sequences and length."""
    carries, sequences, length = counts
    last = carries + sequences
    specs = [
        Spec(operand.shape[1:] if carries <= n < last else operand.shape, operand.dtype)
        for n, operand in enumerate(operands)
    ]
    params = {
        "body": trace(traced, *specs),
        "carries": carries,
        "sequences": sequences,
        "length": length,
        "reverse": reverse,
    }
    return Case("scan", operands, _looped(oracle), params, tolerance, note=note)


def _cell(h: Any, x: Any, w: Any) -> Any:
    new = p.tanh(p.add(x, p.matmul(h, w)))
    return new, p.multiply(new, x)


def _cell_oracle(carries: list[Any], slices: list[Any], w: Array) -> Any:
    new = np.tanh(slices[0] + carries[0] @ w)
    return [new], [new * slices[0]]


def _nested(total: Any, rows: Any) -> Any:
    (inner,), (sums,) = p.scan(
        lambda carries, slices: ([p.add(*carries, *slices)], [p.add(*carries, *slices)]),
        [total],
        [rows],
        length=rows.shape[0],
        reverse=True,
    )
    return inner, sums


def _nested_oracle(carries: list[Any], slices: list[Any]) -> Any:
    sums = carries[0] + np.cumsum(slices[0][::-1], axis=0)[::-1]
    return [sums[0]], [sums]


def loops() -> Iterator[Case]:
    """Cases of every form a loop takes."""
    for reverse in (False, True):
        for length, batch, units in ((0, 2, 3), (1, 1, 1), (5, 2, 3), (3, 9, 67), (4, 0, 3)):
            yield _case(
                "recurrent cell",
                _cell,
                _cell_oracle,
                (
                    *(Operand((batch, units)), Operand((length, batch, units))),
                    Operand((units, units), low=-0.2, high=0.2),  # large ones make chaos
                ),
                (1, 1, length),
                reverse,
                SUMS,
            )
        yield _case(
            "carries that change places, rows of the old ones",
            lambda a, b, x: (b, p.add(a, x), a, b, x),
            lambda c, s: ([c[1], c[0] + s[0]], [c[0], c[1], s[0]]),
            (Operand((3,), "int32", -9, 9),) * 2 + (Operand((4, 3), "int32", -9, 9),),
            (2, 1, 4),
            reverse,
        )
        yield _case(
            "masks and counters",
            lambda n, kept, mask, x: (
                p.add(n, p.cast(mask, dtype="int32")),
                p.where(mask, x, kept),
                p.logical_not(mask),
            ),
            lambda c, s: ([c[0] + s[0], np.where(s[0], s[1], c[1])], [~s[0]]),
            (
                *(Operand((5,), "int32", -9, 9), Operand((5,))),
                *(Operand((6, 5), "bool"), Operand((6, 5))),
            ),
            (2, 2, 6),
            reverse,
        )
        yield _case(
            "a scan inside",
            _nested,
            _nested_oracle,
            (Operand((3,), "int32", -9, 9), Operand((4, 5, 3), "int32", -9, 9)),
            (1, 1, 4),
            reverse,
        )
    yield _case(
        "rows alone",
        lambda x, w: (p.multiply(x, w), w),
        lambda c, s, w: ([], [s[0] * w, w]),
        (Operand((3, 2), "int32", -9, 9), Operand((2,), "int32", -9, 9)),
        (0, 1, 3),
    )
    yield _case(
        "no sequence, one result twice",
        lambda a, w: (p.multiply(a, w),) * 2,
        lambda c, s, w: ([c[0] * w], [c[0] * w]),
        (Operand((2,), "int32", -3, 3), Operand((), "int32", -3, 3)),
        (1, 0, 5),
    )
    yield _case(
        "no row",
        lambda a, x: p.sin(p.add(a, x)),
        lambda c, s: ([np.sin(c[0] + s[0])], []),
        (Operand((2, 3)), Operand((4, 2, 3))),
        (1, 1, 4),
        tolerance=SUMS,
    )


CASES: tuple[Case, ...] = tuple(loops())

_SQUARE = {
    "body": trace(_cell, Spec((2, 3)), Spec((2, 3)), Spec((3, 3))),
    "carries": 1,
    "sequences": 1,
    "length": 4,
    "reverse": False,
}
_OPEN = {**_SQUARE, "body": trace(lambda h, x: (p.multiply(h, 2.0), x), Spec((2,)), Spec((2,)))}
_GROWING = {
    **_SQUARE,
    "body": trace(lambda h, x: p.concatenate(h, x, axis=0), Spec((2,)), Spec((2,))),
}
_FITTING = (Spec((2, 3)), Spec((4, 2, 3)), Spec((3, 3)))
REFUSALS: tuple[Refusal, ...] = (
    Refusal("scan", (Spec((2,)), Spec((4, 2))), "`scan` expected a body without", _OPEN),
    Refusal("scan", (Spec((2,)), Spec((4, 2))), "`scan` expected a body that keeps", _GROWING),
    Refusal("scan", (_FITTING[0], Spec(()), _FITTING[2]), "`scan` expected 1 sequences", _SQUARE),
    Refusal("scan", _FITTING, "`scan` expected 1 sequences of 5", {**_SQUARE, "length": 5}),
    Refusal("scan", _FITTING[:2], "`scan` expected operands for a body", _SQUARE),
    Refusal(
        "scan",
        (*_FITTING[:2], Spec((3, 3), "int32")),
        "`scan` expected operands for a body",
        _SQUARE,
    ),
)
