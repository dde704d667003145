"""Owns noticing the variables and sublayers that are assigned to a layer's attributes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, SupportsIndex

from pykeras_core import tree
from pykeras_core.checks import checked

__all__ = ["TrackedDict", "TrackedList", "TrackedSet", "Tracker", "untracked"]

_PLAIN_TYPES = (str, int, float, bool, type(None))

_paused = 0


@contextlib.contextmanager
def untracked() -> Iterator[None]:
    """Assignments inside the block are not tracked: for state that is not the layer's own."""
    global _paused
    _paused += 1
    try:
        yield
    finally:
        _paused -= 1


class Tracker:
    """Sorts tracked objects into stores, each object once.

    Args:
        kinds: By store name: what belongs there, and the list that holds it. The first store
            that wants an object gets it.
        owner: The layer whose state it is, for messages.
    """

    @checked
    def __init__(
        self, kinds: dict[str, tuple[Callable[[Any], bool], list[Any]]], owner: Any
    ) -> None:
        self.kinds = kinds
        self.owner = owner
        self.locked = False

    def track(self, value: Any) -> Any:
        """Returns what to assign in place of `value`: containers become watched ones."""
        if _paused or isinstance(value, _PLAIN_TYPES) or self.holds(value):
            return value
        for name, (wants, _) in self.kinds.items():
            if wants(value):
                self.add(name, value)
                return value
        if isinstance(value, tuple):
            items = [self.track(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
        if type(value) is list:
            return TrackedList(value, self)
        if type(value) is dict:
            return TrackedDict(value, self)
        if type(value) is set:
            return TrackedSet(value, self)
        return value

    def holds(self, value: Any) -> bool:
        """Whether a store has `value`: it stays there, even if another would want it now.

        A weight of a layer made with `trainable=False` was sorted as a trained one, which is
        where files look for it when the layer is thawed.
        """
        return any(item is value for _, store in self.kinds.values() for item in store)

    def add(self, store: str, value: Any) -> None:
        """Puts `value` into a store.

        Raises:
            ValueError: If the layer is built already and `value` is new to it.
        """
        if any(item is value for item in self.kinds[store][1]):
            return
        if self.locked:
            raise ValueError(
                f"`{type(self.owner).__name__}` '{self.owner.name}' is built already, so it "
                f"cannot take new variables or layers (received {value!r}). Create them in "
                "`__init__()` or `build()`."
            )
        self.kinds[store][1].append(value)

    def untrack(self, value: Any) -> None:
        """Forgets `value`, or what it holds if it is a container."""
        leaves = value if isinstance(value, set) else tree.flatten(value)
        gone = {id(leaf) for leaf in leaves}
        for _, store in self.kinds.values():
            store[:] = [item for item in store if id(item) not in gone]


class TrackedList(list[Any]):
    """A list whose items are tracked as they come and go."""

    @checked
    def __init__(self, values: Iterable[Any] = (), tracker: Tracker | None = None) -> None:
        self._tracker = tracker
        super().__init__(self._track(value) for value in values)

    def _track(self, value: Any) -> Any:
        return value if self._tracker is None else self._tracker.track(value)

    def _forget(self, value: Any) -> None:
        if self._tracker is not None:
            self._tracker.untrack(value)

    def __reduce__(self) -> Any:
        return list, (list(self),)

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, slice):
            super().__setitem__(key, [self._track(item) for item in value])
        else:
            super().__setitem__(key, self._track(value))

    def __delitem__(self, key: Any) -> None:
        removed = self[key]
        super().__delitem__(key)
        for value in removed if isinstance(key, slice) else [removed]:
            self._forget(value)

    def append(self, value: Any) -> None:
        """Appends and tracks."""
        super().append(self._track(value))

    def insert(self, index: SupportsIndex, value: Any) -> None:
        """Inserts and tracks."""
        super().insert(index, self._track(value))

    def extend(self, values: Iterable[Any]) -> None:
        """Extends and tracks."""
        super().extend([self._track(value) for value in values])

    def __iadd__(self, values: Iterable[Any]) -> TrackedList:  # type: ignore[misc]
        self.extend(values)
        return self

    def remove(self, value: Any) -> None:
        """Removes and forgets."""
        super().remove(value)
        self._forget(value)

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Pops and forgets."""
        value = super().pop(index)
        self._forget(value)
        return value

    def clear(self) -> None:
        """Empties and forgets."""
        for value in self:
            self._forget(value)
        super().clear()


class TrackedDict(dict[Any, Any]):
    """A dict whose values are tracked as they come and go."""

    @checked
    def __init__(self, values: Any = (), tracker: Tracker | None = None) -> None:
        self._tracker = tracker
        super().__init__({key: self._track(value) for key, value in dict(values).items()})

    def _track(self, value: Any) -> Any:
        return value if self._tracker is None else self._tracker.track(value)

    def _forget(self, value: Any) -> None:
        if self._tracker is not None:
            self._tracker.untrack(value)

    def __reduce__(self) -> Any:
        return dict, (dict(self),)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, self._track(value))

    def __delitem__(self, key: Any) -> None:
        value = self[key]
        super().__delitem__(key)
        self._forget(value)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Updates and tracks."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Sets and tracks if `key` is missing."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: Any, *default: Any) -> Any:
        """Pops and forgets."""
        value = super().pop(key, *default)
        self._forget(value)
        return value

    def popitem(self) -> tuple[Any, Any]:
        """Pops the last entry and forgets its value."""
        key, value = super().popitem()
        self._forget(value)
        return key, value

    def clear(self) -> None:
        """Empties and forgets."""
        for value in self.values():
            self._forget(value)
        super().clear()


class TrackedSet(set[Any]):
    """A set whose members are tracked as they come and go."""

    @checked
    def __init__(self, values: Iterable[Any] = (), tracker: Tracker | None = None) -> None:
        self._tracker = tracker
        super().__init__([self._track(value) for value in values])

    def _track(self, value: Any) -> Any:
        return value if self._tracker is None else self._tracker.track(value)

    def _forget(self, value: Any) -> None:
        if self._tracker is not None:
            self._tracker.untrack(value)

    def __reduce__(self) -> Any:
        return set, (set(self),)

    def add(self, value: Any) -> None:
        """Adds and tracks."""
        super().add(self._track(value))

    def update(self, *values: Iterable[Any]) -> None:
        """Updates and tracks."""
        for group in values:
            for value in group:
                self.add(value)

    def remove(self, value: Any) -> None:
        """Removes and forgets."""
        super().remove(value)
        self._forget(value)

    def discard(self, value: Any) -> None:
        """Discards and forgets."""
        super().discard(value)
        self._forget(value)

    def pop(self) -> Any:
        """Pops and forgets."""
        value = super().pop()
        self._forget(value)
        return value

    def clear(self) -> None:
        """Empties and forgets."""
        for value in self:
            self._forget(value)
        super().clear()
