"""Owns the state of optimizers as Keras 2 stored it, and how today's optimizers take it.

Keras 2 wrote the number of steps, then what it remembers of each variable: for all variables the
first kind, then for all the second (`Adam/dense/kernel/m`), or from TensorFlow 2.11 on kind by
kind for each (`Adam/m/dense/kernel`), or without telling kinds (Keras 2.0 to 2.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pykeras_core.saving.keras2_words import is_written_by_keras_2

__all__ = ["restore", "restore_numbered"]

Stored = Sequence[tuple[str, np.ndarray]]

_KINDS: dict[str, tuple[str, ...]] = {
    "momentum": ("m", "momentum"),
    "velocity": ("v", "velocity", "rms"),
    "velocity_hat": ("vhat",),
    "average_gradient": ("mg", "average_gradient"),
    "accumulator": ("accumulator",),
    "linear": ("linear",),
    "accumulated_grad": ("accum_grad", "accumulated_grad"),
    "accumulated_delta_var": ("accum_var", "accumulated_delta_var"),
    "norm": ("u", "v"),
}
"""What today's optimizers remember of a variable, and what Keras 2 called it."""

_ALL_KINDS = {kind for kinds in _KINDS.values() for kind in kinds}


def restore(optimizer: Any, stored: Stored) -> bool:
    """Give an optimizer the state of a file.

    Args:
        optimizer: The optimizer, built.
        stored: The file's arrays with their names, in its order.

    Returns:
        Whether it fits. If not, nothing is changed.
    """
    if is_written_by_keras_2():
        pairs = _pairs(getattr(optimizer, "inner_optimizer", optimizer), stored)
    elif len(stored) == len(optimizer.variables):
        pairs = list(zip(optimizer.variables, (array for _, array in stored), strict=True))
    else:
        return False
    if pairs is None or any(tuple(v.shape) != array.shape for v, array in pairs):
        return False
    for variable, array in pairs:
        variable.assign(array)
    return True


def restore_numbered(optimizer: Any, store: Any) -> bool:
    """Give an optimizer the state of a `.keras` file of Keras 2, which has numbers for names.

    Args:
        optimizer: The optimizer, built.
        store: The file's arrays by number.

    Returns:
        Whether it is such a file and fits. If not, nothing is changed.
    """
    if not is_written_by_keras_2():
        return False
    product = getattr(optimizer, "_u_product", None)
    variables = [v for v in optimizer.variables if v.name != "learning_rate" and v is not product]
    keys = sorted(store.keys(), key=lambda key: (len(key), key))
    arrays = [np.asarray(store[key]) for key in keys]
    if [tuple(v.shape) for v in variables] != [array.shape for array in arrays]:
        return False
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    if product is not None:
        product.assign(_product(optimizer, arrays[0]))
    return True


def _pairs(optimizer: Any, stored: Stored) -> list[tuple[Any, np.ndarray]] | None:
    """Today's variables with the arrays for them; None where something is missing."""
    scalars = {_words(name)[-1]: array for name, array in stored if array.shape == ()}
    of_variables = [(name, array) for name, array in stored if array.shape != ()]
    slots = _slots(optimizer)
    size = max((len(variables) for variables in slots.values()), default=0)
    kinds = _by_kind(of_variables) or _in_order(list(slots), of_variables, size)
    pairs: list[tuple[Any, np.ndarray]] = []
    for slot, variables in slots.items():
        arrays = next((kinds[kind] for kind in _KINDS[slot] if kind in kinds), [])
        if len(arrays) != len(variables):
            return None
        pairs += zip(variables, arrays, strict=True)
    steps = next(
        (scalars[name] for name in ("iteration", "iter", "iterations") if name in scalars), None
    )
    if steps is None and scalars:
        steps = next(iter(scalars.values()))
    if steps is not None:
        pairs.append((optimizer.iterations, steps))
    product = getattr(optimizer, "_u_product", None)
    if product is not None:
        pairs.append((product, scalars.get("momentum_cache", _product(optimizer, steps))))
    return pairs


def _product(optimizer: Any, steps: Any) -> np.ndarray:
    """What `Nadam` has after some steps; TensorFlow's does not write it."""
    number = np.arange(1, 1 + (0 if steps is None else int(steps)))
    return np.asarray(np.prod(optimizer.beta_1 * (1 - 0.5 * 0.96**number)), np.float32)


def _words(name: str) -> list[str]:
    return name.rpartition(":")[0].split("/") if ":" in name else name.split("/")


def _slots(optimizer: Any) -> dict[str, list[Any]]:
    """The optimizer's variables by what they remember, in the order of the trained ones."""
    found: dict[str, list[Any]] = {}
    for variable in optimizer.variables:
        fitting = [slot for slot in _KINDS if variable.name.endswith(f"_{slot}")]
        if fitting:
            found.setdefault(max(fitting, key=len), []).append(variable)
    return found


def _by_kind(stored: Stored) -> dict[str, list[np.ndarray]]:
    """The arrays by kind, as their names tell it; empty if they do not."""
    split = [(_words(name), array) for name, array in stored]
    for place in (-1, 1, 0):
        if all(len(words) > 1 and words[place] in _ALL_KINDS for words, _ in split):
            found: dict[str, list[np.ndarray]] = {}
            for words, array in split:
                found.setdefault(words[place], []).append(array)
            return found
    return {}


def _in_order(slots: list[str], stored: Stored, size: int) -> dict[str, list[np.ndarray]]:
    """The arrays of each kind, one kind after the other."""
    arrays = [array for _, array in stored]
    return {
        _KINDS[slot][0]: arrays[number * size : (number + 1) * size]
        for number, slot in enumerate(slots)
    }
