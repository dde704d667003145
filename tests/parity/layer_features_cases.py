"""Parity cases of layers beside their formula: low rank, renormalization, stateless calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, frozen, values

Make = Callable[[Any], Any]


def _low_rank(name: str, make: Make, shape: tuple[int, ...]) -> Case:
    """A layer whose kernel is trained through two small matrices."""

    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        x = values("low rank/x", shape)
        layer(x)
        fill_weights(layer, "low rank")
        output = frozen(layer(x))
        weights = values("low rank/output weights", output.shape)
        _, gradients = framework.weight_gradients(
            lambda: layer(x) * weights, layer.trainable_weights
        )
        config = layer.get_config()
        return {
            "output": output,
            "weights": [[weight.path, list(weight.shape)] for weight in layer.weights],
            "trainable": [weight.name for weight in layer.trainable_weights],
            "gradients": [framework.keras.ops.convert_to_numpy(g) for g in gradients],
            "config": [config["lora_rank"], config["lora_alpha"]],
        }

    return Case(f"low rank {name}", run, rtol=2e-5)


def _renormalized(name: str, **options: Any) -> Case:
    """Batch renormalization: outputs, gradients and statistics of three steps, and inference."""

    def run(framework: Framework) -> dict[str, Any]:
        layer = framework.keras.layers.BatchNormalization(renorm=True, momentum=0.8, **options)
        layer.build((None, 3))
        results: dict[str, Any] = {"weights": [weight.path for weight in layer.weights]}
        for step in range(3):
            x = values(f"renorm/{step}", (6, 3)) + np.float32(step)
            _, gradients = framework.gradients(
                lambda x, layer=layer: layer(x, training=True) * values("renorm/weights", (6, 3)), x
            )
            results[f"gradient {step}"] = np.asarray(gradients[0])
            results[f"state {step}"] = [frozen(w) for w in layer.non_trainable_weights]
        results["inference"] = frozen(layer(values("renorm/0", (6, 3))))
        config = layer.get_config()
        keys = ("renorm", "renorm_clipping", "renorm_momentum")
        return {**results, "config": [config[key] for key in keys]}

    return Case(f"renormalization {name}", run, rtol=5e-5)


def _stateless(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    model = framework.keras.Sequential(
        [
            layers.Input((3,)),
            layers.Dense(2, kernel_regularizer="l2", name="d"),
            layers.BatchNormalization(name="b"),
        ],
        name="m",
    )
    model.compile("sgd", "mse")
    given = [values(f"stateless/{i}", w.shape) for i, w in enumerate(model.trainable_variables)]
    kept = [
        values(f"stateless/{i}", w.shape, 0.1) for i, w in enumerate(model.non_trainable_variables)
    ]
    outputs, state, losses = model.stateless_call(
        given, kept, values("stateless/x", (4, 3)), training=True, return_losses=True
    )
    fill_weights(model, "state tree")
    tree = model.get_state_tree(value_format="numpy_array")
    return {
        "outputs": np.asarray(outputs),
        "state": [np.asarray(value) for value in state],
        "losses": [float(np.asarray(loss)) for loss in losses],
        "trainable": tree["trainable_variables"],
        "other": tree["non_trainable_variables"],
    }


def _merged_masks(framework: Framework) -> dict[str, Any]:
    """Layers that merge two sequences, both padded, or one of them."""
    keras = framework.keras
    layers = keras.layers
    results: dict[str, Any] = {}
    first = np.array([[3, 1, 0, 0], [2, 0, 0, 0]], "int32")
    second = np.array([[1, 0, 0, 0], [4, 3, 2, 0]], "int32")
    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
        for both in (True, False):
            a, b = layers.Input((4,), dtype="int32"), layers.Input((4,), dtype="int32")
            embed = [layers.Embedding(5, 2, mask_zero=True), layers.Embedding(5, 2, mask_zero=both)]
            merged = getattr(layers, name)()([embed[0](a), embed[1](b)])
            model = keras.Model([a, b], [merged, layers.LSTM(2)(merged)])
            fill_weights(model, "merged masks")
            outputs = model([first, second])
            mask = getattr(outputs[0], "_keras_mask", None)
            results[f"{name} {both}"] = {
                "outputs": [frozen(output) for output in outputs],
                "mask": None if mask is None else np.asarray(mask).tolist(),
            }
    return results


CASES = (
    _low_rank("Dense", lambda k: k.Dense(3, lora_rank=2), (4, 5)),
    _low_rank("EinsumDense as Dense", lambda k: k.EinsumDense("ab,bc->ac", 4, lora_rank=1), (3, 5)),
    _low_rank("Conv1D", lambda k: k.Conv1D(3, 2, lora_rank=2, lora_alpha=6), (2, 5, 2)),
    _low_rank("Conv2D", lambda k: k.Conv2D(4, 2, groups=2, lora_rank=3), (2, 4, 4, 2)),
    _low_rank("Conv3D", lambda k: k.Conv3D(2, 2, lora_rank=1), (1, 3, 3, 3, 2)),
    _low_rank(
        "EinsumDense",
        lambda k: k.EinsumDense("abc,cde->abde", (None, 3, 4), bias_axes="e", lora_rank=2),
        (2, 3, 5),
    ),
    _renormalized("plain"),
    _renormalized(
        "clipped",
        renorm_clipping={"rmin": 0.5, "rmax": 1.2, "dmax": 0.3},
        renorm_momentum=0.7,
    ),
    _renormalized("without scale", scale=False, renorm_clipping={"rmax": 2.0}),
    _renormalized("without offset", center=False),
    Case("stateless call and state tree", _stateless),
    Case("merged masks", _merged_masks),
)
