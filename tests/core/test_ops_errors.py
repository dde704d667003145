"""What ops say to arguments that make no sense: what was expected, and what came."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops

X = np.zeros((2, 3, 4), np.float32)

REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    # Axes
    "sum axis": (lambda: ops.sum(X, 3), r"`sum` expected an axis from -3 to 2 .* axis=3"),
    "sum axis twice": (lambda: ops.sum(X, (0, -3)), "`sum` expected different axes"),
    "mean axis of a number": (lambda: ops.mean(1.0, 0), "`mean` expected an input with axes"),
    "max axis kind": (
        lambda: ops.max(X, 1.5),
        "`max` expected `axis` as an int or .*, received 1.5",
    ),
    "min axis text": (lambda: ops.min(X, "rows"), "`min` expected `axis` as an int"),
    "any axis": (lambda: ops.any(X, 9), "`any` expected an axis"),
    "all axis": (lambda: ops.all(X, 9), "`all` expected an axis"),
    "argmax axis": (lambda: ops.argmax(X, 9), "`argmax` expected an axis"),
    "sort axis": (lambda: ops.sort(X, 9), "`sort` expected an axis"),
    "cumsum axis": (lambda: ops.cumsum(X, 9), "`cumsum` expected an axis"),
    "softmax axis": (lambda: ops.softmax(X, 9), "`softmax` expected an axis"),
    "concatenate axis": (lambda: ops.concatenate([X], 9), "`concatenate` expected an axis"),
    "stack axis": (lambda: ops.stack([X], 9), "`stack` expected an axis"),
    "squeeze axis": (lambda: ops.squeeze(X, 9), "`squeeze` expected an axis"),
    "squeeze a long axis": (lambda: ops.squeeze(X, 0), "`squeeze` expected axes of length 1"),
    "expand_dims axis": (lambda: ops.expand_dims(X, 9), "`expand_dims` expected an axis"),
    "transpose axes": (lambda: ops.transpose(X, (0, 1)), "`transpose` expected a permutation"),
    "transpose twice": (lambda: ops.transpose(X, (0, 0, 1)), "`transpose` expected a permutation"),
    "swapaxes": (lambda: ops.swapaxes(X, 0, 9), "`swapaxes` expected an axis"),
    "moveaxis": (lambda: ops.moveaxis(X, 9, 0), "`moveaxis` expected an axis"),
    "moveaxis pair": (lambda: ops.moveaxis(X, (0, 1), 0), "`moveaxis` expected as many"),
    "moveaxis twice": (lambda: ops.moveaxis(X, (0, 0), (0, 1)), "`moveaxis` expected different"),
    "flip axis": (lambda: ops.flip(X, 9), "`flip` expected an axis"),
    "roll axis": (lambda: ops.roll(X, 1, 9), "`roll` expected an axis"),
    "roll shifts": (lambda: ops.roll(X, (1, 2), 0), "`roll` expected one shift for each axis"),
    "roll shift": (lambda: ops.roll(X, 1.5, 0), "`roll` expected `shift` as an int"),
    "repeat axis": (lambda: ops.repeat(X, 2, 9), "`repeat` expected an axis"),
    "split axis": (lambda: ops.split(X, 2, 9), "`split` expected an axis"),
    "unstack axis": (lambda: ops.unstack(X, axis=9), "`unstack` expected an axis"),
    "take axis": (lambda: ops.take(X, [0], 9), "`take` expected an axis"),
    "take_along_axis": (lambda: ops.take_along_axis(X, X, 9), "`take_along_axis` expected"),
    "one_hot axis": (lambda: ops.one_hot([0], 2, axis=9), "`one_hot` expected an axis"),
    "glu axis": (lambda: ops.glu(X, 9), "`glu` expected an axis"),
    # Shapes
    "reshape size": (lambda: ops.reshape(X, (5, 5)), r"`reshape` cannot turn shape \(2, 3, 4\)"),
    "reshape two -1": (lambda: ops.reshape(X, (-1, -1)), "`reshape` cannot turn shape"),
    "reshape -1": (lambda: ops.reshape(X, (-1, 5)), "`reshape` cannot turn shape"),
    "reshape None": (
        lambda: ops.reshape(X, (None, 4)),
        "`reshape` expected every axis of `newshape`",
    ),
    "reshape float": (
        lambda: ops.reshape(X, (6.0, 4)),
        "`reshape` expected every axis of `newshape`",
    ),
    "zeros None": (
        lambda: ops.zeros((None, 3)),
        r"`full` expected every axis of shape \(None, 3\)",
    ),
    "zeros negative": (lambda: ops.zeros((-1,)), "`full` expected axes of 0 or more"),
    "full value": (lambda: ops.full((2,), [1, 2, 3]), "`broadcast_to` cannot stretch"),
    "broadcast_to": (lambda: ops.broadcast_to(X, (3, 4)), "`broadcast_to` cannot stretch"),
    "broadcast_to None": (lambda: ops.broadcast_to(X, None), "`broadcast_to` expected every axis"),
    "concatenate shapes": (lambda: ops.concatenate([X, X[0]]), "`concatenate` along axis 0"),
    "concatenate none": (
        lambda: ops.concatenate([]),
        "`concatenate` expected `xs` as a list of at least",
    ),
    "concatenate a number": (lambda: ops.concatenate(3), "`concatenate` expected `xs` as a list"),
    "concatenate numbers": (
        lambda: ops.concatenate([1, 2]),
        "`concatenate` expected an input with",
    ),
    "stack shapes": (lambda: ops.stack([X, X[0]]), "`stack` expected arrays of one shape"),
    "stack none": (lambda: ops.stack([]), "at least one tensor or array"),
    "hstack none": (lambda: ops.hstack([]), "`hstack` expected `xs` as a list of at least one"),
    "vstack none": (lambda: ops.vstack([]), "`vstack` expected `xs` as a list of at least one"),
    "tile negative": (lambda: ops.tile(X, -1), "`tile` expected `repeats` as an int of 0 or more"),
    "repeat count": (lambda: ops.repeat(X, [1, 2, 3], 0), "`repeat` expected one count, or one"),
    "repeat negative": (
        lambda: ops.repeat(X, -1),
        "`repeat` expected `repeats` as an int of 0 or more",
    ),
    "pad widths": (lambda: ops.pad(X, [1, 2, 3]), "`pad` expected pad_width to be"),
    "pad negative": (lambda: ops.pad(X, -1), "`pad` expected pad_width to be an int of 0 or more"),
    "pad float": (lambda: ops.pad(X, 0.5), "`pad` expected pad_width to be an int"),
    "pad mode": (lambda: ops.pad(X, 1, "wrap"), "`pad` expected mode 'constant', 'reflect'"),
    "pad value": (lambda: ops.pad(X, 1, "reflect", 3), "constant_values only in mode 'constant'"),
    "pad nothing": (lambda: ops.pad(np.zeros((0,)), 1, "reflect"), "`pad` has nothing to reflect"),
    "slice length": (lambda: ops.slice(X, (0, 0), (1, 1)), "`slice` expected one start index"),
    "slice outside": (
        lambda: ops.slice(X, (0, 0, 3), (2, 3, 4)),
        "`slice` expected a block inside",
    ),
    "split parts": (lambda: ops.split(X, 5, 1), "`split` cannot cut an axis of length 3 into 5"),
    "split no parts": (lambda: ops.split(X, 0, 1), "`split` cannot cut"),
    "split float": (lambda: ops.split(X, 1.5), "`split` expected `indices_or_sections` as an int"),
    "split indices": (
        lambda: ops.split(X, [0.5]),
        "`split` expected `indices_or_sections` as an int",
    ),
    "unstack number": (lambda: ops.unstack(X, 5), "`unstack` expected num=2"),
    "top_k": (lambda: ops.top_k(X, 5), "`top_k` expected k from 0 to .* k=5"),
    "top_k negative": (lambda: ops.top_k(X, -1), "`top_k` expected k from 0"),
    "top_k float": (lambda: ops.top_k(X, 1.5), "`top_k` expected `k` as an int"),
    # Indices
    "take floats": (lambda: ops.take(X, [0.5], 0), "`take` expected integer indices"),
    "take of nothing": (lambda: ops.take(X[:0], [0], 0), "`take` cannot read from axis 0"),
    "take_along_axis rank": (
        lambda: ops.take_along_axis(X, [0], 0),
        "`take_along_axis` expected indices with as many axes",
    ),
    "take_along_axis shape": (
        lambda: ops.take_along_axis(X, np.zeros((1, 2, 4), int), 0),
        r"`take_along_axis` expected indices that fit shape \(2, 3, 4\)",
    ),
    "one_hot classes": (lambda: ops.one_hot([0], 2.5), "`one_hot` expected `num_classes` as an"),
    "one_hot sparse": (lambda: ops.one_hot([0], 2, sparse=True), "`one_hot` has no sparse Tensors"),
    "segment_sum ids": (lambda: ops.segment_sum(X, [0]), "`segment_sum` expected one segment id"),
    # Products
    "matmul": (lambda: ops.matmul(X, X), r"`matmul` expected .* \(2, 3, 4\) and \(2, 3, 4\)"),
    "matmul of a number": (lambda: ops.matmul(X, 1.0), "`matmul` expected arrays"),
    "matmul batches": (
        lambda: ops.matmul(X, np.zeros((3, 4, 2), np.float32)),
        "`matmul` cannot broadcast the leading axes",
    ),
    "dot": (lambda: ops.dot(X, np.zeros(3)), "`matmul` expected the last axis of x1"),
    "tensordot lengths": (lambda: ops.tensordot(X, X, 1), "`tensordot` expected pairs of axes"),
    "tensordot count": (lambda: ops.tensordot(X, X, 9), "`tensordot` expected an axis"),
    "tensordot kind": (lambda: ops.tensordot(X, X, 1.5), "`tensordot` expected axes to be an int"),
    "tensordot sides": (
        lambda: ops.tensordot(X, X, ([0, 1], [0])),
        "`tensordot` expected pairs of axes of one length",
    ),
    "einsum operands": (lambda: ops.einsum("ij,jk->ik", X), "names 2 operands of 1"),
    "einsum rank": (lambda: ops.einsum("ij->i", X), "`einsum` expected rank 2 by 'ij'"),
    "einsum rank with dots": (lambda: ops.einsum("...ijkl", X), "expected rank 4 by .* received 3"),
    "einsum lengths": (lambda: ops.einsum("iij->j", X), "axis 'i' is 2 and 3 long"),
    "einsum result": (lambda: ops.einsum("ijk->iz", X), "`einsum` cannot give axes 'iz'"),
    "einsum no text": (
        lambda: ops.einsum(X, [0, 1, 2]),
        "`einsum` expected `subscripts` as a string",
    ),
    # Values
    "add shapes": (lambda: ops.add(X, np.zeros(3)), r"`add` cannot broadcast shapes \(2, 3, 4\)"),
    "add text": (lambda: ops.add(X, "text"), "`add` expected `x2` as a tensor, an array"),
    "add None": (lambda: ops.add(X, None), "`add` expected `x2` as a tensor, an array"),
    "power": (lambda: ops.power([1, 2], -1), "`power` of integers expected exponents of 0 or more"),
    "cast": (lambda: ops.cast(X, "complex64"), "expected a float, integer or bool dtype"),
    "bitwise floats": (lambda: ops.bitwise_and(X, X), "`bitwise_and` expected dtype"),
    "norm": (lambda: ops.norm(X, "nuc"), "`norm` expected ord"),
    "matrix norm": (lambda: ops.norm(X[0], 3), "`norm` expected ord"),
    "argmax of nothing": (lambda: ops.argmax(X[:0], 0), "`argmax` over an axis of length 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_argument_is_refused_by_name(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
