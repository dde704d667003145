"""Owns TensorFlow's dtypes: the names that Tensors have as their `dtype`.

The engine has one float and one signed integer type, so the wider and narrower ones are those.
"""

from __future__ import annotations

__all__ = [
    "bool",
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint32",
]

bool = "bool"
float16 = float32 = float64 = "float32"
int8 = int16 = int32 = int64 = "int32"
uint8 = "uint8"
uint32 = "uint32"
