"""Owns the layers that act in training only: dropout, noise, activity penalties."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import ops, random, regularizers
from pykeras_core.checks import Fraction, NonNegative, Seed, checked, in_order
from pykeras_core.layers.base import Layer
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.settings import standardize_data_format

__all__ = [
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
]

# Of selu: the value far below 0 that dropped units of a self-normalizing network take.
_SELU_FLOOR = -1.6732632423543772 * 1.0507009873554805


class _Noisy(Layer):
    """A layer without weights that draws numbers in training; outputs are like the inputs."""

    @checked
    def __init__(self, strength: float, argument: str, seed: Seed, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        is_number = isinstance(strength, (int, float)) and not isinstance(strength, bool)
        if not is_number or not 0 <= strength <= 1:
            raise ValueError(
                f"`{type(self).__name__}` expected `{argument}` between 0 and 1, "
                f"received {strength!r}."
            )
        self.seed = seed
        if strength > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True
        self.built = True

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "seed": self.seed}


class Dropout(_Noisy):
    """Sets a share of the inputs to 0 in training and scales up the rest by `1 / (1 - rate)`.

    Outside of training the inputs pass unchanged.

    Args:
        rate: Share dropped, 0 to 1.
        noise_shape: Shape of the mask, which is broadcast to the inputs; `None` sizes are the
            inputs' own. `(None, 1, None)` drops whole features of a sequence.
        seed: An int, or `None` (default) for one drawn now.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `rate` lies outside of 0 to 1 or `noise_shape` is no shape.

    Source:
        Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from
        overfitting".

    Example:
        >>> import numpy as np
        >>> layer = Dropout(0.5, seed=1)
        >>> layer(np.ones(4)).tolist()
        [1.0, 1.0, 1.0, 1.0]
        >>> sorted(set(layer(np.ones(100), training=True).tolist()))
        [0.0, 2.0]
    """

    @checked
    def __init__(
        self, rate: Fraction, noise_shape: Any = None, seed: Seed = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, "rate", seed, **kwargs)
        self.rate = rate
        self.noise_shape = None if noise_shape is None else _noise_shape(noise_shape)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Returns the inputs, a share of them 0 in training."""
        if not training or self.rate == 0:
            return inputs
        if self.rate == 1:
            return ops.zeros_like(inputs)
        return random.dropout(
            inputs, self.rate, noise_shape=self._mask_shape(inputs), seed=self.seed_generator
        )

    def _mask_shape(self, inputs: Any) -> Any:
        return self.noise_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "rate": self.rate, "noise_shape": self.noise_shape}


def _noise_shape(noise_shape: Any) -> tuple[int | None, ...]:
    sizes = tuple(noise_shape) if isinstance(noise_shape, (list, tuple)) else None
    good = sizes is not None and all(
        size is None or (isinstance(size, int) and size > 0) for size in sizes
    )
    if sizes is None or not good:
        raise ValueError(
            "`Dropout` expected `noise_shape` as a tuple of positive ints and None, "
            f"received {noise_shape!r}."
        )
    return sizes


