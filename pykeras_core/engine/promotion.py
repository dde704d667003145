"""Type promotion: the dtype in which operands meet.

Python numbers take the dtype of the arrays they meet, and bool < uint8 < uint32 < int32 < float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.engine.primitive import canonical_dtype
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import convert_to_tensor, is_tensor

__all__ = ["promote", "result_type"]

_RANK = {"bool": 0, "uint8": 1, "uint32": 2, "int32": 3, "float32": 4}


def _is_number(x: Any) -> bool:
    return isinstance(x, bool | int | float) and not isinstance(x, np.generic)


def result_type(*operands: Any) -> str:
    """The dtype that operands meet in; Python numbers count only by their kind."""
    dtypes = [
        x.dtype if is_tensor(x) else canonical_dtype(np.asarray(x).dtype)
        for x in operands
        if not _is_number(x)
    ]
    dtype = max(dtypes, key=_RANK.__getitem__) if dtypes else "bool"
    for x in operands:
        if isinstance(x, float) and not isinstance(x, np.generic):
            return "float32"
        if _is_number(x) and not isinstance(x, bool) and dtype == "bool":
            dtype = "int32"
    return dtype


def promote(*operands: Any, at_least: str = "bool") -> tuple[Tensor, ...]:
    """Bring operands to one dtype.

    Args:
        *operands: Tensors, arrays, nested lists or numbers.
        at_least: The lowest dtype allowed; 'float32' makes floats of everything.

    Returns:
        One Tensor per operand.
    """
    operands = tuple(x if is_tensor(x) or _is_number(x) else convert_to_tensor(x) for x in operands)
    dtype = max(result_type(*operands), at_least, key=_RANK.__getitem__)
    return tuple(convert_to_tensor(x, dtype) for x in operands)
