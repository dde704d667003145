"""Owns automatic names (`dense`, `dense_1`, ...) and the name scopes that prefix variable paths."""

from __future__ import annotations

import re
from collections import defaultdict
from types import TracebackType
from typing import Any

from pykeras_core.checks import checked

__all__ = ["auto_name", "current_path", "get_uid", "name_scope", "reset_uids", "to_snake_case"]

_uids: defaultdict[str, int] = defaultdict(int)
_scopes: list[name_scope] = []


def to_snake_case(name: str) -> str:
    """Returns `name` in snake case, with Keras's own splits.

    Args:
        name: A class name such as `"BatchNormalization"`.

    Returns:
        The snake-case name. Runs of capitals split before the last one only, so `PReLU` gives
        `p_re_lu` and `LSTM` gives `lstm`, as in saved Keras files.

    Example:
        >>> to_snake_case("BatchNormalization"), to_snake_case("PReLU"), to_snake_case("LSTM")
        ('batch_normalization', 'p_re_lu', 'lstm')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix: str) -> str:
    """Returns the next free automatic name for a class: `dense`, then `dense_1`, `dense_2`, ...

    Args:
        prefix: A class name or an already snake-case prefix.

    Returns:
        A name not given out since the last `reset_uids()`.
    """
    prefix = to_snake_case(prefix)
    count = _uids[prefix]
    _uids[prefix] += 1
    return f"{prefix}_{count}" if count else prefix


@checked
def get_uid(prefix: str = "") -> int:
    """Returns 1 on the first call for `prefix`, then 2, 3, ...

    Args:
        prefix: The prefix that is counted, as it stands.

    Returns:
        How often `prefix` was counted since the last `reset_uids()`, this call included.
    """
    _uids[prefix] += 1
    return _uids[prefix]


def reset_uids() -> None:
    """Makes automatic names start over (`clear_session` calls this)."""
    _uids.clear()


class name_scope:
    """Prefixes the paths of variables created inside it.

    Args:
        name: The scope's own part of the path; no `/`.
        caller: The object that opens the scope. Opening it again inside itself adds nothing, and
            a caller with a `_parent_path` puts the scope under that path wherever it is opened.
        deduplicate: Whether the caller has these effects.
        override_parent: The path the scope stands under, in place of the scopes around it.

    Raises:
        ValueError: If `name` is not a string or contains `/`.

    Example:
        >>> with name_scope("encoder"), name_scope("dense"):
        ...     current_path()
        'encoder/dense'
    """

    @checked
    def __init__(
        self,
        name: str,
        caller: Any = None,
        deduplicate: bool = True,
        override_parent: str | None = None,
    ) -> None:
        if not isinstance(name, str) or "/" in name:
            raise ValueError(
                "`name_scope` expects `name` to be a string without '/', "
                f"received {name!r}. Open one scope inside another to nest them."
            )
        self.name = name
        self.caller = caller
        self.deduplicate = deduplicate
        self.override_parent = override_parent
        if override_parent is None and deduplicate:
            self.override_parent = getattr(caller, "_parent_path", None)
        self._entered = False

    def __enter__(self) -> name_scope:
        """Opens the scope."""
        innermost = _scopes[-1] if _scopes else None
        reopened = (
            innermost is not None
            and self.deduplicate
            and self.caller is not None
            and innermost.caller is self.caller
            and innermost.name == self.name
        )
        self._entered = not reopened
        if self._entered:
            _scopes.append(self)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes the scope."""
        if self._entered:
            _scopes.pop()


def current_path() -> str:
    """Returns the path of the open scopes, joined by `/`; the empty string outside of any."""
    parts: list[str] = []
    for scope in _scopes:
        if scope.override_parent is not None:
            parts = [part for part in scope.override_parent.split("/") if part]
        parts.append(scope.name)
    return "/".join(parts)
