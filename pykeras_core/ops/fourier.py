"""Fourier transforms, with a complex number as a pair of Tensors (real part, imaginary part).

A transform is a product with a matrix of sines and cosines; a long one, whose length can be
divided, is done as a table of short ones (J. Cooley and J. Tukey, 1965).

Example:
    >>> from pykeras_core import ops
    >>> real, imaginary = ops.rfft([1.0, 1.0, 1.0, 1.0])
    >>> real.tolist()
    [4.0, 0.0, 0.0]
"""

from __future__ import annotations

import functools
import math
from typing import Any, Literal

import numpy as np

from pykeras_core.checks import ArrayLike, NonNegativeInt, PositiveInt, Vector
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import whole
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.linalg import matmul
from pykeras_core.ops.manipulation import concatenate, flip, pad, reshape, swapaxes
from pykeras_core.symbolic.op_call import operation

__all__ = ["extract_sequences", "fft", "fft2", "ifft2", "irfft", "istft", "rfft", "stft"]

Pair = tuple[Tensor, Tensor]

_DIRECT = 128
"""Transforms up to this length are one product; longer ones are split if they can be."""


@functools.lru_cache(maxsize=64)
def _waves(length: int, rows: int, columns: int) -> tuple[Array, Array]:
    """Cos and -sin of 2 pi r c / length, the angle reduced while it is an integer."""
    turns = np.outer(np.arange(rows), np.arange(columns)) % length
    angles = 2 * math.pi / length * turns
    return np.cos(angles).astype(np.float32), -np.sin(angles).astype(np.float32)


def _transform(real: Tensor, imaginary: Tensor) -> Pair:
    """The transform along the last axis."""
    n = real.shape[-1]
    first = next((a for a in range(math.isqrt(n), 1, -1) if n % a == 0), 1)
    if n <= _DIRECT or first == 1:
        cos, sin = _waves(n, n, n)
        return (
            matmul(real, cos) - matmul(imaginary, sin),
            matmul(real, sin) + matmul(imaginary, cos),
        )
    second = n // first
    # Element second * i + j stands at (i, j); transform over i, turn, then over j.
    table = [reshape(x, (*x.shape[:-1], first, second)) for x in (real, imaginary)]
    a, b = _transform(swapaxes(table[0], -1, -2), swapaxes(table[1], -1, -2))
    cos, sin = _waves(n, second, first)
    a, b = a * cos - b * sin, a * sin + b * cos
    a, b = _transform(swapaxes(a, -1, -2), swapaxes(b, -1, -2))
    back = [reshape(swapaxes(x, -1, -2), (*x.shape[:-2], n)) for x in (a, b)]
    return back[0], back[1]


def _pair(name: str, x: Any, rank: int = 1) -> Pair:
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise ValueError(
            f"`{name}` expected `x` as a pair (real part, imaginary part), received "
            f"{type(x).__name__}"
        )
    real, imaginary = promote(*x, at_least="float32")
    if real.shape != imaginary.shape or real.ndim < rank:
        raise ValueError(
            f"`{name}` expected `x` as two parts of one shape with {rank} axes or more, received "
            f"shapes {real.shape} and {imaginary.shape}"
        )
    return real, imaginary


@operation
def fft(x: ArrayLike) -> Pair:
    """The discrete Fourier transform along the last axis.

    Args:
        x: A pair of float32 Tensors of one shape: real and imaginary part.

    Returns:
        A pair of the same shape.

    Raises:
        ValueError: If `x` is no such pair.
    """
    return _transform(*_pair("fft", x))


def _over_two_axes(real: Tensor, imaginary: Tensor) -> Pair:
    a, b = _transform(real, imaginary)
    a, b = _transform(swapaxes(a, -1, -2), swapaxes(b, -1, -2))
    return swapaxes(a, -1, -2), swapaxes(b, -1, -2)


@operation
def fft2(x: ArrayLike) -> Pair:
    """The discrete Fourier transform of a pair (real, imaginary) over the last two axes."""
    return _over_two_axes(*_pair("fft2", x, 2))


