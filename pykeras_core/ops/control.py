"""Branches, loops and running results.

While a training step is traced, these are written out: a loop becomes as many copies of its body
as it has turns (`ops.scan` does not), and a branch that depends on a value of the step becomes
both branches and a choice between their results. A number of turns that depends on such a value
needs an upper limit.

Example:
    >>> from pykeras_core import ops
    >>> ops.fori_loop(0, 3, lambda i, total: total + i, 10).item()
    13
    >>> ops.map(lambda x: x * x, ops.array([1, 2, 3])).tolist()
    [1, 4, 9]
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.checks import (
    ArrayLike,
    ArrayTree,
    DType,
    Functions,
    Of0,
    Of1,
    Of2,
    PositiveInt,
)
from pykeras_core.engine import Tensor, convert_to_tensor, is_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis, whole
from pykeras_core.ops.logic import where
from pykeras_core.ops.manipulation import concatenate, moveaxis, ravel, stack, unstack
from pykeras_core.symbolic.op_call import operation
from pykeras_core.symbolic.shape_inference import inferring

__all__ = [
    "associative_scan",
    "cond",
    "cumprod",
    "fori_loop",
    "map",
    "switch",
    "vectorized_map",
    "while_loop",
]

Function = Callable[..., Any]

_MOST_TURNS_FOR_SHAPES = 100
"""Of a loop whose shapes change from turn to turn, while shapes are inferred."""


def _is_traced(x: Any) -> bool:
    return is_tensor(x) and convert_to_tensor(x).array is None


def _tensors(structure: Any) -> Any:
    return tree.map_structure(lambda x: None if x is None else convert_to_tensor(x), structure)


def _choice(name: str, test: Any, yes: Any, no: Any) -> Any:
    """The results of one branch or the other, leaf by leaf."""
    try:
        return tree.map_structure(lambda a, b: None if a is None else where(test, a, b), yes, no)
    except ValueError as error:
        raise ValueError(f"`{name}` expected branches with results of one form: {error}") from None


@operation
def cond(pred: Any, true_fn: Of0, false_fn: Of0) -> Any:
    """`true_fn()` if `pred` holds, else `false_fn()`.

    Args:
        pred: A bool or scalar Tensor. If it is a value of a step being traced, both functions
            are run and their results chosen from: variables that they assign to change always.
        true_fn: Takes nothing, returns Tensors in any structure.
        false_fn: The same, with results of the same form.

    Returns:
        What the function returned.

    Raises:
        ValueError: If a traced `pred` has several elements, or the results differ in form.
    """
    if hasattr(pred, "dtype") and math.prod(pred.shape) != 1:
        raise ValueError(
            f"`cond` expected `pred` as a single truth value, received shape {tuple(pred.shape)}. "
            "`ops.where` chooses element by element."
        )
    if not _is_traced(pred):
        return true_fn() if pred else false_fn()
    test = convert_to_tensor(pred, "bool")
    return _choice("cond", p.reshape(test, shape=()), true_fn(), false_fn())


@operation
def switch(index: ArrayLike, branches: Functions, *operands: Any) -> Any:
    """`branches[index](*operands)`; an index out of range takes the nearest branch.

    Args:
        index: An int or scalar Tensor. If it is a value of a step being traced, all branches are
            run and their results chosen from.
        branches: Functions with results of one form.
        *operands: What they take.

    Returns:
        What the branch returned.
    """
    if not len(branches):
        raise ValueError("`switch` expected at least one branch, received none")
    if not _is_traced(index):
        return branches[min(max(int(index), 0), len(branches) - 1)](*operands)
    result = branches[0](*operands)
    for number, branch in enumerate(branches[1:], 1):
        later = convert_to_tensor(index) >= number
        result = _choice("switch", later, branch(*operands), result)
    return result


@operation
def while_loop(
    cond: Function,
    body: Function,
    loop_vars: ArrayTree,
    maximum_iterations: PositiveInt | None = None,
) -> Any:
    """Replaces the loop's variables by `body(*loop_vars)` while `cond(*loop_vars)` holds.

    Args:
        cond: Returns a bool or scalar Tensor.
        body: Returns new values for all variables.
        loop_vars: A tuple or list of Tensors, or one Tensor.
        maximum_iterations: The most turns. A loop whose condition depends on values of a step
            being traced needs it: it is written out as that many turns.

    Returns:
        The variables after the loop.

    Raises:
        TypeError: If a traced condition comes without `maximum_iterations`.
    """
    several = isinstance(loop_vars, list | tuple)
    values = _tensors(tuple(loop_vars) if several else (loop_vars,))
    limit = (
        None if maximum_iterations is None else whole("while_loop", "the limit", maximum_iterations)
    )
    if inferring():
        values = _after_a_turn(cond, body, values, several)
        return values if several else values[0]
    turns = 0
    goes_on: Any = True
    while limit is None or turns < limit:
        test = _one_truth(cond(*values))
        traced = _is_traced(test) or _is_traced(goes_on)
        if traced and limit is None:
            raise TypeError(
                "the condition of `while_loop` depends on values of a step that is being traced, "
                "so the number of turns is not known. Pass `maximum_iterations`, or compile with "
                "`run_eagerly=True`."
            )
        if not traced and not test:
            break
        new = body(*values)
        new = _tensors(tuple(new) if isinstance(new, list | tuple) and several else (new,))
        if traced:
            goes_on = p.bitwise_and(
                convert_to_tensor(goes_on, "bool"), convert_to_tensor(test, "bool")
            )
            new = _choice("while_loop", goes_on, new, values)
        values, turns = new, turns + 1
    return values if several else values[0]


def _one_truth(test: Any) -> Any:
    """What a loop's condition returned, if it is a single truth value."""
    if hasattr(test, "dtype") and math.prod(test.shape) != 1:
        raise ValueError(
            "`while_loop` expected `cond` to return a single truth value of `loop_vars`, received "
            f"shape {tuple(test.shape)}. `ops.all` or `ops.any` makes one of several."
        )
    return test


