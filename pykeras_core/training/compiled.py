"""What `compile` was given: losses and metrics, matched to the model's outputs.

This module owns `CompiledLoss` and `CompiledMetrics`. Both resolve what was given when they first
see labels and predictions, since it is only then that the outputs and their shapes are known.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from pykeras_core import metrics as metrics_module
from pykeras_core import tree
from pykeras_core.engine import current_trace, is_tensor
from pykeras_core.losses.labels import check_labels
from pykeras_core.training.outputs import Outputs, UnmatchedError
from pykeras_core.training.resolving import resolve_loss, resolve_metric

__all__ = ["CompiledLoss", "CompiledMetrics"]


class CompiledLoss:
    """The losses of a model's outputs, added up.

    Args:
        loss: What `compile(loss=...)` was given.
        loss_weights: What `compile(loss_weights=...)` was given: number, list or dict.
        output_names: The model's output names, if it has any.

    Attributes:
        metrics: With several losses, the mean of each, in the order in which Keras lists them.
        built: Whether the losses have been matched to outputs.

    Raises:
        ValueError: If a weight is no number.
    """

    def __init__(self, loss: Any, loss_weights: Any, output_names: Sequence[str] | None) -> None:
        for weight in tree.flatten(loss_weights):
            if weight is not None and not _is_number(weight):
                raise ValueError(
                    f"`loss_weights` expected numbers, received {loss_weights!r}. Did you mean "
                    f"`metrics={loss_weights!r}`?"
                )
        self._loss = loss
        self._loss_weights = loss_weights
        self._declared_names = output_names
        self._outputs = Outputs(None, None)
        self._losses: list[Any] = []
        self._weights: list[Any] = []
        self._widths: list[int] = []
        self._trackers: dict[int, Any] = {}
        self.metrics: list[Any] = []
        self.built = False

    @property
    def _wanted(self) -> list[bool]:
        return [loss is not None for loss in self._losses]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Resolve the losses for labels and predictions of these shapes."""
        self._outputs = outputs = Outputs(y_pred, self._declared_names)
        identifiers = outputs.spread("loss", self._loss)
        labels = outputs.labels(y_true, [identifier is not None for identifier in identifiers])
        predictions = tree.flatten(y_pred)
        self._losses = [
            resolve_loss(identifier, label, prediction)
            for identifier, label, prediction in zip(identifiers, labels, predictions, strict=True)
        ]
        self._widths = [p.shape[-1] if p.shape else 1 for p in predictions]
        self._weights = outputs.spread("loss_weights", self._loss_weights)
        if sum(self._wanted) > 1:
            self._trackers = {
                index: metrics_module.Mean(
                    name=f"{outputs.loss_name(index, self._losses[index])}_loss"
                )
                for index in outputs.order(self._loss)
                if self._wanted[index]
            }
            self.metrics = list(self._trackers.values())
        self.built = True

    def check_labels(self, y: Any) -> None:
        """Look at label values: before training, since a traced step cannot, or in eager steps.

        Args:
            y: Arrays of labels, in the structure of the outputs.

        Raises:
            ValueError: If a loss reads class numbers and one is out of range.
        """
        labels = self._outputs.labels(y, self._wanted)
        for loss, width, label in zip(self._losses, self._widths, labels, strict=True):
            if loss is not None and label is not None:
                check_labels(loss, np.asarray(label), width)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The weighted sum of the outputs' losses, a float32 scalar; None if there are none."""
        if y_true is None:
            raise ValueError(
                "the model is compiled with a loss, but the data holds no labels `y` for it. Pass "
                "`y`, or batches (x, y); for an autoencoder, `x` is the label too."
            )
        if not self.built:
            self.build(y_true, y_pred)
        if current_trace() is None:
            self.check_labels(y_true)
        labels = self._outputs.labels(y_true, self._wanted)
        weights = self._outputs.sample_weights(sample_weight, self._wanted)
        predictions = tree.flatten(y_pred)
        total = None
        for index, loss in enumerate(self._losses):
            if loss is None:
                continue
            value = loss(labels[index], predictions[index], weights[index])
            if index in self._trackers:
                batch_size = predictions[index].shape[0]
                self._trackers[index].update_state(value, sample_weight=batch_size)
            if self._weights[index] is not None:
                value = value * self._weights[index]
            total = value if total is None else total + value
        return total


def _is_number(weight: Any) -> bool:
    """Whether a loss can be multiplied by it; a variable, which may change, is one too."""
    return isinstance(weight, int | float | np.number) or is_tensor(weight)


class CompiledMetrics:
    """The metrics of a model's outputs.

    Args:
        metrics: What `compile(metrics=...)` was given.
        weighted_metrics: What `compile(weighted_metrics=...)` was given; these see sample
            weights.
        output_names: The model's output names, if it has any.
        loss: What `compile(loss=...)` was given: labels are those of the outputs with a loss.

    Raises:
        ValueError: If either is not a list, tuple or dict.
    """

    def __init__(
        self,
        metrics: Any,
        weighted_metrics: Any,
        output_names: Sequence[str] | None,
        loss: Any = None,
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
        self._loss = loss
        self._outputs = Outputs(None, None)
        self._wanted: list[bool] = []
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
        self._outputs = outputs = Outputs(y_pred, self._declared_names)
        losses = [True] * len(outputs) if self._loss is None else outputs.spread("loss", self._loss)
        self._wanted = [loss is not None for loss in losses]
        predictions = tree.flatten(y_pred)
        labels = outputs.labels(y_true, self._wanted)
        for weighted, given in ((False, self._plain), (True, self._weighted)):
            for index, identifiers in enumerate(self._per_output(weighted, given)):
                for identifier in tree.flatten(identifiers):
                    argument = "weighted_metrics" if weighted else "metrics"
                    if identifier is not None and labels[index] is None:
                        raise UnmatchedError(
                            f"`{argument}` measures output {outputs.called(index)!r}, for which "
                            "`y` holds no labels. Give `y` an entry for every output, or that "
                            "output no metrics."
                        )
                    metric = resolve_metric(identifier, labels[index], predictions[index], argument)
                    if metric is not None:
                        self._sets.append((index, weighted, metric))
        self.built = True

    def _per_output(self, weighted: bool, given: Any) -> list[Any]:
        """What was given for each output; all of it for an only one, whatever it is called."""
        argument = "weighted_metrics" if weighted else "metrics"
        if not given:
            return []
        if len(self._outputs) > 1:
            return self._outputs.spread(argument, given, lists=True)
        (name,) = self._outputs.names
        if name is not None and isinstance(given, dict) and name not in given:
            warnings.warn(
                f"`{argument}` names {list(given)}, the model's only output is {name!r}; they are "
                "taken to be that output's.",
                stacklevel=2,
            )
        return [tree.flatten(given)]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account."""
        if not self.built:
            self.build(y_true, y_pred)
        predictions = tree.flatten(y_pred)
        labels = self._outputs.labels(y_true, self._wanted)
        weights = self._outputs.sample_weights(sample_weight, self._wanted)
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
            output = self._outputs.names[index] if len(self._outputs) > 1 else None
            prefix = f"{output}_" if output is not None else ""
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
