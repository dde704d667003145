"""Owns `get_source_inputs`: the inputs that a placeholder was computed from."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import refuse
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["get_source_inputs"]


def get_source_inputs(tensor: Any) -> list[KerasTensor]:
    """Returns the inputs that a placeholder was computed from.

    Args:
        tensor: A placeholder.

    Returns:
        List of inputs, each once.

    Raises:
        ValueError: If it is no placeholder.

    Example:
        >>> from pykeras_core import layers
        >>> x = layers.Input((2,), name="x")
        >>> [found.name for found in get_source_inputs(layers.Dense(3)(x))]
        ['x']
    """
    if not isinstance(tensor, KerasTensor):
        raise refuse("get_source_inputs", "tensor", "a placeholder", tensor)
    found: dict[int, KerasTensor] = {}
    seen: set[int] = set()
    waiting = [tensor]
    while waiting:
        one = waiting.pop()
        history = getattr(one, "_keras_history", None)
        if id(one) in seen or history is None:
            continue
        seen.add(id(one))
        node = history.operation._inbound_nodes[history.node_index]
        if node.is_input:
            found[id(one)] = one
        else:
            waiting += reversed(node.input_tensors)
    return list(found.values())
