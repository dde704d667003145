"""Attention: what is seen and what not, configurations, refusals."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import Input, Model, layers, ops


def array(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


HEADED = {
    "multi": lambda **named: layers.MultiHeadAttention(2, 3, **named),
    "grouped": lambda **named: layers.GroupQueryAttention(3, 4, 2, **named),
}
headed = pytest.mark.parametrize("make", HEADED.values(), ids=HEADED)


@headed
def test_headed_attention_survives_its_configuration_and_json(make):
    layer = make(use_gate=True, dropout=0.1, sliding_window=2, kernel_initializer="he_normal")
    layer(array(2, 5, 4), array(2, 5, 4))
    written = json.loads(json.dumps(layers.serialize(layer)))
    again = layers.deserialize(written)
    assert json.dumps(again.get_config()) == json.dumps(layer.get_config())
    again.set_weights(layer.get_weights())
    x = array(2, 5, 4, seed=2)
    np.testing.assert_array_equal(again(x, x).numpy(), layer(x, x).numpy())


@headed
def test_causal_attention_sees_nothing_later(make):
    layer = make()
    x = array(1, 6, 4)
    changed = x.copy()
    changed[:, 3] += 1.0
    before = layer(x, x, use_causal_mask=True).numpy()
    after = layer(changed, changed, use_causal_mask=True).numpy()
    np.testing.assert_allclose(after[:, :3], before[:, :3], atol=1e-6)
    assert np.abs(after[:, 3:] - before[:, 3:]).max() > 1e-3


@headed
def test_masked_values_are_not_seen(make):
    layer = make()
    query, value = array(1, 2, 4), array(1, 5, 4, seed=2)
    mask = np.array([[True, True, False, True, False]])
    masked = layer(query, value, value_mask=mask)
    seen = layer(query, value[:, mask[0]])
    np.testing.assert_allclose(masked.numpy(), seen.numpy(), atol=1e-6)


@headed
def test_weights_of_each_query_sum_to_one(make):
    _, weights = make()(array(2, 3, 4), array(2, 5, 4), return_attention_scores=True)
    np.testing.assert_allclose(weights.numpy().sum(axis=-1), 1.0, atol=1e-6)


@headed
def test_placeholders_have_the_shapes_of_tensors(make):
    query, value = Input((3, 4)), Input((None, 4))
    outputs, weights = make()(query, value, return_attention_scores=True)
    assert outputs.shape == (None, 3, 4)
    assert weights.shape[2:] == (3, None)
    model = Model([query, value], outputs)
    assert model([array(2, 3, 4), array(2, 7, 4)]).shape == (2, 3, 4)


@headed
def test_dropout_of_attention_acts_in_training_only(make):
    layer = make(dropout=0.5, seed=1)
    x = array(2, 8, 4)
    np.testing.assert_array_equal(layer(x, x).numpy(), layer(x, x).numpy())
    assert np.abs(layer(x, x, training=True).numpy() - layer(x, x).numpy()).max() > 1e-3


@pytest.mark.filterwarnings("ignore:softmax over axis")  # one key gets all of the attention
@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 5))
def test_one_head_with_identities_is_plain_attention(batch, queries, values, dim):
    layer = layers.MultiHeadAttention(1, dim, use_bias=False)
    query, value = array(batch, queries, dim), array(batch, values, dim, seed=2)
    layer(query, value)
    identity = np.eye(dim, dtype="float32")
    layer.set_weights([identity.reshape(w.shape) for w in layer.get_weights()])
    plain = layers.Attention()([query * dim**-0.5, value, value])
    np.testing.assert_allclose(layer(query, value).numpy(), plain.numpy(), atol=1e-5)


def test_kernels_start_apart_and_count_their_own_axes():
    layer = layers.MultiHeadAttention(8, 16, kernel_initializer="glorot_uniform")
    layer.build((None, 3, 64), (None, 3, 64))
    query, key = (w for w in layer.get_weights()[:4:2])
    assert not np.array_equal(query, key)
    limit = np.sqrt(6 / (64 + 8 * 16))
    assert limit * 0.98 < np.abs(query).max() <= limit


def test_mask_of_the_query_stays_on_the_output():
    tokens = np.array([[1, 2, 0]])
    x = layers.Embedding(3, 4, mask_zero=True)(tokens)
    output = layers.MultiHeadAttention(1, 2)(x, x)
    assert output._keras_mask.tolist() == [[True, True, False]]


def test_spectral_normalization_brings_the_largest_singular_value_to_one():
    layer = layers.SpectralNormalization(layers.Dense(5), power_iterations=30)
    layer(array(2, 4))
    layer.layer.kernel.assign(array(4, 5) * 3.0)
    layer(array(2, 4), training=True)
    largest = np.linalg.svd(layer.layer.kernel.numpy(), compute_uv=False)[0]
    assert largest == pytest.approx(1.0, abs=1e-3)


def test_spectral_normalization_leaves_a_kernel_of_zeros():
    layer = layers.SpectralNormalization(layers.Dense(3, kernel_initializer="zeros"))
    layer(array(2, 4), training=True)
    assert not layer.layer.kernel.numpy().any()
    assert ops.any(ops.not_equal(layer.vector_u, 0.0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.Attention(score_mode="cosine"), "`score_mode` 'dot' or 'concat'"),
        (lambda: layers.Attention()(array(2, 3, 4)), "expected a list of inputs"),
        (lambda: layers.Attention()([array(2, 3, 4)]), "[query, value] or [query, value, key]"),
        (lambda: layers.MultiHeadAttention(0, 3), "`num_heads` as a positive int"),
        (lambda: layers.MultiHeadAttention(2, 3.5), "`key_dim` as a positive int"),
        (
            lambda: layers.MultiHeadAttention(2, 3, sliding_window=0),
            "`sliding_window` as a positive",
        ),
        (
            lambda: layers.MultiHeadAttention(2, 3)(array(1, 2, 4), array(1, 3, 4), array(1, 5, 4)),
            "expected value and key of one shape",
        ),
        (lambda: layers.GroupQueryAttention(4, 3, 2), "`num_key_value_heads` to divide"),
        (lambda: layers.EinsumDense("ab->b", 3), "must have the form"),
        (lambda: layers.EinsumDense("...ab,bc->ac", 3), "must have the form"),
        (lambda: layers.EinsumDense("abc,cd->abd", 3)(array(2, 3, 4)), "does not fit"),
        (
            lambda: layers.EinsumDense("ab,bc->ac", 3)(array(2, 3, 4)),
            "does not fit inputs of shape",
        ),
        (lambda: layers.EinsumDense("ab,bd->ac", 3)(array(2, 3)), "on one side only"),
        (
            lambda: layers.EinsumDense("ab,bc->ac", 3, bias_axes="x")(array(2, 3)),
            "are 'x'",
        ),
        (lambda: layers.EinsumDense("abc,cd->abd", (5, 3))(array(2, 3, 4)), "axis 'b' of 3"),
        (lambda: layers.GroupNormalization(0), "`groups` as a positive int"),
        (
            lambda: layers.GroupNormalization(3)(array(2, 4)),
            "groups=3 divides, received 4",
        ),
        (lambda: layers.SpectralNormalization(layers.Flatten())(array(2, 4)), "has neither"),
        (
            lambda: layers.SpectralNormalization(layers.Dense(2), 0),
            "`power_iterations` as",
        ),
    ],
)
def test_hostile_arguments_are_refused_with_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
