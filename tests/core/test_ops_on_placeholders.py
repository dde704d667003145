"""Ops whose results depend on values, and loops, on placeholders; shapes against values."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import pykeras_core as keras
from pykeras_core import layers, ops
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.shape_inference import infer_output_spec

X = np.array([[0.0, 2.0, 2.0], [1.0, 0.0, 2.0]], "float32")


@pytest.mark.parametrize(
    ("call", "shapes"),
    [
        (lambda x: ops.nonzero(x), [(None,), (None,)]),
        (lambda x: ops.where(x), [(None,), (None,)]),
        (lambda x: ops.unique(x), [(None,)]),
        (lambda x: ops.unique(x, size=4), [(4,)]),
        (lambda x: ops.unique(x, axis=0), [(None, 3)]),
        (lambda x: ops.nextafter(x, 1.0), [(None, 3)]),
        (lambda x: ops.view(x, "int32"), [(None, 3)]),
        (lambda x: ops.bincount(ops.cast(x, "int32")), [(None, None)]),
        (lambda x: ops.linspace(x, 2.0, 5), [(5, None, 3)]),
        (lambda x: ops.logspace(x, 2.0, 5, axis=-1), [(None, 3, 5)]),
        (lambda x: ops.geomspace(x + 1.0, 8.0, 4), [(4, None, 3)]),
        (lambda x: ops.slice(x, ops.cast(x[0, :2], "int32") * 0, (1, 2)), [(1, 2)]),
        (lambda x: ops.convert_to_tensor(x, "int32"), [(None, 3)]),
        (
            lambda x: ops.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * 2), (0, x))[1],
            [(None, 3)],
        ),
        (
            lambda x: ops.while_loop(lambda v: ops.sum(v) < 99, lambda v: (v * 2,), (x,))[0],
            [(None, 3)],
        ),
        (lambda x: ops.fori_loop(0, 4, lambda i, v: v + 1, x), [(None, 3)]),
        (lambda x: ops.map(lambda row: row * 2, x), [(None, 3)]),
        (lambda x: ops.vectorized_map(ops.sum, x), [(None,)]),
        (lambda x: ops.cond(ops.sum(x) > 0, lambda: 1.0, lambda: 2.0), [()]),
        (lambda x: ops.switch(ops.cast(x[0, 0], "int32"), [ops.sin, ops.cos], x), [(None, 3)]),
        (lambda x: ops.scan(lambda c, row: (c + row, c), ops.zeros((3,)), x)[0], [(3,)]),
    ],
)
def test_the_op_takes_a_placeholder_and_later_values(
    call: Callable[..., Any], shapes: list[Any]
) -> None:
    x = keras.Input((3,))
    outputs = call(x)
    flat = list(outputs) if isinstance(outputs, list | tuple) else [outputs]
    assert [one.shape for one in flat] == shapes
    model = keras.Model(x, flat)
    expected = keras.tree.flatten(call(ops.convert_to_tensor(X)))
    for ours, value in zip(keras.tree.flatten(model(X)), expected, strict=True):
        ours_now, wanted = ops.convert_to_numpy(ours), ops.convert_to_numpy(value)
        np.testing.assert_allclose(ours_now, wanted, rtol=1e-6)


def test_a_loop_that_would_not_end_still_has_a_shape() -> None:
    x = keras.Input((3,))
    outputs = ops.while_loop(lambda v: True, lambda v: (v * 2,), (x,))
    assert outputs[0].shape == (None, 3)


def test_a_loop_inside_of_a_layer_may_depend_on_values() -> None:
    class Doubling(layers.Layer):
        def call(self, inputs: Any) -> Any:
            return ops.while_loop(lambda v: ops.sum(v) < 100, lambda v: v * 2, inputs)

    x = keras.Input((3,))
    model = keras.Model(x, Doubling()(x))
    assert model.output_shape == (None, 3)
    assert float(ops.sum(model(X))) == 112.0
    with pytest.raises(TypeError, match="maximum_iterations"):
        model.predict(X, verbose=0)


def test_placeholders_are_seen_inside_of_nested_structures() -> None:
    x, y = keras.Input((3,)), keras.Input((3,))
    last, _ = ops.scan(lambda c, row: ({"a": c["a"] + row}, c["a"]), {"a": ops.zeros((3,))}, x)
    assert last["a"].shape == (3,)
    assert ops.map(lambda pair: pair[0] * pair[1][0], (x, [y])).shape == (None, 3)


def test_what_depends_on_values_is_refused_in_a_traced_step_by_name() -> None:
    x = keras.Input((3,))
    model = keras.Model(x, ops.unique(x))
    np.testing.assert_array_equal(model(X).numpy(), [0.0, 1.0, 2.0])
    with pytest.raises(TypeError, match="`unique` needs the values"):
        model.predict(X, verbose=0)


def test_ops_of_placeholders_come_back_from_a_file() -> None:
    x = keras.Input((3,))
    y = ops.linspace(ops.convert_to_tensor(x, "float32"), 2.0, 5, axis=1)
    model = keras.Model(x, ops.divide(y, ops.nextafter(x[:, None], 3.0)))
    again = keras.models.model_from_json(model.to_json())
    np.testing.assert_allclose(again(X).numpy(), model(X).numpy())
    names = [layer["class_name"] for layer in json.loads(model.to_json())["config"]["layers"]]
    assert {"Linspace", "ConvertToTensor", "Divide", "Nextafter"} <= set(names)


SIZES = st.integers(1, 4)
UNARY = [
    lambda x: ops.transpose(x),
    lambda x: ops.sum(x, axis=-1),
    lambda x: ops.max(x, axis=0, keepdims=True),
    lambda x: ops.expand_dims(x, 1),
    lambda x: ops.concatenate([x, x], axis=0),
    lambda x: x[..., :1],
    lambda x: x[::2],
    lambda x: ops.flip(ops.cumsum(x, axis=0), 0),
    lambda x: ops.reshape(x, (-1,)),
    lambda x: ops.repeat(x, 2, axis=-1),
    lambda x: ops.pad(x, 1),
    lambda x: ops.one_hot(ops.cast(x, "int32"), 3),
    lambda x: ops.matmul(x, ops.swapaxes(x, -1, -2)) if len(x.shape) > 1 else x,
    lambda x: ops.softmax(x),
]
BINARY = [ops.add, ops.maximum, ops.equal, lambda a, b: ops.where(a > 0, a, b)]


@st.composite
def broadcasting(draw: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two shapes that broadcast."""
    shape = draw(st.lists(SIZES, min_size=1, max_size=3))
    other = [draw(st.sampled_from([1, size])) for size in shape][draw(st.integers(0, 1)) :]
    return tuple(shape), tuple(other)


