"""What a primitive is: one record that holds its definition, shape rule and gradient.

This module owns `Spec` (shape and dtype of a value), `Primitive` and the registry of all
primitives. It knows nothing of traces, programs or Keras.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["DTYPES", "PRIMITIVES", "Array", "Primitive", "Spec", "canonical_dtype"]

Array = npt.NDArray[Any]

DTYPES = ("float32", "int32", "uint32", "uint8", "bool")
"""The dtypes of the engine. WASM kernels and WGSL know these and no others."""

_CANONICAL = {
    "float16": "float32",
    "bfloat16": "float32",
    "float64": "float32",
    "float": "float32",
    "int8": "int32",
    "int16": "int32",
    "uint16": "int32",
    "int64": "int32",
    "uint64": "uint32",
    "int": "int32",
    "bool_": "bool",
}


def canonical_dtype(dtype: Any) -> str:
    """Return the engine's dtype for any NumPy or Keras spelling of one.

    Wider and narrower floats become float32, wider and narrower signed integers int32.

    Args:
        dtype: A string, a NumPy dtype or scalar type, or anything with a `name`.

    Returns:
        One of `DTYPES`.

    Raises:
        TypeError: If the dtype is neither a float, an integer nor a bool.

    Example:
        >>> canonical_dtype("float64"), canonical_dtype(np.int64)
        ('float32', 'int32')
    """
    name = dtype if isinstance(dtype, str) else getattr(dtype, "name", None)
    if not isinstance(name, str):
        try:
            name = np.dtype(dtype).name
        except TypeError:
            name = str(dtype)
    name = _CANONICAL.get(name, name)
    if name not in DTYPES:
        raise TypeError(
            f"expected a float, integer or bool dtype, received {dtype!r}. "
            f"Use one of {', '.join(DTYPES)}."
        )
    return name


@dataclass(frozen=True)
class Spec:
    """Shape and dtype of a value.

    Args:
        shape: Tuple of ints, every axis known.
        dtype: One of `DTYPES`.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"

    @property
    def size(self) -> int:
        """Number of elements."""
        size = 1
        for axis in self.shape:
            size *= axis
        return size

    @property
    def size_bytes(self) -> int:
        """Bytes a contiguous array of this spec takes."""
        return self.size * np.dtype(self.dtype).itemsize

    def __str__(self) -> str:
        return f"{self.dtype}[{','.join(map(str, self.shape))}]"


Rule = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Primitive:
    """One operation of the engine, whole: what it computes, its shape and its gradient.

    Array operands are positional and everything else (axes, flags) is keyword, in all three
    functions.

    Args:
        name: Unique name; kernels of the backends carry the same one.
        numpy: The definition. `numpy(*arrays, **params)` returns an array, or a tuple of
            arrays for a primitive with several outputs.
        infer: The shape rule. `infer(*specs, **params)` returns a `Spec` or a tuple of them
            and raises `ValueError` or `TypeError` on operands that do not fit.
        vjp: One rule per operand, `rule(cotangent, output, *inputs, **params)`, written in
            primitives; None for an operand that carries no gradient. Empty when the
            primitive is not differentiable at all.
        variadic: True when any number of operands may come; the single rule in `vjp` then
            serves them all and receives `position`.
        alias: True when the output is the first operand's memory under another shape.
        pull_back: In place of `vjp`, one rule for all operands, for a primitive that runs a
            program: `rule(differentiate, cotangents, outputs, *inputs, wanted, **params)`.
            `differentiate` is `autodiff.differentiate`; a cotangent is None where none arrived;
            `wanted` says for each operand whether its gradient is asked for. Returns a gradient
            or None for each operand.
        effect: True when it does something besides computing, such as to print: every step runs
            it, whether its output is used or not, and two that look alike are two.
    """

    name: str
    numpy: Callable[..., Any]
    infer: Callable[..., Any]
    vjp: tuple[Rule | None, ...] = ()
    variadic: bool = False
    alias: bool = False
    pull_back: Rule | None = None
    effect: bool = False

    def __post_init__(self) -> None:
        if self.name in PRIMITIVES:
            raise ValueError(f"a primitive named {self.name!r} exists already")
        PRIMITIVES[self.name] = self

    def __repr__(self) -> str:
        return f"<Primitive {self.name}>"

    @property
    def is_differentiable(self) -> bool:
        """Whether it sends gradients to any operand."""
        return bool(self.vjp) or self.pull_back is not None

    def output_specs(self, *specs: Spec, **params: Any) -> tuple[Spec, ...]:
        """Apply the shape rule; always a tuple, one `Spec` per output."""
        result = self.infer(*specs, **params)
        return result if isinstance(result, tuple) else (result,)

    def evaluate(self, *arrays: Array, **params: Any) -> tuple[Array, ...]:
        """Run the NumPy definition; always a tuple, one array per output."""
        result = self.numpy(*arrays, **params)
        return result if isinstance(result, tuple) else (result,)

    def rule_for(self, position: int) -> Rule | None:
        """The VJP rule of the operand at `position`, or None."""
        if self.variadic:
            return self.vjp[0] if self.vjp else None
        return self.vjp[position] if position < len(self.vjp) else None


PRIMITIVES: dict[str, Primitive] = {}
"""Every primitive by name."""
