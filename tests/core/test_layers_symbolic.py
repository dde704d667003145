"""Placeholders, `Input`, recorded calls, and shapes found without computing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import layers, ops
from pykeras_core.engine import GradientTape, Variable
from pykeras_core.symbolic.keras_tensor import KerasTensor, standardize_shape
from pykeras_core.symbolic.shape_inference import infer_output_spec

sizes = st.integers(1, 5)
shapes = st.lists(sizes, min_size=1, max_size=4).map(tuple)


def test_input_adds_the_batch_axis():
    assert layers.Input((28, 28)).shape == (None, 28, 28)
    assert layers.Input((3,), batch_size=8).shape == (8, 3)
    assert layers.Input(batch_shape=(8, None)).shape == (8, None)
    assert layers.Input((3,), dtype="int32").dtype == "int32"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs the shape of one sample"),
        ({"shape": 784}, r"Write a single axis as `\(784,\)`"),
        ({"shape": (3.5,)}, "non-negative int or None"),
        ({"shape": (-1,)}, "non-negative int or None"),
        ({"shape": (3,), "batch_shape": (1, 3)}, "received both"),
        ({"shape": (3,), "sparse": True}, "dense arrays only"),
    ],
)
def test_a_wrong_input_is_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        layers.Input(**arguments)


def test_input_layer_round_trips():
    layer = layers.InputLayer((3,), batch_size=2, dtype="int32", name="ids")
    again = layers.deserialize(layers.serialize(layer))
    assert (again.batch_shape, again.dtype, again.name) == ((2, 3), "int32", "ids")


def test_a_placeholder_has_no_value():
    x = layers.Input((3,))
    for use in (bool, float, int, len, iter, np.asarray):
        with pytest.raises(TypeError, match="placeholder without a value"):
            use(x)


def test_a_call_on_a_placeholder_is_recorded():
    x = layers.Input((3,))
    layer = layers.Dense(2)
    y = layer(x)
    history = y._keras_history
    assert (history.operation, history.node_index, history.tensor_index) == (layer, 0, 0)
    assert layer.input is x
    assert layer.output is y
    node = layer._inbound_nodes[0]
    assert node.parent_nodes[0].is_input
    assert node.parent_nodes[0].operation._outbound_nodes == [node]


def test_a_recorded_call_runs_again_on_values():
    x = layers.Input((3,))
    layer = layers.Dense(2, kernel_initializer="ones")
    layer(x)
    args, kwargs = layer._inbound_nodes[0].fill_in({id(x): np.ones((1, 3))})
    assert layer(*args, **kwargs).tolist() == [[3.0, 3.0]]


def test_a_layer_that_was_not_called_has_no_input():
    with pytest.raises(AttributeError, match="has not been called on an `Input`"):
        _ = layers.Dense(2).input


def test_operators_and_ops_on_placeholders_are_recorded():
    x = layers.Input((3,))
    y = ops.exp(2.0 * x[:, :2] + np.ones((1, 2), "float32")) / 3 - x[:, 1:]
    assert y.shape == (None, 2)
    assert y._keras_history.operation.name.startswith("subtract")


def test_several_outputs_keep_their_order():
    class Pair(layers.Layer):
        def call(self, inputs):
            return {"b": inputs[:, :1], "a": ops.cast(inputs, "int32")}

    outputs = Pair()(layers.Input((3,)))
    assert (outputs["a"].shape, outputs["a"].dtype) == ((None, 3), "int32")
    assert outputs["b"].shape == (None, 1)
    assert outputs["a"]._keras_history.tensor_index == 0


def test_shapes_of_a_layer_without_a_shape_rule_are_inferred():
    class Pooled(layers.Layer):
        def call(self, inputs):
            return ops.mean(inputs, axis=1)

    assert Pooled()(layers.Input((None, 4))).shape == (None, 4)
    assert Pooled().compute_output_shape((None, 7, 4)) == (None, 4)


def test_inference_reaches_no_tape():
    layer = layers.Lambda(lambda x: x * 3.0)
    weight = Variable(2.0)
    with GradientTape() as tape:
        layer(layers.Input((3,)))
        value = weight * 5.0
    assert float(tape.gradient(value, weight)) == 5.0


def test_masks_of_placeholders_have_shapes():
    x = layers.Embedding(5, 3, mask_zero=True)(layers.Input((7,), dtype="int32"))
    assert x._keras_mask.shape == (None, 7)
    assert x._keras_mask.dtype == "bool"


@given(shapes, sizes)
def test_flatten_and_dense_agree_with_numpy_on_any_shape(shape, units):
    x = np.ones((2, *shape), "float32")
    assert layers.Flatten()(x).shape == (2, int(np.prod(shape)))
    assert layers.Flatten()(layers.Input(shape)).shape == (None, int(np.prod(shape)))
    assert layers.Dense(units)(x).shape == (2, *shape[:-1], units)
    assert layers.Dense(units)(layers.Input(shape)).shape == (None, *shape[:-1], units)


@given(shapes, st.data())
def test_permute_agrees_with_numpy_on_any_shape(shape, data):
    dims = data.draw(st.permutations(range(1, len(shape) + 1)))
    x = np.arange(2 * np.prod(shape), dtype="float32").reshape(2, *shape)
    np.testing.assert_array_equal(layers.Permute(dims)(x).numpy(), x.transpose(0, *dims))


@given(shapes, st.data())
def test_reshape_infers_one_size(shape, data):
    x = np.zeros((2, *shape), "float32")
    hidden = data.draw(st.integers(0, len(shape) - 1))
    target = [-1 if axis == hidden else size for axis, size in enumerate(reversed(shape))]
    assert layers.Reshape(target)(x).shape == (2, *reversed(shape))
    assert layers.Reshape(target)(layers.Input(shape)).shape == (None, *reversed(shape))


@given(st.lists(st.tuples(st.none() | sizes, sizes), min_size=1, max_size=3))
def test_inferred_sizes_are_none_where_they_depend_on_one(pairs):
    shape = tuple(first for first, _ in pairs)
    doubled = infer_output_spec(lambda x: ops.concatenate([x, x], axis=0), KerasTensor(shape))
    expected = (None if shape[0] is None else 2 * shape[0], *shape[1:])
    assert doubled.shape == expected


@given(
    st.lists(st.sampled_from([1, 3]), min_size=1, max_size=3),
    st.lists(st.sampled_from([1, 3]), min_size=1, max_size=3),
)
def test_merging_broadcasts_samples_from_the_right(a, b):
    x, y = np.ones((2, *a), "float32"), np.ones((2, *b), "float32")
    expected = (2, *np.broadcast_shapes(tuple(a), tuple(b)))
    assert layers.Add()([x, y]).shape == expected
    assert layers.Add()([layers.Input(a), layers.Input(b)]).shape == (None, *expected[1:])


@pytest.mark.parametrize("shape", ["ab", None, 3, (1.5,), (-2,), ("a",)])
def test_what_is_no_shape_is_refused(shape):
    with pytest.raises(ValueError, match="shape"):
        standardize_shape(shape)
