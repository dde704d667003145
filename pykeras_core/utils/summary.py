"""Owns `print_summary`, the table that `model.summary()` prints, in Keras 3's form."""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import numpy as np

from pykeras_core import tree
from pykeras_core.checks import Kind, checked, number, several
from pykeras_core.utils.messages import print_message
from pykeras_core.utils.table import fit_widths, render_table

__all__ = ["count_params", "print_summary"]

_LAYOUTS = {
    # Header, alignments, ends of the columns as shares of the line, longest line.
    "chain": (
        ("Layer (type)", "Output Shape", "Param #"),
        ("left", "left", "right"),
        (0.45, 0.80, 1.0),
        88,
    ),
    "graph": (
        ("Layer (type)", "Output Shape", "Param #", "Connected to"),
        ("left", "left", "right", "left"),
        (0.3, 0.56, 0.74, 1.0),
        108,
    ),
}
_NARROWEST_COLUMN = 4
_Positions = Annotated[Any, Kind("a list of numbers", several(number().accept))]


@checked
def count_params(weights: Iterable[Any]) -> int:
    """Returns the number of scalars in variables.

    Args:
        weights: The variables.
    """
    return sum(math.prod(weight.shape) for weight in weights)


@checked
def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: _Positions | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Prints a model's layers, their output shapes and the sizes of their weights.

    Args:
        model: The model.
        line_length: Characters of a line; default what fits the terminal, at most 88 (108 for
            a model with branches).
        positions: Where the columns end, as shares of the line.
        print_fn: Called with the whole text instead of printing it.
        expand_nested: Whether to list the layers of models inside the model.
        show_trainable: Whether to add a column that says if a layer is trained.
        layer_range: Names (or regular expressions) of the first and the last layer to list.

    Raises:
        ValueError: If the line is too short, or `layer_range` fits no layers.

    Example:
        >>> import pykeras_core as keras
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="tiny")
        >>> print_summary(model, line_length=50)
        Model: "tiny"
        ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━┳━━━━━━━━━┓
        ┃ Layer (type)        ┃ Output Shape   ┃ Param # ┃
        ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━╇━━━━━━━━━┩
        │ dense... (Dense)    │ (None, 2)      │       8 │
        └─────────────────────┴────────────────┴─────────┘
         Total params: 8 (32.00 B)
         Trainable params: 8 (32.00 B)
         Non-trainable params: 0 (0.00 B)
    """
    nodes = _graph_nodes(model)
    header, alignments, ends, longest = _LAYOUTS["chain" if nodes is None else "graph"]
    ends = tuple(positions) if positions else ends
    if show_trainable:
        longest += 12
        header, alignments = (*header, "Trainable"), (*alignments, "center")
        ends = (*(end * 0.9 for end in ends), 1.0)
    line_length = line_length or min(longest, shutil.get_terminal_size().columns - 4)
    widths = _column_widths(ends, line_length)[: len(header)]
    if len(widths) < len(header):
        raise ValueError(
            f"`positions` expected the ends of {len(header)} columns {header}, "
            f"received {len(widths)}."
        )
    rows = [
        row
        for layer in _in_range(_layers(model), layer_range)
        for row in _rows(layer, nodes, expand_nested, show_trainable)
    ]
    table = render_table(header, rows, fit_widths(widths, line_length), alignments)
    text = "\n".join([f'Model: "{model.name}"', *table, *_totals(model)]) + "\n"
    if print_fn is None:
        print_message(text, end="")
    else:
        print_fn(text)


def _column_widths(ends: Sequence[float], line_length: int) -> list[int]:
    columns = [int(end * line_length) for end in ends]
    widths = [end - start for start, end in zip([0, *columns], columns, strict=False)]
    if min(widths) < _NARROWEST_COLUMN:
        raise ValueError(
            f"A summary does not fit lines of {line_length} characters with columns that end at "
            f"{tuple(round(end, 2) for end in ends)}. Pass a larger `line_length`."
        )
    return widths


def _layers(model: Any) -> list[Any]:
    """What the table lists: the operations of a functional model, the layers of another."""
    graph = getattr(model, "_graph", None)
    return list(model.layers if graph is None else graph.operations)


def _graph_nodes(model: Any) -> list[Any] | None:
    """The calls that a functional model consists of; `None` for a plain chain of layers."""
    graph = getattr(model, "_graph", None)
    if graph is None:
        return None
    nodes: list[Any] = graph.nodes
    parents = [id(parent) for node in nodes for parent in node.parent_nodes]
    branches = len(set(parents)) < len(parents) or len(graph.inputs) > 1
    merges = any(len(node.input_tensors) > 1 for node in nodes)
    repeats = len({id(node.operation) for node in nodes}) < len(nodes)
    return nodes if branches or merges or repeats else None


def _in_range(layers: list[Any], layer_range: Sequence[str] | None) -> list[Any]:
    if layer_range is None:
        return layers
    if len(layer_range) != 2 or not all(isinstance(name, str) for name in layer_range):
        raise ValueError(
            f"`layer_range` expected the names of the first and the last layer, received "
            f"{layer_range!r}."
        )
    first, last = (
        [index for index, layer in enumerate(layers) if re.match(name, layer.name)]
        for name in layer_range
    )
    if not first or not last:
        names = [layer.name for layer in layers]
        raise ValueError(f"`layer_range` {layer_range!r} fits no layers; their names are {names}.")
    if min(first) > max(last):
        first, last = last, first
    return layers[min(first) : max(last) + 1]


def _rows(
    layer: Any, nodes: list[Any] | None, expand_nested: bool, show_trainable: bool, depth: int = 0
) -> list[list[str]]:
    """The row of a layer, then those of the layers inside it."""
    indent = "   " * depth + "└ " if depth else ""
    row = [f"{indent}{layer.name} ({type(layer).__name__})", _output_shape(layer), _params(layer)]
    if nodes is not None:
        row.append(_connections(layer, nodes))
    if show_trainable:
        row.append(("Y" if layer.trainable else "N") if getattr(layer, "weights", None) else "-")
    rows = [row]
    for inner in getattr(layer, "layers", None) or () if expand_nested else ():
        rows += _rows(inner, nodes, expand_nested, show_trainable, depth + 1)
    return rows


def _params(layer: Any) -> str:
    if not hasattr(layer, "built"):
        return "0"
    return f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"


def _output_shape(layer: Any) -> str:
    """The shape of a layer's outputs in its last call, or for the shapes it was built with."""
    if layer._inbound_nodes:
        tensors = layer._inbound_nodes[-1].output_tensors
        shapes = tree.map_structure(lambda tensor: _format_shape(tensor.shape), tensors)
    elif getattr(layer, "_build_shapes", None):
        outputs = layer.compute_output_shape(*layer._build_shapes.values())
        shapes = tree.map_shape_structure(_format_shape, outputs)
    else:
        return "?"
    flat = tree.flatten(shapes)
    return flat[0] if len(flat) == 1 else str(shapes).replace("'", "")


def _format_shape(shape: Sequence[int | None]) -> str:
    return f"({', '.join(map(str, shape))})"


def _connections(layer: Any, nodes: list[Any]) -> str:
    """Where a layer's inputs come from: `layer[call][output]`."""
    sources = [
        tensor._keras_history
        for node in layer._inbound_nodes
        if node in nodes
        for tensor in node.input_tensors
    ]
    places = [f"{s.operation.name}[{s.node_index}][{s.tensor_index}]" for s in sources]
    return ", ".join(places) or "-"


def _totals(model: Any) -> list[str]:
    parts = [("Trainable", model.trainable_weights), ("Non-trainable", model.non_trainable_weights)]
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and optimizer.built:
        parts.append(("Optimizer", optimizer.variables))
    everything = [variable for _, variables in parts for variable in variables]
    return [
        f" {name} params: {count_params(variables):,} ({_format_size(variables)})"
        for name, variables in [("Total", everything), *parts]
    ]


def _format_size(variables: Iterable[Any]) -> str:
    """The memory that variables take, for example `397.54 KB`."""
    unique = {id(variable): variable for variable in variables}.values()
    size: float = sum(math.prod(v.shape) * np.dtype(v.dtype).itemsize for v in unique)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} PB"
