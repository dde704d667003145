"""`Trainer`: fit, evaluate and predict, for every kind of model.

The loops over data, with callbacks and the host, are in `passes.py`; what a step does is in
`step_logic.py`; what happens before the first one is in `preparation.py`.
"""

from __future__ import annotations

import warnings
from functools import partial
from typing import Annotated, Any

import numpy as np

from pykeras_core import callbacks as callbacks_module
from pykeras_core import hosting, settings, tree
from pykeras_core.checks import (
    ArgumentError,
    Fraction,
    Kind,
    NonNegativeInt,
    PositiveInt,
    Verbose,
    checked,
    integer,
    one_or_several,
)
from pykeras_core.training.course import Course
from pykeras_core.training.data import split_validation
from pykeras_core.training.explain import explain_timings
from pykeras_core.training.logs import as_array, in_order, log_names, plain_logs
from pykeras_core.training.older import OlderMethods, takes_older
from pykeras_core.training.passes import Pass, concatenated, limited
from pykeras_core.training.preparation import Preparation
from pykeras_core.training.steps import Batches
from pykeras_core.utils.packing import unpack_x_y_sample_weight

__all__ = ["Trainer"]

_often = one_or_several(integer(1), "a positive int or a list of epochs")
_Epochs = Annotated[
    Any,
    Kind(_often.what, lambda v: _often.accept(sorted(v, key=str) if isinstance(v, set) else v)),
]


