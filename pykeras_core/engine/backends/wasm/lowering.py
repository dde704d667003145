"""Lowering: primitives that have a kernel of their own, as instructions.

This module owns `kernel_unit`. Each function here writes the words that the C file of the same
theme reads; a function that returns None says that it has no kernel for those dtypes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from pykeras_core.engine.backends.access import merged, strides_of, viewed
from pykeras_core.engine.backends.runs import around, runs
from pykeras_core.engine.backends.wasm.instructions import NUMBERS, WORDS, Code, KernelUnit
from pykeras_core.engine.backends.wasm.products import encode_product
from pykeras_core.engine.backends.wasm.sliding import SLIDING
from pykeras_core.engine.plan import Location, Unit
from pykeras_core.engine.program import Equation, Value

__all__ = ["copy_value", "kernel_unit", "may_have_kernel"]

MAX_RANK = 8
"""Axes that COPY can walk, as in `move.c`."""

_WORD_BYTES = 4
Encode = Callable[[Code], None]


def may_have_kernel(name: str) -> bool:
    """Whether a primitive has a kernel of its own, at least for some operands."""
    return name in _LOWERINGS


def kernel_unit(equation: Equation) -> Unit | None:
    """A unit that runs the equation's kernel; None if it has none."""
    lower = _LOWERINGS.get(equation.primitive.name)
    encode = lower(equation) if lower else None
    return None if encode is None else KernelUnit([equation], _unless_empty(equation, encode))


def _unless_empty(equation: Equation, encode: Encode) -> Encode:
    """Nothing to do where there is nothing to write."""
    if any(value.spec.size for value in equation.outputs):
        return encode
    return lambda code: None


def _bytes(value: Value) -> int:
    return np.dtype(value.spec.dtype).itemsize


def _reduce(equation: Equation) -> Encode:
    (x,), (out,) = equation.inputs, equation.outputs
    found = runs(x.spec.shape, equation.params["axis"])
    kind = NUMBERS[f"REDUCTION_{equation.primitive.name.upper()}"]
    word = WORDS[x.spec.dtype]

    def encode(code: Code) -> None:
        source = code.operand(x)
        for number, run in enumerate(found):
            last = number == len(found) - 1
            size_bytes = run[0] * run[2] * _bytes(x)
            target = code.operand(out) if last else code.scratch(size_bytes, number % 2)
            code.add("REDUCE", target, source, kind, word, run)
            source = target

    return encode


def _arg_reduce(equation: Equation) -> Encode:
    (x,), (out,) = equation.inputs, equation.outputs
    kind = NUMBERS["REDUCTION_MAX" if equation.primitive.name == "argmax" else "REDUCTION_MIN"]
    place = around(x.spec.shape, equation.params["axis"])
    word = WORDS[x.spec.dtype]
    return lambda code: code.add(
        "ARG_REDUCE", code.operand(out), code.operand(x), kind, word, place
    )


def _cumsum(equation: Equation) -> Encode:
    (x,), (out,) = equation.inputs, equation.outputs
    reverse = int(equation.params["reverse"])
    place = around(x.spec.shape, equation.params["axis"])
    word = WORDS[x.spec.dtype]
    return lambda code: code.add("CUMSUM", code.operand(out), code.operand(x), word, reverse, place)


def _argsort(equation: Equation) -> Encode:
    (x,), (out,) = equation.inputs, equation.outputs
    place = around(x.spec.shape, equation.params["axis"])
    word = WORDS[x.spec.dtype]
    size_bytes = place[1] * 2 * _WORD_BYTES
    return lambda code: code.add(
        "ARGSORT",
        (code.operand(out), code.operand(x)),
        (code.scratch(size_bytes, 0), code.scratch(size_bytes, 1)),
        (word, *place),
    )


