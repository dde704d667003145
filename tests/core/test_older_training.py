"""Training as it was written for Keras 1 and 2: each works, with a hint at today's spelling."""

from __future__ import annotations

import pathlib
import tarfile
import zipfile
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import backend as K
from pykeras_core import layers
from pykeras_core.compat import tensorflow as tf
from pykeras_core.preprocessing import image, sequence, text

X = np.linspace(-1, 1, 16).reshape(8, 2).astype("float32")
Y = (X.sum(1) > 0).astype("int32")


def classifier(metric: str = "accuracy") -> keras.Sequential:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=[metric])
    return model


def test_older_arguments_and_methods_of_training() -> None:
    model = classifier("acc")
    with pytest.warns(UserWarning, match="`nb_epoch` is an older name; today .* `epochs`"):
        history = model.fit(X, Y, nb_epoch=2, verbose=0)
    assert len(history.history["acc"]) == 2
    with pytest.warns(UserWarning, match="needs no `workers`"):
        model.fit(X, Y, workers=4, verbose=0)
    with pytest.raises(TypeError, match="nonsense"):
        model.fit(X, Y, nonsense=4, verbose=0)
    batches = [(X, Y)] * 4
    with pytest.warns(UserWarning, match="today it is `fit`"):
        assert len(model.fit_generator(iter(batches), 2, 2, verbose=0).history["loss"]) == 2
    with pytest.warns(UserWarning, match="today it is `evaluate`"):
        model.evaluate_generator(iter(batches), steps=1, verbose=0)
    with pytest.warns(UserWarning, match="today it is `predict`"):
        assert model.predict_generator(iter(batches), steps=1, verbose=0).shape == (8, 3)
    with pytest.warns(UserWarning, match="predict_classes"):
        assert model.predict_classes(X).shape == (8,)
    with pytest.warns(UserWarning, match="predict_proba"):
        assert model.predict_proba(X).shape == (8, 3)


def test_a_train_step_with_what_keras_2_had_compiled() -> None:
    class Own(keras.Model):
        def train_step(self, data: Any) -> Any:
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            self.compiled_metrics.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}

    x = keras.Input((2,))
    model = Own(x, layers.Dense(3, activation="softmax", kernel_regularizer="l2")(x))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    with pytest.warns(UserWarning, match="compute_loss.*|compute_metrics"):
        history = model.fit(X, Y, epochs=2, verbose=0).history
    usual = keras.models.clone_model(model)
    assert history["loss"][1] < history["loss"][0]
    assert usual.count_params() == 9


