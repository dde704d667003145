"""Tracing: what a trace records, and what it refuses."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import (
    Program,
    Spec,
    Tensor,
    Variable,
    convert_to_tensor,
    current_trace,
    suspend_trace,
    trace,
)
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.tracing import Recorder, canonical_array, recording

SCALAR = Spec(())


def names(program: Program) -> list[str]:
    return [equation.primitive.name for equation in program.equations]


def run(program: Program, *arrays: Any, n_steps: int = 1) -> Any:
    program.check()
    pairs = zip(arrays, program.inputs, strict=True)
    inputs = [np.asarray(array, value.spec.dtype) for array, value in pairs]
    return program.pack(NumpyBackend().compile(Plan(program)).run(inputs, n_steps))


def test_nothing_is_traced_outside_of_trace() -> None:
    assert current_trace() is None
    assert convert_to_tensor(1.0).array is not None


def test_a_trace_ends_when_its_function_raises() -> None:
    def fail(x: Any) -> Any:
        raise RuntimeError("user code")

    with pytest.raises(RuntimeError, match="user code"):
        trace(fail, SCALAR)
    assert current_trace() is None


def test_structures_of_specs_and_results_are_kept() -> None:
    def split(batch: dict[str, Any], pair: tuple[Any, Any]) -> dict[str, Any]:
        return {"sum": batch["a"] + pair[0], "both": (pair[1], None), "none": None}

    program = trace(split, {"a": Spec((2,))}, (Spec((2,)), SCALAR))
    assert [value.spec.shape for value in program.inputs] == [(2,), (2,), ()]
    result = run(program, [1, 2], [10, 20], 5)
    assert result["sum"].tolist() == [11, 22]
    assert result["both"][0] == 5
    assert result["both"][1] is None
    assert result["none"] is None


def test_eager_arguments_are_constants_not_inputs() -> None:
    eager = convert_to_tensor([1.0, 2.0])
    program = trace(lambda x, y, scale: x * y * scale, Spec((2,)), eager, 3)
    assert len(program.inputs) == 1
    assert run(program, [1, 1]).tolist() == [3, 6]


def test_computation_on_known_values_leaves_no_equation() -> None:
    program = trace(lambda x: x + ops.exp(convert_to_tensor(0.0)), SCALAR)
    assert names(program) == ["add"]


def test_a_constant_keeps_the_value_it_had_in_the_trace() -> None:
    array = np.ones(2, np.float32)
    program = trace(lambda x: x + array, Spec((2,)))
    array[:] = 100
    assert run(program, [0, 0]).tolist() == [1, 1]


def test_an_output_may_be_an_input_a_constant_or_twice_the_same() -> None:
    program = trace(lambda x: [x, convert_to_tensor(7.0), x, x + 0.0], SCALAR)
    assert [float(leaf) for leaf in run(program, 3)] == [3, 7, 3, 3]


def test_a_result_that_is_no_tensor_becomes_a_constant() -> None:
    assert run(trace(lambda x: 2.5, SCALAR), 0) == 2.5


def test_a_tensor_kept_from_an_earlier_trace_is_refused() -> None:
    kept = []
    trace(lambda x: kept.append(x), SCALAR)
    outside = "used outside of the function that was traced.*keras.Variable"
    with pytest.raises(TypeError, match=outside):
        kept[0] + 1.0
    with pytest.raises(TypeError, match=outside):
        trace(lambda x: x + kept[0], SCALAR)
    with pytest.raises(TypeError, match=outside):
        trace(lambda x: kept[0], SCALAR)
    variable = Variable(0.0)
    with pytest.raises(TypeError, match=outside):
        trace(lambda x: variable.assign(kept[0]), SCALAR)


def test_an_inner_trace_is_a_program_of_its_own() -> None:
    variable = Variable(2.0)
    inner = []

    def outer(x: Any) -> Any:
        inner.append(trace(lambda y: y * variable, SCALAR))
        return x + variable

    program = trace(outer, SCALAR)
    assert names(program) == ["add"]
    assert names(inner[0]) == ["multiply"]
    assert run(program, 1) == 3
    assert run(inner[0], 5) == 10


def test_suspended_trace_computes_at_once() -> None:
    def function(x: Any) -> Any:
        with suspend_trace():
            assert current_trace() is None
            assert float(convert_to_tensor(1.0) + 1.0) == 2
            with pytest.raises(TypeError, match="outside of the function"):
                x + 1.0
        return x + 1.0

    assert names(trace(function, SCALAR)) == ["add"]


def test_a_trace_is_no_part_of_a_recording_around_it() -> None:
    variable = Variable(2.0)
    with recording(Recorder()) as recorder:
        trace(lambda x: x * variable, SCALAR)
        with suspend_trace():
            ops.exp(1.0)
        assert not recorder.equations
        assert not recorder.reads
        ops.exp(1.0)
    assert len(recorder.equations) == 1


def test_nan_and_infinity_pass_through() -> None:
    program = trace(lambda x: [ops.relu(x), x * 0.0, ops.maximum(x, 1.0)], Spec((3,)))
    relu, zero, larger = run(program, [np.nan, np.inf, -np.inf])
    np.testing.assert_array_equal(relu, [np.nan, np.inf, 0])
    np.testing.assert_array_equal(zero, [np.nan] * 3)
    np.testing.assert_array_equal(larger, [np.nan, np.inf, 1])


def test_shape_errors_come_while_tracing() -> None:
    with pytest.raises(ValueError, match=r"`add` cannot broadcast shapes \(2,\) and \(3,\)"):
        trace(lambda x, y: x + y, Spec((2,)), Spec((3,)))


def test_canonical_array_copies_only_what_it_must() -> None:
    array = np.zeros((2, 3), np.float32)
    assert canonical_array(array) is array
    assert canonical_array(array.T).flags.c_contiguous
    assert canonical_array(array.astype(np.float64)).dtype == np.float32
    assert canonical_array(convert_to_tensor(array)).dtype == np.float32


def test_pandas_like_objects_convert_through_array() -> None:
    class Frame:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.array([[1, 2]], np.int64)

    tensor = convert_to_tensor(Frame())
    assert isinstance(tensor, Tensor)
    assert (tensor.dtype, tensor.tolist()) == ("int32", [[1, 2]])
