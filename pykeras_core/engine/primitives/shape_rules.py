"""Shape rules that several families of primitives share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.sizes import broadcast_shapes

__all__ = ["broadcasting", "one_dtype", "require", "same"]


def require(name: str, spec: Spec, *dtypes: str) -> None:
    """Raise TypeError unless the operand has one of the dtypes."""
    if spec.dtype not in dtypes:
        raise TypeError(
            f"`{name}` expected dtype {' or '.join(dtypes)}, received {spec.dtype}. "
            "Cast it with `keras.ops.cast`."
        )


def one_dtype(name: str, *specs: Spec) -> str:
    """The dtype that all operands share; TypeError if they differ."""
    if len({spec.dtype for spec in specs}) != 1:
        raise TypeError(
            f"`{name}` expected operands of one dtype, received "
            f"{' and '.join(spec.dtype for spec in specs)}. Cast them with `keras.ops.cast`."
        )
    return specs[0].dtype


def same(name: str, *dtypes: str, gives: str | None = None) -> Callable[..., Spec]:
    """Rule of an elementwise function of one operand."""

    def infer(x: Spec, **_: Any) -> Spec:
        require(name, x, *dtypes)
        return Spec(x.shape, gives or x.dtype)

    return infer


def broadcasting(name: str, *dtypes: str, gives: str | None = None) -> Callable[..., Spec]:
    """Rule of an elementwise function of several operands under NumPy's broadcasting."""

    def infer(*specs: Spec, **_: Any) -> Spec:
        dtype = one_dtype(name, *specs)
        require(name, specs[0], *dtypes)
        shape = broadcast_shapes(name, *(spec.shape for spec in specs))
        return Spec(shape, gives or dtype)

    return infer
