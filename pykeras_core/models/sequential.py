"""`Sequential`: a stack of layers, each fed with what the one before it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pykeras_core import tree
from pykeras_core.checks import Kind, checked
from pykeras_core.checks.refusal import REFUSED
from pykeras_core.engine import current_trace
from pykeras_core.layers.base import Layer
from pykeras_core.layers.call_spec import CallSpec
from pykeras_core.layers.input_layer import InputLayer
from pykeras_core.layers.tracking import untracked
from pykeras_core.models.functional import Functional
from pykeras_core.models.model import Model
from pykeras_core.models.text_inputs import TextFront, TextInputs
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from pykeras_core.symbolic.keras_tensor import KerasTensor, any_symbolic_tensors, standardize_shape
from pykeras_core.utils.packing import unpack_x_y_sample_weight

__all__ = ["Sequential"]


def _accept_layers(value: Any) -> Any:
    several = isinstance(value, Iterable) and not isinstance(value, str | Mapping)
    return value if several and not hasattr(value, "dtype") else REFUSED


Layers = Annotated[
    Any, Kind("a list of layers", _accept_layers, "Write it as `Sequential([Dense(3)])`.")
]


class Sequential(TextInputs, Model):
    """A stack of layers.

    With an `Input`, or a first layer that was given its input shape, the weights are there at
    once; otherwise they are created on the first data.

    Args:
        layers: List of layers.
        trainable: Whether the weights are trained.
        name: Name of the model.

    Example:
        >>> import pykeras_core as keras
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
        >>> model.output_shape
        (None, 2)
    """

    @checked
    def __init__(
        self, layers: Layers | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        super().__init__(trainable=trainable, name=name)
        with untracked():
            self._stack: list[Any] = []
            self._wires: list[Any] = []  # what each of the stack gives, as far as it is wired
            self._wired_model: Functional | None = None
        self._looks_at_values = False
        for layer in () if layers is None else layers:
            self._push(layer)
        self._rebuild()

    @checked
    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top.

        Args:
            layer: A layer, or what `keras.Input` returned.
            rebuild: Whether to create its weights at once if the input shape is known.

        Raises:
            ValueError: If it is no layer, its name is taken, or it is a second input.
        """
        self._push(layer)
        if rebuild:
            self._rebuild()

    @checked
    def pop(self, rebuild: bool = True) -> Any:
        """Take the top layer off and return it.

        Raises:
            IndexError: If there is none.
        """
        if not self.layers:
            raise IndexError(f"the Sequential model '{self.name}' has no layer to remove")
        layer = self._stack.pop()
        self._tracker.untrack(layer)
        del self._wires[len(self._stack) :]
        self._forget_graph()
        if rebuild:
            self._rebuild()
        return layer

    def _push(self, layer: Any) -> None:
        if isinstance(layer, KerasTensor) and isinstance(
            layer._keras_history.operation, InputLayer
        ):
            layer = layer._keras_history.operation
        if not isinstance(layer, Layer):
            wrong = f"a Sequential model expected layers, received {layer!r} of type"
            raise ValueError(f"{wrong} {type(layer).__name__}{_advice(layer)}")
        if not self._stack and layer.batch_input_shape is not None:
            self._push(InputLayer(batch_shape=layer.batch_input_shape))
        if any(layer.name == other.name for other in self._stack):
            raise ValueError(
                f"the Sequential model '{self.name}' has a layer named '{layer.name}' already. "
                "Make a new layer, or give this one another `name`."
            )
        if isinstance(layer, InputLayer) and self._stack:
            raise ValueError(
                f"the Sequential model '{self.name}' takes an Input only as its first layer"
            )
        self._stack.append(layer)
        self._tracker.add("_tracked_layers", layer)
        self._forget_graph()

    def _forget_graph(self) -> None:
        self.built = False
        with untracked():
            self._wired_model = None

    @property
    def _functional(self) -> Functional | None:
        """The model as a graph, made when it is asked for: layers may come one by one."""
        if self._wired_model is None and self.built and self._wires:
            with untracked():
                self._wired_model = Functional(self._wires[0], self._wires[-1], name=self.name)
        return self._wired_model

    def _rebuild(self) -> None:
        """Create weights where the input shape is known: from an Input or a first model."""
        if len(self._stack) < 2:
            return
        first = self._stack[0]
        if isinstance(first, InputLayer):
            self.build(first.batch_shape)
        elif isinstance(first, Functional) or (isinstance(first, Sequential) and first.built):
            self.build(first.input_shape)

    def _lock_state(self) -> None:
        """Layers may come and go."""

    def build(self, input_shape: Any = None) -> None:
        """Wire the layers to an input of this shape, which creates their weights.

        Args:
            input_shape: Shape with batch axis.

        Raises:
            ValueError: If there are no layers, or another input shape was given before.
        """
        if not self._stack:
            raise ValueError(
                f"the Sequential model '{self.name}' has no layers. Call `model.add(layer)`."
            )
        if isinstance(input_shape, dict) or (
            isinstance(input_shape, list | tuple)
            and any(isinstance(axis, list | tuple) for axis in input_shape)
        ):
            return  # a structure of inputs: the layers take it as it is
        shape = standardize_shape(input_shape)
        if not isinstance(self._stack[0], InputLayer):
            first = self._stack[0]
            dtype = "string" if first._reads_text else first.compute_dtype
            entry = InputLayer(batch_shape=shape, dtype=dtype)
            self._stack.insert(0, entry)
            self._wires.clear()
            self._tracker.add("_tracked_layers", entry)
            self._tracked_layers.remove(entry)
            self._tracked_layers.insert(0, entry)
        elif self._stack[0].batch_shape[1:] != shape[1:]:
            raise ValueError(
                f"the Sequential model '{self.name}' takes inputs of shape "
                f"{self._stack[0].batch_shape}, it cannot be built for {shape}"
            )
        if not self._wires:
            self._wires.append(self._stack[0].output)
        for layer in self._stack[len(self._wires) :]:  # those before were called already
            self._wires.append(layer(self._wires[-1]))
        outputs = tree.flatten(self._wires[-1])
        with untracked():
            self.output_names = [tensor._keras_history.operation.name for tensor in outputs]

    def _prepare_for(self, specs: Any) -> None:
        """Build for batches of any size, not just the first one's."""
        x, _, _ = unpack_x_y_sample_weight(specs)
        if self.built or tree.is_nested(x):
            return
        try:
            self.build((None, *x.shape[1:]))
        except Exception:
            if not (self.run_eagerly and self._stack):
                raise
            self._leave_unwired()

    def _text_front(self, x: Any) -> TextFront | None:
        if not self.built and self._stack and self._stack[0]._reads_text:
            if hasattr(x, "shape"):
                self.build((None, *x.shape[1:]))
            else:  # batches: their shape is known once one has been seen
                self.build((None,))
        return None if self._functional is None else self._functional._text_front(x)

    def _flat_inputs(self, x: Any) -> list[Any]:
        assert self._functional is not None  # which has a front
        return self._functional._flat_inputs(x)

    def _leave_unwired(self) -> None:
        """Layers that look at values cannot be wired: each is built when it first runs on some."""
        self._wires.clear()
        if isinstance(self._stack[0], InputLayer):  # that `build` has put before them
            self._tracked_layers.remove(self._stack.pop(0))
        self._looks_at_values = True

    def _maybe_build(self, spec: CallSpec) -> None:
        if self.built:
            return
        if not self._looks_at_values:
            try:
                super()._maybe_build(spec)
            except Exception:
                on_values = current_trace() is None and not any_symbolic_tensors(spec.bound.args)
                if not (on_values and self._stack):
                    raise
                self._leave_unwired()
        if self._looks_at_values:
            self._defer_build(spec)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Run the layers in turn."""
        if self._functional is not None:
            return self._functional.call(inputs, training=training, mask=mask)
        for layer in self.layers:
            parameters = layer._call_signature.parameters
            kwargs = {"mask": mask} if mask is not None and "mask" in parameters else {}
            if training is not None and "training" in parameters:
                kwargs["training"] = training
            inputs = layer(inputs, **kwargs)
            mask = None  # from here on masks travel on the Tensors
        return inputs

    @property
    def layers(self) -> list[Any]:
        """The layers, without the input."""
        return [layer for layer in self._stack if not isinstance(layer, InputLayer)]

    def compute_output_spec(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Placeholders for what the model gives for placeholders."""
        if self._functional is not None:
            return self._functional.compute_output_spec(inputs, training=training, mask=mask)
        return super().compute_output_spec(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shape of the output for a shape of the input."""
        if self._functional is not None:
            return self._functional.compute_output_shape(input_shape)
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def _wired(self, attribute: str) -> Any:
        if self._functional is None:
            raise AttributeError(
                f"the Sequential model '{self.name}' has no `{attribute}` yet: its input shape is "
                "not known. Begin with `keras.Input(shape=...)`, or call it on data."
            )
        return getattr(self._functional, attribute)

    @property
    def input_shape(self) -> Any:
        """Shape of the input, batch axis included."""
        return self._wired("input_shape")

    @property
    def output_shape(self) -> Any:
        """Shape of the output, batch axis included."""
        return self._wired("output_shape")

    @property
    def inputs(self) -> Any:
        """The placeholder of the input, in a list."""
        return self._wired("inputs")

    @property
    def outputs(self) -> Any:
        """The placeholder of the output, in a list."""
        return self._wired("outputs")

    @property
    def input(self) -> Any:
        """The placeholder of the input."""
        return self._wired("input")

    @property
    def output(self) -> Any:
        """The placeholder of the output."""
        return self._wired("output")

    def get_config(self) -> dict[str, Any]:
        """Name, dtype and the layers' configurations."""
        config = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": super().get_config()["dtype"],
            "layers": [serialize_keras_object(layer) for layer in self._stack],
        }
        if self.built and self._wires:
            config["build_input_shape"] = self._stack[0].batch_shape
        return config

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Sequential:
        """Make the model that `get_config` described, with new weights.

        Raises:
            ValueError: If the configuration is not that of a Sequential model.
        """
        if "name" not in config or "layers" not in config:
            raise ValueError(
                "a Sequential model's configuration needs 'name' and 'layers', received keys "
                f"{sorted(config)}"
            )
        model = cls(name=config["name"])
        for layer in config["layers"]:
            model.add(deserialize_keras_object(layer, custom_objects=custom_objects))
        if not model.built and config.get("build_input_shape") and model.layers:
            model.build(config["build_input_shape"])
        if config.get("trainable") is False:  # the model itself; its layers say so of themselves
            model._trainable = False
        return model


def _advice(given: Any) -> str:
    if isinstance(given, type):
        return f". Write `{given.__name__}(...)` with brackets, not `{given.__name__}`."
    if isinstance(given, list | tuple):
        return ". Add them one by one, in one list."
    return ". Wrap a function: `keras.layers.Lambda(function)`." if callable(given) else ""
