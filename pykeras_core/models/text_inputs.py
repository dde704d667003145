"""Models that read text, or hash: what they do with it is done before a step is traced.

This module owns `TextInputs`, the part of functional and sequential models that divides a graph
into a front, which makes numbers on the host, and a back, which can be traced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.symbolic.graph import Graph
from pykeras_core.symbolic.strings import as_text, holds_text
from pykeras_core.training.data import as_arrays, is_array_data
from pykeras_core.training.steps import Batches
from pykeras_core.training.trainer import Trainer
from pykeras_core.utils.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from pykeras_core.utils.pipeline import Dataset
from pykeras_core.utils.py_dataset import PyDataset

__all__ = ["TextFront", "TextInputs", "are_numbers", "is_on_host"]


_PREFIX = "number_of_text_"


def are_numbers(x: Any) -> bool:
    """Whether a value is what a front has made of a model's inputs."""
    return isinstance(x, dict) and any(str(key).startswith(_PREFIX) for key in x)


class TextFront:
    """The calls of a graph that take text, apart from those that take what these give.

    Calls of layers that run on the host, and what comes before them, belong to it too.

    Args:
        graph: The graph; some of its inputs are text.
        model_name: For messages.

    Attributes:
        back: The rest of the graph.
        varies: Whether the front's results have sizes that depend on the texts.

    Raises:
        ValueError: If a call that takes text has weights, which could not be trained.
    """

    def __init__(self, graph: Graph, model_name: str) -> None:
        text = {id(tensor) for tensor in graph.inputs if tensor.dtype == "string"}
        edge = [tensor for tensor in graph.inputs if id(tensor) not in text]
        needed = _before_hosts(graph)
        for node in graph.nodes:
            reads = any(id(tensor) in text for tensor in node.input_tensors)
            if node.is_input or not (reads or id(node) in needed):
                continue
            all_weights: Any = getattr(node.operation, "weights", None)
            if reads and all_weights:
                raise ValueError(
                    f"the model '{model_name}' gives text to '{node.operation.name}', which has "
                    "weights: text is read before a training step begins. Take the layer that "
                    "reads text out of it, and put it in front."
                )
            weights: Any = getattr(node.operation, "trainable_weights", None)
            if weights:
                raise ValueError(
                    f"the model '{model_name}' hashes what '{node.operation.name}' gives, which "
                    "has weights to train: hashes are made before a training step begins. Hash "
                    "the model's inputs."
                )
            text |= {id(tensor) for tensor in node.outputs if tensor.dtype == "string"}
            edge += [tensor for tensor in node.outputs if tensor.dtype != "string"]
        self._front = Graph(graph.inputs, edge)
        self.back = Graph(edge, graph.outputs_structure)
        self.varies = any(None in tensor.shape[1:] for tensor in edge)
        self.keys = [f"{_PREFIX}{number:03}" for number in range(len(edge))]

    def numbers(self, values: Sequence[Any]) -> dict[str, Any]:
        """The front's results for the values of all inputs, as arrays."""

        def run(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return operation(*args, **kwargs)

        found = tree.flatten(self._front.run(values, run))
        return dict(zip(self.keys, map(np.asarray, found), strict=True))


def is_on_host(operation: Any) -> bool:
    """Whether a model calls a layer before a step begins."""
    return bool(getattr(operation, "_on_host", False))


def _before_hosts(graph: Graph) -> set[int]:
    """The calls of layers that run on the host, and those that they depend on."""
    makers = {id(tensor): node for node in graph.nodes for tensor in node.outputs}
    waiting = [node for node in graph.nodes if is_on_host(node.operation)]
    found: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found.add(id(node))
            waiting += [makers[id(t)] for t in node.input_tensors if id(t) in makers]
    return found


class _Source:
    """Batches of another source, their text made numbers."""

    def __init__(self, source: Any, numbers: Any) -> None:
        self._source, self._numbers = source, numbers
        self.endless = getattr(source, "endless", False)
        if isinstance(source, PyDataset):
            self.endless = source.num_batches is None

    def __iter__(self) -> Iterator[Any]:
        source = self._source
        batches = source.passes(None) if isinstance(source, PyDataset) else source
        for batch in batches:
            x, y, sample_weight = unpack_x_y_sample_weight(batch)
            yield pack_x_y_sample_weight(self._numbers(x), y, sample_weight)

    def __len__(self) -> int:
        if isinstance(self._source, PyDataset):
            return self._source.num_batches or 0
        return len(self._source)


class TextInputs(Trainer):
    """The part of a model with a graph that lets it be trained on text."""

    def _text_front(self, x: Any) -> TextFront | None:
        """What makes numbers of the model's text; `None` where it reads none."""
        raise NotImplementedError

    def _flat_inputs(self, x: Any) -> list[Any]:
        """Values in the order of the model's inputs."""
        raise NotImplementedError

    def _batches(self, x: Any, y: Any = None, sample_weight: Any = None, *args: Any) -> Batches:
        x = _text_as_arrays(x)
        front = self._text_front(x)
        if front is None or x is None:
            return super()._batches(x, y, sample_weight, *args)

        def numbers(part: Any) -> dict[str, Any]:
            return front.numbers(self._flat_inputs(_text_as_arrays(part)))

        if not is_array_data(x):
            source = _Source(x, numbers)
            return super()._batches(
                iter(source) if hasattr(x, "__next__") else source, y, sample_weight, *args
            )
        if not front.varies:
            return super()._batches(numbers(x), y, sample_weight, *args)
        return super()._batches(self._cut(front, x, y, sample_weight, *args[:2]), None, None, *args)

    def _cut(
        self, front: TextFront, x: Any, y: Any, sample_weight: Any,
        batch_size: int | None = None, shuffle: bool = False,
    ) -> _Source:  # fmt: skip
        """Arrays batch by batch: the length of a batch is that of its longest text."""
        rows: tuple[Any, ...] = (tuple(self._flat_inputs(x)), y, sample_weight)
        rows = rows[: 1 if y is None else 2 if sample_weight is None else 3]
        dataset = Dataset.from_tensor_slices(tree.lists_to_tuples(as_arrays(rows)))
        if shuffle:
            dataset = dataset.shuffle(len(dataset))
        return _Source(dataset.batch(batch_size or 32), lambda flat: front.numbers(list(flat)))

    def _one_batch(self, data: tuple[Any, ...], class_weight: Any = None) -> Batches:
        x, *rest = data
        x = _text_as_arrays(x)
        front = self._text_front(x)
        if front is not None and x is not None:
            x = front.numbers(self._flat_inputs(x))
        return super()._one_batch((x, *rest), class_weight)


def _text_as_arrays(x: Any) -> Any:
    """Lists and arrays of strings as StringTensors, at any place of a structure."""
    if isinstance(x, dict):
        return {key: _text_as_arrays(value) for key, value in x.items()}
    if isinstance(x, tuple):
        return tuple(_text_as_arrays(value) for value in x)
    if holds_text(x) and not (isinstance(x, list) and hasattr(x[0], "shape")):
        return as_text(x)
    return [_text_as_arrays(value) for value in x] if isinstance(x, list) else x
