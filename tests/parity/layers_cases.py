"""Parity cases of `keras.layers`: outputs, gradients, weights' names, shapes, configurations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, frozen, values

# Written by Keras 3.15 only for features of its own (quantization, renormalization); older
# versions of Keras refuse them, so we leave them out. Of the recurrent layers, Keras writes the
# seed of some, we of all; and whether a layer without weights counts as built differs.
LEFT_OUT = {"quantization_config", "renorm", "renorm_clipping", "renorm_momentum"}
LEFT_OUT |= {"seed", "build_config"}

Make = Callable[[Any], Any]


def config_of(layer: Any) -> Any:
    """The layer's configuration, and those inside it, without the keys that we leave out."""
    return _without_left_out(layer.get_config())


def _without_left_out(config: Any) -> Any:
    if isinstance(config, list | tuple):
        return [_without_left_out(item) for item in config]
    if not isinstance(config, dict):
        return config
    return {key: _without_left_out(v) for key, v in config.items() if key not in LEFT_OUT}


def layer_results(
    framework: Framework, layer: Any, inputs: list[np.ndarray], **arguments: Any
) -> dict[str, Any]:
    """What a layer with fixed weights does on fixed inputs."""
    call = layer if len(inputs) == 1 else lambda *tensors, **named: layer(list(tensors), **named)
    call(*inputs, **arguments)
    fill_weights(layer, "layer")
    output = frozen(call(*inputs, **arguments))
    weights = values("layer/output weights", output.shape)
    fill_weights(layer, "layer")
    _, input_gradients = framework.gradients(
        lambda *tensors: call(*tensors, **arguments) * weights, *inputs
    )
    results = {
        "output": output,
        "input_gradients": [np.asarray(gradient) for gradient in input_gradients],
        "weights": [weight.path for weight in layer.weights],
        "config": config_of(layer),
    }
    if layer.trainable_weights:
        fill_weights(layer, "layer")
        _, gradients = framework.weight_gradients(
            lambda: call(*inputs, **arguments) * weights, layer.trainable_weights
        )
        results["weight_gradients"] = [
            framework.keras.ops.convert_to_numpy(gradient) for gradient in gradients
        ]
    return results


