"""Every built-in layer: configuration round trip, shapes, gradients, weights in and out."""

import inspect
import json

import numpy as np
import pytest

from pykeras_core import layers, ops, saving, tree
from pykeras_core.engine import GradientTape
from tests.core.layer_table import LAYERS, double
from tests.core.spatial_layer_table import SPATIAL_LAYERS

ROWS = (*LAYERS, *SPATIAL_LAYERS)
rows = pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])

# Base classes, what is no layer, and cells, which a row of their layer runs.
WITHOUT_ROW = {"InputLayer", "InputSpec", "KerasTensor", "Layer", "Operation", "Wrapper"}
WITHOUT_ROW |= {"GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"}
# Called on query and value, not on a list: `test_attention.py` runs them.
WITHOUT_ROW |= {"GroupedQueryAttention", "MultiHeadAttention"}
# They have no gradient: `test_preprocessing_layers.py` runs them.
WITHOUT_ROW |= {"CategoryEncoding", "Discretization"}
# They read words or integers of a vocabulary: `test_text_layers.py` runs them.
WITHOUT_ROW |= {"IntegerLookup", "StringLookup", "TextVectorization"}
# They hash on the host, or change boxes alone: `test_hashing.py`, `test_augmentation.py`.
WITHOUT_ROW |= {"HashedCrossing", "Hashing", "MaxNumBoundingBoxes"}
# They count values, which has no gradient, or choose at random among layers that do.
WITHOUT_ROW |= {"AugMix", "ContrastLimitedAdaptiveHistogramEqualization", "Equalization"}
WITHOUT_ROW |= {"RandAugment", "RandomElasticTransform"}


def test_every_public_layer_has_a_row():
    classes = (getattr(layers, name) for name in layers.__all__)
    public = {item.__name__ for item in classes if inspect.isclass(item)}
    assert public - WITHOUT_ROW == {type(row.make()).__name__ for row in ROWS}


@rows
def test_config_round_trip_gives_the_same_layer(row):
    layer = row.make()
    with saving.custom_object_scope({"double": double}):
        again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert type(again) is type(layer)


@rows
def test_serialized_layer_survives_json(row):
    layer = row.make()
    layer(row.inputs())
    written = layers.serialize(layer)
    assert (written["module"], written["registered_name"]) == ("keras.layers", None)
    with saving.custom_object_scope({"double": double}):
        again = layers.deserialize(json.loads(json.dumps(written)))
    assert json.dumps(again.get_config()) == json.dumps(layer.get_config())
    assert again.built
    assert [w.shape for w in again.weights] == [w.shape for w in layer.weights]


@rows
def test_symbolic_call_gives_the_shape_and_dtype_of_the_eager_one(row):
    inputs = row.inputs()
    eager = row.make()(inputs, **row.arguments)
    placeholders = tree.map_structure(
        lambda x: layers.Input(x.shape[1:], dtype=x.dtype.name), inputs
    )
    symbolic = row.make()(placeholders, **row.arguments)
    assert symbolic.shape == (None, *eager.shape[1:])
    assert symbolic.dtype == eager.dtype


@rows
def test_compute_output_shape_agrees_with_call(row):
    layer = row.make()
    output = layer(row.inputs(), **row.arguments)
    assert tuple(layer.compute_output_shape(row.input_shape(batch=9))) == (9, *output.shape[1:])
    assert tuple(layer.compute_output_shape(row.input_shape())) == (None, *output.shape[1:])


@rows
def test_gradients_agree_with_finite_differences(row):
    layer = row.make()
    inputs = row.inputs()
    layer(inputs, **row.arguments)
    state = np.random.default_rng(3)
    layer.set_weights([w + state.uniform(0.1, 0.4, w.shape) for w in layer.get_weights()])
    trained = [] if row.classes else tree.flatten(inputs)
    start = [ops.convert_to_tensor(x) for x in trained] + [w.value for w in layer.trainable_weights]
    if not start:
        pytest.fail("a row must have something to differentiate")
    scale = state.normal(size=layer(inputs, **row.arguments).shape).astype("float32")

    def value(*point):
        given = list(point[: len(trained)]) if trained else tree.flatten(inputs)
        for weight, tensor in zip(layer.trainable_weights, point[len(trained) :], strict=True):
            weight.assign(tensor)
        return ops.sum(scale * layer(given if len(given) > 1 else given[0], **row.arguments))

    with GradientTape() as tape:
        tape.watch(start[: len(trained)])
        total = value(*start)
    sources = [*start[: len(trained)], *layer.trainable_weights]
    gradients = [g.numpy() for g in tape.gradient(total, sources)]
    directions = [state.normal(size=x.shape).astype("float32") for x in start]
    step = 2e-3  # too small to reach a kink of the inputs; rounding costs about 1e-3
    ahead, behind = (
        float(value(*(x.numpy() + s * d for x, d in zip(start, directions, strict=True))))
        for s in (step, -step)
    )
    expected = (ahead - behind) / (2 * step)
    found = sum(float(np.sum(g * d)) for g, d in zip(gradients, directions, strict=True))
    assert found == pytest.approx(expected, rel=2e-2, abs=2e-2)


@rows
def test_weights_leave_and_enter_a_layer_unchanged(row):
    layer, other = row.make(), row.make()
    layer(row.inputs())
    other(row.inputs())
    other.set_weights(layer.get_weights())
    assert all(
        np.array_equal(a, b) for a, b in zip(layer.get_weights(), other.get_weights(), strict=True)
    )
    np.testing.assert_array_equal(other(row.inputs()).numpy(), layer(row.inputs()).numpy())


@rows
def test_own_variables_survive_a_store(row):
    layer, other = row.make(), row.make()
    layer(row.inputs())
    other(row.inputs())
    for source, target in zip(layer._flatten_layers(), other._flatten_layers(), strict=True):
        store = {}
        source.save_own_variables(store)
        target.load_own_variables(store)
    np.testing.assert_array_equal(other(row.inputs()).numpy(), layer(row.inputs()).numpy())
