"""Matrix products, in all transpositions, over equal leading batch axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.shape_rules import one_dtype, require
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import op

__all__ = ["matmul"]


def _matrix(shape: tuple[int, ...], transposed: bool) -> tuple[int, int]:
    rows, columns = shape[-2:]
    return (columns, rows) if transposed else (rows, columns)


def _infer(x: Spec, y: Spec, *, transpose_x: bool = False, transpose_y: bool = False) -> Spec:
    require("matmul", x, "float32", "int32")
    dtype = one_dtype("matmul", x, y)
    if len(x.shape) < 2 or len(x.shape) != len(y.shape) or x.shape[:-2] != y.shape[:-2]:
        raise ValueError(
            f"`matmul` expected two matrices, or stacks of them with equal leading axes, "
            f"received shapes {x.shape} and {y.shape}"
        )
    rows, inner = _matrix(x.shape, transpose_x)
    inner_y, columns = _matrix(y.shape, transpose_y)
    if inner != inner_y:
        raise ValueError(
            f"`matmul` expected inner axes of one size, received shapes {x.shape} and {y.shape} "
            f"({inner} against {inner_y})"
        )
    return Spec((*x.shape[:-2], rows, columns), dtype)


def _matmul(x: Array, y: Array, *, transpose_x: bool = False, transpose_y: bool = False) -> Array:
    result: Array = np.matmul(
        np.swapaxes(x, -1, -2) if transpose_x else x, np.swapaxes(y, -1, -2) if transpose_y else y
    )
    return result


def _rule_x(
    ct: Tensor, out: Tensor, x: Tensor, y: Tensor, *, transpose_x: bool, transpose_y: bool
) -> Any:
    if transpose_x:
        return p.matmul(y, ct, transpose_x=transpose_y, transpose_y=True)
    return p.matmul(ct, y, transpose_x=False, transpose_y=not transpose_y)


def _rule_y(
    ct: Tensor, out: Tensor, x: Tensor, y: Tensor, *, transpose_x: bool, transpose_y: bool
) -> Any:
    if transpose_y:
        return p.matmul(ct, x, transpose_x=True, transpose_y=transpose_x)
    return p.matmul(x, ct, transpose_x=not transpose_x, transpose_y=False)


_op = op(Primitive("matmul", _matmul, _infer, (_rule_x, _rule_y)))


def matmul(x: Tensor, y: Tensor, *, transpose_x: bool = False, transpose_y: bool = False) -> Tensor:
    """`x @ y` of shapes (..., M, K), (..., K, N), after the transpositions its flags ask for."""
    result: Tensor = _op(x, y, transpose_x=transpose_x, transpose_y=transpose_y)
    return result
