"""A functional model's wiring as plain data, and back.

This module owns the `layers`, `input_layers` and `output_layers` of a functional model's
configuration, in the form Keras 3 writes. It also reads the form of Keras 2 files, where the
calls of a layer are lists of `[layer, call, output, arguments]`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from pykeras_core import tree
from pykeras_core.checks import checked
from pykeras_core.layers.input_layer import InputLayer
from pykeras_core.layers.rnn import RNN
from pykeras_core.layers.sequence_wrappers import Bidirectional
from pykeras_core.models.tensorflow_steps import TensorFlowStep, is_step
from pykeras_core.saving.keras2_words import layer_name
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from pykeras_core.symbolic.graph import Graph
from pykeras_core.symbolic.keras_tensor import KerasHistory, KerasTensor, Node
from pykeras_core.symbolic.operation import Operation

__all__ = ["read_wiring", "write_wiring"]

_CONSTANT = "_CONSTANT_VALUE"
"""What Keras 2 wrote in the place of a layer for an argument that is no tensor."""


@checked
def write_wiring(graph: Graph) -> dict[str, Any]:
    """Describe the calls of a graph.

    Args:
        graph: The graph of a functional model.

    Returns:
        Dict with `layers`, `input_layers` and `output_layers`. A call's number counts only
        calls inside this graph, for a layer may be called outside of it too.
    """
    inside = {id(node) for node in graph.nodes}
    numbers: dict[int, int] = {}
    for operation in graph.operations:
        own = [node for node in operation._inbound_nodes if id(node) in inside]
        numbers.update({id(node): number for number, node in enumerate(own)})

    def place(tensor: KerasTensor) -> list[Any]:
        operation, node_index, tensor_index = tensor._keras_history
        node = operation._inbound_nodes[node_index]
        return [operation.name, numbers[id(node)], tensor_index]

    layers = []
    for operation in graph.operations:
        config = serialize_keras_object(operation)
        nodes = [node for node in operation._inbound_nodes if id(node) in inside]
        config["name"] = operation.name
        config["inbound_nodes"] = [_write_call(node, place) for node in nodes if node.input_tensors]
        layers.append(config)
    return {
        "layers": layers,
        "input_layers": _places(graph.inputs_structure, place),
        "output_layers": _places(graph.outputs_structure, place),
    }


def _places(structure: Any, place: Callable[[KerasTensor], list[Any]]) -> Any:
    """The structure with places for tensors; a single input or output stays without a list."""
    return tree.map_structure(place, structure)


def _write_call(node: Node, place: Callable[[KerasTensor], list[Any]]) -> dict[str, Any]:
    def stand_in(leaf: Any) -> Any:
        if not isinstance(leaf, KerasTensor):
            return leaf
        _, number, index = place(leaf)
        copy = KerasTensor(leaf.shape, leaf.dtype, name=leaf.name)
        operation = leaf._keras_history.operation
        copy._keras_history = KerasHistory(operation, number, index)
        return copy

    args, kwargs = tree.map_structure(stand_in, (node.call_args, node.call_kwargs))
    return {"args": serialize_keras_object(args), "kwargs": serialize_keras_object(kwargs)}


@checked
def read_wiring(config: dict[str, Any], make_layer: Callable[[dict[str, Any]], Any]) -> Any:
    """Make the layers of a configuration and call them on each other.

    Args:
        config: Dict with `layers`, `input_layers` and `output_layers`.
        make_layer: Makes a layer of its configuration.

    Returns:
        (inputs, outputs), structures of placeholders.

    Raises:
        ValueError: If the configuration is of another form, a call refers to something that is
            not there, or calls wait for each other.
    """
    reader = _Reader()
    for entry in _listed(config.get("layers"), "layers"):
        reader.add(entry, make_layer)
    reader.count_from(config)
    reader.call_all()
    inputs, outputs = (reader.find(config.get(key)) for key in ("input_layers", "output_layers"))
    return (_only(inputs), _only(outputs)) if reader.of_keras_2 else (inputs, outputs)


def _only(structure: Any) -> Any:
    """The single placeholder of a list of one: Keras 2 wrote lists in any case."""
    return structure[0] if isinstance(structure, list) and len(structure) == 1 else structure


def _listed(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"the configuration's `{what}` was expected to be a list, found {value!r}")
    return list(value)


def _is_reference(value: Any) -> bool:
    """Whether a value is [layer, call, output]."""
    return (
        isinstance(value, list | tuple)
        and len(value) == 3
        and isinstance(value[0], str)
        and all(isinstance(number, int) and number >= 0 for number in value[1:])
    )


class _Reader:
    """Layers by name, and the calls that still wait for their inputs."""

    def __init__(self) -> None:
        self.layers: dict[str, Any] = {}
        self.waiting: dict[str, list[Any]] = {}
        self.first_numbers: dict[str, int] = {}
        self.earlier_calls: dict[str, int] = {}
        self.of_keras_2 = False

    def add(self, entry: Any, make_layer: Callable[[dict[str, Any]], Any]) -> None:
        """Make a layer and put its calls in line."""
        if not isinstance(entry, dict):
            raise ValueError(f"the configuration was expected to describe a layer, found {entry!r}")
        layer = TensorFlowStep(entry) if is_step(entry) else make_layer(entry)
        name = layer_name(entry.get("name", getattr(layer, "name", None)))
        if not isinstance(layer, Operation | TensorFlowStep) or not isinstance(name, str):
            raise ValueError(f"expected a layer for {name!r}, found {type(layer).__name__}")
        if name in self.layers:
            raise ValueError(f"the configuration has two layers called '{name}'")
        self.layers[name] = layer
        if not isinstance(layer, InputLayer):  # one of another model too has its calls there
            self.earlier_calls[name] = len(layer._inbound_nodes)
        calls = _listed(entry.get("inbound_nodes", []), f"inbound_nodes of {name}")
        self.waiting[name] = calls
        self.of_keras_2 = self.of_keras_2 or any(isinstance(call, list) for call in calls)

    def count_from(self, config: dict[str, Any]) -> None:
        """Learn from which number the calls of each model inside are counted.

        Keras 2 and the first versions of Keras 3 count them from 1: such a model began with a
        call of its own.
        """
        calls = [call for calls in self.waiting.values() for call in calls]
        found = [config.get("input_layers"), config.get("output_layers"), *calls]
        for name, number, _ in _references(found):
            called = layer_name(name)
            if hasattr(self.layers.get(called), "layers"):
                self.first_numbers[called] = min(number, self.first_numbers.get(called, 1))

    def call_all(self) -> None:
        """Make every call, each layer's in their order, as soon as its inputs are there."""
        while any(self.waiting.values()):
            made = False
            for name, calls in self.waiting.items():
                while calls and self.is_ready(calls[0]):
                    args, kwargs = self.arguments(calls.pop(0), self.layers[name])
                    self.layers[name](*args, **kwargs)
                    made = True
            if not made:
                names = sorted(name for name, calls in self.waiting.items() if calls)
                raise ValueError(
                    f"the configuration's layers {names} take inputs that no layer of it gives"
                )

    def node(self, reference: Any) -> Node | None:
        """The call that a reference means, if it was made."""
        name, number = layer_name(reference[0]), reference[1]
        if name not in self.layers:
            raise ValueError(f"the configuration refers to a layer '{name}' that it does not have")
        nodes = self.layers[name]._inbound_nodes
        index = number - self.first_numbers.get(name, 0) + self.earlier_calls.get(name, 0)
        return nodes[index] if index < len(nodes) else None

    def tensor(self, reference: Any) -> KerasTensor:
        """The placeholder that a reference means."""
        node = self.node(reference) if _is_reference(reference) else None
        if node is None or reference[2] >= len(node.output_tensors):
            raise ValueError(
                f"the configuration refers to an output {reference} that does not exist"
            )
        tensor: KerasTensor = node.output_tensors[reference[2]]
        return tensor

    def find(self, structure: Any) -> Any:
        """Placeholders in place of references."""
        if _is_reference(structure):
            return self.tensor(structure)
        if isinstance(structure, dict):
            return {key: self.find(item) for key, item in structure.items()}
        found = [self.find(item) for item in _listed(structure, "inputs and outputs")]
        return tuple(found) if isinstance(structure, tuple) else found

    def is_ready(self, call: Any) -> bool:
        """Whether all that a call takes is there."""
        wanted = _references(call)
        if isinstance(call, list):  # Keras 2 hands on tensors among the keyword arguments too
            entries = [call] if call and isinstance(call[0], str) else call
            named = [entry[3] for entry in entries if isinstance(entry, list) and len(entry) > 3]
            found = (one for one in _references(named) if layer_name(one[0]) in self.layers)
            wanted = itertools.chain(wanted, found)
        return all(self.node(one) is not None for one in wanted)

    def arguments(self, call: Any, layer: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What to call a layer with."""
        if isinstance(call, list):
            return self.arguments_of_keras_2(call, layer)

        def fill(leaf: Any) -> Any:
            history = getattr(leaf, "_pre_serialization_keras_history", None)
            return leaf if history is None else self.tensor(history)

        args = deserialize_keras_object(call["args"])
        kwargs = deserialize_keras_object(call["kwargs"])
        args, kwargs = tree.map_structure(fill, (tuple(args), kwargs))
        return args, kwargs

    def arguments_of_keras_2(
        self, call: list[Any], layer: Any
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call that is a list of [layer, call, output, keyword arguments]."""
        if not call:
            raise ValueError("the configuration has a call without inputs")
        alone = isinstance(call[0], str)
        entries = [call] if alone else call
        tensors = [
            entry[2] if entry[0] == _CONSTANT else self.tensor(entry[:3]) for entry in entries
        ]
        kwargs: dict[str, Any] = {}
        for entry in entries:
            kwargs |= self.filled((entry[3] if len(entry) > 3 else None) or {})
        taken = getattr(getattr(layer, "_call_signature", None), "parameters", kwargs)
        kwargs = {k: v for k, v in kwargs.items() if v is not None or k in taken}
        if len(tensors) == 1 and (alone or not isinstance(layer, TensorFlowStep)):
            return (tensors[0],), kwargs
        if isinstance(layer, RNN | Bidirectional):  # its states came behind its inputs
            return (tensors[0],), {**kwargs, "initial_state": tensors[1:]}
        return (tensors,), kwargs

    def filled(self, value: Any) -> Any:
        """Keyword arguments of Keras 2 with placeholders in place of references."""
        if _is_reference(value) and layer_name(value[0]) in self.layers:
            return self.tensor(value)
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        return value


def _references(written: Any) -> Iterator[tuple[str, int, int]]:
    """Every [layer, call, output] in a written call, or in a list or dict of them."""
    if isinstance(written, dict) and "args" in written:
        yield from _tensors([written["args"], written.get("kwargs")])
    elif _is_reference(written):
        yield tuple(written)
    elif isinstance(written, dict):
        for item in written.values():
            yield from _references(item)
    elif isinstance(written, list | tuple):
        entry = list(written[:3])
        if len(written) == 4 and _is_reference(entry):  # Keras 2, with keyword arguments
            yield tuple(entry)
        else:
            for item in written:
                yield from _references(item)


def _tensors(written: Any) -> Iterator[tuple[str, int, int]]:
    """Every [layer, call, output] among the arguments that Keras 3 writes."""
    if isinstance(written, dict) and written.get("class_name") == "__keras_tensor__":
        yield from _references(written.get("config", {}).get("keras_history"))
    elif isinstance(written, dict | list | tuple):
        for item in written.values() if isinstance(written, dict) else written:
            yield from _tensors(item)
