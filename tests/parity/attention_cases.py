"""Parity cases of attention, of dense layers along any axes, and of further normalization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, frozen, labels, values
from .layers_cases import config_of, layer_results

Make = Callable[[Any], Any]
QUERY, VALUE, KEY = (2, 3, 4), (2, 5, 4), (2, 5, 4)


def _inputs(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    return [values(f"attention/{index}", shape) for index, shape in enumerate(shapes)]


def _layer(name: str, make: Make, *shapes: tuple[int, ...], **arguments: Any) -> Case:
    """A layer called on one array, or on a list."""

    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        results = layer_results(framework, layer, _inputs(*shapes), **arguments)
        unknown = [(None, *shape[1:]) for shape in shapes]
        results["output_shape"] = list(
            layer.compute_output_shape(unknown if len(shapes) > 1 else unknown[0])
        )
        return results

    return Case(name, run)


def _masks(framework: Framework) -> dict[str, Any]:
    query = np.array([[1, 1, 0], [1, 0, 1]], "bool")
    value = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 1]], "bool")
    to_tensor = framework.keras.ops.convert_to_tensor
    return {"query": to_tensor(query), "value": to_tensor(value)}


def _one_head(name: str, make: Make, masked: bool = False, **arguments: Any) -> Case:
    """Attention of one head, with its weights."""

    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        inputs = _inputs(QUERY, VALUE, KEY)
        if masked:
            masks = _masks(framework)
            arguments["mask"] = [masks["query"], masks["value"]]
        results = layer_results(framework, layer, inputs, **arguments)
        _, weights = layer(
            list(map(framework.keras.ops.convert_to_tensor, inputs)),
            return_attention_scores=True,
            **arguments,
        )
        return {**results, "attention": weights}

    return Case(name, run)


def _headed(name: str, make: Make, shapes: Any = (QUERY, VALUE), **options: Any) -> Case:
    """Attention of several heads: outputs, weights, gradients of all that is trained."""

    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        arguments = dict(options)
        if arguments.pop("masked", False):
            masks = _masks(framework)
            arguments["query_mask"] = None
            arguments["value_mask"] = masks["value"]
        if "attention_mask" in arguments:
            mask = labels("attention/mask", (2, 3, 5), 2).astype("bool")
            mask[:, :, 0] = True
            arguments["attention_mask"] = framework.keras.ops.convert_to_tensor(mask)
        inputs = _inputs(*shapes)
        layer(*inputs, **arguments)
        fill_weights(layer, "attention")
        output = layer(*inputs, **arguments)
        scale = values("attention/scale", output.shape)
        _, gradients = framework.gradients(lambda *x: layer(*x, **arguments) * scale, *inputs)
        # The bias of the keys moves all scores of a row alike, so its gradient is rounding alone.
        weights = [w for w in layer.trainable_weights if not w.path.endswith("key/bias")]
        _, trained = framework.weight_gradients(
            lambda: layer(*inputs, **arguments) * scale, weights
        )
        with_scores = layer(*inputs, return_attention_scores=True, **arguments)
        return {
            "output": output,
            "attention": with_scores[1],
            "output with attention": with_scores[0],
            "input_gradients": [np.asarray(g) for g in gradients],
            "weight_gradients": [np.asarray(g) for g in trained],
            "weights": [(w.path, list(w.shape)) for w in layer.weights],
            "config": config_of(layer),
            "output_shape": list(layer.compute_output_shape(*((None, *s[1:]) for s in shapes))),
        }

    return Case(name, run)


def _padded(framework: Framework) -> dict[str, Any]:
    """Masks that embeddings leave on their outputs reach attention by themselves."""
    keras = framework.keras
    tokens = np.array([[3, 1, 0, 0], [2, 4, 1, 0]], "int32")
    embedding = keras.layers.Embedding(5, 4, mask_zero=True)
    embedding(tokens)
    fill_weights(embedding, "attention/embedding")
    layer = keras.layers.MultiHeadAttention(2, 3)
    layer(embedding(tokens), embedding(tokens))
    fill_weights(layer, "attention/padded")
    output = layer(embedding(tokens), embedding(tokens))
    return {"output": output, "mask": np.asarray(output._keras_mask).astype("int32")}


def _spectral(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    layer = layers.SpectralNormalization(layers.Dense(4), power_iterations=2)
    x = values("attention/spectral", (3, 5))
    layer(x)
    fill_weights(layer, "spectral")
    outputs = [frozen(layer(x))] + [frozen(layer(x, training=True)) for _ in range(2)]
    fill_weights(layer, "spectral")
    scale = values("attention/spectral scale", (3, 4))
    _, gradients = framework.weight_gradients(
        lambda: layer(x, training=True) * scale, layer.trainable_weights
    )
    return {
        "outputs": outputs,
        "gradients": [np.asarray(gradient) for gradient in gradients],
        "weights": [w.path for w in layer.weights],
        "values": [frozen(w) for w in layer.get_weights()],
    }


def _transformer(framework: Framework) -> dict[str, Any]:
    """Thirty steps of a small transformer, from fixed weights.

    Without an `Embedding`: of one row's several gradients in a batch, Keras on TensorFlow gives
    Adam the sum of their squares, and on its other backends, as we do, the square of their sum.
    """
    keras = framework.keras
    layers = keras.layers
    steps = keras.Input((6, 5))
    x = layers.Dense(8)(steps)
    seen = layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)
    x = layers.LayerNormalization()(layers.Add()([x, seen]))
    x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(8, activation="gelu")(x)]))
    outputs = layers.Dense(3)(layers.GlobalAveragePooling1D()(x))
    model = keras.Model(steps, outputs)
    fill_weights(model, "transformer")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss, metrics=["accuracy"])
    x_train, y_train = values("transformer/x", (24, 6, 5)), labels("transformer/y", (24,), 3)
    history = model.fit(x_train, y_train, batch_size=8, epochs=10, shuffle=False, verbose=0)
    return {"history": history.history, "predictions": model.predict(x_train[:5], verbose=0)}


CASES = (
    _layer("EinsumDense", lambda k: k.EinsumDense("ab,bc->ac", 3, bias_axes="c"), (4, 5)),
    _layer(
        "EinsumDense sequences",
        lambda k: k.EinsumDense("abc,cd->abd", (None, 4), activation="relu", bias_axes="d"),
        (2, 3, 5),
    ),
    _layer("EinsumDense left", lambda k: k.EinsumDense("...x,xy->...y", 4), (2, 3, 5)),
    _layer(
        "EinsumDense heads",
        lambda k: k.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"),
        (2, 3, 5),
    ),
    _layer(
        "EinsumDense right",
        lambda k: k.EinsumDense("ab...,bc->ac...", 4, bias_axes="c"),
        (2, 3, 5),
    ),
    _one_head("Attention", lambda k: k.Attention()),
    _one_head("Attention scaled, masked", lambda k: k.Attention(use_scale=True), masked=True),
    _one_head("Attention concat", lambda k: k.Attention(use_scale=True, score_mode="concat")),
    _one_head(
        "Attention causal, masked", lambda k: k.Attention(), masked=True, use_causal_mask=True
    ),
    _one_head("AdditiveAttention", lambda k: k.AdditiveAttention()),
    _one_head("AdditiveAttention plain", lambda k: k.AdditiveAttention(use_scale=False)),
    _headed("MultiHeadAttention", lambda k: k.MultiHeadAttention(2, 3)),
    _headed(
        "MultiHeadAttention key, value_dim, output_shape",
        lambda k: k.MultiHeadAttention(2, 3, value_dim=2, output_shape=5, use_bias=False),
        shapes=(QUERY, VALUE, (2, 5, 6)),
    ),
    _headed(
        "MultiHeadAttention causal", lambda k: k.MultiHeadAttention(2, 3), use_causal_mask=True
    ),
    _headed("MultiHeadAttention masked", lambda k: k.MultiHeadAttention(3, 2), masked=True),
    _headed("MultiHeadAttention mask", lambda k: k.MultiHeadAttention(2, 2), attention_mask=True),
    _headed("MultiHeadAttention window", lambda k: k.MultiHeadAttention(2, 2, sliding_window=2)),
    _headed(
        "MultiHeadAttention gated",
        lambda k: k.MultiHeadAttention(2, 3, use_gate=True, kernel_regularizer="l2", name="gated"),
    ),
    _headed(
        "MultiHeadAttention over two axes",
        lambda k: k.MultiHeadAttention(2, 3),
        shapes=((2, 2, 3, 4), (2, 2, 3, 4)),
    ),
    _headed(
        "MultiHeadAttention over one of two axes",
        lambda k: k.MultiHeadAttention(2, 3, attention_axes=2),
        shapes=((2, 2, 3, 4), (2, 2, 3, 4)),
    ),
    _headed("GroupQueryAttention", lambda k: k.GroupQueryAttention(3, 4, 2)),
    _headed(
        "GroupQueryAttention causal, gated",
        lambda k: k.GroupQueryAttention(2, 2, 1, use_gate=True),
        use_causal_mask=True,
    ),
    _layer("GroupNormalization", lambda k: k.GroupNormalization(2), (2, 3, 3, 4)),
    _layer("GroupNormalization axis 1", lambda k: k.GroupNormalization(3, axis=1), (2, 6, 4)),
    _layer("GroupNormalization of one channel", lambda k: k.GroupNormalization(-1), (2, 5, 3)),
    _layer(
        "GroupNormalization plain",
        lambda k: k.GroupNormalization(1, center=False, scale=False),
        (2, 5, 3),
    ),
    Case("masks of padded tokens", _padded),
    Case("SpectralNormalization", _spectral),
    Case("transformer, trained", _transformer, rtol=1e-4),
)
