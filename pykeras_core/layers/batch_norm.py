"""Owns `BatchNormalization`, which brings each channel of a batch to mean 0 and variance 1."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import constraints, initializers, ops, regularizers, settings
from pykeras_core.checks import Fraction, NonNegative, axes_within, checked
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.norm import Normalizing

__all__ = ["BatchNormalization"]


class BatchNormalization(Normalizing):
    """Normalizes each channel over the batch: `gamma * (x - mean) / sqrt(var + eps) + beta`.

    In training, mean and variance are the batch's, and moving averages of them are kept:
    `moving = moving * momentum + batch * (1 - momentum)`. Otherwise, and when the layer is not
    `trainable`, the moving averages are used.

    Args:
        axis: The axis of the channels, default the last.
        momentum: Of the moving averages, default 0.99.
        epsilon: Added to the variance, default 0.001.
        center: Whether to add a trained `beta`, default `True`.
        scale: Whether to multiply by a trained `gamma`, default `True`.
        beta_initializer: Default `"zeros"`.
        gamma_initializer: Default `"ones"`.
        moving_mean_initializer: Default `"zeros"`.
        moving_variance_initializer: Default `"ones"`.
        beta_regularizer: Penalty on `beta`, or `None`.
        gamma_regularizer: Penalty on `gamma`, or `None`.
        beta_constraint: Projection of `beta`, or `None`.
        gamma_constraint: Projection of `gamma`, or `None`.
        renorm: Whether to normalize by moving averages in training too (batch renormalization):
            the batch's own values are corrected by `r = std / renorm_std` and
            `d = (mean - renorm_mean) / renorm_std`, through which no gradient flows.
        renorm_clipping: Dict of bounds `rmin` and `rmax` of r and `dmax` of the size of d; those
            that are left out do not bound.
        renorm_momentum: Of the averages `renorm_mean` and `renorm_stddev`, default 0.99.
        synchronized: Accepted as in Keras; there is one replica.
        **kwargs: Arguments of every layer.

    Source:
        Ioffe and Szegedy 2015, arXiv:1502.03167; Ioffe 2017, arXiv:1702.03275; defaults as in
        Keras 3.

    Example:
        >>> import numpy as np
        >>> layer = BatchNormalization()
        >>> layer(np.array([[1.0], [3.0]]), training=True).numpy().round(2).tolist()
        [[-1.0], [1.0]]
        >>> layer.moving_mean.numpy().round(2).tolist()
        [0.019999999552965164]
    """

    @checked
    def __init__(
        self,
        axis: int = -1,
        momentum: Fraction = 0.99,
        epsilon: NonNegative = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: initializers.InitializerLike = "zeros",
        gamma_initializer: initializers.InitializerLike = "ones",
        moving_mean_initializer: initializers.InitializerLike = "zeros",
        moving_variance_initializer: initializers.InitializerLike = "ones",
        beta_regularizer: regularizers.RegularizerLike = None,
        gamma_regularizer: regularizers.RegularizerLike = None,
        beta_constraint: constraints.ConstraintLike = None,
        gamma_constraint: constraints.ConstraintLike = None,
        renorm: bool = False,
        renorm_clipping: dict[str, float] | None = None,
        renorm_momentum: Fraction = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            float(epsilon),
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
        self.axis = int(axis)
        self.momentum = float(momentum)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.synchronized = synchronized
        self.renorm = renorm
        self.renorm_clipping = _bounds(renorm_clipping or {}) if renorm else renorm_clipping
        self.renorm_momentum = renorm_momentum

    def build(self, input_shape: Any) -> None:
        """Creates `gamma`, `beta`, `moving_mean`, `moving_variance`, each `(channels,)`.

        Args:
            input_shape: Shape of the inputs; the size of `axis` must be known.
        """
        axes_within("BatchNormalization", self.axis, input_shape)
        channels = input_shape[self.axis]
        self._add_scale_and_offset((channels,))
        self.moving_mean = self.add_weight(
            name="moving_mean",
            shape=(channels,),
            initializer=self.moving_mean_initializer,
            trainable=False,
        )
        self.moving_variance = self.add_weight(
            name="moving_variance",
            shape=(channels,),
            initializer=self.moving_variance_initializer,
            trainable=False,
        )
        if self.renorm:
            self._add_renorm_statistics((channels,))
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def _add_renorm_statistics(self, shape: tuple[int, ...]) -> None:
        def first_deviation(shape: Any, dtype: Any = None) -> Any:
            return ops.sqrt(self.moving_variance_initializer(shape, dtype=dtype))

        self.moving_stddev, self.renorm_mean, self.renorm_stddev = (
            self.add_weight(name=name, shape=shape, initializer=initializer, trainable=False)
            for name, initializer in (
                ("moving_stddev", first_deviation),
                ("renorm_mean", self.moving_mean_initializer),
                ("renorm_stddev", first_deviation),
            )
        )

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Returns the normalized inputs; in training, updates the moving averages.

        Args:
            inputs: Tensor.
            training: Whether to use the batch's mean and variance.
            mask: Bool tensor of the inputs' shape without the last axis: which entries count for
                mean and variance.

        Returns:
            Tensor like `inputs`.
        """
        inputs = ops.cast(inputs, self.compute_dtype)
        mean, variance = self.moving_mean.value, self.moving_variance.value
        scale, offset = self.gamma, self.beta
        if training and self.trainable:
            batch_mean, batch_variance = self._moments(inputs, mask)
            rest = 1.0 - self.momentum
            if self.renorm:
                scale, offset = self._renormalized(batch_mean, batch_variance)
                self._move_renorm_statistics(batch_mean, batch_variance)
            else:
                self.moving_variance.assign(variance * self.momentum + batch_variance * rest)
            self.moving_mean.assign(mean * self.momentum + batch_mean * rest)
            mean, variance = batch_mean, batch_variance
        return ops.batch_normalization(
            inputs,
            mean,
            variance,
            axis=self.axis,
            offset=offset,
            scale=scale,
            epsilon=self.epsilon,
        )

    def _renormalized(self, mean: Any, variance: Any) -> tuple[Any, Any]:
        """Scale and offset that bring what the batch normalized to the moving averages."""
        bounds = self.renorm_clipping or {}
        # Kept from 0, near which it begins if the first variance is 0.
        deviation = ops.maximum(self.renorm_stddev, math.sqrt(self.epsilon))
        r = ops.sqrt(variance + self.epsilon) / deviation
        d = (mean - self.renorm_mean) / deviation
        if bounds.get("rmin") is not None:
            r = ops.maximum(r, bounds["rmin"])
        if bounds.get("rmax") is not None:
            r = ops.minimum(r, bounds["rmax"])
        if bounds.get("dmax") is not None:
            d = ops.clip(d, -bounds["dmax"], bounds["dmax"])
        r, d = ops.stop_gradient(r), ops.stop_gradient(d)
        if self.gamma is not None:
            r, d = r * self.gamma, d * self.gamma
        return r, d if self.beta is None else d + self.beta

    def _move_renorm_statistics(self, mean: Any, variance: Any) -> None:
        deviation = ops.sqrt(variance + self.epsilon)

        def move(average: Any, value: Any, momentum: float) -> Any:
            return average.assign(average * momentum + value * (1.0 - momentum))

        move(self.renorm_mean, mean, self.renorm_momentum)
        move(self.renorm_stddev, deviation, self.renorm_momentum)
        moved = move(self.moving_stddev, deviation, self.momentum)
        self.moving_variance.assign(ops.relu(ops.square(moved) - self.epsilon))

    def _moments(self, inputs: Any, mask: Any) -> tuple[Any, Any]:
        rank = len(inputs.shape)
        axes = tuple(axis for axis in range(rank) if axis != self.axis % rank)
        if mask is None:
            mean, variance = ops.moments(inputs, axes)
            return mean, variance
        if len(mask.shape) != rank - 1:
            raise ValueError(
                f"`BatchNormalization` '{self.name}' expected a mask of the inputs' shape "
                f"{tuple(inputs.shape)} without the last axis, received {tuple(mask.shape)}."
            )
        weight = ops.cast(ops.broadcast_to(ops.expand_dims(mask, -1), inputs.shape), inputs.dtype)
        count = ops.sum(weight, axes, keepdims=True) + settings.epsilon()
        mean = ops.sum(inputs * weight, axes, keepdims=True) / count
        variance = ops.sum(ops.square(inputs - mean) * weight, axes, keepdims=True) / count
        channels = (inputs.shape[self.axis],)
        return ops.reshape(mean, channels), ops.reshape(variance, channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = {
            **super().get_config(),
            "axis": self.axis,
            "momentum": self.momentum,
            "moving_mean_initializer": initializers.serialize(self.moving_mean_initializer),
            "moving_variance_initializer": initializers.serialize(self.moving_variance_initializer),
            "synchronized": self.synchronized,
        }
        if self.renorm:  # Keras before 3.15 has no such arguments
            config["renorm"] = True
            config["renorm_clipping"] = self.renorm_clipping
            config["renorm_momentum"] = self.renorm_momentum
        return config


def _bounds(clipping: dict[str, float]) -> dict[str, float]:
    """The bounds of batch renormalization, checked."""
    unknown = sorted(set(clipping) - {"rmax", "rmin", "dmax"})
    if unknown:
        raise ValueError(
            "`BatchNormalization` expected `renorm_clipping` with the keys 'rmin', 'rmax' and "
            f"'dmax', received {unknown}."
        )
    low, high, most = (clipping.get(key) for key in ("rmin", "rmax", "dmax"))
    if low is not None and high is not None and high < low:
        raise ValueError(
            "`BatchNormalization` expected `renorm_clipping` with rmin <= rmax, received "
            f"rmin={low} and rmax={high}."
        )
    if most is not None and most < 0:
        raise ValueError(
            "`BatchNormalization` expected `renorm_clipping` with dmax of 0 or more, received "
            f"dmax={most}."
        )
    return clipping
