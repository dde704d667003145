"""fit, evaluate, predict: what they do to a model, report, and refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import hosting
from pykeras_core.engine import GradientTape
from pykeras_core.engine.backends.base import Timing
from pykeras_core.training import progress
from pykeras_core.training.explain import explain_timings
from pykeras_core.training.steps import StepFunction


@pytest.fixture(autouse=True)
def _same_numbers() -> None:
    keras.utils.set_random_seed(7)


def line(samples: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Points on y = 2 x + 1."""
    x = np.linspace(-1, 1, samples, dtype=np.float32).reshape(-1, 1)
    return x, 2 * x + 1


def linear(**compile_arguments) -> keras.Sequential:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(**{"optimizer": keras.optimizers.SGD(0.1), "loss": "mse", **compile_arguments})
    return model


def test_fit_finds_the_line() -> None:
    model = linear()
    history = model.fit(*line(), epochs=40, batch_size=16, verbose=0)
    slope, intercept = (weight.item() for weight in model.get_weights())
    assert slope == pytest.approx(2, abs=0.02)
    assert intercept == pytest.approx(1, abs=0.02)
    assert history.history["loss"][-1] < 1e-3 < history.history["loss"][0]


@pytest.mark.parametrize("eager", [False, True])
def test_a_step_updates_weights_by_hand_computed_gradients(eager: bool) -> None:
    model = linear(run_eagerly=eager)
    model.set_weights([np.array([[0.5]]), np.array([0.0])])
    x, y = np.array([[1.0], [2.0]]), np.array([[1.0], [3.0]])
    loss = model.train_on_batch(x, y)
    # errors 0.5 - 1 and 1 - 3; d/dw = 2 mean(e x), d/db = 2 mean(e)
    assert loss == pytest.approx((0.25 + 4) / 2)
    weight, bias = (value.item() for value in model.get_weights())
    assert weight == pytest.approx(0.5 + 0.1 * (0.5 + 4.0))
    assert bias == pytest.approx(0.1 * 2.5)


