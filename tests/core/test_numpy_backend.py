"""The NumPy backend: inputs it takes, outputs it gives, and that it never widens a dtype."""

import copy
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import PRIMITIVES, Spec, Variable, trace
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.plan import Plan


def executable(function: Any, *specs: Spec) -> Any:
    return NumpyBackend().compile(Plan(trace(function, *specs)))


def test_outputs_are_fresh_arrays() -> None:
    run = executable(lambda x: [ops.exp(x), x, np.float32(3)], Spec((2,))).run
    x = np.zeros(2, np.float32)
    first = run([x])
    for array in first:
        array[...] = 9
    second = run([x])
    assert [array.tolist() for array in second] == [[1, 1], [0, 0], 3]
    assert [array.tolist() for array in first] == [[9, 9], [9, 9], 9]
    assert x.tolist() == [0, 0]


def test_read_only_inputs_are_read_in_place() -> None:
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    x.flags.writeable = False
    (result,) = executable(lambda t: t * 2.0, Spec((2, 3))).run([x])
    np.testing.assert_array_equal(result, x * 2)


def test_state_carries_over_between_steps_and_runs() -> None:
    state = Variable(1.0)
    step = executable(lambda x: state.assign(state * x), Spec(()))
    assert step.run([np.float32(2)], 3)[0] == 8
    assert step.run([np.float32(3)])[0] == 24
    state.assign(0.5)
    assert step.run([np.float32(2)])[0] == 1


def test_two_executables_share_variables_and_nothing_else() -> None:
    state = Variable([1.0, 2.0])
    grow = executable(lambda: state.assign_add(1.0))
    look = executable(lambda: state * 10.0)
    before = look.run([])[0]
    grow.run([])
    assert before.tolist() == [10, 20]
    assert look.run([])[0].tolist() == [20, 30]


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 2), np.float32),
        np.zeros((2, 3), np.float64),
        np.zeros((2, 3), np.int32),
        np.zeros((3, 2), np.float32).T,
    ],
    ids=["shape", "float64", "int32", "strides"],
)
def test_an_input_that_does_not_fit_is_refused(array: Any) -> None:
    step = executable(lambda x: x + 1.0, Spec((2, 3)))
    with pytest.raises(ValueError, match=r"input 0 of the program is float32\[2,3\], contiguous"):
        step.run([array])


def test_wrong_numbers_of_inputs_and_steps_are_refused() -> None:
    step = executable(lambda x: x + 1.0, Spec(()))
    with pytest.raises(ValueError, match="takes 1 inputs, received 0"):
        step.run([])
    with pytest.raises(ValueError, match=r"1 or more steps, received n_steps=0"):
        step.run([np.float32(1)], 0)


def test_a_definition_that_widens_its_dtype_is_found_out() -> None:
    wide = copy.copy(PRIMITIVES["tanh"])
    object.__setattr__(wide, "numpy", lambda x: np.tanh(x.astype(np.float64)))
    program = trace(ops.tanh, Spec((2,)))
    program.equations[0].primitive = wide
    step = NumpyBackend().compile(Plan(program))
    with pytest.raises(TypeError, match="definition of 'tanh' gave float64 where float32"):
        step.run([np.zeros(2, np.float32)])


def test_overflow_and_division_by_zero_raise_no_warnings() -> None:
    step = executable(lambda x: [ops.exp(x), 1.0 / (x - x), ops.log(-x)], Spec(()))
    big, infinite, undefined = step.run([np.float32(1000)])
    assert big == infinite == np.inf
    assert np.isnan(undefined)
