"""Owns the layers most models are made of: `Dense`, `Identity`, `Masking`, `Wrapper`."""

from __future__ import annotations

from typing import Any

from pykeras_core import activations, constraints, initializers, ops, regularizers, tree
from pykeras_core.checks import ArrayLike, PositiveInt, array, checked, in_order
from pykeras_core.layers.base import Layer
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.lora import LowRank, adapted_weight
from pykeras_core.layers.masking import set_keras_mask
from pykeras_core.layers.resolved import resolved
from pykeras_core.saving import serialization
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["Dense", "Identity", "Masking", "Wrapper"]


@in_order("lora_rank", "lora_alpha", "quantization_config")
class Dense(LowRank):
    """Fully connected layer: `activation(inputs @ kernel + bias)`.

    Args:
        units: Number of outputs, positive.
        activation: Name or function; default none.
        use_bias: Whether to add a bias, default `True`.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        activity_regularizer: Penalty on the outputs, or `None`.
        kernel_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: `lora_rank` and `lora_alpha` as in `enable_lora`; the arguments of every layer:
            `name`, `trainable`, `dtype`, `input_shape`, ...

    Input shape:
        `(batch, ..., inputs)`.

    Output shape:
        `(batch, ..., units)`.

    Raises:
        ValueError: If `units` is no positive int.

    Example:
        >>> import numpy as np
        >>> layer = Dense(4, activation="relu", kernel_initializer="ones")
        >>> layer(np.ones((2, 3))).tolist()
        [[3.0, 3.0, 3.0, 3.0], [3.0, 3.0, 3.0, 3.0]]
    """

    _lora_weight = "kernel"
    kernel = adapted_weight("kernel")

    activation = resolved("activation", activations.get)

    @checked
    def __init__(
        self,
        units: PositiveInt,
        activation: activations.ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: initializers.InitializerLike = "glorot_uniform",
        bias_initializer: initializers.InitializerLike = "zeros",
        kernel_regularizer: regularizers.RegularizerLike = None,
        bias_regularizer: regularizers.RegularizerLike = None,
        activity_regularizer: regularizers.RegularizerLike = None,
        kernel_constraint: constraints.ConstraintLike = None,
        bias_constraint: constraints.ConstraintLike = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = units
        self.activation = activation
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Creates `kernel` `(inputs, units)` and `bias` `(units,)`.

        Args:
            input_shape: Shape of the inputs; its last size must be known.
        """
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: input_shape[-1]})

    def call(self, inputs: Any) -> Any:
        """Returns `activation(inputs @ kernel + bias)`."""
        outputs = ops.matmul(inputs, self._adapted())
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with `units` for its last size."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`'s dict, or from the one in a Keras file."""
        config = {key: value for key, value in config.items() if key != "quantization_config"}
        return super().from_config(config)


class Identity(Layer):
    """Returns its inputs unchanged.

    Args:
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> Identity()(np.ones(2)).tolist()
        [1.0, 1.0]
    """

    @checked
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns `inputs`."""
        return inputs

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns placeholders like the inputs."""
        return tree.map_structure(lambda x: KerasTensor(x.shape, dtype=x.dtype), inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape


class Masking(Layer):
    """Masks the time steps whose features all equal `mask_value`, and zeroes them.

    Args:
        mask_value: The value that marks padding, default 0.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, features)`.

    Output shape:
        The same, with a mask of shape `(batch, steps)`.

    Example:
        >>> import numpy as np
        >>> x = np.array([[[1.0, 2.0], [0.0, 0.0]]])
        >>> Masking()(x)._keras_mask.tolist()
        [[True, False]]
    """

    @checked
    def __init__(self, mask_value: ArrayLike | dict[str, Any] = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        found = serialization.deserialize_keras_object(mask_value)
        self.mask_value = array("Masking", "mask_value", found)
        self.supports_masking = True
        self.built = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns where any feature differs from `mask_value`."""
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Any) -> Any:
        """Returns the inputs with masked steps set to 0."""
        mask = self.compute_mask(inputs)
        outputs = ops.where(ops.expand_dims(mask, -1), inputs, 0)
        set_keras_mask(outputs, mask)
        return outputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "mask_value": self.mask_value}


class Wrapper(Layer):
    """Base class of layers that wrap another layer.

    Args:
        layer: The layer inside.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `layer` is no layer.
    """

    @checked
    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"`{type(self).__name__}` wraps a layer, received {layer!r}. Pass an instance, "
                "such as `Dense(4)`."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Builds the layer inside.

        Args:
            input_shape: Its input shape.
        """
        if not self.layer.built:
            self.layer.build(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "layer": serialization.serialize_keras_object(self.layer)}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Makes the wrapper and the layer inside from `get_config()`'s dict."""
        layer = serialization.deserialize_keras_object(
            config["layer"], custom_objects=custom_objects
        )
        return super().from_config({**config, "layer": layer})
