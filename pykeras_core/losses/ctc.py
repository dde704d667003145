"""Owns connectionist temporal classification: the loss of a sequence without an alignment."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import ArrayLike, DType, checked
from pykeras_core.losses.base import FunctionLoss

__all__ = ["CTC", "ctc"]

BLANK = 0  # class 0 means "nothing here" in predictions and padding in labels


@checked
def ctc(y_true: ArrayLike, y_pred: ArrayLike) -> Any:
    """Returns `-log(p)`, `p` summed over all alignments of the labels to the time steps.

    Args:
        y_true: Class numbers from 1; shape `(batch, max_labels)`, padded with 0 at the end.
        y_pred: Logits; shape `(batch, steps, classes)`, class 0 being the blank.

    Returns:
        One value per sample; shape `(batch,)`.

    Raises:
        ValueError: If `y_true` is not a matrix or `y_pred` not of rank three.
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
    steps = ops.full((y_pred.shape[0],), y_pred.shape[1], dtype="int32")
    return ops.ctc_loss(labels, y_pred, lengths, steps, mask_index=BLANK)


class CTC(FunctionLoss):
    """Loss of a label sequence without an alignment; see `ctc`.

    Args:
        reduction: As in `Loss`.
        name: As in `Loss`.
        dtype: As in `Loss`.
    """

    @checked
    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "ctc",
        dtype: DType = None,
    ) -> None:
        super().__init__(ctc, name=name, reduction=reduction, dtype=dtype)
