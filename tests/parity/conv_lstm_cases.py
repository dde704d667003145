"""Parity cases of `ConvLSTM1D` to `ConvLSTM3D` and `RMSNormalization`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, frozen, values
from .layers_cases import layer_results

IMAGES = (2, 3, 4, 5, 2)


def _case(name: str, cls: str, shape: tuple[int, ...], *args: Any, **arguments: Any) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        layer = getattr(framework.keras.layers, cls)(*args, **arguments)
        results = layer_results(framework, layer, [values("conv_lstm/input", shape)])
        output_shape = layer.compute_output_shape((None, *shape[1:]))
        return {**results, "output_shape": list(output_shape)}

    return Case(name, run, 2e-5)


def _masked(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.ConvLSTM2D(2, 2, padding="same", return_sequences=True)
    x, mask = values("conv_lstm/input", IMAGES), np.array([[1, 1, 0], [0, 1, 1]], "bool")
    layer(x)
    fill_weights(layer, "conv_lstm")
    return {"output": frozen(layer(x, mask=framework.keras.ops.convert_to_tensor(mask)))}


def _states(framework: Framework) -> dict[str, Any]:
    layer = framework.keras.layers.ConvLSTM1D(3, 2, return_state=True, go_backwards=True)
    x = values("conv_lstm/input", (2, 3, 6, 2))
    layer(x)
    fill_weights(layer, "conv_lstm")
    return {"outputs": [frozen(part) for part in layer(x)]}


CASES: tuple[Case, ...] = (
    _case("1d", "ConvLSTM1D", (2, 3, 6, 2), 3, 2),
    _case("2d", "ConvLSTM2D", IMAGES, 2, (3, 2), padding="same", return_sequences=True),
    _case("2d-strides", "ConvLSTM2D", IMAGES, 2, 2, strides=2, activation="relu", use_bias=False),
    _case("2d-dilated", "ConvLSTM2D", IMAGES, 2, 2, dilation_rate=2, unit_forget_bias=False),
    _case("3d", "ConvLSTM3D", (1, 2, 3, 3, 3, 1), 2, 2),
    Case("masked", _masked, 2e-5),
    Case("states", _states, 2e-5),
    _case("rms", "RMSNormalization", (2, 3, 4)),
    _case("rms-epsilon", "RMSNormalization", (2, 3, 4), epsilon=0.1),
)
