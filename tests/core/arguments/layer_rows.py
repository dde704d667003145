"""Rows of the table of valid calls: layers, and what each is called on."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core import layers
from tests.core.arguments.valid import CUBE, INTEGERS, Make, X
from tests.core.layer_table import LAYERS
from tests.core.spatial_layer_table import SPATIAL_LAYERS

INPUTS: dict[str, Any] = {}
for r in [*LAYERS, *SPATIAL_LAYERS]:
    INPUTS.setdefault(type(r.make()).__name__, (r.inputs(), r.arguments))
INPUTS.update(
    {
        "Discretization": (X, {}),
        "CategoryEncoding": (INTEGERS, {}),
        "IntegerLookup": (INTEGERS, {}),
        "StringLookup": (np.array([["a", "b"]]), {}),
        "TextVectorization": (np.array(["a b", "c"]), {}),
        "Hashing": (INTEGERS, {}),
        "HashedCrossing": ([INTEGERS[:, 0], INTEGERS[:, 1]], {}),
        "STFTSpectrogram": (np.linspace(0, 1, 1200, dtype="float32").reshape(2, 600, 1), {}),
        "MelSpectrogram": (np.linspace(0, 1, 3000, dtype="float32"), {}),
        "Layer": (X, {}),
        "GroupedQueryAttention": ([CUBE, CUBE], {}),
        "MultiHeadAttention": ([CUBE, CUBE], {}),
        "Concatenate": ([X, X], {}),
        "Dot": ([X, X], {}),
    }
)

ROWS: dict[str, Any] = {}
ROWS.update(
    {
        "layers.Activation": {"activation": "relu"},
        "layers.Dot": {"axes": 1},
        "layers.RNN": {"cell": Make(lambda: layers.GRUCell(3))},
        "layers.StackedRNNCells": {"cells": Make(lambda: [layers.GRUCell(3)])},
        "layers.Pipeline": {"layers": Make(lambda: [layers.Rescaling(2.0)])},
        "layers.HashedCrossing": {"num_bins": 3},
        "layers.MaxNumBoundingBoxes": {"max_number": 3},
        "layers.Hashing": {"num_bins": 3},
        "layers.RandomColorDegeneration": {"factor": 0.5},
        "layers.RandomHue": {"factor": 0.5},
        "layers.RandomPosterization": {"factor": 4},
        "layers.RandomSaturation": {"factor": 0.5},
        "layers.ReversibleEmbedding": {"input_dim": 5, "output_dim": 2},
        "layers.Permute": {"dims": (2, 1)},
        "layers.EinsumDense": {"equation": "abc,cd->abd", "output_shape": (None, 3)},
        "layers.Lambda": {"function": lambda x: x},
        "layers.GroupQueryAttention": {
            "head_dim": 2,
            "num_query_heads": 2,
            "num_key_value_heads": 1,
        },
        "layers.Embedding": {"input_dim": 5, "output_dim": 2},
        "layers.Bidirectional": {"layer": Make(lambda: layers.GRU(3))},
        "layers.SpectralNormalization": {"layer": Make(lambda: layers.Conv2D(3, 2))},
        "layers.TimeDistributed": {"layer": Make(lambda: layers.Dense(3))},
        "layers.Wrapper": {"layer": Make(lambda: layers.Dense(3))},
        "layers.serialize": {"layer": Make(lambda: layers.Dense(3))},
        "layers.deserialize": {"config": Make(lambda: layers.serialize(layers.Dense(3)))},
        "layers.Reshape": {"target_shape": (-1, 2)},
        "layers.Input": {"shape": (2,)},
        "layers.InputLayer": {"shape": (2,)},
        "layers.CategoryEncoding": {"num_tokens": 3},
        "layers.Discretization": {"bin_boundaries": [0.2, 0.5]},
        "layers.IntegerLookup": {"vocabulary": [1, 2]},
        "layers.StringLookup": {"vocabulary": ["a", "b"]},
        "layers.TextVectorization": {"vocabulary": ["a", "b"]},
        "layers.GroupNormalization": {"groups": 2},
        "layers.Normalization": {"mean": 2.0, "variance": 4.0},
        "layers.RandomCrop": {"height": 3, "width": 3},
        "layers.Resizing": {"height": 3, "width": 3},
        "layers.SeparableConv1D": {"kernel_size": 2},
        "layers.add": {"inputs": [X, X]},
        "layers.dot": {"inputs": [X, X], "axes": 1},
    }
)
for n in "average concatenate maximum minimum multiply subtract".split():
    ROWS["layers." + n] = {"inputs": [X, X]}
