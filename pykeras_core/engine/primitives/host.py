"""A call of the host in the middle of a step: to print, for example, what is there then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import bind

__all__ = ["call_host"]


def _infer(*specs: Spec, function: Callable[..., object]) -> Spec:
    if not callable(function):
        raise TypeError(f"`call_host` expected a function, received {function!r}")
    return Spec((), "bool")


def _call(*arrays: Array, function: Callable[..., object]) -> Array:
    """Copies, since the memory of a step's values is used again and again."""
    function(*(array.copy() for array in arrays))
    return np.array(True)


CALL_HOST = Primitive("call_host", _call, _infer, variadic=True, effect=True)


def call_host(function: Callable[..., object], *operands: Any) -> Tensor:
    """Call a Python function with the operands' elements, at once or in every step of a trace.

    Args:
        function: Takes an array for each operand; what it returns is not looked at.
        *operands: Tensors, variables, arrays or numbers.

    Returns:
        True, for whoever needs to come after the call.
    """
    result: Tensor = bind(CALL_HOST, *operands, function=function)
    return result
