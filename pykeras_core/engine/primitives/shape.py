"""Primitives that move elements and compute none: reshape, transpose, slice, pad, concatenate."""

from __future__ import annotations

from typing import Any

import numpy as np

from pykeras_core.engine import arithmetic
from pykeras_core.engine import primitives as p
from pykeras_core.engine.arithmetic import with_shape
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.elementwise import unbroadcast
from pykeras_core.engine.primitives.shape_rules import one_dtype
from pykeras_core.engine.sizes import different_sizes, with_conflicts
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import Op, convert_to_tensor, op

__all__ = [
    "broadcast_to",
    "concatenate",
    "custom_gradient",
    "flip",
    "pad",
    "reshape",
    "slice_",
    "stop_gradient",
    "transpose",
]


def _infer_reshape(x: Spec, *, shape: tuple[int, ...]) -> Spec:
    result = Spec(shape, x.dtype)
    if result.size != x.size or any(size < 0 for size in shape):
        raise with_conflicts(
            ValueError(
                f"`reshape` cannot turn shape {x.shape} ({x.size} elements) into {shape} "
                f"({result.size} elements)"
            ),
            different_sizes("reshape", (x.size,), (result.size,)),
        )
    return result


def _reshape(x: Array, *, shape: tuple[int, ...]) -> Array:
    return np.reshape(x, shape)


def _reshape_rule(ct: Tensor, out: Tensor, x: Tensor, *, shape: Any) -> Any:
    return p.reshape(ct, shape=x.shape)


Primitive("reshape", _reshape, _infer_reshape, (_reshape_rule,), alias=True)


def reshape(x: Any, *, shape: tuple[int, ...]) -> Tensor:
    """The same elements under another shape; no equation when the shape is already right."""
    return with_shape(convert_to_tensor(x), shape)


stop_gradient = op(
    Primitive("stop_gradient", lambda x: x, lambda x: Spec(x.shape, x.dtype), alias=True)
)


def _infer_transpose(x: Spec, *, axes: tuple[int, ...]) -> Spec:
    if sorted(axes) != list(range(len(x.shape))):
        raise ValueError(
            f"`transpose` expected a permutation of {tuple(range(len(x.shape)))} for shape "
            f"{x.shape}, received axes {axes}"
        )
    return Spec(tuple(x.shape[axis] for axis in axes), x.dtype)


def _transpose_rule(ct: Tensor, out: Tensor, x: Tensor, *, axes: tuple[int, ...]) -> Any:
    return p.transpose(ct, axes=tuple(int(axis) for axis in np.argsort(axes)))


transpose = op(
    Primitive(
        "transpose", lambda x, *, axes: np.transpose(x, axes), _infer_transpose, (_transpose_rule,)
    )
)