def _softmax(equation: Equation) -> Encode:
    (x,), (out,) = equation.inputs, equation.outputs
    place = around(x.spec.shape, equation.params["axis"])
    is_log = int(equation.primitive.name == "log_softmax")
    padded_bytes = -(-place[1] // 4) * 4 * _WORD_BYTES
    return lambda code: code.add(
        "SOFTMAX",
        (code.operand(out), code.operand(x), code.scratch(2 * padded_bytes)),
        (is_log, *place),
    )


def copy_value(code: Code, target: Location, value: Value) -> None:
    """Append a COPY of a whole value to another place."""
    size = value.spec.size
    if size:
        source = (code.operand(value), 0, (1,))
        write_copy(code, _bytes(value), (code.operand_at(target), 0, (1,)), source, (size,))


def write_copy(
    code: Code,
    size_bytes: int,
    target: tuple[int, int, Sequence[int]],
    source: tuple[int, int, Sequence[int]],
    sizes: Sequence[int],
) -> None:
    """Append a COPY; `target` and `source` are operand, offset and strides, in elements."""
    walks = merged(sizes, target[2], source[2])
    padding = max(2 - len(walks[0]), 0)
    padded = [
        (*fill * padding, *walk) for fill, walk in zip(((1,), (0,), (0,)), walks, strict=True)
    ]
    head = (target[0], source[0], size_bytes, target[1], source[1], len(padded[0]))
    code.add("COPY", head, *padded)


def _fits(equation: Equation) -> bool:
    return len(equation.outputs[0].spec.shape) <= MAX_RANK


def _view(equation: Equation) -> Encode | None:
    (x,), (out,) = equation.inputs, equation.outputs
    view = viewed(equation)
    if view is None or not _fits(equation):
        return None
    shape = out.spec.shape

    def encode(code: Code) -> None:
        target = (code.operand(out), 0, strides_of(shape))
        write_copy(code, _bytes(x), target, (code.operand(x), *view), shape)

    return encode


def _pad(equation: Equation) -> Encode | None:
    (x,), (out,) = equation.inputs, equation.outputs
    if not _fits(equation):
        return None
    params, shape = equation.params, x.spec.shape
    strides = strides_of(out.spec.shape)
    first = sum(a * s for a, s in zip(params["before"], strides, strict=True))
    steps = tuple((gap + 1) * s for gap, s in zip(params["between"], strides, strict=True))
    value = np.array(params["value"]).astype(x.spec.dtype)
    bits = value.view({1: np.uint8, 4: np.int32}[_bytes(x)]).item()

    def encode(code: Code) -> None:
        code.add("FILL", code.operand(out), _bytes(x), out.spec.size, bits)
        if x.spec.size:
            source = (code.operand(x), 0, strides_of(shape))
            write_copy(code, _bytes(x), (code.operand(out), first, steps), source, shape)

    return encode


def _concatenate(equation: Equation) -> Encode | None:
    (out,) = equation.outputs
    axis = equation.params["axis"]
    if not _fits(equation):
        return None
    strides = strides_of(out.spec.shape)

    def encode(code: Code) -> None:
        first = 0
        for x in equation.inputs:
            shape = x.spec.shape
            if x.spec.size:
                source = (code.operand(x), 0, strides_of(shape))
                write_copy(code, _bytes(x), (code.operand(out), first, strides), source, shape)
            first += shape[axis] * strides[axis]

    return encode


def _take(equation: Equation) -> Encode:
    x, indices = equation.inputs
    outer, axis, row = around(x.spec.shape, equation.params["axis"])
    return lambda code: code.add(
        "TAKE",
        [code.operand(value) for value in (equation.outputs[0], x, indices)],
        (outer, axis, indices.spec.size, row * _bytes(x)),
    )


def _scatter_add(equation: Equation) -> Encode:
    updates, indices = equation.inputs
    axis, size = equation.params["axis"], equation.params["size"]
    outer, count, row = around(updates.spec.shape, axis, len(indices.spec.shape))
    word = WORDS[updates.spec.dtype]
    return lambda code: code.add(
        "SCATTER_ADD",
        [code.operand(value) for value in (equation.outputs[0], updates, indices)],
        (word, outer, size, count, row),
    )


def _take_along_axis(equation: Equation) -> Encode:
    x, indices = equation.inputs
    axis = equation.params["axis"]
    outer, count, inner = around(indices.spec.shape, axis)
    return lambda code: code.add(
        "TAKE_ALONG_AXIS",
        [code.operand(value) for value in (equation.outputs[0], x, indices)],
        (_bytes(x), outer, x.spec.shape[axis], count, inner),
    )


def _scatter_add_along_axis(equation: Equation) -> Encode:
    updates, indices = equation.inputs
    outer, count, inner = around(indices.spec.shape, equation.params["axis"])
    word = WORDS[updates.spec.dtype]
    return lambda code: code.add(
        "SCATTER_ADD_ALONG_AXIS",
        [code.operand(value) for value in (equation.outputs[0], updates, indices)],
        (word, outer, equation.params["size"], count, inner),
    )


def _dynamic_slice(equation: Equation) -> Encode:
    x, start = equation.inputs
    rows, row_bytes = x.spec.shape[0], math.prod(x.spec.shape[1:]) * _bytes(x)
    return lambda code: code.add(
        "DYNAMIC_SLICE",
        [code.operand(value) for value in (equation.outputs[0], x, start)],
        (rows, equation.params["length"], row_bytes),
    )


_LOWERINGS: dict[str, Callable[[Equation], Encode | None]] = {
    "matmul": encode_product,
    **dict.fromkeys(("sum", "max", "min", "prod"), _reduce),
    **dict.fromkeys(("argmax", "argmin"), _arg_reduce),
    "cumsum": _cumsum,
    "argsort": _argsort,
    **dict.fromkeys(("softmax", "log_softmax"), _softmax),
    **dict.fromkeys(("transpose", "flip", "slice"), _view),
    "pad": _pad,
    "concatenate": _concatenate,
    "take": _take,
    "take_along_axis": _take_along_axis,
    "scatter_add": _scatter_add,
    "scatter_add_along_axis": _scatter_add_along_axis,
    "dynamic_slice": _dynamic_slice,
    **SLIDING,
}
