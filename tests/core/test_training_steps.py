"""Steps that users write: what they meet, and what is built by them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops
from pykeras_core.engine import GradientTape

X = np.linspace(0.0, 1.0, 96, dtype=np.float32).reshape(24, 4)
Y = X.sum(axis=1, keepdims=True)
MODES = pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])


@pytest.fixture(autouse=True)
def _same_numbers() -> None:
    keras.utils.set_random_seed(3)


class Adversaries(keras.Model):
    """Two networks that train against each other: two optimizers, no `call`."""

    def __init__(self, judge: Any, maker: Any, width: int) -> None:
        super().__init__()
        self.judge, self.maker, self.width = judge, maker, width
        self.judge_loss = keras.metrics.Mean(name="judge_loss")
        self.maker_loss = keras.metrics.Mean(name="maker_loss")
        self.noise = keras.random.SeedGenerator(5)

    def compile(self, judge_optimizer: Any, maker_optimizer: Any, loss: Any, **kwargs: Any) -> None:  # type: ignore[override]
        super().compile(**kwargs)
        self.judge_optimizer, self.maker_optimizer = judge_optimizer, maker_optimizer
        self.loss_function = loss

    @property
    def metrics(self) -> list[Any]:
        return [self.judge_loss, self.maker_loss]

    def train_step(self, real: Any) -> Any:
        count = ops.shape(real)[0]
        noise = keras.random.normal((count, self.width), seed=self.noise)
        both = ops.concatenate([self.maker(noise), real], axis=0)
        answers = ops.concatenate([ops.ones((count, 1)), ops.zeros((count, 1))], axis=0)
        with GradientTape() as tape:
            judged = self.loss_function(answers, self.judge(both))
        weights = self.judge.trainable_weights
        self.judge_optimizer.apply_gradients(
            zip(tape.gradient(judged, weights), weights, strict=True)
        )
        noise = keras.random.normal((count, self.width), seed=self.noise)
        with GradientTape() as tape:
            made = self.loss_function(ops.zeros((count, 1)), self.judge(self.maker(noise)))
        weights = self.maker.trainable_weights
        self.maker_optimizer.apply_gradients(
            zip(tape.gradient(made, weights), weights, strict=True)
        )
        self.judge_loss.update_state(judged)
        self.maker_loss.update_state(made)
        return {metric.name: metric.result() for metric in self.metrics}


def adversaries(built: bool, eager: bool) -> Adversaries:
    judge = [layers.Dense(8), layers.LeakyReLU(negative_slope=0.2), layers.Dense(1)]
    maker = [layers.Dense(8, activation="relu"), layers.BatchNormalization(), layers.Dense(4)]
    model = Adversaries(
        keras.Sequential([keras.Input((4,)), *judge] if built else judge),
        keras.Sequential([keras.Input((2,)), *maker] if built else maker),
        2,
    )
    rates = keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01)
    model.compile(*rates, keras.losses.BinaryCrossentropy(from_logits=True), run_eagerly=eager)
    return model


@MODES
@pytest.mark.parametrize("built", [True, False], ids=["built", "unbuilt"])
def test_a_model_of_two_networks_without_call_trains(built: bool, eager: bool) -> None:
    model = adversaries(built, eager)
    made: list[Any] = []

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            made.append(self.model.maker(np.ones((3, 2), np.float32)).shape)

    history = model.fit(X, batch_size=8, epochs=2, verbose=0, callbacks=[Look()]).history
    assert {name: len(values) for name, values in history.items()} == {
        "judge_loss": 2,
        "maker_loss": 2,
    }
    assert made == [(3, 4)] * 2
    assert model.built  # by its steps: there is something to save
    assert not model.optimizer.built  # nobody has asked it for anything
    assert int(model.judge_optimizer.iterations) == 6


def test_eager_and_traced_steps_of_the_user_agree() -> None:
    # A last-bit difference grows with each step: one epoch of few steps says it.
    traced, eager = (adversaries(True, mode) for mode in (False, True))
    eager.maker.set_weights(traced.maker.get_weights())
    eager.judge.set_weights(traced.judge.get_weights())
    options = {"batch_size": 12, "shuffle": False, "verbose": 0}
    first, second = (model.fit(X, **options).history for model in (traced, eager))
    for name, values in first.items():
        np.testing.assert_allclose(values, second[name], rtol=1e-4)


def test_a_model_without_call_says_so_when_it_is_called() -> None:
    with pytest.raises(NotImplementedError, match="`Adversaries` has no `call"):
        adversaries(True, False).evaluate(X, verbose=0)


class Sampling(layers.Layer):
    """Draws from a normal distribution of given mean and logarithm of variance."""

    def __init__(self) -> None:
        super().__init__()
        self.noise = keras.random.SeedGenerator(7)

    def call(self, inputs: Any) -> Any:
        mean, log_variance = inputs
        drawn = keras.random.normal(ops.shape(mean), seed=self.noise)
        return mean + ops.exp(0.5 * log_variance) * drawn


class Encoder(layers.Layer):
    """Two heads on one layer; it has no `build`, so its first call builds it."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = layers.Dense(6, activation="relu")
        self.mean, self.log_variance, self.sampling = layers.Dense(2), layers.Dense(2), Sampling()

    def call(self, inputs: Any) -> Any:
        hidden = self.hidden(inputs)
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        return mean, log_variance, self.sampling((mean, log_variance))


