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
    kernel = dense.kernel.numpy().copy()
    model.compile("adam", "mse")
    model.fit(X, X[:, :3], epochs=30, verbose=0)
    np.testing.assert_array_equal(dense.kernel.numpy(), kernel)
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
    np.testing.assert_allclose(found[0], layer.embeddings.numpy()[2] + 3 * a[2], rtol=1e-5)
    with pytest.raises(ValueError, match="has been adapted already"):
        layer.enable_lora(2)
    with pytest.raises(ValueError, match="`rank` as a positive int, received 0"):
        layers.Dense(2, lora_rank=0).build((None, 2))
