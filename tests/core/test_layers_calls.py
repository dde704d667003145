"""What calls of layers carry along: the `training` argument, losses, updates and masks."""

import warnings

import numpy as np
import pytest

from pykeras_core import layers, naming, ops
from pykeras_core.engine import trace
from pykeras_core.engine.primitive import Spec
from tests.core.small_layers import Asks, Holds, Scale, ones


@pytest.fixture(autouse=True)
def fresh_names():
    naming.reset_uids()


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
