"""Values of the wrong kind, and when a message counts as naming the argument."""

from __future__ import annotations

import re
from typing import Any

import numpy as np


class Something:
    """An object that is nothing a function expects."""

    def __repr__(self) -> str:
        return "<something>"


def of_six(a: Any, b: Any, c: Any, d: Any, e: Any, f: Any) -> Any:
    """A function that takes more than any argument is called with."""


WRONG: dict[str, Any] = {
    "object": Something(),
    "text": "no such thing",
    "ragged": [[1], ["a"]],
    "negative": -7,
    "fraction": 2.5,
    "array": np.ones((2, 3, 5), "float32"),
    "dict": {"no such key": Something()},
    "function": of_six,
}

# Values that can be data, and how a message refuses them where they do not fit the rest.
NUMERIC = ("negative", "fraction", "array")
BY_SHAPE = re.compile(
    "shape|scalar|axes|axis|rank|dtype|broadcast|vector|matri|square|labels|integers|loss"
)

# A path that leads nowhere is named by itself.
PATHS = ("filepath", "path", "directory", "vocabulary")

# A message names an argument by its own name, or by what a family calls what it looks up.
LOOKED_UP = ("identifier", "config", "name", "obj")
BY_FAMILY = re.compile(
    "initializer|regularizer|constraint|activation|loss|metric|optimizer|schedule|layer|policy|"
    "object|class"
)


def names(argument: str, label: str, message: str) -> bool:
    """Whether a message says which argument it is about.

    Args:
        argument: Its name.
        label: Which wrong value was passed: one of `WRONG`.
        message: What the error says.
    """
    short = rf"`{argument}`|\b{argument}="
    if re.search(short if len(argument) < 3 else rf"\b{argument}\b", message):
        return True
    if label in NUMERIC and BY_SHAPE.search(message):
        return True
    if message.startswith("Cannot serialize") or (label == "function" and "of_six()" in message):
        return True  # it shows what cannot be, and which function takes another number of values
    if argument in PATHS and label == "text":
        return repr(WRONG["text"]) in message
    return argument in LOOKED_UP and bool(BY_FAMILY.search(message))
