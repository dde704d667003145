"""Owns the older names of training: Keras 1's and 2's methods and arguments, with a hint each."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

__all__ = ["CompiledLossOfKeras2", "CompiledMetricsOfKeras2", "OlderMethods", "takes_older"]

Function = TypeVar("Function", bound=Callable[..., Any])

# What told Keras 2 how many threads or processes should read data ahead.
_NOT_NEEDED = ("max_q_size", "max_queue_size", "nb_worker", "pickle_safe", "use_multiprocessing",
               "workers")  # fmt: skip


def hint(text: str, stacklevel: int = 4) -> None:
    """Says today's name of an older one."""
    warnings.warn(text, stacklevel=stacklevel)


def takes_older(**today: str) -> Callable[[Function], Function]:
    """Lets a method be called with older names of its arguments too.

    Args:
        **today: By older name, the argument's name today.

    Returns:
        A decorator of methods.
    """

    def decorate(method: Function) -> Function:
        @functools.wraps(method)
        def run(self: Any, *args: Any, **kwargs: Any) -> Any:
            name = method.__name__
            for old in [old for old in kwargs if old in today]:
                hint(f"`{old}` is an older name; today the argument is `{today[old]}`.", 3)
                kwargs[today[old]] = kwargs.pop(old)
            for old in [old for old in kwargs if old in _NOT_NEEDED]:
                del kwargs[old]
                hint(f"`{name}` needs no `{old}`: there is one process. Leave it out.", 3)
            return method(self, *args, **kwargs)

        return run  # type: ignore[return-value]

    return decorate


class CompiledLossOfKeras2:
    """`model.compiled_loss(y, y_pred)`: the losses given to `compile`.

    Args:
        model: The model.
    """

    def __init__(self, model: Any) -> None:
        self._model = model

    def __call__(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any = None,
        regularization_losses: Any = None,
    ) -> Any:
        """Returns the loss, and lets the metric "loss" know it."""
        hint(
            "`compiled_loss` is of Keras 2; today write `self.compute_loss(y=y, y_pred=y_pred)`.", 3
        )
        model = self._model
        if model._compile_loss is None:
            raise ValueError(f"the model '{model.name}' was compiled without a `loss`")
        total = model._compile_loss(y_true, y_pred, sample_weight)
        for extra in regularization_losses or ():
            total = total + extra
        model._loss_tracker.update_state(total)
        return total

    @property
    def metrics(self) -> list[Any]:
        """The metric "loss"."""
        return [self._model._loss_tracker]


class CompiledMetricsOfKeras2:
    """`model.compiled_metrics.update_state(y, y_pred)`: the metrics given to `compile`.

    Args:
        model: The model.
    """

    def __init__(self, model: Any) -> None:
        self._model = model

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Lets the metrics know of a batch."""
        hint(
            "`compiled_metrics` is of Keras 2; today write "
            "`self.compute_metrics(x, y, y_pred, sample_weight)`.", 3
        )  # fmt: skip
        if self._model._compile_metrics is not None:
            self._model._compile_metrics.update_state(y_true, y_pred, sample_weight)

    @property
    def metrics(self) -> list[Any]:
        """The metrics."""
        compiled = self._model._compile_metrics
        return [] if compiled is None else list(compiled.metrics)

    def reset_state(self) -> None:
        """Sets the metrics back to their beginning."""
        for metric in self.metrics:
            metric.reset_state()

    reset_states = reset_state


class OlderMethods:
    """The part of `Model` with the methods that Keras 1 and 2 had. `self` is a `Trainer` too."""

    fit: Callable[..., Any]
    evaluate: Callable[..., Any]
    predict: Callable[..., Any]
    layers: Any

    @property
    def compiled_loss(self) -> CompiledLossOfKeras2:
        """The losses given to `compile`; `compute_loss(y=y, y_pred=y_pred)` is today's way."""
        return CompiledLossOfKeras2(self)

    @property
    def compiled_metrics(self) -> CompiledMetricsOfKeras2:
        """The metrics given to `compile`; `compute_metrics` is today's way."""
        return CompiledMetricsOfKeras2(self)

    def fit_generator(self, generator: Any, *args: Any, **kwargs: Any) -> Any:
        """Trains on a generator; `fit` takes one today.

        Args:
            generator: The data.
            *args: `steps_per_epoch`, `epochs`, `verbose`, `callbacks`, `validation_data`,
                `validation_steps`, in this order.
            **kwargs: Further arguments of `fit`.
        """
        hint("`fit_generator` is an older name; today it is `fit`.", 3)
        order = ("steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data",
                 "validation_steps")  # fmt: skip
        return self.fit(generator, **dict(zip(order, args, strict=False)), **kwargs)

    def evaluate_generator(self, generator: Any, steps: Any = None, **kwargs: Any) -> Any:
        """Evaluates on a generator; `evaluate` takes one today."""
        hint("`evaluate_generator` is an older name; today it is `evaluate`.", 3)
        return self.evaluate(generator, steps=steps, **kwargs)

    def predict_generator(self, generator: Any, steps: Any = None, **kwargs: Any) -> Any:
        """Predicts for a generator; `predict` takes one today."""
        hint("`predict_generator` is an older name; today it is `predict`.", 3)
        return self.predict(generator, steps=steps, **kwargs)

    def predict_proba(self, x: Any, batch_size: Any = None, verbose: Any = 0) -> Any:
        """The outputs for inputs; `predict` gives them today."""
        hint("`predict_proba` is an older name; today it is `predict`.", 3)
        return self.predict(x, batch_size=batch_size, verbose=verbose)

    def predict_classes(self, x: Any, batch_size: Any = None, verbose: Any = 0) -> Any:
        """The number of the likeliest class for each input."""
        hint(
            "`predict_classes` is of Keras 2; today write `predict(x).argmax(axis=-1)`, or "
            '`(predict(x) > 0.5).astype("int32")` for one output.', 3
        )  # fmt: skip
        found = self.predict(x, batch_size=batch_size, verbose=verbose)
        return found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype(np.int32)

    def reset_states(self) -> None:
        """Sets recurrent layers that keep their states back to their beginning."""
        for layer in self.layers:
            reset = getattr(layer, "reset_state", None) or getattr(layer, "reset_states", None)
            if reset is not None:
                reset()
