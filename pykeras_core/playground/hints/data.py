"""Advice on shapes, labels, files and values: what beginners meet when a program runs."""

from __future__ import annotations

import re

from pykeras_core.playground.hints.program import Advice, Mend, Program

# Each row: a part of the message, and the code of the hint. The first that fits counts.
_MESSAGES = (
    (r"`categorical_crossentropy` expected labels of shape", "class-numbers"),
    (r"`sparse_categorical_crossentropy` expected one class number", "one-hot-labels"),
    (r"expected labels from 0 to \d+", "label-range"),
    (r"expected the same number of samples", "different-lengths"),
    (r"call `?compile\(\)`? before", "not-compiled"),
    (r"expected at least 2 axes, the batch axis included", "one-sample"),
    (r"expected inputs (of shape|with)|of one shape, received|with last axis \d+", "shape"),
    (r"can only concatenate str|unsupported operand type.*'str'", "text-and-number"),
    (r"object is not callable", "not-callable"),
    (r"invalid literal for int\(\)|could not convert string to float", "no-number"),
    (r"`Sequential` expected `layers`", "list-of-layers"),
    (r"Write `\w+\(\.\.\.\)` with brackets", "layer-class"),
    (r"(list|tuple|string) index out of range", "index"),
    (r"input\(\) expected a line from the keyboard", "no-keyboard"),
)
_OTHER_LOSS = {
    "class-numbers": (
        ("categorical_crossentropy", "sparse_categorical_crossentropy"),
        ("CategoricalCrossentropy", "SparseCategoricalCrossentropy"),
    ),
    "one-hot-labels": (
        ("sparse_categorical_crossentropy", "categorical_crossentropy"),
        ("SparseCategoricalCrossentropy", "CategoricalCrossentropy"),
    ),
}


def advise_on_data(error: BaseException, text: str, program: Program) -> Advice | None:
    """Advice on what a message of Keras or Python means, by the message."""
    if isinstance(error, MemoryError):
        return Advice({"code": "out-of-memory"})
    if isinstance(error, RecursionError):
        return Advice({"code": "recursion"})
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        return Advice({"code": "no-file", "name": error.filename[:100]})
    for pattern, code in _MESSAGES:
        if re.search(pattern, text):
            return Advice({"code": code}, _mend_of_loss(code, program))
    return None


def _mend_of_loss(code: str, program: Program) -> Mend | None:
    for word, other in _OTHER_LOSS.get(code, ()):
        for number, line in enumerate(program.lines, 1):
            found = re.search(rf"(?<![\w]){word}\b", line)
            if found is not None:
                return program.replace(number, *found.span(), other)
    return None
