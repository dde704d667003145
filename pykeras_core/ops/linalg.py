"""Products of matrices and tensors.

Operands meet in int32 or float32. Gradients flow to both.

Example:
    >>> from pykeras_core import ops
    >>> ops.matmul([[1.0, 2.0]], [[3.0], [4.0]]).tolist()
    [[11.0]]
    >>> ops.einsum("ij,kj->ik", [[1, 2]], [[3, 4], [5, 6]]).tolist()
    [[11, 17]]
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, refuse
from pykeras_core.engine import Tensor, arithmetic
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axes, whole
from pykeras_core.engine.promotion import promote
from pykeras_core.engine.sizes import Conflict, different_sizes, with_conflicts
from pykeras_core.ops.manipulation import moveaxis, reshape, transpose
from pykeras_core.symbolic.op_call import operation

__all__ = ["dot", "einsum", "inner", "matmul", "outer", "tensordot", "trace", "vdot"]


@operation
def matmul(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Matrix product over the last two axes; leading axes broadcast, vectors become matrices.

    Args:
        x1: Tensor, shape (..., m, k) or (k,).
        x2: Tensor, shape (..., k, n) or (k,).

    Returns:
        Tensor, shape (..., m, n); without m or n where a vector came.

    Raises:
        ValueError: If the inner axes differ in length, or an operand is a number.
    """
    return arithmetic.matmul(x1, x2)


