"""Owns `BaseConv`, what all convolution layers share: windows, weights, bias, activation."""

from __future__ import annotations

from typing import Any

from pykeras_core import activations, constraints, initializers, ops, regularizers
from pykeras_core.checks import PositiveInts, checked
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.resolved import resolved
from pykeras_core.layers.spatial import Shape, SpatialLayer, window_count

__all__ = ["BaseConv"]


class BaseConv(SpatialLayer):
    """A layer that slides a trained window over its inputs.

    Args:
        kernel_size: Size of the window.
        strides: Distance between windows.
        padding: `"valid"`, `"same"` or, where `causal` is allowed, `"causal"`.
        data_format: Where the channels stand.
        dilation_rate: Distance between neighbours in a window.
        activation: Name or function, or `None`.
        use_bias: Whether to add a bias.
        activity_regularizer: Penalty on the outputs, or `None`.
        allow_causal: Whether `padding` may be `"causal"`.
        **kwargs: Arguments of every layer.
    """

    # The weights this class has: each `<name>_initializer`, `_regularizer`, `_constraint`.
    _settings: tuple[str, ...] = ("kernel", "bias")

    bias: Any

    activation = resolved("activation", activations.get)

    @checked
    def __init__(
        self,
        kernel_size: PositiveInts,
        strides: PositiveInts,
        padding: Any,
        data_format: str | None,
        dilation_rate: PositiveInts,
        activation: activations.ActivationLike,
        use_bias: bool,
        activity_regularizer: regularizers.RegularizerLike,
        allow_causal: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            data_format=data_format, activity_regularizer=activity_regularizer, **kwargs
        )
        self.kernel_size = self._ints("kernel_size", kernel_size)
        self.strides = self._ints("strides", strides)
        self.dilation_rate = self._ints("dilation_rate", dilation_rate)
        self.padding = self._padding(padding, allow_causal)
        self.activation = activation
        self.use_bias = use_bias

    def _padding(self, padding: Any, allow_causal: bool) -> str:
        allowed = ("valid", "same", "causal") if allow_causal else ("valid", "same")
        found = padding.lower() if isinstance(padding, str) else padding
        if found not in allowed:
            raise ValueError(
                f"`{type(self).__name__}` expected `padding` to be one of {allowed}, received "
                f"{padding!r}."
            )
        return str(found)

    def _refuse_strides_with_dilation(self) -> None:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"`{type(self).__name__}` cannot have `strides > 1` together with "
                f"`dilation_rate > 1`, received strides={self.strides} and "
                f"dilation_rate={self.dilation_rate}. Set one of them to 1."
            )

    def _keep(self, weight: str, initializer: Any, regularizer: Any, constraint: Any) -> None:
        """Keeps how a weight starts, is penalized and is projected."""
        setattr(self, f"{weight}_initializer", initializers.get(initializer))
        setattr(self, f"{weight}_regularizer", regularizers.get(regularizer))
        setattr(self, f"{weight}_constraint", constraints.get(constraint))

    def _add(self, name: str, weight: str, shape: tuple[int, ...]) -> Any:
        """Creates a weight as `_keep` was told."""
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=getattr(self, f"{weight}_initializer"),
            regularizer=getattr(self, f"{weight}_regularizer"),
            constraint=getattr(self, f"{weight}_constraint"),
        )

    def _add_bias(self, filters: int) -> None:
        self.bias = self._add("bias", "bias", (filters,)) if self.use_bias else None

    def _fix_channels(self, input_shape: Any) -> int:
        """The number of channels, which from now on is demanded of all inputs."""
        channels = self._channels(input_shape)
        axis = 1 if self._channels_first else self._rank + 1
        self.input_spec = InputSpec(ndim=self._rank + 2, axes={axis: channels})
        return channels

    def _finish(self, outputs: Any) -> Any:
        """Adds the bias and applies the activation."""
        if self.bias is not None:
            bias = self.bias
            if self._channels_first:
                bias = ops.reshape(bias, (-1, *(1,) * self._rank))
            outputs = ops.add(outputs, bias)
        return self.activation(outputs)

    def _output_shape(self, input_shape: Any, filters: int) -> Shape:
        windows = zip(
            self._spatial(input_shape),
            self.kernel_size,
            self.strides,
            self.dilation_rate,
            strict=True,
        )
        spatial = tuple(window_count(n, k, s, self.padding, d) for n, k, s, d in windows)
        if any(count is not None and count < 1 for count in spatial):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}': a window of {self.kernel_size} with "
                f"dilation_rate={self.dilation_rate} does not fit into inputs of shape "
                f"{tuple(input_shape)}. Use `padding='same'`, a smaller `kernel_size` or larger "
                "inputs."
            )
        return self._shape_of(input_shape[0], spatial, filters)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "dilation_rate": self.dilation_rate,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
        }
        for weight in self._settings:
            initializer = getattr(self, f"{weight}_initializer")
            regularizer = getattr(self, f"{weight}_regularizer")
            constraint = getattr(self, f"{weight}_constraint")
            config[f"{weight}_initializer"] = initializers.serialize(initializer)
            config[f"{weight}_regularizer"] = regularizers.serialize(regularizer)
            config[f"{weight}_constraint"] = constraints.serialize(constraint)
        return config
