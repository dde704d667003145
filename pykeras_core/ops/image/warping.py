"""Images read at places that were computed otherwise: by corners, by coordinates, at random."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from pykeras_core.checks import ArrayLike, NonNegative, Seed, refuse
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.ops.convolution import conv
from pykeras_core.ops.creation import cast
from pykeras_core.ops.decomposition import solve
from pykeras_core.ops.image.batches import as_given, batch_of
from pykeras_core.ops.image.transform import affine_transform
from pykeras_core.ops.logic import logical_and, where
from pykeras_core.ops.manipulation import (
    broadcast_to,
    concatenate,
    expand_dims,
    moveaxis,
    reshape,
    stack,
    unstack,
)
from pykeras_core.ops.math import absolute, clip, exp, floor, mod, round
from pykeras_core.ops.reduction import sum as total
from pykeras_core.symbolic.op_call import operation

__all__ = ["elastic_transform", "map_coordinates", "perspective_transform"]

Interpolation = Literal["nearest", "bilinear"]
FillMode = Literal["constant", "nearest", "wrap", "mirror", "reflect"]


@operation
def perspective_transform(
    images: ArrayLike,
    start_points: ArrayLike,
    end_points: ArrayLike,
    interpolation: Interpolation = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Images seen from elsewhere: four points come to lie on four others.

    Args:
        images: One image (height, width, channels), or a batch of them.
        start_points: Four points (x, y), shape (4, 2), or (images, 4, 2).
        end_points: Where they come to lie, of the same shape.
        interpolation: 'nearest' or 'bilinear'.
        fill_value: What is read outside of the image.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Images of the same shape and dtype.

    Raises:
        ValueError: If points do not have such a shape.

    Example:
        >>> corners = [[0, 0], [2, 0], [0, 1], [2, 1]]
        >>> moved = [[1, 0], [3, 0], [1, 1], [3, 1]]
        >>> x = np.arange(6.0).reshape(2, 3, 1)
        >>> perspective_transform(x, corners, moved).numpy().ravel().tolist()
        [0.0, 0.0, 1.0, 0.0, 3.0, 4.0]
    """
    start, end = (convert_to_tensor(points, "float32") for points in (start_points, end_points))
    for name, points in (("start_points", start), ("end_points", end)):
        if points.ndim not in (2, 3) or points.shape[-2:] != (4, 2):
            raise ValueError(
                f"`perspective_transform` expected `{name}` of shape (4, 2) or (images, 4, 2), "
                f"received {points.shape}."
            )
    if start.shape != end.shape:
        raise ValueError(
            "`perspective_transform` expected `start_points` and `end_points` of one shape, "
            f"received {start.shape} and {end.shape}."
        )
    return affine_transform(
        images,
        _homography(start, end),
        interpolation=interpolation,
        fill_mode="constant",
        fill_value=float(fill_value),
        data_format=data_format,
    )


def _homography(start: Tensor, end: Tensor) -> Tensor:
    """The eight numbers of the map from `end` to `start`: two equations for each point."""
    x, y = unstack(end, axis=-1)
    one, zero = x * 0.0 + 1.0, x * 0.0
    u, v = unstack(start, axis=-1)
    rows = stack(
        [
            stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1),
            stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1),
        ],
        axis=-2,
    )
    lead = start.shape[:-2]
    matrix = reshape(rows, (*lead, 8, 8))
    return reshape(solve(matrix, reshape(start, (*lead, 8, 1))), (*lead, 8))


def _mirrored(place: Tensor, size: int) -> Tensor:
    """Mirrored at the first and the last element, which are seen once: dcb|abcd|cba."""
    if size == 1:
        return place * 0
    last = size - 1
    return absolute(mod(place + last, 2 * last) - last)


def _reflected(place: Tensor, size: int) -> Tensor:
    """Mirrored at the edges, so that the elements there are seen twice: dcba|abcd|dcba."""
    inside = mod(place, 2 * size)
    return where(inside >= size, 2 * size - 1 - inside, inside)


_PLACES: dict[str, Callable[[Tensor, int], Tensor]] = {
    "constant": lambda place, size: clip(place, 0, size - 1),
    "nearest": lambda place, size: clip(place, 0, size - 1),
    "wrap": lambda place, size: mod(place, size),
    "mirror": _mirrored,
    "reflect": _reflected,
}


@operation
def map_coordinates(
    inputs: ArrayLike,
    coordinates: ArrayLike,
    order: int,
    fill_mode: FillMode = "constant",
    fill_value: float = 0,
) -> Tensor:
    """An array read at coordinates between its elements.

    Args:
        inputs: The array, of any rank.
        coordinates: Along each of its axes, shape (rank, ...).
        order: 0 for the nearest element, 1 for linear interpolation.
        fill_mode: What is read outside: 'constant', 'nearest', 'wrap', 'mirror' (the last element
            is not repeated) or 'reflect' (it is).
        fill_value: For 'constant'.

    Returns:
        Of the shape of one axis's coordinates and the dtype of the array; integers are rounded.

    Raises:
        ValueError: If the shapes do not fit, or `order` is another number.

    Example:
        >>> map_coordinates([0.0, 10.0, 20.0], [[0.5, 1.25]], order=1).tolist()
        [5.0, 12.5]
    """
    array, places = convert_to_tensor(inputs), convert_to_tensor(coordinates)
    if places.ndim < 2 or places.shape[0] != array.ndim:
        raise ValueError(
            f"`map_coordinates` expected `coordinates` of shape ({array.ndim}, ...) for `inputs` "
            f"of shape {array.shape}, received {places.shape}."
        )
    if order not in (0, 1):
        raise refuse("map_coordinates", "order", "0 or 1", order)
    axes = [
        _neighbours(place, size, order, fill_mode)
        for place, size in zip(unstack(places, axis=0), array.shape, strict=True)
    ]
    flat = reshape(convert_to_tensor(array, "float32"), (-1,))
    read = 0.0
    for corner in itertools.product(*axes):
        index = functools.reduce(
            lambda so_far, one: so_far * one[1] + one[0],
            zip((at for at, _, _ in corner), array.shape, strict=True),
            0,
        )
        value = p.take(flat, convert_to_tensor(index, "int32"), axis=0)
        if fill_mode == "constant":
            inside = functools.reduce(logical_and, [valid for _, valid, _ in corner])
            value = where(inside, value, float(fill_value))
        read = read + functools.reduce(lambda a, b: a * b, [w for _, _, w in corner]) * value
    if array.dtype == "float32":
        return convert_to_tensor(read, "float32")
    return cast(round(read), array.dtype)


