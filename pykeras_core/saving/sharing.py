"""Owns that a layer in two places of a model is one layer again when the model is read.

Inside a `SharingScope` each layer's configuration gets a number, which stays where the layer
occurs more than once; on reading, the second one gives the object that the first one made. The
key is our own: by its `shared_object_id`, which is read too, Keras opens neither its own files
with such a layer nor others. Keras makes two layers of ours, and the weights are there for both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from types import TracebackType
from typing import Any

__all__ = ["SharingScope", "mark", "remember", "shared"]

KEY = "shared_layer"
KERAS_KEY = "shared_object_id"

Config = dict[str, Any]

_scopes: list[SharingScope] = []


class SharingScope:
    """Inside a `with` block, objects keep their identity through their configurations."""

    def __init__(self) -> None:
        self.numbers: dict[int, tuple[int, Any]] = {}
        self.objects: dict[int, Any] = {}
        self.made: list[tuple[Config, Any]] = []

    def __enter__(self) -> SharingScope:
        _scopes.append(self)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _scopes.pop()

    @staticmethod
    def finish(config: Any) -> Any:
        """Returns what was written, without the marks of what occurs once."""
        counts = Counter(entry[KEY] for entry in _marked(config))
        for entry in list(_marked(config)):
            if counts[entry[KEY]] == 1:
                del entry[KEY]
        return config


def _marked(value: Any) -> Iterator[Config]:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            if KEY in found:
                yield found
            waiting.extend(found.values())
        elif isinstance(found, list | tuple):
            waiting.extend(found)


def mark(obj: Any, config: Config) -> None:
    """Notes in a configuration which layer it is of."""
    if _scopes and hasattr(obj, "save_own_variables"):
        numbers = _scopes[-1].numbers  # holds the object too, so that its `id` stays its own
        config[KEY] = numbers.setdefault(id(obj), (len(numbers) + 1, obj))[0]


def remember(config: Config, obj: Any) -> None:
    """Notes what a configuration became."""
    if _scopes and hasattr(obj, "save_own_variables"):
        _scopes[-1].made.append((config, obj))
        if (number := _number(config)) is not None:
            _scopes[-1].objects[number] = obj


def shared(config: Config) -> Any:
    """Returns the object that an earlier configuration of the same one became, or `None`."""
    number = _number(config)
    if not _scopes or number is None:
        return None
    scope = _scopes[-1]
    if number not in scope.objects and KERAS_KEY in config:
        # Keras leaves the mark out where the object occurs for the first time.
        wanted = _description(config)
        for other, made in scope.made:
            if KERAS_KEY not in other and _description(other) == wanted:
                return made
    return scope.objects.get(number)


def _number(config: Config) -> int | None:
    number = config.get(KEY, config.get(KERAS_KEY))
    return number if isinstance(number, int) else None


def _description(config: Config) -> Any:
    """What a configuration says of a layer itself: not how it was built, nor its marks."""
    return config.get("class_name"), config.get("registered_name"), _bare(config.get("config"))


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if key not in (KEY, KERAS_KEY)}
    if isinstance(value, list | tuple):
        return [_bare(item) for item in value]
    return value
