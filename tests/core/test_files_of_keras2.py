"""Files that Keras 2 wrote: models, weights, and how they were compiled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers
from tests.core import keras2_files as k2

pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")

RNG = np.random.default_rng(11)


def draw(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def dense_weights(name: str, rows: int, columns: int) -> dict[str, np.ndarray]:
    return {f"{name}/kernel:0": draw(rows, columns), f"{name}/bias:0": draw(columns)}


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


W1, W2 = dense_weights("dense_1", 4, 6), dense_weights("dense_2", 6, 3)
X = draw(5, 4)


def expected() -> np.ndarray:
    (k1, b1), (k_2, b2) = W1.values(), W2.values()
    return softmax(np.maximum(X @ k1 + b1, 0) @ k_2 + b2)


def mlp_layers() -> list[dict[str, Any]]:
    return [
        k2.dense("dense_1", 6, "relu", batch_input_shape=[None, 4]),
        k2.layer("Dropout", "dropout_1", rate=0.5, noise_shape=None, seed=None),
        k2.dense("dense_2", 3),
        k2.layer("Activation", "activation_1", activation="softmax"),
    ]


MLP_WEIGHTS = {"dense_1": W1, "dropout_1": {}, "dense_2": W2, "activation_1": {}}
TRAINING = {
    "optimizer_config": {
        "class_name": "Adam",
        "config": {
            "name": "Adam",
            "lr": 0.002,
            "beta_1": 0.8,
            "beta_2": 0.999,
            "decay": 0.0,
            "epsilon": 1e-7,
            "amsgrad": False,
        },
    },
    "loss": "categorical_crossentropy",
    "metrics": ["accuracy"],
    "weighted_metrics": None,
    "sample_weight_mode": None,
    "loss_weights": None,
}


@pytest.mark.parametrize("as_list", [True, False])
def test_a_sequential_predicts_and_is_compiled_as_it_was(tmp_path: Path, as_list: bool) -> None:
    inner: Any = mlp_layers() if as_list else {"name": "sequential_1", "layers": mlp_layers()}
    config = {"class_name": "Sequential", "config": inner}
    k2.write(tmp_path / "m.h5", config, MLP_WEIGHTS, TRAINING)
    model = keras.models.load_model(tmp_path / "m.h5")
    np.testing.assert_allclose(model.predict(X, verbose=0), expected(), rtol=1e-5)
    assert [layer.name for layer in model.layers] == list(MLP_WEIGHTS)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.002)
    assert model.optimizer.beta_1 == 0.8
    y = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1]]
    names = model.evaluate(X, y, verbose=0, return_dict=True)
    assert names["loss"] == pytest.approx(-np.log(expected()[y == 1]).mean(), rel=1e-5)
    assert "accuracy" in names
    model.fit(X, y, verbose=0)


def test_losses_and_metrics_as_objects_come_back(tmp_path: Path) -> None:
    training = {
        **TRAINING,
        "loss": {
            "class_name": "SparseCategoricalCrossentropy",
            "config": {"reduction": "auto", "name": "loss", "from_logits": True},
        },
        "metrics": [
            [
                {
                    "class_name": "MeanMetricWrapper",
                    "config": {
                        "name": "acc",
                        "dtype": "float32",
                        "fn": "sparse_categorical_accuracy",
                    },
                },
                {"class_name": "SparseTopKCategoricalAccuracy", "config": {"name": "top", "k": 2}},
            ]
        ],
    }
    config = {"class_name": "Sequential", "config": mlp_layers()[:3]}
    k2.write(tmp_path / "m.h5", config, {**MLP_WEIGHTS, "activation_1": {}}, training)
    model = keras.models.load_model(tmp_path / "m.h5")
    y = np.array([0, 1, 2, 0, 1])
    found = model.evaluate(X, y, verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(-np.log(expected()[np.arange(5), y]).mean(), rel=1e-5)
    assert found["acc"] == pytest.approx((expected().argmax(axis=1) == y).mean())
    assert found["top"] >= found["acc"]


def test_a_learning_rate_that_decayed_is_told_of(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": mlp_layers()}
    optimizer = {"class_name": "SGD", "config": {"lr": 0.1, "decay": 0.01, "momentum": 0.9}}
    k2.write(tmp_path / "m.h5", config, MLP_WEIGHTS, {**TRAINING, "optimizer_config": optimizer})
    with pytest.warns(UserWarning, match=r"decay=0\.01.*InverseTimeDecay"):
        model = keras.models.load_model(tmp_path / "m.h5")
    assert model.optimizer.momentum == 0.9
    rates = [float(model.optimizer.learning_rate)]
    model.fit(X, np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1]], epochs=2, verbose=0)
    rates.append(float(model.optimizer.learning_rate))
    assert rates == pytest.approx([0.1, 0.1 / 1.02])


def test_an_unknown_loss_leaves_the_model_uncompiled_with_a_word(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": mlp_layers()}
    training = {**TRAINING, "loss": "my_own_loss"}
    k2.write(tmp_path / "m.h5", config, MLP_WEIGHTS, training)
    with pytest.warns(UserWarning, match=r"my_own_loss.*compile it yourself"):
        model = keras.models.load_model(tmp_path / "m.h5")
    np.testing.assert_allclose(model.predict(X, verbose=0), expected(), rtol=1e-5)


def test_a_functional_model_with_shared_and_nested_parts_predicts(tmp_path: Path) -> None:
    shared, head = dense_weights("shared", 4, 3), dense_weights("head", 6, 2)
    inner_weights = dense_weights("inner_dense", 2, 2)
    inner = {
        "class_name": "Model",
        "config": {
            "name": "inner",
            "layers": [
                k2.input_layer("inner_in", 2),
                k2.in_graph(k2.dense("inner_dense", 2), [["inner_in", 0, 0, {}]]),
            ],
            "input_layers": [["inner_in", 0, 0]],
            "output_layers": [["inner_dense", 0, 0]],
        },
    }
    config = {
        "class_name": "Model",
        "config": {
            "name": "outer",
            "layers": [
                k2.input_layer("a", 4),
                k2.input_layer("b", 4),
                k2.in_graph(k2.dense("shared", 3), [["a", 0, 0, {}]], [["b", 0, 0, {}]]),
                k2.in_graph(
                    k2.layer("Concatenate", "joined", axis=-1),
                    [["shared", 0, 0, {}], ["shared", 1, 0, {}]],
                ),
                k2.in_graph(k2.dense("head", 2, "tanh"), [["joined", 0, 0, {}]]),
                {**inner, "name": "inner", "inbound_nodes": [[["head", 0, 0, {}]]]},
            ],
            "input_layers": [["a", 0, 0], ["b", 0, 0]],
            # A model inside began with a call of its own, so its first call here is number 1.
            "output_layers": [["inner", 1, 0], ["head", 0, 0]],
        },
    }
    weights = {
        "a": {},
        "b": {},
        "shared": shared,
        "joined": {},
        "head": head,
        "inner": inner_weights,
    }
    k2.write(tmp_path / "m.h5", config, weights)
    model = keras.models.load_model(tmp_path / "m.h5")
    a, b = draw(5, 4), draw(5, 4)
    (sk, sb), (hk, hb), (ik, ib) = (w.values() for w in (shared, head, inner_weights))
    tanh = np.tanh(np.concatenate([a @ sk + sb, b @ sk + sb], axis=1) @ hk + hb)
    first, second = model.predict([a, b], verbose=0)
    np.testing.assert_allclose(second, tanh, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(first, tanh @ ik + ib, rtol=1e-4, atol=1e-6)


def same_as_today(tmp_path: Path, entries: list[Any], weights: Any, today: Any, x: Any) -> None:
    """An older file's model does what the same model of today does with these weights."""
    config = {"class_name": "Sequential", "config": {"name": "old", "layers": entries}}
    k2.write(tmp_path / "m.h5", config, weights)
    model = keras.models.load_model(tmp_path / "m.h5")
    today(x)
    today.set_weights([array for arrays in weights.values() for array in arrays.values()])
    np.testing.assert_array_equal(model.predict(x, verbose=0), today.predict(x, verbose=0))


