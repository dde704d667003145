"""Owns connectionist temporal classification: the loss of a sequence without an alignment."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.losses.base import FunctionLoss

__all__ = ["CTC", "ctc"]

BLANK = 0  # class 0 means "nothing here" in predictions and padding in labels

# Stands for log(0): sums of it stay finite, so gradients are never nan.
_LOG_ZERO = -1e30


def ctc(y_true: Any, y_pred: Any) -> Any:
    """Returns `-log(p)`, `p` summed over all alignments of the labels to the time steps.

    Args:
        y_true: Class numbers from 1; shape `(batch, max_labels)`, padded with 0 at the end.
        y_pred: Logits; shape `(batch, steps, classes)`, class 0 being the blank.

    Returns:
        One value per sample; shape `(batch,)`.

    Raises:
        ValueError: If `y_true` is not a matrix or `y_pred` not of rank three.

    Source:
        Graves et al., Connectionist Temporal Classification, 2006, equations 6 to 8.
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    if len(y_true.shape) != 2 or len(y_pred.shape) != 3:
        raise ValueError(
            "`ctc` expected class numbers of shape (batch, max_labels) and logits of shape "
            f"(batch, steps, classes), received shapes {tuple(y_true.shape)} and "
            f"{tuple(y_pred.shape)}. Pad short label sequences with 0."
        )
    labels = ops.cast(y_true, "int32")
    lengths = ops.sum(ops.cast(ops.not_equal(labels, BLANK), "int32"), axis=-1)
    path = _with_blanks(labels)
    may_skip = _may_skip(path)
    log_probs = ops.log_softmax(y_pred, axis=-1)
    alpha = _first_step(_emissions(log_probs, path, 0))
    for step in range(1, y_pred.shape[1]):
        alpha = _advance(alpha, may_skip) + _emissions(log_probs, path, step)
    # An alignment ends on the last label or on the blank after it.
    last = 2 * lengths
    ends = ops.stack([_at(alpha, last), _at(alpha, ops.maximum(last - 1, 0))], axis=-1)
    ends_twice = ops.stack([lengths < 0, lengths == 0], axis=-1)  # no labels: one end only
    return -ops.logsumexp(ops.where(ends_twice, _LOG_ZERO, ends), axis=-1)


def _with_blanks(labels: Any) -> Any:
    """Labels with a blank before, between and after them; shape `(batch, 2 * max_labels + 1)`."""
    batch, length = labels.shape
    blanks = ops.full((batch, length), BLANK, dtype="int32")
    woven = ops.reshape(ops.stack([blanks, labels], axis=-1), (batch, 2 * length))
    return ops.concatenate([woven, blanks[:, :1]], axis=-1)


def _may_skip(path: Any) -> Any:
    """Where an alignment may jump over a blank: on a label that differs from the one before."""
    two_before = ops.pad(path[:, :-2], ((0, 0), (2, 0)))
    return ops.logical_and(ops.not_equal(path, BLANK), ops.not_equal(path, two_before))


def _emissions(log_probs: Any, path: Any, step: int) -> Any:
    return ops.take_along_axis(log_probs[:, step, :], path, axis=-1)


def _first_step(emissions: Any) -> Any:
    """An alignment begins with the first blank or the first label."""
    positions = ops.arange(emissions.shape[-1])
    return ops.where(positions < 2, emissions, _LOG_ZERO)


def _advance(alpha: Any, may_skip: Any) -> Any:
    stay = alpha
    step = _shift(alpha, 1)
    skip = ops.where(may_skip, _shift(alpha, 2), _LOG_ZERO)
    return ops.logsumexp(ops.stack([stay, step, skip], axis=-1), axis=-1)


def _shift(alpha: Any, places: int) -> Any:
    head = ops.full((alpha.shape[0], places), _LOG_ZERO, dtype=alpha.dtype)
    return ops.concatenate([head, alpha[:, :-places]], axis=-1)


def _at(alpha: Any, index: Any) -> Any:
    return ops.squeeze(ops.take_along_axis(alpha, ops.expand_dims(index, -1), axis=-1), axis=-1)


class CTC(FunctionLoss):
    """Loss of a label sequence without an alignment; see `ctc`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "ctc",
        dtype: Any = None,
    ) -> None:
        super().__init__(ctc, name=name, reduction=reduction, dtype=dtype)