def _after_a_turn(cond: Function, body: Function, values: Any, several: bool) -> Any:
    """Values of the shapes that a loop ends with: those that a turn leaves as they are."""
    for _ in range(_MOST_TURNS_FOR_SHAPES):
        test = _one_truth(cond(*values))
        if not _is_traced(test) and not test:
            break
        new = body(*values)
        before = values
        values = _tensors(tuple(new) if isinstance(new, list | tuple) and several else (new,))
        if _is_traced(test) or _specs(before) == _specs(values):
            break
    return values


@operation
def fori_loop(lower: ArrayLike, upper: ArrayLike, body_fun: Of2, init_val: ArrayTree) -> Any:
    """`value = body_fun(i, value)` for each i from `lower` up to, but without, `upper`.

    Args:
        lower: First i.
        upper: The int after the last i; known, not a value of a step being traced.
        body_fun: Takes i and the value, returns the new value.
        init_val: The first value, Tensors in any structure.

    Returns:
        The last value.
    """
    value = _tensors(init_val)
    if inferring() and (_is_traced(lower) or _is_traced(upper)):
        return _tensors(body_fun(convert_to_tensor(lower), value))
    for i in range(whole("fori_loop", "lower", lower), whole("fori_loop", "upper", upper)):
        before, value = value, _tensors(body_fun(i, value))
        if inferring() and _specs(before) == _specs(value):
            break  # the other turns leave shapes and dtypes as they are
    return value


def _specs(structure: Any) -> list[Any]:
    return [None if leaf is None else leaf.spec for leaf in tree.flatten(structure)]


def _slices(xs: Any) -> list[Any]:
    """The slices of a structure of arrays along their first axes."""
    leaves = [convert_to_tensor(leaf) for leaf in tree.flatten(xs) if leaf is not None]
    lengths = {leaf.shape[:1] for leaf in leaves}
    if len(lengths) != 1 or lengths == {()}:
        raise ValueError(
            "`map` expected arrays with first axes of one length, received shapes "
            f"{[leaf.shape for leaf in leaves]}"
        )
    ((count,),) = lengths
    parts = [
        [None] * count if leaf is None else unstack(convert_to_tensor(leaf))
        for leaf in tree.flatten(xs)
    ]
    return [tree.pack_sequence_as(xs, [part[i] for part in parts]) for i in range(count)]


