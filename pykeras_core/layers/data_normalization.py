"""Owns `Normalization`, which brings each feature of data to mean 0 and variance 1."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import engine, ops, settings
from pykeras_core.checks import ArrayLike, Integers, checked
from pykeras_core.layers.data_layer import DataLayer, batches_of

__all__ = ["Normalization"]


class Normalization(DataLayer):
    """Returns `(inputs - mean) / sqrt(variance)`, with mean and variance of data seen before.

    Args:
        axis: The axes of the features, each value along which has a mean and variance of its own:
            an int, several, or `None` for one mean of everything; default the last.
        mean: Known mean, a number or an array; default found by `adapt`.
        variance: Known variance; given together with `mean`.
        invert: Whether to do the opposite: `mean + inputs * sqrt(variance)`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If only one of `mean` and `variance` is given, or an axis does not exist.

    Example:
        >>> import numpy as np
        >>> layer = Normalization()
        >>> layer.adapt(np.array([[0.0, 10.0], [2.0, 30.0]]))
        >>> layer(np.array([[2.0, 10.0]])).tolist()
        [[1.0, -1.0]]
    """

    @checked
    def __init__(
        self,
        axis: Integers | None = -1,
        mean: ArrayLike | None = None,
        variance: ArrayLike | None = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        if (mean is None) != (variance is None):
            raise ValueError(
                "`Normalization` expected both `mean` and `variance`, or neither, received "
                f"mean={mean!r} and variance={variance!r}."
            )
        self.input_mean = mean
        self.input_variance = variance
        self.invert = invert
        self.supports_masking = True
        self._kept: tuple[int, ...] = ()
        self._shape: tuple[int, ...] = ()

    def build(self, input_shape: Any) -> None:
        """Creates `mean`, `variance`, of the kept axes' shape, and `count`, unless they are known.

        Args:
            input_shape: Shape of the inputs; the sizes of `axis` must be known.
        """
        rank = len(input_shape)
        if any(not -rank <= axis < rank for axis in self.axis):
            raise ValueError(
                f"`Normalization` '{self.name}' has axis {self.axis}, which inputs of shape "
                f"{tuple(input_shape)} do not have."
            )
        self._kept = tuple(sorted(axis % rank for axis in self.axis))
        if any(input_shape[axis] is None for axis in self._kept):
            raise ValueError(
                f"`Normalization` '{self.name}' must know the sizes of axis {self.axis}, received "
                f"shape {tuple(input_shape)}."
            )
        self._shape = tuple(input_shape[a] if a in self._kept else 1 for a in range(rank))
        if self.input_mean is None:
            shape = tuple(input_shape[axis] for axis in self._kept)
            self.adapt_mean = self.add_weight(
                name="mean", shape=shape, initializer="zeros", trainable=False
            )
            self.adapt_variance = self.add_weight(
                name="variance", shape=shape, initializer="ones", trainable=False
            )
            # Keras keeps it for older files.
            self.count = self.add_weight(
                name="count", shape=(), initializer="zeros", dtype="int32", trainable=False
            )

    @property
    def mean(self) -> Any:
        """The mean, shaped to broadcast to the inputs; `None` before the layer is built."""
        if not self.built:
            return None
        return self._broadcast(self.input_mean, getattr(self, "adapt_mean", None))

    @property
    def variance(self) -> Any:
        """The variance, shaped to broadcast to the inputs; `None` before the layer is built."""
        if not self.built:
            return None
        return self._broadcast(self.input_variance, getattr(self, "adapt_variance", None))

    def _broadcast(self, given: Any, adapted: Any) -> Any:
        if adapted is not None:
            return ops.reshape(adapted, self._shape)
        tensor = ops.convert_to_tensor(given, dtype=self.compute_dtype)
        if tensor.ndim > len(self._kept):
            raise ValueError(
                f"`Normalization` '{self.name}' expected `mean` and `variance` with at most "
                f"{len(self._kept)} axes, for axis {self.axis}, received shape {tensor.shape}."
            )
        shape = [1] * len(self._shape)
        for axis, size in zip(reversed(self._kept), reversed(tensor.shape), strict=False):
            shape[axis] = size
        return ops.broadcast_to(ops.reshape(tensor, tuple(shape)), self._shape)

    @checked
    def adapt(self, data: Any) -> None:
        """Sets mean and variance to those of the data, forgetting earlier ones.

        Args:
            data: An array; a `PyDataset`; or an iterable of batches, such as a dataset or a
                generator. Of a batch that is a tuple, the first counts.

        Raises:
            TypeError: If it is neither.
            ValueError: If there is nothing in it, or its shape is not the one built for.
        """
        if self.input_mean is not None:
            raise ValueError(
                f"`Normalization` '{self.name}' was given its mean and variance, so it cannot "
                "adapt. Make it without them."
            )
        moments: Any = None
        for batch in batches_of(self, data):
            moments = self._merged(moments, batch)
        if moments is None:
            raise ValueError("`Normalization.adapt` received no data.")
        _, mean, variance = moments
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(variance)

    def _merged(self, moments: Any, batch: Any) -> Any:
        """(count, mean, variance) of what was seen so far and one batch more."""
        if not hasattr(batch, "shape"):
            raise TypeError(
                "`Normalization.adapt` expected batches that are arrays, received "
                f"{type(batch).__name__}."
            )
        values = ops.cast(engine.convert_to_tensor(batch), self.compute_dtype)
        if not self.built:
            self.build(values.shape)
        fits = len(values.shape) == len(self._shape)
        if not fits or any(values.shape[axis] != self._shape[axis] for axis in self._kept):
            raise ValueError(
                f"`Normalization` '{self.name}' was built for data with sizes {self._shape} along "
                f"axis {self.axis}, received shape {values.shape}."
            )
        rest = tuple(axis for axis in range(len(self._shape)) if axis not in self._kept)
        count = math.prod(values.shape[axis] for axis in rest)
        mean = ops.mean(values, rest) if rest else values
        variance = ops.var(values, rest) if rest else ops.zeros_like(values)
        if moments is None:
            return count, mean, variance
        seen, old_mean, old_variance = moments
        share = count / (seen + count)
        total = old_mean * (1.0 - share) + mean * share
        spread = (old_variance + ops.square(old_mean - total)) * (1.0 - share)
        spread = spread + (variance + ops.square(mean - total)) * share
        return seen + count, total, spread

    def call(self, inputs: Any) -> Any:
        """Returns the normalized inputs."""
        inputs = ops.cast(inputs, self.compute_dtype)
        deviation = ops.maximum(ops.sqrt(self.variance), settings.epsilon())
        if self.invert:
            return self.mean + inputs * deviation
        return (inputs - self.mean) / deviation

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "axis": self.axis,
            "invert": self.invert,
            "mean": _plain(self.input_mean),
            "variance": _plain(self.input_variance),
        }


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
