"""`tf.data.experimental`: older names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pykeras_core.compat.tensorflow.data.files import CsvDataset, make_csv_dataset
from pykeras_core.utils.pipeline import (
    AUTOTUNE,
    INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY,
    Dataset,
)

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "AutoShardPolicy",
    "Counter",
    "CsvDataset",
    "assert_cardinality",
    "bucket_by_sequence_length",
    "cardinality",
    "choose_from_datasets",
    "get_single_element",
    "make_csv_dataset",
    "sample_from_datasets",
    "unique",
]

Counter = Dataset.counter
choose_from_datasets = Dataset.choose_from_datasets
sample_from_datasets = Dataset.sample_from_datasets


class AutoShardPolicy:
    """Names of ways to share data out among workers, of which there is one."""

    AUTO = "AUTO"
    DATA = "DATA"
    FILE = "FILE"
    OFF = "OFF"


def cardinality(dataset: Dataset) -> Any:
    """Returns the number of elements; -1 for endless, -2 for unknown."""
    return dataset.cardinality()


def assert_cardinality(expected_cardinality: int) -> Callable[[Dataset], Dataset]:
    """Returns what tells a data set how long it is, for `apply`."""
    return lambda dataset: Dataset(
        dataset._elements, int(expected_cardinality), dataset._rows, dataset._free
    )


def get_single_element(dataset: Dataset) -> Any:
    """Returns the only element of a data set."""
    return dataset.get_single_element()


def unique() -> Callable[[Dataset], Dataset]:
    """Returns what keeps each element once, for `apply`."""
    return lambda dataset: dataset.unique()


def bucket_by_sequence_length(*args: Any, **kwargs: Any) -> Callable[[Dataset], Dataset]:
    """Returns what batches elements of like length, for `apply`."""
    return lambda dataset: dataset.bucket_by_sequence_length(*args, **kwargs)
