"""`Trainer`: fit, evaluate and predict, for every kind of model.

The loops here run traced steps over batches, as many in one call as fit into the report
interval, and hand over to callbacks and the host in between.
"""

from __future__ import annotations

import math
import time
import warnings
from typing import Any

import numpy as np

from pykeras_core import callbacks as callbacks_module
from pykeras_core import random, settings, tree
from pykeras_core.engine import is_tensor, made_when_used, trace
from pykeras_core.engine.backends.base import why_not_kernels
from pykeras_core.training import progress
from pykeras_core.training.batching import ArrayBatches
from pykeras_core.training.compiled import CompiledMetrics
from pykeras_core.training.data import make_batches, split_validation
from pykeras_core.training.explain import explain_timings
from pykeras_core.training.step_logic import StepLogic
from pykeras_core.training.steps import Batches
from pykeras_core.utils.packing import unpack_x_y_sample_weight

__all__ = ["Trainer"]


class Trainer(StepLogic):
    """The part of `Model` that runs steps over data. `self` is a `Layer` too."""

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
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
        self._check_compiled("fit")
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = split_validation(
                x, y, sample_weight, validation_split
            )
        batches = make_batches(x, y, sample_weight, batch_size, shuffle, class_weight)
        validation = None
        if validation_data is not None:
            validation = _validation_batches(validation_data, validation_batch_size or batch_size)
        self._build_for(batches)
        self._check_labels(batches)
        if validation is not None:
            self._check_labels(validation)
        epochs = min(epochs, settings.max_epochs() or epochs)
        steps_per_epoch = _limited(steps_per_epoch, batches)
        validation_steps = _limited(validation_steps, validation)
        steps = steps_per_epoch or batches.steps
        callbacks = self._callback_list(
            callbacks, verbose, add_history=True, epochs=epochs, steps=steps
        )
        self.stop_training = False
        self._initial_epoch = initial_epoch
        progress.report(
            "begin", "fit", model=self, epochs=epochs, initial_epoch=initial_epoch, steps=steps,
            samples=batches.samples, metrics=self._log_names(), data=(x, y),
            validation_data=validation_data,
        )  # fmt: skip
        callbacks.on_train_begin()
        initial_epoch = self._initial_epoch  # a callback may have restored a later one
        order = np.random.default_rng(random.make_default_seed())
        logs: dict[str, Any] = {}
        for epoch in range(initial_epoch, epochs):
            self.reset_metrics()
            callbacks.on_epoch_begin(epoch)
            resume = steps_per_epoch is not None and epoch > initial_epoch
            logs, pace = self._run_epoch(
                "fit", batches, steps_per_epoch, callbacks, epoch, order, resume
            )
            if validation is not None and _validates(epoch, validation_freq):
                found = self._evaluate(validation, validation_steps, callbacks, "validate", epoch)
                logs.update({f"val_{name}": value for name, value in found.items()})
            callbacks.on_epoch_end(epoch, logs)
            progress.report(
                "epoch", "fit", epoch=epoch, steps=pace.done, logs=dict(logs),
                steps_per_s=pace.steps_per_s,
            )  # fmt: skip
            if self.stop_training:
                break
        if epochs > initial_epoch:
            self.optimizer.finalize_variable_values(self.trainable_weights)  # type: ignore[attr-defined]
        callbacks.on_train_end(logs)
        progress.report("end", "fit")
        return self.history

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
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
        batches = make_batches(x, y, sample_weight, batch_size)
        steps = _limited(steps, batches)
        self._build_for(batches)
        self._check_labels(batches)
        callbacks = self._callback_list(callbacks, verbose, steps=steps or batches.steps)
        progress.report(
            "begin", "evaluate", model=self, epochs=1, initial_epoch=0,
            steps=steps or batches.steps, samples=batches.samples, metrics=self._log_names(),
            data=(x, y), validation_data=None,
        )  # fmt: skip
        logs = self._evaluate(batches, steps, callbacks, "evaluate", 0)
        progress.report("end", "evaluate", logs=logs)
        return logs if return_dict else self._flat_logs(logs)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
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
        batches = make_batches(x, None, None, batch_size)
        total = _limited(steps, batches) or batches.steps
        callbacks = self._callback_list(callbacks, verbose, steps=total)
        progress.report(
            "begin", "predict", model=self, epochs=1, initial_epoch=0, steps=total,
            samples=batches.samples, metrics=[], data=(x, None), validation_data=None,
        )  # fmt: skip
        callbacks.on_predict_begin()
        parts = self._predict_parts(batches, total, callbacks)
        callbacks.on_predict_end()
        progress.report("end", "predict")
        if not parts:
            raise ValueError("`predict` expected at least one batch, received empty data")
        return tree.map_structure(lambda *rows: np.concatenate(rows), *parts)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Run one training step on a batch; returns the loss and metrics as `evaluate` does."""
        self._check_compiled("train_on_batch")
        batches = make_batches(x, y, sample_weight, 2**31, class_weight=class_weight)
        return self._on_batch("train_step", batches, return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Evaluate one batch; returns the loss and metrics as `evaluate` does."""
        self._check_compiled("test_on_batch")
        batches = make_batches(x, y, sample_weight, 2**31)
        return self._on_batch("test_step", batches, return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """The model's outputs for one batch."""
        batches = make_batches(x, batch_size=2**31)
        run = batches.next_run(1)
        function = self._step_function("predict_step")
        return None if run is None else tree.map_structure(_array, function.run(batches, run))

    def explain_backend(self) -> str:
        """Say what runs a training step and where its time goes.

        Returns:
            Text: the backend, then a line for each part of a step with its measured time.

        Raises:
            ValueError: If the model has not been trained yet, or is trained eagerly.
        """
        timings = self._step_function("train_step").profile()
        return explain_timings(timings, why_not_kernels())

    def _on_batch(self, step: str, batches: Batches, return_dict: bool) -> Any:
        self._build_for(batches)
        self._check_labels(batches)
        run = batches.next_run(1)
        if run is None:
            raise ValueError("expected a batch, received empty data")
        logs = _plain_logs(self._step_function(step).run(batches, run))
        return logs if return_dict else self._flat_logs(logs)

    def _run_epoch(
        self,
        mode: str,
        batches: Batches,
        steps: int | None,
        callbacks: Any,
        epoch: int,
        order: np.random.Generator,
        resume: bool = False,
    ) -> tuple[dict[str, Any], progress.Pace]:
        """Run a step over batches until they end, `steps` are done, or training is to stop.

        Returns:
            The last logs, and how fast it went.
        """
        training = mode == "fit"
        function = self._step_function("train_step" if training else "test_step")
        begin, end = _batch_hooks(callbacks, training)
        pace = function.begin_pass(batches, callbacks.per_batch)
        total = steps or batches.steps
        if batches.endless and steps is None:
            argument = {"fit": "steps_per_epoch", "validate": "validation_steps"}.get(mode, "steps")
            raise ValueError(f"the data set repeats without end, so give `{argument}`")
        if not resume:
            batches.start(order)
        logs: dict[str, Any] = {}
        done = 0
        while steps is None or done < steps:
            limit = pace.steps(None if total is None else total - done)
            run = batches.next_run(limit)
            if run is None and steps is not None:
                batches.start(order)
                run = batches.next_run(limit)
            if run is None:
                if steps is not None:
                    _warn_out_of_data(done, steps)
                break
            function.prepare(batches, run)
            began = time.perf_counter()
            begin(done)
            logs = _plain_logs(function.run(batches, run))
            done += run.n_steps
            pace.ran(run.n_steps, time.perf_counter() - began)
            end(done - 1, logs)
            if done == total or pace.due():
                callbacks.on_steps(mode, done, logs)
                if done != total:  # else the report of the epoch, or of the end, follows
                    progress.report(
                        "steps", mode, epoch=epoch, step=done, steps=total, logs=dict(logs),
                        steps_per_s=pace.steps_per_s,
                    )  # fmt: skip
            if training and self.stop_training:
                break
        _warn_if_not_finite(self, mode, logs, epoch)
        return logs, pace

    def _evaluate(
        self, batches: Batches, steps: int | None, callbacks: Any, mode: str, epoch: int
    ) -> dict[str, Any]:
        self.reset_metrics()
        callbacks.on_test_begin()
        order = np.random.default_rng(0)  # evaluation is never shuffled
        logs, _ = self._run_epoch(mode, batches, steps, callbacks, epoch, order)
        callbacks.on_test_end(logs)
        return logs

    def _predict_parts(self, batches: Batches, steps: int | None, callbacks: Any) -> list[Any]:
        function = self._step_function("predict_step")
        pace = function.begin_pass(batches, one_by_one=True)
        parts: list[Any] = []
        while steps is None or len(parts) < steps:
            run = batches.next_run(1)
            if run is None:
                break
            callbacks.on_predict_batch_begin(len(parts))
            began = time.perf_counter()
            parts.append(tree.map_structure(_array, function.run(batches, run)))
            pace.ran(1, time.perf_counter() - began)
            callbacks.on_predict_batch_end(len(parts) - 1, {"outputs": parts[-1]})
            if len(parts) == steps or pace.due():
                callbacks.on_steps("predict", len(parts), {})
                if len(parts) != steps:
                    progress.report(
                        "steps", "predict", epoch=0, step=len(parts), steps=steps, logs={},
                        steps_per_s=pace.steps_per_s,
                    )  # fmt: skip
        return parts

    def _check_compiled(self, method: str) -> None:
        if not self.compiled:
            raise ValueError(
                f"call `compile()` before `{method}()`, for example "
                "`model.compile(optimizer='adam', loss='mse')`"
            )

    def _build_for(self, batches: Batches) -> None:
        """Create every variable: weights, metrics, optimizer slots, before a step is traced."""
        losses_built = self._compile_loss is None or self._compile_loss.built
        metrics_built = self._compile_metrics is None or self._compile_metrics.built
        self._prepare_for(batches.first_batch_specs())
        layers = self._flatten_layers()  # type: ignore[attr-defined]  # a layer's
        if not (losses_built and metrics_built and all(layer.built for layer in layers)):

            def visit(data: Any) -> None:
                x, y, sample_weight = unpack_x_y_sample_weight(data)
                y_pred = self._call_on(x, training=False)
                if y is not None and not metrics_built:
                    self.compute_metrics(x, y, y_pred, sample_weight)
                if y is not None and not losses_built:
                    self._loss_of(x, y, y_pred, sample_weight, training=False)

            trace(visit, batches.first_batch_specs())
        with made_when_used():  # a step that asks for too much memory is refused as a whole
            self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]

    def _prepare_for(self, specs: Any) -> None:
        """What a kind of model wants to do with the shapes of a batch before it is built."""

    def _check_labels(self, batches: Batches) -> None:
        """Look at label values on the host, since a traced step cannot."""
        if self._compile_loss is None or not self._compile_loss.built:
            return
        check = self._compile_loss.check_labels

        def inspect(data: Any) -> None:
            _, y, _ = unpack_x_y_sample_weight(data)
            if y is not None:
                check(y)

        if isinstance(batches, ArrayBatches):
            inspect(batches.structure)
        else:
            batches.inspect = inspect

    def _callback_list(self, callbacks: Any, verbose: Any, **details: Any) -> Any:
        if isinstance(callbacks, callbacks_module.CallbackList):
            return callbacks
        level = 1 if verbose == "auto" else int(verbose)
        return callbacks_module.CallbackList(
            callbacks, add_progbar=level != 0, verbose=level, model=self,
            **{"add_history": False, "epochs": 1, **details},
        )  # fmt: skip

    def _log_names(self) -> list[str]:
        """Names of the values that logs will hold."""
        names: list[str] = []
        for metric in self.metrics:
            names += metric.names if isinstance(metric, CompiledMetrics) else [metric.name]
        return names

    def _flat_logs(self, logs: dict[str, Any]) -> Any:
        """Logs as `evaluate` returns them: the loss, then metrics as they were given."""
        names = [name for name in self._log_names() if name in logs]
        values = [logs[name] for name in [*names, *sorted(set(logs) - set(names))]]
        return values[0] if len(values) == 1 else values


