"""Variables: state at once and in a trace, and Tensors that outlive it unchanged."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import ops
from pykeras_core.engine import Program, Spec, Tensor, Variable, convert_to_tensor, trace
from pykeras_core.engine.backends.base import Executable
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.plan import Plan


def compiled(program: Program) -> Executable:
    program.check()
    return NumpyBackend().compile(Plan(program))


def test_dtype_follows_the_value_unless_given() -> None:
    assert Variable(1).dtype == "int32"
    assert Variable(1.0).dtype == "float32"
    assert Variable(np.zeros(2, np.float64)).dtype == "float32"
    assert Variable(1, dtype="float32").dtype == "float32"
    assert Variable(lambda shape, dtype: np.ones(shape), shape=(2,)).dtype == "float32"


def test_initializer_receives_shape_and_dtype() -> None:
    variable = Variable(lambda shape, dtype: np.full(shape, 3, dtype), (2, 3), "int32")
    assert variable.numpy().tolist() == [[3, 3, 3], [3, 3, 3]]


def test_initializer_needs_a_shape_and_must_keep_it() -> None:
    with pytest.raises(ValueError, match=r"'w' expected a `shape` beside its initializer"):
        Variable(lambda shape, dtype: np.zeros(shape), name="w")
    with pytest.raises(ValueError, match=r"'w' expected an initial value of shape \(2,\)"):
        Variable(lambda shape, dtype: np.zeros(3), shape=(2,), name="w")
    with pytest.raises(ValueError, match=r"initial value of shape \(2,\), received shape \(3,\)"):
        Variable([1.0, 2.0, 3.0], shape=(2,))


def test_variable_owns_its_memory() -> None:
    array = np.zeros(3, np.float32)
    variable = Variable(array)
    array[:] = 1
    variable.numpy()[:] = 2
    assert variable.numpy().tolist() == [0, 0, 0]
    variable.assign(array)
    array[:] = 3
    assert variable.numpy().tolist() == [1, 1, 1]


def test_assignments_change_the_value() -> None:
    variable = Variable([1.0, 2.0])
    assert variable.assign([3, 4]) is variable
    variable.assign_add(1.0).assign_sub([1.0, 2.0])
    assert variable.numpy().tolist() == [3, 3]


def test_assignment_casts_to_the_dtype() -> None:
    variable = Variable(0)
    assert variable.assign(2.7).numpy() == 2
    assert variable.dtype == "int32"


def test_assignment_of_another_shape_is_refused() -> None:
    variable = Variable(np.zeros((2, 3)), name="kernel")
    for value in (np.zeros(3), 0.0, np.zeros((3, 2))):
        with pytest.raises(ValueError, match=r"'kernel' expected a value of shape \(2, 3\)"):
            variable.assign(value)


def test_variable_behaves_like_a_tensor() -> None:
    variable = Variable([1.0, 2.0])
    assert (variable.shape, variable.ndim, variable.size) == ((2,), 1, 2)
    assert (variable * 2 + 1).tolist() == [3, 5]
    assert ops.sum(variable) == 3
    assert np.exp(variable).shape == (2,)
    assert variable[1] == 2
    assert isinstance(convert_to_tensor(variable), Tensor)


def test_a_tensor_handed_out_survives_assignments() -> None:
    variable = Variable([1.0, 2.0])
    before = variable.value
    variable.assign([5.0, 6.0])
    assert before.tolist() == [1, 2]
    assert variable.value.tolist() == [5, 6]


def test_a_tensor_handed_out_survives_executables() -> None:
    variable = Variable([1.0, 2.0])
    step = compiled(trace(lambda: [variable.assign_add(1.0)]))
    first, view = variable.value, variable.value.numpy()
    step.run([], 3)
    second = variable.value
    step.run([])
    assert (first.tolist(), view.tolist()) == ([1, 2], [1, 2])
    assert second.tolist() == [4, 5]
    assert variable.numpy().tolist() == [5, 6]


def test_the_memory_stays_in_place_while_nobody_holds_a_tensor() -> None:
    variable = Variable([1.0, 2.0])
    step = compiled(trace(lambda: [variable.assign_add(1.0)]))
    storage = variable.storage()
    step.run([])
    variable.numpy()
    assert variable.storage() is storage
    assert storage.tolist() == [2, 3]


def test_reads_after_an_assignment_in_a_trace_see_the_new_value() -> None:
    variable = Variable(1.0)

    def step(x: Any) -> Any:
        before = variable.value
        variable.assign(variable + x)
        middle = variable * 1.0
        variable.assign_add(100.0)
        return before, middle, variable

    program = trace(step, Spec(()))
    outputs = program.pack(compiled(program).run([np.float32(2)]))
    assert [float(x) for x in outputs] == [1, 3, 103]
    assert variable.numpy() == 103


def test_tracing_does_not_change_a_variable() -> None:
    variable = Variable(1.0)
    trace(lambda: [variable.assign_add(1.0)])
    assert variable.numpy() == 1


def test_a_variable_that_is_only_written_is_updated() -> None:
    variable = Variable(1.0)
    compiled(trace(lambda x: [variable.assign(x * 2.0)], Spec(()))).run([np.float32(4)])
    assert variable.numpy() == 8


def test_a_variable_made_in_a_trace_starts_with_a_known_value() -> None:
    made: list[Variable] = []

    def step(x: Any) -> Any:
        if not made:
            made.append(Variable(lambda shape, dtype: ops.ones(shape, dtype), shape=(2,)))
            assert made[0].storage().tolist() == [1, 1]
        return made[0].assign_add(x)

    program = trace(step, Spec((2,)))
    executable = compiled(program)
    executable.run([np.float32([1, 2])], 2)
    assert made[0].numpy().tolist() == [3, 5]


def test_the_value_is_not_known_in_a_trace() -> None:
    variable = Variable(1.0)

    def look() -> Any:
        with pytest.raises(TypeError, match="symbolic"):
            variable.numpy()
        with pytest.raises(TypeError, match="symbolic"):
            float(variable)
        return variable

    trace(look)


def test_variables_are_saved_and_copied_with_their_value() -> None:
    variable = Variable([1.0, 2.0], name="w", trainable=False)
    for twin in (copy.deepcopy(variable), pickle.loads(pickle.dumps(variable))):
        variable.assign_add(1.0)
        assert twin.numpy().tolist() == [1, 2]
        assert (twin.name, twin.trainable) == ("w", False)
        variable.assign_sub(1.0)


def test_repr_tells_path_shape_dtype_and_value() -> None:
    assert repr(Variable(1, name="n")) == "<Variable path=n, shape=(), dtype=int32, value=1>"


def test_a_variable_stands_under_the_open_name_scopes() -> None:
    with keras.name_scope("encoder"):
        with keras.name_scope("inner"):
            inner = keras.Variable(1.0, name="weight")
        outer = keras.Variable(1.0, name="weight")
    assert (inner.path, outer.path) == ("encoder/inner/weight", "encoder/weight")
    assert keras.Variable(1.0, name="weight").path == "weight"
    with keras.name_scope("left"), keras.name_scope("deep", override_parent="right"):
        assert keras.Variable(1.0, name="weight").path == "right/deep/weight"


def test_variables_without_a_name_get_different_ones() -> None:
    assert keras.Variable(1.0).name != keras.Variable(1.0).name


def test_a_variable_takes_the_name_of_an_initializer_and_keras_s_arguments() -> None:
    made = keras.Variable("ones", shape=(2,), aggregation="mean", synchronization="on_read")
    assert made.numpy().tolist() == [1.0, 1.0]
    assert (made.aggregation, made.synchronization, made.autocast) == ("mean", "on_read", True)
    assert made.overwrite_with_gradient is False
    with pytest.raises(ValueError, match="Unknown initializer 'one hundred'"):
        keras.Variable("one hundred", shape=(2,))
    with pytest.raises(ValueError, match=r"`aggregation` to be one of .* received 'most'"):
        keras.Variable(1.0, aggregation="most")


def test_round_keeps_a_number_of_decimals() -> None:
    assert round(keras.Variable([1.26, 2.5]), 1).tolist() == pytest.approx([1.3, 2.5])
    assert round(keras.ops.array([1.5, 2.5])).tolist() == [2.0, 2.0]
