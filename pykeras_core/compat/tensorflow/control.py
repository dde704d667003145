"""Owns TensorFlow's branches, loops and calls of Python; they run as they are met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pykeras_core import ops, tree
from pykeras_core.engine import current_trace

__all__ = [
    "case",
    "cond",
    "foldl",
    "group",
    "identity_n",
    "map_fn",
    "no_op",
    "numpy_function",
    "py_function",
    "scan",
    "switch_case",
    "vectorized_map",
    "while_loop",
]


def _known(value: Any) -> bool:
    return current_trace() is None or getattr(value, "array", value) is not None


def cond(
    pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None
) -> Any:
    """Returns what one of two functions gives; in a traced step both run and one is chosen."""
    if _known(pred):
        return true_fn() if bool(pred) else false_fn()
    return ops.cond(pred, true_fn, false_fn)


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    name: str = "case",
) -> Any:
    """Returns what the function of the first condition that holds gives, or `default`."""
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else pred_fn_pairs)
    if not pairs:
        if default is None:
            raise ValueError("`case` expected a condition that holds, or a `default`")
        return default()
    (pred, function), *rest = pairs
    if not rest and default is None:
        return function()
    return cond(pred, function, lambda: case(rest, default))


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str = "switch_case",
) -> Any:
    """Returns what the function of a number gives, or `default`, or the last one."""
    functions = dict(branch_fns if isinstance(branch_fns, dict) else enumerate(branch_fns))
    last = default or functions[max(functions)]
    return functions.get(int(branch_index), last)()


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: int | None = None,
    name: str | None = None,
) -> Any:
    """Returns what the variables are when the condition no longer holds."""
    if current_trace() is not None:
        return ops.while_loop(cond, body, loop_vars, maximum_iterations)
    values, turns = loop_vars, 0
    while (maximum_iterations is None or turns < maximum_iterations) and bool(cond(*values)):
        found = body(*values)
        values = found if isinstance(found, list | tuple) else (found,)
        turns += 1
    return values


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: Any = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """Returns what a function makes of each row, stacked."""
    rows = [fn(row) for row in _rows(elems)]
    return tree.map_structure(lambda *parts: _stacked(parts), *rows)


def vectorized_map(
    fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True
) -> Any:
    """Returns what a function makes of each row, stacked."""
    return map_fn(fn, elems)


def _stacked(parts: Sequence[Any]) -> Any:
    from pykeras_core.compat.tensorflow.arrays import stack

    return stack(parts)


def scan(fn: Callable[..., Any], elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """Returns the states, stacked: each `fn(state, row)` of the one before."""
    rows = _rows(elems)
    state, states = (initializer, []) if initializer is not None else (rows.pop(0), [])
    if initializer is None:
        states.append(state)
    for row in rows:
        state = fn(state, row)
        states.append(state)
    return tree.map_structure(lambda *parts: _stacked(parts), *states)


def foldl(fn: Callable[..., Any], elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """Returns the last state: each is `fn(state, row)` of the one before."""
    rows = _rows(elems)
    state = rows.pop(0) if initializer is None else initializer
    for row in rows:
        state = fn(state, row)
    return state


def py_function(
    func: Callable[..., Any], inp: Sequence[Any], Tout: Any = None, name: str | None = None
) -> Any:
    """Returns what a Python function gives for tensors with values.

    Raises:
        TypeError: If the values are not known yet, in a traced step.
    """
    for value in inp:
        if not _known(value):
            raise TypeError(
                "`py_function` looks at values, which a traced step does not have. Use it in a "
                "data set's `map`, or compile with `run_eagerly=True`."
            )
    found = func(*inp)
    several = isinstance(Tout, list | tuple)
    parts = [_value(part) for part in (found if several else [found])]
    return parts if several else parts[0]


def numpy_function(
    func: Callable[..., Any], inp: Sequence[Any], Tout: Any = None, stateful: bool = True,
    name: str | None = None,
) -> Any:  # fmt: skip
    """Returns what a Python function gives for arrays; see `py_function`."""
    return py_function(lambda *given: func(*map(_plain, given)), inp, Tout)


def _plain(value: Any) -> Any:
    return value.numpy() if hasattr(value, "numpy") else np.asarray(value)


def _value(found: Any) -> Any:
    from pykeras_core.compat.tensorflow.arrays import convert_to_tensor

    return None if found is None else convert_to_tensor(found)


def group(*inputs: Any, **kwargs: Any) -> None:
    """Does nothing: what was called has run."""


def no_op(name: str | None = None) -> None:
    """Does nothing."""


def identity_n(input: Sequence[Any], name: str | None = None) -> list[Any]:
    """Returns the tensors themselves."""
    return list(input)


def _rows(elems: Any) -> list[Any]:
    """A structure of arrays as a structure for each row."""
    columns = tree.flatten(elems)
    return [tree.pack_sequence_as(elems, list(row)) for row in zip(*columns, strict=True)]
