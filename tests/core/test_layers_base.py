"""The base class: building, names, arguments, configurations and errors."""

import numpy as np
import pytest

from pykeras_core import layers, naming
from tests.core.small_layers import Holds, Scale, Stack, ones


@pytest.fixture(autouse=True)
def fresh_names():
    naming.reset_uids()


def test_a_layer_is_built_by_its_first_call():
    layer = Scale()
    assert not layer.built
    assert layer.weights == []
    layer(ones(2, 3))
    assert layer.built
    assert layer.factor.shape == (3,)


def test_build_runs_once():
    layer = Scale()
    layer(ones(2, 3))
    factor = layer.factor
    layer(ones(5, 3))
    assert layer.factor is factor


def test_build_can_be_called_with_a_shape():
    layer = layers.Dense(4)
    layer.build((None, 3))
    assert [w.shape for w in layer.weights] == [(3, 4), (4,)]


def test_a_subclass_build_may_add_weights_after_its_parents():
    class Extra(layers.Dense):
        def build(self, input_shape):
            super().build(input_shape)
            self.extra = self.add_weight((1,), "ones", name="extra")

    layer = Extra(2)
    layer(ones(1, 3))
    assert [w.path for w in layer.weights] == ["extra/kernel", "extra/bias", "extra/extra"]


def test_sublayers_are_built_under_their_parents_path():
    layer = Stack()
    layer(ones(2, 3))
    assert [w.path for w in layer.weights] == ["stack/first/factor", "stack/second/factor"]
    assert layer.inner[0].path == "stack/first"


def test_names_count_up_and_start_over_after_a_reset():
    assert [layers.Dense(1).name for _ in range(3)] == ["dense", "dense_1", "dense_2"]
    naming.reset_uids()
    assert layers.Dense(1).name == "dense"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"input_shape": (28, 28)}, (None, 28, 28)),
        ({"input_shape": [784]}, (None, 784)),
        ({"input_dim": 784}, (None, 784)),
        ({"input_dim": 16, "input_length": 10}, (None, 10, 16)),
        ({"input_shape": (4,), "batch_size": 8}, (8, 4)),
        ({"batch_input_shape": (8, 4)}, (8, 4)),
        ({"batch_shape": (8, 4)}, (8, 4)),
        ({}, None),
    ],
)
def test_every_spelling_of_the_input_shape_is_taken(arguments, expected):
    assert layers.Dense(2, **arguments).batch_input_shape == expected


def test_an_unknown_argument_is_refused_by_name():
    with pytest.raises(ValueError, match=r"`Dense` does not take \['unit'\].*'units'"):
        layers.Dense(2, unit=3)


def test_forgetting_super_init_is_explained():
    class Forgetful(layers.Layer):
        def __init__(self):
            self.x = 1

    with pytest.raises(RuntimeError, match=r"`Forgetful.__init__\(\)` did not call"):
        Forgetful()(ones(1, 1))


def test_a_wrong_last_axis_names_layer_and_shapes_and_advises_flatten():
    layer = layers.Dense(2, name="head")
    layer.build((None, 784))
    with pytest.raises(
        ValueError,
        match=r"`Dense` 'head' expected inputs with last axis 784, "
        r"received shape \(32, 28, 28\). Add `Flatten\(\)` before it.",
    ):
        layer(ones(32, 28, 28))


def test_too_few_axes_are_refused():
    with pytest.raises(ValueError, match=r"at least 2 axes.*\(3,\)"):
        layers.Dense(2)(ones(3))


def test_lists_of_numbers_are_refused_with_advice():
    with pytest.raises(ValueError, match=r"np.array"):
        layers.Dense(2)([[1.0, 2.0]])


def test_a_wrong_call_shows_the_signature():
    with pytest.raises(TypeError, match=r"`Dense` 'dense' cannot be called like this"):
        layers.Dense(2)(ones(1, 2), colour="red")


def test_the_innermost_layer_is_named_beside_an_error():
    class Broken(layers.Layer):
        def call(self, inputs):
            raise KeyError("oops")

    with pytest.raises(KeyError) as caught:
        Holds(Broken(name="inner"))(ones(2, 3))
    assert caught.value.__notes__ == ["In `Broken` 'inner', called on inputs of shape (2, 3)."]


def test_a_layer_without_call_says_so():
    with pytest.raises(NotImplementedError, match=r"has no `call\(\)` method"):
        layers.Layer()(ones(1, 1))


def test_float64_and_integers_come_in_as_engine_dtypes():
    assert layers.Dense(2)(np.ones((1, 2))).dtype == "float32"
    assert layers.Flatten()(np.ones((1, 2), "int64")).dtype == "int32"


def test_build_arguments_must_match_those_of_call():
    class Odd(layers.Layer):
        def build(self, query_shape, colour):
            pass

        def call(self, query, value):
            return query

    with pytest.raises(ValueError, match="'colour' is not"):
        Odd()(np.ones((1, 1)), np.ones((1, 1)))


def test_a_custom_layer_of_plain_arguments_needs_no_get_config():
    class Power(layers.Layer):
        def __init__(self, exponent, label="x", **kwargs):
            super().__init__(**kwargs)
            self.exponent = exponent

        def call(self, inputs):
            return inputs**self.exponent

    config = Power(3, name="cube").get_config()
    assert (config["name"], config["exponent"], config["label"]) == ("cube", 3, "x")
    again = Power.from_config(config)
    assert again(np.full((1,), 2.0)).tolist() == [8.0]


def test_a_custom_layer_of_other_arguments_is_told_to_write_get_config():
    class Holder(layers.Layer):
        def __init__(self, thing):
            super().__init__()

    with pytest.raises(NotImplementedError, match=r"Give it a `get_config\(\)`"):
        Holder(object()).get_config()


def test_from_config_says_which_configuration_was_refused():
    with pytest.raises(TypeError, match=r"Flatten cannot be made from the configuration"):
        layers.Flatten.from_config({"units": 3, "data_format": None, 4: 1})


def test_build_from_config_takes_the_lists_of_json():
    layer = layers.Dense(2)
    layer.build_from_config({"input_shape": [None, 3]})
    assert layer.kernel.shape == (3, 2)


def test_an_unknown_size_in_a_weight_is_explained():
    with pytest.raises(ValueError, match=r"cannot create a weight of shape \(None, 2\)"):
        layers.Dense(2)(layers.Input((None,)))


def test_an_unbuilt_sublayer_at_build_warns():
    with pytest.warns(UserWarning, match="has sublayers that are not built"):
        Stack().build((None, 3))


def test_repr_names_the_layer():
    assert repr(layers.Dense(1)) == "<Dense name=dense, built=False>"
