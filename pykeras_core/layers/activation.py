"""Owns activations as layers."""

from __future__ import annotations

from typing import Any

from pykeras_core import activations, constraints, initializers, ops, regularizers
from pykeras_core.checks import Integers, checked
from pykeras_core.layers.base import Layer
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.resolved import resolved

__all__ = ["ELU", "Activation", "LeakyReLU", "PReLU", "ReLU", "Softmax"]

# Added to masked logits in place of minus infinity, whose differences would be NaN.
_VERY_NEGATIVE = -1e9


class _Elementwise(Layer):
    """A layer without weights whose outputs have the inputs' shape."""

    @checked
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = True

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def _at_least_zero(self, name: str, value: Any) -> float:
        if value is None or value < 0:
            raise ValueError(
                f"`{type(self).__name__}` expected `{name}` as a number of 0 or more, "
                f"received {value!r}."
            )
        return value  # type: ignore[no-any-return]


class Activation(_Elementwise):
    """Applies an activation function.

    Args:
        activation: Name (`"relu"`) or function.
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> Activation("relu")(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    activation = resolved("activation", activations.get)

    @checked
    def __init__(self, activation: activations.ActivationLike, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activation

    def call(self, inputs: Any) -> Any:
        """Returns `activation(inputs)`."""
        return self.activation(inputs)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "activation": activations.serialize(self.activation)}


class ReLU(_Elementwise):
    """`min(x, max_value)` above `threshold`, `negative_slope * (x - threshold)` below.

    Args:
        max_value: Largest output, or `None` for no bound.
        negative_slope: Slope below the threshold, default 0.
        threshold: Where the linear part begins, default 0.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is negative.

    Example:
        >>> import numpy as np
        >>> ReLU(max_value=4.0)(np.array([-3.0, -1.0, 6.0])).tolist()
        [0.0, 0.0, 4.0]
    """

    @checked
    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.max_value = None if max_value is None else self._at_least_zero("max_value", max_value)
        self.negative_slope = self._at_least_zero("negative_slope", negative_slope)
        self.threshold = self._at_least_zero("threshold", threshold)

    def call(self, inputs: Any) -> Any:
        """Returns the rectified inputs."""
        return activations.relu(
            inputs,
            negative_slope=self.negative_slope,
            max_value=self.max_value,
            threshold=self.threshold,
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }


class LeakyReLU(_Elementwise):
    """`x` where `x > 0`, else `negative_slope * x`.

    Args:
        negative_slope: Slope of the negative part, default 0.3. `alpha` is its older name.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If the slope is negative.
    """

    @checked
    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        negative_slope = kwargs.pop("alpha", negative_slope)
        super().__init__(**kwargs)
        self.negative_slope = self._at_least_zero("negative_slope", negative_slope)

    def call(self, inputs: Any) -> Any:
        """Returns the rectified inputs."""
        return activations.leaky_relu(inputs, negative_slope=self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "negative_slope": self.negative_slope}


class PReLU(Layer):
    """`x` where `x > 0`, else `alpha * x` with a trained `alpha` for each feature.

    Args:
        alpha_initializer: Default `"zeros"`.
        alpha_regularizer: Penalty on `alpha`, or `None`.
        alpha_constraint: Projection of `alpha`, or `None`.
        shared_axes: Axes (1 is the first after the batch) along which one `alpha` serves all.
        **kwargs: Arguments of every layer.

    Source:
        He et al. 2015, arXiv:1502.01852.
    """

    @checked
    def __init__(
        self,
        alpha_initializer: initializers.InitializerLike = "zeros",
        alpha_regularizer: regularizers.RegularizerLike = None,
        alpha_constraint: constraints.ConstraintLike = None,
        shared_axes: Integers | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        if shared_axes is not None and not isinstance(shared_axes, (list, tuple)):
            shared_axes = [shared_axes]
        self.shared_axes = None if shared_axes is None else list(shared_axes)

    def build(self, input_shape: Any) -> None:
        """Creates `alpha`, of the inputs' shape without batch, 1 along the shared axes.

        Args:
            input_shape: Shape of the inputs; sizes of axes not shared must be known.
        """
        shared = self.shared_axes or []
        sizes = enumerate(input_shape[1:], start=1)
        self.alpha = self.add_weight(
            name="alpha",
            shape=tuple(1 if axis in shared else size for axis, size in sizes),
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )
        axes = {
            axis: input_shape[axis]
            for axis in range(1, len(input_shape))
            if shared and axis not in shared
        }
        self.input_spec = InputSpec(ndim=len(input_shape), axes=axes)

    def call(self, inputs: Any) -> Any:
        """Returns the rectified inputs."""
        return ops.relu(inputs) - self.alpha * ops.relu(-inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "alpha_initializer": initializers.serialize(self.alpha_initializer),
            "alpha_regularizer": regularizers.serialize(self.alpha_regularizer),
            "alpha_constraint": constraints.serialize(self.alpha_constraint),
            "shared_axes": self.shared_axes,
        }


class ELU(_Elementwise):
    """`x` where `x > 0`, else `alpha * (exp(x) - 1)`.

    Args:
        alpha: Scale of the negative part, default 1.
        **kwargs: Arguments of every layer.
    """

    @checked
    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, inputs: Any) -> Any:
        """Returns `elu(inputs, alpha)`."""
        return activations.elu(inputs, alpha=self.alpha)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "alpha": self.alpha}


class Softmax(_Elementwise):
    """Probabilities from logits: `exp(x) / sum(exp(x))`.

    Args:
        axis: Axis, or axes, along which the outputs sum to 1; default the last.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: In a call whose mask does not broadcast to the inputs.

    Example:
        >>> import numpy as np
        >>> Softmax()(np.zeros((1, 4))).tolist()
        [[0.25, 0.25, 0.25, 0.25]]
    """

    @checked
    def __init__(self, axis: Integers = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Returns probabilities; entries where `mask` is false get 0.

        Args:
            inputs: Logits.
            mask: Bool tensor that broadcasts to the inputs, or `None`.

        Returns:
            Tensor like `inputs`.
        """
        if mask is not None:
            mask = self._bool_mask(inputs, mask)
            inputs = ops.where(mask, inputs, _VERY_NEGATIVE)
        axes = tuple(self.axis) if isinstance(self.axis, (list, tuple)) else (self.axis,)
        if len(axes) > 1:
            outputs = ops.exp(inputs - ops.logsumexp(inputs, axis=axes, keepdims=True))
        else:
            outputs = activations.softmax(inputs, axis=axes[0])
        return outputs if mask is None else ops.where(mask, outputs, 0.0)

    def _bool_mask(self, inputs: Any, mask: Any) -> Any:
        pairs = zip(mask.shape[::-1], inputs.shape[::-1], strict=False)
        fits = len(mask.shape) <= len(inputs.shape) and all(m in (1, i) for m, i in pairs)
        if not fits:
            raise ValueError(
                f"`Softmax` '{self.name}' expected a mask that broadcasts to the inputs' shape "
                f"{tuple(inputs.shape)}, received one of shape {tuple(mask.shape)}."
            )
        return mask if mask.dtype == "bool" else ops.greater(mask, 0.5)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "axis": self.axis}
