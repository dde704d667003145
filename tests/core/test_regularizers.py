"""Regularizers: penalties, refusals, configurations. Values of Keras: see the parity tests."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import layers, ops, regularizers, saving
from pykeras_core.engine import GradientTape, Variable

matrices = st.lists(
    st.lists(st.floats(-3, 3, width=32), min_size=3, max_size=3), min_size=1, max_size=4
).map(lambda rows: np.array(rows, "float32"))


@given(matrices)
def test_penalties_are_their_formulas(x):
    tensor = ops.convert_to_tensor(x)
    one, two = np.abs(x).sum(), np.square(x).sum()
    assert float(regularizers.L1(0.1)(tensor)) == pytest.approx(0.1 * one, rel=1e-5, abs=1e-6)
    assert float(regularizers.L2(0.2)(tensor)) == pytest.approx(0.2 * two, rel=1e-5, abs=1e-6)
    both = regularizers.L1L2(0.1, 0.2)(tensor)
    assert float(both) == pytest.approx(0.1 * one + 0.2 * two, rel=1e-5, abs=1e-6)
    assert float(regularizers.L1L2()(tensor)) == 0.0
    assert regularizers.Regularizer()(tensor) == 0.0


def test_orthogonal_rows_cost_nothing_and_equal_ones_everything():
    penalty = regularizers.OrthogonalRegularizer(0.5)
    assert float(penalty(ops.eye(3))) == 0.0
    assert float(penalty(ops.ones((3, 3)))) == pytest.approx(0.5, rel=1e-6)


def test_orthogonal_gradient_of_a_zero_row_is_finite():
    weight = Variable(np.array([[0.0, 0.0], [1.0, 2.0]], "float32"))
    with GradientTape() as tape:
        penalty = regularizers.OrthogonalRegularizer()(weight)
    assert np.isfinite(tape.gradient(penalty, weight).numpy()).all()


def test_the_gradient_of_l2_is_twice_its_factor_times_the_weight():
    weight = Variable(np.array([1.0, -2.0], "float32"))
    with GradientTape() as tape:
        penalty = regularizers.L2(0.25)(weight)
    assert tape.gradient(penalty, weight).tolist() == [0.5, -1.0]


@pytest.mark.parametrize(
    ("identifier", "cls"),
    [
        ("l1", "L1"),
        ("l2", "L2"),
        ("L2", "L2"),
        ("l1_l2", "L1L2"),
        ("orthogonal_regularizer", "OrthogonalRegularizer"),
        ({"class_name": "L2", "config": {"l2": 0.3}}, "L2"),
        (regularizers.L1, "L1"),
    ],
)
def test_get_finds_names_configurations_and_classes(identifier, cls):
    assert type(regularizers.get(identifier)).__name__ == cls


def test_get_takes_none_and_functions():
    assert regularizers.get(None) is None
    layer = layers.Dense(1, kernel_initializer="ones", kernel_regularizer=ops.sum)
    layer(np.ones((1, 4)))
    assert [float(loss) for loss in layer.losses] == [4.0]


@pytest.mark.parametrize(
    "make",
    [
        regularizers.L1,
        lambda: regularizers.L2(0.5),
        lambda: regularizers.L1L2(0.1, 0.2),
        lambda: regularizers.OrthogonalRegularizer(0.1, "columns"),
    ],
)
def test_configurations_survive_json(make):
    regularizer = make()
    written = json.loads(json.dumps(regularizers.serialize(regularizer)))
    again = regularizers.deserialize(written)
    assert (type(again), again.get_config()) == (type(regularizer), regularizer.get_config())


@pytest.mark.parametrize("factor", [-0.1, float("nan"), float("inf"), "0.1", True])
def test_a_factor_must_be_a_number_of_zero_or_more(factor):
    for make in (regularizers.L1, regularizers.L2, regularizers.OrthogonalRegularizer):
        with pytest.raises(ValueError, match="as a finite number of 0 or more"):
            make(factor)


def test_wrong_arguments_are_refused_with_what_came():
    with pytest.raises(ValueError, match="Unknown regularizer 'l3'"):
        regularizers.get("l3")
    with pytest.raises(ValueError, match="received 'diagonal'"):
        regularizers.OrthogonalRegularizer(mode="diagonal")
    with pytest.raises(ValueError, match=r"a matrix, received .*\(3,\)"):
        regularizers.OrthogonalRegularizer()(ops.ones((3,)))


def test_a_custom_regularizer_needs_get_config_only_to_be_saved():
    @saving.register_keras_serializable("tests")
    class Cubic(regularizers.Regularizer):
        def __call__(self, x):
            return ops.sum(ops.abs(x) ** 3)

    try:
        assert float(Cubic()(ops.array([-2.0]))) == 8.0
        with pytest.raises(NotImplementedError, match=r"Cubic has no `get_config\(\)`"):
            regularizers.serialize(Cubic())
    finally:
        saving.get_custom_objects().clear()
