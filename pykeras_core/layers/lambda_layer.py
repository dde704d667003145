"""Owns `Lambda`, a function as a layer."""

from __future__ import annotations

import inspect
from typing import Any

from pykeras_core import tree
from pykeras_core.checks import AnyCallable, checked, refuse
from pykeras_core.layers.base import Layer
from pykeras_core.saving import lambdas, serialization
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.shape_inference import infer_output_spec

__all__ = ["Lambda"]


class Lambda(Layer):
    """Applies a function: `function(inputs, **arguments)`.

    Args:
        function: Computes with `keras.ops`; may also take `mask` and `training`.
        output_shape: Shape of the outputs without batch axis, or a function of the input shape;
            default: found by tracing.
        mask: The outputs' mask, or a function of `(inputs, mask)`.
        arguments: Further keyword arguments of `function`.
        **kwargs: Arguments of every layer.

    Example:
        >>> import numpy as np
        >>> Lambda(lambda x: x * 2)(np.ones((1, 2))).tolist()
        [[2.0, 2.0]]
    """

    @checked
    def __init__(
        self,
        function: AnyCallable,
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.function = function
        self.arguments = arguments or {}
        self.mask = mask
        self.supports_masking = mask is not None
        self._output_shape = output_shape
        parameters = _parameters(function, self.arguments)
        self._takes = [name for name in ("mask", "training") if name in parameters]

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds, where lambdas travel as their bytecode."""
        state = super().__getstate__()
        return {key: lambdas.Portable.of(value) for key, value in state.items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({key: lambdas.Portable.inside(state[key]) for key in state})

    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        """Returns `function(inputs, **arguments)`."""
        given = {"mask": mask, "training": training}
        return self.function(
            inputs, **self.arguments, **{name: given[name] for name in self._takes}
        )

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns the mask given to the constructor, or what its function returns."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape given to the constructor, or the one found by tracing."""
        if self._output_shape is None:
            inputs = tree.map_shape_structure(KerasTensor, input_shape)
            outputs = infer_output_spec(self.call, inputs)
            return tree.map_structure(lambda tensor: tensor.shape, outputs)
        if callable(self._output_shape):
            return self._output_shape(input_shape)
        batch_size = tree.flatten(input_shape)[0]
        return tree.map_shape_structure(lambda shape: (batch_size, *shape), self._output_shape)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Returns placeholders for what `function` would return."""
        if self._output_shape is None:
            return infer_output_spec(self.call, *args, **kwargs)
        return super().compute_output_spec(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict; a lambda as its bytecode."""
        config = {**super().get_config(), "function": _to_config(self.function)}
        if self._output_shape is not None:
            config["output_shape"] = _to_config(self._output_shape)
        if self.mask is not None:
            config["mask"] = _to_config(self.mask)
        return {**config, "arguments": serialization.serialize_keras_object(self.arguments)}

    @classmethod
    @checked
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None, safe_mode: bool | None = None
    ) -> Any:
        """Makes a layer from `get_config()`'s dict.

        Args:
            config: The dict.
            custom_objects: Your own functions by name.
            safe_mode: `False` lets lambdas be read; default: what the surrounding load says, or
                `True`.

        Returns:
            The layer.

        Raises:
            ValueError: If the function is a lambda and `safe_mode` is not `False`.
        """
        if safe_mode is None:
            safe_mode = serialization.in_safe_mode() is not False
        config = dict(config)
        for key in ("function", "output_shape", "mask", "arguments"):
            if key in config:
                config[key] = _from_config(config[key], custom_objects, safe_mode)
        shape = config.get("output_shape")
        if isinstance(shape, list) and tree.is_shape(shape):
            config["output_shape"] = tuple(shape)
        return super().from_config(config)


def _parameters(function: Any, arguments: dict[str, Any]) -> Any:
    """The function's parameters, if it takes the arguments.

    Raises:
        ArgumentError: If it has no argument of one of those names.
    """
    signature = inspect.signature(function)
    try:
        signature.bind_partial(**arguments)
    except TypeError:
        named = ", ".join(map(repr, arguments))
        raise refuse(
            "Lambda",
            "arguments",
            f"what `{getattr(function, '__name__', function)}{signature}` takes",
            named,
        ) from None
    return signature.parameters


def _to_config(value: Any) -> Any:
    if lambdas.is_lambda(value):
        code, defaults, closure = lambdas.dump(value)
        inner = {"code": code, "defaults": defaults, "closure": closure}
        return {"class_name": "__lambda__", "config": inner}
    return serialization.serialize_keras_object(value)


def _from_config(value: Any, custom_objects: Any, safe_mode: bool) -> Any:
    if isinstance(value, dict) and value.get("class_name") == "__lambda__":
        inner = value["config"]
        return lambdas.load([inner["code"], inner["defaults"], inner["closure"]], safe_mode)
    return serialization.deserialize_keras_object(
        value, custom_objects=custom_objects, safe_mode=safe_mode
    )
