"""Messages to the page as plain values: what any structured clone takes and JavaScript can count.

A program may hand over what it likes (a NumPy integer as `epochs`, a text in the logs, a number
beyond JavaScript's); here, and nowhere else, that becomes what ``web/protocol.js`` says.
"""

import math
import re
from typing import Any

import numpy as np

_SURROGATE = re.compile("[\ud800-\udfff]")

LARGEST_WHOLE_NUMBER = 2**53
"""Beyond it JavaScript has no numbers for integers, only approximations."""


def plain(value: Any) -> Any:
    """The same value made of None, bool, int, float, str, bytes, list and dict alone.

    Args:
        value: Anything; arrays become lists, and what has no plain form its text.

    Example:
        >>> plain({"epochs": np.int64(3), "loss": np.float32(0.5), 7: (1, None)})
        {'epochs': 3, 'loss': 0.5, '7': [1, None]}
        >>> plain(2**60), plain(10**400)
        (1.152921504606847e+18, inf)
    """
    if value is None or isinstance(value, (bool, bytes)):
        return value
    if isinstance(value, str):
        return _well_formed(str.__str__(value))
    if isinstance(value, (int, np.integer)):
        return _number(int(value))
    if isinstance(value, (float, np.floating)):
        return float(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, dict):
        return {text_of(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return text_of(value)


def text_of(value: Any) -> str:
    """`str(value)`, also of an object that has none.

    Example:
        >>> text_of(3.5)
        '3.5'
    """
    try:
        return _well_formed(str.__str__(str(value)))
    except Exception:
        return f"<{type(value).__name__}>"


def _well_formed(text: str) -> str:
    """The text with a replacement character for each half of a surrogate pair, as encoders do."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _number(value: int) -> int | float:
    if abs(value) <= LARGEST_WHOLE_NUMBER:
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
