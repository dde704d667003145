"""Models made of models: `clone_model`, `from_config`, and what outputs look like afterwards."""

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops

X = np.arange(12, dtype="float32").reshape(4, 3)


def model_with(outputs: str = "one", cls: Any = keras.Model) -> Any:
    inputs = layers.Input((3,), name="in")
    hidden = layers.Dense(4, name="hidden")(inputs)
    a, b = layers.Dense(1, name="a")(hidden), ops.add(layers.Dense(2, name="b")(hidden), 1.0)
    structures = {
        "one": a,
        "list of one": [a],
        "list": [a, b],
        "tuple": (a, b),
        "dict": {"x": a, "y": b},
        "nest": {"p": (a, b), "q": [a]},
    }
    return cls(inputs, structures[outputs], name="m")


def sequential() -> Any:
    stack = [layers.Input((3,), name="in"), layers.Dense(2, name="d1"), layers.Dense(1, name="d2")]
    return keras.Sequential(stack, name="s")


def form(value: Any) -> Any:
    """The containers of a structure."""
    if isinstance(value, dict):
        return {key: form(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(form(item) for item in value)
    return "tensor"


FORMS = {
    "one": "tensor",
    "list of one": "tensor",
    "list": ["tensor", "tensor"],
    "tuple": ("tensor", "tensor"),
    "dict": {"x": "tensor", "y": "tensor"},
    "nest": {"p": ("tensor", "tensor"), "q": ["tensor"]},
}


@pytest.mark.parametrize("outputs", FORMS)
def test_outputs_come_in_the_structure_they_were_given_in(outputs: str) -> None:
    model = model_with(outputs)
    for same in (
        model,
        keras.models.clone_model(model),
        keras.Model.from_config(model.get_config()),
    ):
        assert form(same(X)) == FORMS[outputs]
        assert form(same.predict(X, verbose=0)) == FORMS[outputs]


def rectified(layer: Any) -> Any:
    config = layer.get_config()
    if isinstance(layer, layers.Dense):
        config["activation"] = "relu"
    return type(layer).from_config(config)


def test_a_clone_has_new_weights_and_is_compiled_anew() -> None:
    model = model_with()
    metric = keras.metrics.MeanAbsoluteError()

    def own_loss(y_true: Any, y_pred: Any) -> Any:
        return ops.mean(ops.abs(y_true - y_pred))

    model.compile(keras.optimizers.Adam(0.5), own_loss, metrics=[metric])
    model.fit(X, np.zeros((4, 1)), verbose=0)
    clone = keras.models.clone_model(model)
    assert clone.name == "m"
    assert [layer.name for layer in clone.layers] == [layer.name for layer in model.layers]
    assert float(clone.optimizer.learning_rate) == 0.5
    assert int(clone.optimizer.iterations.numpy()) == 0
    before = model.get_weights()
    clone.fit(X, np.zeros((4, 1)), verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert not keras.models.clone_model(model_with()).compiled


def test_clone_function_makes_every_layer_but_the_inputs() -> None:
    seen: list[str] = []

    def same(layer: Any) -> Any:
        seen.append(type(layer).__name__)
        return layer

    model = model_with("tuple")
    clone = keras.models.clone_model(model, clone_function=same)
    assert sorted(seen) == ["Add", "Dense", "Dense", "Dense"]
    assert clone.layers[1] is model.layers[1]
    assert clone.layers[0] is not model.layers[0]
    for made in (model, sequential()):
        dense = [
            layer
            for layer in keras.models.clone_model(made, clone_function=rectified).layers
            if isinstance(layer, layers.Dense)
        ]
        assert {layer.activation.__name__ for layer in dense} == {"relu"}


def test_call_function_calls_every_layer() -> None:
    def with_dropout(layer: Any, *args: Any, **kwargs: Any) -> Any:
        outputs = layer(*args, **kwargs)
        return layers.Dropout(0.5)(outputs) if isinstance(layer, layers.Dense) else outputs

    clone = keras.models.clone_model(model_with(), call_function=with_dropout)
    kinds = [type(layer).__name__ for layer in clone.layers]
    assert kinds == ["InputLayer", "Dense", "Dropout", "Dense", "Dropout"]
    with pytest.raises(ValueError, match="`call_function` is for functional models"):
        keras.models.clone_model(sequential(), call_function=with_dropout)


def test_recursive_reaches_the_layers_of_models_inside() -> None:
    inputs = layers.Input((3,))
    model = keras.Model(inputs, layers.Dense(1, name="out")(sequential()(inputs)))
    for recursive, expected in ((False, ["s", "out"]), (True, ["d1", "d2", "out"])):
        seen: list[str] = []

        def make(layer: Any, seen: list[str] = seen) -> Any:
            seen.append(layer.name)
            return type(layer).from_config(layer.get_config())

        keras.models.clone_model(model, clone_function=make, recursive=recursive)
        assert seen == expected


def test_input_tensors_are_what_the_clone_is_built_upon() -> None:
    new = layers.Input((3,), name="new")
    clone = keras.models.clone_model(model_with(), input_tensors=new)
    assert clone.inputs[0] is new
    computed = keras.models.clone_model(model_with(), input_tensors=layers.Dense(3)(new))
    assert isinstance(computed.layers[0], layers.InputLayer)
    assert keras.models.clone_model(sequential(), input_tensors=[new]).input_shape == (None, 3)
    for wrong in ([new, new], X):
        with pytest.raises(ValueError, match=r"`clone_model` expected .*`input_tensors`"):
            keras.models.clone_model(model_with(), input_tensors=wrong)


def test_shared_layers_stay_shared_in_a_clone() -> None:
    inputs, dense = layers.Input((3,)), layers.Dense(3)
    assert len(keras.models.clone_model(keras.Model(inputs, dense(dense(inputs)))).weights) == 2


class Plain(keras.Model):
    """A functional model's class of the user's own."""


class WithMore(keras.Model):
    """One with an argument more."""

    def __init__(self, *args: Any, alpha: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alpha = alpha

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "alpha": self.alpha}


class OwnWiring(keras.Model):
    """One that wires itself."""

    def __init__(self, width: int = 3, **kwargs: Any) -> None:
        inputs = layers.Input((3,))
        super().__init__(inputs, layers.Dense(width)(inputs), **kwargs)
        self.width = width

    def get_config(self) -> dict[str, Any]:
        return {"width": self.width, "name": self.name}


class Scaled(layers.Layer):
    """A layer that nobody registered."""

    def call(self, x: Any) -> Any:
        return x * 3.0


def test_from_config_makes_the_user_s_own_classes() -> None:
    assert type(Plain.from_config(model_with(cls=Plain).get_config())) is Plain
    more = WithMore(*(lambda i: (i, layers.Dense(1)(i)))(layers.Input((3,))), alpha=7)
    assert WithMore.from_config(more.get_config()).alpha == 7
    own = OwnWiring.from_config(OwnWiring(4).get_config())
    assert (type(own), own.width) == (OwnWiring, 4)
    assert type(keras.models.clone_model(OwnWiring(4))) is type(model_with())


def test_from_config_finds_custom_objects() -> None:
    inputs = layers.Input((3,))
    config = keras.Model(inputs, Scaled()(inputs)).get_config()
    again = keras.Model.from_config(config, custom_objects={"Scaled": Scaled})
    np.testing.assert_array_equal(again(X), X * 3)
    clone = keras.models.clone_model(keras.Model(inputs, Scaled()(inputs)))
    np.testing.assert_array_equal(clone(X), X * 3)


def test_a_subclassed_model_is_cloned_by_its_configuration() -> None:
    class Wide(keras.Model):
        def __init__(self, width: int = 2, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.width = width

        def call(self, x: Any) -> Any:
            return x

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "width": self.width}

    assert keras.models.clone_model(Wide(5)).width == 5
    with pytest.raises(ValueError, match="are for Sequential and functional models"):
        keras.models.clone_model(Wide(5), clone_function=rectified)
    with pytest.raises(ValueError, match="does not take \\['foo'\\]"):
        keras.models.clone_model(sequential(), foo=1)