@operation
def ifft2(x: ArrayLike) -> Pair:
    """The inverse of `fft2`."""
    real, imaginary = _pair("ifft2", x, 2)
    # With its parts exchanged, a transform runs the other way.
    b, a = _over_two_axes(imaginary, real)
    size = real.shape[-1] * real.shape[-2]
    return a / size, b / size


def _fitted(x: Tensor, length: int) -> Tensor:
    """The last axis cut, or filled with zeros, to a length."""
    kept = x[..., :length]
    missing = length - kept.shape[-1]
    return pad(kept, [(0, 0)] * (x.ndim - 1) + [(0, missing)]) if missing else kept


@operation
def rfft(x: ArrayLike, fft_length: PositiveInt | None = None) -> Pair:
    """The Fourier transform of real numbers along the last axis.

    Args:
        x: float32, shape (..., n).
        fft_length: Length to which `x` is cut or filled with zeros. Default: n.

    Returns:
        Real and imaginary part, each of shape (..., fft_length // 2 + 1).
    """
    (tensor,) = promote(x, at_least="float32")
    if not tensor.ndim:
        raise ValueError("`rfft` expected an input with axes, received a scalar")
    length = tensor.shape[-1] if fft_length is None else whole("rfft", "fft_length", fft_length)
    if length < 1:
        raise ValueError(f"`rfft` expected a length of 1 or more, received {length}")
    tensor, count = _fitted(tensor, length), length // 2 + 1
    if length <= _DIRECT:
        cos, sin = _waves(length, length, count)
        return matmul(tensor, cos), matmul(tensor, sin)
    real, imaginary = _transform(tensor, p.multiply(tensor, 0.0))
    return real[..., :count], imaginary[..., :count]


@operation
def irfft(x: ArrayLike, fft_length: PositiveInt | None = None) -> Tensor:
    """The inverse of `rfft`.

    Args:
        x: A pair (real, imaginary) of shape (..., n).
        fft_length: Length of the result. Default: 2 (n - 1).

    Returns:
        float32, shape (..., fft_length).
    """
    real, imaginary = _pair("irfft", x)
    count = real.shape[-1]
    length = 2 * (count - 1) if fft_length is None else whole("irfft", "fft_length", fft_length)
    if length < 1:
        raise ValueError(f"`irfft` expected a length of 1 or more, received {length}")
    half = length // 2 + 1
    real, imaginary = _fitted(real, half), _fitted(imaginary, half)
    # The parts of the upper half mirror those between the ends of the lower one.
    inner = (length + 1) // 2
    full_real = concatenate([real, flip(real[..., 1:inner], -1)], -1)
    # An imaginary part at the ends belongs to no real signal.
    inside = np.ones(half, np.float32)
    inside[0] = 0
    if length % 2 == 0:
        inside[-1] = 0
    imaginary = imaginary * inside
    full_imaginary = concatenate([imaginary, -flip(imaginary[..., 1:inner], -1)], -1)
    return _transform(full_imaginary, full_real)[1] / length


def _frame_places(count: int, length: int, stride: int) -> Tensor:
    places = np.add.outer(np.arange(count) * stride, np.arange(length))
    return convert_to_tensor(places, "int32")


@operation
def extract_sequences(
    x: ArrayLike, sequence_length: PositiveInt, sequence_stride: PositiveInt
) -> Tensor:
    """Windows of a length along the last axis, each `sequence_stride` after the one before.

    Args:
        x: Tensor, shape (..., n).
        sequence_length: Their length.
        sequence_stride: The distance of their beginnings.

    Returns:
        Tensor, shape (..., 1 + (n - sequence_length) // sequence_stride, sequence_length).

    Raises:
        ValueError: If not even one window fits.
    """
    tensor = convert_to_tensor(x)
    length = whole("extract_sequences", "sequence_length", sequence_length)
    stride = whole("extract_sequences", "sequence_stride", sequence_stride)
    if length < 1 or stride < 1 or not tensor.ndim or tensor.shape[-1] < length:
        raise ValueError(
            f"`extract_sequences` expected `x` with room for windows of 1 to "
            f"{tensor.shape[-1:]} elements, a stride of 1 or more, received {length} and {stride}"
        )
    count = 1 + (tensor.shape[-1] - length) // stride
    places = _frame_places(count, length, stride)
    result: Tensor = p.take(tensor, places, axis=tensor.ndim - 1)
    return result


