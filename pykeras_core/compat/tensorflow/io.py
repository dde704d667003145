"""`tf.io`: files, and text and pictures in them."""

from __future__ import annotations

import glob
import os
import pathlib
from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.compat.tensorflow import gfile
from pykeras_core.compat.tensorflow.pictures import (
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    encode_jpeg,
    encode_png,
)
from pykeras_core.engine import Tensor
from pykeras_core.symbolic.strings import StringTensor, as_text
from pykeras_core.utils.rows_of_text import columns_of

__all__ = [
    "decode_bmp",
    "decode_csv",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_png",
    "decode_raw",
    "encode_jpeg",
    "encode_png",
    "gfile",
    "matching_files",
    "read_file",
    "write_file",
]


def _path(filename: Any) -> str:
    if isinstance(filename, str | bytes | StringTensor):
        return str(as_text(filename).numpy().decode())
    return str(os.fspath(filename))


def read_file(filename: Any, name: str | None = None) -> StringTensor:
    """Returns the contents of a file.

    Raises:
        FileNotFoundError: If it is not there.
    """
    path = pathlib.Path(_path(filename))
    if not path.is_file():
        raise FileNotFoundError(
            f"`tf.io.read_file` found no file {str(path)!r}: {path.parent.resolve()} was looked "
            "at. In a page, add it in the Files panel."
        )
    return StringTensor(path.read_bytes())


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Writes a file, and the folders it lies in."""
    path = pathlib.Path(_path(filename))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_text(contents).numpy())


def matching_files(pattern: Any, name: str | None = None) -> StringTensor:
    """Returns the paths that a pattern with `*` and `?` names, in order."""
    patterns = as_text(pattern).reshape(-1)
    found = sorted({path for one in patterns for path in glob.glob(_path(one))})
    return StringTensor(np.asarray(found, dtype=object))


def decode_raw(input_bytes: Any, out_type: Any, little_endian: bool = True, **kw: Any) -> Tensor:
    """Returns the numbers whose bytes a text is, a row a text."""
    kind = np.dtype(out_type).newbyteorder("<" if little_endian else ">")
    text = as_text(input_bytes)
    rows = [np.frombuffer(one, kind) for one in text.__array__().reshape(-1)]
    return ops.convert_to_tensor(np.stack(rows).reshape(*text.shape, -1))


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Any = None,
    name: str | None = None,
) -> list[Any]:
    """Returns the columns of lines of text: numbers or text, by the kind of each default.

    Args:
        records: Lines.
        record_defaults: For each column a value for empty fields, or an empty list or a dtype
            where none may be empty.
        field_delim: What stands between fields.
        use_quote_delim: Whether fields may stand in quotes.
        na_value: What else counts as empty.
        select_cols: Numbers of the columns to read; default all.
        name: Accepted as in TensorFlow.

    Raises:
        ValueError: If a line has another number of fields, or a field is not of its kind.
    """
    text = as_text(records)
    columns = columns_of(
        text.mapped(str), record_defaults, field_delim, use_quote_delim, na_value, select_cols
    )
    return [_shaped(column, text.shape) for column in columns]


def _shaped(column: Any, shape: Any) -> Any:
    if column.dtype == object:
        return StringTensor(column.reshape(shape))
    return ops.reshape(ops.convert_to_tensor(column), shape)
