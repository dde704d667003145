"""Logs: what steps report, as callbacks, histories and users receive it.

This module owns their form, the order in which `evaluate` and `train_on_batch` return them, and
the warnings about what they say.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from pykeras_core.engine import is_tensor
from pykeras_core.training.compiled import CompiledMetrics

__all__ = ["as_array", "in_order", "log_names", "plain_logs", "warn_if_not_finite"]


def as_array(value: Any) -> Any:
    """A Tensor's elements, or anything else as an array."""
    return value.numpy() if is_tensor(value) else np.asarray(value)


def plain_logs(outputs: Any) -> dict[str, Any]:
    """A step's outputs as Python numbers by name, sorted by it, as Keras shows them.

    A `train_step` may return a dictionary inside its dictionary: the result of the compiled
    metrics, whose names then stand beside the others.
    """
    if not isinstance(outputs, dict):
        outputs = {} if outputs is None else {"loss": outputs}
    for name in [name for name, value in outputs.items() if isinstance(value, dict)]:
        outputs = {**outputs, **outputs[name]}
        del outputs[name]

    def plain(value: Any) -> Any:
        array = as_array(value)
        return array.item() if array.size == 1 else array

    return {name: plain(outputs[name]) for name in sorted(outputs)}


def log_names(model: Any) -> list[str]:
    """Names of the values that logs will hold."""
    names: list[str] = []
    for metric in model.metrics:
        names += metric.names if isinstance(metric, CompiledMetrics) else [metric.name]
    return names


def in_order(model: Any, logs: dict[str, Any]) -> Any:
    """Logs as `evaluate` and the methods on batches return them, in Keras's order.

    It looks metrics up by their own names: the loss, the metrics of an only output, the loss of
    each output. What is left, such as the metrics of several outputs, follows by name. A metric
    that is given twice, to be weighted and not, is listed under its own name both times.
    """
    names: list[str] = []
    for metric in model.metrics:
        compiled = isinstance(metric, CompiledMetrics)
        names += [one.name for one in metric.metrics] if compiled else [metric.name]
    values = [logs[name] for name in names if name in logs]
    values += [logs[name] for name in sorted(logs) if name not in names]
    return values[0] if len(values) == 1 else values


def warn_if_not_finite(mode: str, logs: dict[str, Any], epoch: int) -> None:
    """Say once a fit that the loss is no number any more, and what helps."""
    loss = logs.get("loss", 0.0)
    if mode == "fit" and isinstance(loss, float) and not math.isfinite(loss):
        warnings.warn(
            f"the loss became {loss} in epoch {epoch + 1}: the weights are no use from here on. "
            "Lower the learning rate, scale the inputs to about 0 to 1, or clip gradients "
            "(`clipnorm=1.0`).",
            stacklevel=5,
        )
