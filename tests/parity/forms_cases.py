"""Parity cases of the forms that ops take: argument names, orders, axes, dtypes, edge values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .golden import Case, values
from .ops_cases import CUBE, X, valued

FLAGS = np.array([[True, False, True], [True, True, False]])
INTS = np.array([[123, -155, 25], [15, 35, -5]], "int32")
BYTES = np.array([[12, 18, 5], [0, 7, 200]], "uint8")
LABELS = np.array([[0, 2], [1, 1], [-1, 7]], "int32")
HOLES = np.array([[1.0, np.nan, 3.0], [4.0, 2.0, 6.0]], "float32")
REPEATED = np.array([3, 1, 2, 1, 3], "int32")
ROWS = np.array([[3, 4], [1, 2], [3, 4]], "int32")
LOGITS = values("forms/logits", (2, 5, 4), -2.0, 2.0)
EMPTY = np.zeros((0, 3), "float32")

Call = Callable[[Any], Any]


def matrix_norms() -> Iterator[Case]:
    """Every `ord` of a matrix, along every pair of axes, and of a vector."""
    for order in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        for axes in ((0, 1), (1, 0), (1, 2), (-1, -2), (0, 2), (2, 0)):
            yield norm(f"{order}-{axes}", CUBE, order, axes, False)
        yield norm(f"{order}-kept", CUBE, order, (0, 2), True)
        yield norm(f"{order}-whole", X, order, None, False)
    for order in (None, 0, 1, 2, -1, -2, 3, 0.5, np.inf, -np.inf):
        yield norm(f"vectors-{order}", CUBE, order, 1, False)
        yield norm(f"vectors-{order}-kept", CUBE, order, (-1,), True)


def norm(name: str, x: np.ndarray, order: Any, axes: Any, keepdims: bool) -> Case:
    return valued(f"norm-{name}", lambda ops: ops.norm(x, order, axis=axes, keepdims=keepdims))


def multi_hots() -> Iterator[Case]:
    """What is gathered is the second axis, where there is one."""
    for name, labels in (("row", LABELS[0]), ("rows", LABELS), ("cube", LABELS[None])):
        for axis in (-1, 0, 1):
            yield multi_hot(f"{name}-axis{axis}", labels, {"axis": axis})
    yield multi_hot("int32", LABELS, {"dtype": "int32"})
    yield multi_hot("bool", LABELS, {"dtype": "bool"})
    yield multi_hot("dense", LABELS, {"sparse": False})
    yield valued("multi_hot-tokens", lambda ops: ops.multi_hot(LABELS, num_tokens=3))


def multi_hot(name: str, labels: np.ndarray, options: dict[str, Any]) -> Case:
    return valued(f"multi_hot-{name}", lambda ops: ops.multi_hot(labels, 3, **options))


TABLE: dict[str, Call] = {
    "bitwise_and": lambda ops: ops.bitwise_and(x=INTS, y=3),
    "bitwise_or": lambda ops: ops.bitwise_or(x=INTS, y=3),
    "bitwise_xor": lambda ops: ops.bitwise_xor(x=INTS, y=3),
    "bitwise_left_shift": lambda ops: ops.bitwise_left_shift(x=INTS, y=3),
    "bitwise_right_shift": lambda ops: ops.bitwise_right_shift(x=INTS, y=3),
    "left_shift": lambda ops: ops.left_shift(x=INTS, y=1),
    "right_shift": lambda ops: ops.right_shift(x=INTS, y=1),
    "round-tens": lambda ops: ops.round(INTS, decimals=-1),
    "round-hundreds": lambda ops: ops.round(INTS, decimals=-2),
    "round-bytes": lambda ops: ops.round(BYTES, decimals=-1),
    "round-ints": lambda ops: ops.round(INTS, decimals=1),
    "relu-ints": lambda ops: ops.relu(INTS),
    "relu6-ints": lambda ops: ops.relu6(INTS),
    "relu-bytes": lambda ops: ops.relu(BYTES),
    "threshold-ints": lambda ops: ops.threshold(INTS, 20, 0),
    "trunc-ints": lambda ops: ops.trunc(INTS),
    "trunc-bools": lambda ops: ops.trunc(FLAGS),
    "nan_to_num-ints": lambda ops: ops.nan_to_num(INTS),
    "nan_to_num-bools": lambda ops: ops.nan_to_num(FLAGS),
    "absolute-bools": lambda ops: ops.absolute(FLAGS),
    "square-bools": lambda ops: ops.square(FLAGS),
    "clip-bools": lambda ops: ops.clip(FLAGS, 0, 1),
    "mod-bools": lambda ops: ops.mod(FLAGS, True),
    "matmul-bools": lambda ops: ops.matmul(FLAGS, FLAGS.T),
    "diff-bools": lambda ops: ops.diff(FLAGS),
    "gcd-bytes": lambda ops: ops.gcd(BYTES, BYTES[::-1]),
    "lcm-bytes": lambda ops: ops.lcm(BYTES[0], BYTES[0]),
    "ldexp-large": lambda ops: ops.ldexp(np.array([0, 1, 1], "float32"), [200, -140, 127]),
    "median-nan": lambda ops: ops.median(HOLES, axis=1),
    "median-nan-kept": lambda ops: ops.median(HOLES, keepdims=True),
    "logsumexp-empty": lambda ops: ops.logsumexp(EMPTY, axis=0),
    "logsumexp-nothing": lambda ops: ops.logsumexp(EMPTY),
    "equal-outside": lambda ops: ops.equal(BYTES, -2),
    "not_equal-outside": lambda ops: ops.not_equal(BYTES, -2),
    "greater-outside": lambda ops: ops.greater(BYTES, -2),
    "less_equal-outside": lambda ops: ops.less_equal(BYTES, -2),
    "saturate_cast-bools": lambda ops: ops.saturate_cast(FLAGS, "int32"),
    "where-alone": lambda ops: ops.where(FLAGS),
    "where-alone-ints": lambda ops: ops.where(INTS > 20),
    "nonzero": lambda ops: ops.nonzero(INTS > 20),
    "any-axis": lambda ops: ops.any(INTS > 20, axis=0),
    "all-axis": lambda ops: ops.all(FLAGS, axis=(0, 1), keepdims=True),
    "arange-step": lambda ops: ops.arange(1, 7, None),
    "arange-stop": lambda ops: ops.arange(5, None, 2),
    "linspace-step": lambda ops: ops.linspace(0, 10, 5, retstep=True),
    "linspace-open": lambda ops: ops.linspace(0, 10, 5, endpoint=False),
    "linspace-one": lambda ops: ops.linspace(0, 10, num=1),
    "linspace-axis": lambda ops: ops.linspace(X[0], X[1], 3, axis=-1),
    "linspace-ints": lambda ops: ops.linspace(0, 5, 3, dtype="int32"),
    "slice-tensor": lambda ops: ops.slice(CUBE, ops.array([1, 0, 0]), (1, 2, 3)),
    "slice_update-tensor": lambda ops: ops.slice_update(CUBE, ops.array([1, 0, 0]), CUBE[:1, :2]),
    "reshape-tensor": lambda ops: ops.reshape(CUBE, ops.array([6, 4])),
    "repeat-tensor": lambda ops: ops.repeat(X, ops.array([1, 2, 1]), axis=0),
    "rms_normalization-scale": lambda ops: ops.rms_normalization(CUBE, scale=2.0, axis=1),
    "einsum-optimize": lambda ops: ops.einsum("ij,kj->ik", X, X, optimize=True),
    "unique-inverse": lambda ops: ops.unique(REPEATED, return_inverse=True),
    "unique-all": lambda ops: ops.unique(
        REPEATED, return_index=True, return_inverse=True, return_counts=True
    ),
    "unique-size": lambda ops: ops.unique(REPEATED, size=5, fill_value=-1),
    "unique-cut": lambda ops: ops.unique(REPEATED, size=2),
    "unique-rows": lambda ops: ops.unique(ROWS, axis=0, return_inverse=True, return_counts=True),
    "view-bits": lambda ops: ops.view(X, "int32"),
    "view-bytes": lambda ops: ops.view(INTS, dtype="uint8"),
    "view-wider": lambda ops: ops.view(np.arange(8, dtype="uint8"), dtype="int32"),
    "convert-plain": lambda ops: ops.convert_to_tensor([1, 2], None, False, False),
    "convert-mixed": lambda ops: ops.convert_to_tensor([1, 2.5]),
    "convert-tensors": lambda ops: ops.convert_to_tensor([ops.ones(2), ops.zeros(2)]),
    "ctc_decode": lambda ops: ops.ctc_decode(LOGITS, [5, 4]),
    "ctc_decode-repeated": lambda ops: ops.ctc_decode(LOGITS, [5, 4], merge_repeated=False),
    "ctc_decode-last": lambda ops: ops.ctc_decode(LOGITS, [5, 4], mask_index=None),
    "ctc_decode-beams": lambda ops: ops.ctc_decode(
        LOGITS, [5, 4], strategy="beam_search", beam_width=4, top_paths=2
    ),
}


CASES: tuple[Case, ...] = (
    *matrix_norms(),
    *multi_hots(),
    *(valued(name, call) for name, call in TABLE.items()),
)
