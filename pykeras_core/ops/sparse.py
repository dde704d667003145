"""Activations that reach exactly 0, and `mish`, which does not."""

from __future__ import annotations

from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.creation import arange
from pykeras_core.ops.logic import greater, where
from pykeras_core.ops.manipulation import flip, moveaxis
from pykeras_core.ops.math import clip, maximum, tanh
from pykeras_core.ops.nn import softplus
from pykeras_core.ops.reduction import cumsum, sort
from pykeras_core.ops.reduction import sum as sum_over
from pykeras_core.symbolic.op_call import operation

__all__ = ["mish", "sparse_sigmoid", "sparsemax"]


@operation
def mish(x: ArrayLike) -> Tensor:
    """`x * tanh(softplus(x))`."""
    (tensor,) = promote(x, at_least="float32")
    result: Tensor = tensor * tanh(softplus(tensor))
    return result


@operation
def sparse_sigmoid(x: ArrayLike) -> Tensor:
    """(x + 1) / 2, clipped to 0...1."""
    (tensor,) = promote(x, at_least="float32")
    return clip((tensor + 1.0) * 0.5, 0.0, 1.0)


@operation
def sparsemax(x: ArrayLike, axis: int = -1) -> Tensor:
    """The nearest point of the probability simplex along `axis`."""
    logits = moveaxis(promote(x, at_least="float32")[0], axis, -1)
    descending = flip(sort(logits, axis=-1), axis=-1)
    rank = arange(1, logits.shape[-1] + 1, dtype="float32")
    support = greater(rank * descending + 1.0, cumsum(descending, axis=-1))
    kept = sum_over(where(support, descending, 0.0), axis=-1, keepdims=True)
    size = sum_over(where(support, 1.0, 0.0), axis=-1, keepdims=True)
    return moveaxis(maximum(logits - (kept - 1.0) / size, 0.0), -1, axis)
