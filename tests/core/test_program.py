"""Programs: what `check` catches, what they print and what they serialise to."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from pykeras_core.engine import Equation, Program, Spec, Variable, trace, value_and_grad
from pykeras_core.engine.program import Value


def training_step() -> Program:
    """One step of gradient descent on a linear model."""
    kernel = Variable(np.zeros((3, 1)), name="kernel")
    steps = Variable(0, name="steps")

    def step(x: Any, y: Any) -> Any:
        def loss() -> Any:
            return ops.mean(ops.square(ops.matmul(x, kernel) - y))

        value, (gradient,) = value_and_grad(loss, [kernel])()
        kernel.assign_sub(0.1 * gradient)
        steps.assign_add(1)
        return value

    return trace(step, Spec((2, 3)), Spec((2, 1)))


PRINTED = """\
program(i0: float32[2,3], i1: float32[2,1])
  variable v0: float32[3,1]  kernel
  variable v1: int32[]  steps
  constant c0: float32[] = 2.0
  constant c1: float32[2,1] = [[0.5], [0.5]]
  constant c2: float32[] = 0.10000000149011612
  constant c3: int32[] = 1
  t0: float32[2,1] = matmul i0 v0 [transpose_x=False, transpose_y=False]
  t1: float32[2,1] = subtract t0 i1
  t2: float32[2,1] = multiply t1 t1
  t3: float32[] = sum t2 [axis=(0, 1), keepdims=False]
  t4: float32[] = divide t3 c0
  t5: float32[2,1] = multiply c1 t1
  t6: float32[2,1] = multiply c1 t1
  t7: float32[2,1] = add t5 t6
  t8: float32[3,1] = matmul i0 t7 [transpose_x=True, transpose_y=False]
  t9: float32[3,1] = multiply c2 t8
  t10: float32[3,1] = subtract v0 t9
  t11: int32[] = add v1 c3
  update kernel <- t10
  update steps <- t11
  return t4"""


def test_a_program_prints_line_by_line() -> None:
    assert str(training_step()) == PRINTED


def test_large_constants_are_not_printed() -> None:
    text = str(trace(lambda x: x + np.zeros(5), Spec((5,))))
    assert "  constant c0: float32[5]\n" in text


def test_a_traced_program_checks() -> None:
    training_step().check()


def test_check_catches_a_use_before_the_definition() -> None:
    program = training_step()
    program.equations = program.equations[::-1]
    with pytest.raises(ValueError, match=r"equation 0 \(add\)|uses a value that nothing defines"):
        program.check()


def test_check_catches_a_missing_equation() -> None:
    program = training_step()
    program.equations = program.equations[1:]
    with pytest.raises(ValueError, match=r"equation 0 \(subtract\) uses a value that nothing"):
        program.check()


def test_check_catches_a_second_definition() -> None:
    program = training_step()
    program.equations = (*program.equations, program.equations[0])
    with pytest.raises(ValueError, match=r"\(matmul\) defines t0 a second time"):
        program.check()


@pytest.mark.parametrize("source", ["input", "variable"])
def test_check_catches_a_source_that_stands_twice(source: str) -> None:
    program = training_step()
    if source == "input":
        program.inputs = (*program.inputs, program.inputs[0])
    else:
        program.variables = (*program.variables, program.variables[0])
    with pytest.raises(ValueError, match="defined a second time"):
        program.check()


@pytest.mark.parametrize("spec", [Spec((1, 2)), Spec((2, 1), "int32")])
def test_check_catches_a_wrong_shape_or_dtype(spec: Spec) -> None:
    program = training_step()
    program.equations[0].outputs[0].spec = spec
    with pytest.raises(ValueError, match=r"equation 0 \(matmul\) gives float32\[2,1\], but"):
        program.check()


def test_check_catches_operands_that_do_not_fit() -> None:
    program = training_step()
    program.inputs[0].spec = Spec((2, 5))
    with pytest.raises(ValueError, match=r"equation 0 \(matmul\) does not fit .*inner axes"):
        program.check()


def test_check_catches_wrong_parameters_and_operand_counts() -> None:
    for change in ({"params": {"axes": (0, 1)}}, {"inputs": ()}):
        program = training_step()
        broken = dataclasses.replace(program.equations[0], **change)
        program.equations = (broken, *program.equations[1:])
        with pytest.raises(ValueError, match=r"equation 0 \(matmul\) does not fit its operands"):
            program.check()


def test_check_catches_a_constant_that_is_something_else() -> None:
    program = training_step()
    program.constants()[0].array = np.zeros(3, np.float32)
    with pytest.raises(ValueError, match=r"constant c0 is float32\[3\], not float32\[\]"):
        program.check()


def test_check_catches_a_variable_that_changed() -> None:
    program = training_step()
    value = program.variables[0][1]
    program.variables = ((Variable(np.zeros(3), name="kernel"), value), *program.variables[1:])
    with pytest.raises(ValueError, match=r"variable 'kernel' is float32\[3\], not float32\[3,1\]"):
        program.check()


def test_check_catches_an_update_that_does_not_fit() -> None:
    program = training_step()
    (kernel, value), (steps, _) = program.updates
    program.updates = ((kernel, value), (steps, value))
    with pytest.raises(ValueError, match=r"update of 'steps' is float32\[3,1\], not int32\[\]"):
        program.check()
    program.updates = ((kernel, Value(kernel.spec)),)
    with pytest.raises(ValueError, match="update of 'kernel' uses an undefined value"):
        program.check()
    program.updates = ((kernel, value), (kernel, value))
    with pytest.raises(ValueError, match="updated twice"):
        program.check()


def test_check_catches_an_undefined_output() -> None:
    program = training_step()
    program.outputs = (Value(Spec(())),)
    with pytest.raises(ValueError, match="an output of the program is undefined"):
        program.check()


def test_a_program_survives_json() -> None:
    described = training_step().to_dict()
    assert json.loads(json.dumps(described, allow_nan=False)) == described
    assert [value["name"] for value in described["inputs"]] == ["i0", "i1"]
    assert described["variables"][0] == {
        "name": "v0",
        "shape": [3, 1],
        "dtype": "float32",
        "path": "kernel",
    }
    assert described["equations"][0] == {
        "primitive": "matmul",
        "inputs": ["i0", "v0"],
        "params": {"transpose_x": False, "transpose_y": False},
        "outputs": [{"name": "t0", "shape": [2, 1], "dtype": "float32"}],
    }
    assert described["updates"][1] == {"path": "steps", "variable": "v1", "value": "t11"}
    assert described["outputs"] == ["t4"]


def test_numbers_that_json_does_not_have_are_strings() -> None:
    def function(x: Any) -> Any:
        padded = ops.pad(x, 1, constant_values=float("-inf"))
        return padded + np.array([np.nan, np.inf, 1.0])

    described = trace(function, Spec((1,))).to_dict()
    assert described["constants"][0]["data"] == ["nan", "inf", 1.0]
    assert described["equations"][0]["params"]["value"] == "-inf"
    json.dumps(described, allow_nan=False)


def test_a_variable_that_is_only_written_has_no_name() -> None:
    variable = Variable(0.0, name="total")
    program = trace(lambda x: [variable.assign(x)] and None, Spec(()))
    assert program.to_dict()["updates"] == [{"path": "total", "variable": None, "value": "i0"}]


def test_equations_are_compared_by_identity() -> None:
    program = training_step()
    first = program.equations[0]
    twin = Equation(first.primitive, first.inputs, first.params, first.outputs)
    assert first != twin
