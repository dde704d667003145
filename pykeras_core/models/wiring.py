"""A functional model's wiring as plain data, and back.

This module owns the `layers`, `input_layers` and `output_layers` of a functional model's
configuration, in the form Keras 3 writes. It also reads the form of Keras 2 files, where the
calls of a layer are lists of `[layer, call, output, arguments]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pykeras_core import tree
from pykeras_core.models.graph import Graph
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from pykeras_core.symbolic.keras_tensor import KerasHistory, KerasTensor, Node
from pykeras_core.symbolic.operation import Operation

__all__ = ["read_wiring", "write_wiring"]


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
    return reader.find(config.get("input_layers")), reader.find(config.get("output_layers"))


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

    def add(self, entry: Any, make_layer: Callable[[dict[str, Any]], Any]) -> None:
        """Make a layer and put its calls in line."""
        if not isinstance(entry, dict):
            raise ValueError(f"the configuration was expected to describe a layer, found {entry!r}")
        layer = make_layer(entry)
        name = entry.get("name", getattr(layer, "name", None))
        if not isinstance(layer, Operation) or not isinstance(name, str):
            raise ValueError(f"expected a layer for {name!r}, found {type(layer).__name__}")
        if name in self.layers:
            raise ValueError(f"the configuration has two layers called '{name}'")
        self.layers[name] = layer
        self.waiting[name] = _listed(entry.get("inbound_nodes", []), f"inbound_nodes of {name}")

    def count_from(self, config: dict[str, Any]) -> None:
        """Learn from which number the calls of each model inside are counted.

        Keras 2 and the first versions of Keras 3 count them from 1: such a model began with a
        call of its own.
        """
        calls = [call for calls in self.waiting.values() for call in calls]
        found = [config.get("input_layers"), config.get("output_layers"), *calls]
        for name, number, _ in _references(found):
            if hasattr(self.layers.get(name), "layers"):
                self.first_numbers[name] = min(number, self.first_numbers.get(name, 1))

    def call_all(self) -> None:
        """Make every call, each layer's in their order, as soon as its inputs are there."""
        while any(self.waiting.values()):
            made = False
            for name, calls in self.waiting.items():
                while calls and all(self.node(one) is not None for one in _references(calls[0])):
                    args, kwargs = self.arguments(calls.pop(0))
                    self.layers[name](*args, **kwargs)
                    made = True
            if not made:
                names = sorted(name for name, calls in self.waiting.items() if calls)
                raise ValueError(
                    f"the configuration's layers {names} take inputs that no layer of it gives"
                )

    def node(self, reference: Any) -> Node | None:
        """The call that a reference means, if it was made."""
        name, number, _ = reference
        if name not in self.layers:
            raise ValueError(f"the configuration refers to a layer '{name}' that it does not have")
        nodes = self.layers[name]._inbound_nodes
        index = number - self.first_numbers.get(name, 0)
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
        return [self.find(item) for item in _listed(structure, "inputs and outputs")]

    def arguments(self, call: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What to call a layer with."""
        if isinstance(call, list):  # Keras 2
            entries = [call] if isinstance(call[0], str) else call
            tensors = [self.tensor(entry[:3]) for entry in entries]
            given = entries[0][3] if len(entries[0]) > 3 else {}
            kwargs = {
                name: self.tensor(value) if self.is_known(value) else value
                for name, value in (given or {}).items()
            }
            return ((tensors[0] if len(tensors) == 1 else tensors),), kwargs

        def fill(leaf: Any) -> Any:
            history = getattr(leaf, "_pre_serialization_keras_history", None)
            return leaf if history is None else self.tensor(history)

        args = deserialize_keras_object(call["args"])
        kwargs = deserialize_keras_object(call["kwargs"])
        args, kwargs = tree.map_structure(fill, (tuple(args), kwargs))
        return args, kwargs

    def is_known(self, value: Any) -> bool:
        return _is_reference(value) and value[0] in self.layers


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
