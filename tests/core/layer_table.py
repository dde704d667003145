"""One row for every built-in layer: how it is made and what it is called on.

The tests of configurations, shapes and gradients run over this table; a test fails when a
public layer has no row.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import layers, ops


@dataclasses.dataclass(frozen=True)
class Row:
    """A layer of the table.

    Attributes:
        name: Unique.
        make: Returns a new layer.
        shapes: Shape of each input; several inputs are passed as a list.
        arguments: Further arguments of the call.
        classes: For integer inputs: they lie in 0 to `classes - 1`.
    """

    name: str
    make: Callable[[], Any]
    shapes: tuple[tuple[int, ...], ...]
    arguments: dict[str, Any] = dataclasses.field(default_factory=dict)
    classes: int = 0

    def inputs(self) -> Any:
        """Reproducible inputs: one array, or a list of several."""
        state = np.random.default_rng(7)
        if self.classes:
            arrays = [state.integers(0, self.classes, shape, "int32") for shape in self.shapes]
        else:
            # Distinct, and 1/60 or more away from the kinks at 0 and where two inputs are equal.
            arrays = [
                (state.permutation(np.prod(shape)).reshape(shape) * 0.05 - 0.5 + index / 60).astype(
                    "float32"
                )
                for index, shape in enumerate(self.shapes, start=1)
            ]
        return arrays if len(arrays) > 1 else arrays[0]

    def input_shape(self, batch: int | None = None) -> Any:
        """The inputs' shapes with another batch size, in the form `build` takes."""
        shapes = [(batch, *shape[1:]) for shape in self.shapes]
        return shapes if len(shapes) > 1 else shapes[0]


def double(x: Any) -> Any:
    return ops.multiply(x, 2.0)


TRAINING = {"training": True}

LAYERS = (
    Row("Activation", lambda: layers.Activation("tanh"), ((2, 3),)),
    Row("ActivityRegularization", lambda: layers.ActivityRegularization(l2=0.1), ((2, 3),)),
    Row("Add", layers.Add, ((2, 3), (2, 3))),
    Row("AlphaDropout", lambda: layers.AlphaDropout(0.3, seed=1), ((2, 3),)),
    Row("Average", layers.Average, ((2, 3), (2, 3), (2, 3))),
    Row("BatchNormalization", layers.BatchNormalization, ((4, 3),), TRAINING),
    Row("BatchNormalization inference", lambda: layers.BatchNormalization(axis=1), ((2, 3, 2),)),
    Row("Bidirectional", lambda: layers.Bidirectional(layers.GRU(3)), ((2, 3, 2),)),
    Row("Concatenate", lambda: layers.Concatenate(axis=1), ((2, 3, 2), (2, 1, 2))),
    Row("Dense", lambda: layers.Dense(4, activation="sigmoid"), ((2, 3),)),
    Row("Dense without bias", lambda: layers.Dense(4, use_bias=False), ((2, 3, 2),)),
    Row("Dot", lambda: layers.Dot(axes=(2, 1)), ((2, 3, 4), (2, 4, 5))),
    Row("Dot normalized", lambda: layers.Dot(axes=1, normalize=True), ((2, 3), (2, 3))),
    Row("Dropout", lambda: layers.Dropout(0.4, noise_shape=(None, 1), seed=1), ((2, 3),)),
    Row("ELU", lambda: layers.ELU(alpha=0.7), ((2, 3),)),
    Row("Embedding", lambda: layers.Embedding(5, 3, mask_zero=True), ((2, 4),), classes=5),
    Row("Flatten", layers.Flatten, ((2, 3, 4),)),
    Row("GRU", lambda: layers.GRU(3, return_sequences=True), ((2, 3, 2),)),
    Row("GRU reset before", lambda: layers.GRU(3, reset_after=False, seed=1), ((2, 3, 2),)),
    Row("GaussianDropout", lambda: layers.GaussianDropout(0.3, seed=1), ((2, 3),)),
    Row("GaussianNoise", lambda: layers.GaussianNoise(0.3, seed=1), ((2, 3),)),
    Row("Identity", layers.Identity, ((2, 3),)),
    Row("Lambda", lambda: layers.Lambda(double), ((2, 3),)),
    Row("LSTM", lambda: layers.LSTM(3), ((2, 3, 2),)),
    Row("ConvLSTM1D", lambda: layers.ConvLSTM1D(2, 2), ((2, 2, 4, 1),)),
    Row("ConvLSTM2D", lambda: layers.ConvLSTM2D(2, 2, padding="same"), ((1, 2, 3, 2, 1),)),
    Row("ConvLSTM3D", lambda: layers.ConvLSTM3D(1, 2), ((1, 2, 2, 2, 2, 1),)),
    Row("LayerNormalization", layers.LayerNormalization, ((2, 5),)),
    Row("LayerNormalization two axes", lambda: layers.LayerNormalization([1, 2]), ((2, 3, 2),)),
    Row("LeakyReLU", lambda: layers.LeakyReLU(0.2), ((2, 3),)),
    Row("Masking", layers.Masking, ((2, 3, 2),)),
    Row("Maximum", layers.Maximum, ((2, 3), (2, 3))),
    Row("Minimum", layers.Minimum, ((2, 3), (2, 3))),
    Row("Multiply", layers.Multiply, ((2, 3), (2, 3))),
    Row("PReLU", lambda: layers.PReLU("ones", shared_axes=[1]), ((2, 3, 2),)),
    Row("Permute", lambda: layers.Permute((2, 1)), ((2, 3, 4),)),
    Row("RNN", lambda: layers.RNN(layers.LSTMCell(3), go_backwards=True), ((2, 3, 2),)),
    Row("RNN stacked", lambda: layers.RNN([layers.GRUCell(3), layers.LSTMCell(2)]), ((2, 3, 2),)),
    Row("ReLU", lambda: layers.ReLU(1.5, negative_slope=0.1, threshold=0.2), ((2, 5),)),
    Row("RepeatVector", lambda: layers.RepeatVector(3), ((2, 4),)),
    Row("Rescaling", lambda: layers.Rescaling(0.5, offset=[1.0, 2.0, 3.0]), ((2, 3),)),
    Row("Reshape", lambda: layers.Reshape((-1, 2)), ((2, 3, 4),)),
    Row("SimpleRNN", lambda: layers.SimpleRNN(3, use_bias=False), ((2, 3, 2),)),
    Row("Softmax", layers.Softmax, ((2, 3),)),
    Row("SpatialDropout1D", lambda: layers.SpatialDropout1D(0.3, seed=1), ((2, 3, 4),)),
    Row("SpatialDropout2D", lambda: layers.SpatialDropout2D(0.3, seed=1), ((2, 3, 4, 2),)),
    Row("SpatialDropout3D", lambda: layers.SpatialDropout3D(0.3, seed=1), ((2, 3, 4, 2, 2),)),
    Row("MelSpectrogram", lambda: layers.MelSpectrogram(8, 4, num_mel_bins=2), ((2, 20),)),
    Row("STFTSpectrogram", lambda: layers.STFTSpectrogram(frame_length=8), ((2, 20, 1),)),
    Row("Subtract", layers.Subtract, ((2, 3), (2, 3))),
    Row("TimeDistributed", lambda: layers.TimeDistributed(layers.Dense(3)), ((2, 3, 2),)),
    Row("RMSNormalization", layers.RMSNormalization, ((2, 5),)),
    Row("ReversibleEmbedding", lambda: layers.ReversibleEmbedding(5, 3), ((2, 4),), classes=5),
    Row("UnitNormalization", layers.UnitNormalization, ((2, 3),)),
)
