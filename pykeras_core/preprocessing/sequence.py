"""`keras.preprocessing.sequence`: names only; what Keras 2 had there is loaded when it is used."""

from typing import TYPE_CHECKING, Any

from pykeras_core.utils.sequences import pad_sequences

if TYPE_CHECKING:
    from pykeras_core.preprocessing.series import (
        TimeseriesGenerator,
        make_sampling_table,
        skipgrams,
    )

__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pykeras_core.preprocessing import series

    return getattr(series, name)
