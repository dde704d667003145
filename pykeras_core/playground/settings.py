"""Settings: the numbers of the optimizers that train, as the page shows and changes them.

A learning rate is a variable, which the next step reads. Every other number is part of the traced
step: when it changes, the step is traced anew before it next runs, and weights and slots stay.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from pykeras_core import engine
from pykeras_core.callbacks import LearningRateScheduler, ReduceLROnPlateau
from pykeras_core.optimizers import Optimizer
from pykeras_core.optimizers.wrappers import LossScaleOptimizer, MultiOptimizer
from pykeras_core.playground.control import Message
from pykeras_core.playground.messages import text_of
from pykeras_core.training.step_logic import StepLogic

__all__ = ["Settings", "optimizers_of"]

RATE = "learning_rate"
_WITHOUT_EFFECT = frozenset(
    {
        *("initial_accumulator_value", "initial_scale"),  # of the first step alone
        "loss_scale_factor",  # the loss and the gradients are scaled against each other
        "gradient_accumulation_steps",  # gradients that are half summed up would be weighed wrong
    }
)


class Settings:
    """The numbers of the optimizers of the model that trains, or trained last.

    Args:
        post: Sends one message about the present run to the page.

    Attributes:
        chosen: The values that the reader has set, by name.
    """

    def __init__(self, post: Callable[[dict[str, Any]], None]):
        self._post = post
        self.forget()

    def forget(self) -> None:
        """A run begins, in which nothing has trained yet."""
        self._models: list[Any] = []
        self._optimizers: dict[str, Any] = {}
        self._rulers: list[Any] = []
        self._told: list[dict[str, Any]] | None = None
        self.chosen: dict[str, float] = {}

    def begin(self, model: Any, callbacks: Iterable[Any]) -> None:
        """A fit begins: its settings are sent.

        Args:
            model: The model.
            callbacks: Those of the fit, some of which set the learning rate themselves.
        """
        rulers = (LearningRateScheduler, ReduceLROnPlateau)
        self._rulers = [one for one in callbacks if isinstance(one, rulers)]
        self._models, self._told = [model], None
        try:
            self._optimizers = optimizers_of(model)
        except Exception:  # what the program's own model is may be anything
            self._optimizers = {}
        self.tell()

    @property
    def optimizers(self) -> list[Any]:
        """The optimizers whose numbers these are."""
        return list(self._optimizers.values())

    def follow(self, models: list[Any], optimizers: list[Any]) -> None:
        """A loop of the program's own trains: its settings are sent where they are new.

        Args:
            models: The models that it trains.
            optimizers: The optimizers that it applies itself, if that has been seen.
        """
        self._models, self._rulers = models, []
        found = {f"{one.name}.": part for one in optimizers for part in _parts(one)}
        if not found:
            found = {
                f"{model.name}.{prefix}": optimizer
                for model in models
                for prefix, optimizer in optimizers_of(model).items()
            }
        self._optimizers = {"": next(iter(found.values()))} if len(found) == 1 else found
        self.tell()

    def tell(self) -> None:
        """Sends the settings, where they are others than those that were sent last."""
        try:
            settings = [
                self._describe(optimizer, name, f"{prefix}{name}")
                for prefix, optimizer in self._optimizers.items()
                for name in numbers_of(optimizer)
            ]
        except Exception:  # what the program's own optimizer answers may be anything
            settings = []
        if settings != self._told:
            self._told = settings
            self._post({"type": "settings", "settings": settings})

    def set(self, message: Message) -> None:
        """Gives a number another value, from the next step on; answers with all of them.

        A learning rate that comes from a schedule is this constant from now on.

        Args:
            message: The request.

        Raises:
            LookupError: If there is no such number.
            ValueError: If the value is not one that the optimizer takes.
        """
        places = {
            f"{prefix}{name}": (optimizer, name)
            for prefix, optimizer in self._optimizers.items()
            for name in numbers_of(optimizer)
        }
        if not places:
            raise LookupError(
                "there is no optimizer whose numbers could be set. Train a model first."
            )
        if message["name"] not in places:
            known = ", ".join(repr(name) for name in places)
            raise LookupError(f"expected one of {known}, received {message['name']!r}")
        optimizer, name = places[message["name"]]
        needs_trace = _change(optimizer, name, message["value"])
        self.chosen[message["name"]] = message["value"]
        if needs_trace:
            for model in self._models:
                retrace = getattr(model, "retrace_steps", None)
                if retrace is not None:
                    retrace()
        self._told = None
        self.tell()

    def _describe(self, optimizer: Any, name: str, shown: str) -> dict[str, Any]:
        why = None
        if name == RATE:
            why = _schedule_of(optimizer)
            fitted = [_unwrapped(getattr(model, "optimizer", None)) for model in self._models]
            if why is None and any(optimizer is one for one in fitted):
                why = ", ".join(type(one).__name__ for one in self._rulers) or None
        value = numbers_of(optimizer)[name]
        return {"name": shown, "value": value, "scheduled": why is not None, "why": why}


def optimizers_of(model: Any) -> dict[str, Any]:
    """The optimizers that train a model, by what stands before the names of their numbers.

    Args:
        model: The model. One with a step of its own may hold several, as a GAN does.

    Returns:
        One by the empty text, or several by their attribute's name and a point.
    """
    found: dict[str, Any] = {}
    own = {name: value for name, value in vars(model).items() if isinstance(value, Optimizer)}
    for name, value in own.items():
        for number, optimizer in enumerate(_parts(value)):
            prefix = f"{name}.{number}." if isinstance(value, MultiOptimizer) else f"{name}."
            if not any(optimizer is known for known in found.values()):
                found[prefix] = optimizer
    if type(model).train_step is not StepLogic.train_step:  # which may not use what is compiled
        found = {name: one for name, one in found.items() if one.built} or found
    return {"": next(iter(found.values()))} if len(found) == 1 else found


def _parts(optimizer: Any) -> list[Any]:
    """The optimizers within one that is made of others."""
    if isinstance(optimizer, MultiOptimizer):
        return list(optimizer.optimizers)
    return [_unwrapped(optimizer)]


def _unwrapped(optimizer: Any) -> Any:
    while isinstance(optimizer, LossScaleOptimizer):
        optimizer = optimizer.inner_optimizer
    return optimizer


def numbers_of(optimizer: Any) -> dict[str, float]:
    """The numbers of an optimizer that take effect when they change, the learning rate first.

    Args:
        optimizer: An optimizer; one of the program's own shows its attributes that are floats.
    """
    config = optimizer.get_config()
    numbers = {RATE: _plain(optimizer.learning_rate)}
    for name, value in vars(optimizer).items():
        known = type(value) is float or (isinstance(value, int | float) and name in config)
        if known and not isinstance(value, bool) and not _is_without_effect(optimizer, name):
            numbers[name] = value
    return numbers


def _is_without_effect(optimizer: Any, name: str) -> bool:
    if name.startswith("_") or name in _WITHOUT_EFFECT or name == RATE:
        return True
    if name.startswith("ema_"):
        return not optimizer.use_ema
    return name == "decay" and not optimizer.decay


def _plain(rate: Any) -> float:
    """A learning rate as short as it was written: 0.001, not 0.0010000000474974513."""
    value = rate.numpy() if engine.is_tensor(rate) or isinstance(rate, engine.Variable) else rate
    return float(str(np.float32(value)))


def _schedule_of(optimizer: Any) -> str | None:
    """What the learning rate of each step comes from, where it is no constant."""
    source = optimizer._learning_rate
    if isinstance(source, engine.Variable):
        return None
    return text_of(getattr(source, "__name__", None) or type(source).__name__)


def _change(optimizer: Any, name: str, value: Any) -> bool:
    """Changes a number; whether steps that are traced know it no more.

    Raises:
        ValueError: If the value is not one that the optimizer takes.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"`{name}` expected a finite number, received {value!r}")
    if name == RATE:
        if value < 0:
            raise ValueError(f"`{RATE}` expected a number of 0 or more, received {value}")
        return bool(optimizer.fix_learning_rate(float(value)))
    before = getattr(optimizer, name)
    if isinstance(before, float) or not float(value).is_integer():
        value = float(value)
    _check(optimizer, name, value, before)
    setattr(optimizer, name, value)
    return True


def _check(optimizer: Any, name: str, value: Any, before: Any) -> None:
    """Lets the constructor say what it takes; one of the program's own may not be callable so."""
    config = {**optimizer.get_config(), RATE: 0.1}
    if name in config:
        try:
            type(optimizer).from_config(config)
        except Exception:
            config = {}
    if name in config:
        type(optimizer).from_config({**config, name: value})
    elif value < 0 <= before:
        raise ValueError(f"`{name}` expected a number of 0 or more, received {value}")
