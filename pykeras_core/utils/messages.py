"""Owns where Keras prints: standard output, or Python's logging when a program wants that."""

from __future__ import annotations

import logging
import sys

from pykeras_core import settings
from pykeras_core.checks import checked

__all__ = ["print_message"]


@checked
def print_message(message: str, end: str = "\n") -> None:
    """Prints a message, at once.

    Args:
        message: The text. Bars become `=` on an output that cannot encode `━`.
        end: What follows it, default a line break.
    """
    if not settings.is_interactive_logging_enabled():
        logging.getLogger("keras").info(message.strip("\r\n"))
        return
    text = message + end
    encoding = getattr(sys.stdout, "encoding", None)
    if encoding and encoding.lower().replace("-", "") != "utf8":
        text = text.replace("━", "=").encode(encoding, errors="replace").decode(encoding)
    sys.stdout.write(text)
    sys.stdout.flush()
