"""Owns where Keras prints: standard output, or Python's logging when a program wants that."""

from __future__ import annotations

import logging
import sys

__all__ = [
    "disable_interactive_logging",
    "enable_interactive_logging",
    "is_interactive_logging_enabled",
    "print_message",
]

_settings = {"interactive": True}


def enable_interactive_logging() -> None:
    """Makes progress bars, summaries and callbacks print to standard output (the default)."""
    _settings["interactive"] = True


def disable_interactive_logging() -> None:
    """Sends what Keras would print to the logger `"keras"` of Python's `logging`, level INFO."""
    _settings["interactive"] = False


def is_interactive_logging_enabled() -> bool:
    """Returns whether Keras prints to standard output.

    Example:
        >>> is_interactive_logging_enabled()
        True
    """
    return _settings["interactive"]


def print_message(message: str, end: str = "\n") -> None:
    """Prints a message, at once.

    Args:
        message: The text. Bars become `=` on an output that cannot encode `━`.
        end: What follows it, default a line break.
    """
    if not is_interactive_logging_enabled():
        logging.getLogger("keras").info(message.strip("\r\n"))
        return
    text = message + end
    encoding = getattr(sys.stdout, "encoding", None)
    if encoding and encoding.lower().replace("-", "") != "utf8":
        text = text.replace("━", "=").encode(encoding, errors="replace").decode(encoding)
    sys.stdout.write(text)
    sys.stdout.flush()
