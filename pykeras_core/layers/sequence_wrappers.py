"""Owns the wrappers of layers along sequences: `Bidirectional` and `TimeDistributed`."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import ops
from pykeras_core.checks import Arrays, checked
from pykeras_core.layers.base import Layer
from pykeras_core.layers.core import Wrapper
from pykeras_core.saving import serialization

__all__ = ["Bidirectional", "TimeDistributed"]

_MERGE_MODES = ("concat", "sum", "ave", "mul", None)


class Bidirectional(Layer):
    """Runs a recurrent layer and its reverse along a sequence and merges what they give.

    Args:
        layer: A recurrent layer; it serves as a pattern, from which both are made.
        merge_mode: `"concat"` (default), `"sum"`, `"mul"`, `"ave"`, or `None` for both outputs.
        weights: List of arrays to start from, the forward layer's first.
        backward_layer: The layer that runs backwards; default: like `layer`, reversed.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `layer` is no layer, `merge_mode` another word, or the two layers differ
            in what they return.

    Example:
        >>> import numpy as np
        >>> from pykeras_core.layers import LSTM
        >>> Bidirectional(LSTM(4))(np.zeros((2, 3, 5))).shape
        (2, 8)
    """

    @checked
    def __init__(
        self,
        layer: Any,
        merge_mode: str | None = "concat",
        weights: Arrays | None = None,
        backward_layer: Layer | None = None,
        **kwargs: Any,
    ) -> None:
        for name, given in (("layer", layer), ("backward_layer", backward_layer)):
            if not isinstance(given, Layer) and (given is not None or name == "layer"):
                raise ValueError(
                    f"`Bidirectional` expected `{name}` as a recurrent layer, received {given!r}. "
                    "Pass an instance, such as `LSTM(32)`."
                )
        if merge_mode not in _MERGE_MODES:
            raise ValueError(
                f"`Bidirectional` expected `merge_mode` as one of {_MERGE_MODES}, received "
                f"{merge_mode!r}."
            )
        if layer.batch_input_shape is not None:
            kwargs.setdefault("batch_input_shape", layer.batch_input_shape)
        super().__init__(**kwargs)
        self.forward_layer = _renamed(layer, "forward_")
        self.backward_layer: Any = backward_layer or _renamed(
            layer, "backward_", go_backwards=not layer.go_backwards
        )
        self._check_layers()
        both: tuple[Any, Any] = (self.forward_layer, self.backward_layer)
        for one in both:
            # The merged sequences would otherwise repeat outputs at different ends.
            one.zero_output_for_mask = one.return_sequences
        self.merge_mode = merge_mode
        if weights is not None:
            half = len(weights) // 2
            self.forward_layer._initial_weights = weights[:half]
            self.backward_layer._initial_weights = weights[half:]
        self.stateful = layer.stateful
        self.return_sequences = layer.return_sequences
        self.return_state = layer.return_state
        self.supports_masking = True
        self.input_spec = layer.input_spec

    def _check_layers(self) -> None:
        forward, backward = self.forward_layer, self.backward_layer
        if forward.go_backwards == backward.go_backwards:
            raise ValueError(
                "`Bidirectional` expected layers of opposite `go_backwards`, received "
                f"{forward.go_backwards} for both."
            )
        for name in ("stateful", "return_sequences", "return_state"):
            values = getattr(forward, name), getattr(backward, name)
            if values[0] != values[1]:
                raise ValueError(
                    f"`Bidirectional` expected layers of the same `{name}`, received {values}."
                )

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Builds both layers.

        Args:
            sequences_shape: Shape of the inputs.
            initial_state_shape: Shapes of the given states, or `None`.
        """
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(sequences_shape)

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = None
    ) -> Any:
        """Runs both layers and merges their outputs.

        Args:
            sequences: Tensor, shape `(batch, steps, features)`.
            initial_state: List of states to start from, the forward layer's first.
            mask: Bool tensor, shape `(batch, steps)`.
            training: Whether to apply dropout.

        Returns:
            Merged outputs, and with `return_state` a tuple of them and all states.
        """
        half = len(initial_state) // 2 if initial_state is not None else 0
        given = (initial_state[:half], initial_state[half:]) if half else (None, None)
        layers = (self.forward_layer, self.backward_layer)
        results = [
            layer(sequences, initial_state=state, mask=mask, training=training)
            for layer, state in zip(layers, given, strict=True)
        ]
        states: tuple[Any, ...] = ()
        if self.return_state:
            states = tuple(state for result in results for state in result[1:])
            results = [result[0] for result in results]
        forward, backward = results
        if self.return_sequences:
            backward = ops.flip(backward, axis=1)
        output = self._merge(forward, backward)
        if not self.return_state:
            return output
        return (*output, *states) if self.merge_mode is None else (output, *states)

    def _merge(self, forward: Any, backward: Any) -> Any:
        if self.merge_mode == "concat":
            return ops.concatenate([forward, backward], axis=-1)
        if self.merge_mode == "sum":
            return forward + backward
        if self.merge_mode == "ave":
            return (forward + backward) / 2
        if self.merge_mode == "mul":
            return forward * backward
        return forward, backward

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """Returns the shape of the merged outputs, and those of the states."""
        shape = self.forward_layer.compute_output_shape(sequences_shape)
        states: tuple[Any, ...] = ()
        if self.return_state:
            shape, states = shape[0], (*shape[1:], *shape[1:])
        if self.merge_mode == "concat":
            shape = (*shape[:-1], 2 * shape[-1])
        shapes = (shape, shape) if self.merge_mode is None else (shape,)
        return (*shapes, *states) if len(shapes) + len(states) > 1 else shape

    def compute_mask(self, inputs: Any, mask: Any) -> Any:
        """Returns the inputs' mask for sequences, `None` for last outputs and states."""
        mask = mask[0] if isinstance(mask, list) else mask
        output_mask = mask if self.return_sequences else None
        return (output_mask, output_mask) if self.merge_mode is None else output_mask

    @property
    def states(self) -> Any:
        """The states of both layers, or `None` if they keep none."""
        if self.forward_layer.states is None:
            return None
        return (*self.forward_layer.states, *self.backward_layer.states)

    def reset_state(self) -> None:
        """Sets the states of both layers to zero."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    def reset_states(self) -> None:
        """Sets the states of both layers to zero."""
        self.reset_state()

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "merge_mode": self.merge_mode,
            "layer": serialization.serialize_keras_object(self.forward_layer),
            "backward_layer": serialization.serialize_keras_object(self.backward_layer),
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Makes both layers and the wrapper from `get_config()`'s dict."""
        layers = {
            name: serialization.deserialize_keras_object(
                config.get(name), custom_objects=custom_objects
            )
            for name in ("layer", "backward_layer")
        }
        return super().from_config({**config, **layers})


