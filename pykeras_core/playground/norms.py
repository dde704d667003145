"""Norms: how large the weights of each layer are, told a few times a second while they train.

The gradients that a loop by hand gives to an optimizer are known. Those of `fit` live inside of the
traced step, which hands none of them out: they are computed beside it, while somebody looks.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pykeras_core import engine
from pykeras_core.engine.capacity import held_bytes
from pykeras_core.models import Model
from pykeras_core.playground.messages import text_of

__all__ = ["INTERVAL_S", "Attention", "Norms"]

INTERVAL_S = 0.5
"""How often norms are told, at most."""

_SHARE = 0.01
"""The share of the time that may go into them."""

_CHUNK = 2**16


@dataclass
class Attention:
    """What the page looks at.

    Attributes:
        gradients: Whether the norms of gradients are on the screen.
    """

    gradients: bool = False


class Norms:
    """Tells the norms of the layers of what trains, when it is time.

    Args:
        post: Sends one message about the present run to the page.
        clock: Seconds, as `time.perf_counter`.
        attention: What the page looks at.
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        clock: Callable[[], float] = time.perf_counter,
        attention: Attention | None = None,
    ):
        self._post = post
        self._clock = clock
        self._attention = attention or Attention()
        self._cost = 0.0
        self._missing: str | None = None
        self._not_before = -math.inf
        self._gradients: dict[int, Any] = {}

    def due(self) -> bool:
        """Whether it is time."""
        return self._clock() >= self._not_before

    def wants_gradients(self) -> bool:
        """Whether somebody looks at them."""
        return self._attention.gradients

    def find_gradients(self, find: Callable[[], list[tuple[Any, Any]]]) -> None:
        """Computes the gradients of a step of `fit`, if it is time; keeps their norms.

        Args:
            find: As for `hosting.Host.gradients`.
        """
        if not self.due():
            return
        began = self._clock()
        self._missing = None
        try:
            for gradient, variable in find():
                self._gradients[id(variable)] = np.float64(_norm([gradient]))
        except MemoryError:
            self._missing = "memory"
        except LookupError:
            self._missing = "step"
        self._cost = self._clock() - began

    def take_gradients(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Takes the gradients that an optimizer is given, each with its variable."""
        self._gradients.update({id(variable): gradient for gradient, variable in pairs})

    def tell(self, models: list[Any], optimizers: list[Any], **place: Any) -> None:
        """Sends the norms, if it is time.

        Args:
            models: The models that train.
            optimizers: Their optimizers; of several there is no one learning rate.
            **place: `fit`, `epoch` and `step` of the message.
        """
        began = self._clock()
        if began < self._not_before:
            return
        rate = _rate(optimizers[0]) if len(optimizers) == 1 else None
        layers = [
            self._describe(prefix, layer)
            for model in models
            for prefix, layer in _layers(model, f"{text_of(model.name)}/" if models[1:] else "")
        ]
        self._gradients = {}
        known = {"learningRate": rate, "bytes": held_bytes(), "layers": layers}
        message = {**known, "withoutGradients": self._missing}
        self._post({"type": "norms", **place, **message})
        cost = self._cost + self._clock() - began
        self._cost = 0.0
        self._not_before = began + max(INTERVAL_S, cost / _SHARE)

    def _describe(self, prefix: str, layer: Any) -> dict[str, Any]:
        weights = _weights(layer)
        gradients = [self._gradients.get(id(variable)) for variable in weights]
        known = [_array(gradient) for gradient in gradients if gradient is not None]
        return {
            "name": f"{prefix}{text_of(layer.name)}",
            "weights": _norm(variable.elements() for variable in weights),
            "gradients": _norm(known) if known else None,
        }


def _layers(model: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """The layers that have weights, those of models within the model by path."""
    for layer in model.layers:
        if isinstance(layer, Model):
            yield from _layers(layer, f"{prefix}{text_of(layer.name)}/")
        elif _weights(layer):
            yield prefix, layer


def _weights(layer: Any) -> list[engine.Variable]:
    return [one for one in layer.variables if one.trainable and not one.missing_bytes]


def _array(gradient: Any) -> npt.NDArray[Any]:
    """The elements of a gradient, or its norm if that is what was kept."""
    return np.asarray(getattr(gradient, "numpy", lambda: gradient)())


def _norm(arrays: Iterable[npt.NDArray[Any]]) -> float:
    """The Euclidean norm of all elements, in double precision and without a copy of them."""
    total = 0.0
    for array in arrays:
        flat = array.reshape(-1)
        for start in range(0, flat.size, _CHUNK):
            total += float(np.square(flat[start : start + _CHUNK], dtype=np.float64).sum())
    return math.sqrt(total)


def _rate(optimizer: Any) -> float:
    """The learning rate of this step, schedule and decay included."""
    rate = optimizer._rate_of_step()
    return float(np.float32(getattr(rate, "numpy", lambda: rate)()))
