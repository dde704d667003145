"""Owns counting the four outcomes of thresholded predictions, the basis of `confusion` metrics.

For each threshold, a prediction above it is positive. The outcomes are named as Keras names the
metrics' variables: `true_positives`, `false_positives`, `true_negatives`, `false_negatives`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pykeras_core import ops, settings
from pykeras_core.checks import ArrayLike, NonNegativeInt, PositiveInt, checked
from pykeras_core.losses.base import squeeze_or_expand_to_same_rank
from pykeras_core.metrics.reduction import spread_weight

__all__ = ["NEVER", "OUTCOMES", "Counts", "are_evenly_spaced", "count_outcomes", "keep_top_k"]

OUTCOMES = ("true_positives", "false_positives", "true_negatives", "false_negatives")
NEVER = -1e10  # the score of a class that is not among the top k, below any threshold

Counts = dict[str, Any]


@checked
def are_evenly_spaced(thresholds: Sequence[float]) -> bool:
    """Whether thresholds cut [0, 1] into equal steps, so that scores can be sorted into bins."""
    if len(thresholds) < 3:
        return False
    even = np.arange(len(thresholds)) / (len(thresholds) - 1)
    return bool(np.allclose(thresholds, even, atol=settings.epsilon()))


@checked
def keep_top_k(scores: Any, k: PositiveInt) -> Any:
    """Returns the scores with all but the `k` highest of the last axis set to `NEVER`."""
    _, best = ops.top_k(scores, k)
    kept = ops.sum(ops.one_hot(best, scores.shape[-1]), axis=-2)
    return ops.where(kept > 0, scores, NEVER)


@checked
def count_outcomes(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    thresholds: Sequence[float],
    sample_weight: Any = None,
    top_k: PositiveInt | None = None,
    class_id: NonNegativeInt | None = None,
    label_weights: Any = None,
    multi_label: bool = False,
) -> Counts:
    """Counts the four outcomes of a batch at each threshold.

    Args:
        y_true: Labels; anything but 0 is positive.
        y_pred: Scores of the same shape.
        thresholds: In rising order.
        sample_weight: One weight per sample; default all one.
        top_k: Only the `k` highest scores of the last axis may be positive.
        class_id: Only this entry of the last axis counts.
        label_weights: One weight per entry of the last axis.
        multi_label: Whether each entry of the last axis is counted on its own.

    Returns:
        A float32 tensor per outcome; shape `(thresholds,)`, or `(thresholds, labels)`.

    Raises:
        ValueError: If labels and scores do not have one shape, or have no axis of classes where
            `class_id` needs one.
    """
    y_pred, y_true, weight = _aligned(y_true, y_pred, sample_weight)
    if top_k is not None:
        y_pred = keep_top_k(y_pred, top_k)
    if class_id is not None:
        if len(y_pred.shape) == 1:
            raise ValueError(
                "`class_id` needs predictions of shape (batch, classes), received shape "
                f"{tuple(y_pred.shape)}."
            )
        y_true, y_pred = y_true[..., class_id : class_id + 1], y_pred[..., class_id : class_id + 1]
    if label_weights is not None:
        weight = weight * ops.expand_dims(label_weights, 0)
    weight = spread_weight(weight, y_pred.shape)
    shape = y_pred.shape if multi_label else (-1, 1)
    positive = ops.reshape(ops.cast(ops.not_equal(y_true, 0.0), y_pred.dtype), shape)
    weight, scores = ops.reshape(weight, shape), ops.reshape(y_pred, shape)
    count = _count_binned if are_evenly_spaced(thresholds) else _count_each
    counts = count(scores, thresholds, positive * weight, (1.0 - positive) * weight)
    return counts if multi_label else {name: value[:, 0] for name, value in counts.items()}


def _aligned(y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Any, Any, Any]:
    y_pred = ops.cast(y_pred, "float32")
    y_true = ops.cast(y_true, "float32")
    y_pred, y_true = squeeze_or_expand_to_same_rank(y_pred, y_true)
    if y_pred.shape != y_true.shape:
        raise ValueError(
            "A confusion metric expected labels and predictions of one shape, received labels of "
            f"shape {tuple(y_true.shape)} and predictions of shape {tuple(y_pred.shape)}. Class "
            "numbers need one-hot form first: `keras.utils.to_categorical`."
        )
    if sample_weight is None:
        return y_pred, y_true, ops.ones((1,) * max(len(y_true.shape), 1))
    weight = ops.expand_dims(ops.cast(sample_weight, "float32"), axis=-1)
    _, weight = squeeze_or_expand_to_same_rank(y_true, weight, expand_rank_1=False)
    return y_pred, y_true, weight


def _count_each(scores: Any, thresholds: Sequence[float], positive: Any, negative: Any) -> Counts:
    """Compares every score with every threshold; all arguments have shape `(n, labels)`."""
    levels = np.asarray(thresholds, dtype="float32").reshape(-1, 1, 1)
    above = ops.cast(ops.greater(ops.expand_dims(scores, 0), levels), "float32")
    below = 1.0 - above
    return {
        "true_positives": ops.sum(above * positive, axis=1),
        "false_positives": ops.sum(above * negative, axis=1),
        "true_negatives": ops.sum(below * negative, axis=1),
        "false_negatives": ops.sum(below * positive, axis=1),
    }


def _count_binned(scores: Any, thresholds: Sequence[float], positive: Any, negative: Any) -> Counts:
    """Sorts scores into the bins between evenly spaced thresholds, then adds up from the top.

    The work grows with the number of scores, not with scores times thresholds.
    """
    size, labels = len(thresholds), scores.shape[1]
    bins = ops.ceil(ops.clip(scores, 0.0, 1.0) * (size - 1.0)) - 1.0
    # Bin -1 holds scores of exactly 0: above a first threshold only if that one is below 0.
    counted = ops.cast(bins >= (-1.0 if thresholds[0] < 0.0 else 0.0), "float32")
    bins = ops.cast(ops.maximum(bins, 0.0), "int32")
    ids = ops.reshape(bins * labels + ops.arange(labels, dtype="int32"), (-1,))

    def above(weight: Any) -> Any:
        flat = ops.reshape(weight * counted, (-1,))
        in_bins = ops.segment_sum(flat, ids, num_segments=size * labels)
        in_bins = ops.reshape(in_bins, (size, labels))
        return ops.flip(ops.cumsum(ops.flip(in_bins, axis=0), axis=0), axis=0)

    true_positives, false_positives = above(positive), above(negative)
    return {
        "true_positives": true_positives,
        "false_positives": false_positives,
        "true_negatives": ops.sum(negative, axis=0, keepdims=True) - false_positives,
        "false_negatives": ops.sum(positive, axis=0, keepdims=True) - true_positives,
    }
