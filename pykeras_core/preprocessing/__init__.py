"""`keras.preprocessing`: the older home of conversions that `keras.utils` has. Names only."""

from pykeras_core.preprocessing import image, sequence

__all__ = ["image", "sequence"]
