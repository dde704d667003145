"""Tensors: operators, Python's and NumPy's protocols, and that their elements never change."""

import copy
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import (
    Program,
    Spec,
    Tensor,
    Variable,
    canonical_dtype,
    convert_to_tensor,
    trace,
)

X = np.array([[1.5, -2.0, 0.5], [3.0, 4.0, -1.0]], np.float32)
Y = np.array([2.0, -1.0, 4.0], np.float32)


def run(program: Program, *arrays: Any) -> Any:
    """A program's single output, computed equation by equation."""
    values = {id(value): array for value, array in zip(program.inputs, arrays, strict=True)}
    values.update((id(value), value.array) for value in program.constants())
    for equation in program.equations:
        operands = [values[id(value)] for value in equation.inputs]
        results = equation.primitive.evaluate(*operands, **equation.params)
        values.update(zip(map(id, equation.outputs), results, strict=True))
    (output,) = program.outputs
    return values[id(output)]


@pytest.mark.parametrize(
    "apply",
    [
        operator.add,
        operator.sub,
        operator.mul,
        operator.truediv,
        operator.floordiv,
        operator.mod,
        operator.lt,
        operator.le,
        operator.gt,
        operator.ge,
        operator.eq,
        operator.ne,
        lambda a, b: abs(a) ** b,
    ],
)
def test_operators_agree_with_numpy_from_either_side(apply: Callable[..., Any]) -> None:
    wanted = apply(X, Y)
    for left, right in ((convert_to_tensor(X), Y), (X, convert_to_tensor(Y)), (Variable(X), Y)):
        found = apply(left, right)
        assert isinstance(found, Tensor)
        np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-6)


