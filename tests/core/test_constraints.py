"""Constraints: what a projected weight looks like. Values of Keras: see the parity tests."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import constraints, layers

matrices = st.lists(
    st.lists(st.floats(-3, 3, width=32), min_size=3, max_size=3), min_size=1, max_size=4
).map(lambda rows: np.array(rows, "float32"))


def norms(w, axis=0):
    return np.sqrt(np.square(w).sum(axis=axis))


@given(matrices)
def test_max_norm_shortens_only_what_is_longer(w):
    projected = constraints.MaxNorm(1.5)(w).numpy()
    assert (norms(projected) <= 1.5 + 1e-5).all()
    short = norms(w) <= 1.5
    np.testing.assert_allclose(projected[:, short], w[:, short], atol=1e-6)


@given(matrices)
def test_non_neg_and_unit_norm(w):
    np.testing.assert_array_equal(constraints.NonNeg()(w).numpy(), np.maximum(w, 0))
    long = norms(w) > 1e-3
    np.testing.assert_allclose(norms(constraints.UnitNorm()(w).numpy())[long], 1.0, atol=1e-3)


@given(matrices)
def test_min_max_norm_goes_its_rate_of_the_way(w):
    projected = constraints.MinMaxNorm(0.5, 1.0, rate=0.5)(w).numpy()
    long = norms(w) > 1e-3
    expected = 0.5 * np.clip(norms(w), 0.5, 1.0) + 0.5 * norms(w)
    np.testing.assert_allclose(norms(projected)[long], expected[long], atol=1e-3)


def test_a_zero_weight_stays_zero():
    zero = np.zeros((3, 2), "float32")
    for make in (constraints.MaxNorm, constraints.UnitNorm, constraints.MinMaxNorm):
        assert make()(zero).tolist() == zero.tolist()


def test_the_base_class_changes_nothing():
    w = np.ones(2)
    assert constraints.Constraint()(w) is w


@pytest.mark.parametrize(
    ("identifier", "cls"),
    [
        ("max_norm", "MaxNorm"),
        ("MaxNorm", "MaxNorm"),
        ("non_neg", "NonNeg"),
        ("unit_norm", "UnitNorm"),
        ("min_max_norm", "MinMaxNorm"),
        ({"class_name": "UnitNorm", "config": {"axis": 1}}, "UnitNorm"),
        (constraints.NonNeg, "NonNeg"),
    ],
)
def test_get_finds_names_configurations_and_classes(identifier, cls):
    assert type(constraints.get(identifier)).__name__ == cls


def test_get_takes_none_and_functions_and_refuses_the_rest():
    assert constraints.get(None) is None
    function = constraints.get(lambda w: 2 * w)
    assert function(3) == 6
    with pytest.raises(ValueError, match="Unknown constraint 'norm'"):
        constraints.get("norm")


@pytest.mark.parametrize(
    "make",
    [
        lambda: constraints.MaxNorm(3, axis=[0, 1]),
        constraints.NonNeg,
        lambda: constraints.UnitNorm(axis=1),
        lambda: constraints.MinMaxNorm(0.1, 2.0, 0.5, 1),
    ],
)
def test_configurations_survive_json(make):
    constraint = make()
    written = json.loads(json.dumps(constraints.serialize(constraint)))
    again = constraints.deserialize(written)
    assert (type(again), again.get_config()) == (type(constraint), constraint.get_config())


def test_a_layer_gives_its_weights_their_constraints():
    layer = layers.Dense(2, kernel_constraint="non_neg", bias_constraint=constraints.UnitNorm())
    layer.build((None, 3))
    assert isinstance(layer.kernel.constraint, constraints.NonNeg)
    assert isinstance(layer.bias.constraint, constraints.UnitNorm)
