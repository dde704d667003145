"""Crossentropies of probabilities and of logits."""

from __future__ import annotations

import warnings
from typing import Any

from pykeras_core import settings
from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis
from pykeras_core.engine.bounds import check_indices
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.indexing import one_hot
from pykeras_core.ops.manipulation import squeeze
from pykeras_core.ops.math import clip
from pykeras_core.ops.nn import log_softmax
from pykeras_core.ops.reduction import sum
from pykeras_core.symbolic.op_call import operation

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]


def _probabilities(output: Tensor) -> Tensor:
    """Probabilities kept epsilon away from 0 and 1, so that their logarithms are finite."""
    return clip(output, settings.epsilon(), 1.0 - settings.epsilon())


@operation
def categorical_crossentropy(
    target: ArrayLike, output: ArrayLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """-sum(target * log(output)) along `axis`.

    Args:
        target: float32, one-hot or a distribution, the shape of `output`.
        output: float32, shape (..., classes): probabilities, or logits.
        from_logits: Whether `output` holds logits.
        axis: The axis of the classes.

    Returns:
        float32, the shape of `output` without `axis`.

    Raises:
        ValueError: If the shapes differ.
    """
    output, from_logits = _logits(output, from_logits, "softmax", axis)
    y_true, y_pred = promote(target, output, at_least="float32")
    if y_true.shape != y_pred.shape or not y_true.ndim:
        raise ValueError(
            "`categorical_crossentropy` expected target and output of one shape with a class "
            f"axis, received {y_true.shape} and {y_pred.shape}. For integer labels use "
            "`sparse_categorical_crossentropy`."
        )
    return p.negative(sum(y_true * _log_probabilities(y_pred, from_logits, axis), axis))


def _logits(output: Any, from_logits: bool, activation: str, axis: int = -1) -> tuple[Any, bool]:
    """The logits behind probabilities, where `activation` left them on its result.

    Crossentropy of logits is exact where probabilities would have to be clipped. Only the
    activation that belongs to the crossentropy counts: a sigmoid's logits are no softmax's.
    """
    if getattr(output, "_keras_activation", None) != activation:
        return output, from_logits
    if axis not in (-1, len(output.shape) - 1):
        return output, from_logits
    if from_logits:
        warnings.warn(
            f"A crossentropy received `from_logits=True`, but its predictions come out of "
            f"`{activation}`, so they are probabilities. Drop one of the two.",
            stacklevel=4,
        )
    return output._keras_logits, True


def _log_probabilities(output: Tensor, from_logits: bool, axis: int) -> Tensor:
    if from_logits:
        return log_softmax(output, axis)
    scaled = output / sum(output, axis, keepdims=True)
    result: Tensor = p.log(_probabilities(scaled))
    return result


@operation
def sparse_categorical_crossentropy(
    target: ArrayLike, output: ArrayLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """-log(output) at each target's class.

    Args:
        target: Integer labels, the shape of `output` without `axis`, or with length 1 there.
        output: float32, shape (..., classes): probabilities, or logits.
        from_logits: Whether `output` holds logits.
        axis: The axis of the classes.

    Returns:
        float32, the shape of the labels.

    Raises:
        ValueError: If the shapes do not fit, or a label is negative or no class.
    """
    output, from_logits = _logits(output, from_logits, "softmax", axis)
    (y_pred,) = promote(output, at_least="float32")
    labels = convert_to_tensor(convert_to_tensor(target), "int32")
    if labels.ndim == y_pred.ndim and labels.shape[-1] == 1:
        labels = squeeze(labels, -1)
    at = canonical_axis("sparse_categorical_crossentropy", axis, y_pred.ndim)
    rest = (*y_pred.shape[:at], *y_pred.shape[at + 1 :])
    if labels.shape != rest:
        raise ValueError(
            f"`sparse_categorical_crossentropy` expected integer labels of shape {rest} for "
            f"output of shape {y_pred.shape}, received shape {labels.shape}. For one-hot labels "
            "use `categorical_crossentropy`."
        )
    advice = "Labels are the numbers of the classes, from 0."
    classes = y_pred.shape[at]
    check_indices("`sparse_categorical_crossentropy`", labels, 0, classes, ValueError, advice)
    hot = one_hot(labels, classes, axis=at)
    return p.negative(sum(hot * _log_probabilities(y_pred, from_logits, at), at))


@operation
def binary_crossentropy(target: ArrayLike, output: ArrayLike, from_logits: bool = False) -> Tensor:
    """-(target log(output) + (1 - target) log(1 - output)), elementwise.

    Args:
        target: float32, 0 or 1 or between.
        output: float32, the shape of `target`: probabilities, or logits.
        from_logits: Whether `output` holds logits.

    Returns:
        float32, that shape.

    Raises:
        ValueError: If the shapes differ.
    """
    output, from_logits = _logits(output, from_logits, "sigmoid")
    y_true, y_pred = promote(target, output, at_least="float32")
    if y_true.shape != y_pred.shape:
        raise ValueError(
            "`binary_crossentropy` expected target and output of one shape, received "
            f"{y_true.shape} and {y_pred.shape}"
        )
    if from_logits:
        result: Tensor = p.softplus(y_pred) - y_true * y_pred
        return result
    kept = _probabilities(y_pred)
    result = -(y_true * p.log(kept) + (1.0 - y_true) * p.log(1.0 - kept))
    return result