class Variational(keras.Model):
    """An autoencoder with a step of its own and no `call`."""

    def __init__(self, encoder: Any, decoder: Any, looks: bool) -> None:
        super().__init__()
        self.encoder, self.decoder, self.looks = encoder, decoder, looks
        self.total = keras.metrics.Mean(name="loss")
        self.seen: list[float] = []

    @property
    def metrics(self) -> list[Any]:
        return [self.total]

    def train_step(self, data: Any) -> Any:
        with GradientTape() as tape:
            mean, log_variance, drawn = self.encoder(data)
            distance = ops.sum(ops.square(data - self.decoder(drawn)), axis=-1)
            width = 1 + log_variance - ops.square(mean) - ops.exp(log_variance)
            loss = ops.mean(distance) - 0.01 * ops.mean(ops.sum(width, axis=-1))
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        self.total.update_state(loss)
        if self.looks:
            self.seen.append(float(loss))
        return {"loss": self.total.result()}


@MODES
def test_an_autoencoder_of_unbuilt_layers_trains(eager: bool) -> None:
    decoder = keras.Sequential([layers.Dense(6, activation="relu"), layers.Dense(4)])
    model = Variational(Encoder(), decoder, looks=eager)
    model.compile(optimizer=keras.optimizers.Adam(0.02), run_eagerly=eager)
    history = model.fit(X, batch_size=8, epochs=12, verbose=0).history["loss"]
    assert history[-1] < 0.8 * history[0]
    assert len(model.optimizer.variables) == 2 + 2 * len(model.trainable_weights)
    assert len(model.seen) == (36 if eager else 0)
    assert np.isfinite(model.seen).all()


