"""Layers whose settings change after they are built, that adapt to any data, that take lists."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops

X = np.arange(12, dtype="float32").reshape(4, 3)


@pytest.mark.parametrize(
    "make",
    [
        lambda a: layers.Dense(2, activation=a, kernel_initializer="ones"),
        lambda a: layers.EinsumDense("ab,bc->ac", 2, activation=a, kernel_initializer="ones"),
        lambda a: layers.Activation(a),
        lambda a: layers.SimpleRNNCell(3, activation=a, kernel_initializer="ones"),
    ],
    ids=["Dense", "EinsumDense", "Activation", "SimpleRNNCell"],
)
def test_an_activation_set_on_a_built_layer_counts(make: Callable[[Any], Any]) -> None:
    def outputs(layer: Any) -> Any:
        return layer(-X, ops.zeros((4, 3)))[0] if "Cell" in type(layer).__name__ else layer(-X)

    layer = make("relu")
    assert float(ops.max(ops.abs(outputs(layer)))) == 0.0
    layer.activation = None
    assert float(ops.min(outputs(layer))) < 0.0
    layer.activation = "sigmoid"
    assert float(ops.min(outputs(layer))) >= 0.0


def test_a_convolution_loses_its_activation() -> None:
    layer = layers.Conv1D(2, 1, activation="relu", kernel_initializer="ones")
    layer(-X[None])
    layer.activation = None
    assert float(ops.min(layer(-X[None]))) == -30.0


def test_a_dropout_rate_set_later_counts() -> None:
    layer = layers.Dropout(0.9)
    layer(X, training=True)
    layer.rate = 0.0
    np.testing.assert_array_equal(layer(X, training=True), X)


class Batches(keras.utils.PyDataset):
    """Three batches, which iterating by index would not end."""

    def __init__(self, batches: Any, labelled: bool = False) -> None:
        super().__init__()
        self.batches, self.labelled = batches, labelled

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> Any:
        batch = self.batches[index % len(self.batches)]
        return (batch, np.zeros(len(batch))) if self.labelled else batch


NUMBERS = [X, X + 1, X + 2]
WORDS = [np.array(["a", "b"]), np.array(["b", "c"])]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda batches: Batches(batches),
        lambda batches: Batches(batches, labelled=True),
        lambda batches: list(batches),
        lambda batches: (batch for batch in batches),
        lambda batches: ((batch, 0) for batch in batches),
    ],
    ids=["PyDataset", "labelled PyDataset", "list", "generator", "labelled generator"],
)
def test_adapt_looks_at_all_batches_of_any_kind_of_data(wrap: Callable[[Any], Any]) -> None:
    norm = layers.Normalization()
    norm.adapt(wrap(NUMBERS))
    np.testing.assert_allclose(norm.mean, [[5.5, 6.5, 7.5]])
    bins = layers.Discretization(num_bins=3)
    bins.adapt(wrap(NUMBERS))
    assert bins.bin_boundaries == [4.0, 8.0]


@pytest.mark.parametrize("layer", [layers.StringLookup, layers.TextVectorization])
def test_adapt_finds_the_words_of_a_py_dataset(layer: Any) -> None:
    found = layer()
    found.adapt(Batches(WORDS, labelled=True))
    assert found.get_vocabulary()[-3:] == ["b", "c", "a"]


def test_adapt_refuses_data_without_end() -> None:
    class Endless(Batches):
        @property
        def num_batches(self) -> None:
            return None

    with pytest.raises(ValueError, match=r"`Normalization.adapt` received a data set without an"):
        layers.Normalization().adapt(Endless(NUMBERS))
    bins = layers.Discretization(num_bins=3)
    bins.adapt(Endless(NUMBERS), steps=3)
    assert bins.bin_boundaries == [4.0, 8.0]
    with pytest.raises(TypeError, match="expected an array or an iterable of batches"):
        layers.Normalization().adapt(3)


PIXELS = np.arange(48.0).reshape(1, 4, 4, 3)


@pytest.mark.parametrize(
    ("layer", "data"),
    [
        (layers.Rescaling(0.5), [[1, 2], [3, 4]]),
        (layers.Rescaling(0.5), [1, 2]),
        (layers.Discretization([0.0, 2.5]), [[1, 2], [3, 4]]),
        (layers.Discretization([0.0, 2.5], output_mode="one_hot"), [1, 3]),
        (layers.Normalization(mean=1.0, variance=4.0), [[1, 2], [3, 4]]),
        (layers.CategoryEncoding(5), [[1, 2], [3, 4]]),
        (layers.IntegerLookup(vocabulary=[1]), [[1, 2], [3, 4]]),
        (layers.CenterCrop(2, 2), PIXELS.tolist()),
        (layers.Resizing(2, 2), PIXELS.tolist()),
        (layers.RandomFlip(), PIXELS.tolist()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_layers_that_prepare_data_take_nested_lists(layer: Any, data: Any) -> None:
    once = {"training": False} if isinstance(layer, layers.RandomFlip) else {}
    np.testing.assert_array_equal(layer(data, **once), layer(np.array(data), **once))


def test_other_layers_refuse_nested_lists() -> None:
    with pytest.raises(ValueError, match="expected arrays or tensors"):
        layers.Dense(1)([[1, 2]])


def test_attention_computes_the_query_s_mask() -> None:
    query, value = np.ones((2, 3, 2)), np.ones((2, 4, 2))
    mask = [np.array([[1, 1, 0], [1, 0, 0]], bool), None]
    for layer in (layers.Attention(), layers.AdditiveAttention()):
        np.testing.assert_array_equal(layer.compute_mask([query, value], mask=mask), mask[0])
        assert layer.compute_mask([query, value], mask=None) is None
    pool = layers.GlobalAveragePooling1D()
    assert pool.compute_mask(query, mask=mask[0]) is None


def test_stacked_cells_take_their_states_in_a_row() -> None:
    layer = layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)], return_state=True)
    x = np.ones((2, 3, 4), "float32")
    states = [np.ones((2, 2)), np.zeros((2, 2)), np.ones((2, 3))]
    nested = layer(x, initial_state=[states[:2], states[2]])
    flat = layer(x, initial_state=states)
    np.testing.assert_array_equal(flat[0], nested[0])


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: layers.Conv1D(3, 2), (2, 5, 2)),
        (lambda: layers.Conv2D(4, 2, groups=2), (2, 4, 4, 2)),
        (lambda: layers.Conv3D(3, 2), (1, 3, 3, 3, 2)),
        (lambda: layers.EinsumDense("abc,cde->abde", (None, 3, 4), bias_axes="e"), (2, 3, 5)),
    ],
    ids=["Conv1D", "Conv2D", "Conv3D", "EinsumDense"],
)
def test_low_rank_training_of_every_kernel(
    make: Callable[[], Any], shape: tuple[int, ...], tmp_path: Any
) -> None:
    x = np.random.default_rng(0).random(shape).astype("float32")
    inputs = layers.Input(shape[1:], batch_size=shape[0])
    layer = make()
    model = keras.Model(inputs, layer(inputs))
    before = model.predict(x, verbose=0)
    layer.enable_lora(2, lora_alpha=4.0)
    np.testing.assert_array_equal(model.predict(x, verbose=0), before)
    assert [w.name for w in layer.trainable_weights][-2:] == ["lora_kernel_a", "lora_kernel_b"]
    kernel = layer.non_trainable_weights[0].numpy()
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, before + 1.0, verbose=0, epochs=3, batch_size=shape[0])
    np.testing.assert_array_equal(layer.non_trainable_weights[0], kernel)
    after = model.predict(x, verbose=0)
    assert not np.allclose(after, before)
    model.save_weights(tmp_path / "low.weights.h5")
    plain = make()
    other = keras.Model(inputs, plain(inputs))
    other.load_weights(tmp_path / "low.weights.h5")
    np.testing.assert_allclose(other.predict(x, verbose=0), after, rtol=1e-4, atol=1e-5)
    again = type(layer).from_config(layer.get_config())
    again.build(shape)
    assert (again.lora_rank, again.lora_alpha, again.lora_enabled) == (2, 4.0, True)


@pytest.mark.parametrize(
    ("clipping", "message"),
    [
        ({"max": 1}, "received \\['max'\\]"),
        ({"rmin": 2.0, "rmax": 1.0}, "rmin <= rmax"),
        ({"dmax": -1.0}, "dmax of 0 or more"),
    ],
)
def test_renormalization_refuses_wrong_bounds(clipping: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        layers.BatchNormalization(renorm=True, renorm_clipping=clipping)


@pytest.mark.parametrize("layer", [layers.SimpleRNN, layers.LSTM, layers.GRU])
def test_settings_of_a_recurrent_layer_are_its_cell_s(layer: Any) -> None:
    made = layer(2, dropout=0.5)
    x = np.ones((2, 3, 4), "float32")
    made(x)
    made.dropout = 0.0
    assert made.cell.dropout == made.dropout == 0.0
    np.testing.assert_array_equal(made(x, training=True), made(x))
    before = made(x).numpy()
    made.activation = None
    assert not np.array_equal(made(x), before)
    assert made.get_config()["activation"] == "linear"


def test_the_windows_of_a_recurrent_convolution_may_be_given_in_order() -> None:
    made = layers.ConvLSTM2D(2, 3, 2, "same")
    assert made(np.ones((1, 2, 6, 6, 1))).shape == (1, 3, 3, 2)
    assert (made.strides, made.padding) == ((2, 2), "same")