def _validation_batches(data: Any, batch_size: int | None) -> Batches:
    if isinstance(data, tuple | list):
        return make_batches(*unpack_x_y_sample_weight(tuple(data)), batch_size)
    return make_batches(data, batch_size=batch_size)


def _validates(epoch: int, frequency: Any) -> bool:
    """Whether validation follows this epoch.

    Raises:
        ValueError: If the frequency is neither an int nor a list of epochs.
    """
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    if isinstance(frequency, list | tuple | set):
        return epoch + 1 in frequency
    raise ValueError(
        f"`validation_freq` expected an int or a list of epochs, received {frequency!r}"
    )


def _batch_hooks(callbacks: Any, training: bool) -> tuple[Any, Any]:
    if training:
        return callbacks.on_train_batch_begin, callbacks.on_train_batch_end
    return callbacks.on_test_batch_begin, callbacks.on_test_batch_end


def _array(value: Any) -> Any:
    return value.numpy() if is_tensor(value) else np.asarray(value)


def _plain_logs(outputs: Any) -> dict[str, Any]:
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
        array = _array(value)
        return array.item() if array.size == 1 else array

    return {name: plain(outputs[name]) for name in sorted(outputs)}


def _limited(steps: int | None, batches: Any) -> int | None:
    """The steps asked for (None: all of the data), within `keras.config.max_steps_per_epoch()`."""
    limit = settings.max_steps_per_epoch()
    if limit is None or batches is None:
        return steps
    return min(steps or batches.steps or limit, limit)


def _warn_out_of_data(done: int, steps: int) -> None:
    warnings.warn(
        f"the data ended after {done} of {steps} steps. Give at least `steps_per_epoch * epochs` "
        "batches, or repeat the data set.",
        stacklevel=4,
    )


def _warn_if_not_finite(model: Any, mode: str, logs: dict[str, Any], epoch: int) -> None:
    """Say once a fit that the loss is no number any more, and what helps."""
    loss = logs.get("loss", 0.0)
    if mode == "fit" and isinstance(loss, float) and not math.isfinite(loss):
        warnings.warn(
            f"the loss became {loss} in epoch {epoch + 1}: the weights are no use from here on. "
            "Lower the learning rate, scale the inputs to about 0 to 1, or clip gradients "
            "(`clipnorm=1.0`).",
            stacklevel=4,
        )