@pytest.mark.parametrize("apply", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_numbers_take_the_dtype_of_the_tensor(apply: Callable[..., Any]) -> None:
    for found in (apply(convert_to_tensor(X), 2), apply(2.5, convert_to_tensor(X))):
        assert found.dtype == "float32"
    np.testing.assert_allclose(apply(2.5, convert_to_tensor(X)).numpy(), apply(2.5, X), rtol=1e-6)


def test_integer_division_gives_float_and_floor_division_stays_integer() -> None:
    seven = convert_to_tensor([7, -7])
    assert (seven / 2).dtype == "float32"
    assert (seven // 2).dtype == "int32"
    assert (seven // 2).tolist() == [3, -4]
    assert (seven % 3).tolist() == [1, 2]


def test_bitwise_operators_agree_with_numpy() -> None:
    a, b = np.array([6, 3], np.int32), np.array([5, -2], np.int32)
    left, right = convert_to_tensor(a), convert_to_tensor(b)
    assert (left & right).tolist() == (a & b).tolist()
    assert (left | right).tolist() == (a | b).tolist()
    assert (left ^ right).tolist() == (a ^ b).tolist()
    assert (~left).tolist() == (~a).tolist()
    truth = convert_to_tensor([True, False])
    assert (~truth).tolist() == [False, True]
    assert (True & truth).tolist() == [True, False]
    assert (False | truth).tolist() == [True, False]


def test_matmul_operator_works_from_either_side() -> None:
    np.testing.assert_allclose((convert_to_tensor(X) @ Y).numpy(), X @ Y)
    np.testing.assert_allclose((X @ convert_to_tensor(Y)).numpy(), X @ Y)


def test_comparison_with_none_is_plain_python() -> None:
    tensor = convert_to_tensor(1.0)
    assert not tensor == None  # noqa: E711  (what user code may write)
    assert tensor != None  # noqa: E711  (same)


def test_one_element_converts_to_python_numbers() -> None:
    assert float(convert_to_tensor([2.5])) == 2.5
    assert int(convert_to_tensor(3)) == 3
    assert [10, 20, 30][convert_to_tensor(1)] == 20
    assert f"{convert_to_tensor(0.12345):.2f}" == "0.12"
    assert bool(convert_to_tensor(0.0)) is False


def test_a_float_tensor_is_no_index() -> None:
    with pytest.raises(TypeError, match="integer Tensors"):
        [10, 20][convert_to_tensor(1.0)]


def test_truth_of_several_elements_is_refused() -> None:
    with pytest.raises(ValueError, match="more than one element"):
        bool(convert_to_tensor([1, 2]))


def test_length_and_iteration_go_over_the_first_axis() -> None:
    tensor = convert_to_tensor(X)
    assert len(tensor) == 2
    assert [row.tolist() for row in tensor] == X.tolist()
    with pytest.raises(TypeError, match="no length"):
        len(convert_to_tensor(1.0))


def test_methods_agree_with_numpy() -> None:
    tensor = convert_to_tensor(X)
    for name in ("sum", "mean", "max", "min"):
        np.testing.assert_allclose(getattr(tensor, name)(axis=1), getattr(X, name)(axis=1))
    assert tensor.T.shape == (3, 2)
    assert tensor.reshape(3, 2).shape == tensor.reshape((3, 2)).shape == (3, 2)
    assert tensor.reshape(-1).shape == (6,)
    assert tensor.astype("int32").dtype == "int32"


def test_an_array_that_changes_later_leaves_the_tensor_alone() -> None:
    array = np.ones(3, np.float32)
    tensor = convert_to_tensor(array)
    array[:] = 5
    assert tensor.tolist() == [1, 1, 1]


def test_a_view_that_changes_later_leaves_the_tensor_alone() -> None:
    array = np.ones((2, 3), np.float32)
    tensor = convert_to_tensor(array[1:])
    array[:] = 5
    assert tensor.tolist() == [[1, 1, 1]]


def test_the_array_of_a_tensor_cannot_be_written_to() -> None:
    tensor = convert_to_tensor([1.0, 2.0])
    for array in (tensor.numpy(), np.asarray(tensor)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


def test_np_array_copies_the_elements() -> None:
    tensor = convert_to_tensor([1.0, 2.0])
    array = np.array(tensor)
    array[0] = 5
    assert tensor.tolist() == [1, 2]
    assert np.asarray(tensor, np.float64).dtype == np.float64


def test_a_tensor_can_be_copied_deeply() -> None:
    tensor = convert_to_tensor([1.0, 2.0])
    assert copy.deepcopy(tensor).tolist() == [1, 2]


def test_tensors_are_keys_by_identity() -> None:
    a, b = convert_to_tensor(1.0), convert_to_tensor(1.0)
    assert {a: "a", b: "b"}[a] == "a"


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        (1.5, "float32"),
        (2, "int32"),
        (True, "bool"),
        ([1, 2], "int32"),
        (np.float64(1), "float32"),
        (np.zeros(2, np.float16), "float32"),
        (np.zeros(2, np.int64), "int32"),
        (np.zeros(2, np.uint16), "int32"),
        (np.zeros(2, np.uint8), "uint8"),
        (np.zeros(2, np.uint64), "uint32"),
        (np.zeros((2, 2)).T, "float32"),
        ([], "float32"),
    ],
)
def test_conversion_gives_an_engine_dtype_and_contiguous_memory(given: Any, dtype: str) -> None:
    tensor = convert_to_tensor(given)
    assert tensor.dtype == dtype
    assert tensor.shape == np.shape(given)
    assert tensor.numpy().flags.c_contiguous


def test_lists_may_hold_tensors_and_variables() -> None:
    assert convert_to_tensor([Variable(1.0), convert_to_tensor(2.0), 3.0]).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("given", "dtype"),
    [(2**31, None), (-1, "uint32"), (300, "uint8"), (-1, "uint8"), (np.int16(-5), "uint32")],
)
def test_an_integer_out_of_range_is_refused(given: Any, dtype: str | None) -> None:
    with pytest.raises(ValueError, match=r"do not fit into .*\. Cast them to float32"):
        convert_to_tensor(given, dtype)


def test_floats_become_integers_within_their_range() -> None:
    given = np.array([1.9, -1.9, np.nan, np.inf, -1e12])
    limits = np.iinfo(np.int32)
    assert convert_to_tensor(given, "int32").tolist() == [1, -1, 0, limits.max, limits.min]


def test_ragged_lists_and_text_are_refused() -> None:
    with pytest.raises(ValueError, match="nested lists of one shape, received list"):
        convert_to_tensor([[1, 2], [3]])
    for given in ("text", None, [object()], ["a", "b"]):
        with pytest.raises(TypeError, match="expected numbers or bools, received"):
            convert_to_tensor(given)
    with pytest.raises(TypeError, match="expected a float, integer or bool dtype"):
        canonical_dtype("complex64")


NUMPY_CALLS: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "mean over an axis": lambda x: np.mean(x, axis=0),
    "sum by keywords": lambda x: np.sum(x, axis=1, keepdims=True),
    "add.reduce": lambda x: np.add.reduce(x, axis=1),
    "maximum.reduce": np.maximum.reduce,
    "method": lambda x: x.mean(),
    "clip by position": lambda x: np.clip(x, 0, 1),
    "clip by old keywords": lambda x: np.clip(x, a_min=0, a_max=1),
    "clip by new keywords": lambda x: np.clip(x, min=-1, max=2),
    "clip one side": lambda x: np.clip(x, None, 1),
    "where": lambda x: np.where(x > 0, x, 0.1 * x),
    "concatenate": lambda x: np.concatenate([x, x + 1], axis=1),
    "stack": lambda x: np.stack([x, x], axis=-1),
    "reshape": lambda x: np.reshape(x, (3, 2)),
    "reshape by keyword": lambda x: np.reshape(x, shape=(3, 2)),
    "transpose": np.transpose,
    "dot": lambda x: np.dot(x, Y),
    "matmul": lambda x: np.matmul(x, Y),
    "einsum": lambda x: np.einsum("ij,j->i", x, Y),
    "linalg.norm": lambda x: np.linalg.norm(x, axis=1),
    "array on the left": lambda x: Y - x,
    "number on the left": lambda x: np.float64(2) * x,
    "log(1 + exp)": lambda x: np.log(1 + np.exp(-np.abs(x))),
    "take": lambda x: np.take(x, [2, 0], axis=1),
    "expand_dims": lambda x: np.expand_dims(x, 0),
    "argmax": lambda x: np.argmax(x, axis=1),
    "square root of a mean": lambda x: np.sqrt(np.mean(np.square(x - Y))),
    "split": lambda x: np.split(x, 3, axis=1)[2],
    "zeros_like": np.zeros_like,
    "pad": lambda x: np.pad(x, ((1, 0), (0, 2))),
}


