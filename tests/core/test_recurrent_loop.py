"""The loop of a recurrent layer: traced as a scan it gives what it gives unrolled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pykeras_core import layers, ops
from pykeras_core.engine import GradientTape, Program, Spec, trace
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.plan import Plan
from tests.core.traced import run_traced

BATCH, STEPS, FEATURES = 3, 7, 4
SEQUENCES = np.random.default_rng(0).normal(size=(BATCH, STEPS, FEATURES)).astype(np.float32)
MASK = np.array([[0, 1, 1, 0, 1, 1, 0], [1] * STEPS, [0] * STEPS], bool)
STATE = np.random.default_rng(1).normal(size=(BATCH, 5)).astype(np.float32)


class Custom(layers.Layer):
    """A cell whose output is neither of its states, and wider."""

    state_size = (5, 2)
    output_size = 6

    def build(self, input_shape: Any) -> None:
        self.kernel = self.add_weight((FEATURES, 5), "glorot_uniform", name="kernel")
        self.wide = self.add_weight((5, 6), "glorot_uniform", name="wide")

    def call(self, inputs: Any, states: Any) -> Any:
        first = ops.tanh(ops.matmul(inputs, self.kernel) + states[0])
        return ops.matmul(first, self.wide), (first, states[1] + first[:, :2])


LAYERS: dict[str, Callable[..., Any]] = {
    "SimpleRNN": lambda **kw: layers.SimpleRNN(5, **kw),
    "LSTM": lambda **kw: layers.LSTM(5, **kw),
    "GRU": lambda **kw: layers.GRU(5, bias_initializer="normal", **kw),
    "GRU, reset before": lambda **kw: layers.GRU(5, reset_after=False, **kw),
    "dropout": lambda **kw: layers.LSTM(5, dropout=0.3, recurrent_dropout=0.4, seed=3, **kw),
    "GRU with dropout": lambda **kw: layers.GRU(
        5, reset_after=False, recurrent_dropout=0.4, seed=3, **kw
    ),
    "stack": lambda **kw: layers.RNN([layers.GRUCell(4), layers.LSTMCell(5)], **kw),
    "custom cell": lambda **kw: layers.RNN(Custom(), **kw),
}
FORMS = (
    {"return_sequences": True, "return_state": True},
    {"return_state": True, "go_backwards": True},
    {"return_sequences": True, "go_backwards": True, "zero_output_for_mask": True},
    {"zero_output_for_mask": True},
)


def scans(program: Program) -> int:
    return sum(equation.primitive.name == "scan" for equation in program.equations)


def results(layer: Any, x: Any, mask: Any) -> Any:
    """What a layer returns, and the gradients of its weights and inputs."""
    with GradientTape() as tape:
        tape.watch(x)
        outputs = ops.convert_to_tensor(0.0)
        found = layer(x, mask=mask, training=True)
        leaves = found if isinstance(found, tuple) else (found,)
        for number, leaf in enumerate(leaves):
            for one in leaf if isinstance(leaf, list) else [leaf]:
                outputs = outputs + ops.sum(ops.sin(one * (number + 1.0)))
    return found, tape.gradient(outputs, [x, *layer.trainable_variables])


@pytest.mark.parametrize("masked", [False, True], ids=["", "masked"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: "+".join(form))
@pytest.mark.parametrize("name", LAYERS)
def test_a_traced_layer_gives_what_it_gives_unrolled(
    name: str, form: dict[str, bool], masked: bool
) -> None:
    found = []
    weights: list[Any] = []
    mask = MASK if masked else None
    for unroll in (False, True):
        layer = LAYERS[name](unroll=unroll, **form)
        layer.build((BATCH, STEPS, FEATURES))
        weights = weights or layer.get_weights()
        layer.set_weights(weights)
        program = trace(lambda x, layer=layer: results(layer, x, mask), spec(SEQUENCES))
        assert (scans(program) > 0) is not unroll
        found.append(NumpyBackend().compile(Plan(program)).run([SEQUENCES]))
    for scanned, wanted in zip(*found, strict=True):
        np.testing.assert_allclose(scanned, wanted, rtol=1e-4, atol=1e-5)


def spec(array: Any) -> Spec:
    return Spec(array.shape, array.dtype.name)


def test_traced_states_may_be_given() -> None:
    layer = layers.GRU(5)
    wanted = layer(SEQUENCES, initial_state=[STATE]).numpy()
    found = run_traced(lambda x, h: layer(x, initial_state=[h]), SEQUENCES, STATE)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_a_traced_stateful_layer_goes_on_where_it_stopped() -> None:
    layer = layers.LSTM(5, stateful=True)
    layer(SEQUENCES)
    wanted = layer(SEQUENCES).numpy()
    layer.reset_state()
    found = run_traced(layer, SEQUENCES, n_steps=2)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_the_trace_of_a_long_sequence_is_no_longer_than_that_of_a_short_one() -> None:
    layer = layers.LSTM(5)
    layer.build((2, None, 4))
    counts = {len(trace(layer, Spec((2, steps, 4))).equations) for steps in (6, 600)}
    assert len(counts) == 1


def test_a_few_steps_are_unrolled() -> None:
    layer = layers.LSTM(5)
    layer.build((2, None, 4))
    assert [scans(trace(layer, Spec((2, steps, 4)))) for steps in (2, 12)] == [0, 1]


class Drops(layers.Layer):
    """A cell with a dropout layer: it draws new numbers in each step."""

    state_size = FEATURES

    def __init__(self) -> None:
        super().__init__()
        self.dropout = layers.Dropout(0.5, seed=1)

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        total = states[0] + self.dropout(inputs, training=training)
        return total, [total]


class Penalised(layers.Layer):
    """A cell that adds a loss in each step."""

    state_size = FEATURES

    def call(self, inputs: Any, states: Any) -> Any:
        self.add_loss(ops.sum(inputs))
        return inputs, [inputs]


class Widens(layers.Layer):
    """A cell whose state is one row at first."""

    state_size = FEATURES

    def get_initial_state(self, batch_size: Any = None) -> Any:
        return [ops.zeros((1, FEATURES))]

    def call(self, inputs: Any, states: Any) -> Any:
        total = states[0] + inputs
        return total, [total]


class Misjudged(layers.Layer):
    """A cell whose outputs are wider than it says."""

    state_size = FEATURES

    def call(self, inputs: Any, states: Any) -> Any:
        return ops.concatenate([inputs, inputs], axis=-1), [inputs]


@pytest.mark.parametrize(
    ("cell", "mask"), [(Drops, None), (Penalised, None), (Widens, None), (Misjudged, MASK)]
)
def test_what_a_scan_cannot_do_is_unrolled(cell: Any, mask: Any) -> None:
    traced, eager = (layers.RNN(cell(), return_sequences=True) for _ in range(2))

    def call(x: Any) -> Any:
        outputs = traced(x, mask=mask, training=True)
        return outputs, traced.losses

    program = trace(call, spec(SEQUENCES))
    assert scans(program) == 0
    found, losses = program.pack(NumpyBackend().compile(Plan(program)).run([SEQUENCES]))
    wanted = eager(SEQUENCES, mask=mask, training=True).numpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    assert len(losses) == len(eager.losses) == (STEPS if cell is Penalised else 0)
    np.testing.assert_allclose(losses, [float(loss) for loss in eager.losses], rtol=1e-5)
