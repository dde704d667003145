"""Losses and metrics from what users write: names, functions and objects.

This module owns `resolve_loss` and `resolve_metric`. Words such as 'accuracy' mean different
things for labels and predictions of different shapes, so both need to see these.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from pykeras_core import losses as losses_module
from pykeras_core import metrics as metrics_module
from pykeras_core.losses.base import LossFunctionWrapper

__all__ = ["resolve_loss", "resolve_metric"]


def _kind(y_true: Any, y_pred: Any) -> str:
    """'binary', 'sparse_categorical' or 'categorical', from shapes, as Keras decides."""
    if y_pred is None or y_true is None or len(y_pred.shape) == 0:
        return "binary"
    if y_pred.shape[-1] == 1:
        return "binary"
    lower_rank = len(y_true.shape) < len(y_pred.shape)
    if lower_rank or (len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1):
        return "sparse_categorical"
    return "categorical"


def resolve_loss(identifier: Any, y_true: Any, y_pred: Any) -> Any:
    """A `Loss` for anything `compile(loss=...)` takes; 'crossentropy' is resolved by shapes."""
    if identifier is None:
        return None
    if str(identifier).lower() in ("crossentropy", "ce"):
        identifier = f"{_kind(y_true, y_pred)}_crossentropy"
    loss = losses_module.get(identifier)
    if isinstance(loss, losses_module.Loss):
        _check_takes_two("loss", loss, loss.call)
        return loss
    _check_takes_two("loss", loss, loss)
    name = identifier if isinstance(identifier, str) else getattr(loss, "__name__", "loss")
    return LossFunctionWrapper(loss, name=name)


_ACCURACIES = {
    "binary": metrics_module.BinaryAccuracy,
    "sparse_categorical": metrics_module.SparseCategoricalAccuracy,
    "categorical": metrics_module.CategoricalAccuracy,
}
_CROSSENTROPIES = {
    "binary": metrics_module.BinaryCrossentropy,
    "sparse_categorical": metrics_module.SparseCategoricalCrossentropy,
    "categorical": metrics_module.CategoricalCrossentropy,
}


def resolve_metric(identifier: Any, y_true: Any, y_pred: Any, argument: str = "metrics") -> Any:
    """A `Metric` for anything `compile(metrics=...)` takes, under the name the user wrote."""
    if identifier is None:
        return None
    word = str(identifier).lower()
    if word in ("accuracy", "acc"):
        return _ACCURACIES[_kind(y_true, y_pred)](name=str(identifier))
    if word in ("crossentropy", "ce"):
        return _CROSSENTROPIES[_kind(y_true, y_pred)](name=str(identifier))
    metric = metrics_module.get(identifier)
    if not isinstance(metric, metrics_module.Metric):
        _check_takes_two(argument, metric, metric)
        metric = metrics_module.MeanMetricWrapper(
            metric, name=getattr(metric, "__name__", type(metric).__name__)
        )
    if isinstance(identifier, str):
        metric.name = identifier
    return metric


def _check_takes_two(argument: str, given: Any, function: Callable[..., Any]) -> None:
    """Refuse what cannot be called with labels and predictions, before a step is traced.

    Raises:
        TypeError: If its signature says so.
    """
    try:
        inspect.signature(function).bind(0, 0)
    except TypeError as error:
        named = getattr(given, "__name__", None) or type(given).__name__
        raise TypeError(
            f"`{argument}` expected functions of (y_true, y_pred), `{named}` cannot be called with "
            f"these two: {error}. Write it as `def f(y_true, y_pred)`."
        ) from None
    except ValueError:  # written in C, without a signature
        return
