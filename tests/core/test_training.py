"""fit, evaluate, predict: what they do to a model, and refuse."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core.engine import GradientTape
from tests.core.line_model import line, linear


@pytest.fixture(autouse=True)
def _same_numbers() -> None:
    keras.utils.set_random_seed(7)


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


def test_stop_training_ends_after_the_batch() -> None:
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = True

    assert linear().fit(*line(), epochs=9, verbose=0, callbacks=[Stop()]).epoch == [0]


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