def _stacked(results: list[Any]) -> Any:
    return tree.map_structure(
        lambda *leaves: (
            None if leaves[0] is None else stack([convert_to_tensor(x) for x in leaves])
        ),
        *results,
    )


@operation
def map(f: Of1, xs: ArrayTree) -> Any:
    """`f` of each slice along the first axis, the results stacked.

    Args:
        f: Takes a slice (a structure like `xs`), returns Tensors in any structure.
        xs: Arrays in any structure, of one length.

    Returns:
        The results along a new first axis.
    """
    steps = _slices(xs)
    if not steps:
        raise ValueError("`map` expected at least one slice, received none")
    if inferring():
        return _stacked([f(steps[0])] * len(steps))  # all have the same shapes
    return _stacked([f(step) for step in steps])


@operation
def vectorized_map(function: Of1, elements: ArrayTree) -> Any:
    """`map`, under the name it has where it is compiled into array operations."""
    return map(function, elements)


@operation
def associative_scan(f: Of2, elems: ArrayTree, reverse: bool = False, axis: int = 0) -> Any:
    """Running results of an associative function along an axis, in log2(n) rounds.

    Args:
        f: Takes two structures like `elems`, any number of elements along the axis, and returns
            one: `f(f(a, b), c)` is `f(a, f(b, c))`.
        elems: Arrays in any structure, with axes of one length.
        reverse: Whether to run from the end.
        axis: The axis.

    Returns:
        A structure like `elems`: at i what `f` makes of the elements 0 to i.
    """
    moved = [convert_to_tensor(leaf) for leaf in tree.flatten(elems)]
    ends = [canonical_axis("associative_scan", axis, leaf.ndim) for leaf in moved]
    leaves = [moveaxis(leaf, at, 0) for leaf, at in zip(moved, ends, strict=True)]
    lengths = {leaf.shape[0] for leaf in leaves}
    if len(lengths) != 1:
        raise ValueError(
            f"`associative_scan` expected axes of one length, received {sorted(lengths)}"
        )
    (length,) = lengths
    if reverse:
        leaves = [p.flip(leaf, axis=(0,)) for leaf in leaves]
    step = 1
    while step < length:
        # Each element takes in the one `step` before it; the first ones are done.
        earlier, later = ([leaf[part] for leaf in leaves] for part in (np.s_[:-step], np.s_[step:]))
        joined = f(*(_packed(elems, side, ends) for side in (earlier, later)))
        new = [
            moveaxis(convert_to_tensor(leaf), at, 0)
            for leaf, at in zip(tree.flatten(joined), ends, strict=True)
        ]
        leaves = [concatenate([old[:step], x]) for old, x in zip(leaves, new, strict=True)]
        step *= 2
    if reverse:
        leaves = [p.flip(leaf, axis=(0,)) for leaf in leaves]
    return _packed(elems, leaves, ends)


def _packed(structure: Any, leaves: list[Tensor], ends: list[int]) -> Any:
    """Leaves with their axis back in its place, in their structure."""
    back = [moveaxis(leaf, 0, at) for leaf, at in zip(leaves, ends, strict=True)]
    return tree.pack_sequence_as(structure, back)


@operation
def cumprod(x: ArrayLike, axis: int | None = None, dtype: DType = None) -> Tensor:
    """Running product along `axis`, or of the flat input for None."""
    tensor = convert_to_tensor(x, dtype)
    if tensor.dtype in ("bool", "uint8"):
        tensor = convert_to_tensor(tensor, "int32")
    if axis is None:
        tensor, axis = ravel(tensor), 0
    result: Tensor = associative_scan(p.multiply, tensor, axis=axis)
    return result