@operation
def dot(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Sum product over the last axis of `x1` and the second last of `x2`, as NumPy's `dot`."""
    x, y = promote(x1, x2, at_least="int32")
    if not x.ndim or not y.ndim:
        result: Tensor = p.multiply(x, y)
        return result
    if y.ndim <= 2:
        return matmul(x, y)
    return tensordot(x, y, ([x.ndim - 1], [y.ndim - 2]))


@operation
def tensordot(x1: ArrayLike, x2: ArrayLike, axes: Any = 2) -> Tensor:
    """Sum product over pairs of axes.

    Args:
        x1: Tensor.
        x2: Tensor.
        axes: A number n (the last n axes of `x1` with the first n of `x2`), or two lists.

    Returns:
        Tensor with the other axes of `x1`, then those of `x2`.
    """
    x, y = promote(x1, x2, at_least="int32")
    left, right = _paired_axes(axes, x, y)
    rest_x = [a for a in range(x.ndim) if a not in left]
    rest_y = [a for a in range(y.ndim) if a not in right]
    inner = math.prod(x.shape[a] for a in left)
    rows = math.prod(x.shape[a] for a in rest_x)
    columns = math.prod(y.shape[a] for a in rest_y)
    a = p.reshape(transpose(x, rest_x + left), shape=(rows, inner))
    b = p.reshape(transpose(y, right + rest_y), shape=(inner, columns))
    shape = tuple([x.shape[i] for i in rest_x] + [y.shape[i] for i in rest_y])
    return p.reshape(p.matmul(a, b), shape=shape)


def _paired_axes(axes: Any, x: Tensor, y: Tensor) -> tuple[list[int], list[int]]:
    """The axes of each operand over which `tensordot` sums."""
    if isinstance(axes, list | tuple) and len(axes) == 2:
        sides = [side if isinstance(side, list | tuple) else [side] for side in axes]
    else:
        count = whole("tensordot", "axes", axes)
        sides = [list(range(-count, 0)), list(range(count))]
    if any(type(axis) is bool or not hasattr(axis, "__index__") for side in sides for axis in side):
        raise refuse("tensordot", "axes", "an int, or a pair of ints or lists of ints", axes)
    left = list(canonical_axes("tensordot", sides[0], x.ndim, ordered=False))
    right = list(canonical_axes("tensordot", sides[1], y.ndim, ordered=False))
    lengths = [x.shape[a] for a in left], [y.shape[a] for a in right]
    if lengths[0] != lengths[1]:
        raise with_conflicts(
            ValueError(
                f"`tensordot` expected pairs of axes of one length, received axes={axes} for "
                f"shapes {x.shape} and {y.shape}"
            ),
            different_sizes("tensordot", *lengths),
        )
    return left, right


@operation
def inner(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Sum product over the last axes."""
    x, y = promote(x1, x2, at_least="int32")
    if not x.ndim or not y.ndim:
        result: Tensor = p.multiply(x, y)
        return result
    return tensordot(x, y, ([-1], [-1]))


@operation
def outer(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """All products of an element of `x1` and one of `x2`, both taken flat."""
    x, y = promote(x1, x2, at_least="uint8")
    result: Tensor = p.multiply(reshape(x, (-1, 1)), reshape(y, (1, -1)))
    return result


@operation
def vdot(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Sum of the products of the elements, both taken flat."""
    return inner(reshape(x1, (-1,)), reshape(x2, (-1,)))


@operation
def trace(x: ArrayLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Sum of a diagonal."""
    (tensor,) = promote(x, at_least="int32")
    moved = moveaxis(tensor, (axis1, axis2), (-2, -1))
    diagonal = np.eye(moved.shape[-2], moved.shape[-1], offset, dtype=bool)
    kept = p.where(diagonal, moved, 0)
    return p.sum_(kept, axis=(moved.ndim - 2, moved.ndim - 1), keepdims=False)


@operation
def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Tensor:
    """Einstein summation over labelled axes, two operands at a time.

    Args:
        subscripts: For example 'bij,bjk->bik'; without '->' the labels that occur once, in
            alphabetical order, are the result. '...' stands for further leading axes.
        *operands: Tensors.
        **kwargs: Accepted as in Keras, such as `optimize`; they do not change the result.

    Returns:
        Tensor with the axes of the result.

    Raises:
        ValueError: If the labels do not fit the operands.
    """
    if not isinstance(subscripts, str):
        raise TypeError(f"`einsum` expected subscripts like 'ij,jk->ik', received {subscripts!r}")
    tensors = list(promote(*operands, at_least="int32"))
    terms, result = _parse(subscripts.replace(" ", ""), [t.ndim for t in tensors])
    sizes: dict[str, int] = {}
    for term, tensor in zip(terms, tensors, strict=True):
        for label, size in zip(term, tensor.shape, strict=True):
            if sizes.setdefault(label, size) != size and 1 not in (size, sizes[label]):
                raise with_conflicts(
                    ValueError(
                        f"`einsum` {subscripts!r}: axis {label!r} is {sizes[label]} and {size} long"
                    ),
                    [Conflict(("einsum", ord(label)), size, sizes[label], "broadcast")],
                )
            sizes[label] = size if sizes[label] == 1 else sizes[label]
    tensors = [
        p.broadcast_to(tensor, shape=tuple(sizes[label] for label in term))
        if tensor.shape != tuple(sizes[label] for label in term)
        else tensor
        for term, tensor in zip(terms, tensors, strict=True)
    ]
    term, tensor = terms[0], tensors[0]
    for i in range(1, len(tensors)):
        later = set(result).union(*terms[i + 1 :])
        tensor, term = _contract(tensor, term, tensors[i], terms[i], later)
    return _finish(tensor, term, result)


def _parse(subscripts: str, ranks: list[int]) -> tuple[list[str], str]:
    """Labels of each operand and of the result, with '...' written out in capital letters."""
    left, arrow, right = subscripts.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"`einsum` {subscripts!r} names {len(terms)} operands of {len(ranks)}")
    extra = 0
    for term, rank in zip(terms, ranks, strict=True):
        labels = len(term.replace("...", ""))
        if labels > rank or (labels != rank and "..." not in term):
            raise ValueError(
                f"`einsum` expected rank {labels} by {term!r} of `subscripts`, received {rank}"
            )
        extra = max(extra, rank - labels)
    free = [c for c in "ZYXWVUTSRQ" if c not in subscripts][:extra][::-1]
    written = []
    for term, rank in zip(terms, ranks, strict=True):
        count = rank - len(term.replace("...", ""))
        written.append(term.replace("...", "".join(free[len(free) - count :])))
    if arrow:
        return written, right.replace("...", "".join(free))
    counts = "".join(terms).replace("...", "")
    once = sorted(c for c in set(counts) if counts.count(c) == 1)
    return written, "".join(free) + "".join(once)


def _contract(x: Tensor, a: str, y: Tensor, b: str, later: set[str]) -> tuple[Tensor, str]:
    """Multiply two operands and sum the axes that nothing later names."""
    x, a = _drop(x, a, later.union(b))
    y, b = _drop(y, b, later.union(a))
    batch = [c for c in a if c in b and c in later]
    summed = [c for c in a if c in b and c not in later]
    rows = [c for c in a if c not in b]
    columns = [c for c in b if c not in a]
    size = dict(zip(b, y.shape, strict=True)) | dict(zip(a, x.shape, strict=True))
    shape = [size[c] for c in batch]
    m, k, n = (math.prod(size[c] for c in group) for group in (rows, summed, columns))
    left = p.reshape(_order(x, a, batch + rows + summed), shape=(*shape, m, k))
    right = p.reshape(_order(y, b, batch + summed + columns), shape=(*shape, k, n))
    product = p.matmul(left, right)
    full = (*shape, *(size[c] for c in rows), *(size[c] for c in columns))
    return p.reshape(product, shape=full), "".join(batch + rows + columns)


def _order(x: Tensor, labels: str, wanted: list[str]) -> Tensor:
    return transpose(x, [labels.index(c) for c in wanted])


def _drop(x: Tensor, labels: str, needed: set[str]) -> tuple[Tensor, str]:
    """Sum over the axes whose label nobody needs; take diagonals of repeated labels."""
    for label in dict.fromkeys(labels):
        while labels.count(label) > 1:
            first, second = labels.index(label), labels.rindex(label)
            shape = tuple(n if i in (first, second) else 1 for i, n in enumerate(x.shape))
            diagonal = np.eye(x.shape[first], dtype=bool).reshape(shape)
            x = p.sum_(p.where(diagonal, x, 0), axis=(second,), keepdims=False)
            labels = labels[:second] + labels[second + 1 :]
    axes = tuple(i for i, label in enumerate(labels) if label not in needed)
    if axes:
        x = p.sum_(x, axis=axes, keepdims=False)
    return x, "".join(label for label in labels if label in needed)


def _finish(x: Tensor, labels: str, result: str) -> Tensor:
    x, labels = _drop(x, labels, set(result))
    if sorted(labels) != sorted(result):
        raise ValueError(f"`einsum` cannot give axes {result!r}: the operands have {labels!r}")
    return _order(x, labels, list(result))
