"""Owns the initializers that scale with the number of inputs or outputs of a weight."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import random
from pykeras_core.checks import Seed, Shape, checked
from pykeras_core.initializers.base import RandomInitializer

__all__ = [
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "LecunNormal",
    "LecunUniform",
    "VarianceScaling",
    "compute_fans",
]

Axes = list[int] | tuple[int, ...] | None

# Standard deviation of a standard normal distribution truncated to [-2, 2].
_TRUNCATED_STDDEV = 0.87962566103423978

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")


@checked
def compute_fans(
    shape: Shape, input_axes: Axes = None, output_axes: Axes = None
) -> tuple[int, int]:
    """Returns the number of inputs and outputs of a weight.

    Args:
        shape: The weight's shape: `(inputs, outputs)`, or `(..., channels in, channels out)` of
            a convolution.
        input_axes: Axes that count as inputs; used when `output_axes` is given too.
        output_axes: Axes that count as outputs.

    Returns:
        `(fan_in, fan_out)`.

    Example:
        >>> compute_fans((3, 3, 16, 32))
        (144, 288)
    """
    shape = tuple(int(size) for size in shape)
    if input_axes is not None and output_axes is not None:
        return (
            math.prod(shape[axis] for axis in input_axes),
            math.prod(shape[axis] for axis in output_axes),
        )
    if not shape:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = math.prod(shape[:-2])
    return shape[-2] * receptive_field, shape[-1] * receptive_field


class VarianceScaling(RandomInitializer):
    """Random numbers of variance `scale / n`, `n` the weight's inputs, outputs or their mean.

    Args:
        scale: Positive factor, default 1.
        mode: `"fan_in"` (default), `"fan_out"` or `"fan_avg"`: what `n` counts.
        distribution: `"truncated_normal"` (default; `"normal"` means the same),
            `"untruncated_normal"` or `"uniform"`.
        seed: An int, a `SeedGenerator`, or `None`.
        input_axes: Axes of the weight that count as inputs; `None` for the usual ones.
        output_axes: Axes that count as outputs; `None` for the usual ones.

    Raises:
        ValueError: If `scale` is not positive, or a word is none of these.

    Example:
        >>> VarianceScaling(scale=2.0, mode="fan_out", seed=1)((4, 5)).shape
        (4, 5)
    """

    @checked
    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Seed = None,
        input_axes: Axes = None,
        output_axes: Axes = None,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"`VarianceScaling` needs a positive `scale`, received {scale}.")
        if mode not in _MODES:
            raise ValueError(f"`VarianceScaling` expected a mode of {_MODES}, received {mode!r}.")
        distribution = distribution.lower()
        if distribution == "normal":
            distribution = "truncated_normal"
        if distribution not in _DISTRIBUTIONS:
            raise ValueError(
                f"`VarianceScaling` expected a distribution of {_DISTRIBUTIONS}, "
                f"received {distribution!r}."
            )
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes
        super().__init__(seed=seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        shape = tuple(shape)
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}
        variance = self.scale / max(1.0, fan[self.mode])
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return random.uniform(shape, -limit, limit, dtype=dtype, seed=self.seed)
        if self.distribution == "untruncated_normal":
            stddev = math.sqrt(variance)
            return random.normal(shape, 0.0, stddev, dtype=dtype, seed=self.seed)
        stddev = math.sqrt(variance) / _TRUNCATED_STDDEV
        return random.truncated_normal(shape, 0.0, stddev, dtype=dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments."""
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


class _Named(VarianceScaling):
    """A member of the family with a name of its own, whose scale and mode are fixed."""

    _scale = 1.0
    _mode = "fan_in"
    _distribution = "truncated_normal"

    def __init__(self, seed: Any = None, input_axes: Axes = None, output_axes: Axes = None) -> None:
        super().__init__(
            scale=self._scale,
            mode=self._mode,
            distribution=self._distribution,
            seed=seed,
            input_axes=input_axes,
            output_axes=output_axes,
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments."""
        names = ("seed", "input_axes", "output_axes")
        config = super().get_config()
        return {name: config[name] for name in names}


class GlorotUniform(_Named):
    """Uniform in `±sqrt(6 / (fan_in + fan_out))`; the default of most kernels.

    Args:
        seed: An int, a `SeedGenerator`, or `None`.
        input_axes: Axes that count as inputs; `None` for the usual ones.
        output_axes: Axes that count as outputs; `None` for the usual ones.

    Source:
        Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward
        neural networks".
    """

    _mode = "fan_avg"
    _distribution = "uniform"


class GlorotNormal(_Named):
    """Truncated normal of standard deviation `sqrt(2 / (fan_in + fan_out))`.

    Args:
        seed: An int, a `SeedGenerator`, or `None`.
        input_axes: Axes that count as inputs; `None` for the usual ones.
        output_axes: Axes that count as outputs; `None` for the usual ones.

    Source:
        Glorot and Bengio 2010.
    """

    _mode = "fan_avg"


class LecunNormal(_Named):
    """Truncated normal of standard deviation `sqrt(1 / fan_in)`.

    Args:
        seed: An int, a `SeedGenerator`, or `None`.
        input_axes: Axes that count as inputs; `None` for the usual ones.
        output_axes: Axes that count as outputs; `None` for the usual ones.

    Source:
        Klambauer et al. 2017, arXiv:1706.02515.
    """


class LecunUniform(_Named):
    """Uniform in `±sqrt(3 / fan_in)`.

    Args:
        seed: An int, a `SeedGenerator`, or `None`.
        input_axes: Axes that count as inputs; `None` for the usual ones.
        output_axes: Axes that count as outputs; `None` for the usual ones.

    Source:
        Klambauer et al. 2017, arXiv:1706.02515.
    """

    _distribution = "uniform"


class HeNormal(_Named):
    """Truncated normal of standard deviation `sqrt(2 / fan_in)`; for ReLU layers.

    Args:
        seed: An int, a `SeedGenerator`, or `None`.
        input_axes: Axes that count as inputs; `None` for the usual ones.
        output_axes: Axes that count as outputs; `None` for the usual ones.

    Source:
        He et al. 2015, arXiv:1502.01852.
    """

    _scale = 2.0


class HeUniform(_Named):
    """Uniform in `±sqrt(6 / fan_in)`; for ReLU layers.

    Args:
        seed: An int, a `SeedGenerator`, or `None`.
        input_axes: Axes that count as inputs; `None` for the usual ones.
        output_axes: Axes that count as outputs; `None` for the usual ones.

    Source:
        He et al. 2015, arXiv:1502.01852.
    """

    _scale = 2.0
    _distribution = "uniform"