@settings(max_examples=60, deadline=None)
@pytest.mark.filterwarnings("ignore:softmax over axis")  # of size 1
@given(broadcasting(), st.lists(st.integers(0, len(UNARY) - 1), max_size=3), st.data())
def test_inferred_shapes_hold_for_values_wherever_sizes_are_not_known(
    shapes: Any, chosen: list[int], data: Any
) -> None:
    combine = BINARY[data.draw(st.integers(0, len(BINARY) - 1))]

    def function(a: Any, b: Any) -> Any:
        result = combine(a, b)
        for number in chosen:
            result = UNARY[number](result)
        return result

    hidden = [tuple(data.draw(st.sampled_from([None, n])) for n in shape) for shape in shapes]
    try:
        value = function(*(np.ones(shape, "float32") for shape in shapes))
    except (ValueError, IndexError):  # too few axes are left for one of them
        assume(False)
    spec = infer_output_spec(function, *map(KerasTensor, hidden))
    assert spec.dtype == value.dtype
    assert len(spec.shape) == len(value.shape)
    assert all(known in (None, n) for known, n in zip(spec.shape, value.shape, strict=True))
    if not any(None in shape for shape in hidden):
        assert spec.shape == value.shape


LAYERS = [
    lambda: layers.Dense(3),
    lambda: layers.LayerNormalization(),
    lambda: layers.Conv1D(2, 3, padding="same", strides=2),
    lambda: layers.MaxPooling1D(2, padding="same"),
    lambda: layers.GRU(3, return_sequences=True),
    lambda: layers.UpSampling1D(2),
    lambda: layers.ZeroPadding1D(1),
    lambda: layers.Lambda(lambda x: x[:, ::-1] + 1.0),
    lambda: layers.TimeDistributed(layers.Dense(2)),
]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, len(LAYERS) - 1), min_size=1, max_size=3),
    st.integers(1, 9),
    st.booleans(),
    st.booleans(),
)
def test_layers_give_what_they_announce_for_sequences_of_any_length(
    chosen: list[int], steps: int, any_batch: bool, any_length: bool
) -> None:
    shape = (None if any_batch else 2, None if any_length else steps, 4)
    x = output = keras.Input(batch_shape=shape)
    for number in chosen:
        output = LAYERS[number]()(output)
    value = keras.Model(x, output)(np.ones((2, steps, 4), "float32"))
    assert all(known in (None, n) for known, n in zip(output.shape, value.shape, strict=True))
    assert output.shape[0] == shape[0]
    assert (output.shape[1] is None) == any_length
