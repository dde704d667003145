"""What becomes of every public callable when one argument of a valid call is wrong."""

from __future__ import annotations

import random
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import pykeras_core as keras
from tests.core.arguments.calls import Call, public_calls
from tests.core.arguments.wrong import WRONG, names

# What the project raises on purpose; an `AttributeError` is an accident.
ON_PURPOSE = (
    *(ValueError, TypeError, KeyError, IndexError),
    *(NotImplementedError, OSError, ImportError),
)


class Outcome(NamedTuple):
    """What one call with one wrong value ended in: "taken", "named" or "unnamed"."""

    path: str
    argument: str
    label: str
    end: str
    message: str


class Survey(NamedTuple):
    """All outcomes, and the callables that refused their valid call, with what they said."""

    outcomes: list[Outcome]
    refused: dict[str, str]


def survey() -> Survey:
    """Calls everything with everything, in the current folder, and leaves no trace elsewhere."""
    outcomes: list[Outcome] = []
    refused: dict[str, str] = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"), settings_kept():
        warnings.simplefilter("ignore")
        for call in public_calls():
            with settings_kept():
                try:
                    call()
                except Exception as error:
                    refused[call.path] = f"{type(error).__name__}: {error}"
                else:
                    outcomes.extend(_outcomes(call))
            _remove_what_a_path_made()
    return Survey(outcomes, refused)


def _outcomes(call: Call) -> Iterator[Outcome]:
    for argument in [parameter.name for parameter in call.parameters]:
        for label, value in WRONG.items():
            end, message = "taken", ""
            try:
                call(**{argument: value})
            except Exception as error:
                message = f"{type(error).__name__}: {error}"
                explained = isinstance(error, ON_PURPOSE) and _is_raised_by_us(error)
                named = explained and names(argument, label, str(error))
                end = "named" if named else "unnamed"
            yield Outcome(call.path, argument, label, end, message)


def _remove_what_a_path_made() -> None:
    """A wrong path is a path: what was written there would be found by the next call."""
    made = Path(WRONG["text"])
    if made.is_dir():
        shutil.rmtree(made)
    made.unlink(missing_ok=True)


def _is_raised_by_us(error: BaseException) -> bool:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and "pykeras_core" in place.tb_frame.f_code.co_filename


@contextmanager
def settings_kept() -> Iterator[None]:
    """Puts back what the calls may set: `keras.config`, seeds and automatic names."""
    config = keras.config
    kept: list[tuple[Any, Any]] = [
        (config.set_floatx, config.floatx()),
        (config.set_epsilon, config.epsilon()),
        (config.set_image_data_format, config.image_data_format()),
        (config.set_dtype_policy, config.dtype_policy()),
        (config.set_compute_backend, config.compute_backend()),
        (config.set_max_epochs, config.max_epochs()),
        (config.set_max_steps_per_epoch, config.max_steps_per_epoch()),
        (random.setstate, random.getstate()),
        (np.random.set_state, np.random.get_state()),
    ]
    try:
        yield
    finally:
        for restore, value in kept:
            restore(value)
        keras.utils.clear_session(free_memory=False)