def _neighbours(place: Tensor, size: int, order: int, fill_mode: str) -> list[Any]:
    """The elements of an axis that a place is read from: index, whether inside, weight."""
    real = convert_to_tensor(place, "float32")
    found: list[tuple[Tensor, Any]]
    if order == 0:
        found = [(convert_to_tensor(round(real), "int32"), 1.0)]
    else:
        lower = floor(real)
        below = convert_to_tensor(lower, "int32")
        found = [(below, 1.0 - (real - lower)), (below + 1, real - lower)]
    return [
        (_PLACES[fill_mode](index, size), logical_and(index >= 0, index < size), weight)
        for index, weight in found
    ]


@operation
def elastic_transform(
    images: ArrayLike,
    alpha: NonNegative = 20.0,
    sigma: NonNegative = 5.0,
    interpolation: Interpolation = "bilinear",
    fill_mode: Literal["constant", "nearest", "wrap", "reflect"] = "reflect",
    fill_value: float = 0.0,
    seed: Seed = None,
    data_format: str | None = None,
) -> Tensor:
    """Images whose pixels are moved at random, neighbours by about the same.

    Args:
        images: One image (height, width, channels), or a batch of them.
        alpha: How far pixels are moved.
        sigma: Over how many pixels movements are alike, and how large they are before.
        interpolation: 'nearest' or 'bilinear'.
        fill_mode: What is read outside of the image: 'constant', 'nearest', 'wrap' or 'reflect'.
        fill_value: For 'constant'.
        seed: An int, a `SeedGenerator`, or `None`.
        data_format: 'channels_last' or 'channels_first'; default the configured one.

    Returns:
        Images of the same shape and dtype.

    Raises:
        ValueError: If an argument is none of these.
    """
    from pykeras_core import random

    batch = batch_of("elastic_transform", images, data_format)
    noise = random.normal((batch.shape[0], *batch.shape[1:3], 2), seed=seed)
    moved = moved_by(
        batch, noise * sigma, alpha, sigma, int(sigma), interpolation, fill_mode, fill_value
    )
    return as_given(moved, images, data_format)


def moved_by(
    batch: Tensor,
    noise: Tensor,
    alpha: Any,
    sigma: Any,
    reach: int,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
) -> Tensor:
    """Images whose pixels are moved by smoothed noise.

    Args:
        batch: (images, height, width, channels).
        noise: (images, height, width, 2): down and to the right.
        alpha: What the smoothed noise is multiplied by.
        sigma: Deviation of the curve that smooths it, a number or a Tensor.
        reach: The largest whole part that `sigma` can have; the curve ends after three times it.
        interpolation: As in `elastic_transform`.
        fill_mode: As in `elastic_transform`.
        fill_value: As in `elastic_transform`.
    """
    smooth = _smoothed(noise, sigma, reach)
    count, height, width, channels = batch.shape
    down, right = unstack(smooth * alpha, axis=-1)
    y = down + np.arange(height, dtype=np.float32)[:, None]
    x = right + np.arange(width, dtype=np.float32)
    shape = (count, height, width, channels)
    grid = [
        np.arange(count, dtype=np.float32)[:, None, None, None],
        expand_dims(y, -1),
        expand_dims(x, -1),
        np.arange(channels, dtype=np.float32),
    ]
    places = stack([broadcast_to(axis, shape) for axis in grid], axis=0)
    order = 0 if interpolation == "nearest" else 1
    mode: Any = fill_mode
    return map_coordinates(batch, places, order, mode, fill_value)


def _smoothed(noise: Tensor, sigma: Any, reach: int) -> Tensor:
    """Noise blurred along height and width; beyond the edges there are zeros."""
    places = np.arange(-3 * reach, 3 * reach + 1, dtype=np.float32)
    sigma = convert_to_tensor(sigma, "float32")
    near = np.abs(places) <= 3 * floor(sigma) if reach else np.ones(1, bool)
    curve = where(near, exp(-0.5 * (places / clip(sigma, 1e-6, 1e6)) ** 2), 0.0)
    curve = curve / total(curve)
    size = len(places)
    parts = moveaxis(noise, -1, 0)
    parts = concatenate([parts[0], parts[1]], axis=0)[..., None]
    for shape in ((size, 1, 1, 1), (1, size, 1, 1)):
        parts = conv(parts, reshape(curve, shape), 1, "same", "channels_last")
    half = noise.shape[0]
    return concatenate([parts[:half], parts[half:]], axis=-1)
