"""Owns data sets of the lines and the columns of text files."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from typing import Any

from pykeras_core.symbolic.strings import StringTensor, as_text, holds_text
from pykeras_core.utils.pipeline import UNKNOWN_CARDINALITY, Dataset
from pykeras_core.utils.rows_of_text import columns_of, kinds_in, rows_in

__all__ = ["CsvDataset", "TextLineDataset", "make_csv_dataset"]


def _paths(filenames: Any) -> list[str]:
    if isinstance(filenames, Dataset):
        filenames = list(filenames)
    if isinstance(filenames, list | tuple):
        return [path for one in filenames for path in _paths(one)]
    if holds_text(filenames):
        return [one.decode() for one in as_text(filenames).reshape(-1).tolist()]
    return [os.fspath(filenames)]


def _lines(path: str) -> list[str]:
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"there is no file {path!r} in {os.path.abspath(os.path.dirname(path) or '.')}. In a "
            "page, add it in the Files panel."
        )
    with open(path, encoding="utf-8", newline="") as file:
        return file.read().splitlines()


def TextLineDataset(
    filenames: Any, compression_type: Any = None, buffer_size: Any = None,
    num_parallel_reads: Any = None, name: Any = None,
) -> Dataset:  # fmt: skip
    """Returns a data set of the lines of files.

    Args:
        filenames: A path or several, also as a tensor or a data set.
        compression_type: Only none.
        buffer_size: Accepted as in TensorFlow.
        num_parallel_reads: Accepted as in TensorFlow.
        name: Accepted as in TensorFlow.

    Raises:
        ValueError: If the files are compressed.
        FileNotFoundError: When it is iterated over, if there is no such file.
    """
    if compression_type:
        raise ValueError(
            f"`TextLineDataset` expected files that are not compressed, received "
            f"{compression_type!r}. `gzip.open` unpacks them."
        )

    def elements() -> Iterator[Any]:
        for path in _paths(filenames):
            for line in _lines(path):
                yield StringTensor(line).__array__()

    return Dataset(elements, UNKNOWN_CARDINALITY)


def CsvDataset(
    filenames: Any, record_defaults: Any, compression_type: Any = None, buffer_size: Any = None,
    header: bool = False, field_delim: str = ",", use_quote_delim: bool = True,
    na_value: str = "", select_cols: Any = None, exclude_cols: Any = None,
) -> Dataset:  # fmt: skip
    """Returns a data set of the lines of files, each a tuple of its fields.

    Args:
        filenames: A path or several.
        record_defaults: For each column a value for empty fields, or a dtype where there must be
            one.
        compression_type: Only none.
        buffer_size: Accepted as in TensorFlow.
        header: Whether each file begins with a line of names.
        field_delim: What stands between fields.
        use_quote_delim: Whether fields may stand in quotes.
        na_value: What else counts as empty.
        select_cols: Numbers of the columns to read.
        exclude_cols: Numbers of the columns to leave out.
    """
    if compression_type:
        raise ValueError(f"`CsvDataset` expected plain files, received {compression_type!r}")

    def elements() -> Iterator[Any]:
        for path in _paths(filenames):
            lines = [line for line in _lines(path)[int(header) :] if line]
            select = select_cols
            if exclude_cols is not None and lines:
                width = len(rows_in(lines[:1], field_delim, use_quote_delim)[0])
                select = [number for number in range(width) if number not in exclude_cols]
            columns = columns_of(
                lines, record_defaults, field_delim, use_quote_delim, na_value, select
            )
            for row in zip(*columns, strict=True):
                yield tuple(_element(field) for field in row)

    return Dataset(elements, UNKNOWN_CARDINALITY)


def _element(field: Any) -> Any:
    return StringTensor(field).__array__() if isinstance(field, bytes) else field


def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Any = None,
    column_defaults: Any = None,
    label_name: str | None = None,
    select_columns: Any = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: Any = None,
    num_parallel_reads: Any = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: Any = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """Returns a data set of batches of tables: dicts of columns, with a label column's in pairs.

    Args:
        file_pattern: Path or pattern, or several.
        batch_size: How many rows a batch has.
        column_names: Names of the columns; default the first line's.
        column_defaults: For each column that is read a value for empty fields, or a dtype;
            default what the first rows show.
        label_name: The column that is the label.
        select_columns: Names or numbers of the columns to read.
        field_delim: What stands between fields.
        use_quote_delim: Whether fields may stand in quotes.
        na_value: What else counts as empty.
        header: Whether files begin with a line of names.
        num_epochs: How often to go through; default without end.
        shuffle: Whether rows come in random order.
        shuffle_buffer_size: Among how many.
        shuffle_seed: Where the order begins.
        prefetch_buffer_size: Accepted as in TensorFlow.
        num_parallel_reads: Accepted as in TensorFlow.
        sloppy: Accepted as in TensorFlow.
        num_rows_for_inference: How many rows show the kinds of columns; default 100.
        compression_type: Only none.
        ignore_errors: Accepted as in TensorFlow.
        encoding: Only utf-8.

    Raises:
        ValueError: If there is no such column, or the files have no names.
        FileNotFoundError: If there is no such file.
    """
    paths = [
        path
        for one in _paths(file_pattern)
        for path in ([one] if os.path.exists(one) else sorted(glob.glob(one)) or [one])
    ]
    lines = [[line for line in _lines(path) if line] for path in paths]
    if column_names is None:
        if not header:
            raise ValueError("`make_csv_dataset` expected `column_names` for files without them")
        column_names = rows_in(lines[0][:1], field_delim, use_quote_delim)[0]
    names = list(column_names)
    select = [
        names.index(one) if isinstance(one, str) else int(one)
        for one in (names if select_columns is None else select_columns)
    ]
    read = [names[number] for number in select]
    if label_name is not None and label_name not in read:
        raise ValueError(f"`make_csv_dataset` expected `label_name` to be one of {read}, received "
                         f"{label_name!r}")  # fmt: skip
    rows = [line for one in lines for line in one[int(header) :]]
    if column_defaults is None:
        shown = rows_in(rows[:num_rows_for_inference], field_delim, use_quote_delim)
        kinds = kinds_in(shown, na_value)
        column_defaults = [kinds[number] for number in select]
    columns = columns_of(rows, column_defaults, field_delim, use_quote_delim, na_value, select)
    features = dict(zip(read, columns, strict=True))
    label = None if label_name is None else features.pop(label_name)
    dataset = Dataset.from_tensor_slices(features if label is None else (features, label))
    if shuffle:
        dataset = dataset.shuffle(shuffle_buffer_size, shuffle_seed)
    return dataset.repeat(num_epochs).batch(int(batch_size), drop_remainder=num_epochs is None)
