"""`tf.strings`: functions of text, which run on the host at once."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.engine import Tensor
from pykeras_core.symbolic.strings import (
    Rows,
    StringTensor,
    as_text,
    is_text,
    lower_ascii,
    words_of,
)

__all__ = [
    "Rows",
    "as_string",
    "bytes_split",
    "format",
    "join",
    "length",
    "lower",
    "ngrams",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "split",
    "strip",
    "substr",
    "to_number",
    "unicode_decode",
    "unicode_encode",
    "unicode_split",
    "upper",
]

_POSIX = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "word": r"\w",
}


def lower(input: Any, encoding: str = "", name: str | None = None) -> StringTensor:
    """Returns text in lower case: plain letters, or with `encoding="utf-8"` all."""
    return as_text(input).with_each(str.lower if encoding else lower_ascii)


def upper(input: Any, encoding: str = "", name: str | None = None) -> StringTensor:
    """Returns text in upper case: plain letters, or with `encoding="utf-8"` all."""
    return as_text(input).with_each(
        str.upper if encoding else lambda text: re.sub("[a-z]+", lambda m: m[0].upper(), text)
    )


def strip(input: Any, name: str | None = None) -> StringTensor:
    """Returns text without white space at its ends."""
    return as_text(input).with_each(lambda text: text.strip(" \t\n\r\v\f"))


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> Tensor:
    """Returns how many bytes each text has, or with `unit="UTF8_CHAR"` characters."""
    text = as_text(input)
    count = (lambda one: len(one.encode())) if unit == "BYTE" else len
    return ops.reshape(ops.convert_to_tensor(text.mapped(count), "int32"), text.shape)


def join(inputs: Sequence[Any], separator: str = "", name: str | None = None) -> StringTensor:
    """Returns texts put together, element by element."""
    parts = [as_text(one) for one in inputs]
    found = parts[0]
    for part in parts[1:]:
        found = found + separator + part
    return found


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keepdims: bool = False,
    separator: str = "",
    name: str | None = None,
) -> StringTensor:
    """Returns the texts along an axis, or all of them, as one."""
    if isinstance(inputs, Rows):
        return StringTensor([separator.encode().join(row.tolist()) for row in inputs])
    array = as_text(inputs).__array__()
    between = separator.encode()
    if axis is None:
        joined = StringTensor._of(between.join(array.reshape(-1)))
        return joined.reshape([1] * array.ndim) if keepdims else joined
    moved = np.moveaxis(array, axis, -1)
    flat = [between.join(row) for row in moved.reshape(-1, moved.shape[-1])]
    joined = StringTensor(np.asarray(flat, dtype=object).reshape(moved.shape[:-1]))
    return StringTensor(np.expand_dims(joined.__array__(), axis)) if keepdims else joined


def split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """Returns the words of a text, or of each text of a vector.

    Args:
        input: Text.
        sep: What stands between words; default white space.
        maxsplit: How often to cut; -1 for as often as can be.
        name: Accepted as in TensorFlow.

    Returns:
        A `StringTensor` for a single text, `Rows` for several.
    """

    def cut(text: str) -> list[str]:
        if not sep:
            return words_of(text) if maxsplit < 0 else text.split(None, maxsplit)
        return text.split(_plain(sep), maxsplit)

    return _in_rows(input, cut)


def bytes_split(input: Any, name: str | None = None) -> Any:
    """Returns the bytes of a text, or of each text of a vector."""
    text = as_text(input)
    parts = [[bytes([byte]) for byte in one] for one in text.__array__().reshape(-1)]
    return _rows(text, parts)


def unicode_split(input: Any, input_encoding: str = "UTF-8", name: Any = None, **kw: Any) -> Any:
    """Returns the characters of a text, or of each text of a vector."""
    return _in_rows(input, list)


def unicode_decode(input: Any, input_encoding: str = "UTF-8", name: Any = None, **kw: Any) -> Any:
    """Returns the numbers of a text's characters, or of each text of a vector."""
    text = as_text(input)
    rows = [
        ops.convert_to_tensor(np.asarray(codes, dtype="int32"))
        for codes in text.mapped(lambda one: [ord(character) for character in one])
    ]
    return Rows(rows) if text.ndim else rows[0]


def unicode_encode(input: Any, output_encoding: str = "UTF-8", name: Any = None) -> StringTensor:
    """Returns the text of characters' numbers."""
    if isinstance(input, Rows):
        return StringTensor(["".join(map(chr, row.tolist())) for row in input])
    codes = np.asarray(ops.convert_to_tensor(input))
    if codes.ndim == 1:
        return StringTensor("".join(map(chr, codes.tolist())))
    return StringTensor(["".join(map(chr, row)) for row in codes.tolist()])


def _in_rows(input: Any, cut: Callable[[str], list[str]]) -> Any:
    text = as_text(input)
    return _rows(text, text.mapped(cut))


