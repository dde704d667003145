"""Callbacks: when they are called, how they speed fit up, and what they refuse.

What they decide and print is compared with real Keras in tests/parity.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core.callbacks import (
    BackupAndRestore,
    Callback,
    CallbackList,
    CSVLogger,
    EarlyStopping,
    History,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    ProgbarLogger,
    ReduceLROnPlateau,
    SwapEMAWeights,
    TerminateOnNaN,
)


def linear(**compile_arguments: Any) -> keras.Sequential:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(**{"optimizer": keras.optimizers.SGD(0.1), "loss": "mse", **compile_arguments})
    return model


def line(samples: int = 64) -> tuple[np.ndarray, np.ndarray]:
    x = np.linspace(-1, 1, samples, dtype="float32").reshape(-1, 1)
    return x, 2 * x + 1


def ignore(*args: Any) -> None:
    pass


class OwnHook(Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class OwnOldHook(Callback):
    def on_batch_end(self, batch, logs=None):
        pass


class OwnProgbarHook(ProgbarLogger):
    def on_train_batch_end(self, batch, logs=None):
        pass


@pytest.mark.parametrize(
    "callback",
    [
        BackupAndRestore("backup"),
        Callback(),
        CSVLogger("log.csv"),
        EarlyStopping(),
        History(),
        LambdaCallback(on_epoch_end=ignore),
        LearningRateScheduler(ignore),
        ModelCheckpoint("best.keras"),
        ProgbarLogger(),
        ReduceLROnPlateau(),
        SwapEMAWeights(),
    ],
    ids=lambda callback: type(callback).__name__,
)
def test_callback_without_batch_hooks_lets_many_steps_run_in_one_call(callback):
    assert not CallbackList([callback]).per_batch


@pytest.mark.parametrize(
    "callback",
    [
        BackupAndRestore("backup", save_freq=10),
        LambdaCallback(on_train_batch_end=ignore),
        LambdaCallback(on_batch_begin=ignore),
        ModelCheckpoint("best.keras", save_freq=10),
        OwnHook(),
        OwnOldHook(),
        OwnProgbarHook(),
        TerminateOnNaN(),
    ],
    ids=lambda callback: type(callback).__name__,
)
def test_callback_with_a_batch_hook_makes_training_run_batch_by_batch(callback):
    assert CallbackList([Callback(), callback]).per_batch


def test_old_batch_hooks_are_called_for_every_training_batch():
    batches = []
    callback = LambdaCallback(
        on_batch_begin=lambda batch, logs: batches.append(("begin", batch)),
        on_batch_end=lambda batch, logs: batches.append(("end", batch)),
    )
    linear().fit(*line(), batch_size=32, verbose=0, callbacks=[callback])
    assert batches == [("begin", 0), ("end", 0), ("begin", 1), ("end", 1)]


def test_history_is_returned_and_kept_on_the_model():
    model = linear()
    history = model.fit(*line(), epochs=3, verbose=0)
    assert history is model.history
    assert history.epoch == [0, 1, 2]
    assert len(history.history["loss"]) == 3


def test_history_given_by_the_user_goes_on_in_a_second_fit():
    model, history = linear(), History()
    model.fit(*line(), epochs=2, verbose=0, callbacks=[history])
    assert model.fit(*line(), epochs=1, verbose=0, callbacks=[history]) is history
    assert history.epoch == [0]
    assert len(history.history["loss"]) == 3


def test_logs_arrive_sorted_as_plain_floats():
    seen = []
    callback = LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(dict(logs)))
    linear(metrics=["mae"]).fit(*line(), validation_split=0.25, verbose=0, callbacks=callback)
    assert list(seen[0]) == ["loss", "mae", "val_loss", "val_mae"]
    assert {type(value) for value in seen[0].values()} == {float}


def test_logs_that_are_no_numbers_arrive_as_they_are():
    seen = []
    callbacks = CallbackList(LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs)))
    outputs = np.zeros((2, 3))
    callbacks.on_epoch_end(0, {"z": np.float32(1), "nested": {"b": 2, "a": None}, "c": outputs})
    assert list(seen[0].items())[1:] == [("a", None), ("b", 2.0), ("z", 1.0)]
    assert seen[0]["c"] is outputs


def test_nested_lists_of_callbacks_are_flattened():
    first, second = Callback(), Callback()
    assert CallbackList([first, [second]]).callbacks == [first, second]


def test_callback_sees_params_and_model():
    callback, model = Callback(), linear()
    model.fit(*line(), batch_size=16, epochs=2, verbose=0, callbacks=[callback])
    assert callback.model is model
    assert callback.params == {"verbose": 0, "epochs": 2, "steps": 4}


def test_class_instead_of_a_callback_is_refused_with_the_way_to_write_it():
    with pytest.raises(TypeError, match=r"received the class `EarlyStopping`. Write `EarlyStopp"):
        linear().fit(*line(), verbose=0, callbacks=[EarlyStopping])


def test_function_instead_of_a_callback_is_refused_with_lambda_callback():
    with pytest.raises(TypeError, match="LambdaCallback"):
        linear().fit(*line(), verbose=0, callbacks=[ignore])


def test_lambda_callback_refuses_an_unknown_hook():
    with pytest.raises(TypeError, match="no hook 'on_epoch_finish'"):
        LambdaCallback(on_epoch_finish=ignore)


def test_early_stopping_knows_that_accuracy_should_rise():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = np.eye(2, dtype="float32"), np.array([0, 1])
    stopping = EarlyStopping(monitor="accuracy", patience=2, min_delta=1.0)
    history = model.fit(x, y, epochs=9, verbose=0, callbacks=[stopping])
    assert len(history.epoch) == 3


def test_early_stopping_on_an_unknown_metric_names_those_there_are():
    stopping = EarlyStopping(monitor="val_acc")
    with pytest.raises(ValueError, match=r"`val_acc` is better.*there are: loss, mae\."):
        linear(metrics=["mae"]).fit(*line(), verbose=0, callbacks=[stopping])


def test_early_stopping_without_validation_warns_and_trains_on():
    with pytest.warns(UserWarning, match="no metric `val_loss`. Available metrics are: loss"):
        history = linear().fit(*line(), epochs=2, verbose=0, callbacks=[EarlyStopping()])
    assert history.epoch == [0, 1]


def test_early_stopping_restores_the_best_weights():
    model = linear()
    best = EarlyStopping(monitor="loss", mode="max", patience=1, restore_best_weights=True)
    first = LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(model.get_weights()))
    kept: list[Any] = []
    model.fit(*line(), epochs=5, verbose=0, callbacks=[first, best])
    assert len(kept) == 2
    np.testing.assert_array_equal(model.get_weights()[0], kept[0][0])


def test_terminate_on_nan_stops_at_the_first_bad_batch(capsys):
    x, y = line()
    y[40] = np.nan
    model = linear()
    stop = TerminateOnNaN()
    with pytest.warns(UserWarning, match="the loss became nan"):
        model.fit(x, y, batch_size=8, shuffle=False, verbose=0, epochs=3, callbacks=[stop])
    assert capsys.readouterr().out == "Batch 5: Invalid loss, terminating training\n"
    assert model.history.epoch == [0]


def test_terminate_on_nan_can_raise():
    x, y = line()
    y[0] = np.nan
    with pytest.raises(RuntimeError, match="Batch 0 gave the loss nan"):
        linear().fit(x, y, shuffle=False, verbose=0, callbacks=[TerminateOnNaN(raise_error=True)])


def test_learning_rate_of_a_scheduler_is_what_the_next_steps_use():
    model = linear()
    freeze = LearningRateScheduler(lambda epoch, rate: 0.0)
    model.fit(*line(), verbose=0, callbacks=[freeze])
    assert model.get_weights()[0].item() == 1.0
    assert model.history.history["learning_rate"] == [0.0]


def test_schedule_must_return_a_float():
    with pytest.raises(ValueError, match="it returned 'fast' of type str"):
        linear().fit(*line(), verbose=0, callbacks=[LearningRateScheduler(lambda epoch: "fast")])


def test_error_inside_a_schedule_is_not_mistaken_for_a_missing_argument():
    def broken(epoch: int, rate: float) -> float:
        raise TypeError("inside")

    with pytest.raises(TypeError, match="inside"):
        linear().fit(*line(), verbose=0, callbacks=[LearningRateScheduler(broken)])


def test_reduce_on_plateau_refuses_a_factor_that_does_not_reduce():
    with pytest.raises(ValueError, match="below 1, received 2"):
        ReduceLROnPlateau(factor=2)


def test_csv_logger_writes_a_row_an_epoch(tmp_path):
    path = tmp_path / "log.csv"
    linear().fit(*line(), epochs=2, validation_split=0.5, verbose=0, callbacks=[CSVLogger(path)])
    rows = path.read_text(encoding="utf-8").splitlines()
    assert rows[0] == "epoch,loss,val_loss"
    assert [row.split(",")[0] for row in rows[1:]] == ["0", "1"]


def test_csv_logger_writes_lists_in_brackets(tmp_path):
    logger = CSVLogger(tmp_path / "log.csv")
    logger.on_train_begin()
    logger.on_epoch_end(0, {"loss": np.float32(0.5), "recall": np.array([0.25, 1.0])})
    logger.on_train_end()
    assert '"""[0.25, 1.0]"""' in (tmp_path / "log.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filepath": "best"}, r"ending in \.keras or \.h5, received 'best'"),
        ({"filepath": "best.h5", "save_weights_only": True}, r"ending in \.weights\.h5"),
        ({"filepath": "best.keras", "save_freq": "batch"}, "'epoch' or a positive int"),
    ],
)
def test_checkpoint_refuses_what_it_cannot_save(arguments, message):
    with pytest.raises(ValueError, match=message):
        ModelCheckpoint(**arguments)


def test_checkpoint_names_the_placeholders_it_knows():
    checkpoint = ModelCheckpoint("{val_loss:.2f}.keras")
    checkpoint.set_model(linear())
    with pytest.raises(KeyError, match=r"'val_loss' in the path.*knows \['epoch', 'loss'\]"):
        checkpoint.on_epoch_end(0, {"loss": 0.5})


def test_swap_ema_weights_evaluates_with_averages_and_trains_on_with_weights():
    model = linear(optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9))
    weights: list[float] = []
    swap = SwapEMAWeights()
    spy = LambdaCallback(on_test_begin=lambda logs: weights.append(model.get_weights()[0].item()))
    x, y = line()
    model.fit(x, y, epochs=1, verbose=0, callbacks=[swap, spy], validation_data=(x, y))
    average = model.optimizer._averages[0].numpy().item()
    assert weights == [pytest.approx(average)]


def test_swap_ema_weights_puts_weights_back_after_predict():
    model = linear(optimizer=keras.optimizers.SGD(0.1, use_ema=True))
    model.train_on_batch(*line())
    before = model.get_weights()[0]
    model.predict(line()[0], verbose=0, callbacks=[SwapEMAWeights()])
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_swap_ema_weights_needs_an_optimizer_with_averages():
    with pytest.raises(ValueError, match=r"`SGD\(use_ema=True\)`"):
        linear().evaluate(*line(), verbose=0, callbacks=[SwapEMAWeights()])


def test_progress_bar_moves_between_steps_of_one_call(capsys):
    progbar = ProgbarLogger()
    callbacks = CallbackList([progbar], verbose=1, epochs=1, steps=4)
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)
    callbacks.on_steps("fit", 2, {"loss": np.float32(0.5)})
    assert "2/4" in capsys.readouterr().out
    callbacks.on_steps("validate", 1, {"loss": 0.25})
    assert capsys.readouterr().out == ""


def test_validation_inside_fit_prints_no_bar_of_its_own(capsys):
    linear().fit(*line(), batch_size=32, validation_split=0.5, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert "val_loss" in lines[0]


def interrupt(epoch: int) -> Callback:
    def stop(current: int, logs: Any) -> None:
        if current == epoch:
            raise KeyboardInterrupt

    return LambdaCallback(on_epoch_begin=stop)


@pytest.mark.parametrize("double", [False, True])
def test_interrupted_training_goes_on_with_the_weights_and_epoch_of_the_backup(tmp_path, double):
    folder = tmp_path / "backup"

    def fit(*callbacks: Callback) -> Any:
        model = linear(optimizer=keras.optimizers.Adam(0.1))
        backup = BackupAndRestore(folder, double_checkpoint=double)
        options = {"epochs": 6, "verbose": 0, "shuffle": False, "batch_size": 16}
        return model, model.fit(*line(), **options, callbacks=[backup, *callbacks])

    whole, history = fit()
    assert not folder.exists()
    with pytest.raises(KeyboardInterrupt):
        fit(interrupt(4))
    resumed, rest = fit()
    assert rest.epoch == [4, 5]
    assert rest.history["loss"] == pytest.approx(history.history["loss"][4:], rel=1e-6)
    np.testing.assert_allclose(resumed.get_weights()[0], whole.get_weights()[0], rtol=1e-6)
    assert not folder.exists()


def test_damaged_backup_is_replaced_by_the_one_before(tmp_path):
    def backup() -> BackupAndRestore:
        return BackupAndRestore(tmp_path, double_checkpoint=True, delete_checkpoint=False)

    linear().fit(*line(), epochs=3, verbose=0, callbacks=[backup()])
    (tmp_path / "latest.weights.h5").write_bytes(b"half a file")
    assert linear().fit(*line(), epochs=4, verbose=0, callbacks=[backup()]).epoch == [2, 3]


def test_damaged_backup_without_one_before_is_reported(tmp_path):
    (tmp_path / "latest.weights.h5").write_bytes(b"half a file")
    with pytest.raises(ValueError, match="HDF5"):
        linear().fit(*line(), verbose=0, callbacks=[BackupAndRestore(tmp_path)])


def test_backup_needs_a_built_model(tmp_path):
    model = keras.Sequential([keras.layers.Dense(1)])
    callback = BackupAndRestore(tmp_path)
    callback.set_model(model)
    with pytest.raises(ValueError, match="needs a built model"):
        callback.on_train_begin()


def test_checkpoint_of_the_best_epoch_can_be_loaded(tmp_path):
    path = tmp_path / "best.keras"
    model = linear()
    best = ModelCheckpoint(path, monitor="loss", save_best_only=True)
    history = model.fit(*line(), epochs=3, verbose=0, callbacks=[best])
    assert best.best == min(history.history["loss"])
    loaded = keras.models.load_model(path)
    np.testing.assert_allclose(loaded.get_weights()[0], model.get_weights()[0], rtol=1e-6)
