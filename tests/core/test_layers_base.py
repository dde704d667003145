"""The base class: building, names, state, penalties, masks, the `training` argument, errors."""

import copy
import pickle
import warnings

import numpy as np
import pytest

from pykeras_core import layers, naming, ops
from pykeras_core.engine import Variable, trace
from pykeras_core.engine.primitive import Spec
from pykeras_core.layers.tracking import untracked


@pytest.fixture(autouse=True)
def fresh_names():
    naming.reset_uids()


class Scale(layers.Layer):
    def build(self, input_shape):
        self.factor = self.add_weight((input_shape[-1],), "ones", name="factor")

    def call(self, inputs):
        return inputs * self.factor


class Stack(layers.Layer):
    """Makes sublayers in `__init__`, has no `build`."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = [Scale(name="first"), Scale(name="second")]

    def call(self, inputs):
        for layer in self.inner:
            inputs = layer(inputs)
        return inputs


class Asks(layers.Layer):
    """Returns whether it runs in training."""

    def call(self, inputs, training=False):
        return inputs + (1.0 if training else 0.0)


class Holds(layers.Layer):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, inputs):
        return self.inner(inputs)


def ones(*shape):
    return np.ones(shape, "float32")


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


def test_a_built_layer_refuses_new_state():
    layer = Scale()
    layer(ones(1, 2))
    with pytest.raises(ValueError, match="built already"):
        layer.late = Variable(0.0)
    with pytest.raises(ValueError, match="built already"):
        layer.add_weight((1,), name="late")


def test_untracked_assignments_are_no_state():
    layer = Scale()
    layer(ones(1, 2))
    with untracked():
        layer.note = [Variable(0.0)]
    assert len(layer.weights) == 1


def test_state_is_found_in_lists_dicts_tuples_and_sets():
    layer = layers.Layer()
    kept = [Variable(float(index)) for index in range(5)]
    layer.by_list = [kept[0]]
    layer.by_list.append(kept[1])
    layer.by_dict = {"a": [kept[2]]}
    layer.by_tuple = (kept[3],)
    layer.by_set = {kept[4]}
    assert [id(w) for w in layer.weights] == [id(w) for w in kept]
    layer.by_list.pop()
    del layer.by_dict["a"]
    assert {id(w) for w in layer.weights} == {id(kept[i]) for i in (0, 3, 4)}


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_has_weights_of_its_own(duplicate):
    layer = layers.Dense(2)
    layer(ones(1, 3))
    other = duplicate(layer)
    np.testing.assert_array_equal(other(ones(1, 3)).numpy(), layer(ones(1, 3)).numpy())
    other.kernel.assign(ones(3, 2))
    assert other.weights[0] is other.kernel
    assert not np.array_equal(layer.kernel.numpy(), ones(3, 2))
    other.kernel = other.kernel  # its own state is nothing new to a built layer
    assert len(other.weights) == 2


def test_deleting_an_attribute_forgets_its_state():
    layer = layers.Layer()
    layer.value = Variable(1.0)
    del layer.value
    assert layer.weights == []


def test_each_weight_is_listed_once():
    shared = Scale()
    layer = layers.Layer()
    layer.a, layer.b = shared, shared
    shared(ones(1, 2))
    assert len(layer.weights) == 1


def test_random_state_is_a_variable_but_no_weight():
    layer = layers.Dropout(0.5)
    layer(ones(2, 2), training=True)
    assert layer.weights == []
    assert [v.dtype for v in layer.non_trainable_variables] == ["uint32"]


def test_trainable_reaches_sublayers():
    layer = Stack()
    layer(ones(1, 2))
    layer.trainable = False
    assert layer.trainable_weights == []
    assert len(layer.non_trainable_weights) == 2
    assert not layer.inner[0].trainable
    layer.trainable = True
    assert len(layer.trainable_weights) == 2


def test_an_untrainable_layer_creates_untrainable_weights():
    layer = layers.Dense(2, trainable=False)
    layer(ones(1, 3))
    assert [w.trainable for w in layer.weights] == [False, False]


def test_untrainable_weights_come_after_trainable_ones():
    layer = layers.BatchNormalization()
    layer(ones(2, 3))
    assert [w.name for w in layer.weights] == ["gamma", "beta", "moving_mean", "moving_variance"]
    assert [w.name for w in layer.non_trainable_weights] == ["moving_mean", "moving_variance"]


def test_set_weights_says_how_many_are_missing():
    layer = layers.Dense(2, name="head")
    layer(ones(1, 3))
    with pytest.raises(ValueError, match=r"`Dense` 'head' has 2 weights, received 1 arrays"):
        layer.set_weights([ones(3, 2)])


def test_set_weights_names_the_weight_of_another_shape_and_changes_none():
    layer = layers.Dense(2, name="head")
    layer(ones(1, 3))
    before = layer.get_weights()
    with pytest.raises(ValueError, match=r"'head/bias' has shape \(2,\), received .*\(3,\)"):
        layer.set_weights([ones(3, 2), ones(3)])
    np.testing.assert_array_equal(layer.get_weights()[0], before[0])


def test_weights_argument_gives_the_first_values():
    layer = layers.Dense(2, weights=[ones(3, 2), 2 * ones(2)])
    assert layer(ones(1, 3)).tolist() == [[5.0, 5.0]]


def test_count_params_needs_a_built_layer():
    layer = layers.Dense(2, name="head")
    with pytest.raises(ValueError, match=r"'head' has no weights to count yet"):
        layer.count_params()
    layer(ones(1, 3))
    assert layer.count_params() == 8


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


@pytest.mark.parametrize(
    ("outer", "given", "expected"),
    [
        (None, None, 0.0),
        (True, None, 1.0),
        (False, None, 0.0),
        (True, False, 0.0),
        (None, True, 1.0),
    ],
)
def test_training_is_the_given_value_else_the_outer_calls(outer, given, expected):
    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = Asks()

        def call(self, inputs, training=None):
            return self.inner(inputs, training=given)

    assert float(Outer()(np.float32(0.0).reshape(1), training=outer)[0]) == expected


def test_training_passes_through_layers_that_do_not_take_it():
    assert Holds(Holds(Asks()))(np.zeros(1), training=True).tolist() == [1.0]


def test_training_of_an_inner_call_does_not_leak_to_its_sibling():
    class Siblings(layers.Layer):
        def __init__(self):
            super().__init__()
            self.a, self.b = Asks(), Asks()

        def call(self, inputs):
            self.a(inputs, training=True)
            return self.b(inputs)

    assert Siblings()(np.zeros(1)).tolist() == [0.0]


def test_losses_list_recorded_ones_before_those_of_weights():
    class Penalized(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(
                1, kernel_initializer="ones", kernel_regularizer="l2", activity_regularizer="l1"
            )

        def call(self, inputs):
            self.add_loss(ops.sum(inputs))
            return self.inner(inputs)

    layer = Penalized()
    layer(ones(2, 3))
    # sum of inputs 6; l1 of the outputs 3 + 3 over a batch of 2; l2 of three ones.
    assert [float(loss) for loss in layer.losses] == pytest.approx([6.0, 0.03, 0.03])


def test_losses_are_those_of_the_last_call_only():
    layer = layers.ActivityRegularization(l1=1.0)
    layer(ones(1, 2))
    layer(3 * ones(1, 2))
    assert [float(loss) for loss in layer.losses] == [6.0]


def test_wiring_placeholders_records_no_loss():
    layer = layers.ActivityRegularization(l1=1.0)
    layer(layers.Input((2,)))
    assert layer.losses == []


def test_a_finished_trace_leaves_no_loss_without_a_value():
    layer = layers.ActivityRegularization(l1=1.0)

    def step(x):
        layer(x)
        return layer.losses[0]

    trace(step, Spec((2, 2), "float32"))
    assert layer.losses == []


def test_add_loss_refuses_what_is_no_tensor():
    with pytest.raises(ValueError, match="expected a scalar tensor, received 'high'"):
        layers.Dense(1).add_loss("high")


def test_a_layer_is_traced_with_its_updates():
    layer = layers.BatchNormalization()
    layer.build((None, 3))
    program = trace(lambda x: layer(x, training=True), Spec((4, 3), "float32"))
    assert {variable.name for variable, _ in program.updates} == {"moving_mean", "moving_variance"}


def test_building_inside_a_trace_gives_concrete_weights():
    layer = layers.Dense(2, kernel_initializer="ones")
    trace(layer, Spec((4, 3), "float32"))
    assert layer.kernel.numpy().tolist() == [[1.0, 1.0]] * 3


def test_a_mask_ends_at_a_layer_without_support_with_a_warning():
    masked = layers.Masking()(np.zeros((1, 2, 3)))
    with pytest.warns(UserWarning, match=r"`Scale` 'scale' received an input with a mask"):
        output = Scale()(masked)
    assert not hasattr(output, "_keras_mask")


def test_a_mask_reaches_a_call_that_takes_one():
    class Counts(layers.Layer):
        def call(self, inputs, mask=None):
            return ops.sum(ops.cast(mask, "float32"), axis=-1)

        def compute_mask(self, inputs, mask=None):
            return None

    x = np.array([[[1.0], [2.0], [0.0]]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Counts()(layers.Masking()(x)).tolist() == [2.0]


def test_masks_of_several_arguments_arrive_by_name():
    class Attends(layers.Layer):
        def build(self, query_shape, value_shape):
            self.shapes = [query_shape, value_shape]

        def call(self, query, value, query_mask=None, value_mask=None):
            assert query_mask is None
            return ops.where(ops.expand_dims(value_mask, -1), value, 9.0)

        def compute_mask(self, query, query_mask=None):
            return None

    layer = Attends()
    value = layers.Masking()(np.array([[[1.0], [0.0]]]))
    assert layer(np.ones((1, 1, 1)), value).tolist() == [[[1.0], [9.0]]]
    assert layer.shapes == [(1, 1, 1), (1, 2, 1)]
    assert layer.get_build_config() == {
        "shapes_dict": {"query_shape": (1, 1, 1), "value_shape": (1, 2, 1)}
    }


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
