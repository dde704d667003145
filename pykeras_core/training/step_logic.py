"""One step of training, evaluation and prediction, as plain Keras code on Tensors.

This module owns `StepLogic`: `compile`, `compute_loss`, `compute_metrics`, `train_step`,
`test_step`, `predict_step`. A subclass of `Model` may replace any of the steps.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from typing import Any, Literal

from pykeras_core import metrics as metrics_module
from pykeras_core import ops, optimizers, settings, tree
from pykeras_core.checks import PositiveInt, checked
from pykeras_core.engine import GradientTape
from pykeras_core.layers.tracking import untracked
from pykeras_core.training.compiled import CompiledLoss, CompiledMetrics
from pykeras_core.training.steps import StepFunction
from pykeras_core.utils.packing import unpack_x_y_sample_weight

__all__ = ["StepLogic"]


class StepLogic:
    """The part of `Model` that says what a step does. `self` is a `Layer` too."""

    def __init__(self) -> None:
        with untracked():
            self._step_functions: dict[str, StepFunction] = {}
        self.compiled = False
        self.optimizer: Any = None
        self.loss: Any = None
        self.run_eagerly = False
        self.jit_compile = False
        self.steps_per_execution = 1
        self.stop_training = False
        self.stop_evaluating = False
        self.stop_predicting = False
        self.history: Any = None
        self._passes_in_progress = 0
        self._loss_tracker: Any = None
        self._compile_loss: CompiledLoss | None = None
        self._compile_metrics: CompiledMetrics | None = None
        self._compile_arguments: dict[str, Any] = {}
        self._traced_for: tuple[int, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds: a model without the steps traced for this one."""
        state: dict[str, Any] = super().__getstate__()  # type: ignore[assignment]  # a layer's
        return {**state, "_step_functions": {}, "_traced_for": ()}

    @checked
    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: PositiveInt = 1,
        jit_compile: bool | Literal["auto"] = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how to train the model.

        Args:
            optimizer: Name or `Optimizer`.
            loss: Name, function or `Loss`; for several outputs a list, or a dict by output.
            loss_weights: Weight of each output's loss: list, or dict by output.
            metrics: List of names, functions and `Metric`s; for several outputs a list of
                lists, or a dict by output.
            weighted_metrics: As `metrics`; these see sample weights.
            run_eagerly: Whether to run steps on values, one op after the other, so that Python's
                debugger and prints work inside a model.
            steps_per_execution: Callbacks see every n-th batch, as in Keras. Speed does not depend
                on it: as many steps run in one call as fit into the report interval.
            jit_compile: Accepted as in Keras; steps are always compiled unless eager.
            auto_scale_loss: Accepted as in Keras; there are no float16 gradients to scale.

        Raises:
            ValueError: If a name is unknown.
        """
        run_eagerly = run_eagerly or settings.functions_run_eagerly()
        given = metrics is not None or weighted_metrics is not None
        names = getattr(self, "output_names", None)
        with untracked():  # losses and metrics are the training's, not the layer's
            self.optimizer = optimizers.get(optimizer)
            self.loss = loss
            self._compile_loss = None if loss is None else CompiledLoss(loss, loss_weights, names)
            self._compile_metrics = (
                CompiledMetrics(metrics, weighted_metrics, names, loss) if given else None
            )
            self._loss_tracker = metrics_module.Mean(name="loss")
            self._step_functions = {}
            self._compile_arguments = {
                "optimizer": self.optimizer,
                "loss": loss,
                "loss_weights": loss_weights,
                "metrics": metrics,
                "weighted_metrics": weighted_metrics,
                "run_eagerly": run_eagerly,
                "steps_per_execution": steps_per_execution,
                "jit_compile": bool(jit_compile) and not run_eagerly,
            }
        self.run_eagerly = run_eagerly
        self.jit_compile = bool(jit_compile) and not run_eagerly
        self.steps_per_execution = steps_per_execution
        self.stop_training = False
        self.compiled = True

    @property
    def metrics(self) -> list[Any]:
        """All metrics: the loss's, those given to `compile`, the model's and its layers' own."""
        metrics: list[Any] = []
        if self.compiled:
            metrics.append(self._loss_tracker)
            if self._compile_metrics is not None:
                metrics.append(self._compile_metrics)
            if self._compile_loss is not None:
                metrics.extend(self._compile_loss.metrics)
        metrics.extend(self._tracked_metrics)  # type: ignore[attr-defined]  # a layer's
        for layer in self._flatten_layers(include_self=False):  # type: ignore[attr-defined]
            if not isinstance(layer, StepLogic):
                metrics.extend(layer._tracked_metrics)
        return metrics

    @property
    def metrics_names(self) -> list[str]:
        """Names of the metrics."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self) -> None:
        """Set all metrics back to their beginning."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> dict[str, Any]:
        """The metrics' values now, by name."""
        results: dict[str, Any] = {}
        for metric in self.metrics:
            if isinstance(metric, CompiledMetrics):
                results.update(metric.result())
                continue
            value = metric.result()
            results.update(value if isinstance(value, dict) else {metric.name: value})
        return results

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss of a batch: the compiled losses and every penalty of the layers.

        Args:
            x: Inputs.
            y: Labels.
            y_pred: What the model gave for `x`.
            sample_weight: Weights of the samples, or None.
            training: Whether this is a training step.

        Returns:
            float32 scalar.

        Raises:
            ValueError: If there is no loss at all.
        """
        losses = list(self.losses)  # type: ignore[attr-defined]  # a layer's
        if self._compile_loss is not None:
            loss = self._compile_loss(y, y_pred, sample_weight)
            losses = losses if loss is None else [loss, *losses]
        if not losses:
            raise ValueError(
                "there is no loss to compute. Give one to `compile(loss=...)`, or call "
                "`add_loss` in a layer."
            )
        total = losses[0]
        for penalty in losses[1:]:
            total = ops.add(total, ops.sum(penalty))
        return total

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Take a batch into the compiled metrics; return all metrics' values by name."""
        if self._compile_metrics is not None and y is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def _loss_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        """`compute_loss`, also where a subclass wrote it without `training`."""
        if "training" in inspect.signature(self.compute_loss).parameters:
            return self.compute_loss(x, y, y_pred, sample_weight, training=training)
        return self.compute_loss(x, y, y_pred, sample_weight)

    def _call_on(self, x: Any, training: bool) -> Any:
        """Call the model, also where `call` takes no `training`."""
        if "training" in inspect.signature(self.call).parameters:  # type: ignore[attr-defined]
            return self(x, training=training)  # type: ignore[operator]
        return self(x)  # type: ignore[operator]

    def _trained_by(self) -> Any:
        if self.optimizer is None:
            raise ValueError(
                "training needs an `optimizer`, the model is compiled with None. Pass one to "
                "`compile`, such as `optimizer='adam'`."
            )
        return self.optimizer

    def train_step(self, data: Any) -> Any:
        """Learn from a batch.

        Args:
            data: (x,), (x, y) or (x, y, sample_weight), Tensors.

        Returns:
            Dict of scalars for the logs.
        """
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with GradientTape() as tape:
            y_pred = self._call_on(x, training=True)
            loss = self._loss_of(x, y, y_pred, sample_weight, training=True)
            scaled = self._trained_by().scale_loss(loss)
        self._loss_tracker.update_state(loss, sample_weight=tree.flatten(x)[0].shape[0])
        weights = self.trainable_weights  # type: ignore[attr-defined]  # a layer's
        if weights:
            gradients = tape.gradient(scaled, weights)
            self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> Any:
        """Evaluate a batch; arguments and result as in `train_step`."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self._call_on(x, training=False)
        loss = self._loss_of(x, y, y_pred, sample_weight, training=False)
        self._loss_tracker.update_state(loss, sample_weight=tree.flatten(x)[0].shape[0])
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The model's outputs for the x of a batch."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self._call_on(x, training=False)

    def get_compile_config(self) -> dict[str, Any]:
        """What `compile` was given, serialised; empty if it was not called."""
        from pykeras_core.saving.serialization import serialize_keras_object

        if not self.compiled:
            return {}
        config: dict[str, Any] = serialize_keras_object(self._compile_arguments)
        return config

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as `get_compile_config` describes."""
        from pykeras_core.saving.serialization import deserialize_keras_object

        self.compile(**deserialize_keras_object(config))
        if self.built:  # type: ignore[attr-defined]  # a layer's
            self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]

    def _step_function(self, name: str) -> StepFunction:
        """The traced form of a step; traced anew when other weights are trainable."""
        trainable = self._trainable_now()
        if trainable != self._traced_for:
            self._traced_for = trainable
            self._step_functions.clear()
        if name not in self._step_functions:
            step = getattr(self, name)
            self._step_functions[name] = StepFunction(step, self.run_eagerly, self._creating)
        return self._step_functions[name]

    def retrace_steps(self) -> None:
        """Trace steps anew before they next run, also within a `fit` that is in progress.

        What Python computes with numbers, such as an optimizer's momentum, is part of a traced
        step. Weights and the optimizer's slots stay as they are.
        """
        for function in self._step_functions.values():
            function.retrace()

    def _trainable_now(self) -> tuple[int, ...]:
        return tuple(id(weight) for weight in self.trainable_variables)  # type: ignore[attr-defined]

    @contextlib.contextmanager
    def _creating(self) -> Iterator[None]:
        """Weights that a step creates while it is traced are known to what it becomes."""
        known = self._trainable_now() == self._traced_for
        yield
        if known:
            self._traced_for = self._trainable_now()
        self._built_by_step()

    def _built_by_step(self) -> None:
        """What a kind of model does when a step has been run for the first time."""
