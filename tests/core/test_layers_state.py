"""State of layers: what is tracked, copied, trainable, counted, and set by `set_weights`."""

import copy
import pickle

import numpy as np
import pytest

from pykeras_core import layers, naming
from pykeras_core.engine import Variable
from pykeras_core.layers.tracking import untracked
from tests.core.small_layers import Scale, Stack, ones


@pytest.fixture(autouse=True)
def fresh_names():
    naming.reset_uids()


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
