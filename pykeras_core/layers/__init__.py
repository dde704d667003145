"""Layers: the names, and making layers from their configurations."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pykeras_core.layers.activation import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from pykeras_core.layers.attention import AdditiveAttention, Attention
from pykeras_core.layers.augmentation import (
    RandomBrightness,
    RandomContrast,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from pykeras_core.layers.base import Layer
from pykeras_core.layers.batch_norm import BatchNormalization
from pykeras_core.layers.borders import (
    Cropping1D,
    Cropping2D,
    Cropping3D,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
)
from pykeras_core.layers.categories import CategoryEncoding, Discretization
from pykeras_core.layers.conv import Conv1D, Conv2D, Conv3D
from pykeras_core.layers.conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from pykeras_core.layers.conv_separable import (
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from pykeras_core.layers.conv_transpose import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
from pykeras_core.layers.core import Dense, Identity, Masking, Wrapper
from pykeras_core.layers.data_normalization import Normalization
from pykeras_core.layers.einsum_dense import EinsumDense
from pykeras_core.layers.embedding import Embedding
from pykeras_core.layers.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)
from pykeras_core.layers.group_norm import GroupNormalization
from pykeras_core.layers.grouped_query_attention import GroupedQueryAttention
from pykeras_core.layers.image_layers import CenterCrop, Resizing
from pykeras_core.layers.input_layer import Input, InputLayer
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.integer_lookup import IntegerLookup
from pykeras_core.layers.join import Concatenate, Dot, concatenate, dot
from pykeras_core.layers.lambda_layer import Lambda
from pykeras_core.layers.merge import (
    Add,
    Average,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    maximum,
    minimum,
    multiply,
    subtract,
)
from pykeras_core.layers.multi_head_attention import MultiHeadAttention
from pykeras_core.layers.norm import (
    LayerNormalization,
    RMSNormalization,
    UnitNormalization,
)
from pykeras_core.layers.pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from pykeras_core.layers.random_crop import RandomCrop
from pykeras_core.layers.recurrent import GRU, LSTM, SimpleRNN
from pykeras_core.layers.recurrent_cells import GRUCell, LSTMCell, SimpleRNNCell
from pykeras_core.layers.regularize import (
    ActivityRegularization,
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from pykeras_core.layers.reshape import Flatten, Permute, RepeatVector, Reshape
from pykeras_core.layers.rnn import RNN, StackedRNNCells
from pykeras_core.layers.scaling import Rescaling
from pykeras_core.layers.sequence_wrappers import Bidirectional, TimeDistributed
from pykeras_core.layers.spectral_norm import SpectralNormalization
from pykeras_core.layers.string_lookup import StringLookup
from pykeras_core.layers.text import TextVectorization
from pykeras_core.layers.up_sampling import UpSampling1D, UpSampling2D, UpSampling3D
from pykeras_core.saving import serialization
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.operation import Operation

_LOADED_WHEN_USED = {
    **dict.fromkeys(
        (
            *("AutoContrast", "RandomColorDegeneration", "RandomGrayscale", "RandomHue"),
            *("RandomInvert", "RandomPosterization", "RandomSaturation", "Solarization"),
        ),
        "colors",
    ),
    **dict.fromkeys(("AugMix", "RandAugment", "RandomColorJitter"), "combined"),
    **dict.fromkeys(("ContrastLimitedAdaptiveHistogramEqualization", "Equalization"), "histograms"),
    **dict.fromkeys(("CutMix", "RandomErasing"), "patching"),
    **dict.fromkeys(("HashedCrossing", "Hashing"), "hashing"),
    **dict.fromkeys(("MelSpectrogram", "STFTSpectrogram"), "spectrograms"),
    **dict.fromkeys(("MixUp", "Pipeline"), "mixing"),
    **dict.fromkeys(("RandomElasticTransform", "RandomPerspective", "RandomShear"), "warps"),
    **dict.fromkeys(("RandomGaussianBlur", "RandomSharpness"), "blurring"),
    "MaxNumBoundingBoxes": "boxes",
    "ReversibleEmbedding": "reversible_embedding",
}
"""The module of each layer that few programs use."""

if TYPE_CHECKING:
    from pykeras_core.layers.blurring import RandomGaussianBlur, RandomSharpness
    from pykeras_core.layers.boxes import MaxNumBoundingBoxes
    from pykeras_core.layers.colors import (
        AutoContrast,
        RandomColorDegeneration,
        RandomGrayscale,
        RandomHue,
        RandomInvert,
        RandomPosterization,
        RandomSaturation,
        Solarization,
    )
    from pykeras_core.layers.combined import AugMix, RandAugment, RandomColorJitter
    from pykeras_core.layers.hashing import HashedCrossing, Hashing
    from pykeras_core.layers.histograms import (
        ContrastLimitedAdaptiveHistogramEqualization,
        Equalization,
    )
    from pykeras_core.layers.mixing import MixUp, Pipeline
    from pykeras_core.layers.patching import CutMix, RandomErasing
    from pykeras_core.layers.reversible_embedding import ReversibleEmbedding
    from pykeras_core.layers.spectrograms import MelSpectrogram, STFTSpectrogram
    from pykeras_core.layers.warps import RandomElasticTransform, RandomPerspective, RandomShear

__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "AugMix",
    "AutoContrast",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "Concatenate",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "CutMix",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "Dropout",
    "EinsumDense",
    "Embedding",
    "Equalization",
    "Flatten",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "GroupQueryAttention",
    "HashedCrossing",
    "Hashing",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "IntegerLookup",
    "KerasTensor",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxNumBoundingBoxes",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "MelSpectrogram",
    "Minimum",
    "MixUp",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "Operation",
    "PReLU",
    "Permute",
    "Pipeline",
    "RMSNormalization",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "ReversibleEmbedding",
    "STFTSpectrogram",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "Solarization",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "StringLookup",
    "Subtract",
    "TextVectorization",
    "TimeDistributed",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]

# Keras's second names.
GroupQueryAttention = GroupedQueryAttention
AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
Convolution1D = Conv1D
Convolution1DTranspose = Conv1DTranspose
Convolution2D = Conv2D
Convolution2DTranspose = Conv2DTranspose
Convolution3D = Conv3D
Convolution3DTranspose = Conv3DTranspose
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D


def __getattr__(name: str) -> Any:
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_LOADED_WHEN_USED[name]}")
    found = globals()[name] = getattr(module, name)
    return found


def serialize(layer: Any) -> Any:
    """Returns the configuration dict of a layer.

    Args:
        layer: A layer.

    Returns:
        A dict with `module`, `class_name`, `config` and `registered_name`.
    """
    return serialization.serialize_keras_object(layer)


def deserialize(
    config: Any, custom_objects: dict[str, Any] | None = None, safe_mode: bool = True
) -> Any:
    """Makes a layer from its configuration dict, without weights' values.

    Args:
        config: What `serialize` returned.
        custom_objects: Your own classes by name.
        safe_mode: Whether to refuse lambdas.

    Returns:
        The layer.

    Raises:
        ValueError: If the configuration describes something else.

    Example:
        >>> deserialize(serialize(Dense(3, name="head"))).name
        'head'
    """
    found = serialization.deserialize_keras_object(
        config, custom_objects=custom_objects, safe_mode=safe_mode
    )
    if not isinstance(found, Layer):
        raise ValueError(f"The configuration {config} describes {found!r}, which is no layer.")
    return found
