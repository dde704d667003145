"""Owns questions about dtypes, as Keras programs ask them of `keras.backend` and `keras.utils`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, settings
from pykeras_core.checks import DType, checked
from pykeras_core.engine import canonical_dtype

__all__ = ["is_float_dtype", "is_int_dtype", "result_type", "standardize_dtype"]


@checked
def standardize_dtype(dtype: DType) -> str:
    """Returns a dtype as one of the engine's five: float32, int32, uint32, uint8 or bool.

    Args:
        dtype: A name, a NumPy dtype, a Python type, or `None` for the default float dtype.

    Raises:
        TypeError: If it is no number's dtype.

    Example:
        >>> standardize_dtype("float64"), standardize_dtype(int), standardize_dtype(None)
        ('float32', 'int32', 'float32')
    """
    return settings.floatx() if dtype is None else canonical_dtype(dtype)


@checked
def is_float_dtype(dtype: DType) -> bool:
    """Returns whether numbers of a dtype are floats."""
    return standardize_dtype(dtype).startswith("float")


@checked
def is_int_dtype(dtype: DType) -> bool:
    """Returns whether numbers of a dtype are integers, signed or not."""
    return "int" in standardize_dtype(dtype)


@checked
def result_type(*dtypes: Any) -> str:
    """Returns the dtype that an op on operands of several dtypes gives.

    Args:
        *dtypes: The operands' dtypes.

    Example:
        >>> result_type("int32", "float32")
        'float32'
    """
    return ops.result_type(*map(standardize_dtype, dtypes))
