"""Training through two small matrices: what changes, what files hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers

X = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)


def _model() -> Any:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    model.compile("adam", "mse")
    return model


def test_only_the_small_matrices_and_the_bias_are_trained(tmp_path: Any) -> None:
    model = _model()
    before = model.predict(X, verbose=0)
    dense = model.layers[0]
    dense.enable_lora(2)
    assert [v.shape for v in model.trainable_weights] == [(3,), (4, 2), (2, 3)]
    np.testing.assert_array_equal(model.predict(X, verbose=0), before)
    kernel = dense.non_trainable_weights[0].numpy().copy()
    model.compile("adam", "mse")
    model.fit(X, X[:, :3], epochs=30, verbose=0)
    np.testing.assert_array_equal(dense.non_trainable_weights[0].numpy(), kernel)
    after = model.predict(X, verbose=0)
    assert np.abs(after - before).max() > 0.01
    model.save_weights(tmp_path / "w.weights.h5")
    plain = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    plain.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_allclose(plain.predict(X, verbose=0), after, rtol=1e-4, atol=1e-5)
    model.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_allclose(model.predict(X, verbose=0), after, rtol=1e-4, atol=1e-5)
    again = keras.models.clone_model(model)
    assert again.layers[0].lora_rank == 2
    assert again.layers[0].lora_enabled


def test_vectors_of_an_embedding_are_adapted_too() -> None:
    layer = layers.Embedding(5, 3)
    with pytest.raises(ValueError, match="is not built yet"):
        layer.enable_lora(2)
    layer.build((None, 1))
    layer.enable_lora(1, b_initializer="ones", lora_alpha=3)
    a = layer.lora_embeddings_a.numpy()
    found = layer(np.int32([2])).numpy()
    frozen = layer.non_trainable_weights[0].numpy()
    np.testing.assert_allclose(found[0], frozen[2] + 3 * a[2], rtol=1e-5)
    with pytest.raises(ValueError, match="has been adapted already"):
        layer.enable_lora(2)
    with pytest.raises(ValueError, match="`rank` as a positive int, received 0"):
        layers.Dense(2, lora_rank=0).build((None, 2))


@pytest.mark.parametrize(
    ("layer", "shape", "name"),
    [
        (layers.Dense(3), (None, 4), "kernel"),
        (layers.EinsumDense("ab,bcd->acd", (2, 3)), (None, 4), "kernel"),
        (layers.Conv1D(3, 2), (None, 6, 4), "kernel"),
        (layers.Conv2D(3, 2), (None, 6, 6, 4), "kernel"),
        (layers.Conv3D(3, 2), (None, 6, 6, 6, 4), "kernel"),
        (layers.Embedding(5, 3), (None, 4), "embeddings"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, layers.Layer) else None,
)
def test_the_attribute_of_an_adapted_layer_is_the_sum(layer: Any, shape: Any, name: str) -> None:
    assert not hasattr(layer, name)
    with pytest.raises(AttributeError, match=f"has no `{name}` before it is built"):
        getattr(layer, name)
    layer.build(shape)
    frozen = getattr(layer, name)
    assert isinstance(frozen, keras.Variable)
    assert frozen is layer.weights[0]
    layer.enable_lora(2, lora_alpha=3, b_initializer="ones")
    a, b = (getattr(layer, f"lora_{name}_{side}").numpy() for side in "ab")
    found = keras.ops.convert_to_numpy(getattr(layer, name))
    np.testing.assert_allclose(found, frozen.numpy() + 3 / 2 * a @ b, rtol=1e-5, atol=1e-6)
    assert not frozen.trainable
    assert [weight.name for weight in layer.non_trainable_weights] == [name]
