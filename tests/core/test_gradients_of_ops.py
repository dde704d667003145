"""Gradients of single ops where they are special: at kinks and ties, by constants, broadcast."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import ops
from pykeras_core.engine import GradientTape, convert_to_tensor


def gradient_at(function: Callable[..., Any], *values: Any) -> list[Any]:
    tensors = [convert_to_tensor(np.asarray(value, np.float32)) for value in values]
    with GradientTape() as tape:
        tape.watch(tensors)
        y = function(*tensors)
    found = tape.gradient(y, tensors)
    return [None if gradient is None else gradient.tolist() for gradient in found]


def test_kinks_follow_tensorflow() -> None:
    assert gradient_at(ops.relu, [0.0]) == [[0]]
    assert gradient_at(ops.abs, [0.0]) == [[0]]
    assert gradient_at(ops.maximum, [1.0], [1.0]) == [[1], [0]]
    assert gradient_at(ops.minimum, [1.0], [1.0]) == [[1], [0]]
    assert gradient_at(lambda x: ops.clip(x, 0.0, 1.0), [-1.0, 0.0, 0.5, 1.0, 2.0]) == [
        [0, 1, 1, 1, 0]
    ]


def test_reduce_max_gradient_splits_ties() -> None:
    assert gradient_at(ops.max, [1.0, 3.0, 3.0]) == [[0, 0.5, 0.5]]
    assert gradient_at(ops.min, [1.0, 3.0, 1.0]) == [[0.5, 0, 0.5]]


def test_power_with_a_fixed_exponent_has_a_gradient_at_zero_and_below() -> None:
    assert gradient_at(lambda x: x**2, [-3.0, 0.0, 2.0]) == [[-6, 0, 4]]
    assert gradient_at(lambda x: x**3, [-3.0, 0.0, 2.0]) == [[27, 0, 12]]
    assert gradient_at(lambda x: x**0, [-3.0, 0.0, 2.0]) == [[0, 0, 0]]


def test_where_hides_the_gradient_of_the_branch_not_taken() -> None:
    safe = gradient_at(lambda x: ops.where(x > 0.0, ops.log(ops.maximum(x, 1e-7)), 0.0), [0.0, 2.0])
    assert safe == [[0, 0.5]]


def test_integers_and_comparisons_carry_no_gradient() -> None:
    assert gradient_at(lambda x: ops.cast(ops.cast(x, "int32"), "float32"), [1.5]) == [None]
    assert gradient_at(lambda x: ops.cast(x > 1.0, "float32"), [1.5]) == [None]
    assert gradient_at(ops.stop_gradient, [1.5]) == [None]
    assert gradient_at(lambda x: x + ops.stop_gradient(x), [1.5]) == [[1]]


shapes = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@given(shapes, st.data())
def test_gradients_of_broadcast_operands_have_the_operands_shapes(
    shape: tuple[int, ...], data: st.DataObject
) -> None:
    keep = data.draw(st.integers(0, len(shape)))
    ones = data.draw(st.lists(st.booleans(), min_size=keep, max_size=keep))
    tail = shape[len(shape) - keep :]
    small = tuple(1 if one else n for one, n in zip(ones, tail, strict=True))
    x, y = np.ones(shape, np.float32), np.full(small, 2, np.float32)
    dx, dy = gradient_at(lambda a, b: ops.sum(a * b), x, y)
    assert np.array_equal(dx, np.full(shape, 2.0))
    assert np.array_equal(dy, np.full(small, x.size / max(y.size, 1)))