class Trainer(OlderMethods, Preparation):
    """The part of `Model` that runs steps over data. `self` is a `Layer` too."""

    @takes_older(
        nb_epoch="epochs", samples_per_epoch="steps_per_epoch", nb_val_samples="validation_steps"
    )
    @checked
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: PositiveInt | None = None,
        epochs: int = 1,
        verbose: Verbose = "auto",
        callbacks: Any = None,
        validation_split: Fraction | None = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: NonNegativeInt = 0,
        steps_per_epoch: NonNegativeInt | None = None,
        validation_steps: NonNegativeInt | None = None,
        validation_batch_size: NonNegativeInt | None = None,
        validation_freq: _Epochs = 1,
    ) -> Any:
        """Train the model.

        Args:
            x: Inputs: an array with a row a sample, a structure of them, or an iterable of
                batches (x, y) or (x, y, sample_weight).
            y: Labels, an array or structure of arrays; None for an iterable.
            batch_size: Samples a step; default 32.
            epochs: Number of the last epoch.
            verbose: 0 silent, 1 a progress bar, 2 a line an epoch; 'auto' is 1.
            callbacks: List of `keras.callbacks.Callback`.
            validation_split: Share of the samples, the last ones, kept for validation.
            validation_data: (x, y) or (x, y, sample_weight), or an iterable of batches.
            shuffle: Whether samples come in a new order in each epoch.
            class_weight: Weight by class number.
            sample_weight: Weight of each sample.
            initial_epoch: Number of the first epoch, from 0.
            steps_per_epoch: Steps an epoch; default all of the data.
            validation_steps: Steps a validation; default all of its data.
            validation_batch_size: Samples a validation step; default `batch_size`.
            validation_freq: Validate after every n-th epoch, or a list of epochs from 1.

        Returns:
            `History`, whose `history` holds a list of values an epoch for each metric.

        Raises:
            ValueError: If the model is not compiled, or the data does not fit it.
        """
        given = {**locals()}
        self._check_compiled("fit")
        share = validation_split if validation_data is None else None
        if share:
            (x, y, sample_weight), validation_data = split_validation(x, y, sample_weight, share)
        batches = self._batches(x, y, sample_weight, batch_size, shuffle, class_weight)
        validation = None
        if validation_data is not None:
            size = validation_batch_size or batch_size
            validation = self._validation_batches(validation_data, size)
        with self._in_progress("stop_training"):
            self._make_ready("train_step", batches, validation)
            epochs = min(epochs, settings.max_epochs() or epochs)
            steps_per_epoch = limited(steps_per_epoch, batches)
            steps = steps_per_epoch or batches.steps
            callbacks = self._callback_list(
                callbacks, verbose, add_history=True, epochs=epochs, steps=steps
            )
            training = Pass(self, "fit", batches, steps_per_epoch, callbacks)
            validating = None
            if validation is not None:
                validation_steps = limited(validation_steps, validation)
                validating = Pass(self, "validate", validation, validation_steps, callbacks)
            self._initial_epoch = initial_epoch
            course = training.course = Course(self, training, validating, epochs)
            hosting.report(
                "begin", "fit", model=self, epochs=epochs, initial_epoch=initial_epoch,
                steps=steps, samples=batches.samples, metrics=log_names(self), data=(x, y),
                validation_data=validation_data, validation_split=share or 0,
                first_batches=_first_batches(batches, validation),
                callbacks=callbacks.callbacks, again=partial(_fit, given), course=course,
                used_up=lambda: batches.used_up or (validation is not None and validation.used_up),
            )  # fmt: skip
            if not course.is_over:
                self._run_epochs(course, training, validating, validation_freq)
            hosting.report("end", "fit", course=course)
        return self.history

    def _run_epochs(
        self, course: Course, training: Pass, validating: Pass | None, validation_freq: Any
    ) -> None:
        callbacks = training.callbacks
        self.stop_training = False
        callbacks.on_train_begin()
        course.begin(self._initial_epoch)  # a callback may have restored a later one
        first, epochs = course.epoch, course.epochs
        logs: dict[str, Any] = {}
        for epoch in range(first, epochs):
            course.begin_epoch(epoch)
            found = training.run(course.order, epoch, course.goes_on_in_data)
            steps = training.done
            if epoch == first and self.run_eagerly:
                self._built_by_step()
            if found is None:
                _warn_no_data(epoch, epochs)
                break
            logs = found
            if validating is not None and _validates(epoch, validation_freq):
                found = self._evaluate(validating, epoch)
                logs.update({f"val_{name}": value for name, value in found.items()})
            callbacks.on_epoch_end(epoch, logs)
            course.end_epoch()
            hosting.report(
                "epoch", "fit", epoch=epoch, steps=steps, logs=dict(logs),
                steps_per_s=training.pace.steps_per_s,
                last=self.stop_training or epoch + 1 == epochs,
            )  # fmt: skip
            if self.stop_training:
                break
            if epoch + 1 < epochs:
                hosting.rest(course)
        if epochs > first and self.optimizer is not None and self.optimizer.built:
            self.optimizer.finalize_variable_values(self.trainable_weights)  # type: ignore[attr-defined]
        callbacks.on_train_end(logs)

    def _validation_batches(self, data: Any, batch_size: int | None) -> Batches:
        try:
            if isinstance(data, tuple | list):
                return self._batches(*unpack_x_y_sample_weight(tuple(data)), batch_size)
            return self._batches(data, None, None, batch_size)
        except (TypeError, ValueError) as error:  # the same words as for the data of the training
            raise ArgumentError(f"`validation_data`: {error}") from error

    @takes_older()
    @checked
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: PositiveInt | None = None,
        verbose: Verbose = "auto",
        sample_weight: Any = None,
        steps: NonNegativeInt | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss and metrics of the model on data.

        Args:
            x: Inputs, as in `fit`.
            y: Labels, as in `fit`.
            batch_size: Samples a step; default 32.
            verbose: 0 silent, 1 a progress bar, 2 a line; 'auto' is 1.
            sample_weight: Weight of each sample.
            steps: Steps to run; default all of the data.
            callbacks: List of callbacks.
            return_dict: Whether to return values by name.

        Returns:
            The loss; with metrics, a list that begins with it; or a dict.

        Raises:
            ValueError: If the model is not compiled, or the data does not fit it.
        """
        self._check_compiled("evaluate")
        batches = self._batches(x, y, sample_weight, batch_size)
        steps = limited(steps, batches)
        with self._in_progress("stop_evaluating"):
            self._make_ready("test_step", batches)
            total = steps or batches.steps
            callbacks = self._callback_list(callbacks, verbose, steps=total)
            hosting.report(
                "begin", "evaluate", model=self, epochs=1, initial_epoch=0, steps=total,
                samples=batches.samples, metrics=log_names(self), data=(x, y),
                validation_data=None, first_batches=_first_batches(batches, None),
            )  # fmt: skip
            logs = self._evaluate(Pass(self, "evaluate", batches, steps, callbacks))
            hosting.report("end", "evaluate", logs=logs)
            return logs if return_dict else in_order(self, logs)

    @takes_older()
    @checked
    def predict(
        self,
        x: Any,
        batch_size: PositiveInt | None = None,
        verbose: Verbose = "auto",
        steps: NonNegativeInt | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The model's outputs for inputs, computed batch by batch.

        Args:
            x: Inputs, as in `fit`.
            batch_size: Samples a step; default 32.
            verbose: 0 silent, 1 a progress bar, 2 a line; 'auto' is 1.
            steps: Steps to run; default all of the data.
            callbacks: List of callbacks.

        Returns:
            Array with a row a sample, or a structure of them.

        Raises:
            ValueError: If the data does not fit the model.
        """
        batches = self._batches(x, None, None, batch_size)
        steps = limited(steps, batches)
        total = steps or batches.steps
        self._prepare_for(batches.first_batch_specs())
        with hosting.passing():
            callbacks = self._callback_list(callbacks, verbose, steps=total)
            hosting.report(
                "begin", "predict", model=self, epochs=1, initial_epoch=0, steps=total,
                samples=batches.samples, metrics=[], data=(x, None), validation_data=None,
            )  # fmt: skip
            self.stop_predicting = False
            callbacks.on_predict_begin()
            parts = Pass(self, "predict", batches, steps, callbacks).collect()
            callbacks.on_predict_end()
            hosting.report("end", "predict")
        if not parts:
            raise ValueError("`predict` expected at least one batch, received empty data")
        return concatenated(parts)

    @checked
    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Run one training step on a batch; returns the loss and metrics as `evaluate` does.

        They are those of this batch alone.
        """
        self._check_compiled("train_on_batch")
        batches = self._one_batch((x, y, sample_weight), class_weight)
        hosting.loop("batch_begins", model=self)
        logs = self._on_batch("train_step", batches)
        hosting.loop("batch_ends", model=self, logs=logs)
        return logs if return_dict else in_order(self, logs)

    @checked
    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Evaluate one batch; returns the loss and metrics as `evaluate` does."""
        self._check_compiled("test_on_batch")
        batches = self._one_batch((x, y, sample_weight))
        logs = self._on_batch("test_step", batches)
        return logs if return_dict else in_order(self, logs)

    @checked
    def predict_on_batch(self, x: Any) -> Any:
        """The model's outputs for one batch."""
        batches = self._one_batch((x,))
        self._prepare_for(batches.first_batch_specs())
        run = batches.next_run(1)
        function = self._step_function("predict_step")
        return None if run is None else tree.map_structure(as_array, function.run(batches, run))

    def explain_backend(self) -> str:
        """Say what runs a training step and where its time goes.

        Returns:
            Text: the backend, then a line for each part of a step with its measured time.

        Raises:
            ValueError: If the model has not been trained yet, or is trained eagerly.
        """
        return explain_timings(*self._step_function("train_step").profile())

    def _on_batch(self, step: str, batches: Batches) -> dict[str, Any]:
        with self._in_progress():
            self._make_ready(step, batches)
            self.reset_metrics()
            run = batches.next_run(1)
            if run is None:
                raise ValueError("expected a batch, received empty data")
            return plain_logs(self._step_function(step).run(batches, run))

    def _evaluate(self, evaluation: Pass, epoch: int = 0) -> dict[str, Any]:
        self.reset_metrics()
        self.stop_evaluating = False
        evaluation.callbacks.on_test_begin()
        order = np.random.default_rng(0)  # evaluation is never shuffled
        logs = evaluation.run(order, epoch) or {}
        evaluation.callbacks.on_test_end(logs)
        return logs

    def _callback_list(self, callbacks: Any, verbose: Any, **details: Any) -> Any:
        if isinstance(callbacks, callbacks_module.CallbackList):
            return callbacks
        level = 1 if verbose == "auto" else int(verbose)
        return callbacks_module.CallbackList(
            callbacks, add_progbar=level != 0, verbose=level, model=self,
            **{"add_history": False, "epochs": 1, **details},
        )  # fmt: skip


def _fit(given: dict[str, Any], **changed: Any) -> None:
    """Fit as before, some of the arguments apart."""
    Trainer.fit(**{**given, **changed})


def _first_batches(*sources: Any) -> tuple[Any, ...]:
    """The first batch of what hands over batches; None for arrays, which can be looked at."""
    return tuple(getattr(source, "first_batch", None) for source in sources)


def _validates(epoch: int, frequency: Any) -> bool:
    """Whether validation follows this epoch."""
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency


def _warn_no_data(epoch: int, epochs: int) -> None:
    warnings.warn(
        f"training ended after {epoch} of {epochs} epochs, since there is no data left. A "
        "generator can be used once: give one that goes on, or `steps_per_epoch`, or a "
        "`keras.utils.PyDataset`.",
        stacklevel=4,
    )
