"""Passes over data: how steps, callbacks, ends of data and stops go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras

X = np.arange(1.0, 11.0, dtype=np.float32).reshape(10, 1)
Y = np.zeros((10, 1), np.float32)  # the loss of a batch is its mean square


def squares(**compile_arguments: Any) -> keras.Sequential:
    """A model that gives its input, and is not changed by training."""
    same = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((1,)), same])
    model.compile(
        **{"optimizer": keras.optimizers.SGD(0.0), "loss": "mse", "metrics": ["mae"]}
        | compile_arguments
    )
    return model


class Record(keras.callbacks.Callback):
    """Notes which batches it hears of."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.heard.append(f"{batch}-")

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.heard[-1] += f"{batch}: {logs['loss']:g}"

    on_test_batch_begin, on_test_batch_end = on_train_batch_begin, on_train_batch_end
    on_predict_batch_begin = on_train_batch_begin

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        self.heard[-1] += f"{batch}: {len(logs['outputs'])}"


def batches(count: int) -> Iterator[Any]:
    for number in range(count):
        rows = slice(2 * number % 10, 2 * number % 10 + 2)
        yield X[rows], Y[rows]


class Rows(keras.utils.PyDataset):
    """Five batches of two rows, which notes when passes begin and end."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> Any:
        return X[2 * index : 2 * index + 2], Y[:2]

    def on_epoch_begin(self) -> None:
        self.told.append("begin")

    def on_epoch_end(self) -> None:
        self.told.append("end")


PAIRS = ["0-1: 7.5", "2-3: 25.5", "4-5: 38.5"]


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("source", ["arrays", "generator", "dataset"])
def test_callbacks_hear_of_every_execution_of_several_steps(source: str, eager: bool) -> None:
    record = Record()
    model = squares(steps_per_execution=2, run_eagerly=eager)
    options = {"shuffle": False, "verbose": 0, "callbacks": [record]}
    if source == "arrays":
        model.fit(X, Y, batch_size=2, **options)
    else:
        model.fit(batches(5) if source == "generator" else Rows(), **options)
    assert record.heard == PAIRS


def test_evaluate_and_predict_run_several_steps_too() -> None:
    record, model = Record(), squares(steps_per_execution=2)
    model.evaluate(X, Y, batch_size=2, verbose=0, callbacks=[record])
    outputs = model.predict(X, batch_size=4, verbose=0, callbacks=[record])
    assert record.heard == [*PAIRS, "0-1: 8", "2-3: 2"]
    np.testing.assert_array_equal(outputs, X)


def test_saving_every_few_batches_counts_those_between_two_calls(tmp_path: Any) -> None:
    path = tmp_path / "{batch:d}.weights.h5"
    saving = keras.callbacks.ModelCheckpoint(path, save_freq=3, save_weights_only=True)
    model = squares(steps_per_execution=2)
    model.fit(X, Y, batch_size=1, verbose=0, callbacks=[saving])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["4.weights.h5", "8.weights.h5"]


def losses(history: Any) -> list[float]:
    return [round(loss, 2) for loss in history.history["loss"]]


@pytest.mark.parametrize("source", ["arrays", "dataset"])
def test_an_epoch_ends_where_the_data_ends_and_the_next_begins_anew(source: str) -> None:
    x = X if source == "arrays" else Rows()
    y = {"y": Y, "batch_size": 2} if source == "arrays" else {}
    with pytest.warns(UserWarning, match=r"ended after 2 of 3 steps.*`steps_per_epoch \* epochs`"):
        history = squares().fit(x, **y, steps_per_epoch=3, epochs=3, shuffle=False, verbose=0)
    assert losses(history) == [15.17, 73.5, 15.17]


def test_more_steps_than_there_are_batches_are_those_there_are() -> None:
    with pytest.warns(UserWarning, match="ended after 5 of 7 steps"):
        history = squares().fit(X, Y, batch_size=2, steps_per_epoch=7, epochs=2, verbose=0)
    assert losses(history) == [38.5, 38.5]
    with pytest.warns(UserWarning, match="ended after 5 of 7 steps.*`steps`"):
        squares().evaluate(X, Y, batch_size=2, steps=7, verbose=0)
    with pytest.warns(UserWarning, match="ended after 5 of 7 steps.*`steps`"):
        assert len(squares().predict(X, batch_size=2, steps=7, verbose=0)) == 10


def test_training_ends_with_the_generator_that_feeds_it() -> None:
    with pytest.warns(UserWarning, match="ended after 1 of 3 epochs"):
        history = squares().fit(batches(5), epochs=3, verbose=0)
    assert losses(history) == [38.5]


def test_an_endless_data_set_goes_on_from_epoch_to_epoch() -> None:
    history = squares().fit(batches(100), steps_per_epoch=3, epochs=3, verbose=0)
    assert losses(history) == [15.17, 49.83, 33.17]


def test_a_py_dataset_is_told_of_every_pass_wherever_it_ends() -> None:
    whole, part = Rows(), Rows()
    squares().fit(whole, epochs=2, verbose=0)
    squares().fit(part, epochs=2, steps_per_epoch=2, verbose=0)
    assert whole.told == part.told == ["begin", "end"] * 2


@pytest.mark.parametrize("mode", ["evaluate", "predict", "validate"])
def test_evaluation_and_prediction_stop_when_they_are_told_to(mode: str) -> None:
    class Stop(Record):
        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            super().on_test_batch_end(batch, logs)
            self.model.stop_evaluating = batch == 1

        def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
            self.model.stop_predicting = batch == 1

    model, options = squares(), {"verbose": 0, "callbacks": [Stop()]}
    if mode == "evaluate":
        assert model.evaluate(X, Y, batch_size=2, **options) == [7.5, 2.5]
    elif mode == "predict":
        assert model.predict(X, batch_size=2, **options).ravel().tolist() == [1, 2, 3, 4]
    else:
        held_out = {"validation_data": (X, Y), "validation_batch_size": 2}
        history = model.fit(X, Y, epochs=2, **held_out, **options).history
        assert history["val_loss"] == [7.5, 7.5]


def test_metrics_of_a_batch_are_those_of_this_batch_alone() -> None:
    model = squares()
    found = [model.train_on_batch(X[2 * i : 2 * i + 2], Y[:2]) for i in range(3)]
    assert found == [[2.5, 1.5], [12.5, 3.5], [30.5, 5.5]]
    assert model.test_on_batch(X[:2], Y[:2]) == [2.5, 1.5]
    assert model.train_on_batch(X[:2], Y[:2], return_dict=True) == {"loss": 2.5, "mae": 1.5}
    assert model.get_metrics_result() == {"loss": 2.5, "mae": 1.5}


@pytest.mark.parametrize("what", ["evaluate", "test_on_batch", "train_on_batch", "fit", "predict"])
def test_what_a_callback_does_leaves_the_epoch_as_it_was(what: str) -> None:
    far, zeros = np.full((4, 1), 100.0, np.float32), np.zeros((4, 1), np.float32)

    class Meddle(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 2:
                data = (far,) if what == "predict" else (far, zeros)
                quiet = {} if what.endswith("on_batch") else {"verbose": 0}
                getattr(self.model, what)(*data, **quiet)

    model = squares()
    history = model.fit(X, Y, batch_size=2, shuffle=False, verbose=0, callbacks=[Meddle()])
    assert history.history == {"loss": [38.5], "mae": [5.5]}
    assert model.history is history


def test_a_training_that_stops_inside_of_another_does_not_stop_it() -> None:
    class Inner(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            stop = keras.callbacks.EarlyStopping("loss", patience=0)
            self.model.fit(X, Y, epochs=3, verbose=0, callbacks=[stop])

    assert squares().fit(X, Y, epochs=3, verbose=0, callbacks=[Inner()]).epoch == [0, 1, 2]


def nan_first(values: list[float], *callbacks: Any) -> Any:
    """A fit whose epochs have these losses."""

    class Weights(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.model.set_weights([np.array([[np.sqrt(values[epoch])]])])

    model = squares(optimizer=keras.optimizers.SGD(1e-9))
    one, zero = np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32)
    options = {"epochs": len(values), "verbose": 0, "callbacks": [Weights(), *callbacks]}
    return model, model.fit(one, zero, **options)


@pytest.mark.filterwarnings("ignore:the loss became nan")
def test_a_first_epoch_that_gave_no_number_is_beaten_by_any(tmp_path: Any) -> None:
    values = [np.nan, 9.0, 4.0, 1.0, 0.25, 0.16]
    stopping = keras.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    _, history = nan_first(values, stopping)
    assert len(history.epoch) == 6
    assert stopping.best_epoch == 5
    plateau = keras.callbacks.ReduceLROnPlateau("loss", patience=2)
    assert len(set(nan_first(values, plateau)[1].history["learning_rate"])) == 1
    path = tmp_path / "{epoch}.weights.h5"
    best = {"monitor": "loss", "save_best_only": True, "save_weights_only": True}
    nan_first(values[:3], keras.callbacks.ModelCheckpoint(path, **best))
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.filterwarnings("ignore:the loss became nan")
def test_epochs_that_give_no_number_are_no_improvement() -> None:
    stopping = keras.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    _, history = nan_first([4.0, 1.0, np.nan, np.nan, np.nan], stopping)
    assert (len(history.epoch), stopping.best_epoch) == (4, 1)


def two_rates() -> keras.optimizers.Optimizer:
    slow = keras.optimizers.SGD(0.1, name="slow")
    fast = keras.optimizers.SGD(1.0, name="fast")
    return keras.optimizers.MultiOptimizer(lambda variable: slow if variable.ndim == 2 else fast)


def test_callbacks_set_the_learning_rate_of_each_of_several_optimizers(capsys: Any) -> None:
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2, verbose=1)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(two_rates(), "mse")
    history = model.fit(0 * X, Y, epochs=2, verbose=0, callbacks=[halve]).history
    assert history["learning_rate_slow"] == pytest.approx([0.05, 0.025])
    assert history["learning_rate_fast"] == pytest.approx([0.5, 0.25])
    assert "setting slow learning rate to" in capsys.readouterr().out
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=1)
    model.compile(two_rates(), "mse")
    history = model.fit(0 * X, Y, epochs=3, verbose=0, callbacks=[plateau]).history
    assert history["learning_rate_slow"] == pytest.approx([0.1, 0.1, 0.01])
    assert history["learning_rate_fast"] == pytest.approx([1.0, 1.0, 0.1])
