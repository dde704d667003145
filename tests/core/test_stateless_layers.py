"""Layers as functions of their variables' values, and a model's state as a tree."""

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops

X = np.arange(12, dtype="float32").reshape(4, 3)


def test_stateless_call_computes_with_the_values_given() -> None:
    dense = layers.Dense(2)
    dense.build((None, 3))
    before = dense.get_weights()
    outputs, state = dense.stateless_call([ops.zeros((3, 2)), ops.ones((2,))], [], X)
    assert outputs.tolist() == [[1.0, 1.0]] * 4
    assert state == []
    for old, new in zip(before, dense.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_stateless_call_returns_what_would_have_been_assigned() -> None:
    norm = layers.BatchNormalization()
    norm.build((None, 3))
    _, (mean, variance) = norm.stateless_call(
        norm.trainable_variables, norm.non_trainable_variables, X, training=True
    )
    np.testing.assert_allclose(mean, X.mean(0) * 0.01, rtol=1e-5)
    np.testing.assert_allclose(variance, 0.99 + X.var(0) * 0.01, rtol=1e-5)
    assert norm.moving_mean.numpy().tolist() == [0.0] * 3
    model = keras.Sequential([layers.Input((3,)), norm, layers.Dropout(0.5)])
    outputs, state = model.stateless_call(
        model.trainable_variables, model.non_trainable_variables, X, training=True
    )
    assert outputs.shape == (4, 3)
    assert len(state) == len(model.non_trainable_variables)


def test_stateless_call_returns_losses_on_request() -> None:
    dense = layers.Dense(1, kernel_regularizer="l2", kernel_initializer="ones")
    dense.build((None, 3))
    _, _, losses = dense.stateless_call(
        [ops.full((3, 1), 2.0), ops.zeros((1,))], [], X, return_losses=True
    )
    np.testing.assert_allclose(losses, [0.12], rtol=1e-5)


def test_stateless_call_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="has no variables yet"):
        layers.Dense(1).stateless_call([], [], X)
    dense = layers.Dense(1)
    dense.build((None, 3))
    with pytest.raises(ValueError, match="`trainable_variables` with a value for each of"):
        dense.stateless_call([ops.zeros((3, 1))], [], X)


def trained() -> keras.Model:
    stack = [layers.Input((3,)), layers.Dense(1, name="d"), layers.BatchNormalization(name="b")]
    model = keras.Sequential(stack, name="m")
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, np.zeros((4, 1)), verbose=0)
    return model


def test_a_state_tree_holds_every_variable_and_sets_it() -> None:
    model, other = trained(), trained()
    tree = model.get_state_tree(value_format="numpy_array")
    assert sorted(tree) == [
        "metrics_variables",
        "non_trainable_variables",
        "optimizer_variables",
        "trainable_variables",
    ]
    assert tree["trainable_variables"]["m"]["d"]["kernel"].shape == (3, 1)
    assert sorted(tree["non_trainable_variables"]["m"]["b"]) == ["moving_mean", "moving_variance"]
    assert sorted(tree["metrics_variables"]) == ["loss", "mean_absolute_error"]
    del tree["optimizer_variables"]
    other.set_state_tree(tree)
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_state_tree_of_something_else_is_refused() -> None:
    model = trained()
    with pytest.raises(ValueError, match="expected the keys"):
        model.set_state_tree({"weights": {}})
    with pytest.raises(ValueError, match="received 'm/e/kernel'"):
        model.set_state_tree({"trainable_variables": {"m": {"e": {"kernel": 1.0}}}})
    with pytest.raises(ValueError, match="`value_format`"):
        model.get_state_tree(value_format="list")
