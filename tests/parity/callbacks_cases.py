"""Parity cases of callbacks: what they decide and print, epoch after epoch."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, labels, values


class _Model:
    """What callbacks need of a model, so that a case can script its metrics."""

    metrics = ()

    def __init__(self, optimizer: Any = None) -> None:
        self.optimizer = optimizer
        self.stop_training = False
        self.weights = [np.zeros(1, "float32")]
        self.saved: list[str] = []

    def get_weights(self) -> list[np.ndarray]:
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        self.weights = weights

    def save(self, path: str, overwrite: bool) -> None:
        self.saved.append(path)

    def save_weights(self, path: str, overwrite: bool) -> None:
        self.saved.append(path)


def _run_epochs(
    callback: Any,
    model: _Model,
    history: Sequence[Mapping[str, float]],
    after_epoch: Callable[[], Any],
) -> dict[str, Any]:
    """Lets a callback live through a training whose weights are the epoch's number."""
    callback.set_params({"verbose": 1, "epochs": len(history), "steps": 1})
    callback.set_model(model)
    seen, logs = [], []
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        callback.on_train_begin()
        for epoch, metrics in enumerate(history):
            callback.on_epoch_begin(epoch, {})
            model.weights = [np.full(1, epoch, "float32")]
            callback.on_train_batch_end(0, dict(metrics))
            logs.append(dict(metrics))
            callback.on_epoch_end(epoch, logs[-1])
            seen.append(after_epoch())
            if model.stop_training:
                break
        callback.on_train_end(logs[-1])
    return {"seen": seen, "logs": logs, "printed": printed.getvalue()}


def _series(**metrics: Sequence[float]) -> list[dict[str, float]]:
    names = list(metrics)
    return [dict(zip(names, row, strict=True)) for row in zip(*metrics.values(), strict=True)]


FALLING_THEN_FLAT = _series(val_loss=[0.9, 0.7, 0.6, 0.6005, 0.61, 0.59, 0.62, 0.63, 0.64, 0.65])
RISING = _series(val_accuracy=[0.5, 0.6, 0.6, 0.58, 0.7, 0.7, 0.69, 0.68])


def _early_stopping(history: list[dict[str, float]], **arguments: Any) -> Callable[..., Any]:
    def run(framework: Framework) -> dict[str, Any]:
        model = _Model()
        callback = framework.keras.callbacks.EarlyStopping(verbose=1, **arguments)
        result = _run_epochs(callback, model, history, lambda: [callback.wait, callback.best])
        return {
            **result,
            "stopped_epoch": callback.stopped_epoch,
            "best_epoch": callback.best_epoch,
            "weights": model.weights,
        }

    return run


def _plateau(history: list[dict[str, float]], **arguments: Any) -> Callable[..., Any]:
    def run(framework: Framework) -> dict[str, Any]:
        model = _Model(framework.keras.optimizers.SGD(0.5))
        callback = framework.keras.callbacks.ReduceLROnPlateau(verbose=1, **arguments)
        return _run_epochs(
            callback,
            model,
            history,
            lambda: [
                float(model.optimizer.learning_rate),
                callback.wait,
                callback.cooldown_counter,
            ],
        )

    return run


def _scheduler(schedule: Callable[..., float]) -> Callable[..., Any]:
    def run(framework: Framework) -> dict[str, Any]:
        model = _Model(framework.keras.optimizers.Adam(0.5))
        callback = framework.keras.callbacks.LearningRateScheduler(schedule, verbose=1)
        return _run_epochs(
            callback, model, RISING[:4], lambda: float(model.optimizer.learning_rate)
        )

    return run


def _checkpoint(filepath: str, history: list[dict[str, float]], **arguments: Any) -> Any:
    def run(framework: Framework) -> dict[str, Any]:
        model = _Model()
        callback = framework.keras.callbacks.ModelCheckpoint(filepath, verbose=1, **arguments)
        return {
            **_run_epochs(callback, model, history, lambda: callback.best),
            "saved": model.saved,
        }

    return run


def _csv(appended: bool, **arguments: Any) -> Callable[..., Any]:
    def run(framework: Framework) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "log.csv")
            for history in [FALLING_THEN_FLAT[:3], FALLING_THEN_FLAT[3:5]][: 1 + appended]:
                callback = framework.keras.callbacks.CSVLogger(path, append=appended, **arguments)
                _run_epochs(callback, _Model(), history, lambda: None)
            with open(path, encoding="utf-8", newline="") as file:
                return {"text": file.read()}

    return run


def _terminate(framework: Framework) -> dict[str, Any]:
    model = _Model()
    history = _series(loss=[1.0, float("inf"), 2.0])
    callback = framework.keras.callbacks.TerminateOnNaN()
    result = _run_epochs(callback, model, history, lambda: model.stop_training)
    return {"seen": result["seen"], "printed": result["printed"]}


