"""A functional model's inputs, matched to what a user hands over: by name, or else by place."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from pykeras_core import tree
from pykeras_core.checks import checked

__all__ = ["InputMatcher"]


class InputMatcher:
    """Puts values, or masks, into the order of a model's inputs.

    Args:
        structure: The inputs as the model was given them: one, or a list, tuple or dict.
        names: Their names in flattening order.
        model_name: For messages.
    """

    @checked
    def __init__(self, structure: Any, names: Sequence[str], model_name: str) -> None:
        self._structure = structure
        self._names = list(names)
        self._model = f"the model '{model_name}'"

    def flat(self, given: Any, quiet: bool = False) -> list[Any]:
        """What was given, one entry an input.

        Args:
            given: Values in the structure of the inputs, or a dict by their names.
            quiet: Whether to say nothing of entries that name no input.

        Returns:
            A list with an entry an input.

        Raises:
            ValueError: If an input is missing, or places do not tell which value is whose.
        """
        if isinstance(given, dict) and not isinstance(self._structure, dict):
            return self._by_name(given)
        return self._match(given, self._structure, quiet)

    def _by_name(self, given: dict[Any, Any]) -> list[Any]:
        """Entries for inputs that form no dict; others, as a data set may have, are left out."""
        self._require(given, self._names)
        return [given[name] for name in self._names]

    def _match(self, given: Any, structure: Any, quiet: bool) -> list[Any]:
        if isinstance(given, dict) and isinstance(structure, dict):
            return self._match_dicts(given, structure, quiet)
        if not tree.is_nested(structure):
            return [self._only(given)]
        if isinstance(structure, dict):
            self._refuse_places(structure)
        elif isinstance(given, list | tuple) and len(given) == len(structure):
            pairs = zip(given, structure, strict=True)
            return [value for one, part in pairs for value in self._match(one, part, quiet)]
        flat = tree.flatten(given)
        if len(flat) != len(tree.flatten(structure)):
            self._refuse_number(flat)
        return flat

    def _match_dicts(self, given: Any, structure: Any, quiet: bool) -> list[Any]:
        self._require(given, structure)
        extra = [key for key in given if key not in structure]
        if extra and not quiet:
            warnings.warn(f"{self._model} ignores the inputs {extra}", stacklevel=7)
        keys = [path[0] for path, _ in tree.flatten_with_path(dict.fromkeys(structure))]
        return [v for key in keys for v in self._match(given[key], structure[key], quiet)]

    def _require(self, given: Any, names: Any) -> None:
        missing = [name for name in names if name not in given]
        if missing:
            raise ValueError(
                f"{self._model} expected inputs named {list(names)}, received a dict with the keys "
                f"{list(given)}: {missing} missing."
            )

    def _only(self, given: Any) -> Any:
        flat = tree.flatten(given)
        if len(flat) != 1:
            self._refuse_number(flat)
        return flat[0]

    def _refuse_places(self, structure: dict[Any, Any]) -> None:
        if list(structure) != sorted(structure, key=str):
            raise ValueError(
                f"{self._model} takes its inputs as a dict with the keys {list(structure)}; places "
                "in a list do not say which is which. Pass a dict."
            )

    def _refuse_number(self, flat: list[Any]) -> None:
        raise ValueError(
            f"{self._model} expected {len(self._names)} input(s) {self._names}, received "
            f"{len(flat)}"
        )