def test_words_through_recurrent_layers(tmp_path: Path) -> None:
    inner = k2.lstm("lstm", 4)
    entries = [
        k2.layer(
            "Embedding",
            "embedding",
            batch_input_shape=[None, 6],
            input_dim=9,
            output_dim=3,
            embeddings_initializer={
                "class_name": "RandomUniform",
                "config": {"minval": -0.05, "maxval": 0.05, "seed": None},
            },
            embeddings_regularizer=None,
            activity_regularizer=None,
            embeddings_constraint=None,
            mask_zero=True,
            input_length=6,
        ),
        k2.lstm("first", 5, return_sequences=True),
        k2.layer("Bidirectional", "both", layer=inner, merge_mode="concat"),
        k2.dense("out", 1, "sigmoid"),
    ]
    weights = {
        "embedding": {"embedding/embeddings:0": draw(9, 3)},
        "first": {
            "first/lstm_cell/kernel:0": draw(3, 20),
            "first/lstm_cell/recurrent_kernel:0": draw(5, 20),
            "first/lstm_cell/bias:0": draw(20),
        },
        "both": {
            f"both/{way}_lstm/{name}:0": draw(*shape)
            for way in ("forward", "backward")
            for name, shape in (("kernel", (5, 16)), ("recurrent_kernel", (4, 16)), ("bias", (16,)))
        },
        "out": dense_weights("out", 8, 1),
    }
    today = keras.Sequential(
        [
            layers.Embedding(9, 3, mask_zero=True),
            layers.LSTM(5, return_sequences=True),
            layers.Bidirectional(layers.LSTM(4)),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    x = RNG.integers(0, 9, (4, 6)).astype(np.int32)
    same_as_today(tmp_path, entries, weights, today, x)


def test_images_through_convolutions_and_normalization(tmp_path: Path) -> None:
    conv = {
        "filters": 4,
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": "same",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "groups": 1,
        "activation": "relu",
        "use_bias": True,
        "kernel_initializer": k2.GLOROT,
        "bias_initializer": k2.ZEROS,
        "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}},
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
    }
    pool = {
        "pool_size": [2, 2],
        "padding": "valid",
        "strides": [2, 2],
        "data_format": "channels_last",
    }
    norm = {
        "axis": [3],
        "momentum": 0.99,
        "epsilon": 0.001,
        "center": True,
        "scale": True,
        "beta_initializer": k2.ZEROS,
        "gamma_initializer": {"class_name": "Ones", "config": {}},
        "moving_mean_initializer": k2.ZEROS,
        "moving_variance_initializer": {"class_name": "Ones", "config": {}},
        "beta_regularizer": None,
        "gamma_regularizer": None,
        "beta_constraint": None,
        "gamma_constraint": None,
    }
    entries = [
        {
            k: v
            for k, v in k2.input_layer("conv_input", 8, 8, 2).items()
            if k in ("class_name", "config")
        },
        k2.layer("Conv2D", "conv", **conv),
        k2.layer("BatchNormalization", "norm", **norm),
        k2.layer("MaxPooling2D", "pool", **pool),
        k2.layer("Flatten", "flatten", data_format="channels_last"),
        k2.dense("out", 2),
    ]
    weights = {
        "conv": {"conv/kernel:0": draw(3, 3, 2, 4), "conv/bias:0": draw(4)},
        "norm": {
            "norm/gamma:0": draw(4),
            "norm/beta:0": draw(4),
            "norm/moving_mean:0": draw(4),
            "norm/moving_variance:0": np.abs(draw(4)) + 0.5,
        },
        "pool": {},
        "flatten": {},
        "out": dense_weights("out", 64, 2),
    }
    today = keras.Sequential(
        [
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    same_as_today(tmp_path, entries, weights, today, draw(3, 8, 8, 2))


def test_weights_go_by_name_into_another_model(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": mlp_layers()}
    k2.write(tmp_path / "m.h5", config, MLP_WEIGHTS)
    model = keras.Sequential(
        [keras.Input((9,)), layers.Dense(6, name="new"), layers.Dense(3, name="dense_2")]
    )
    model.load_weights(tmp_path / "m.h5", by_name=True)
    np.testing.assert_array_equal(model.layers[1].get_weights()[0], W2["dense_2/kernel:0"])


def graph_with_step(function: str, call: list[Any]) -> dict[str, Any]:
    entry = {
        "class_name": "TFOpLambda",
        "config": {"name": f"tf.{function}", "trainable": True, "function": function},
    }
    return {
        "class_name": "Functional",
        "config": {
            "name": "f",
            "layers": [k2.input_layer("a", 4), k2.in_graph(entry, call)],
            "input_layers": [["a", 0, 0]],
            "output_layers": [[f"tf.{function}", 0, 0]],
        },
    }


@pytest.mark.parametrize(
    ("function", "call", "right"),
    [
        ("math.reduce_mean", ["a", 0, 0, {"axis": 1}], X.mean(axis=1)),
        ("__operators__.add", ["a", 0, 0, {"y": ["a", 0, 0], "name": None}], 2 * X),
        ("math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["a", 0, 0]}], 1 - X),
        ("concat", [["a", 0, 0, {"axis": 1}], ["a", 0, 0, {}]], np.hstack([X, X])),
        ("compat.v1.transpose", ["a", 0, 0, {"perm": [0, 1], "conjugate": False}], X),
    ],
)
def test_a_step_of_tensorflow_in_a_graph_is_an_op(
    tmp_path: Path, function: str, call: list[Any], right: np.ndarray
) -> None:
    k2.write(tmp_path / "m.h5", graph_with_step(function, call), {"a": {}})
    model = keras.models.load_model(tmp_path / "m.h5")
    np.testing.assert_allclose(model.predict(X, verbose=0), right, rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(again.predict(X, verbose=0), right, rtol=1e-5, atol=1e-6)


def test_a_step_of_tensorflow_that_is_not_known_is_named(tmp_path: Path) -> None:
    config = graph_with_step("signal.stft", ["a", 0, 0, {"frame_length": 2}])
    k2.write(tmp_path / "m.h5", config, {"a": {}})
    with pytest.raises(ValueError, match=r"signal\.stft.*Rebuild that part"):
        keras.models.load_model(tmp_path / "m.h5")