def _classifier(framework: Framework) -> Any:
    keras = framework.keras
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    fill_weights(model, "callbacks/classifier")
    model.compile(
        optimizer=keras.optimizers.SGD(0.1),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def _data() -> tuple[np.ndarray, np.ndarray]:
    return values("callbacks/x", (20, 4)), labels("callbacks/y", (20,), 3)


def _without_times(printed: str) -> list[str]:
    """What stays on a terminal, with durations and colours taken out."""
    printed = re.sub(r"\x1b\[[0-9;]*m|\x08", "", printed)
    lines = [line.rsplit("\r", 1)[-1].rstrip() for line in printed.split("\n")]
    return [re.sub(r"\b\d+[mu]?s\b", "T", line) for line in lines]


def _printed_by_fit(verbose: int, **arguments: Any) -> Callable[..., Any]:
    def run(framework: Framework) -> dict[str, Any]:
        x, y = _data()
        model = _classifier(framework)
        with contextlib.redirect_stdout(io.StringIO()) as fit:
            model.fit(x, y, batch_size=8, shuffle=False, verbose=verbose, **arguments)
        with contextlib.redirect_stdout(io.StringIO()) as evaluate:
            model.evaluate(x, y, batch_size=8, verbose=verbose)
        with contextlib.redirect_stdout(io.StringIO()) as predict:
            model.predict(x, batch_size=8, verbose=verbose)
        printed = {"fit": fit, "evaluate": evaluate, "predict": predict}
        return {name: _without_times(stream.getvalue()) for name, stream in printed.items()}

    return run


def _order_of_calls(framework: Framework) -> dict[str, Any]:
    calls: list[Any] = []

    class Recorder(framework.keras.callbacks.Callback):  # type: ignore[name-defined, misc]
        pass

    def recorder(hook: str) -> Callable[..., None]:
        def note(self: Any, *args: Any, **kwargs: Any) -> None:
            position = [arg for arg in args if isinstance(arg, int)]
            logs = kwargs.get("logs", args[-1] if args else None)
            calls.append([hook, *position, sorted(logs or {})])

        return note

    for stage in (
        "train",
        "test",
        "predict",
        "epoch",
        "train_batch",
        "test_batch",
        "predict_batch",
    ):
        for side in ("begin", "end"):
            setattr(Recorder, f"on_{stage}_{side}", recorder(f"on_{stage}_{side}"))
    x, y = _data()
    model = _classifier(framework)
    recorded = Recorder()
    model.fit(x, y, batch_size=10, verbose=0, validation_split=0.5, callbacks=[recorded])
    params = dict(recorded.params)
    model.evaluate(x, y, verbose=0, callbacks=[recorded])
    model.predict(x, verbose=0, callbacks=[recorded])
    return {"calls": [str(call) for call in calls], "params": params}


CASES = (
    Case("early stopping/no patience", _early_stopping(FALLING_THEN_FLAT, mode="min")),
    Case("early stopping/patience", _early_stopping(FALLING_THEN_FLAT, patience=3)),
    Case(
        "early stopping/best weights",
        _early_stopping(FALLING_THEN_FLAT, patience=2, restore_best_weights=True),
    ),
    Case(
        "early stopping/best weights, never stopped",
        _early_stopping(FALLING_THEN_FLAT[:7], patience=9, restore_best_weights=True),
    ),
    Case(
        "early stopping/min delta", _early_stopping(FALLING_THEN_FLAT, patience=3, min_delta=0.05)
    ),
    Case("early stopping/baseline", _early_stopping(FALLING_THEN_FLAT, patience=4, baseline=0.65)),
    Case(
        "early stopping/unreached baseline",
        _early_stopping(FALLING_THEN_FLAT, patience=4, baseline=0.1, restore_best_weights=True),
    ),
    Case(
        "early stopping/start from epoch",
        _early_stopping(FALLING_THEN_FLAT, patience=1, start_from_epoch=6),
    ),
    Case(
        "early stopping/max",
        _early_stopping(RISING, monitor="val_accuracy", mode="max", patience=2),
    ),
    Case(
        "early stopping/float32 min delta",
        _early_stopping(RISING, monitor="val_accuracy", mode="max", patience=2, min_delta=0.1),
    ),
    Case("plateau/factor", _plateau(FALLING_THEN_FLAT, patience=2, factor=0.5)),
    Case("plateau/cooldown", _plateau(FALLING_THEN_FLAT, patience=1, factor=0.5, cooldown=2)),
    Case("plateau/lowest rate", _plateau(FALLING_THEN_FLAT, patience=1, factor=0.1, min_lr=0.02)),
    Case(
        "plateau/max",
        _plateau(RISING, monitor="val_accuracy", mode="max", patience=1, min_delta=0.15),
    ),
    Case("scheduler/two arguments", _scheduler(lambda epoch, rate: rate * 0.5)),
    Case("scheduler/epoch only", _scheduler(lambda epoch: 0.25 / (epoch + 1))),
    Case(
        "checkpoint/best only",
        _checkpoint("best.keras", FALLING_THEN_FLAT[:5], save_best_only=True),
    ),
    Case(
        "checkpoint/threshold",
        _checkpoint(
            "best.keras",
            FALLING_THEN_FLAT[:5],
            save_best_only=True,
            initial_value_threshold=0.65,
        ),
    ),
    Case(
        "checkpoint/every epoch",
        _checkpoint(
            "{epoch:02d}-{val_loss:.2f}.weights.h5", FALLING_THEN_FLAT[:3], save_weights_only=True
        ),
    ),
    Case(
        "checkpoint/every third batch",
        _checkpoint("{epoch}-{batch}.keras", FALLING_THEN_FLAT[:7], save_freq=3),
    ),
    Case("csv/plain", _csv(appended=False)),
    Case("csv/appended", _csv(appended=True, separator=";")),
    Case("terminate on nan", _terminate),
    Case("printed/bar", _printed_by_fit(verbose=1)),
    Case("printed/bar, epochs, validation", _printed_by_fit(1, epochs=2, validation_split=0.4)),
    Case("printed/lines", _printed_by_fit(2, epochs=2, validation_split=0.4)),
    Case("printed/nothing", _printed_by_fit(0, epochs=2)),
    Case("order of calls", _order_of_calls),
)
