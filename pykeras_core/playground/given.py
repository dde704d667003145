"""What a program gives to fit, evaluate and predict: what its model has seen, and what not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core.playground.structures import (
    Structure,
    arrays_of,
    as_array,
    as_structure,
    count,
    same,
)


@dataclass(frozen=True, eq=False)
class Part:
    """Samples that the program gave to its model.

    Args:
        x: The inputs.
        y: The targets; None where there are none.
        origin: Where they come from: ``"fit"``, ``"validation_data"``, ``"validation_split"``,
            ``"evaluate"`` or ``"predict"``.
        share: Which share of the training data is kept for validation.
        partial: Whether it is the first batch of a stream, of which there is no knowing more.
        columns: What the columns of a table of pandas are called.
    """

    x: Structure
    y: Structure | None
    origin: str
    share: float = 0.0
    partial: bool = False
    columns: tuple[str, ...] = ()


class Given:
    """Notes what the program gives, with the model that it is given to.

    Attributes:
        training: What the model trains on.
        validation: What it is validated on.
        evaluation: What it was evaluated on last.
    """

    def __init__(self) -> None:
        self._model: Any = None
        self.training: Part | None = None
        self.validation: Part | None = None
        self.evaluation: Part | None = None

    def note(self, event: Mapping[str, Any]) -> None:
        """Notes what an event of a pass that begins tells.

        Args:
            event: As `pykeras_core.training.progress.Host` receives it.
        """
        mode, model = event["mode"], event["model"]
        if mode == "fit":
            if model is not self._model:
                self.validation = self.evaluation = None
            self._model = model
            first, first_validation = (*event.get("first_batches", ()), None, None)[:2]
            self.training = part_of(event.get("data"), first, "fit")
            self.validation = self._validation(event, first_validation) or self.validation
        elif mode == "evaluate" and self._model in (None, model):
            first = (*event.get("first_batches", ()), None)[0]
            self.evaluation = part_of(event.get("data"), first, "evaluate") or self.evaluation

    def _validation(self, event: Mapping[str, Any], first: Any) -> Part | None:
        share = float(event.get("validation_split") or 0)
        columns = self.training.columns if self.training else ()
        origin = "validation_split" if share else "validation_data"
        return part_of(event.get("validation_data"), first, origin, share, columns)


def part_of(
    data: Any, first: Any, origin: str, share: float = 0.0, columns: tuple[str, ...] = ()
) -> Part | None:
    """The samples in what was given, or in its first batch where it is a stream; None without any.

    Args:
        data: A pair of inputs and targets, or a stream of batches.
        first: The first batch of a stream, None for arrays.
        origin: As in `Part`.
        share: As in `Part`.
        columns: Names of columns, for data that has none itself.
    """
    partial = first is not None
    pair = first if partial else data
    if not isinstance(pair, (tuple, list)):
        pair = (pair,)
    if not pair or (partial and len(pair) == 1 and not isinstance(first, (tuple, list))):
        pair = (first,)
    x = as_structure(pair[0]) if pair else None
    if x is None:
        return None
    y = as_structure(pair[1]) if len(pair) > 1 and pair[1] is not None else None
    if y is not None and count(y) != count(x):
        y = None
    return Part(x, y, origin, share, partial, columns_of(pair[0]) or columns)


def columns_of(data: Any) -> tuple[str, ...]:
    """What the columns of a table are called, as pandas says it; empty where it has no names.

    Args:
        data: Anything.
    """
    try:
        columns = () if isinstance(data, (np.ndarray, list, tuple, dict)) else data.columns
        names = tuple(column for column in columns if isinstance(column, str))
        return names if len(names) == len(columns) else ()
    except Exception:  # `columns` of others is whatever they like
        return ()


def name_of(part: Structure, namespace: Mapping[str, Any]) -> str:
    """The program's name for an array; empty where it has none.

    Args:
        part: The samples.
        namespace: The program's variables. One that begins where the array does is its name too:
            validation_split cuts the end off.
    """
    (first, *_) = arrays_of(part)
    longer = ""
    for name, value in namespace.items():
        if name.startswith("_") or not isinstance(value, np.ndarray) or not value.ndim:
            continue
        if value is first or same(value, first):
            return name
        begins = value.__array_interface__["data"] == first.__array_interface__["data"]
        if begins and value.dtype == first.dtype and value.shape[1:] == first.shape[1:]:
            longer = longer or name
    return longer


def shares_memory(part: Structure, namespace: Mapping[str, Any]) -> str:
    """The name of the array that some samples are cut out of; empty where there is none.

    Args:
        part: The samples.
        namespace: The program's variables.
    """
    (first, *_) = arrays_of(part)
    for name, value in namespace.items():
        array = as_array(value) if isinstance(value, np.ndarray) else None
        if array is not None and not name.startswith("_") and np.may_share_memory(array, first):
            return name
    return ""
