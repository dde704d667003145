"""`tf.dtypes`: the names that Tensors have as their `dtype`.

The engine has one float and one signed integer type, so the wider and narrower ones are those.
"""

from __future__ import annotations

from typing import Any

from pykeras_core.engine import canonical_dtype
from pykeras_core.engine.properties import DTYPE_OF, DType

__all__ = [
    "DType",
    "as_dtype",
    "bfloat16",
    "bool",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int8",
    "int16",
    "int32",
    "int64",
    "string",
    "uint8",
    "uint16",
    "uint32",
]

bool = DTYPE_OF["bool"]
bfloat16 = half = float16 = float32 = float64 = double = DTYPE_OF["float32"]
int8 = int16 = int32 = int64 = uint16 = DTYPE_OF["int32"]
uint8 = DTYPE_OF["uint8"]
uint32 = DTYPE_OF["uint32"]
string = DTYPE_OF["string"]


def as_dtype(type_value: Any) -> DType:
    """Returns the dtype that a name, a NumPy type or a Python type stands for."""
    text = type_value == "string" or type_value is str
    return DTYPE_OF["string" if text else canonical_dtype(type_value)]
