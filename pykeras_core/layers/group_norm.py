"""Owns `GroupNormalization`."""

from __future__ import annotations

from typing import Any

from pykeras_core import constraints, initializers, ops, regularizers
from pykeras_core.checks import NonNegative, axes_within, checked
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.norm import Normalizing

__all__ = ["GroupNormalization"]


class GroupNormalization(Normalizing):
    """Normalizes groups of channels of each sample: `gamma * (x - mean) / sqrt(var + eps) + beta`.

    Args:
        groups: Number of groups, default 32; 1 takes all channels together, -1 each by itself.
        axis: The axis of the channels, default the last.
        epsilon: Added to the variance, default 0.001.
        center: Whether to add a trained `beta`, default `True`.
        scale: Whether to multiply by a trained `gamma`, default `True`.
        beta_initializer: Default `"zeros"`.
        gamma_initializer: Default `"ones"`.
        beta_regularizer: Penalty on `beta`, or `None`.
        gamma_regularizer: Penalty on `gamma`, or `None`.
        beta_constraint: Projection of `beta`, or `None`.
        gamma_constraint: Projection of `gamma`, or `None`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `groups` is no such int, or does not divide the channels.

    Source:
        Wu and He 2018, arXiv:1803.08494; defaults as in Keras 3.

    Example:
        >>> import numpy as np
        >>> layer = GroupNormalization(groups=2)
        >>> layer(np.array([[1.0, 3.0, 10.0, 20.0]])).numpy().round(2).tolist()
        [[-1.0, 1.0, -1.0, 1.0]]
    """

    @checked
    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: NonNegative = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: initializers.InitializerLike = "zeros",
        gamma_initializer: initializers.InitializerLike = "ones",
        beta_regularizer: regularizers.RegularizerLike = None,
        gamma_regularizer: regularizers.RegularizerLike = None,
        beta_constraint: constraints.ConstraintLike = None,
        gamma_constraint: constraints.ConstraintLike = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            epsilon,
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            beta_constraint,
            gamma_constraint,
            **kwargs,
        )
        is_int = isinstance(groups, int) and not isinstance(groups, bool)
        if not is_int or (groups < 1 and groups != -1):
            raise ValueError(
                "`GroupNormalization` expected `groups` as a positive int, or -1 for one a "
                f"channel, received {groups!r}."
            )
        self.groups = groups
        self.axis = int(axis)

    def build(self, input_shape: Any) -> None:
        """Creates `gamma` and `beta`, each `(channels,)`.

        Args:
            input_shape: Shape of the inputs; the size of `axis` must be known.
        """
        axes_within("GroupNormalization", self.axis, input_shape)
        channels = input_shape[self.axis]
        if channels is None:
            raise ValueError(
                f"`GroupNormalization` '{self.name}' cannot be built for inputs of shape "
                f"{tuple(input_shape)}: the size of axis {self.axis} must be known."
            )
        if self.groups == -1:
            self.groups = channels
        if channels % self.groups:
            raise ValueError(
                f"`GroupNormalization` '{self.name}' expected channels that groups={self.groups} "
                f"divides, received {channels} channels, in shape {tuple(input_shape)}."
            )
        self._add_scale_and_offset((channels,))
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs: Any) -> Any:
        """Returns the inputs, each group of each sample with mean 0 and variance 1."""
        shape = inputs.shape
        at = self.axis % len(shape)
        parts = (self.groups, shape[at] // self.groups)
        grouped = ops.reshape(inputs, (*shape[:at], *parts, *shape[at + 1 :]))
        axes = tuple(axis for axis in range(1, len(shape) + 1) if axis != at)
        mean, variance = ops.moments(grouped, axes, keepdims=True)
        along = (*(1,) * at, *parts, *(1,) * (len(shape) - at - 1))
        factor = ops.rsqrt(variance + self.epsilon)
        if self.gamma is not None:
            factor = factor * ops.reshape(self.gamma, along)
        shift = -mean * factor
        if self.beta is not None:
            shift = shift + ops.reshape(self.beta, along)
        return ops.reshape(grouped * factor + shift, shape)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "groups": self.groups, "axis": self.axis}