def _renamed(layer: Any, prefix: str, **changes: Any) -> Any:
    """A new layer of the same configuration, its name prefixed once."""
    name = prefix + layer.name.removeprefix(prefix)
    return type(layer).from_config({**layer.get_config(), **changes, "name": name})


class TimeDistributed(Wrapper):
    """Applies a layer to each step of a sequence by itself.

    Args:
        layer: The layer.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, ...)`.

    Output shape:
        `(batch, steps, ...)`.

    Raises:
        ValueError: If `layer` is no layer, or an input has fewer than three axes.

    Example:
        >>> import numpy as np
        >>> from pykeras_core.layers import Dense
        >>> TimeDistributed(Dense(4))(np.zeros((2, 3, 5))).shape
        (2, 3, 4)
    """

    @checked
    def __init__(self, layer: Any, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def _step_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        if not isinstance(input_shape, (list, tuple)) or len(input_shape) < 3:
            raise ValueError(
                f"`TimeDistributed` '{self.name}' expected at least three axes (batch, steps, "
                f"...), received shape {input_shape}."
            )
        return (input_shape[0], *input_shape[2:])

    def build(self, input_shape: Any = None) -> None:
        """Builds the layer inside.

        Args:
            input_shape: Shape of the inputs.
        """
        super().build(self._step_shape(input_shape))

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Applies the layer to each step.

        Args:
            inputs: Tensor, shape `(batch, steps, ...)`.
            training: Passed on to the layer.
            mask: Bool tensor, shape `(batch, steps, ...)`, passed on step by step.

        Returns:
            Tensor, shape `(batch, steps, ...)`.
        """
        batch, steps = inputs.shape[:2]
        if mask is not None and tuple(mask.shape[:2]) != (batch, steps):
            raise ValueError(
                f"`TimeDistributed` '{self.name}' expected a mask of shape ({batch}, {steps}, "
                f"...), received one of shape {tuple(mask.shape)}."
            )
        if training and self.layer.non_trainable_weights:
            # Statistics such as those of batch normalization are each step's own.
            outputs = [
                self._apply(inputs[:, step], None if mask is None else mask[:, step], training)
                for step in range(steps)
            ]
            return ops.stack(outputs, axis=1)
        flat = _merge_axes(inputs)
        output = self._apply(flat, None if mask is None else _merge_axes(mask), training)
        return ops.reshape(output, (batch, steps, *output.shape[1:]))

    def _apply(self, inputs: Any, mask: Any, training: Any) -> Any:
        takes = self.layer._call_signature.parameters
        arguments = {"training": training, "mask": mask}
        given = {n: v for n, v in arguments.items() if n in takes and v is not None}
        return self.layer.call(inputs, **given)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the layer's output shape with the steps put back."""
        shape = self.layer.compute_output_shape(self._step_shape(input_shape))
        return (shape[0], input_shape[1], *shape[1:])


def _merge_axes(tensor: Any) -> Any:
    """Axes 0 and 1 as one."""
    shape = tensor.shape
    return ops.reshape(tensor, (math.prod(shape[:2]), *shape[2:]))
