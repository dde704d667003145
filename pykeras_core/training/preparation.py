"""What comes before the steps run over data: making them ready, and looking at what was given.

This module owns `Preparation`. It also keeps a pass that is in progress as it was, when a callback
begins another one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from pykeras_core import hosting
from pykeras_core.engine import made_when_used
from pykeras_core.training.batching import ArrayBatches
from pykeras_core.training.data import make_batches, one_batch
from pykeras_core.training.step_logic import StepLogic
from pykeras_core.training.steps import Batches
from pykeras_core.utils.packing import unpack_x_y_sample_weight

__all__ = ["Preparation"]


class Preparation(StepLogic):
    """The part of `Model` that makes its steps ready for data. `self` is a `Layer` too."""

    def _batches(self, *data: Any) -> Batches:
        """Batches of what a method was given, with the arguments of `make_batches`."""
        return make_batches(*data)

    def _one_batch(self, data: tuple[Any, ...], class_weight: Any = None) -> Batches:
        """All of the arrays as a single batch."""
        return one_batch(data, class_weight)

    @contextlib.contextmanager
    def _in_progress(self, stop: str = "") -> Iterator[None]:
        """Leave a pass of this model that is in progress as it was.

        A callback may evaluate the model, or train it: the metrics of the epoch, which these
        begin anew, go on from where they were, and so does a pass that others were told to stop.

        Args:
            stop: Name of the attribute by which what is done now can be stopped.
        """
        kept = self._kept_by_metrics() if self._passes_in_progress else []
        stopped = getattr(self, stop, None)
        self._passes_in_progress += 1
        try:
            with hosting.passing():
                yield
        finally:
            self._passes_in_progress -= 1
            for variable, value in kept:
                variable.assign(value)
            if self._passes_in_progress and stop:
                setattr(self, stop, stopped)

    def _kept_by_metrics(self) -> list[tuple[Any, Any]]:
        variables = {id(v): v for metric in self.metrics for v in metric.variables}
        return [(variable, variable.numpy().copy()) for variable in variables.values()]

    def _check_compiled(self, method: str) -> None:
        if not self.compiled:
            raise ValueError(
                f"call `compile()` before `{method}()`, for example "
                "`model.compile(optimizer='adam', loss='mse')`"
            )

    def _make_ready(self, step: str, batches: Batches, validation: Batches | None = None) -> None:
        """Trace the step on its first batch, which creates every variable; look at all labels.

        What a step creates is known by running it: the user may have written it, and it may use
        whatever parts it likes. Eager steps create what they need when they run on values.
        """
        function = self._step_function(step)
        if not function.is_ready(batches):
            self._prepare_for(batches.first_batch_specs())
            if self.run_eagerly:
                return
            if step == "train_step" and self._trains_as_usual():
                with made_when_used():  # a step that needs too much memory is refused as a whole
                    self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]
            function = self._step_function(step)
            function.prepare_first(batches)
        self._check_labels(batches)
        if validation is not None:
            self._check_labels(validation)
        function.validation = validation

    def _trains_as_usual(self) -> bool:
        """Whether the optimizer will be applied to all of the weights, which are there."""
        own_step = type(self).train_step is not StepLogic.train_step
        layers = self._flatten_layers()  # type: ignore[attr-defined]  # a layer's
        return not own_step and self.optimizer is not None and all(one.built for one in layers)

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
