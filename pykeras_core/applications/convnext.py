"""`keras.applications.convnext`: `ConvNeXtTiny`, `Small`, `Base`, `Large` and `XLarge`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pykeras_core import initializers, layers, ops, random
from pykeras_core.applications.imagenet_utils import decode_predictions, preprocessing
from pykeras_core.applications.network import (
    Request,
    begin,
    channels_last_only,
    finish,
    input_shape_of,
    named,
    pooled,
)
from pykeras_core.checks import PathLike, PositiveInt, checked
from pykeras_core.layers.base import Layer
from pykeras_core.models.functional import Functional
from pykeras_core.models.sequential import Sequential

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "decode_predictions",
    "preprocess_input",
]

preprocess_input = preprocessing(None)

_EPSILON = 1e-6
_FIRST_SCALE = 1e-6
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_SMALL, _LARGE = (3, 3, 9, 3), (3, 3, 27, 3)


class StochasticDepth(Layer):
    """Leaves whole samples out at random, in training.

    Args:
        drop_path_rate: The share of samples left out.
        **kwargs: Arguments of every layer.
    """

    def __init__(self, drop_path_rate: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.drop_path_rate = drop_path_rate
        self.generator = random.SeedGenerator()

    def call(self, x: Any, training: bool | None = None) -> Any:
        """Returns the samples that stay, larger by as much as fewer they are."""
        if not training:
            return x
        kept = 1.0 - self.drop_path_rate
        form = (x.shape[0], *[1] * (len(x.shape) - 1))
        return x / kept * ops.floor(kept + random.uniform(form, seed=self.generator))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "drop_path_rate": self.drop_path_rate}


class LayerScale(Layer):
    """Multiplies each channel by a weight.

    Args:
        init_values: First value of the weights.
        projection_dim: How many channels there are.
        **kwargs: Arguments of every layer.
    """

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, input_shape: Any) -> None:
        """Makes the weights."""
        self.gamma = self.add_weight(
            shape=(self.projection_dim,), initializer=initializers.Constant(self.init_values)
        )

    def call(self, x: Any) -> Any:
        """Returns the product."""
        return x * self.gamma

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        return {**config, "init_values": self.init_values, "projection_dim": self.projection_dim}


def _make(
    variant: str, depths: tuple[int, ...], widths: tuple[int, ...]
) -> Callable[..., Functional]:
    """Returns the function that makes one network of the family."""
    network, usual = f"ConvNeXt{variant}", f"convnext_{variant.lower()}"
    source = "Liu et al. 2022, https://arxiv.org/abs/2201.03545"

    @checked
    @named(
        network,
        f"{network} ({source}).",
        224,
        "\n        include_preprocessing: Whether images come with values from 0 to 255.",
    )
    def build(
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: PositiveInt = 1000,
        classifier_activation: Any = "softmax",
        name: str = usual,
    ) -> Functional:
        request = Request(
            network, include_top, weights, input_tensor, input_shape, pooling, classes,
            classifier_activation,
        )  # fmt: skip
        channels_last_only(network)
        address = f"convnext/{name}{'' if include_top else '_notop'}.h5"
        start = x = begin(request, 224, address)
        if include_preprocessing and input_shape_of(request, 224, 32)[-1] == 3:
            x = _prepared(x, name)
        for stage, step in enumerate(_steps(widths, name)):
            x = step(x)
            for number in range(depths[stage]):
                x = _block(x, widths[stage], f"{name}_stage_{stage}_block_{number}")
        x = _end(x, request, name)
        return finish(request, start, x, name)

    return build


def _prepared(x: Any, name: str) -> Any:
    return layers.Normalization(
        mean=[value * 255 for value in _MEAN],
        variance=[(value * 255) ** 2 for value in _DEVIATION],
        name=f"{name}_prestem_normalization",
    )(x)


def _steps(widths: tuple[int, ...], name: str) -> list[Sequential]:
    """What each stage begins with: a smaller size, more channels."""
    stem = [
        layers.Conv2D(widths[0], kernel_size=4, strides=4, name=f"{name}_stem_conv"),
        layers.LayerNormalization(epsilon=_EPSILON, name=f"{name}_stem_layernorm"),
    ]
    steps = [Sequential(stem, name=f"{name}_stem")]
    for place, width in enumerate(widths[1:]):
        label = f"{name}_downsampling"
        pair = [
            layers.LayerNormalization(epsilon=_EPSILON, name=f"{label}_layernorm_{place}"),
            layers.Conv2D(width, kernel_size=2, strides=2, name=f"{label}_conv_{place}"),
        ]
        steps.append(Sequential(pair, name=f"{label}_block_{place}"))
    return steps


def _block(inputs: Any, width: int, name: str) -> Any:
    """Looks around channel by channel, widens, narrows; and adds what came."""
    x = layers.Conv2D(
        width, kernel_size=7, padding="same", groups=width, name=f"{name}_depthwise_conv"
    )(inputs)
    x = layers.LayerNormalization(epsilon=_EPSILON, name=f"{name}_layernorm")(x)
    x = layers.Dense(4 * width, name=f"{name}_pointwise_conv_1")(x)
    x = layers.Activation("gelu", name=f"{name}_gelu")(x)
    x = layers.Dense(width, name=f"{name}_pointwise_conv_2")(x)
    x = LayerScale(_FIRST_SCALE, width, name=f"{name}_layer_scale")(x)
    return inputs + layers.Activation("linear", name=f"{name}_identity")(x)


def _end(x: Any, request: Request, name: str) -> Any:
    if not request.include_top:
        return layers.LayerNormalization(epsilon=_EPSILON)(pooled(x, request))
    x = layers.GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
    x = layers.LayerNormalization(epsilon=_EPSILON, name=f"{name}_head_layernorm")(x)
    return layers.Dense(
        request.classes, activation=request.classifier_activation, name=f"{name}_head_dense"
    )(x)


ConvNeXtTiny = _make("Tiny", _SMALL, (96, 192, 384, 768))
ConvNeXtSmall = _make("Small", _LARGE, (96, 192, 384, 768))
ConvNeXtBase = _make("Base", _LARGE, (128, 256, 512, 1024))
ConvNeXtLarge = _make("Large", _LARGE, (192, 384, 768, 1536))
ConvNeXtXLarge = _make("XLarge", _LARGE, (256, 512, 1024, 2048))
