"""What `compile` was given: losses and metrics, matched to the model's outputs.

This module owns `CompiledLoss` and `CompiledMetrics`. Both resolve strings such as 'accuracy'
when they first see labels and predictions, since the meaning depends on their shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pykeras_core import losses as losses_module
from pykeras_core import metrics as metrics_module
from pykeras_core import tree
from pykeras_core.losses.base import LossFunctionWrapper
from pykeras_core.losses.labels import check_labels

__all__ = ["CompiledLoss", "CompiledMetrics"]


def output_names_of(y_pred: Any, declared: Sequence[str] | None) -> list[str]:
    """A name for each output, in flattening order: dict keys, else the model's own names."""
    if isinstance(y_pred, dict) and len(tree.flatten(y_pred)) == len(y_pred):
        return [str(path[0]) for path, _ in tree.flatten_with_path(y_pred)]
    count = len(tree.flatten(y_pred))
    if declared and len(declared) == count:
        return list(declared)
    return [f"output_{number}" for number in range(1, count + 1)]


def per_output(argument: str, value: Any, y_pred: Any, names: Sequence[str]) -> list[Any]:
    """Match what the user gave to outputs.

    Args:
        argument: Its name in `compile`, for messages.
        value: A single thing for every output, a list with one entry an output, a dict by
            output name, or the structure of the outputs.
        y_pred: The outputs.
        names: Their names.

    Returns:
        One entry an output, None where none was given.

    Raises:
        ValueError: If it fits none of these forms.
    """
    if isinstance(value, dict):
        unknown = [key for key in value if key not in names]
        if unknown:
            raise ValueError(
                f"`{argument}` expected the names of outputs {list(names)} as keys, received "
                f"{unknown}"
            )
        return [value.get(name) for name in names]
    if isinstance(value, list | tuple):
        if len(value) == len(names):
            return list(value)
        flat = tree.flatten(value)
        if len(flat) == len(names):
            return flat
        raise ValueError(
            f"`{argument}` expected one entry for each of the {len(names)} outputs {list(names)}, "
            f"received {len(value)}"
        )
    return [value] * len(names)


def flat_labels(y: Any, names: Sequence[str], wanted: Sequence[bool]) -> list[Any]:
    """Labels in the order of outputs; None for an output without a loss that got none.

    Raises:
        ValueError: If their number does not fit.
    """
    if isinstance(y, dict) and set(y) == set(names):
        return [y[name] for name in names]
    flat = tree.flatten(y)
    if len(flat) == len(names):
        return flat
    if len(flat) == sum(wanted):
        remaining = iter(flat)
        return [next(remaining) if there else None for there in wanted]
    raise ValueError(
        f"the model has {len(names)} outputs {list(names)}, but `y` holds {len(flat)} arrays. "
        "Give one array of labels for each output that has a loss."
    )


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
        return loss
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


def resolve_metric(identifier: Any, y_true: Any, y_pred: Any) -> Any:
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
        metric = metrics_module.MeanMetricWrapper(
            metric, name=getattr(metric, "__name__", type(metric).__name__)
        )
    if isinstance(identifier, str):
        metric.name = identifier
    return metric


class CompiledLoss:
    """The losses of a model's outputs, added up.

    Args:
        loss: What `compile(loss=...)` was given.
        loss_weights: What `compile(loss_weights=...)` was given: number, list or dict.
        output_names: The model's output names, if it has any.

    Raises:
        ValueError: If a weight is no number.
    """

    def __init__(self, loss: Any, loss_weights: Any, output_names: Sequence[str] | None) -> None:
        for weight in tree.flatten(loss_weights):
            if weight is not None and not isinstance(weight, int | float):
                raise ValueError(
                    f"`loss_weights` expected numbers, received {loss_weights!r}. Did you mean "
                    f"`metrics={loss_weights!r}`?"
                )
        self._loss = loss
        self._loss_weights = loss_weights
        self._declared_names = output_names
        self._names: list[str] = []
        self._losses: list[Any] = []
        self._weights: list[Any] = []
        self._widths: list[int] = []
        self.metrics: list[Any] = []
        self.built = False

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Resolve the losses for labels and predictions of these shapes."""
        self._names = output_names_of(y_pred, self._declared_names)
        identifiers = per_output("loss", self._loss, y_pred, self._names)
        labels = flat_labels(y_true, self._names, [i is not None for i in identifiers])
        self._losses = [
            resolve_loss(identifier, label, prediction)
            for identifier, label, prediction in zip(
                identifiers, labels, tree.flatten(y_pred), strict=True
            )
        ]
        self._widths = [p.shape[-1] if p.shape else 1 for p in tree.flatten(y_pred)]
        self._weights = per_output("loss_weights", self._loss_weights, y_pred, self._names)
        if len(self._losses) > 1:
            self.metrics = [
                metrics_module.Mean(name=f"{name}_loss")
                for name, loss in zip(self._names, self._losses, strict=True)
                if loss is not None
            ]
        self.built = True

    def check_labels(self, y: Any) -> None:
        """Look at label values before training, since a traced step cannot.

        Args:
            y: Arrays of labels, in the structure of the outputs.

        Raises:
            ValueError: If a loss reads class numbers and one is out of range.
        """
        wanted = [loss is not None for loss in self._losses]
        for loss, width, label in zip(
            self._losses, self._widths, flat_labels(y, self._names, wanted), strict=True
        ):
            if loss is not None and label is not None:
                check_labels(loss, np.asarray(label), width)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The weighted sum of the outputs' losses, a float32 scalar; None if there are none."""
        if not self.built:
            self.build(y_true, y_pred)
        wanted = [loss is not None for loss in self._losses]
        labels = flat_labels(y_true, self._names, wanted)
        weights = _sample_weights(sample_weight, self._names)
        trackers = iter(self.metrics)
        total = None
        for loss, factor, label, prediction, weight in zip(
            self._losses, self._weights, labels, tree.flatten(y_pred), weights, strict=True
        ):
            if loss is None:
                continue
            value = loss(label, prediction, weight)
            tracker = next(trackers, None)
            if tracker is not None:
                tracker.update_state(value, sample_weight=prediction.shape[0])
            if factor is not None:
                value = value * factor
            total = value if total is None else total + value
        return total


