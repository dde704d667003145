"""Owns `Config`: settings of a program, by name, which can be frozen."""

from __future__ import annotations

import copy
import difflib
import json
from collections.abc import Iterator
from typing import Any

__all__ = ["Config"]


class Config:
    """Settings by name, read and set as attributes or as in a dict.

    Args:
        **kwargs: The settings.

    Example:
        >>> config = Config(rate=0.1)
        >>> config.epochs = 3
        >>> config.freeze()
        >>> config["rate"], config.as_dict()
        (0.1, {'rate': 0.1, 'epochs': 3})
    """

    _config: dict[str, Any]
    _frozen: bool

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_config", kwargs)
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self) -> bool:
        """Whether nothing can be changed."""
        return self._frozen

    def freeze(self) -> None:
        """Lets nothing be changed from now on."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Lets settings be changed again."""
        object.__setattr__(self, "_frozen", False)

    def _changing(self) -> dict[str, Any]:
        """The settings, to be changed.

        Raises:
            ValueError: If they are frozen.
        """
        if self._frozen:
            raise ValueError("This config is frozen. Call `unfreeze()` before changing it.")
        return self._config

    def as_dict(self) -> dict[str, Any]:
        """Returns a copy of the settings as a dict."""
        return copy.copy(self._config)

    def to_json(self) -> str:
        """Returns the settings as JSON."""
        return json.dumps(self._config)

    def keys(self) -> Any:
        """Returns the names."""
        return self._config.keys()

    def values(self) -> Any:
        """Returns the values."""
        return self._config.values()

    def items(self) -> Any:
        """Returns pairs of names and values."""
        return self._config.items()

    def get(self, keyname: str, value: Any = None) -> Any:
        """Returns a setting, or `value` where there is none."""
        return self._config.get(keyname, value)

    def pop(self, *args: Any) -> Any:
        """Takes a setting out and returns it, as a dict does."""
        return self._changing().pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets several settings, as a dict does."""
        self._changing().update(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        config = object.__getattribute__(self, "_config") if name != "_config" else {}
        if name in config:
            return config[name]
        close = difflib.get_close_matches(name, config, n=1, cutoff=0.7)
        question = f" Did you mean '{close[0]}'?" if close else ""
        raise AttributeError(f"This config has no setting '{name}'.{question}")

    def __setattr__(self, name: str, value: Any) -> None:
        self._changing()[name] = value

    def __getitem__(self, key: str) -> Any:
        return self._config[key]

    def __setitem__(self, key: str, item: Any) -> None:
        self._changing()[key] = item

    def __delitem__(self, key: str) -> None:
        del self._changing()[key]

    def __contains__(self, item: object) -> bool:
        return item in self._config

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._config))

    def __len__(self) -> int:
        return len(self._config)

    def __repr__(self) -> str:
        return f"<Config {self._config}>"
