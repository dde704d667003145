"""Parity cases of recurrent layers: outputs, states, gradients, masks, configurations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, frozen, values
from .layers_cases import config_of, layer_results

Make = Callable[[Any], Any]

SEQUENCES = (3, 4, 2)
MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0]], "bool")


def _case(name: str, make: Make, shape: tuple[int, ...] = SEQUENCES) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        results = layer_results(framework, layer, [values("recurrent/input", shape)])
        shape_of = layer.compute_output_shape((None, *shape[1:]))
        return {**results, "output_shape": list(shape_of)}

    return Case(name, run)


def _several_outputs(name: str, make: Make, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        x = values("recurrent/input", SEQUENCES)
        layer(x, **arguments)
        fill_weights(layer, "recurrent")
        outputs = layer(x, **arguments)
        shapes = layer.compute_output_shape((None, *SEQUENCES[1:]))
        return {
            "outputs": [frozen(output) for output in outputs],
            "shapes": [list(shape) for shape in shapes],
        }

    return Case(name, run)


def _masked(name: str, make: Make) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        ops = framework.keras.ops
        layer = make(framework.keras.layers)
        x = values("recurrent/input", SEQUENCES)
        mask = ops.convert_to_tensor(MASK)
        layer(x, mask=mask)
        fill_weights(layer, "recurrent")
        weights = values("recurrent/masked", layer(x, mask=mask).shape)
        _, gradients = framework.weight_gradients(
            lambda: layer(x, mask=mask) * weights, layer.trainable_weights
        )
        return {
            "output": frozen(layer(x, mask=mask)),
            "gradients": [ops.convert_to_numpy(gradient) for gradient in gradients],
        }

    return Case(f"masked {name}", run)


LAYERS = (
    _case("SimpleRNN", lambda k: k.SimpleRNN(3)),
    _case("SimpleRNN sequences", lambda k: k.SimpleRNN(3, "relu", return_sequences=True)),
    _case("LSTM", lambda k: k.LSTM(3)),
    _case(
        "LSTM sequences backwards", lambda k: k.LSTM(3, return_sequences=True, go_backwards=True)
    ),
    _case(
        "LSTM with everything",
        lambda k: k.LSTM(
            2,
            activation="relu",
            recurrent_activation="hard_sigmoid",
            unit_forget_bias=False,
            kernel_regularizer="l2",
            recurrent_regularizer="l1",
            bias_constraint="non_neg",
            dropout=0.2,
            recurrent_dropout=0.3,
            unroll=True,
            name="memory",
        ),
    ),
    _case("LSTM without bias", lambda k: k.LSTM(3, use_bias=False)),
    _case("GRU", lambda k: k.GRU(3)),
    _case("GRU reset before", lambda k: k.GRU(3, reset_after=False, return_sequences=True)),
    _case("GRU without bias", lambda k: k.GRU(3, use_bias=False)),
    _case("RNN of a cell", lambda k: k.RNN(k.GRUCell(3), return_sequences=True)),
    _case("RNN of stacked cells", lambda k: k.RNN([k.LSTMCell(3), k.SimpleRNNCell(2)])),
    _case("Bidirectional", lambda k: k.Bidirectional(k.LSTM(3))),
    _case(
        "Bidirectional sequences",
        lambda k: k.Bidirectional(k.GRU(2, return_sequences=True), merge_mode="sum"),
    ),
    _case("Bidirectional mean", lambda k: k.Bidirectional(k.SimpleRNN(2), merge_mode="ave")),
    _case("Bidirectional product", lambda k: k.Bidirectional(k.SimpleRNN(2), merge_mode="mul")),
    _case("TimeDistributed", lambda k: k.TimeDistributed(k.Dense(3, "tanh"))),
    _case("TimeDistributed of images", lambda k: k.TimeDistributed(k.Flatten()), (2, 3, 2, 2)),
    _several_outputs("SimpleRNN with state", lambda k: k.SimpleRNN(3, return_state=True)),
    _several_outputs("LSTM with states", lambda k: k.LSTM(3, return_state=True)),
    _several_outputs(
        "GRU sequences with state", lambda k: k.GRU(3, return_sequences=True, return_state=True)
    ),
    _several_outputs(
        "Bidirectional without merging", lambda k: k.Bidirectional(k.LSTM(3), merge_mode=None)
    ),
    _several_outputs(
        "Bidirectional with states", lambda k: k.Bidirectional(k.LSTM(3, return_state=True))
    ),
    _masked("SimpleRNN", lambda k: k.SimpleRNN(3)),
    _masked("LSTM", lambda k: k.LSTM(3)),
    _masked("LSTM sequences", lambda k: k.LSTM(3, return_sequences=True)),
    _masked("LSTM backwards", lambda k: k.LSTM(3, go_backwards=True)),
    _masked("GRU", lambda k: k.GRU(3)),
    _masked("stacked cells", lambda k: k.RNN([k.GRUCell(3), k.GRUCell(2)])),
    _masked("zero outputs", lambda k: k.RNN(k.LSTMCell(3), True, zero_output_for_mask=True)),
    _masked("Bidirectional", lambda k: k.Bidirectional(k.LSTM(3))),
    _masked("Bidirectional sequences", lambda k: k.Bidirectional(k.GRU(3, return_sequences=True))),
    _masked("TimeDistributed", lambda k: k.TimeDistributed(k.Dense(3))),
)


def _cells(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    x = values("recurrent/step", (3, 2))
    states = [values("recurrent/hidden", (3, 4)), values("recurrent/carry", (3, 4))]
    results: dict[str, Any] = {}
    for make, count in ((layers.SimpleRNNCell, 1), (layers.LSTMCell, 2), (layers.GRUCell, 1)):
        cell = make(4)
        cell(x, states[:count])
        fill_weights(cell, "cell")
        output, found = cell(x, states[:count])
        results[cell.name] = {
            "output": output,
            "states": [frozen(state) for state in found],
            "weights": [weight.path for weight in cell.weights],
            "config": config_of(cell),
        }
    return results


def _first_biases(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    results: dict[str, Any] = {}
    for make in (layers.SimpleRNN, layers.LSTM, layers.GRU):
        layer = make(2)
        layer(values("recurrent/input", SEQUENCES))
        results[layer.name] = frozen(layer.cell.bias)
    return results


def _initial_states(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    x = values("recurrent/input", SEQUENCES)
    states = [values(f"recurrent/state {index}", (3, 2)) for index in range(4)]
    results: dict[str, Any] = {}
    for layer, count in (
        (layers.SimpleRNN(2), 1),
        (layers.LSTM(2), 2),
        (layers.GRU(2), 1),
        (layers.Bidirectional(layers.LSTM(2)), 4),
    ):
        layer(x, initial_state=states[:count])
        fill_weights(layer, "recurrent")
        results[layer.name] = frozen(layer(x, initial_state=states[:count]))
    return results


def _stateful(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.LSTM(3, stateful=True)
    x = values("recurrent/input", SEQUENCES)
    layer(x)
    fill_weights(layer, "recurrent")
    layer.reset_state()
    results = {"first": frozen(layer(x)), "second": frozen(layer(x))}
    layer.reset_states()
    return {**results, "after reset": frozen(layer(x))}


def _after_embedding(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    x = np.array([[1, 2, 0, 0], [3, 0, 0, 0]], "int32")
    embedding, lstm = layers.Embedding(5, 2, mask_zero=True), layers.LSTM(3)
    lstm(embedding(x))
    fill_weights(embedding, "embedding")
    fill_weights(lstm, "recurrent")
    return {"padded": frozen(lstm(embedding(x))), "short": frozen(lstm(embedding(x[:, :2])))}


CASES = (
    *LAYERS,
    Case("cells", _cells),
    Case("first biases", _first_biases),
    Case("initial states", _initial_states),
    Case("stateful", _stateful),
    Case("after an embedding", _after_embedding),
)