def _sample_weights(sample_weight: Any, names: Sequence[str]) -> list[Any]:
    """Sample weights an output; a single array serves all."""
    if isinstance(sample_weight, dict):
        return [sample_weight.get(name) for name in names]
    if isinstance(sample_weight, list | tuple):
        return [*sample_weight, *[None] * (len(names) - len(sample_weight))]
    return [sample_weight] * len(names)


class CompiledMetrics:
    """The metrics of a model's outputs.

    Args:
        metrics: What `compile(metrics=...)` was given.
        weighted_metrics: What `compile(weighted_metrics=...)` was given; these see sample
            weights.
        output_names: The model's output names, if it has any.

    Raises:
        ValueError: If either is not a list, tuple or dict.
    """

    def __init__(
        self, metrics: Any, weighted_metrics: Any, output_names: Sequence[str] | None
    ) -> None:
        for argument, value in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if value and not isinstance(value, list | tuple | dict):
                raise ValueError(
                    f"`{argument}` expected a list, tuple or dict, received {value!r} of type "
                    f"{type(value).__name__}. Write `{argument}=[{value!r}]`."
                )
        self._plain = metrics
        self._weighted = weighted_metrics
        self._declared_names = output_names
        self._names: list[str] = []
        self._sets: list[tuple[int, bool, Any]] = []
        self.name = "compile_metrics"
        self.built = False

    @property
    def metrics(self) -> list[Any]:
        """All metrics, those without weights first."""
        return [metric for _, _, metric in self._sets]

    @property
    def variables(self) -> list[Any]:
        """The variables of all metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Resolve the metrics for labels and predictions of these shapes."""
        self._names = output_names_of(y_pred, self._declared_names)
        predictions = tree.flatten(y_pred)
        labels = flat_labels(y_true, self._names, [True] * len(self._names))
        for weighted, given in ((False, self._plain), (True, self._weighted)):
            if not given:
                continue
            if len(self._names) == 1:
                outputs = [tree.flatten(given)]
            else:
                argument = "weighted_metrics" if weighted else "metrics"
                outputs = per_output(argument, given, y_pred, self._names)
            for index, identifiers in enumerate(outputs):
                for identifier in tree.flatten(identifiers):
                    metric = resolve_metric(identifier, labels[index], predictions[index])
                    if metric is not None:
                        self._sets.append((index, weighted, metric))
        self.built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account."""
        if not self.built:
            self.build(y_true, y_pred)
        predictions = tree.flatten(y_pred)
        labels = flat_labels(y_true, self._names, [True] * len(self._names))
        weights = _sample_weights(sample_weight, self._names)
        for index, weighted, metric in self._sets:
            if weighted:
                metric.update_state(labels[index], predictions[index], weights[index])
            else:
                metric.update_state(labels[index], predictions[index])

    def reset_state(self) -> None:
        """Begin anew."""
        for metric in self.metrics:
            metric.reset_state()

    @property
    def names(self) -> list[str]:
        """A name for each metric; one that occurs again is made unique."""
        names: list[str] = []
        counts: dict[str, int] = {}
        for index, weighted, metric in self._sets:
            prefix = f"{self._names[index]}_" if len(self._names) > 1 else ""
            name = f"{prefix}{metric.name}"
            if name in counts and weighted:
                name = f"{prefix}weighted_{metric.name}"
            number = counts.get(name, 0)
            counts[name] = number + 1
            names.append(f"{name}_{number}" if number else name)
        return names

    def result(self) -> dict[str, Any]:
        """The metrics' values by name."""
        return {
            name: metric.result() for name, metric in zip(self.names, self.metrics, strict=True)
        }