class OwnMeasures(keras.Model):
    """Replaces `compute_loss`, `compute_metrics` and the steps of evaluation and prediction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mine = keras.metrics.Mean(name="mine")

    def compute_loss(self, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> Any:  # type: ignore[override]
        loss = ops.mean(ops.abs(y_pred - y))
        self.mine.update_state(loss)
        return loss

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        results = super().compute_metrics(x, y, y_pred, sample_weight)
        return {**results, "highest": ops.max(y_pred)}

    def predict_step(self, data: Any) -> Any:
        return ops.round(self(data))


@MODES
def test_losses_metrics_and_steps_may_be_replaced_one_by_one(eager: bool) -> None:
    inputs = keras.Input((4,))
    model = OwnMeasures(inputs, layers.Dense(1, kernel_initializer="ones")(inputs))
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=eager)
    history = model.fit(X, Y - 2.0, verbose=0).history
    assert sorted(history) == ["highest", "loss", "mine"]
    assert history["mine"] == history["loss"] == [pytest.approx(2.0)]
    found = model.evaluate(X, Y - 3.0, verbose=0, return_dict=True)
    assert found == pytest.approx({"loss": 3.0, "mine": 3.0, "highest": float(Y.max())})
    np.testing.assert_array_equal(model.predict(X, verbose=0), np.round(Y))


@MODES
def test_a_test_step_alone_may_be_the_users(eager: bool) -> None:
    class Half(keras.Model):
        def test_step(self, data: Any) -> Any:
            x, y = data
            loss = self.compute_loss(y=0.5 * y, y_pred=self(x, training=False))
            for metric in self.metrics:
                metric.update_state(*([loss] if metric.name == "loss" else [y, y]))
            return {metric.name: metric.result() for metric in self.metrics}

    inputs = keras.Input((4,))
    model = Half(inputs, layers.Dense(1, kernel_initializer="ones")(inputs))
    model.compile(keras.optimizers.SGD(0.0), loss="mae", metrics=["mae"], run_eagerly=eager)
    history = model.fit(X, Y, validation_data=(X, Y), verbose=0).history
    assert history["loss"] == [pytest.approx(0.0, abs=1e-5)]
    assert history["val_loss"] == [pytest.approx(0.5 * Y.mean())]


def test_a_step_may_be_all_that_a_model_has_to_predict() -> None:
    class Predictor(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(2)

        def predict_step(self, data: Any) -> Any:
            return {"given": data, "made": self.dense(data)}

    found = Predictor().predict(X, batch_size=7, verbose=0)
    np.testing.assert_array_equal(found["given"], X)
    assert found["made"].shape == (24, 2)


def test_eager_code_meets_values_everywhere_from_the_first_step_on() -> None:
    seen: dict[str, list[Any]] = {"call": [], "loss": [], "metric": []}

    class Branches(keras.Model):
        """Looks at its inputs to choose what to do."""

        def __init__(self) -> None:
            super().__init__()
            self.wide, self.narrow, self.last = layers.Dense(6), layers.Dense(3), layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            seen["call"].append(float(ops.mean(inputs)))
            wide, narrow = self.wide(inputs), self.narrow(inputs)
            return self.last(ops.relu(wide)) if ops.mean(wide) > 0 else ops.sum(narrow, -1)[:, None]

    def loss(y_true: Any, y_pred: Any) -> Any:
        seen["loss"].append(np.asarray(y_pred).shape)
        return ops.mean(ops.square(y_true - y_pred))

    def metric(y_true: Any, y_pred: Any) -> Any:
        seen["metric"].append(y_pred.numpy().shape)
        return ops.abs(y_true - y_pred)

    model = Branches()
    model.compile(keras.optimizers.SGD(0.001), loss, metrics=[metric], run_eagerly=True)
    with pytest.warns(UserWarning, match="does not depend on"):  # on the branch not taken
        model.fit(X, Y, batch_size=8, shuffle=False, verbose=0)
    assert seen["call"] == [pytest.approx(float(x.mean())) for x in np.split(X, 3)]
    assert seen["loss"] == seen["metric"] == [(8, 1)] * 3


def test_a_traced_call_is_run_once_for_a_shape_of_batches() -> None:
    calls: list[Any] = []

    class Counted(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            calls.append(inputs.shape)
            return self.dense(inputs)

    model = Counted()
    model.compile("sgd", "mse")
    model.fit(X, Y, batch_size=8, epochs=3, verbose=0)
    assert calls == [(8, 4)]
    assert model.built


def test_train_on_batch_hands_a_step_x_y_and_weights() -> None:
    forms: list[Any] = []

    class Form(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(1)

        def train_step(self, data: Any) -> Any:
            forms.append(type(data) is tuple and len(data))
            x = data[0] if isinstance(data, tuple) else data
            return {"mean": ops.mean(self.dense(x))}

    model = Form()
    model.compile("sgd")
    model.fit(X, verbose=0)
    model.fit(X, Y, verbose=0)
    model.fit(iter([(X,)]), verbose=0)
    model.train_on_batch(X)
    model.train_on_batch(X, Y)
    assert forms == [False, 2, 1, 3, 3]


@pytest.mark.filterwarnings("error")
def test_a_sequential_model_of_layers_that_look_at_values_trains_eagerly() -> None:
    class ByLargest(layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs / float(np.asarray(inputs).max())

    model = keras.Sequential([layers.Dense(3), ByLargest(), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse", run_eagerly=True)
    history = model.fit(X, Y, batch_size=10, epochs=4, verbose=0).history["loss"]
    assert history[-1] < history[0]
    assert model.built
    assert [layer.name for layer in model.layers] == [layer.name for layer in model._stack]
    assert model.predict(X, verbose=0).shape == (24, 1)


def test_a_model_without_call_keeps_its_weights_in_a_file(tmp_path: Any) -> None:
    saving = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.weights.h5", monitor="judge_loss", mode="min", save_weights_only=True
    )
    model, other = adversaries(False, False), adversaries(True, False)
    model.fit(X, verbose=0, callbacks=[saving])
    other.fit(X, verbose=0)
    other.load_weights(tmp_path / "best.weights.h5")
    for weight, kept in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, kept)