def _rows(text: StringTensor, parts: list[Any]) -> Any:
    rows = [StringTensor(np.asarray(part, dtype=object)) for part in parts]
    return Rows(rows) if text.ndim else rows[0]


def _plain(text: Any) -> str:
    return str(as_text(text).numpy().decode())


def _compiled(pattern: Any) -> re.Pattern[str]:
    """A pattern of RE2 as one of Python's."""
    source = re.sub(r"\[:(\w+):\]", lambda match: _POSIX.get(match[1], match[0]), _plain(pattern))
    try:
        return re.compile(source)
    except re.error as error:
        raise ValueError(
            f"the pattern {source!r} is none that Python reads: {error}. Classes such as "
            "`\\p{{L}}` are not in PyKeras; name the characters."
        ) from error


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> StringTensor:
    r"""Returns text in which a pattern's matches are replaced; `\1` is the first group's."""
    regular = _compiled(pattern)
    new = re.sub(r"\\0", r"\\g<0>", _plain(rewrite))
    return as_text(input).with_each(
        lambda text: regular.sub(new, text, count=0 if replace_global else 1)
    )


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Returns which texts are matched as a whole."""
    text, regular = as_text(input), _compiled(pattern)
    found = text.mapped(lambda one: regular.fullmatch(one) is not None)
    return ops.reshape(ops.convert_to_tensor(found, "bool"), text.shape)


def substr(
    input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None
) -> StringTensor:
    """Returns the part of each text from `pos` on that is `len` long, in bytes or characters."""
    text = as_text(input)
    array = text.__array__()
    starts = np.broadcast_to(np.asarray(ops.convert_to_tensor(pos)), array.shape).reshape(-1)
    sizes = np.broadcast_to(np.asarray(ops.convert_to_tensor(len)), array.shape).reshape(-1)
    found = []
    for one, start, size in zip(array.reshape(-1), starts.tolist(), sizes.tolist(), strict=True):
        whole = one if unit == "BYTE" else one.decode("utf-8", "replace")
        first = start if start >= 0 else builtins.len(whole) + start
        if not 0 <= first <= builtins.len(whole):
            raise ValueError(f"`substr` expected `pos` inside of {one!r}, received {start}")
        found.append(whole[first : first + size])
    return StringTensor(np.asarray(found, dtype=object).reshape(array.shape))


def to_number(input: Any, out_type: Any = "float32", name: str | None = None) -> Tensor:
    """Returns the numbers that texts are written as.

    Raises:
        ValueError: If one is no number.
    """
    text = as_text(input)
    read: Any = float if out_type == "float32" else int
    try:
        numbers = text.mapped(read)
    except ValueError as error:
        raise ValueError(f"`to_number` expected numbers, received a text: {error}") from None
    return ops.reshape(ops.convert_to_tensor(numbers, out_type), text.shape)


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> StringTensor:
    """Returns numbers written as text."""
    if is_text(input):
        return as_text(input)
    tensor = ops.convert_to_tensor(input)
    kind = "d"
    if tensor.dtype == "float32":
        kind = "e" if scientific else "g" if shortest else "f"
    size = f"{fill}{width}" if width > 0 else ""
    point = f".{precision}" if precision >= 0 and kind != "d" else ""

    def written(value: Any) -> str:
        if tensor.dtype == "bool":
            return "true" if value else "false"
        return str(f"%{size}{point}{kind}" % value)

    flat = [written(value) for value in np.asarray(tensor).reshape(-1).tolist()]
    return StringTensor(np.asarray(flat, dtype=object).reshape(tensor.shape))


def format(
    template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: Any = None
) -> StringTensor:
    """Returns a template with values in its places, written as `tf.print` writes them."""
    from pykeras_core.compat.tensorflow.printing import as_printed

    values = inputs if isinstance(inputs, list | tuple) else [inputs]
    parts = template.split(placeholder)
    if len(parts) != len(values) + 1:
        raise ValueError(
            f"`format` expected {len(parts) - 1} values for its template, received {len(values)}"
        )
    texts = [as_printed(value, summarize) for value in values]
    return StringTensor("".join(a + b for a, b in zip(parts, [*texts, ""], strict=True)))


def ngrams(
    data: Any, ngram_width: Any, separator: str = " ", name: Any = None, **kwargs: Any
) -> Any:
    """Returns groups of neighbouring words, of one size or several; `Rows` for rows."""
    sizes = [ngram_width] if isinstance(ngram_width, int) else list(ngram_width)

    def grouped(words: list[bytes]) -> StringTensor:
        between = separator.encode()
        return StringTensor(
            np.asarray(
                [
                    between.join(words[place : place + size])
                    for size in sizes
                    for place in range(len(words) - size + 1)
                ],
                dtype=object,
            )
        )

    if isinstance(data, Rows):
        return Rows([grouped(row.tolist()) for row in data])
    text = as_text(data)
    if text.ndim == 1:
        return grouped(text.tolist())
    return Rows([grouped(row) for row in text.tolist()])
