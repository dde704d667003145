"""`keras.preprocessing.sequence`: names only."""

from pykeras_core.utils.sequences import pad_sequences

__all__ = ["pad_sequences"]
