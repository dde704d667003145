"""Recurrent layers beyond the table: cells, masks, states, dropout, wrappers, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pykeras_core as keras
from pykeras_core import layers, ops
from pykeras_core.engine import trace
from pykeras_core.engine.primitive import Spec

LAYERS = [layers.SimpleRNN, layers.LSTM, layers.GRU]
CELLS = {
    layers.SimpleRNN: layers.SimpleRNNCell,
    layers.LSTM: layers.LSTMCell,
    layers.GRU: layers.GRUCell,
}

every_layer = pytest.mark.parametrize("make", LAYERS, ids=lambda make: make.__name__)


def sequences(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


@every_layer
def test_a_layer_does_what_its_cell_does_step_by_step(make):
    layer = make(3, return_sequences=True)
    x = sequences(2, 4, 5)
    output = layer(x).numpy()
    states = layer.cell.get_initial_state(2)
    for step in range(4):
        expected, states = layer.cell(x[:, step], states)
        np.testing.assert_allclose(output[:, step], expected.numpy(), rtol=1e-5, atol=1e-6)


@every_layer
def test_rnn_of_a_cell_is_the_layer(make):
    layer, general = make(3), layers.RNN(CELLS[make](3))
    x = sequences(2, 4, 5)
    layer(x)
    general(x)
    general.set_weights(layer.get_weights())
    np.testing.assert_array_equal(general(x).numpy(), layer(x).numpy())


@every_layer
def test_the_last_output_is_the_last_of_all(make):
    layer = make(3, return_sequences=True)
    last = make(3)
    x = sequences(2, 4, 5)
    layer(x)
    last(x)
    last.set_weights(layer.get_weights())
    np.testing.assert_array_equal(last(x).numpy(), layer(x).numpy()[:, -1])


@every_layer
def test_going_backwards_is_going_forwards_on_the_reverse(make):
    forward, backward = make(3), make(3, go_backwards=True)
    x = sequences(2, 4, 5)
    forward(x)
    backward(x)
    backward.set_weights(forward.get_weights())
    np.testing.assert_array_equal(backward(x).numpy(), forward(x[:, ::-1]).numpy())


@every_layer
@given(length=st.integers(1, 5), padding=st.integers(0, 3))
def test_masked_padding_changes_nothing(make, length, padding):
    layer = make(3, kernel_initializer="ones")
    x = sequences(2, length, 2)
    padded = np.pad(x, ((0, 0), (0, padding), (0, 0)), constant_values=9.0)
    mask = np.arange(length + padding) < length
    mask = np.broadcast_to(mask, (2, length + padding))
    expected = layer(x).numpy()
    np.testing.assert_allclose(layer(padded, mask=mask).numpy(), expected, rtol=1e-6)


@every_layer
def test_a_sequence_of_zero_steps_is_refused(make):
    with pytest.raises(ValueError, match="at least one step"):
        make(3)(np.zeros((2, 0, 5)))


@every_layer
def test_dropout_masks_are_shared_by_the_steps_and_forgotten_after(make):
    layer = make(3, dropout=0.5, recurrent_dropout=0.5, seed=1)
    x = np.ones((2, 4, 5), "float32")
    assert layer(x).tolist() == layer(x).tolist()
    first, second = (layer(x, training=True).numpy() for _ in range(2))
    assert not np.array_equal(first, second)
    assert layer.cell._input_masks == layer.cell._recurrent_masks == ()
    layer.cell.draw_masks(2)
    assert len(layer.cell._input_masks) == len(layer.cell._recurrent_masks) == layer.cell._gates
    again = make(3, dropout=0.5, recurrent_dropout=0.5, seed=1)
    again(x)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(x, training=True).numpy(), first)


def test_a_cell_by_itself_drops_anew_at_each_call():
    cell = layers.SimpleRNNCell(50, dropout=0.5, seed=1)
    x, states = np.ones((1, 9), "float32"), [np.zeros((1, 50), "float32")]
    cell(x, states)
    outputs = [cell(x, states, training=True)[0].numpy() for _ in range(2)]
    assert not np.array_equal(*outputs)


def test_dropout_of_all_cells_in_a_stack_is_applied():
    layer = layers.RNN([layers.GRUCell(4, dropout=0.5, seed=1), layers.GRUCell(4, seed=2)])
    x = sequences(2, 3, 5)
    plain = layer(x).numpy()
    assert not np.array_equal(layer(x, training=True).numpy(), plain)
    np.testing.assert_array_equal(layer(x).numpy(), plain)


def test_a_custom_cell_runs():
    class Sums(layers.Layer):
        state_size = 2

        def build(self, input_shape):
            self.scale = self.add_weight((), "ones", name="scale")

        def call(self, inputs, states):
            total = states[0] + self.scale * inputs
            return total, [total]

    layer = layers.RNN(Sums(), return_sequences=True, return_state=True)
    output, state = layer(np.ones((1, 3, 2)))
    assert output.tolist() == [[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]]
    assert state.tolist() == [[3.0, 3.0]]
    assert [w.path for w in layer.weights] == [f"{layer.name}/{layer.cell.name}/scale"]


def test_a_cell_that_is_no_layer_runs():
    class Counts:
        state_size = 1

        def call(self, inputs, states):
            count = states[0] + 1.0
            return count, count

    assert layers.RNN(Counts())(np.ones((2, 3, 4))).tolist() == [[3.0], [3.0]]


def test_states_can_be_placeholders_of_another_layer():
    x = layers.Input((None, 5))
    _, hidden, carry = layers.LSTM(3, return_state=True)(x)
    decoder = layers.LSTM(3, return_sequences=True)
    assert decoder(x, initial_state=[hidden, carry]).shape == (None, None, 3)
    assert len(decoder._inbound_nodes[0].input_tensors) == 3


def test_a_stateful_layer_goes_on_where_it_stopped():
    whole = layers.GRU(3)
    parts = layers.GRU(3, stateful=True)
    x = sequences(2, 6, 4)
    whole(x)
    parts(x[:, :3])
    parts.set_weights(whole.get_weights())
    parts.reset_state()
    parts(x[:, :3])
    np.testing.assert_allclose(parts(x[:, 3:]).numpy(), whole(x).numpy(), rtol=1e-5, atol=1e-6)
    assert [v.path for v in parts.states] == [f"{parts.name}/rnn_state"]
    assert len(parts.weights) == 3


def test_a_stateful_layer_needs_its_batch_size():
    with pytest.raises(ValueError, match="its batch size must be known"):
        layers.LSTM(3, stateful=True)(layers.Input((4, 2)))
    layer = layers.LSTM(3, stateful=True, name="memory")
    layer(np.zeros((2, 4, 2)))
    with pytest.raises(
        ValueError, match="'memory' is stateful and expected batches of 2, received"
    ):
        layer(np.zeros((3, 4, 2)))


def test_a_traced_sequence_updates_the_states_of_a_stateful_layer():
    layer = layers.SimpleRNN(3, stateful=True)
    layer.build((2, 4, 5))
    program = trace(layer, Spec((2, 4, 5), "float32"))
    assert [variable.name for variable, _ in program.updates] == ["rnn_state"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.LSTM(0), "`units` as a positive int, received 0"),
        (lambda: layers.LSTM(3, dropout=1.0), "from 0 to below 1, received 1.0"),
        (lambda: layers.LSTM(3, kernel_initialiser="ones"), "does not take"),
        (lambda: layers.RNN("lstm"), "A recurrent cell .* needs"),
        (lambda: layers.StackedRNNCells([layers.Dense(2)]), "A recurrent cell .* needs"),
        (lambda: layers.LSTM(3)(np.zeros((2, 5))), "expected inputs with 3 axes"),
        (
            lambda: layers.LSTM(3)(np.zeros((2, 4, 5)), mask=np.ones((2, 3), "bool")),
            r"a mask of shape \(batch, 4\), received one of shape \(2, 3\)",
        ),
        (
            lambda: layers.LSTM(3)(np.zeros((2, 4, 5)), initial_state=[np.zeros((2, 3))]),
            r"expected 2 initial state\(s\), received 1",
        ),
        (lambda: layers.Bidirectional("lstm"), "`layer` as a recurrent layer, received 'lstm'"),
        (lambda: layers.Bidirectional(layers.GRU(2), merge_mode="max"), "received 'max'"),
        (
            lambda: layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(2)),
            "opposite `go_backwards`",
        ),
        (
            lambda: layers.Bidirectional(
                layers.GRU(2), backward_layer=layers.GRU(2, return_state=True, go_backwards=True)
            ),
            "the same `return_state`",
        ),
        (lambda: layers.TimeDistributed(layers.Dense(2))(np.zeros((2, 3))), "at least three axes"),
        (
            lambda: layers.TimeDistributed(layers.Dense(2))(
                np.zeros((2, 3, 4)), mask=np.ones((2, 5), "bool")
            ),
            r"expected a mask of shape \(2, 3, ...\), received one of shape \(2, 5\)",
        ),
    ],
)
def test_what_does_not_fit_is_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_layer_answers_for_its_cells_arguments():
    layer = layers.LSTM(3, recurrent_dropout=0.2)
    assert (layer.units, layer.recurrent_dropout, layer.unit_forget_bias) == (3, 0.2, True)
    with pytest.raises(AttributeError, match="colour"):
        _ = layer.colour


def test_bidirectional_makes_two_layers_of_its_pattern():
    pattern = layers.LSTM(3, name="lstm", input_shape=(4, 5))
    layer = layers.Bidirectional(pattern)
    assert layer.batch_input_shape == (None, 4, 5)
    assert layer.forward_layer.name == "forward_lstm"
    assert layer.backward_layer.name == "backward_lstm"
    assert (layer.forward_layer.go_backwards, layer.backward_layer.go_backwards) == (False, True)
    layer(np.zeros((2, 4, 5)))
    assert [w.path for w in layer.weights[:1]] == [f"{layer.name}/forward_lstm/lstm_cell/kernel"]
    assert pattern.weights == []


def test_bidirectional_starts_from_given_weights():
    source = layers.Bidirectional(layers.GRU(2))
    x = sequences(2, 3, 4)
    expected = source(x).numpy()
    layer = layers.Bidirectional(layers.GRU(2), weights=source.get_weights())
    np.testing.assert_array_equal(layer(x).numpy(), expected)


def test_bidirectional_resets_both_states():
    layer = layers.Bidirectional(layers.GRU(2, stateful=True))
    x = sequences(2, 3, 4)
    first = layer(x).numpy()
    assert len(layer.states) == 2
    layer.reset_states()
    np.testing.assert_array_equal(layer(x).numpy(), first)


def test_time_distributed_keeps_statistics_of_each_step():
    layer = layers.TimeDistributed(layers.BatchNormalization(momentum=0.0, epsilon=0.0))
    x = np.stack([np.array([[1.0], [3.0]]), np.array([[10.0], [30.0]])], axis=1)
    output = layer(x, training=True).numpy()
    np.testing.assert_allclose(output[:, :, 0], [[-1, -1], [1, 1]], rtol=1e-5)
    assert layer.layer.moving_mean.tolist() == [20.0]


def test_masks_pass_through_recurrent_layers():
    x = layers.Masking()(np.array([[[1.0], [0.0]]]))
    sequence = layers.GRU(2, return_sequences=True)(x)
    assert sequence._keras_mask.tolist() == [[True, False]]
    assert not hasattr(layers.GRU(2)(sequence), "_keras_mask")
    both = layers.Bidirectional(layers.GRU(2, return_sequences=True))(x)
    assert both._keras_mask.tolist() == [[True, False]]


def test_unstacking_a_long_sequence_has_a_small_gradient():
    def value_of_all(x):
        return ops.sum(ops.stack(ops.unstack(x, axis=1), axis=1) ** 2)

    from pykeras_core.engine import GradientTape

    def gradient(x):
        with GradientTape() as tape:
            tape.watch(x)
            total = value_of_all(x)
        return tape.gradient(total, x)

    program = trace(gradient, Spec((2, 64, 3), "float32"))
    padded = [e.outputs[0].spec.size for e in program.equations if e.primitive.name == "pad"]
    assert sum(padded) == 2 * 6 * (2 * 64 * 3)  # twice the size at each of log2(64) levels
    x = sequences(2, 64, 3)
    np.testing.assert_allclose(gradient(ops.convert_to_tensor(x)).numpy(), 2 * x, rtol=1e-6)


def test_convolutional_lstm_trains_and_drops_the_same_in_every_step() -> None:
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((6, 4, 4, 1)),
            keras.layers.ConvLSTM2D(2, 3, padding="same", dropout=0.2, recurrent_dropout=0.2),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam(0.05), "mse")
    x = np.random.default_rng(0).normal(size=(16, 6, 4, 4, 1)).astype(np.float32)
    losses = model.fit(x, 2.0 + x.mean((1, 2, 3)), epochs=15, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 2  # it learns the mean, whatever it drops
    with pytest.raises(ValueError, match="expected inputs whose size is known"):
        keras.layers.ConvLSTM2D(2, 3)(keras.Input((6, None, 4, 1)))
    with pytest.raises(ValueError, match="`ConvLSTM2D` expected `kernel_size`"):
        keras.layers.ConvLSTM2D(2, (3, 3, 3))