def test_a_model_with_a_train_step_and_no_call_is_trained() -> None:
    class Pair(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.maker, self.judge = layers.Dense(2), layers.Dense(1)
            self.tracker = keras.metrics.Mean(name="judged")

        def compile(self, rule: Any, loss: Any) -> None:
            super().compile()
            self.rule, self.loss_of = rule, loss

        @property
        def metrics(self) -> list[Any]:
            return [self.tracker]

        def train_step(self, real: Any) -> Any:
            made = self.maker(tf.random.normal(shape=(tf.shape(real)[0], 4)))
            with tf.GradientTape() as tape:
                judged = self.judge(tf.concat([made, real], axis=0))
                loss = self.loss_of(tf.ones_like(judged), judged)
            weights = self.judge.trainable_weights
            self.rule.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            self.tracker.update_state(loss)
            return {"judged": self.tracker.result()}

    model = Pair()
    model.compile(keras.optimizers.Adam(0.1), keras.losses.MeanSquaredError())
    data = tf.data.Dataset.from_tensor_slices(X).batch(4, drop_remainder=True)
    judged = model.fit(data, epochs=5, verbose=0).history["judged"]
    assert judged[-1] < judged[0]


def test_layers_losses_and_the_backend_as_they_were(tmp_path: pathlib.Path) -> None:
    class Scale(layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.k = self.add_weight("kernel", (input_shape[-1],), initializer="ones")

        def call(self, inputs: Any) -> Any:
            return inputs * self.k

    scale = Scale()
    assert scale(X).tolist() == X.tolist()
    assert [weight.name for weight in scale.weights] == ["kernel"]
    assert layers.LSTM(3, implementation=2)(np.zeros((1, 2, 3))).shape == (1, 3)
    with pytest.raises(AttributeError, match=r"make a `keras.metrics.Mean\(name=...\)`"):
        scale.add_metric(1.0, name="one")
    loss = keras.losses.MeanSquaredError(reduction=keras.losses.Reduction.SUM)
    assert float(loss(np.ones((2, 1)), np.zeros((2, 1)))) == 2.0
    model = classifier()
    function = K.function([model.input, K.learning_phase()], [model.output])
    (found,) = function([X, 0])
    np.testing.assert_allclose(found, model.predict(X, verbose=0), rtol=1e-5)
    stateful = keras.Sequential([keras.Input((3, 2), batch_size=8), layers.GRU(2, stateful=True)])
    first = stateful.predict(np.ones((8, 3, 2)), verbose=0)
    stateful.reset_states()
    np.testing.assert_array_equal(stateful.predict(np.ones((8, 3, 2)), verbose=0), first)


def test_weights_saved_under_a_name_without_an_ending(tmp_path: pathlib.Path) -> None:
    model = classifier()
    with pytest.warns(UserWarning, match=r"it is '.*name.weights.h5'"):
        model.save_weights(tmp_path / "name")
    kept = model.get_weights()
    model.fit(X, Y, verbose=0)
    model.load_weights(tmp_path / "name")
    np.testing.assert_array_equal(model.get_weights()[0], kept[0])
    saved = keras.callbacks.ModelCheckpoint(tmp_path / "cp-{epoch}.ckpt", save_weights_only=True)
    model.fit(X, Y, epochs=2, callbacks=[saved], verbose=0)
    assert (tmp_path / "cp-2.ckpt.weights.h5").exists()
    with pytest.warns(UserWarning, match="weights are saved in a file named"):
        model.save_weights(tmp_path / "new" / "cp.ckpt")  # the folder is made too
    assert tf.train.latest_checkpoint(tmp_path / "new") == str(tmp_path / "new" / "cp.ckpt")
    with pytest.warns(UserWarning, match="`period` is of Keras 2"):
        seldom = keras.callbacks.ModelCheckpoint(str(tmp_path / "m-{epoch}.keras"), period=2)
    model.fit(X, Y, epochs=3, callbacks=[seldom], verbose=0)
    assert sorted(path.name for path in tmp_path.glob("m-*")) == ["m-2.keras"]


def test_images_are_changed_on_their_way_to_fit() -> None:
    images = np.arange(10 * 48, dtype="float32").reshape(10, 4, 4, 3)
    numbers = np.arange(10) % 2
    np.random.seed(1)
    generator = image.ImageDataGenerator(
        rotation_range=20, width_shift_range=0.2, height_shift_range=1, zoom_range=0.1,
        shear_range=5.0, brightness_range=(0.5, 1.0), channel_shift_range=0.5,
        horizontal_flip=True, vertical_flip=True, rescale=1 / 255, validation_split=0.2,
    )  # fmt: skip
    batches = generator.flow(images, numbers, batch_size=3, subset="training", seed=1)
    assert (len(batches), batches.samples) == (3, 8)
    x, y = next(batches)
    assert x.shape == (3, 4, 4, 3)
    assert x.max() <= 1.0
    assert len(y) == 3
    model = keras.Sequential([keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(
        batches, epochs=2, verbose=0, validation_data=generator.flow(images, numbers)
    ).history
    assert len(history["val_loss"]) == 2
    with pytest.raises(ValueError, match="expected `fill_mode` as one of"):
        image.ImageDataGenerator(fill_mode="mirror")
    with pytest.raises(ValueError, match="expected `y` for 10 images, received 3"):
        generator.flow(images, numbers[:3])


def test_pictures_of_folders_come_with_their_classes(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, level in (("cats", 10), ("dogs", 200)):
        (tmp_path / name).mkdir()
        for number in range(3):
            keras.utils.save_img(
                tmp_path / name / f"{number}.png", np.full((5, 4, 3), level, "uint8"), scale=False
            )
    generator = image.ImageDataGenerator(rescale=1 / 255.0)
    batches = generator.flow_from_directory(
        tmp_path, target_size=(2, 2), batch_size=4, class_mode="binary", shuffle=False
    )
    assert capsys.readouterr().out == "Found 6 images belonging to 2 classes.\n"
    assert batches.class_indices == {"cats": 0, "dogs": 1}
    assert [y.tolist() for _, y in (batches[0], batches[1])] == [[0, 0, 0, 1], [1, 1]]
    np.testing.assert_allclose(batches[1][0], 200 / 255, rtol=1e-6)
    with pytest.raises(FileNotFoundError, match="found no folder"):
        generator.flow_from_directory(tmp_path / "none")


def test_words_pairs_and_windows_as_keras_2_gave_them() -> None:
    pairs, labels = sequence.skipgrams([1, 2, 3, 0], 10, window_size=1, seed=3)
    assert sorted(pair for pair, yes in zip(pairs, labels, strict=True) if yes) == [
        [1, 2], [2, 1], [2, 3], [3, 2],
    ]  # fmt: skip
    assert len(labels) == 8
    numbers = text.one_hot("a b a", 50)
    assert numbers[0] == numbers[2]
    windows = sequence.TimeseriesGenerator(X, Y, length=2, batch_size=4)
    model = keras.Sequential([keras.Input((2, 2)), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert len(model.fit(windows, verbose=0).history["loss"]) == 1
    with pytest.raises(ValueError, match="no window of length 9 fits"):
        sequence.TimeseriesGenerator(X, Y, length=9)


def test_archives_are_unpacked_under_keras_s_names(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYKERAS_OFFLINE", raising=False)
    source = tmp_path / "source"
    (source / "flowers").mkdir(parents=True)
    (source / "flowers" / "a.txt").write_text("rose")
    with tarfile.open(tmp_path / "source" / "packed.tgz", "w:gz") as packed:
        packed.add(source / "flowers", "flowers")
    with zipfile.ZipFile(source / "packed", "w") as zipped:  # without an ending
        zipped.write(source / "flowers" / "a.txt", "inner/a.txt")
    cache = tmp_path / "cache"

    def got(fname: str | None, name: str, **how: bool) -> pathlib.Path:
        path = keras.utils.get_file(fname, (source / name).as_uri(), cache_dir=cache, **how)
        return pathlib.Path(path).relative_to(cache / "datasets")

    assert got("flowers.tar.gz", "packed.tgz", extract=True) == pathlib.Path("flowers_extracted")
    assert (cache / "datasets" / "flowers" / "a.txt").read_text() == "rose"  # as in Keras 2
    assert got("blooms", "packed.tgz", untar=True) == pathlib.Path("blooms")
    assert (cache / "datasets" / "blooms" / "flowers" / "a.txt").exists()
    assert got(None, "packed.tgz", extract=True) == pathlib.Path("packed.tgz")
    assert got(None, "packed", extract=True) == pathlib.Path("packed")
    assert (cache / "datasets" / "packed" / "inner" / "a.txt").exists()
    with pytest.raises(ValueError, match="expected a tar or zip archive"):
        got("plain.txt", "flowers/a.txt", extract=True)


def test_gradients_of_placeholders_are_computed_by_a_function_of_the_backend() -> None:
    model = keras.Sequential([
        keras.Input((6, 6, 1)), layers.Conv2D(2, 3, name="conv"), layers.Flatten(),
        layers.Dense(3, name="dense"),
    ])  # fmt: skip
    x = np.linspace(-1, 1, 36).reshape(1, 6, 6, 1).astype("float32")
    loss = K.mean(model.get_layer("conv").output[:, :, :, 0])
    (slopes,) = K.gradients(loss, model.input)
    slopes = slopes / (K.sqrt(K.mean(K.square(slopes))) + 1e-5)
    value, found = K.function([model.input], [loss, slopes])([x])
    kernel = model.get_layer("conv").kernel
    tensor = keras.ops.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        expected = keras.ops.mean(model.get_layer("conv")(tensor)[..., 0])
    wanted = np.asarray(tape.gradient(expected, tensor))
    np.testing.assert_allclose(value, np.asarray(expected), rtol=1e-5, atol=1e-6)
    scale = np.sqrt((wanted**2).mean()) + 1e-5
    np.testing.assert_allclose(found, wanted / scale, rtol=1e-4, atol=1e-5)
    (weights,) = K.gradients(loss, [kernel])
    assert K.function([model.input], weights)([x]).shape == (3, 3, 1, 2)
    (inner,) = K.gradients(model.output[:, 1], model.get_layer("conv").output)
    dense = np.asarray(model.get_layer("dense").kernel)
    found = K.function([model.input], inner)([x])
    np.testing.assert_allclose(found.reshape(-1), dense[:, 1], rtol=1e-5)
    with pytest.raises(TypeError, match="expected a placeholder as `loss`"):
        K.gradients(np.ones(3), kernel)
    with pytest.raises(TypeError, match="expected placeholders or weights as `variables`"):
        K.gradients(loss, "x")
