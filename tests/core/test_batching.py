"""Batches: which rows a step sees, and what bad data is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core.engine import convert_to_tensor
from pykeras_core.training.batching import ArrayBatches
from pykeras_core.training.data import (
    class_weights_to_sample_weights,
    make_batches,
    split_validation,
)
from pykeras_core.utils import unpack_x_y_sample_weight


def rows_of_a_pass(batches: ArrayBatches, limit: int) -> list[np.ndarray]:
    """What each step of a pass sees, steps taken `limit` at a time."""
    seen = []
    while (run := batches.next_run(limit)) is not None:
        inputs = [convert_to_tensor(array) for array in batches.inputs]
        for step in range(run.first, run.first + run.n_steps):
            (x,) = batches.batch(inputs, step, run.batch_size)
            seen.append(x.numpy())
    return seen


@given(st.integers(1, 50), st.integers(1, 60), st.integers(1, 9), st.booleans())
def test_a_pass_sees_every_row_once_in_batches_of_the_size_asked_for(
    samples: int, batch_size: int, limit: int, shuffle: bool
) -> None:
    batches = ArrayBatches((np.arange(samples),), batch_size, shuffle)
    batches.start(np.random.default_rng(0))
    seen = rows_of_a_pass(batches, limit)
    assert len(seen) == batches.steps
    assert all(len(rows) == min(batch_size, samples) for rows in seen[:-1])
    together = np.concatenate(seen)
    assert sorted(together.tolist()) == list(range(samples))
    if not shuffle:
        assert together.tolist() == list(range(samples))


def test_each_pass_over_shuffled_data_has_an_order_of_its_own() -> None:
    batches = ArrayBatches((np.arange(100),), 10, shuffle=True)
    generator = np.random.default_rng(3)
    orders = []
    for _ in range(2):
        batches.start(generator)
        orders.append(np.concatenate(rows_of_a_pass(batches, 4)).tolist())
    assert orders[0] != orders[1]


def test_float64_becomes_float32_and_uint8_stays_as_it_is() -> None:
    batches = ArrayBatches((np.zeros((4, 2)), np.zeros(4, np.uint8)), 2)
    assert [array.dtype.name for array in batches.arrays] == ["float32", "uint8"]


def test_an_array_that_fits_is_not_copied() -> None:
    x = np.zeros((4, 2), np.float32)
    assert np.shares_memory(ArrayBatches((x,), 2).arrays[0], x)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.zeros((4, 2)), np.zeros(3), "x has 4, y has 3"),
        (np.zeros((0, 2)), np.zeros(0), "received empty data"),
        (np.float32(3.0), None, "row a sample"),
        (None, None, "received None"),
    ],
)
def test_data_that_cannot_be_batched_is_refused_with_the_reason(x, y, message) -> None:
    with pytest.raises(ValueError, match=message):
        make_batches(x, y)


@pytest.mark.parametrize("batch_size", [0, -3, 2.5, True])
def test_a_batch_size_must_be_a_positive_int(batch_size) -> None:
    with pytest.raises(ValueError, match="positive int"):
        make_batches(np.zeros((4, 2)), batch_size=batch_size)


def test_plain_lists_of_numbers_are_arrays() -> None:
    batches = make_batches([[1.0, 2.0], [3.0, 4.0]], [0, 1])
    assert [array.shape for array in batches.arrays] == [(2, 2), (2,)]


def test_lists_of_arrays_are_several_inputs() -> None:
    batches = make_batches([np.zeros((3, 2)), np.zeros((3, 5))], np.zeros(3))
    assert [array.shape for array in batches.arrays] == [(3, 2), (3, 5), (3,)]


def test_text_as_data_is_refused() -> None:
    with pytest.raises(TypeError, match="expected numbers"):
        make_batches(np.array(["a", "b"]))


def test_a_generator_gives_its_batches_in_turn() -> None:
    batches = make_batches((np.full((2, 1), i), np.full(2, i)) for i in range(3))
    seen = []
    while batches.next_run(5) is not None:
        seen.append(batches.inputs[0].ravel().tolist())
    assert seen == [[0, 0], [1, 1], [2, 2]]


def test_an_empty_generator_is_refused() -> None:
    with pytest.raises(ValueError, match="gave no batch"):
        make_batches(iter(()))


def test_labels_beside_a_generator_are_refused() -> None:
    with pytest.raises(ValueError, match="`y` must not be given"):
        make_batches((batch for batch in [(np.zeros((2, 1)), np.zeros(2))]), np.zeros(2))


def test_validation_split_takes_the_last_samples() -> None:
    x = np.arange(10)
    train, validation = split_validation(x, x * 2, None, 0.2)
    assert train[0].tolist() == list(range(8))
    assert validation[1].tolist() == [16, 18]


@pytest.mark.parametrize("share", [-0.1, 1.0, 0.01])
def test_a_validation_split_that_leaves_nothing_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="validation_split"):
        split_validation(np.zeros(10), np.zeros(10), None, 1 - share if share == 0.01 else share)


@pytest.mark.parametrize(
    "labels", [np.array([0, 1, 2, 1]), np.array([[0], [1], [2], [1]]), np.eye(3)[[0, 1, 2, 1]]]
)
def test_class_weights_become_sample_weights(labels: np.ndarray) -> None:
    weights = class_weights_to_sample_weights(labels, None, {1: 5.0, 2: 0.5})
    assert weights.tolist() == [1.0, 5.0, 0.5, 5.0]


@pytest.mark.parametrize(
    ("data", "expected"),
    [(1, (1, None, None)), ((1,), (1, None, None)), ((1, 2), (1, 2, None)), ([1, 2, 3], (1, 2, 3))],
)
def test_a_batch_is_taken_apart(data, expected) -> None:
    assert unpack_x_y_sample_weight(data) == expected


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ({"cat": 2.0}, "class numbers as keys, received 'cat'"),
        ({0.5: 2.0}, "class numbers as keys, received 0.5"),
        ({1: "much"}, "weight of class 1, received 'much'"),
    ],
)
def test_class_weights_that_say_nothing_are_explained(class_weight, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        class_weights_to_sample_weights(np.array([0, 1]), None, class_weight)
