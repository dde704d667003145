"""What ops do with bools, small integers, and forms of arguments that NumPy's have."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import GradientTape

FLAGS = np.array([[True, False, True], [True, True, False]])
BYTES = np.array([1, 5, 200], "uint8")


def test_bools_add_and_multiply_as_truth_values() -> None:
    either, both = ops.add(FLAGS, FLAGS[::-1]), ops.multiply(FLAGS, FLAGS[::-1])
    assert (either.dtype, both.dtype) == ("bool", "bool")
    np.testing.assert_array_equal(either, FLAGS | FLAGS[::-1])
    np.testing.assert_array_equal(both, FLAGS & FLAGS[::-1])


@pytest.mark.parametrize("op", [lambda x: x - x, lambda x: -x], ids=["subtract", "negative"])
def test_bools_have_no_difference(op: Any) -> None:
    with pytest.raises(TypeError, match="expected numbers, received bools"):
        op(ops.array(FLAGS))


def test_comparisons_take_ints_outside_of_a_dtype_s_range() -> None:
    assert ops.equal(BYTES, -1).tolist() == [False, False, False]
    assert (ops.array(BYTES) < 300).tolist() == [True, True, True]
    assert ops.less(-1, BYTES).tolist() == [True, True, True]
    assert ops.greater(np.array([7], "uint32"), -1).tolist() == [True]


def test_ints_round_to_tens_half_to_even_also_at_the_ends_of_a_dtype() -> None:
    assert ops.round(15, decimals=-1).item() == 20
    assert ops.round(np.array([-15, -25, -5], "int32"), -1).tolist() == [-20, -20, 0]
    assert ops.round(np.array([249], "uint8"), -1).tolist() == [250]
    assert ops.round(np.array([249], "uint8"), -3).tolist() == [0]


def test_the_gradient_of_a_nuclear_norm_is_that_of_its_singular_values() -> None:
    x = ops.array([[3.0, 0.0], [0.0, 4.0]])
    with GradientTape() as tape:
        tape.watch(x)
        total = ops.norm(x, "nuc")
    np.testing.assert_allclose(tape.gradient(total, x), np.eye(2), atol=1e-6)


def test_norm_says_which_orders_there_are() -> None:
    with pytest.raises(ValueError, match=r"received ord=3 for 2 axes of shape \(2, 3\)"):
        ops.norm(FLAGS, 3)
    with pytest.raises(ValueError, match="received ord='fro' for 1 axes"):
        ops.norm([3.0, 4.0], "fro")


def test_multi_hot_says_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="needs `num_classes`"):
        ops.multi_hot([1, 2])
    with pytest.raises(ValueError, match="no sparse Tensors"):
        ops.multi_hot([1, 2], 3, sparse=True)
    with pytest.raises(ValueError, match=r"no argument \['classes'\]"):
        ops.multi_hot([1, 2], 3, classes=3)
    np.testing.assert_array_equal(ops.multi_hot(np.zeros((2, 0), "int32"), 3), np.zeros((2, 3)))


def test_ctc_decode_refuses_lengths_beyond_the_logits() -> None:
    with pytest.raises(ValueError, match=r"up to the 4 steps of `inputs`, received \[9\]"):
        ops.ctc_decode(np.zeros((1, 4, 3), "float32"), [9])


def test_a_row_that_no_alignment_fits_does_not_hide_the_loss_of_others() -> None:
    logits = np.zeros((2, 2, 3), "float32")
    labels = np.array([[1, 2], [1, 1]])  # the second needs a blank between: three steps
    fits, impossible = ops.ctc_loss(labels, logits, [2, 2], [2, 2]).tolist()
    assert fits == pytest.approx(2 * np.log(3), rel=1e-5)
    assert 1e4 < impossible < 1e6