@pytest.mark.parametrize("name", NUMPY_CALLS)
def test_numpy_function_is_traced_and_agrees_with_numpy(name: str) -> None:
    call = NUMPY_CALLS[name]
    eager = call(convert_to_tensor(X))
    assert isinstance(eager, Tensor)
    np.testing.assert_allclose(eager.numpy(), call(X), rtol=2e-6)
    np.testing.assert_allclose(run(trace(call, Spec((2, 3))), X), call(X), rtol=2e-6)


@pytest.mark.parametrize(
    "call",
    [
        np.float_power,
        lambda x, y: np.add(x, y, dtype=np.float32),
        lambda x, y: np.sum(x, dtype=np.float32),
        lambda x, y: np.add.reduce(x, initial=3),
        lambda x, y: np.add.accumulate(x),
        lambda x, y: np.linalg.cond(x),
        lambda x, y: np.interp(x, y, y),
    ],
)
def test_numpy_function_without_an_op_is_refused_in_a_trace(call: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=r"NumPy's '\w+', called .*keras\.ops.*run_eagerly"):
        trace(call, Spec((3, 3)), Spec((3,)))


def test_numpy_function_without_an_op_runs_on_eager_tensors() -> None:
    tensor = convert_to_tensor(X)
    np.testing.assert_array_equal(np.fmod(tensor, 2), np.fmod(X, 2))
    np.testing.assert_array_equal(np.sum(tensor, dtype=np.float64), X.sum(dtype=np.float64))
    assert np.allclose(tensor, X)
    assert np.result_type(np.float32, np.asarray(tensor)) == np.float32


def test_numpy_writes_into_its_own_arrays_but_not_into_tensors() -> None:
    total = np.zeros((2, 3), np.float32)
    total += convert_to_tensor(X)
    np.testing.assert_array_equal(total, X)
    with pytest.raises(TypeError, match="cannot write to a Tensor"):
        np.add(X, X, out=convert_to_tensor(X))


def test_a_symbolic_tensor_says_why_it_has_no_value() -> None:
    def look(x: Any) -> Any:
        assert "symbolic" in repr(x)
        for peek in (float, bool, int, np.asarray, lambda t: t.numpy(), lambda t: f"{t:.2f}"):
            with pytest.raises(TypeError, match=r"symbolic.*`ops\.where` instead of `if`"):
                peek(x)
        return x

    trace(look, Spec(()))


def test_indexing_error_says_what_was_expected() -> None:
    tensor = ops.zeros((2, 3))
    with pytest.raises(IndexError, match="index 2 is out of range for an axis of length 2"):
        tensor[2]
    with pytest.raises(IndexError, match=r"3 indices for a Tensor of shape \(2, 3\)"):
        tensor[0, 0, 0]