def test_eager_and_traced_training_agree() -> None:
    results = []
    for eager in (False, True):
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [
                keras.Input((4,)),
                keras.layers.Dense(8, activation="tanh"),
                keras.layers.Dropout(0.3),
                keras.layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile(  # nothing here multiplies what the two ways round differently
            "sgd", "sparse_categorical_crossentropy", metrics=["accuracy"], run_eagerly=eager
        )
        x = np.random.default_rng(0).normal(size=(50, 4))
        history = model.fit(x, np.arange(50) % 3, epochs=3, batch_size=8, verbose=0)
        results.append((history.history, model.get_weights()))
    for name, values in results[0][0].items():
        np.testing.assert_allclose(values, results[1][0][name], rtol=1e-4)
    for a, b in zip(results[0][1], results[1][1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_the_same_seed_gives_the_same_curve() -> None:
    curves = []
    for _ in range(2):
        keras.utils.set_random_seed(7)
        curves.append(linear().fit(*line(), epochs=3, verbose=0).history["loss"])
    assert curves[0] == curves[1]


def test_history_holds_a_value_an_epoch_for_every_metric() -> None:
    model = linear(metrics=["mae"])
    history = model.fit(*line(), epochs=3, validation_split=0.25, verbose=0)
    assert list(history.history) == ["loss", "mae", "val_loss", "val_mae"]
    assert all(len(values) == 3 for values in history.history.values())
    assert history.epoch == [0, 1, 2]


def test_initial_epoch_and_epochs_count_from_zero() -> None:
    assert linear().fit(*line(), initial_epoch=2, epochs=5, verbose=0).epoch == [2, 3, 4]


def test_steps_per_epoch_limits_an_epoch_and_goes_on_in_the_next() -> None:
    seen: list[float] = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)

    linear().fit(
        *line(), batch_size=16, steps_per_epoch=2, epochs=3, verbose=0, callbacks=[Watch()]
    )
    assert seen == [0, 1, 0, 1, 0, 1]


def test_evaluate_returns_the_loss_or_the_loss_and_metrics() -> None:
    x, y = line()
    plain, measured = linear(), linear(metrics=["mae"])
    assert isinstance(plain.evaluate(x, y, verbose=0), float)
    values = measured.evaluate(x, y, verbose=0)
    named = measured.evaluate(x, y, verbose=0, return_dict=True)
    assert values == [named["loss"], named["mae"]]
    expected = np.mean(np.square(measured.predict(x, verbose=0) - y))
    assert values[0] == pytest.approx(expected, rel=1e-5)


def test_predict_takes_a_single_sample() -> None:
    assert linear().predict(np.array([[0.5]]), verbose=0).shape == (1, 1)


def test_predict_gives_a_row_a_sample_also_for_a_last_smaller_batch() -> None:
    model = linear()
    x, _ = line(50)
    rows = model.predict(x, batch_size=16, verbose=0)
    weight, bias = model.get_weights()
    np.testing.assert_allclose(rows, x @ weight + bias, rtol=1e-5, atol=1e-6)


def test_sample_weights_of_zero_hide_samples() -> None:
    x, y = line()
    spoiled = y.copy()
    spoiled[::2] = 100
    weights = np.ones(len(y))
    weights[::2] = 0
    model = linear()
    model.fit(x, spoiled, sample_weight=weights, epochs=60, batch_size=16, verbose=0)
    assert model.get_weights()[0].item() == pytest.approx(2, abs=0.1)


def test_a_loss_in_plain_numpy_is_differentiated() -> None:
    def loss(y_true, y_pred):
        return np.mean(np.square(y_true - y_pred), axis=-1)

    ours, named = linear(loss=loss), linear(loss="mse")
    named.set_weights(ours.get_weights())
    for model in (ours, named):
        model.fit(*line(), epochs=2, shuffle=False, verbose=0)
    for a, b in zip(ours.get_weights(), named.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_a_generator_of_batches_trains() -> None:
    def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        while True:
            x = np.random.default_rng(0).uniform(-1, 1, (16, 1))
            yield x, 2 * x + 1

    model = linear()
    model.fit(batches(), steps_per_epoch=40, epochs=2, verbose=0)
    assert model.get_weights()[0].item() == pytest.approx(2, abs=0.2)


class Lines(keras.utils.PyDataset):
    """Four batches of points on a line, and a note of what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.ended = 0

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        self.asked.append(index)
        x = np.linspace(-1, 1, 16).reshape(-1, 1) * (index + 1) / 4
        return x, 2 * x + 1

    def on_epoch_end(self) -> None:
        self.ended += 1


def test_a_py_dataset_trains_and_is_told_when_an_epoch_ends() -> None:
    model, lines = linear(), Lines()
    model.fit(lines, epochs=40, verbose=0)
    assert model.get_weights()[0].item() == pytest.approx(2, abs=0.1)
    assert lines.ended == 40
    assert sorted(lines.asked[:4]) == [0, 1, 2, 3]


def test_labels_out_of_range_in_a_generator_are_refused_at_their_batch() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    batches = ((np.zeros((4, 2)), np.full(4, label)) for label in (0, 1, 5))
    with pytest.raises(ValueError, match="labels from 0 to 2"):
        model.fit(batches, verbose=0)


def test_freezing_a_layer_keeps_its_weights() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3), keras.layers.Dense(1)])
    model.layers[0].trainable = False
    model.compile("adam", "mse")
    before = model.get_weights()
    model.fit(*line(), epochs=1, verbose=0)
    after = model.get_weights()
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.array_equal(before[2], after[2])


def test_a_custom_train_step_with_a_tape_trains() -> None:
    class Custom(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(1)
            self.tracker = keras.metrics.Mean(name="my_loss")

        def call(self, inputs):
            return self.dense(inputs)

        def train_step(self, data):
            x, y = data
            with GradientTape() as tape:
                loss = keras.ops.mean(keras.ops.square(self(x) - y))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            self.tracker.update_state(loss)
            return {"my_loss": self.tracker.result()}

    model = Custom()
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    history = model.fit(*line(), epochs=40, verbose=0)
    assert list(history.history) == ["my_loss"]
    assert history.history["my_loss"][-1] < 0.01


class Listener(hosting.Host):
    """A host that keeps events, and stops training when told."""

    def __init__(self, stop_at: str | None = None) -> None:
        self.events: list[dict] = []
        self.stop_at = stop_at

    def report(self, event: dict) -> None:
        self.events.append(event)
        if event["type"] == self.stop_at:
            raise KeyboardInterrupt


@pytest.fixture
def listener() -> Iterator[Listener]:
    host = Listener()
    hosting.set_host(host)
    yield host
    hosting.set_host(None)


def test_the_host_hears_how_far_training_is(listener: Listener) -> None:
    arguments = {"validation_split": 0.5, "validation_batch_size": 1, "verbose": 0}
    linear(metrics=["mae"]).fit(*line(), epochs=2, **arguments)
    kinds = [(event["type"], event["mode"]) for event in listener.events]
    assert kinds[0] == ("begin", "fit")
    assert kinds[-1] == ("end", "fit")
    assert kinds.count(("epoch", "fit")) == 2
    assert ("steps", "validate") in kinds
    assert ("steps", "fit") not in kinds  # the only step of an epoch is its end
    last = [event for event in listener.events if event["type"] == "epoch"][-1]
    assert (last["epoch"], last["steps"]) == (1, 1)
    assert {"loss", "mae"} < set(last["logs"])
    assert listener.events[0]["metrics"] == ["loss", "mae"]


def test_a_host_that_interrupts_leaves_the_weights_of_the_last_step(listener: Listener) -> None:
    model = linear()
    before = model.get_weights()
    listener.stop_at = "steps"
    with pytest.raises(KeyboardInterrupt):
        model.fit(*line(), epochs=100, verbose=0)
    assert not np.array_equal(before[0], model.get_weights()[0])
    listener.stop_at = None
    model.fit(*line(), epochs=1, verbose=0)  # and the next run starts at once


def test_stop_training_ends_after_the_batch() -> None:
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = True

    assert linear().fit(*line(), epochs=9, verbose=0, callbacks=[Stop()]).epoch == [0]


def test_steps_run_one_by_one_only_when_a_callback_asks() -> None:
    batches: list[int] = []
    callback = keras.callbacks.LambdaCallback(on_train_batch_end=lambda b, logs: batches.append(b))
    linear().fit(*line(), batch_size=1, epochs=1, verbose=0, callbacks=[callback])
    assert batches == list(range(64))


def test_a_pass_over_data_begins_at_the_pace_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs: list[tuple[int, int]] = []
    run_steps = StepFunction.run

    def run(self, batches, run):
        runs.append((run.first, run.n_steps))
        return run_steps(self, batches, run)

    monkeypatch.setattr(StepFunction, "run", run)
    monkeypatch.setattr(progress, "REPORT_INTERVAL_S", 1e6)
    model = linear()
    model.fit(*line(), batch_size=1, epochs=2, verbose=0)
    assert runs == [(0, 1), (1, 8), (9, 55), (0, 64)]
    runs.clear()
    model.fit(*line(), batch_size=2, epochs=1, verbose=0)  # other batches: from one step again
    assert runs[0] == (0, 1)


def test_a_run_that_the_data_cuts_short_does_not_slow_the_next_one() -> None:
    pace = progress.Pace()
    pace.fitting = 100
    pace.ran(1, progress.REPORT_INTERVAL_S / 2)
    assert pace.steps(None) == 100
    pace.ran(1, progress.REPORT_INTERVAL_S)  # unless it took too long
    assert pace.steps(None) == 1


def test_speed_is_that_of_the_last_second_and_knows_no_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr(hosting.time, "perf_counter", lambda: clock[0])
    pace = progress.Pace()

    def epochs(count: int, seconds: float) -> None:
        for _ in range(count):
            pace.begin_pass(one_by_one=False)
            clock[0] += seconds
            pace.ran(2, 0.0)  # shorter than the clock can tell

    epochs(49, 0.001)
    assert pace.steps_per_s == 0
    epochs(2000, 0.001)
    assert pace.steps_per_s == pytest.approx(2000, rel=0.05)
    clock[0] += 60  # the program does something else
    epochs(1, 0.001)
    assert pace.steps_per_s == pytest.approx(2000, rel=0.05)
    epochs(1000, 0.002)
    assert pace.steps_per_s == pytest.approx(1000, rel=0.05)


def test_a_pass_does_not_stop_for_a_few_more_steps() -> None:
    pace = progress.Pace()
    pace.fitting = 100
    assert [pace.steps(left) for left in (None, 151, 150, 101, 99)] == [100, 100, 150, 101, 99]
    pace.begin_pass(one_by_one=True)
    assert pace.steps(20) == 1


@pytest.mark.parametrize("shuffle", [False, True])
def test_explain_backend_times_a_step_on_its_own_data(
    monkeypatch: pytest.MonkeyPatch, shuffle: bool
) -> None:
    model = linear()
    x, y = line()
    model.fit(x, y, epochs=1, batch_size=8, shuffle=shuffle, verbose=0)
    seen: list[Any] = []
    executables = [one for _, one in model._step_function("train_step")._compiled.values()]
    monkeypatch.setattr(type(executables[0]), "profile", lambda _, inputs: seen.append(inputs))
    model._step_function("train_step").profile()
    np.testing.assert_array_equal(seen[0][0][:8], x[:8])
    assert seen[0][0].shape == x.shape
    if shuffle:
        np.testing.assert_array_equal(seen[0][-1][:8], np.arange(8))


def test_explain_backend_lists_the_parts_of_a_step_and_changes_nothing() -> None:
    model = linear()
    with pytest.raises(ValueError, match="call `fit` first"):
        model.explain_backend()
    model.fit(*line(), epochs=1, verbose=0)
    before = model.get_weights()
    text = model.explain_backend()
    assert text.startswith("Backend: ")
    assert "matmul" in text
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_explain_backend_shows_short_times_too() -> None:
    parts = [Timing(("exp",), "loop", seconds, False) for seconds in (0.0123, 1.5e-7, 1e-9)]
    text = explain_timings(parts, None, rows=2)
    times = [line.split()[0] for line in text.splitlines()[3:]]
    assert times == ["12300.0", "0.15", "0.00"]
    assert text.endswith("1 more")


def test_training_before_compile_is_refused() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"call `compile\(\)` before `fit\(\)`"):
        model.fit(*line())


@pytest.mark.parametrize("eager", [False, True])
def test_labels_out_of_range_are_refused_before_training(eager: bool) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=eager)
    with pytest.raises(ValueError, match=r"labels from 0 to 2.*from 0 to 3"):
        model.fit(np.zeros((4, 2)), np.array([0, 1, 2, 3]), verbose=0)


def test_a_loss_that_is_no_number_is_said_once_with_advice() -> None:
    model = linear(optimizer=keras.optimizers.SGD(1e30))
    with pytest.warns(UserWarning, match=r"the loss became (nan|inf).*Lower the learning rate"):
        model.fit(*line(), epochs=2, batch_size=8, verbose=0)


def test_data_of_a_wrong_width_names_the_model_and_both_shapes() -> None:
    with pytest.raises(
        ValueError, match=r"(?s)last axis 1, received shape \(8, 3\).*In `Sequential`"
    ):
        linear().fit(np.zeros((8, 3)), np.zeros((8, 1)), verbose=0)


@pytest.mark.parametrize(
    ("argument", "value"),
    [("loss", "msee"), ("optimizer", "adamm"), ("metrics", ["acuracy"])],
)
def test_a_misspelt_name_is_refused_by_name(argument: str, value) -> None:
    wrong = value[0] if isinstance(value, list) else value
    with pytest.raises(ValueError, match=wrong):
        linear(**{argument: value}).fit(*line(), verbose=0)


def test_metrics_in_the_place_of_loss_weights_are_pointed_out() -> None:
    with pytest.raises(ValueError, match=r"Did you mean `metrics=\['mae'\]`"):
        linear().compile("sgd", "mse", ["mae"])


def test_metrics_must_come_in_a_list() -> None:
    with pytest.raises(ValueError, match=r"Write `metrics=\['accuracy'\]`"):
        linear(metrics="accuracy")


def test_a_loss_without_labels_says_so() -> None:
    for method in ("fit", "evaluate"):
        with pytest.raises(ValueError, match="no labels `y`"):
            getattr(linear(), method)(line()[0], verbose=0)


def test_no_steps_are_all_steps_and_validation_is_never_after_no_epochs() -> None:
    model = linear()
    assert len(model.fit(*line(), steps_per_epoch=0, verbose=0).history["loss"]) == 1
    with pytest.raises(ValueError, match="`validation_freq` as a positive int"):
        model.fit(*line(), validation_data=line(), validation_freq=0, verbose=0)
