"""Sequential, functional and subclassed models."""

from __future__ import annotations

import json

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers


@pytest.fixture(autouse=True)
def _fresh_names() -> None:
    keras.utils.set_random_seed(7)
    keras.utils.clear_session(free_memory=False)


def test_a_sequential_with_an_input_is_built_at_once() -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    assert model.built
    assert [w.shape for w in model.weights] == [(4, 3), (3,), (3, 2), (2,)]
    assert (model.input_shape, model.output_shape) == ((None, 4), (None, 2))


@pytest.mark.parametrize(
    "arguments",
    [{"input_shape": (4,)}, {"input_dim": 4}, {"batch_input_shape": (None, 4)}],
)
def test_a_first_layer_may_be_told_its_input_shape(arguments: dict) -> None:
    model = keras.Sequential([layers.Dense(3, **arguments)])
    assert model.input_shape == (None, 4)


def test_a_sequential_without_input_shape_is_built_by_its_first_data() -> None:
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    assert not model.built
    with pytest.raises(AttributeError, match=r"has no `output_shape` yet"):
        _ = model.output_shape
    assert model(np.zeros((5, 4))).shape == (5, 2)
    assert model.output_shape == (5, 2)  # as in Keras, which keeps the first batch's size here
    assert model(np.zeros((7, 4))).shape == (7, 2)


def test_fit_builds_a_sequential_for_batches_of_any_size() -> None:
    model = keras.Sequential([layers.Dense(2)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((50, 4)), np.zeros((50, 2)), verbose=0)
    assert model.output_shape == (None, 2)


def test_add_and_pop_change_the_stack() -> None:
    model = keras.Sequential()
    model.add(keras.Input((4,)))
    model.add(layers.Dense(3))
    model.add(layers.Dense(2))
    assert model.output_shape == (None, 2)
    model.pop()
    assert model.output_shape == (None, 3)
    assert len(model.weights) == 2


def test_a_class_in_place_of_a_layer_is_refused_with_the_mend() -> None:
    with pytest.raises(ValueError, match=r"Write `Dense\(\.\.\.\)` with brackets"):
        keras.Sequential([layers.Dense])


def test_one_layer_twice_in_a_sequential_is_refused() -> None:
    dense = layers.Dense(3)
    with pytest.raises(ValueError, match="has a layer named 'dense' already"):
        keras.Sequential([dense, dense])


def test_a_sequential_is_a_layer_of_another_model() -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    probability = keras.Sequential([model, layers.Softmax()])
    rows = probability.predict(np.zeros((2, 4)), verbose=0)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-6)
    assert probability.weights == model.weights


def functional() -> keras.Model:
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    shared = layers.Dense(3, activation="relu", name="shared")
    a, b = shared(left), shared(right)
    joined = layers.Concatenate()([a, b])
    residual = layers.Add()([layers.Dense(6)(joined), joined])
    return keras.Model(
        inputs=[left, right],
        outputs=[layers.Dense(2, name="main")(residual), layers.Dense(1, name="aux")(a)],
        name="two_by_two",
    )


def test_a_functional_model_shares_layers_and_takes_inputs_by_name() -> None:
    model = functional()
    assert [w.shape for w in model.get_layer("shared").weights] == [(4, 3), (3,)]
    assert model.output_names == ["main", "aux"]
    data = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    by_place = model.predict([data, data + 1], verbose=0)
    by_name = model.predict({"right": data + 1, "left": data}, verbose=0)
    for a, b in zip(by_place, by_name, strict=True):
        np.testing.assert_array_equal(a, b)


def test_losses_by_output_name_add_up_with_their_weights() -> None:
    model = functional()
    model.compile(
        "sgd",
        loss={"main": "mse", "aux": "mae"},
        loss_weights={"main": 1.0, "aux": 0.5},
        metrics={"aux": ["mse"]},
    )
    x = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    y = {"main": x[:, :2], "aux": x[:, :1]}
    found = model.evaluate([x, x], y, verbose=0, return_dict=True)
    assert set(found) == {"loss", "main_loss", "aux_loss", "aux_mse"}
    assert found["loss"] == pytest.approx(found["main_loss"] + 0.5 * found["aux_loss"], rel=1e-5)


def test_a_functional_model_evaluates_to_a_list() -> None:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dense(1)(inputs))
    model.compile("sgd", "mse", metrics=["mae"])
    assert len(model.evaluate(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)) == 2


def test_a_functional_model_is_made_again_from_its_configuration() -> None:
    model = functional()
    config = json.loads(json.dumps(model.get_config()))
    again = type(model).from_config(config)
    again.set_weights(model.get_weights())
    x = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)
    for a, b in zip(
        model.predict([x, x], verbose=0), again.predict([x, x], verbose=0), strict=True
    ):
        np.testing.assert_array_equal(a, b)


def test_a_sequential_is_made_again_from_its_configuration() -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, "relu"), layers.Dense(2)])
    again = keras.Sequential.from_config(json.loads(json.dumps(model.get_config())))
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in model.layers]
    assert again.output_shape == model.output_shape


def test_an_output_that_needs_an_undeclared_input_names_it() -> None:
    known, forgotten = keras.Input((2,), name="known"), keras.Input((2,), name="forgotten")
    with pytest.raises(ValueError, match=r"'forgotten'.*not among the model's `inputs`"):
        keras.Model(known, layers.Add()([known, forgotten]))


def test_a_model_of_something_that_is_no_placeholder_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected what `keras.Input`"):
        keras.Model(inputs=np.zeros((2, 3)), outputs=keras.Input((2,)))


class Subclassed(keras.Model):
    """A model with layers in an attribute, a list and a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.first = layers.Dense(4, activation="relu")
        self.rest = [layers.Dense(3), layers.Dense(2)]

    def call(self, inputs, training=False):
        x = self.first(inputs)
        for layer in self.rest:
            x = layer(x)
        return x


def test_a_subclassed_model_finds_layers_in_attributes_and_lists() -> None:
    model = Subclassed()
    assert model(np.zeros((2, 5))).shape == (2, 2)
    assert len(model.weights) == 6
    assert model.weights[0].path == "subclassed/dense/kernel"


def test_a_subclassed_model_can_be_built_by_shape() -> None:
    model = Subclassed()
    model.build((None, 5))
    assert len(model.weights) == 6


def test_a_subclass_that_gives_inputs_and_outputs_is_functional() -> None:
    class Wrapped(keras.Model):
        def __init__(self, units: int) -> None:
            inputs = keras.Input((4,))
            super().__init__(inputs=inputs, outputs=layers.Dense(units)(inputs))
            self.units = units

    model = Wrapped(3)
    assert model.output_shape == (None, 3)
    assert model(np.zeros((2, 4))).shape == (2, 3)


def test_get_layer_finds_by_name_and_place_and_says_what_there_is() -> None:
    model = functional()
    assert model.get_layer("aux") is model.get_layer(index=-1)
    with pytest.raises(ValueError, match=r"no layer named 'nothing'; it has \["):
        model.get_layer("nothing")


def test_training_reaches_inner_layers() -> None:
    model = keras.Sequential([keras.Input((100,)), layers.Dropout(0.5)])
    outer = keras.Sequential([keras.Input((100,)), model])
    x = np.ones((1, 100), np.float32)
    assert 0 < np.mean(outer(x, training=True).numpy() == 0) < 1
    np.testing.assert_array_equal(outer(x).numpy(), x)
