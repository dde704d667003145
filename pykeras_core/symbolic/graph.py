"""The graph behind a functional model: which calls lead from its inputs to its outputs.

This module owns `Graph`: it reads the wiring off placeholders once, orders the calls, and runs
them on other values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pykeras_core import tree
from pykeras_core.checks import checked
from pykeras_core.symbolic.keras_tensor import KerasTensor, Node

__all__ = ["Graph"]


@dataclass(frozen=True)
class _Number:
    """What stands for a placeholder in a graph's table."""

    number: int


class Graph:
    """The calls between placeholders, in an order in which they can run.

    Args:
        inputs: Structure of placeholders to start from.
        outputs: Structure of placeholders to reach.

    Attributes:
        nodes: The calls, each after those it depends on.
        operations: What is called, in Keras's order of layers: by falling depth (the number of
            calls up to the farthest output), then in the order of discovery.

    Raises:
        ValueError: If something is no placeholder, or an output cannot be reached.
    """

    @checked
    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.inputs_structure = inputs
        self.outputs_structure = outputs
        self.inputs: list[KerasTensor] = tree.flatten(inputs)
        self.outputs: list[KerasTensor] = tree.flatten(outputs)
        for argument, tensors in (("inputs", self.inputs), ("outputs", self.outputs)):
            for tensor in tensors:
                if not isinstance(tensor, KerasTensor):
                    raise ValueError(
                        f"`{argument}` of a model expected what `keras.Input` or a layer called "
                        f"on it returned, received {tensor!r} of type {type(tensor).__name__}"
                    )
        self.nodes, discovery = _discover(self.inputs, self.outputs)
        depths = _depths(self.nodes)
        operation_depth: dict[int, int] = {}
        operations: dict[int, Any] = {}
        for node in self.nodes:
            key = id(node.operation)
            operations[key] = node.operation
            operation_depth[key] = max(operation_depth.get(key, 0), depths[id(node)])
        self.operations = sorted(
            operations.values(), key=lambda op: (-operation_depth[id(op)], discovery[id(op)])
        )

    def __getstate__(self) -> dict[str, Any]:
        """The wiring as a table: each placeholder by its number, each call with such numbers.

        Placeholders know the calls that made them, and these their placeholders: followed from
        one to the next, a deep model would be too deep to be copied or pickled.
        """
        tensors = {id(x): x for node in self.nodes for x in (*node.input_tensors, *node.outputs)}
        numbers = {key: _Number(number) for number, key in enumerate(tensors)}

        def numbered(structure: Any) -> Any:
            return tree.map_structure(lambda leaf: numbers.get(id(leaf), leaf), structure)

        return {
            "tensors": [(x.shape, x.dtype, x.name) for x in tensors.values()],
            "calls": [
                (node.operation, *map(numbered, (node.call_args, node.call_kwargs, node.outputs)))
                for node in self.nodes
            ],
            "operations": self.operations,
            "inputs": numbered(self.inputs_structure),
            "outputs": numbered(self.outputs_structure),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        tensors = [KerasTensor(shape, dtype, name=name) for shape, dtype, name in state["tensors"]]

        def found(structure: Any) -> Any:
            return tree.map_structure(
                lambda leaf: tensors[leaf.number] if isinstance(leaf, _Number) else leaf, structure
            )

        self.nodes = [
            Node(operation, *(found(part) for part in parts))
            for operation, *parts in state["calls"]
        ]
        self.operations = state["operations"]
        self.inputs_structure = found(state["inputs"])
        self.outputs_structure = found(state["outputs"])
        self.inputs = tree.flatten(self.inputs_structure)
        self.outputs = tree.flatten(self.outputs_structure)

    def run(self, inputs: Sequence[Any], call: Callable[..., Any]) -> Any:
        """Run the calls on values.

        Args:
            inputs: A value for each input.
            call: `call(operation, args, kwargs)` runs one.

        Returns:
            The outputs, in their structure.
        """
        values = {id(tensor): value for tensor, value in zip(self.inputs, inputs, strict=True)}
        for node in self.nodes:
            if all(id(tensor) in values for tensor in node.output_tensors):
                continue
            args, kwargs = node.fill_in(values)
            results = tree.flatten(call(node.operation, args, kwargs))
            for tensor, value in zip(node.output_tensors, results, strict=True):
                values.setdefault(id(tensor), value)
        return tree.map_structure(lambda tensor: values[id(tensor)], self.outputs_structure)


def _node_of(tensor: KerasTensor) -> Node | None:
    """The call that made a placeholder; None for one that somebody made by hand."""
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return None
    node: Node = history.operation._inbound_nodes[history.node_index]
    return node


def _not_given(tensor: KerasTensor) -> ValueError:
    return ValueError(
        f"the outputs depend on the input '{tensor.name}' of shape {tensor.shape}, which is not "
        "among the model's `inputs`. Add it to them."
    )


def _discover(
    inputs: list[KerasTensor], outputs: list[KerasTensor]
) -> tuple[list[Node], dict[int, int]]:
    """Calls in dependency order, and each operation's place in the order of discovery.

    The walk is Keras's own, outputs first and depth first, so that layers, and with them
    weights, come in the same order.
    """
    given = {id(tensor) for tensor in inputs}
    finished: dict[int, Node] = {}
    discovery: dict[int, int] = {}
    in_progress: set[int] = set()

    def enter(tensor: KerasTensor) -> tuple[Node, Iterator[KerasTensor]] | None:
        """Begin a call that was not met before; what it takes is still to be visited."""
        node = _node_of(tensor)
        if node is None and id(tensor) not in given:
            raise _not_given(tensor)
        if node is None or id(node) in finished:
            return None
        if id(node) in in_progress:
            raise ValueError(f"the model's graph has a cycle at '{node.operation.name}'")
        discovery.setdefault(id(node.operation), len(discovery))
        if node.is_input and id(tensor) not in given:
            raise _not_given(tensor)
        in_progress.add(id(node))
        is_given = all(id(output) in given for output in node.output_tensors)
        return node, iter(() if is_given else node.input_tensors)

    def visit(tensor: KerasTensor) -> None:
        # A stack of its own: models are deeper than Python's calls may be.
        stack = [entered] if (entered := enter(tensor)) else []
        while stack:
            node, sources = stack[-1]
            source = next(sources, None)
            if source is not None:
                if entered := enter(source):
                    stack.append(entered)
                continue
            stack.pop()
            in_progress.discard(id(node))
            finished[id(node)] = node

    for output in outputs:
        visit(output)
    for tensor in inputs:  # inputs that no output uses
        node = _node_of(tensor)
        if node is not None and node.is_input and id(node) not in finished:
            discovery.setdefault(id(node.operation), -1)
            finished[id(node)] = node
    return list(finished.values()), discovery


def _depths(nodes: list[Node]) -> dict[int, int]:
    """For each call, how many calls lie between it and the farthest output."""
    present = {id(node) for node in nodes}
    depths: dict[int, int] = {}
    operations: dict[int, int] = {}
    for node in reversed(nodes):
        key = id(node.operation)
        depth = max(depths.get(id(node), 0), operations.get(key, 0))
        depths[id(node)] = operations[key] = depth
        for parent in node.parent_nodes:
            if id(parent) in present:
                depths[id(parent)] = max(depth + 1, depths.get(id(parent), 0))
    return depths
