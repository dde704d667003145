"""Owns `Optimizer`: clipping, weight decay, averaging and accumulation around any rule.

A rule is `build`, which makes its slots, and `update_step`, which changes one variable by one
gradient. Everything here runs inside a traced step, so a choice that depends on values (a step
that only accumulates) computes both sides and keeps one.
"""

from __future__ import annotations

import contextlib
import copy
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pykeras_core import engine, hosting, ops, settings
from pykeras_core.checks import checked, refuse
from pykeras_core.engine.variable_table import VariableTable
from pykeras_core.optimizers.state import OptimizerState

__all__ = ["Optimizer", "assign_where", "noted_gradients"]

_noted: list[dict[int, tuple[Any, engine.Variable]]] = []


@contextlib.contextmanager
def noted_gradients() -> Iterator[dict[int, tuple[Any, engine.Variable]]]:
    """Lists the gradients that optimizers take while the block traces a step.

    Yields:
        Each gradient, before it is clipped, and its variable, by the variable's id.
    """
    gradients: dict[int, tuple[Any, engine.Variable]] = {}
    _noted.append(gradients)
    try:
        yield gradients
    finally:
        _noted.pop()


@checked
def assign_where(
    condition: Any, variables: Sequence[engine.Variable], update: Callable[[], None]
) -> None:
    """Runs `update`, and keeps what it did to `variables` only where `condition` holds."""
    before = [variable.value for variable in variables]
    update()
    for variable, old in zip(variables, before, strict=True):
        if variable.value is not old:
            variable.assign(ops.where(condition, variable.value, old))


