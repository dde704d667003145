"""`tf.compat`: text as `str` and `bytes`; `tf.compat.v1` and `v2` are `tensorflow` itself."""

from __future__ import annotations

import os
from typing import Any

from pykeras_core.symbolic.strings import as_text

__all__ = ["as_bytes", "as_str", "as_str_any", "as_text", "path_to_str"]

_text = as_text


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """Returns text as bytes."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    return bytes(_text(bytes_or_text).numpy())


def as_str(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Returns text as `str`."""
    return as_bytes(bytes_or_text, encoding).decode(encoding)


as_text = as_str  # type: ignore[assignment]  # TensorFlow's own name


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """Returns anything as `str`."""
    return as_str(value, encoding) if isinstance(value, str | bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """Returns a path as `str`; anything else as it is."""
    return os.fspath(path) if hasattr(path, "__fspath__") else path
