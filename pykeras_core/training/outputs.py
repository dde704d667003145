"""A model's outputs and what users say about them, matched by name or by place.

This module owns `Outputs`: losses, weights, metrics and labels come as one thing for all outputs,
as a list, as a dict by name or as the structure of the outputs, and leave it as a flat list with
one entry an output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pykeras_core import tree

__all__ = ["Outputs", "UnmatchedError"]


class UnmatchedError(KeyError, ValueError):
    """Something is said of an output that the model does not have, or is missing for one.

    Keras raises `KeyError` or `ValueError` for this, by the form of the outputs; code that
    expects either is right here.
    """

    def __str__(self) -> str:
        return str(self.args[0])


class _Absent:
    """Stands for an output that a dict does not name."""


_ABSENT = _Absent()


class Outputs:
    """The outputs of a model: their structure and their names.

    Args:
        y_pred: The outputs, a Tensor or a structure of them.
        declared: The model's own names in flattening order, if it has any.

    Attributes:
        names: A name for each output in flattening order: the key in a flat dict, else the
            model's own; None where there is neither.
    """

    def __init__(self, y_pred: Any, declared: Sequence[str] | None) -> None:
        self._structure = tree.map_structure(lambda _: None, y_pred)
        self._paths = [path for path, _ in tree.flatten_with_path(self._structure)]
        self.names: list[str | None]
        if isinstance(y_pred, dict) and all(len(path) == 1 for path in self._paths):
            self.names = [path[0] for path in self._paths]
        elif declared and len(declared) == len(self._paths):
            self.names = list(declared)
        else:
            self.names = [None] * len(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def loss_name(self, index: int, loss: Any) -> str:
        """The name of an output's loss in logs: its keys, its own name, or the loss's name."""
        path = self._paths[index]
        if path and not isinstance(path[-1], int):
            return "/".join(map(str, path))
        return "/".join(map(str, [*path[:-1], self.names[index] or loss.name]))

    def order(self, given: Any) -> list[int]:
        """The outputs' numbers in the order of `given`, where that is a structure like theirs.

        Args:
            given: What `compile(loss=...)` was given. Keras lists the outputs' losses in its
                order; where it has none, in the order in which the outputs' dict was made.
        """
        numbers = tree.pack_sequence_as(self._structure, range(len(self)))
        return list(_in_order(given, numbers))

    def spread(self, argument: str, value: Any, lists: bool = False) -> list[Any]:
        """What was given, one entry an output.

        Args:
            argument: Its name, for messages.
            value: A single thing for every output, a list with one entry an output, a dict by
                output name, or a structure like the outputs'.
            lists: Whether an output may have several, in a list.

        Returns:
            One entry an output, None where none was given.

        Raises:
            UnmatchedError: If a key names no output, or the number of entries does not fit.
        """
        entries = self._spread(argument, value, self._structure, lists)
        return [None if entry is _ABSENT else entry for entry in entries]

    def labels(self, y: Any, wanted: Sequence[bool], argument: str = "y") -> list[Any]:
        """Labels, or weights of samples, one entry an output.

        Args:
            y: A dict by output name, or arrays in the structure of the outputs; there may be
                none for outputs that want none.
            wanted: Whether each output needs one.
            argument: Its name, for messages.

        Returns:
            One entry an output, None where there is none.

        Raises:
            UnmatchedError: If a key names no output, or an output that needs labels has none.
        """
        flat = tree.flatten(y)
        if not isinstance(y, dict) and len(flat) != len(self) and len(flat) == sum(wanted):
            remaining = iter(flat)
            return [next(remaining) if there else None for there in wanted]
        if isinstance(y, dict) and len(self) == len(y) == 1 and self.names == [None]:
            return flat
        entries = self._spread(argument, y, self._structure, lists=False)
        missing = [
            self.called(index)
            for index, entry in enumerate(entries)
            if entry is _ABSENT and wanted[index]
        ]
        if missing:
            raise UnmatchedError(
                f"`{argument}` expected an entry for each output that has a loss or a metric, "
                f"received {sorted(map(str, y))}: {missing} missing."
            )
        empty = [self.called(i) for i, entry in enumerate(entries) if entry is None and wanted[i]]
        if empty and argument == "y":  # no weights is a weight of 1, no labels is nothing
            raise UnmatchedError(
                f"`y` expected labels for each output that has a loss, received None for {empty}. "
                "Compile with `loss=None` for an output that is not trained."
            )
        return [None if entry is _ABSENT else entry for entry in entries]

    def sample_weights(self, sample_weight: Any, wanted: Sequence[bool]) -> list[Any]:
        """Weights of samples, one entry an output; a single array serves all.

        Args:
            sample_weight: An array, or as `labels` takes it.
            wanted: Whether each output has a loss.

        Raises:
            UnmatchedError: If a key names no output, or the number of entries does not fit.
        """
        if not tree.is_nested(sample_weight):
            return [sample_weight] * len(self)
        if isinstance(sample_weight, dict):
            return self.spread("sample_weight", sample_weight)
        return self.labels(sample_weight, wanted, "sample_weight")

    def called(self, index: int) -> str:
        """What messages call an output: its name, or where it is in the structure."""
        path = self._paths[index]
        name = self.names[index]
        if name is None or (path and not isinstance(path[-1], int)):
            return "/".join(map(str, path)) or "output"
        return name

    def _spread(self, argument: str, value: Any, structure: Any, lists: bool) -> list[Any]:
        count = len(tree.flatten(structure))
        if isinstance(value, dict):
            return self._spread_dict(argument, value, structure, lists)
        if not isinstance(value, list | tuple):
            self._refuse_single_array(argument, count)
            return [value] * count
        if not tree.is_nested(structure):
            if lists:
                return [value]
            if len(value) == 1:
                return self._spread(argument, value[0], structure, lists)
        elif isinstance(structure, list | tuple) and len(structure) == len(value):
            pairs = zip(value, structure, strict=True)
            return [e for one, part in pairs for e in self._spread(argument, one, part, lists)]
        flat = list(value) if lists or len(value) == count else tree.flatten(value)
        if len(flat) == count:
            return flat
        raise UnmatchedError(
            f"`{argument}` expected one entry for each of the {count} outputs "
            f"{self._listed(structure)}, received {len(flat)}"
        )

    def _refuse_single_array(self, argument: str, count: int) -> None:
        if argument == "y" and count > 1:
            raise UnmatchedError(
                f"`y` expected labels for the {count} outputs {self._listed(self._structure)}, "
                "received a single array. Give a list of arrays, or a dict by output name."
            )

    def _spread_dict(self, argument: str, value: Any, structure: Any, lists: bool) -> list[Any]:
        if isinstance(structure, dict):
            self._refuse_unknown(argument, value, list(structure))
            entries: list[Any] = []
            for path, _ in tree.flatten_with_path(dict.fromkeys(structure)):
                key, part = path[0], structure[path[0]]
                if key in value:
                    entries += self._spread(argument, value[key], part, lists)
                else:
                    entries += [_ABSENT] * len(tree.flatten(part))
            return entries
        if structure is not self._structure or None in self.names:
            raise UnmatchedError(
                f"`{argument}` received a dict with the keys {list(value)} for "
                f"{self._listed(structure)}, whose outputs have no names. Give a list."
            )
        self._refuse_unknown(argument, value, self.names)
        return [value.get(name, _ABSENT) for name in self.names]

    def _refuse_unknown(self, argument: str, value: Any, names: Iterable[Any]) -> None:
        names = list(names)
        unknown = [key for key in value if key not in names]
        if unknown:
            raise UnmatchedError(
                f"`{argument}` expected the names of outputs {names} as keys, received {unknown}"
            )

    def _listed(self, structure: Any) -> Any:
        if structure is self._structure:
            return [self.called(index) for index in range(len(self))]
        return tree.map_structure(lambda _: "output", structure)


def _in_order(given: Any, numbers: Any) -> Iterable[int]:
    """The leaves of `numbers`, dict entries in the order of `given`, or else in their own."""
    if isinstance(numbers, dict):
        keys = [key for key in given if key in numbers] if isinstance(given, dict) else numbers
        for key in keys:
            part = given[key] if isinstance(given, dict) else None
            yield from _in_order(part, numbers[key])
    elif isinstance(numbers, list | tuple):
        matched = isinstance(given, list | tuple) and len(given) == len(numbers)
        for place, part in enumerate(numbers):
            yield from _in_order(given[place] if matched else None, part)
    else:
        yield numbers