def _window(name: str, window: Any, length: int, fft_length: int) -> Array:
    """A window, with zeros around it, as long as the transform."""
    if fft_length < length:
        raise ValueError(
            f"`{name}` expected fft_length to be at least sequence_length, received {fft_length} "
            f"and {length}"
        )
    if window is None:
        return np.ones(fft_length, np.float32)
    shapes = {"hann": np.hanning, "hamming": np.hamming}
    if isinstance(window, str) and window in shapes:
        values = shapes[window](length + 1)[:-1]  # periodic: as if it went on
    elif isinstance(window, str):
        raise ValueError(f"`{name}` expected window 'hann' or 'hamming', received {window!r}")
    else:
        values = np.asarray(convert_to_tensor(window).numpy())
    if values.shape != (length,):
        raise ValueError(
            f"`{name}` expected a window of shape ({length},), received shape {values.shape}"
        )
    before = (fft_length - length) // 2
    return np.pad(values.astype(np.float32), (before, fft_length - length - before))


@operation
def stft(
    x: ArrayLike,
    sequence_length: PositiveInt,
    sequence_stride: PositiveInt,
    fft_length: PositiveInt,
    window: Literal["hann", "hamming"] | Vector | None = "hann",
    center: bool = True,
) -> Pair:
    """The short-time Fourier transform: `rfft` of windows along the last axis.

    Args:
        x: float32, shape (..., n).
        sequence_length: Length of a window.
        sequence_stride: Distance of their beginnings.
        fft_length: Length of a transform, at least that of a window.
        window: "hann", "hamming", None for none, or an array of that length.
        center: Whether windows are centred at their time: `x` is mirrored at its ends.

    Returns:
        Real and imaginary part, each of shape (..., windows, fft_length // 2 + 1).

    Raises:
        ValueError: If lengths or the window do not fit.
    """
    shape = _window("stft", window, sequence_length, fft_length)
    (tensor,) = promote(x, at_least="float32")
    if center:
        half = fft_length // 2
        tensor = pad(tensor, [(0, 0)] * (tensor.ndim - 1) + [(half, half)], "reflect")
    return rfft(extract_sequences(tensor, fft_length, sequence_stride) * shape, fft_length)


@operation
def istft(
    x: ArrayLike,
    sequence_length: PositiveInt,
    sequence_stride: PositiveInt,
    fft_length: PositiveInt,
    length: NonNegativeInt | None = None,
    window: Literal["hann", "hamming"] | Vector | None = "hann",
    center: bool = True,
) -> Tensor:
    """The inverse of `stft`: windows are added up where they overlap, and scaled.

    Args:
        x: A pair (real, imaginary) of shape (..., windows, fft_length // 2 + 1).
        sequence_length: As in `stft`.
        sequence_stride: As in `stft`.
        fft_length: As in `stft`.
        length: Length of the result; default: as the windows give it.
        window: As in `stft`.
        center: As in `stft`.

    Returns:
        float32, shape (..., length).
    """
    shape = _window("istft", window, sequence_length, fft_length)
    frames = irfft(_pair("istft", x, 2), fft_length) * shape
    count = frames.shape[-2]
    total = fft_length + sequence_stride * (count - 1)
    places = _frame_places(count, fft_length, sequence_stride)
    signal = p.scatter_add(frames, places, axis=frames.ndim - 2, size=total)
    weight = np.zeros(total, np.float32)
    np.add.at(weight, places.numpy(), np.broadcast_to(shape * shape, places.shape))
    signal = signal / np.where(weight > 1e-10, weight, 1).astype(np.float32)
    start = fft_length // 2 if center else 0
    if length is not None:
        return _fitted(signal[..., start:], length)
    return signal[..., start : total - start]