def _case(name: str, make: Make, *shapes: tuple[int, ...], **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = make(framework.keras.layers)
        inputs = [
            values(f"layer/input {index}", shape) + np.float32(0.0005)
            for index, shape in enumerate(shapes)
        ]
        results = layer_results(framework, layer, inputs, **arguments)
        unknown = [(None, *shape[1:]) for shape in shapes]
        output_shape = layer.compute_output_shape(unknown if len(shapes) > 1 else unknown[0])
        return {**results, "output_shape": list(output_shape)}

    return Case(name, run)


LAYERS = (
    _case("Dense", lambda k: k.Dense(4), (3, 5)),
    _case("Dense relu without bias", lambda k: k.Dense(4, "relu", use_bias=False), (3, 5)),
    _case("Dense softmax on sequences", lambda k: k.Dense(4, "softmax"), (2, 3, 5)),
    _case(
        "Dense with everything",
        lambda k: k.Dense(
            3,
            activation="tanh",
            kernel_initializer="he_normal",
            bias_initializer="ones",
            kernel_regularizer="l2",
            bias_regularizer="l1",
            activity_regularizer="l2",
            kernel_constraint="max_norm",
            bias_constraint="non_neg",
            name="head",
        ),
        (4, 2),
    ),
    _case("Flatten", lambda k: k.Flatten(), (2, 3, 4)),
    _case("Flatten channels first", lambda k: k.Flatten("channels_first"), (2, 3, 4, 2)),
    _case("Flatten one axis", lambda k: k.Flatten(), (3,)),
    _case("Reshape", lambda k: k.Reshape((2, -1)), (2, 3, 4)),
    _case("Permute", lambda k: k.Permute((3, 1, 2)), (2, 3, 4, 2)),
    _case("RepeatVector", lambda k: k.RepeatVector(3), (2, 4)),
    _case("Activation", lambda k: k.Activation("tanh"), (2, 4)),
    _case("ReLU", lambda k: k.ReLU(max_value=1.5, negative_slope=0.1, threshold=0.3), (4, 5)),
    _case("LeakyReLU", lambda k: k.LeakyReLU(), (4, 5)),
    _case("PReLU", lambda k: k.PReLU(), (4, 5)),
    _case("PReLU shared", lambda k: k.PReLU(shared_axes=[1]), (2, 3, 4)),
    _case("ELU", lambda k: k.ELU(0.5), (4, 5)),
    _case("Softmax", lambda k: k.Softmax(), (4, 5)),
    _case("Softmax over two axes", lambda k: k.Softmax(axis=(1, 2)), (2, 3, 4)),
    _case("Identity", lambda k: k.Identity(), (4, 5)),
    _case("Rescaling", lambda k: k.Rescaling(0.5, offset=-1.0), (4, 5)),
    _case("Rescaling by channel", lambda k: k.Rescaling([0.5, 2.0], offset=[0.0, 1.0]), (3, 2)),
    _case("ActivityRegularization", lambda k: k.ActivityRegularization(0.1, 0.2), (3, 2)),
    _case("Dropout at inference", lambda k: k.Dropout(0.4, noise_shape=(None, 1), seed=3), (3, 4)),
    _case("GaussianNoise at inference", lambda k: k.GaussianNoise(0.4), (3, 4)),
    _case("GaussianDropout at inference", lambda k: k.GaussianDropout(0.4), (3, 4)),
    _case("AlphaDropout at inference", lambda k: k.AlphaDropout(0.4), (3, 4)),
    _case("Add", lambda k: k.Add(), (2, 3), (2, 3), (2, 3)),
    _case("Add with broadcasting", lambda k: k.Add(), (2, 3, 4), (2, 1, 4), (2, 4)),
    _case("Subtract", lambda k: k.Subtract(), (2, 3), (2, 3)),
    _case("Multiply", lambda k: k.Multiply(), (2, 3), (2, 3), (2, 3)),
    _case("Average", lambda k: k.Average(), (2, 3), (2, 3), (2, 3)),
    _case("Maximum", lambda k: k.Maximum(), (2, 3), (2, 3), (2, 3)),
    _case("Minimum", lambda k: k.Minimum(), (2, 3), (2, 3), (2, 3)),
    _case("Concatenate", lambda k: k.Concatenate(), (2, 3, 2), (2, 3, 4)),
    _case("Concatenate along axis 1", lambda k: k.Concatenate(axis=1), (2, 3, 2), (2, 1, 2)),
    _case("Dot", lambda k: k.Dot(axes=1), (2, 3), (2, 3)),
    _case("Dot of sequences", lambda k: k.Dot(axes=(2, 1)), (2, 3, 4), (2, 4, 5)),
    _case("Dot normalized", lambda k: k.Dot(axes=-1, normalize=True), (2, 3, 4), (2, 5, 4)),
    _case("BatchNormalization", lambda k: k.BatchNormalization(), (6, 4), training=True),
    _case("BatchNormalization axis 1", lambda k: k.BatchNormalization(1), (3, 2, 5), training=True),
    _case("LayerNormalization", lambda k: k.LayerNormalization(), (3, 4)),
    _case("LayerNormalization two axes", lambda k: k.LayerNormalization([1, 2]), (3, 4, 2)),
    _case("LayerNormalization axis 1", lambda k: k.LayerNormalization(1, center=False), (3, 4, 2)),
    _case("UnitNormalization", lambda k: k.UnitNormalization(), (3, 4)),
    _case("UnitNormalization axis 1", lambda k: k.UnitNormalization(axis=1), (3, 4, 2)),
    _case("Masking", lambda k: k.Masking(), (2, 3, 4)),
)


def _batch_statistics(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.BatchNormalization(momentum=0.8, epsilon=0.01)
    x = values("layer/statistics", (6, 3))
    layer(x)
    results: dict[str, Any] = {"before": frozen(layer(x))}
    layer(x, training=True)
    results["moving"] = [frozen(layer.moving_mean), frozen(layer.moving_variance)]
    layer.trainable = False
    results["frozen"] = frozen(layer(x, training=True))
    results["unmoved"] = [frozen(layer.moving_mean), frozen(layer.moving_variance)]
    return results


def _masked_statistics(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.BatchNormalization()
    x = values("layer/masked", (3, 4, 2))
    mask = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]], "bool")
    output = layer(x, training=True, mask=framework.keras.ops.convert_to_tensor(mask))
    return {"output": output, "moving_mean": frozen(layer.moving_mean)}


