"""`Functional`: a model read off the wiring between its inputs and outputs."""

from __future__ import annotations

import inspect
from typing import Any

from pykeras_core import ops, tree
from pykeras_core.checks import checked
from pykeras_core.engine import convert_to_tensor, is_tensor
from pykeras_core.layers.base import Layer
from pykeras_core.layers.input_spec import InputSpec, assert_input_compatibility
from pykeras_core.layers.tracking import untracked
from pykeras_core.models.matching import InputMatcher
from pykeras_core.models.model import Model
from pykeras_core.models.text_inputs import TextFront, TextInputs, are_numbers, is_on_host
from pykeras_core.models.wiring import read_wiring, write_wiring
from pykeras_core.saving.serialization import deserialize_keras_object
from pykeras_core.symbolic.function import Function
from pykeras_core.symbolic.graph import Graph
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.shape_inference import infer_output_spec
from pykeras_core.symbolic.strings import StringTensor, as_text
from pykeras_core.training.trainer import Trainer

__all__ = ["Functional", "functional_from_config", "takes_wiring"]


class Functional(TextInputs, Function, Model):
    """A model made of `inputs` and `outputs`; `keras.Model(inputs, outputs)` gives one.

    Args:
        inputs: Placeholder, or structure of them.
        outputs: Placeholder, or structure of them.
        name: Name of the model.
        **kwargs: As in `Layer`.
    """

    @checked
    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        graph = Graph(inputs, outputs)
        Layer.__init__(self, name=name, **kwargs)
        Trainer.__init__(self)
        self._graph = graph
        self._front: TextFront | None = None
        reads_text = any(tensor.dtype == "string" for tensor in graph.inputs)
        self._has_front = reads_text or any(map(is_on_host, graph.operations))
        for layer in self.layers:
            self._tracker.track(layer)
        self.output_names = [tensor._keras_history.operation.name for tensor in graph.outputs]
        self.input_names = [tensor._keras_history.operation.name for tensor in graph.inputs]
        self._match_inputs()
        self.build(None)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds; the graph knows how to be copied."""
        state = super().__getstate__()
        del state["_matcher"]
        return {**state, "_front": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._match_inputs()

    def _match_inputs(self) -> None:
        with untracked():
            names = self.input_names
            self._matcher = InputMatcher(self._graph.inputs_structure, names, self.name)

    def _lock_state(self) -> None:
        """More layers may be attached after the graph is known."""

    def build(self, input_shape: Any) -> None:
        """Nothing is left to build: the layers were, when they were called on placeholders."""

    @property
    def layers(self) -> list[Any]:
        """The layers, from the inputs on."""
        return [operation for operation in self._graph.operations if isinstance(operation, Layer)]

    @property
    def input(self) -> Any:
        """The inputs as they were given."""
        return self._graph.inputs_structure

    @property
    def output(self) -> Any:
        """The outputs as they were given."""
        return self._graph.outputs_structure

    @property
    def input_shape(self) -> Any:
        """Shape of the input, or a list of shapes."""
        return _only([tensor.shape for tensor in self.inputs])

    @property
    def output_shape(self) -> Any:
        """Shape of the output, or a list of shapes."""
        return _only([tensor.shape for tensor in self.outputs])

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Run the layers on values.

        Args:
            inputs: Arrays in the structure of the model's inputs, or by input name.
            training: Whether layers behave as in training.
            mask: Masks in the structure of the inputs, or None.

        Returns:
            Tensors in the structure of the model's outputs.
        """
        if are_numbers(inputs):
            front = self._text_front(inputs)
            assert front is not None  # which has made them
            graph, values = front.back, [inputs[key] for key in front.keys]
        else:
            graph, values = self._graph, self._standardize(inputs)
        if mask is not None and graph is self._graph:
            for value, one in zip(values, self._matcher.flat(mask, quiet=True), strict=True):
                if one is not None and value is not None:
                    value._keras_mask = one

        def run(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            accepts = isinstance(operation, Layer) and training is not None
            if accepts and "training" in operation._call_signature.parameters:
                kwargs = {**kwargs, "training": kwargs.get("training") or training}
            return operation(*args, **kwargs)

        return _only(graph.run(values, run))

    def compute_output_spec(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Placeholders for what the model gives for placeholders of other shapes."""
        flat = self._matcher.flat(inputs)
        pairs = zip(flat, self.inputs, strict=True)
        same = [x is not None and x.shape == own.shape for x, own in pairs]
        if all(same):
            return tree.map_structure(lambda t: KerasTensor(t.shape, t.dtype), self.output)
        return infer_output_spec(self.call, inputs)

    @property
    def input_spec(self) -> Any:
        """What each input must look like; the batch size is free."""
        return [
            InputSpec(
                shape=(None, *tensor.shape[1:]), allow_last_axis_squeeze=True, name=tensor.name
            )
            for tensor in self.inputs
        ]

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        if value is not None:
            raise AttributeError("a functional model's `input_spec` is that of its inputs")

    def _pass_mask_on(self, inputs: Any, outputs: Any, previous_mask: Any) -> None:
        """Nothing to do: the layers inside have used the masks and put theirs on the outputs."""

    def _text_front(self, x: Any) -> TextFront | None:
        if self._front is None and self._has_front:
            with untracked():
                self._front = TextFront(self._graph, self.name)
        return self._front

    def _flat_inputs(self, x: Any) -> list[Any]:
        return self._standardize(x)

    def _check_inputs(self, first_arg: Any) -> None:
        if are_numbers(first_arg):
            return
        flat = self._matcher.flat(first_arg, quiet=True)
        for spec, value, own in zip(self.input_spec, flat, self.inputs, strict=True):
            if value is not None:
                assert_input_compatibility(spec, value, layer=self)
            elif not getattr(own._keras_history.operation, "optional", False):
                raise ValueError(
                    f"the input '{own.name}' of '{self.name}' is not optional, received None. "
                    "Pass an array of shape "
                    f"{own.shape}, or make the input with `Input(..., optional=True)`."
                )

    def _standardize(self, inputs: Any) -> list[Any]:
        """Tensors of the inputs' dtypes and ranks; a last axis of length 1 may come or go."""
        values: list[Any] = []
        for value, own in zip(self._matcher.flat(inputs), self.inputs, strict=True):
            if value is None:  # an optional input
                values.append(None)
                continue
            mask = getattr(value, "_keras_mask", None)
            if own.dtype == "string" and not isinstance(value, KerasTensor):
                values.append(_text(value, own))
                continue
            tensor = (
                value if isinstance(value, KerasTensor) else convert_to_tensor(value, own.dtype)
            )
            if len(tensor.shape) == len(own.shape) + 1 and tensor.shape[-1] == 1:
                tensor = ops.squeeze(tensor, -1)
            elif len(tensor.shape) == len(own.shape) - 1 and own.shape[-1] == 1:
                tensor = ops.expand_dims(tensor, -1)
            if mask is not None and is_tensor(tensor):
                tensor._keras_mask = mask  # type: ignore[union-attr]  # Tensors carry their mask
            values.append(tensor)
        return values

    def get_config(self) -> dict[str, Any]:
        """Name and wiring; for a subclass with a constructor of its own, that one's arguments."""
        if not takes_wiring(type(self)):
            return super().get_config()
        return {"name": self.name, "trainable": self.trainable, **write_wiring(self._graph)}


def _text(value: Any, own: KerasTensor) -> StringTensor:
    """Text of the rank of an input; a last axis of length 1 may come or go."""
    text = as_text(value)
    if text.ndim == len(own.shape) + 1 and text.shape[-1] == 1:
        return text.reshape(text.shape[:-1])
    if text.ndim == len(own.shape) - 1 and own.shape[-1] == 1:
        return text.reshape((*text.shape, 1))
    return text


def takes_wiring(cls: type) -> bool:
    """Whether the constructor takes inputs and outputs, as `Functional`'s own, or anything."""
    parameters = inspect.signature(cls.__init__).parameters.values()  # type: ignore[misc]
    names = [parameter.name for parameter in parameters]
    kinds = {parameter.kind for parameter in parameters}
    anything = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} <= kinds
    return anything or names[1:4] == ["inputs", "outputs", "name"]


def functional_from_config(cls: type, config: dict[str, Any], custom_objects: Any) -> Any:
    """Make a functional model of a class from its wiring.

    Args:
        cls: The class, whose constructor takes inputs and outputs.
        config: What `get_config` returned; further keys are the constructor's arguments.
        custom_objects: Classes and functions by name that the layers refer to.

    Returns:
        The model, with new weights.

    Raises:
        ValueError: If the wiring is broken.
    """

    def make(entry: dict[str, Any]) -> Any:
        return deserialize_keras_object(entry, custom_objects=custom_objects)

    inputs, outputs = read_wiring(config, make)
    known = ("name", "trainable")
    rest = {key: config[key] for key in known if config.get(key) is not None}
    if cls not in (Functional, Model):
        wiring = ("layers", "input_layers", "output_layers", *known)
        rest.update({key: value for key, value in config.items() if key not in wiring})
    return cls(inputs, outputs, **rest)


def _only(items: Any) -> Any:
    """The single item of a list or tuple of one."""
    return items[0] if isinstance(items, list | tuple) and len(items) == 1 else items
