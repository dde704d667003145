"""Owns `SpectralNormalization`."""

from __future__ import annotations

from typing import Any

from pykeras_core import initializers, ops
from pykeras_core.checks import PositiveInt, checked
from pykeras_core.layers.core import Wrapper
from pykeras_core.layers.input_spec import InputSpec

__all__ = ["SpectralNormalization"]


class SpectralNormalization(Wrapper):
    """Divides the kernel of a layer by its largest singular value, at each call in training.

    Args:
        layer: A layer with a `kernel` or `embeddings`.
        power_iterations: Steps of the power method at each call, default 1.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `power_iterations` is no positive int, or the layer has no such weight.

    Source:
        Miyato et al. 2018, arXiv:1802.05957.

    Example:
        >>> import numpy as np
        >>> from pykeras_core.layers import Dense
        >>> layer = SpectralNormalization(Dense(1, kernel_initializer="ones"))
        >>> layer(np.ones((1, 4)), training=True).numpy().round(4).tolist()
        [[2.0]]
    """

    @checked
    def __init__(self, layer: Any, power_iterations: PositiveInt = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.power_iterations = power_iterations

    def build(self, input_shape: Any = None) -> None:
        """Builds the layer inside, and creates `vector_u` `(1, outputs)`.

        Args:
            input_shape: Its input shape.
        """
        super().build(input_shape)
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})
        kernel = getattr(self.layer, "kernel", getattr(self.layer, "embeddings", None))
        if kernel is None:
            raise ValueError(
                f"`SpectralNormalization` '{self.name}' wraps a layer with a `kernel` or "
                f"`embeddings`, but {self.layer!r} has neither."
            )
        self.kernel = kernel
        self.vector_u = self.add_weight(
            name="vector_u",
            shape=(1, kernel.shape[-1]),
            initializer=initializers.TruncatedNormal(stddev=0.02),
            trainable=False,
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Returns what the layer returns, in training with its kernel normalized first."""
        if training:
            self._normalize()
        return self.layer(inputs)

    def _normalize(self) -> None:
        """Sets the kernel and `vector_u` to their next values; a kernel of zeros stays."""
        kernel, u = self.kernel.value, self.vector_u.value
        matrix = ops.stop_gradient(ops.reshape(kernel, (-1, kernel.shape[-1])))
        v = u
        for _ in range(self.power_iterations):
            v = ops.normalize(ops.matmul(u, ops.transpose(matrix)))
            u = ops.normalize(ops.matmul(v, matrix))
        sigma = ops.reshape(ops.matmul(ops.matmul(v, matrix), ops.transpose(u)), ())
        zero = ops.all(ops.equal(kernel, 0.0))
        divisor = ops.where(zero, 1.0, sigma)
        # The gradient belongs to the kernel as it becomes, so the change itself carries none.
        self.kernel.assign(kernel + ops.stop_gradient(kernel / divisor - kernel))
        self.vector_u.assign(ops.where(zero, self.vector_u.value, u))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the output shape of the layer inside."""
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "power_iterations": self.power_iterations}