def _embedding(framework: Framework) -> dict[str, Any]:
    ops = framework.keras.ops
    layer = framework.keras.layers.Embedding(5, 3, mask_zero=True)
    x = np.array([[1, 4, 0], [2, 2, 0]], "int32")
    layer(x)
    fill_weights(layer, "embedding")
    weights = values("embedding/weights", (2, 3, 3))
    output = layer(x)
    _, (gradient,) = framework.weight_gradients(lambda: layer(x) * weights, layer.weights)
    return {
        "output": output,
        "mask": np.asarray(layer.compute_mask(ops.convert_to_tensor(x))).astype("int32"),
        "gradient": ops.convert_to_numpy(gradient),
        "weights": [weight.path for weight in layer.weights],
        "config": config_of(layer),
        "shape": list(layer.compute_output_shape((None, 7))),
    }


def _masks(framework: Framework) -> dict[str, Any]:
    layers, ops = framework.keras.layers, framework.keras.ops
    x = values("layer/steps", (2, 4, 3))
    x[0, 2:] = 0.0
    y = values("layer/other steps", (2, 4, 3))
    y[1, 1:] = 0.0
    a, b = layers.Masking()(x), layers.Masking()(y)
    tensors = {
        "masking": a,
        "dense": layers.Dense(2)(a),
        "dropout": layers.Dropout(0.5)(a),
        "add": layers.Add()([a, b]),
        "add with unmasked": layers.Add()([a, ops.convert_to_tensor(y)]),
        "multiply": layers.Multiply()([a, b]),
        "maximum": layers.Maximum()([a, b]),
        "concatenate features": layers.Concatenate()([a, b]),
        "concatenate steps": layers.Concatenate(axis=1)([a, b]),
    }
    results: dict[str, Any] = {}
    for name, tensor in tensors.items():
        mask = getattr(tensor, "_keras_mask", None)
        results[name] = None if mask is None else np.asarray(mask).astype("int32")
    results["multiply output"] = tensors["multiply"]
    results["maximum output"] = tensors["maximum"]
    return results


def _masked_softmax(framework: Framework) -> dict[str, Any]:
    x = values("layer/softmax", (2, 4))
    mask = np.array([[1, 1, 0, 1], [0, 1, 1, 0]], "bool")
    mask = framework.keras.ops.convert_to_tensor(mask)
    return {"output": framework.keras.layers.Softmax()(x, mask=mask)}


def _losses(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers

    class Two(layers.Layer):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.first = layers.Dense(3, kernel_regularizer="l2", activity_regularizer="l1")
            self.second = layers.Dense(2, bias_regularizer="l1")

        def call(self, inputs: Any) -> Any:
            hidden = self.first(inputs)
            self.add_loss(framework.keras.ops.sum(hidden))
            return self.second(hidden)

    layer = Two()
    x = values("layer/losses", (4, 3))
    layer(x)
    fill_weights(layer, "losses")
    layer(x)
    return {
        "losses": [float(loss) for loss in layer.losses],
        "weights": [weight.path for weight in layer.weights],
        "names": [layer.name, layer.first.name, layer.second.name],
    }


def _names(framework: Framework) -> dict[str, Any]:
    layers = framework.keras.layers
    made = [layers.Dense(1), layers.Dense(1), layers.PReLU(), layers.ReLU(), layers.ELU()]
    made += [layers.BatchNormalization(), layers.SpatialDropout1D(0.1), layers.LeakyReLU()]
    made += [layers.ActivityRegularization(), layers.Dense(1, name="mine"), layers.Dense(1)]
    return {"names": [layer.name for layer in made]}


CASES = (
    *LAYERS,
    Case("moving statistics", _batch_statistics),
    Case("masked statistics", _masked_statistics),
    Case("Embedding", _embedding),
    Case("masks", _masks),
    Case("masked softmax", _masked_softmax),
    Case("losses", _losses),
    Case("automatic names", _names),
)
