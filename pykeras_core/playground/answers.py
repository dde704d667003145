"""Asking a model: what it says of samples, slice by slice, and what it was compiled to say."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pykeras_core.playground.structures import Array, Structure, as_array, count, rows

SLICE = 500
"""Samples predicted between two looks at the page's messages."""

MAX_SAMPLES = 10_000


def predict_in_slices(
    predict: Callable[[Structure], Any], x: Structure, go_on: Callable[[], bool]
) -> dict[str, Array] | None:
    """Predicts `x` slice by slice for as long as `go_on()` says so; at least one slice.

    Args:
        predict: Maps samples (n, ...) to outputs (n, ...).
        x: Samples; at most `MAX_SAMPLES` are used.
        go_on: Asked after each slice.

    Returns:
        Each output's rows for the first m samples, by its name, "" for one that has none; None
        where they are not one row of numbers for each sample.
    """
    parts: list[dict[str, Array]] = []
    for start in range(0, min(count(x), MAX_SAMPLES), SLICE):
        samples = rows(x, slice(start, start + SLICE))
        found = _outputs(predict(samples), count(samples))
        if found is None or (parts and _shapes(found) != _shapes(parts[0])):
            return None
        parts.append(found)
        if not go_on():
            break
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _shapes(outputs: dict[str, Array]) -> dict[str, tuple[int, ...]]:
    return {name: array.shape[1:] for name, array in outputs.items()}


def _outputs(said: Any, n: int) -> dict[str, Array] | None:
    """A model's answer as arrays with so many rows, by name; one alone needs no name."""
    while isinstance(said, (dict, list, tuple)) and len(said) == 1:
        (said,) = said.values() if isinstance(said, dict) else said
    named = said if isinstance(said, dict) else {"": said}
    if isinstance(said, (list, tuple)) and not np.isscalar(said[0] if said else 0):
        named = {str(at + 1): part for at, part in enumerate(said)}
    found = {str(name): as_array(part) for name, part in named.items()}
    if not found or any(part is None or len(part) != n for part in found.values()):
        return None
    return {name: part for name, part in found.items() if part is not None}


def loss_name(model: Any, output: str = "", position: int = 0) -> str:
    """The name of the loss a model was compiled with; empty where it has none.

    Args:
        model: The model.
        output: Name of one of its outputs, for a model with a loss for each.
        position: Where that output stands among them.
    """
    loss = getattr(model, "loss", None)
    if isinstance(loss, dict):
        loss = loss.get(output)
    elif isinstance(loss, (list, tuple)):
        loss = loss[position] if position < len(loss) else None
    name = loss if isinstance(loss, str) else getattr(loss, "name", None)
    return str(name or getattr(loss, "__name__", ""))


@contextlib.contextmanager
def unchanged(model: Any) -> Iterator[None]:
    """Within it, predicting moves no state of `model` on: none of its random seeds and counters.

    Args:
        model: The model.
    """
    state = [variable for variable in model.variables if not variable.trainable]
    before = [(variable, variable.numpy()) for variable in state]
    try:
        yield
    finally:
        for variable, value in before:
            if not np.array_equal(variable.numpy(), value):
                variable.assign(value)


def ends_in_sigmoid(model: Any) -> bool:
    """Whether the last layer of a model is a sigmoid, so that its answers are probabilities."""
    try:
        last = model.layers[-1]
        activation = getattr(last, "activation", None)
        return getattr(activation, "__name__", "") == "sigmoid"
    except Exception:  # a model of the program's own making may say so in any way
        return False
