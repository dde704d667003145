"""Owns `print`: what TensorFlow prints of values, now or in every step of a trace."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import numpy as np

from pykeras_core import engine, tree
from pykeras_core.engine.primitives import call_host
from pykeras_core.symbolic.strings import StringTensor

__all__ = ["as_printed", "print"]


def print(
    *inputs: Any,
    output_stream: Any = None,
    summarize: int = 3,
    sep: str = " ",
    end: str = "\n",
    name: str | None = None,
) -> None:
    """Prints values, Tensors by their numbers; in a traced step, what is there in each step.

    Args:
        *inputs: Values, Tensors, structures of them.
        output_stream: `sys.stderr` or `sys.stdout`. Default: `sys.stdout`, which a page shows.
        summarize: How many elements to show at either end of each axis; -1: all.
        sep: Between two values.
        end: After the last one.
        name: Accepted as in TensorFlow.

    Example:
        >>> print("weights", engine.convert_to_tensor([1.0, 0.25]))
        weights [1 0.25]
    """
    leaves = [leaf for leaf in tree.flatten(list(inputs)) if engine.is_tensor(leaf)]

    def show(*arrays: Any) -> None:
        remaining = iter(arrays)
        texts = [_text(value, remaining, summarize) for value in inputs]
        builtins.print(*texts, sep=sep, end=end, file=output_stream or sys.stdout)

    call_host(show, *leaves)


def _text(value: Any, arrays: Any, summarize: int, nested: bool = False) -> str:
    """How a value is shown; a Tensor takes the next of `arrays` in its place."""
    if engine.is_tensor(value):
        return _array(next(arrays), summarize)
    if isinstance(value, StringTensor):
        return _words(value, summarize)
    if isinstance(value, dict):
        keys = [path[0] for path, _ in tree.flatten_with_path(dict.fromkeys(value))]
        parts = {key: _text(value[key], arrays, summarize, nested=True) for key in keys}
        return "{" + ", ".join(f"{key!r}: {parts[key]}" for key in value) + "}"
    if isinstance(value, list | tuple):
        inner = ", ".join(_text(part, arrays, summarize, nested=True) for part in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return value if isinstance(value, str) and not nested else repr(value)


def _array(array: Any, summarize: int) -> str:
    if array.ndim == 0:
        return _number(array[()])
    everything = summarize < 0
    return np.array2string(
        array,
        max_line_width=sys.maxsize,
        threshold=sys.maxsize if everything else 0,
        edgeitems=array.size if everything else summarize,
        formatter={"all": _number},
    )


def _words(value: StringTensor, summarize: int) -> str:
    """Text as it reads: a single one bare, several in quotes."""
    if not value.ndim:
        return str(value.numpy().decode("utf-8", "replace"))
    texts = np.empty(value.shape, dtype=object)
    texts.reshape(-1)[:] = value.mapped(lambda text: f'"{text}"')
    everything = summarize < 0
    return np.array2string(
        texts,
        max_line_width=sys.maxsize,
        threshold=sys.maxsize if everything else 0,
        edgeitems=value.size if everything else summarize,
        formatter={"all": str},
    )


def as_printed(value: Any, summarize: int = 3) -> str:
    """How `print` shows a value that is known."""
    known = tree.map_structure(
        lambda leaf: (
            leaf if isinstance(leaf, str | StringTensor) else engine.convert_to_tensor(leaf)
        ),
        value,
    )
    arrays = iter([leaf.numpy() for leaf in tree.flatten(known) if engine.is_tensor(leaf)])
    return _text(known, arrays, summarize)


def _number(value: Any) -> str:
    """Six digits where they say it all, as TensorFlow does, else the nine that always do."""
    if value.dtype.kind != "f":
        return str(int(value))
    short = f"{value:.6g}"
    return short if np.isnan(value) or np.float32(short) == value else f"{value:.9g}"
