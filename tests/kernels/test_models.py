"""Whole models: an epoch on the kernels gives the losses and weights that NumPy gives."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import pykeras_core as keras
from pykeras_core.engine import Spec, trace
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.plan import Plan
from pykeras_core.training import steps
from tests.backends import always
from tests.trajectories import assert_trained_alike

layers = keras.layers

IMAGES = np.random.default_rng(0).integers(0, 256, (200, 12, 12)).astype(np.uint8)
LABELS = np.random.default_rng(1).integers(0, 10, 200)
NUMBERS = np.random.default_rng(2).normal(size=(200, 7))
WIDTHS = [1, 8, 9, 40, 128, 130, 256, 257, 300, 340, 512, 520, 1024]


def classifier(optimizer: Any = "adam") -> Any:
    model = keras.Sequential(
        [
            keras.Input((12, 12)),
            layers.Flatten(),
            layers.Dense(33, activation="relu", kernel_regularizer="l2"),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def regressor() -> Any:
    model = keras.Sequential(
        [
            keras.Input((7,)),
            layers.Dense(16, activation="tanh", kernel_initializer="he_normal"),
            layers.Dense(16, activation="gelu"),
            layers.Dense(1),
        ]
    )
    model.compile("rmsprop", "huber", metrics=["mae", "mse"])
    return model


def binary() -> Any:
    model = keras.Sequential(
        [keras.Input((7,)), layers.Dense(9, activation="elu"), layers.Dense(1, "sigmoid")]
    )
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=1.0),
        "binary_crossentropy",
        metrics=["accuracy", keras.metrics.AUC(name="auc")],
    )
    return model


def convolutional() -> Any:
    """Every kind of window: padded, strided, depthwise, transposed, dilated."""
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(9, 3, activation="relu"),
            layers.MaxPooling2D(2, strides=1, padding="same"),
            layers.SeparableConv2D(12, 3, padding="same", depth_multiplier=2, activation="tanh"),
            layers.Conv2D(8, 3, strides=2, padding="same", groups=2, activation="relu"),
            layers.Conv2DTranspose(5, 2, strides=2),
            layers.AveragePooling2D(2),
            layers.Conv2D(6, 2, dilation_rate=2),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def trained(backend: Backend, build: Callable[[], Any], x: Any, y: Any, **fit: Any) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "choose", always(backend))
        keras.utils.set_random_seed(11)
        model = build()
        history = model.fit(x, y, verbose=0, **{"epochs": 2, "batch_size": 32, **fit}).history
        return history, model.get_weights(), model.predict(x, verbose=0)


def assert_alike(
    backend: WasmBackend, build: Callable[[], Any], x: Any, y: Any, **fit: Any
) -> None:
    names: list[str] = []

    def train(one: Backend) -> list[Any]:
        history, weights, predictions = trained(one, build, x, y, **fit)
        curves = {name: curve for name, curve in history.items() if not counts(name)}
        names[:] = [*curves, *(f"weights {index}" for index in range(len(weights))), "predictions"]
        return [*curves.values(), *weights, predictions]

    assert_trained_alike(train, backend, names)


def counts(name: str) -> bool:
    """Whether a metric counts samples: one within rounding of a threshold may fall either way."""
    return name.removeprefix("val_") in ("accuracy", "auc")


def test_classifier_of_bytes_with_dropout(backend: WasmBackend) -> None:
    assert_alike(backend, classifier, IMAGES, LABELS, validation_split=0.2)


def test_regressor(backend: WasmBackend) -> None:
    assert_alike(backend, regressor, NUMBERS, NUMBERS.sum(axis=1))


def test_binary_classifier_with_weights(backend: WasmBackend) -> None:
    y = (NUMBERS.sum(axis=1) > 0).astype(np.float32)
    assert_alike(backend, binary, NUMBERS, y, sample_weight=np.linspace(0, 2, 200))


def test_convolutional_classifier(backend: WasmBackend) -> None:
    assert_alike(backend, convolutional, IMAGES[..., None] / 255.0, LABELS)


@pytest.mark.parametrize(
    "optimizer",
    ["sgd", "rmsprop", "adagrad", "adadelta", "adamw", "adamax", "nadam", "ftrl", "lion"],
)
def test_optimizer(backend: WasmBackend, optimizer: str) -> None:
    assert_alike(backend, lambda: classifier(optimizer), IMAGES / 255.0, LABELS, epochs=1)


def stack(widths: list[int], optimizer: str) -> Any:
    model = keras.Sequential(
        [
            keras.Input((144,)),
            *(layers.Dense(width, activation="tanh") for width in widths),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(WIDTHS), min_size=1, max_size=3),
    st.sampled_from([1, 3, 32, 130]),
    st.sampled_from(["adam", "sgd"]),
)
@example([300, 300], 32, "adam")
@example([256, 256], 32, "adam")
@example([512, 128], 32, "adam")
@example([129, 257, 129], 32, "adam")
@example([1024, 300, 8], 32, "adam")
def test_dense_layers_of_all_widths(
    backend: WasmBackend, widths: list[int], batch: int, optimizer: str
) -> None:
    # How a product is made depends on its sizes, and gradients go through weights backwards.
    # Where a sum is within rounding of 0, relu would send backends different ways; tanh does not.
    x, y = IMAGES.reshape(200, -1)[: 4 * batch] / 255.0, LABELS[: 4 * batch]
    assert_alike(backend, lambda: stack(widths, optimizer), x, y, batch_size=batch)


def test_learning_rate_schedule(backend: WasmBackend) -> None:
    def build() -> Any:
        schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 5, 0.5, staircase=True)
        return classifier(keras.optimizers.Adam(schedule))

    assert_alike(backend, build, IMAGES / 255.0, LABELS)


@pytest.mark.parametrize(("build", "x"), [(classifier, IMAGES), (convolutional, IMAGES[..., None])])
def test_a_step_is_one_call(backend: WasmBackend, build: Callable[[], Any], x: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "choose", always(backend))
        model = build()
        model.fit(x, LABELS, epochs=1, verbose=0)
        for function in model._step_functions.values():
            for _, executable in function._compiled.values():
                assert None not in executable.kernels


def test_dropout_masks_are_the_same_on_both_backends(backend: WasmBackend) -> None:
    masks = []
    for one in (backend, NumpyBackend()):
        keras.utils.set_random_seed(5)
        dropout = layers.Dropout(0.5)
        program = trace(lambda x, layer=dropout: layer(x, training=True), Spec((40, 33)))
        step = one.compile(Plan(program))
        masks.append([step.run([np.ones((40, 33), np.float32)])[0] for _ in range(3)])
    np.testing.assert_array_equal(masks[0], masks[1])
    assert 0.4 < np.mean(np.array(masks[0]) == 0) < 0.6
