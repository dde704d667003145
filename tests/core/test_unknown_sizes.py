"""Sizes that are not known: a size of the output is known if it is the same for all that fit."""

from collections.abc import Callable
from typing import Any

import pytest

import pykeras_core as keras
from pykeras_core import layers, ops
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.shape_inference import infer_output_spec

Shape = tuple[int | None, ...]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((None, 3), (2, None), (2, 3)),
        ((None, 3), (2, 1), (2, 3)),
        ((None, 3), (1, 3), (None, 3)),
        ((None, 3), (3,), (None, 3)),
        ((None,), (None,), (None,)),
        ((None, 1), (None,), (None, None)),
        ((None, None, 4), (2, 1, 4), (2, None, 4)),
        ((None, None, 4), (50, 4), (None, 50, 4)),
        ((None, None, 4), (60, 4), (None, 60, 4)),
        ((None, None, 4), (180, 4), (None, 180, 4)),
        ((2, None), (None, 2, 1), (None, 2, None)),
    ],
)
@pytest.mark.parametrize("op", [ops.add, ops.less, ops.maximum, ops.arctan2, ops.logical_and])
def test_a_size_that_is_not_known_broadcasts(
    op: Callable[..., Any], one: Shape, other: Shape, expected: Shape
) -> None:
    assert op(KerasTensor(one), KerasTensor(other)).shape == broadcast(one, other)
    assert op(KerasTensor(other), KerasTensor(one)).shape == broadcast(one, other)
    assert broadcast(one, other) == expected


def broadcast(one: Shape, other: Shape) -> Shape:
    """Keras's rule, written out: None gives way to a size above 1."""
    rank = max(len(one), len(other))
    pairs = zip((1,) * (rank - len(one)) + one, (1,) * (rank - len(other)) + other, strict=True)
    return tuple(b if a in (1, None) and b != 1 else a for a, b in pairs)


@pytest.mark.parametrize(
    ("function", "shapes", "expected"),
    [
        (ops.matmul, [(None, None), (5, None)], (None, None)),
        (ops.matmul, [(None, None, 4), (3, 4, None)], (3, None, None)),
        (ops.inner, [(None, None), (4, 5)], (None, 4)),
        (ops.dot, [(None, None), (4, None)], (None, None)),
        (lambda a, b: ops.einsum("ij,jk->ik", a, b), [(None, None), (5, 6)], (None, 6)),
        (lambda a, b: ops.concatenate([a, b], 1), [(None, None, 3), (2, 5, None)], (2, None, 3)),
        (lambda a, b: ops.stack([a, b]), [(None, 3), (2, None)], (2, 2, 3)),
        (lambda x: ops.reshape(x, (-1, 7)), [(None, None)], (None, 7)),
        (lambda x: ops.reshape(x, (3, 7)), [(None, None)], (3, 7)),
        (lambda x: x[:, 70], [(None, None)], (None,)),
        (lambda x: ops.top_k(x, 100)[0], [(None, None)], (None, 100)),
        (lambda x: ops.split(x, 7, axis=1)[0], [(None, None)], (None, None)),
        (lambda x: ops.squeeze(x, 1), [(None, None)], (None,)),
        (lambda x: ops.squeeze(x), [(None, 1, None)], (None, None)),
        (lambda x: ops.cross(x, x), [(None, 3)], (None, 3)),
        (lambda x: ops.diagonal(x), [(None, 3)], (None,)),
        (lambda x: x[:, :50], [(None, None)], (None, None)),
        (lambda x: x[:, :1], [(None, None)], (None, 1)),
        (lambda x: ops.minimum(x, 1.0)[..., :2], [(None, 4)], (None, 2)),
    ],
)
def test_other_ops_find_sizes_that_fit(
    function: Callable[..., Any], shapes: list[Shape], expected: Shape
) -> None:
    placeholders = [KerasTensor(shape) for shape in shapes]
    assert infer_output_spec(function, *placeholders).shape == expected


def test_a_size_fixed_by_one_output_stays_unknown_in_another() -> None:
    table = ops.ones((50, 4))
    summed, same = infer_output_spec(lambda x: (x + table, x), KerasTensor((None, None, 4)))
    assert (summed.shape, same.shape) == ((None, 50, 4), (None, None, 4))


def test_a_table_of_positions_is_added_to_sequences_of_any_length() -> None:
    class Positions(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.table = layers.Embedding(50, 8)

        def call(self, inputs: Any) -> Any:
            return inputs + self.table(ops.arange(50))

    tokens = keras.Input((None,))
    embedded = layers.Embedding(10, 8)(tokens)
    assert Positions()(embedded).shape == (None, 50, 8)
    assert (embedded + ops.ones((50, 8))).shape == (None, 50, 8)


def test_a_fixed_batch_meets_any_batch() -> None:
    both = keras.Input((4,), batch_size=2) + keras.Input((4,))
    assert both.shape == (2, 4)


def test_a_size_behind_strides_and_slices_is_found() -> None:
    x = KerasTensor((None, None, 4))
    halved = infer_output_spec(lambda x: x[:, ::2] + ops.ones((25, 4)), x)
    shorter = infer_output_spec(lambda x: x[:, 3:] * ops.ones((80, 4)), x)
    assert halved.shape == (None, 25, 4)
    assert shorter.shape == (None, 80, 4)


@pytest.mark.parametrize(
    ("shapes", "named"),
    [([(None, 3), (2, 4)], r"\(None, 3\) and \(2, 4\)"), ([(2, 3), (2, 4)], r"\(2, 3\)")],
)
def test_what_cannot_fit_is_refused_with_none_in_the_message(
    shapes: list[Shape], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        ops.add(*map(KerasTensor, shapes))


def test_a_number_of_results_that_is_not_known_is_explained() -> None:
    with pytest.raises(ValueError, match=r"number of results depends on a size"):
        ops.unstack(KerasTensor((None, 3)))


def test_pieces_of_an_unknown_length_between_known_cuts_have_known_sizes() -> None:
    def sizes(length: int | None, cuts: list[int]) -> list[int | None]:
        return [piece.shape[1] for piece in ops.split(KerasTensor((None, length)), cuts, axis=1)]

    assert sizes(None, [1, 4]) == [1, 3, None]
    assert sizes(None, [-3, -1]) == [None, 2, 1]
    assert sizes(3, [1, 4]) == [1, 2, 0]  # a known length is cut as NumPy cuts it