class Optimizer(OptimizerState):
    """Base class: changes variables by their gradients, one step at a time.

    Subclasses make slots in `build` with `add_optimizer_variables` and write `update_step`.

    Args:
        learning_rate: A float, a `LearningRateSchedule`, or a function without arguments that
            returns a float.
        weight_decay: Each step also takes this share times the learning rate off every weight.
        clipnorm: Each gradient is scaled down to this norm at most.
        clipvalue: Each entry of a gradient is limited to this size.
        global_clipnorm: All gradients together are scaled down to this norm at most.
        use_ema: Whether to keep an exponential moving average of the weights, which replaces
            them at the end of training.
        ema_momentum: Share of the old average kept in each step. Default 0.99.
        ema_overwrite_frequency: Steps after which the average replaces the weights. None (the
            default) or 0: only at the end.
        loss_scale_factor: The loss was multiplied by this; gradients are divided by it.
        gradient_accumulation_steps: Weights change only in every so manieth step, by the mean
            gradient since the last change.
        name: Default: the class name in snake case, made unique.
        **kwargs: `decay` is accepted with a warning and ignored, as in Keras 3.

    Raises:
        ValueError: If an argument is unknown or out of range.

    Example:
        >>> import pykeras_core as keras
        >>> class SignDescent(keras.optimizers.Optimizer):
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         self.assign_sub(variable, learning_rate * keras.ops.sign(gradient))
        >>> weight = keras.Variable([1.0, -1.0])
        >>> SignDescent(0.5).apply([keras.ops.array([3.0, -0.1])], [weight])
        >>> weight.numpy()
        array([ 0.5, -0.5], dtype=float32)
    """

    _excluded: VariableTable[None] = VariableTable()
    _excluded_names: re.Pattern[str] | None = None

    def __copy__(self) -> Any:
        """An optimizer of its own, as a deep copy: two must not move the same slots."""
        return copy.deepcopy(self)

    def build(self, variables: Sequence[engine.Variable]) -> None:
        """Makes the slots; subclasses add their own after `super().build(variables)`.

        Args:
            variables: The variables to be trained, in the order of their gradients.
        """
        _check_variables("build", "variables", variables)
        if self.use_ema:
            self._averages = self.add_optimizer_variables(variables, "average")
        if self.gradient_accumulation_steps:
            self._accumulators = self.add_optimizer_variables(variables, "gradient_accumulator")
        self._index_of = VariableTable(
            (variable, index) for index, variable in enumerate(variables)
        )
        self._trainable_variables = list(variables)
        self.built = True

    def _complete_slots(self) -> None:
        """Makes slots that a number wants which was changed since `build`; rules override it."""

    def _get_variable_index(self, variable: engine.Variable) -> int:
        return self._index_of[variable]

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, engine.Variable]]) -> Any:
        """Changes variables by their gradients.

        Args:
            grads_and_vars: Pairs of a gradient and its variable.

        Returns:
            The step counter.
        """
        try:
            grads, variables = zip(*grads_and_vars, strict=True)
        except (TypeError, ValueError) as error:
            what = "pairs of a gradient and its variable"
            raise refuse("apply_gradients", "grads_and_vars", what, grads_and_vars) from error
        self.apply(list(grads), list(variables))
        return self._iterations

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[engine.Variable] | None = None
    ) -> None:
        """Changes variables by their gradients; builds the optimizer in the first call.

        Args:
            grads: One gradient per variable; `None` leaves a variable out.
            trainable_variables: The variables. Default: those the optimizer was built with.

        Raises:
            ValueError: If the variables are not those the optimizer was built with, or no
                variable has a gradient.
        """
        if not hasattr(grads, "__len__"):
            raise refuse("apply", "grads", "a list of gradients", grads)
        if len(grads) == 0:
            return
        if engine.current_trace() is None:
            hosting.loop("apply", optimizer=self, gradients=grads, variables=trainable_variables)
        variables = self._variables_for(grads, trainable_variables)
        self._complete_slots()
        grads, variables = _with_gradients(grads, variables)
        if self.loss_scale_factor is not None:
            grads = [gradient / self.loss_scale_factor for gradient in grads]
        if _noted:
            pairs = zip(grads, variables, strict=True)
            _noted[-1].update({id(variable): (grad, variable) for grad, variable in pairs})
        if self.gradient_accumulation_steps:
            self._accumulate(grads, variables, self.gradient_accumulation_steps)
        else:
            self._update(grads, variables)
        if self.use_ema:
            self._average()
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable))
        self._iterations.assign_add(1)
        if engine.current_trace() is None:
            hosting.loop("applied")

    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Any],
    ) -> tuple[list[Any], list[Any]]:
        """Changes values by their gradients; weights and optimizer stay as they are.

        Args:
            optimizer_variables: The state: one value for each of `variables`.
            grads: One gradient per trainable variable.
            trainable_variables: One value for each variable the optimizer was built with.

        Returns:
            The new values of the weights, and the new state.

        Raises:
            ValueError: If the optimizer is not built, or a number of values differs.
        """
        if not self.built:
            raise ValueError(
                f"`stateless_apply` needs the slots of optimizer {self.name!r}. Call "
                "`optimizer.build(model.trainable_variables)` before."
            )
        weights, state = self._trainable_variables, self.variables
        _check_number("trainable_variables", trainable_variables, weights)
        _check_number("optimizer_variables", optimizer_variables, state)
        values = zip((*weights, *state), (*trainable_variables, *optimizer_variables), strict=True)
        with engine.StatelessScope(values):
            self.apply(grads)
            return [v.value for v in weights], [v.value for v in state]

    def _variables_for(
        self, grads: Sequence[Any], trainable_variables: Sequence[engine.Variable] | None
    ) -> list[engine.Variable]:
        if trainable_variables is None:
            if not self.built:
                raise ValueError(
                    "`apply` needs the variables on the first call. Pass them, or call "
                    "`optimizer.build(variables)` before."
                )
            trainable_variables = self._trainable_variables
        if not isinstance(trainable_variables, Iterable) or engine.is_tensor(trainable_variables):
            what = "a list of variables"
            raise refuse("apply", "trainable_variables", what, trainable_variables)
        trainable_variables = list(trainable_variables)
        if len(grads) != len(trainable_variables):
            raise ValueError(
                f"`apply` expected one gradient per variable, received {len(grads)} gradients for "
                f"{len(trainable_variables)} variables."
            )
        if not self.built:
            with engine.made_when_used():  # a step that is traced needs its slots only when it runs
                self.build(trainable_variables)
        for variable in trainable_variables:
            if variable not in self._index_of:
                unknown = getattr(variable, "path", variable)
                raise ValueError(
                    f"Unknown variable {unknown!r}: an optimizer trains the variables it "
                    "was built with. Make a new optimizer for other variables."
                )
        return trainable_variables

    def _update(self, grads: Sequence[Any], variables: Sequence[engine.Variable]) -> None:
        grads = self._clip_gradients(grads)
        self._apply_weight_decay(variables)
        self._backend_update_step(grads, variables, self._step_size(self._rate_of_step()))

    def _step_size(self, learning_rate: Any) -> Any:
        """What `update_step` gets as learning rate; a rule may correct it, once a step."""
        return learning_rate

    def _backend_update_step(
        self, grads: Sequence[Any], variables: Sequence[engine.Variable], learning_rate: Any
    ) -> None:
        for gradient, variable in zip(grads, variables, strict=True):
            self.update_step(gradient, variable, learning_rate)

    def update_step(self, gradient: Any, variable: engine.Variable, learning_rate: Any) -> None:
        """Changes one variable by its gradient; subclasses write it.

        Args:
            gradient: Tensor of the variable's shape.
            variable: The variable.
            learning_rate: Scalar.

        Raises:
            NotImplementedError: If a subclass has not written it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no `update_step(self, gradient, variable, learning_rate)`. "
            "Change the variable in it with `self.assign_sub`."
        )

    def assign(self, variable: engine.Variable, value: Any) -> None:
        """Sets a variable; for use in `update_step`."""
        variable.assign(value)

    def assign_add(self, variable: engine.Variable, value: Any) -> None:
        """Adds to a variable; for use in `update_step`."""
        variable.assign_add(value)

    def assign_sub(self, variable: engine.Variable, value: Any) -> None:
        """Subtracts from a variable; for use in `update_step`."""
        variable.assign_sub(value)

    def _accumulate(
        self, grads: Sequence[Any], variables: Sequence[engine.Variable], steps: int
    ) -> None:
        """Adds up gradients; in every `steps`-th step, updates by their mean and starts over."""
        accumulators = [self._accumulators[self._get_variable_index(v)] for v in variables]
        totals = [slot + gradient for slot, gradient in zip(accumulators, grads, strict=True)]
        is_update = ops.equal(ops.mod(self._iterations + 1, steps), 0)
        ours = {id(slot) for slot in self._accumulators}
        state = [*variables, *(slot for slot in self._variables if id(slot) not in ours)]
        means = [total / float(steps) for total in totals]
        assign_where(is_update, state, lambda: self._update(means, variables))
        for slot, total in zip(accumulators, totals, strict=True):
            slot.assign(ops.where(is_update, 0.0, total))

    def _clip_gradients(self, grads: Sequence[Any]) -> Sequence[Any]:
        if self.clipnorm and self.clipnorm > 0:
            return [gradient * _scale_to(self.clipnorm, _norm([gradient])) for gradient in grads]
        if self.global_clipnorm and self.global_clipnorm > 0:
            scale = _scale_to(self.global_clipnorm, _norm(grads))
            return [gradient * scale for gradient in grads]
        if self.clipvalue and self.clipvalue > 0:
            return [ops.clip(gradient, -self.clipvalue, self.clipvalue) for gradient in grads]
        return grads

    def exclude_from_weight_decay(
        self,
        var_list: Sequence[engine.Variable] | None = None,
        var_names: Sequence[str] | None = None,
    ) -> None:
        """Leaves variables out of weight decay.

        Args:
            var_list: Variables.
            var_names: Patterns; a variable whose name contains one is left out.

        Raises:
            ValueError: If the optimizer is built already.
        """
        if self.built:
            raise ValueError(
                "`exclude_from_weight_decay` comes too late: the optimizer is built. Call it "
                "before training."
            )
        self._excluded = VariableTable((variable, None) for variable in var_list or ())
        self._excluded_names = re.compile("|".join(sorted(var_names))) if var_names else None

    def _use_weight_decay(self, variable: engine.Variable) -> bool:
        if variable in self._excluded:
            return False
        return self._excluded_names is None or not self._excluded_names.search(variable.name)

    def _apply_weight_decay(self, variables: Sequence[engine.Variable]) -> None:
        if self.weight_decay is None:
            return
        for variable in variables:
            if self._use_weight_decay(variable):
                variable.assign_sub(variable * self.weight_decay * self.learning_rate)

    def _average(self) -> None:
        # The first average is the weights themselves.
        is_later = ops.cast(ops.not_equal(self.iterations, 0), settings.floatx())
        kept = is_later * self.ema_momentum
        for variable, average in zip(self._trainable_variables, self._averages, strict=True):
            average.assign(kept * average + (1.0 - kept) * variable)
        if self.ema_overwrite_frequency:
            is_due = ops.equal(ops.mod(self.iterations + 1, self.ema_overwrite_frequency), 0)
            variables = self._trainable_variables
            assign_where(is_due, variables, lambda: self.finalize_variable_values(variables))

    def finalize_variable_values(self, var_list: Sequence[engine.Variable]) -> None:
        """Replaces variables by their moving averages, at the end of training.

        Args:
            var_list: The variables the optimizer was built with.

        Raises:
            ValueError: If their number differs.
        """
        if not self.use_ema:
            return
        if len(var_list) != len(self._averages):
            raise ValueError(
                f"Expected the {len(self._averages)} variables the optimizer was built with, "
                f"received {len(var_list)}."
            )
        for variable, average in zip(var_list, self._averages, strict=True):
            variable.assign(average)

    def scale_loss(self, loss: Any) -> Any:
        """Returns the loss times `loss_scale_factor`, for the gradients to be taken of."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor


def _check_number(argument: str, values: Sequence[Any], variables: Sequence[Any]) -> None:
    if len(values) != len(variables):
        raise ValueError(
            f"`stateless_apply` expected one value in `{argument}` for each of the "
            f"{len(variables)} variables {[v.path for v in variables]}, received {len(values)}."
        )


def _with_gradients(
    grads: Sequence[Any], variables: Sequence[engine.Variable]
) -> tuple[list[Any], list[engine.Variable]]:
    """Leaves out variables without a gradient, with a warning."""
    pairs = list(zip(grads, variables, strict=True))
    kept = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
    if not kept:
        raise ValueError(
            "No variable has a gradient: the loss does not depend on the trainable weights."
        )
    missing = [variable.path for gradient, variable in pairs if gradient is None]
    if missing:
        warnings.warn(
            f"The loss does not depend on the variables {missing}; they stay as they are.",
            stacklevel=4,
        )
    return [gradient for gradient, _ in kept], [variable for _, variable in kept]


def _norm(values: Sequence[Any]) -> Any:
    squares = [ops.sum(ops.square(value)) for value in values]
    return ops.sqrt(ops.sum(ops.stack(squares)))


def _scale_to(limit: float, norm: Any) -> Any:
    """The factor that brings `norm` down to `limit`, 1 where it is below."""
    return limit / ops.maximum(norm, limit)


def _check_variables(owner: str, argument: str, variables: Any) -> None:
    listed = isinstance(variables, list | tuple)
    if not listed or not all(isinstance(v, engine.Variable) for v in variables):
        raise refuse(owner, argument, "a list of variables", variables)