class _SpatialDropout(Dropout):
    """Dropout of whole feature maps."""

    _rank = 0

    @checked
    def __init__(
        self, rate: Fraction, data_format: str | None = None, seed: Seed = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, seed=seed, **kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def _mask_shape(self, inputs: Any) -> Any:
        batch, channels = inputs.shape[0], inputs.shape[-1]
        if self.data_format == "channels_first":
            return (batch, inputs.shape[1], *(1,) * self._rank)
        return (batch, *(1,) * self._rank, channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        del config["noise_shape"]
        return {**config, "data_format": self.data_format}


@in_order("name", "dtype")
class SpatialDropout1D(_SpatialDropout):
    """Dropout of whole features of a sequence, the same at each step.

    Args:
        rate: Share dropped, 0 to 1.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, features)`.
    """

    _rank = 1

    @checked
    def __init__(self, rate: Fraction, seed: Seed = None, **kwargs: Any) -> None:
        super().__init__(rate, data_format="channels_last", seed=seed, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        del config["data_format"]
        return config


@in_order("name", "dtype")
class SpatialDropout2D(_SpatialDropout):
    """Dropout of whole channels of an image.

    Args:
        rate: Share dropped, 0 to 1.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, rows, columns, channels)`.
    """

    _rank = 2


@in_order("name", "dtype")
class SpatialDropout3D(_SpatialDropout):
    """Dropout of whole channels of a volume.

    Args:
        rate: Share dropped, 0 to 1.
        data_format: `"channels_last"` or `"channels_first"`; default the configured format.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, depth, rows, columns, channels)`.
    """

    _rank = 3


class AlphaDropout(_Noisy):
    """Dropout that keeps the mean and variance of a `selu` network.

    Args:
        rate: Share dropped, 0 to 1.
        noise_shape: Shape of the mask, which is broadcast to the inputs.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Source:
        Klambauer et al. 2017, arXiv:1706.02515.
    """

    @checked
    def __init__(
        self, rate: Fraction, noise_shape: Any = None, seed: Seed = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, "rate", seed, **kwargs)
        self.rate = rate
        self.noise_shape = None if noise_shape is None else _noise_shape(noise_shape)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Returns the inputs, a share of them at selu's floor in training, rescaled."""
        if not training or self.rate == 0:
            return inputs
        shape = self.noise_shape or inputs.shape
        shape = tuple(
            own if size is None else size for size, own in zip(shape, inputs.shape, strict=True)
        )
        drawn = random.uniform(shape, seed=self.seed_generator)
        kept = ops.cast(ops.greater_equal(drawn, self.rate), inputs.dtype)
        spread = (1 - self.rate) * (1 + self.rate * _SELU_FLOOR**2)
        scale = spread**-0.5 if spread > 0 else 0.0
        dropped = inputs * kept + _SELU_FLOOR * (1 - kept)
        return scale * dropped - scale * _SELU_FLOOR * self.rate

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "rate": self.rate, "noise_shape": self.noise_shape}


class GaussianDropout(_Noisy):
    """Multiplies by normal noise of mean 1 and variance `rate / (1 - rate)` in training.

    Args:
        rate: Strength, 0 to below 1.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `rate` lies outside of 0 to 1, or is 1.
    """

    @checked
    def __init__(self, rate: Fraction, seed: Seed = None, **kwargs: Any) -> None:
        super().__init__(rate, "rate", seed, **kwargs)
        if rate == 1:
            raise ValueError("`GaussianDropout` expected `rate` below 1, received 1.")
        self.rate = rate

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Returns the inputs, multiplied by noise in training."""
        if not training or self.rate == 0:
            return inputs
        stddev = math.sqrt(self.rate / (1.0 - self.rate))
        noise = random.normal(inputs.shape, mean=1.0, stddev=stddev, seed=self.seed_generator)
        return inputs * noise

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "rate": self.rate}


class GaussianNoise(_Noisy):
    """Adds normal noise of mean 0 in training.

    Args:
        stddev: Standard deviation, 0 to 1.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `stddev` lies outside of 0 to 1.
    """

    @checked
    def __init__(self, stddev: NonNegative, seed: Seed = None, **kwargs: Any) -> None:
        super().__init__(stddev, "stddev", seed, **kwargs)
        self.stddev = stddev

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Returns the inputs, noise added in training."""
        if not training or self.stddev == 0:
            return inputs
        noise = random.normal(inputs.shape, stddev=self.stddev, seed=self.seed_generator)
        return inputs + noise

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "stddev": self.stddev}


class ActivityRegularization(Layer):
    """Adds `(l1 * sum(|x|) + l2 * sum(x ** 2)) / batch` to the loss; `x` passes unchanged.

    Args:
        l1: Factor of the absolute values, default 0.
        l2: Factor of the squares, default 0.
        **kwargs: Arguments of every layer.
    """

    @checked
    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.supports_masking = True
        self.l1 = l1
        self.l2 = l2
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns `inputs`."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        del config["activity_regularizer"]
        return {**config, "l1": self.l1, "l2": self.l2}
