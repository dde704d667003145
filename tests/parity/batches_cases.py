"""Parity cases of training batch by batch: `train_on_batch`, `test_on_batch`, several steps a call.

Few steps each, so that rounding stays as small as it is in one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, labels, values

ROWS, FEATURES, CLASSES = 6, 4, 3
RTOL = 1e-5


def _batch(number: int) -> tuple[np.ndarray, np.ndarray]:
    x = values(f"batches/x{number}", (ROWS, FEATURES))
    return x, labels(f"batches/y{number}", (ROWS,), CLASSES)


def _classifier(keras: Any, **compile_arguments: Any) -> Any:
    model = keras.Sequential(
        [keras.Input((FEATURES,)), keras.layers.Dense(CLASSES, activation="softmax")]
    )
    fill_weights(model, "batches")
    loss = "sparse_categorical_crossentropy"
    rate = keras.optimizers.SGD(0.05)
    model.compile(rate, loss, metrics=["accuracy"], **compile_arguments)
    return model


def _in_turn(framework: Framework) -> dict[str, Any]:
    """Batches of training and evaluation in turn, weights of samples and of classes among them."""
    model = _classifier(framework.keras, weighted_metrics=["accuracy"])
    weights = values("batches/weights", (ROWS,), 0.0, 2.0)
    x, y = _batch(3)
    return {
        "first": [model.train_on_batch(*_batch(number)) for number in range(3)],
        "weighted": model.train_on_batch(x, y, sample_weight=weights),
        "by class": model.train_on_batch(x, y, class_weight={0: 2.0, 1: 0.5}, return_dict=True),
        "tested": [model.test_on_batch(*_batch(number)) for number in range(2)],
        "metrics now": model.get_metrics_result(),
        "predicted": model.predict_on_batch(x),
        "weights": model.get_weights(),
    }


def _after_fit(framework: Framework) -> dict[str, Any]:
    """Batches before and after `fit` and `evaluate`, whose metrics are their own."""
    model = _classifier(framework.keras)
    x, y = (np.concatenate(parts) for parts in zip(*map(_batch, range(3)), strict=True))
    results: dict[str, Any] = {"before": model.train_on_batch(*_batch(4))}
    history = model.fit(x, y, batch_size=5, shuffle=False, verbose=0)
    results["fit"] = history.history
    results["between"] = model.train_on_batch(*_batch(5))
    results["evaluate"] = model.evaluate(x, y, batch_size=4, verbose=0)
    results["after"] = model.test_on_batch(*_batch(6), return_dict=True)
    return results


def _adversaries(framework: Framework) -> dict[str, Any]:
    """The loop of a program of two networks: one learns to judge, one through the frozen judge."""
    keras = framework.keras
    layers = keras.layers
    judge = keras.Sequential([keras.Input((FEATURES,)), layers.Dense(1, activation="sigmoid")])
    maker = keras.Sequential([keras.Input((2,)), layers.Dense(FEATURES, activation="tanh")])
    fill_weights(judge, "judge")
    fill_weights(maker, "maker")
    judge.compile(keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
    judge.trainable = False
    noise_in = keras.Input((2,))
    both = keras.Model(noise_in, judge(maker(noise_in)))
    both.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")
    rows: list[Any] = []
    for number in range(3):
        noise = values(f"noise{number}", (ROWS, 2))
        real, ones = _batch(number)[0], np.ones((ROWS, 1), "float32")
        judge.trainable = True
        rows.append(judge.train_on_batch(real, ones))
        rows.append(judge.train_on_batch(maker.predict(noise, verbose=0), 0.0 * ones))
        judge.trainable = False
        rows.append([both.train_on_batch(noise, ones)])
    return {"rows": rows, "maker": maker.get_weights()}


def _several_steps(steps: int) -> Callable[[Framework], dict[str, Any]]:
    def run(framework: Framework) -> dict[str, Any]:
        """What callbacks hear when several steps make one call."""
        keras = framework.keras
        heard: list[Any] = []

        class Listen(keras.callbacks.Callback):
            def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
                heard.append([batch])

            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
                heard[-1] += [batch, float(logs["loss"]), float(logs["accuracy"])]

            on_test_batch_begin, on_test_batch_end = on_train_batch_begin, on_train_batch_end

            def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
                heard.append([batch, len(logs["outputs"])])

        model = _classifier(keras, steps_per_execution=steps)
        x, y = (np.concatenate(parts) for parts in zip(*map(_batch, range(3)), strict=True))
        options = {"batch_size": 4, "verbose": 0, "callbacks": [Listen()]}
        history = model.fit(x, y, shuffle=False, validation_data=(x, y), **options)
        predicted = model.predict(x, **options)
        return {"heard": heard, "history": history.history, "predicted": predicted}

    return run


CASES = (
    Case("train_on_batch and test_on_batch in turn", _in_turn, RTOL),
    Case("batches around fit and evaluate", _after_fit, RTOL),
    Case("two networks by train_on_batch", _adversaries, RTOL),
    *(Case(f"{steps} steps a call", _several_steps(steps), RTOL) for steps in (1, 2, 4)),
)
