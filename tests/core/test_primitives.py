"""Every primitive against its cases: oracle, shape rule, gradient, and the NumPy backend."""

import numpy as np
import pytest

from pykeras_core.engine import PRIMITIVES, Spec
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from tests.core import gradient_check
from tests.core.cases import CASES, REFUSALS, Case, Refusal, executable, program

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
every_gradient = pytest.mark.parametrize(
    "case", [case for case in CASES if case.differentiable()], ids=lambda case: case.name
)


def test_every_primitive_has_cases_and_refusals() -> None:
    assert {case.primitive for case in CASES} == set(PRIMITIVES)
    takes_anything = {"copy", "stop_gradient"}
    assert {refusal.primitive for refusal in REFUSALS} == set(PRIMITIVES) - takes_anything


def test_every_differentiable_operand_has_a_case_with_a_gradient() -> None:
    checked = {(case.primitive, position) for case in CASES for position in case.differentiable()}
    rules = {
        (primitive.name, position)
        for primitive in PRIMITIVES.values()
        for position in range(len(primitive.vjp))
        if primitive.rule_for(position) is not None
    }
    assert rules <= checked


def test_names_of_cases_differ() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@every_case
def test_definition_agrees_with_oracle(case: Case) -> None:
    arrays = case.arrays()
    with np.errstate(all="ignore"):
        results = case.record.evaluate(*arrays, **case.params)
    case.compare([np.asarray(result) for result in results], arrays)


@every_case
def test_shape_rule_agrees_with_definition(case: Case) -> None:
    specs = case.record.output_specs(*case.specs, **case.params)
    with np.errstate(all="ignore"):
        results = map(np.asarray, case.record.evaluate(*case.arrays(), **case.params))
    # NumPy counts positions in int64; they are stored as int32.
    found = tuple(Spec(r.shape, r.dtype.name.replace("int64", "int32")) for r in results)
    assert found == specs


@every_case
def test_numpy_backend_gives_what_the_definition_gives(case: Case) -> None:
    arrays = case.arrays()
    program(case).check()
    with np.errstate(all="ignore"):
        results = case.record.evaluate(*arrays, **case.params)
    for got, wanted in zip(executable(case, NumpyBackend()).run(arrays), results, strict=True):
        np.testing.assert_array_equal(got, wanted)


@every_case
def test_definition_leaves_its_operands_alone(case: Case) -> None:
    arrays = case.arrays()
    for array in arrays:
        array.flags.writeable = False
    with np.errstate(all="ignore"):
        case.record.evaluate(*arrays, **case.params)


@every_gradient
def test_gradient_agrees_with_differences(case: Case) -> None:
    gradient_check.check_first(case)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.orders == 2 and case.differentiable()],
    ids=lambda case: case.name,
)
def test_gradient_of_gradient_agrees_with_differences(case: Case) -> None:
    gradient_check.check_second(case)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_shape_rule_refuses(refusal: Refusal) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        PRIMITIVES[refusal.primitive].output_specs(*refusal.specs, **refusal.params)
    assert str(caught.value).startswith(refusal.message)