def _infer_broadcast_to(x: Spec, *, shape: tuple[int, ...]) -> Spec:
    try:
        fits = np.broadcast_shapes(x.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise with_conflicts(
            ValueError(f"`broadcast_to` cannot stretch shape {x.shape} to {shape}"),
            different_sizes("broadcast_to", x.shape, shape, "broadcast"),
        )
    return Spec(shape, x.dtype)


Primitive(
    "broadcast_to",
    lambda x, *, shape: np.broadcast_to(x, shape),
    _infer_broadcast_to,
    (lambda ct, out, x, *, shape: unbroadcast(ct, x),),
)


def broadcast_to(x: Any, *, shape: tuple[int, ...]) -> Tensor:
    """Stretch `x` to `shape`; no equation when it has that shape."""
    return arithmetic.broadcast_to(convert_to_tensor(x), shape)


def _infer_slice(
    x: Spec, *, start: tuple[int, ...], stop: tuple[int, ...], step: tuple[int, ...]
) -> Spec:
    if not len(start) == len(stop) == len(step) == len(x.shape):
        raise ValueError(f"`slice` expected one start, stop and step per axis of shape {x.shape}")
    for size, first, last, stride in zip(x.shape, start, stop, step, strict=True):
        if not (0 <= first <= last <= size and stride >= 1):
            raise ValueError(f"`slice` [{start} to {stop}, step {step}] leaves shape {x.shape}")
    return Spec(tuple(-(-(b - a) // s) for a, b, s in zip(start, stop, step, strict=True)), x.dtype)


def _slice(x: Array, *, start: Any, stop: Any, step: Any) -> Array:
    return x[tuple(slice(a, b, s) for a, b, s in zip(start, stop, step, strict=True))]


def _slice_rule(ct: Tensor, out: Tensor, x: Tensor, *, start: Any, stop: Any, step: Any) -> Any:
    span = [max((n - 1) * s + 1, 0) if n else 0 for n, s in zip(ct.shape, step, strict=True)]
    after = tuple(size - a - n for size, a, n in zip(x.shape, start, span, strict=True))
    return p.pad(ct, before=start, after=after, between=tuple(s - 1 for s in step), value=0.0)


slice_ = op(Primitive("slice", _slice, _infer_slice, (_slice_rule,)))


def _infer_pad(
    x: Spec,
    *,
    before: tuple[int, ...],
    after: tuple[int, ...],
    between: tuple[int, ...],
    value: float,
) -> Spec:
    if not len(before) == len(after) == len(between) == len(x.shape):
        raise ValueError(f"`pad` expected one width per axis of shape {x.shape}")
    if min((*before, *after, *between), default=0) < 0:
        raise ValueError(f"`pad` expected widths of 0 or more, received {before} and {after}")
    inner = (n + max(n - 1, 0) * gap for n, gap in zip(x.shape, between, strict=True))
    return Spec(tuple(a + n + b for a, n, b in zip(before, inner, after, strict=True)), x.dtype)


def _pad(x: Array, *, before: Any, after: Any, between: Any, value: float) -> Array:
    """Surround with `value`, and put `between` copies of it between neighbours."""
    spec = _infer_pad(
        Spec(x.shape, x.dtype.name), before=before, after=after, between=between, value=value
    )
    result = np.full(spec.shape, value, x.dtype)
    result[
        tuple(
            slice(a, size - b, gap + 1)
            for a, size, b, gap in zip(before, spec.shape, after, between, strict=True)
        )
    ] = x
    return result


def _pad_rule(
    ct: Tensor, out: Tensor, x: Tensor, *, before: Any, after: Any, between: Any, value: float
) -> Any:
    stop = tuple(size - b for size, b in zip(ct.shape, after, strict=True))
    return p.slice_(ct, start=before, stop=stop, step=tuple(gap + 1 for gap in between))


pad = op(Primitive("pad", _pad, _infer_pad, (_pad_rule,)))


def _infer_concatenate(*specs: Spec, axis: int) -> Spec:
    if not specs:
        raise ValueError("`concatenate` expected at least one operand, received none")
    dtype = one_dtype("concatenate", *specs)
    first = specs[0].shape
    if not 0 <= axis < len(first):
        raise ValueError(f"`concatenate` expected an axis of shape {first}, received {axis}")
    for spec in specs:
        rest = (*spec.shape[:axis], first[axis], *spec.shape[axis + 1 :])
        if len(spec.shape) != len(first) or rest != first:
            raise with_conflicts(
                ValueError(
                    f"`concatenate` along axis {axis} expected shapes that agree on all other "
                    f"axes, received {[spec.shape for spec in specs]}"
                ),
                different_sizes("concatenate", rest, first),
            )
    total = sum(spec.shape[axis] for spec in specs)
    return Spec((*first[:axis], total, *first[axis + 1 :]), dtype)


def _concatenate_rule(ct: Tensor, out: Tensor, *inputs: Tensor, axis: int, position: int) -> Any:
    first = sum(x.shape[axis] for x in inputs[:position])
    start = [0] * ct.ndim
    stop = list(ct.shape)
    start[axis], stop[axis] = first, first + inputs[position].shape[axis]
    return p.slice_(ct, start=tuple(start), stop=tuple(stop), step=(1,) * ct.ndim)


concatenate = op(
    Primitive(
        "concatenate",
        lambda *xs, axis: np.concatenate(xs, axis),
        _infer_concatenate,
        (_concatenate_rule,),
        variadic=True,
    )
)


def _infer_flip(x: Spec, *, axis: tuple[int, ...]) -> Spec:
    if any(not 0 <= a < len(x.shape) for a in axis) or len(set(axis)) != len(axis):
        raise ValueError(f"`flip` expected different axes of shape {x.shape}, received {axis}")
    return x


flip: Op = op(
    Primitive(
        "flip",
        lambda x, *, axis: np.flip(x, axis),
        _infer_flip,
        (lambda ct, out, x, *, axis: p.flip(ct, axis=axis),),
    )
)


def _own_gradient(ct: Tensor, out: Tensor, *xs: Tensor, gradient: Any, position: int) -> Any:
    return ct if position == 0 else gradient(ct)[position - 1]


def _infer_custom_gradient(value: Spec, *xs: Spec, gradient: Any) -> Spec:
    """The value as it is; `gradient` gives a cotangent for each of the other operands."""
    if not xs:
        raise ValueError("`custom_gradient` expected operands that the value was made of")
    return value


custom_gradient = op(
    Primitive(
        "custom_gradient",
        lambda value, *xs, gradient: value,
        _infer_custom_gradient,
        (_own_gradient,),
        variadic=True,
        alias=True,
    )
)
