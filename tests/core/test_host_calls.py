"""Calls of the host in a traced step, and `tf.print`, which is made of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core.compat import tensorflow as tf
from pykeras_core.engine import Spec, trace
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.choice import choose
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitives import call_host


def backends() -> Sequence[Backend]:
    plan = Plan(trace(lambda x: x + 1.0, Spec(())))
    return [NumpyBackend(), choose(plan).backend]


@pytest.mark.parametrize("backend", backends(), ids=lambda backend: backend.name)
def test_every_step_calls_the_host_with_what_is_there_then(backend: Backend) -> None:
    seen: list[Any] = []
    count = keras.Variable(0.0)

    def step(x: Any) -> Any:
        count.assign_add(1.0)
        call_host(lambda a, b: seen.append((float(a), b.tolist())), count, x * 2.0)
        call_host(lambda: seen.append("twice"))
        call_host(lambda: seen.append("twice"))
        return x

    executable = backend.compile(Plan(trace(step, Spec((2,)))))
    assert not seen  # a trace is no step
    executable.run([np.array([1.0, 2.0], np.float32)], n_steps=2)
    assert seen == [(1.0, [2.0, 4.0]), "twice", "twice", (2.0, [2.0, 4.0]), "twice", "twice"]


def test_timing_the_parts_of_a_step_does_not_call_the_host_for_each_measurement() -> None:
    seen: list[float] = []
    program = trace(lambda x: call_host(lambda a: seen.append(float(a)), x), Spec(()))
    for backend in backends():
        backend.compile(Plan(program)).profile([np.array(1.0, np.float32)])
    assert len(seen) <= 4


@pytest.mark.parametrize("eager", [False, True])
def test_tf_print_in_a_loss_shows_numbers_once_a_step(eager: bool, capsys: Any) -> None:
    def loss(y_true: Any, y_pred: Any) -> Any:
        value = keras.ops.mean(keras.ops.square(y_true - y_pred))
        tf.print("value", value)
        return value

    ones = keras.layers.Dense(1, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((1,)), ones])
    model.compile(keras.optimizers.SGD(0.0), loss, run_eagerly=eager)
    x = np.array([[1.0], [1.0], [2.0], [2.0]], np.float32)
    model.fit(x, np.zeros((4, 1)), batch_size=2, shuffle=False, epochs=2, verbose=0)
    assert capsys.readouterr().out.split("\n") == ["value 1", "value 4"] * 2 + [""]


def test_tf_print_in_a_recurrent_cell_shows_each_time_step(capsys: Any) -> None:
    class Cell(keras.layers.SimpleRNNCell):
        def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
            tf.print(keras.ops.sum(inputs))
            return super().call(inputs, states, training=training)

    model = keras.Sequential([keras.Input((3, 1)), keras.layers.RNN(Cell(2))])
    model.compile("sgd", "mse")
    x = np.arange(3, dtype=np.float32).reshape(1, 3, 1)
    model.fit(x, np.zeros((1, 2)), verbose=0)
    assert capsys.readouterr().out.split() == ["0", "1", "2"]


def test_a_cell_that_writes_its_own_call_is_called() -> None:
    class Ten(keras.layers.SimpleRNNCell):
        def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
            outputs, states = super().call(inputs, states, training=training)
            return 10.0 * outputs, states

    x = np.ones((1, 4, 2), np.float32)
    plain = keras.layers.RNN(keras.layers.SimpleRNNCell(3, kernel_initializer="ones"))
    ten = keras.layers.RNN(Ten(3, kernel_initializer="ones"))
    plain(x)
    ten(x)
    ten.set_weights(plain.get_weights())
    np.testing.assert_allclose(ten(x), 10.0 * plain(x).numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (("v", tf.constant(9.0), tf.constant(1 / 3)), "v 9 0.333333343"),
        ((tf.constant([0.1, 2.5, 1e6, 1e-10]),), "[0.1 2.5 1e+06 1e-10]"),
        ((tf.constant([[1, 2], [3, 4]]), tf.constant(True)), "[[1 2]\n [3 4]] 1"),
        ((tf.range(10),), "[0 1 2 ... 7 8 9]"),
        (({"b": [tf.constant(2.0), "x"], "a": tf.constant(1)},), "{'b': [2, 'x'], 'a': 1}"),
        (((tf.constant(1.0),), None, 1.5), "(1,) None 1.5"),
        ((), ""),
    ],
)
def test_tf_print_writes_as_tensorflow_does(values: Any, text: str, capsys: Any) -> None:
    tf.print(*values)
    assert capsys.readouterr().out == f"{text}\n"


def test_tf_print_takes_a_stream_separator_end_and_length(capsys: Any) -> None:
    tf.print("a", tf.range(9), output_stream=sys.stderr, sep="|", end="!", summarize=-1)
    assert capsys.readouterr() == ("", "a|[0 1 2 3 4 5 6 7 8]!")
