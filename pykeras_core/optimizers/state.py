"""Owns an optimizer's state: its learning rate, slots, and saving all of them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from pykeras_core import engine, initializers, ops, settings
from pykeras_core.checks import (
    DType,
    Fraction,
    NonNegative,
    NonNegativeInt,
    Shape,
    checked,
    function_of,
    refuse,
)
from pykeras_core.engine.variable_table import VariableTable
from pykeras_core.naming import auto_name, current_path, name_scope
from pykeras_core.optimizers.options import older_arguments
from pykeras_core.optimizers.schedules import LearningRateSchedule
from pykeras_core.saving import keras2_optimizers, serialization

__all__ = ["OptimizerState"]

_OPTIONS_TOGETHER = ("clipnorm", "clipvalue", "global_clipnorm", "gradient_accumulation_steps")
_RATE_FUNCTION = function_of(0, "a function without arguments")


class OptimizerState:
    """The part of `Optimizer` that holds things; its arguments are described there."""

    built: bool

    @checked
    def __init__(
        self,
        learning_rate: Any,
        weight_decay: NonNegative | None = None,
        clipnorm: NonNegative | None = None,
        clipvalue: NonNegative | None = None,
        global_clipnorm: NonNegative | None = None,
        use_ema: bool = False,
        ema_momentum: Fraction = 0.99,
        ema_overwrite_frequency: NonNegativeInt | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: NonNegativeInt | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        learning_rate, self.decay = older_arguments(type(self).__name__, learning_rate, kwargs)
        self.name = name or auto_name(type(self).__name__)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._check_options()
        self.built = False
        self._variables: list[engine.Variable] = []
        self._trainable_variables: list[engine.Variable] = []
        self._index_of: VariableTable[int] = VariableTable()
        self._iterations = self._own(engine.Variable(0, dtype="int32", name="iteration"))
        self._learning_rate = self._initial_learning_rate(learning_rate)

    def __setattr__(self, name: str, value: Any) -> None:
        """Sets an attribute; what the constructor would refuse with the others is refused too.

        Otherwise a model would be saved that no program can open.
        """
        before = self.__dict__.get(name)
        super().__setattr__(name, value)
        if name in _OPTIONS_TOGETHER and "built" in self.__dict__:
            try:
                self._check_options()
            except ValueError:
                super().__setattr__(name, before)
                raise

    def _check_options(self) -> None:
        steps = self.gradient_accumulation_steps
        if steps and not steps >= 2:
            raise refuse(type(self).__name__, "gradient_accumulation_steps", "2 or more", steps)
        clips = {name: getattr(self, name) for name in ("clipnorm", "clipvalue", "global_clipnorm")}
        if sum(value is not None for value in clips.values()) > 1:
            raise ValueError(
                f"Set only one of `clipnorm`, `clipvalue`, `global_clipnorm`: {clips}. Set the "
                "other to None before."
            )

    def _initial_learning_rate(self, learning_rate: Any) -> Any:
        if isinstance(learning_rate, LearningRateSchedule):
            return learning_rate
        if callable(learning_rate):
            return _RATE_FUNCTION(type(self).__name__, "learning_rate", learning_rate)
        if not isinstance(learning_rate, float) or math.isnan(learning_rate):
            raise ValueError(
                f"`{type(self).__name__}` expected `learning_rate` to be a float, a "
                f"`LearningRateSchedule` or a function, received {learning_rate!r}. Write a float "
                "with a point, such as 1.0."
            )
        return self._own(
            engine.Variable(learning_rate, dtype=settings.floatx(), name="learning_rate")
        )

    def _own(self, variable: engine.Variable) -> engine.Variable:
        """Makes a variable part of the optimizer's state."""
        variable.trainable = False
        with name_scope(self.name, caller=self):
            variable.path = f"{current_path()}/{variable.name}"
        self._variables.append(variable)
        return variable

    @property
    def variables(self) -> list[engine.Variable]:
        """The state: the step counter, the learning rate, then the slots."""
        return list(self._variables)

    @property
    def iterations(self) -> Any:
        """How often the weights were changed, an int32 scalar."""
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations, self.gradient_accumulation_steps)
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """The learning rate now: a variable, or what the schedule gives for this step."""
        if isinstance(self._learning_rate, LearningRateSchedule):
            return self._learning_rate(self._iterations)
        if callable(self._learning_rate):
            return self._learning_rate()
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        previous = self._learning_rate
        if callable(learning_rate):
            self._learning_rate = learning_rate
            self._variables = [v for v in self._variables if v is not previous]
        elif isinstance(previous, engine.Variable):
            try:
                previous.assign(learning_rate)
            except (TypeError, ValueError) as error:
                what = "a number, a `LearningRateSchedule` or a function"
                given = (type(self).__name__, "learning_rate", what, learning_rate)
                raise refuse(*given) from error
        else:
            raise TypeError(
                "This optimizer's learning rate comes from a schedule, so it cannot be set. "
                "Make the optimizer with a float `learning_rate` to change it later."
            )

    def fix_learning_rate(self, learning_rate: float) -> bool:
        """Sets the learning rate to a number, also where a schedule or a function gave it.

        Args:
            learning_rate: The number, from the next step on.

        Returns:
            Whether it took the place of a schedule or function, so that steps that were traced
            before do not know it.
        """
        if isinstance(self._learning_rate, engine.Variable):
            self._learning_rate.assign(learning_rate)
            return False
        variable = engine.Variable(learning_rate, dtype=settings.floatx(), name="learning_rate")
        self._learning_rate = self._own(variable)
        self._variables.insert(1, self._variables.pop())  # where one has it from the beginning
        return True

    def _rate_of_step(self) -> Any:
        """The learning rate, lowered by Keras 2's `decay` where that was given."""
        if not self.decay:
            return self.learning_rate
        return self.learning_rate / (1.0 + self.decay * ops.cast(self.iterations, "float32"))

    @property
    def lr(self) -> Any:
        """`learning_rate`, by the name that Keras 2 also gave it."""
        return self.learning_rate

    @lr.setter
    def lr(self, learning_rate: Any) -> None:
        self.learning_rate = learning_rate

    @checked
    def add_variable(
        self,
        shape: Shape,
        initializer: Any = "zeros",
        dtype: DType = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> engine.Variable:
        """Makes a variable that belongs to the optimizer.

        Args:
            shape: Tuple of ints.
            initializer: Name, `Initializer` or function. Default: zeros.
            dtype: Default: float32.
            aggregation: Accepted as in Keras; there is one replica.
            layout: Accepted as in Keras; there is one device.
            name: Name of the variable.

        Returns:
            The variable, not trainable.
        """
        variable = engine.Variable(
            initializers.get(initializer),
            shape=tuple(shape),
            dtype=dtype or settings.floatx(),
            trainable=False,
            name=name or auto_name("variable"),
        )
        return self._own(variable)

    def add_variable_from_reference(
        self,
        reference_variable: engine.Variable,
        name: str | None = None,
        initializer: Any = "zeros",
    ) -> engine.Variable:
        """Makes a variable of another one's shape and dtype, named after it.

        Args:
            reference_variable: The other variable.
            name: Last part of the name.
            initializer: Name, `Initializer` or function. Default: zeros.

        Returns:
            The variable, not trainable.
        """
        return self.add_variable(
            reference_variable.shape,
            initializer=initializer,
            dtype=reference_variable.dtype,
            name=f"{reference_variable.path.replace('/', '_')}_{name or 'var'}",
        )

    def add_optimizer_variables(
        self, trainable_variables: Sequence[engine.Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """Makes one slot, or one of each name, for every trainable variable.

        Args:
            trainable_variables: The variables to be trained.
            name: Name of the slot, or a list of names.
            initializer: Name, `Initializer` or function for all slots, or a list of them.

        Returns:
            A list of variables, or a tuple of lists, one per name.

        Raises:
            ValueError: If names and initializers differ in number.
        """
        names = [name] if isinstance(name, str) else list(name)
        several = isinstance(initializer, list | tuple)
        given = list(initializer) if several else [initializer] * len(names)
        if len(given) != len(names):
            raise ValueError(
                f"Expected one initializer per name, received {name} and {initializer}."
            )
        slots: tuple[list[engine.Variable], ...] = tuple([] for _ in names)
        for variable in trainable_variables:
            for slot, slot_name, slot_initializer in zip(slots, names, given, strict=True):
                slot.append(self.add_variable_from_reference(variable, slot_name, slot_initializer))
        return slots[0] if isinstance(name, str) else slots

    @checked
    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets the state, in the order of `variables`.

        Args:
            weights: One array per variable.

        Raises:
            ValueError: If the optimizer is not built, or number or shapes differ.
        """
        if not self.built:
            raise ValueError(
                "`set_weights` needs a built optimizer. Call `optimizer.build(variables)` before."
            )
        if len(weights) != len(self.variables):
            raise ValueError(
                f"`set_weights` expected {len(self.variables)} arrays, received {len(weights)}."
            )
        for variable, weight in zip(self.variables, weights, strict=True):
            variable.assign(weight)

    def save_own_variables(self, store: Any) -> None:
        """Puts the state into a dict of arrays, keyed by position.

        Args:
            store: The dict, or an HDF5 group.
        """
        for index, variable in enumerate(self.variables):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Sets the state from a dict of arrays; a state of another size is left alone, with a word.

        Args:
            store: What `save_own_variables` filled.
        """
        if keras2_optimizers.restore_numbered(self, store):
            return
        if len(store.keys()) != len(self.variables):
            warnings.warn(
                f"The state of optimizer '{self.name}' is not loaded: it has "
                f"{len(self.variables)} variables, the saved one {len(store.keys())}. Build it on "
                "the same variables first.",
                stacklevel=2,
            )
            return
        for index, variable in enumerate(self.variables):
            variable.assign(np.asarray(store[str(index)]))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict, the learning rate as it is now."""
        learning_rate = self._learning_rate
        if isinstance(learning_rate, engine.Variable):
            learning_rate = float(learning_rate.numpy())
        else:
            learning_rate = serialization.serialize_keras_object(learning_rate)
        return {
            "name": self.name,
            "learning_rate": learning_rate,
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
            **({"decay": self.decay} if self.decay else {}),
        }

    @classmethod
    @checked
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Makes an optimizer from `get_config()`'s dict."""
        if isinstance(config.get("learning_rate"), dict):
            rate = serialization.deserialize_keras_object(
                config["learning_rate"], custom_objects=custom_objects
            )
            config = {**config, "learning_rate": rate}
        return cls(**config)
