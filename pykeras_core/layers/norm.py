"""Owns the normalization layers that look at each sample by itself."""

from __future__ import annotations

from typing import Any

from pykeras_core import constraints, initializers, ops, regularizers
from pykeras_core.checks import Integers, NonNegative, axes_within, checked
from pykeras_core.layers.base import Layer

__all__ = ["LayerNormalization", "Normalizing", "RMSNormalization", "UnitNormalization"]


class Normalizing(Layer):
    """What batch and layer normalization share: an optional trained scale and offset."""

    gamma: Any
    beta: Any

    @checked
    def __init__(
        self,
        epsilon: NonNegative,
        center: bool,
        scale: bool,
        beta_initializer: initializers.InitializerLike,
        gamma_initializer: initializers.InitializerLike,
        beta_regularizer: regularizers.RegularizerLike,
        gamma_regularizer: regularizers.RegularizerLike,
        beta_constraint: constraints.ConstraintLike,
        gamma_constraint: constraints.ConstraintLike,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True

    def _add_scale_and_offset(self, shape: tuple[int, ...]) -> None:
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=shape,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=shape,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
        }


class LayerNormalization(Normalizing):
    """Normalizes each sample by itself: `gamma * (x - mean) / sqrt(var + eps) + beta`.

    Args:
        axis: Axis or axes that are normalized together, default the last.
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
        TypeError: If `axis` is no int or list of ints.

    Source:
        Ba et al. 2016, arXiv:1607.06450; defaults as in Keras 3.

    Example:
        >>> import numpy as np
        >>> LayerNormalization()(np.array([[1.0, 3.0]])).numpy().round(2).tolist()
        [[-1.0, 1.0]]
    """

    @checked
    def __init__(
        self,
        axis: Integers = -1,
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
        rms_scaling = kwargs.pop("rms_scaling", False)
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
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.rms_scaling = rms_scaling

    def build(self, input_shape: Any) -> None:
        """Creates `gamma` and `beta`, of the shape of the normalized axes.

        Args:
            input_shape: Shape of the inputs; the normalized sizes must be known.
        """
        axes = sorted(self.axis) if isinstance(self.axis, list) else [self.axis]
        self.axis = axes
        axes_within("LayerNormalization", axes, input_shape)
        self._add_scale_and_offset(tuple(input_shape[axis] for axis in axes))

    def call(self, inputs: Any) -> Any:
        """Returns the normalized inputs."""
        return ops.layer_normalization(
            inputs, self.gamma, self.beta, self.axis, self.epsilon, rms_scaling=self.rms_scaling
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "axis": self.axis, "rms_scaling": self.rms_scaling}


class RMSNormalization(Layer):
    """Scales by the root mean square, without a mean: `scale * x / sqrt(mean(x^2) + eps)`.

    Args:
        axis: Axis that is normalized, default the last.
        epsilon: Added to the mean square, default 1e-6.
        **kwargs: Arguments of every layer.

    Raises:
        TypeError: If `axis` is no int or list of ints.

    Source:
        Zhang and Sennrich 2019, arXiv:1910.07467; defaults as in Keras 3.

    Example:
        >>> import numpy as np
        >>> RMSNormalization()(np.array([[3.0, -3.0]])).numpy().round(3).tolist()
        [[1.0, -1.0]]
    """

    @checked
    def __init__(self, axis: Integers = -1, epsilon: NonNegative = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axes = axis if isinstance(axis, int) else list(axis)
        self.axis = axes if isinstance(axes, list) else [axes]
        self.epsilon = epsilon
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Creates `scale`, of the size of the normalized axes.

        Args:
            input_shape: Shape of the inputs; the normalized sizes must be known.
        """
        axes_within("RMSNormalization", self.axis, input_shape)
        shape = tuple(input_shape[axis] for axis in self.axis)
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones")

    def call(self, inputs: Any) -> Any:
        """Returns the scaled inputs."""
        return ops.rms_normalization(inputs, self.scale, axis=self.axis, epsilon=self.epsilon)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "axis": self.axis, "epsilon": self.epsilon}


class UnitNormalization(Layer):
    """Scales vectors to length 1: `x / |x|`.

    Args:
        axis: Axis or axes over which the length is taken, default the last.
        **kwargs: Arguments of every layer.

    Raises:
        TypeError: If `axis` is no int or list of ints.

    Example:
        >>> import numpy as np
        >>> UnitNormalization()(np.array([[3.0, 4.0]])).numpy().round(3).tolist()
        [[0.6000000238418579, 0.800000011920929]]
    """

    @checked
    def __init__(self, axis: Integers = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns the inputs with length 1 along `axis`."""
        return ops.normalize(inputs, axis=self.axis, order=2, epsilon=1e-12)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "axis": self.axis}
