"""Points in the plane whose classes a straight line cannot always part: `keras.datasets.toys`.

Every function has one signature, `(n, noise, seed)`, and returns points and labels in a mixed
order. They are made, not loaded: no files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from pykeras_core.checks import NonNegativeInt, PositiveInt, checked, kinds

__all__ = ["circles", "gaussians", "moons", "spirals", "xor"]

Points = np.ndarray[Any, Any]
Labels = np.ndarray[Any, Any]
Noise = Annotated[float, kinds.number(0, 1e300, "a standard deviation of 0 or more")]


def _toy(
    shape: Callable[[np.random.Generator, Labels], Points], n: int, noise: float, seed: int | None
) -> tuple[Points, Labels]:
    """Mix `n` labels, half of them 1, place each on its class's shape, and add the noise."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % 2).astype(np.int32)
    points = shape(rng, labels) + rng.normal(0.0, noise, (n, 2))
    return points.astype(np.float32), labels


@checked
def moons(
    n: PositiveInt = 400, noise: Noise = 0.1, seed: NonNegativeInt | None = 0
) -> tuple[Points, Labels]:
    """Two half circles of radius 1 that reach into each other.

    Args:
        n: Number of points.
        noise: Standard deviation of what is added to each coordinate.
        seed: The same seed gives the same points; None: others every time.

    Returns:
        Points, float32 of shape `(n, 2)`, and labels 0 and 1, int32 of shape `(n,)`.

    Raises:
        ValueError: `n` is no positive whole number, or `noise` is negative.

    Example:
        >>> x, y = moons(6, noise=0.0)
        >>> x.shape, sorted(y.tolist())
        ((6, 2), [0, 0, 0, 1, 1, 1])
    """

    def shape(rng: np.random.Generator, labels: Labels) -> Points:
        angle = rng.uniform(0.0, np.pi, len(labels))
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        lower = np.array([1.0, 0.5]) - upper
        return np.where(labels[:, None] == 0, upper, lower)

    return _toy(shape, n, noise, seed)


@checked
def circles(
    n: PositiveInt = 400, noise: Noise = 0.1, seed: NonNegativeInt | None = 0
) -> tuple[Points, Labels]:
    """A circle of radius 1 (label 0) around one of radius 0.5 (label 1).

    Args:
        n: Number of points.
        noise: Standard deviation of what is added to each coordinate.
        seed: The same seed gives the same points; None: others every time.

    Returns:
        Points, float32 of shape `(n, 2)`, and labels 0 and 1, int32 of shape `(n,)`.

    Raises:
        ValueError: `n` is no positive whole number, or `noise` is negative.

    Example:
        >>> x, y = circles(6, noise=0.0)
        >>> (x**2).sum(axis=1).round(2)[y == 1].tolist()
        [0.25, 0.25, 0.25]
    """

    def shape(rng: np.random.Generator, labels: Labels) -> Points:
        angle = rng.uniform(0.0, 2 * np.pi, len(labels))
        radius = np.where(labels == 0, 1.0, 0.5)
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)

    return _toy(shape, n, noise, seed)


@checked
def spirals(
    n: PositiveInt = 400, noise: Noise = 0.05, seed: NonNegativeInt | None = 0
) -> tuple[Points, Labels]:
    """Two arms that wind around the origin one and three quarter times, half a turn apart.

    Args:
        n: Number of points.
        noise: Standard deviation of what is added to each coordinate.
        seed: The same seed gives the same points; None: others every time.

    Returns:
        Points, float32 of shape `(n, 2)`, and labels 0 and 1, int32 of shape `(n,)`.

    Raises:
        ValueError: `n` is no positive whole number, or `noise` is negative.

    Example:
        >>> x, y = spirals(4, noise=0.0)
        >>> bool((abs(x) <= 2).all())
        True
    """

    def shape(rng: np.random.Generator, labels: Labels) -> Points:
        # The square root spreads points evenly along an arm, which is longer outside.
        way = np.sqrt(rng.uniform(0.0, 1.0, len(labels)))
        angle = 3.5 * np.pi * way + np.pi * labels
        return np.stack([2 * way * np.cos(angle), 2 * way * np.sin(angle)], axis=1)

    return _toy(shape, n, noise, seed)


@checked
def xor(
    n: PositiveInt = 400, noise: Noise = 0.05, seed: NonNegativeInt | None = 0
) -> tuple[Points, Labels]:
    """Points of a square from -1 to 1; label 1 where the coordinates differ in sign.

    Args:
        n: Number of points.
        noise: Standard deviation of what is added to each coordinate.
        seed: The same seed gives the same points; None: others every time.

    Returns:
        Points, float32 of shape `(n, 2)`, and labels 0 and 1, int32 of shape `(n,)`.

    Raises:
        ValueError: `n` is no positive whole number, or `noise` is negative.

    Example:
        >>> x, y = xor(100, noise=0.0)
        >>> bool(((x[:, 0] * x[:, 1] < 0) == y).all())
        True
    """

    def shape(rng: np.random.Generator, labels: Labels) -> Points:
        x = rng.uniform(-1.0, 1.0, len(labels))
        height = rng.uniform(0.0, 1.0, len(labels))
        side = np.where(labels == 0, 1.0, -1.0) * np.where(x < 0, -1.0, 1.0)
        return np.stack([x, side * height], axis=1)

    return _toy(shape, n, noise, seed)


@checked
def gaussians(
    n: PositiveInt = 400, noise: Noise = 0.5, seed: NonNegativeInt | None = 0
) -> tuple[Points, Labels]:
    """Two clouds, around (-1, -1) and (1, 1).

    Args:
        n: Number of points.
        noise: Standard deviation of each cloud along each coordinate.
        seed: The same seed gives the same points; None: others every time.

    Returns:
        Points, float32 of shape `(n, 2)`, and labels 0 and 1, int32 of shape `(n,)`.

    Raises:
        ValueError: `n` is no positive whole number, or `noise` is negative.

    Example:
        >>> x, y = gaussians(4, noise=0.0)
        >>> x[y == 1].tolist()
        [[1.0, 1.0], [1.0, 1.0]]
    """

    def shape(rng: np.random.Generator, labels: Labels) -> Points:
        return np.repeat(2.0 * labels[:, None] - 1.0, 2, axis=1)

    return _toy(shape, n, noise, seed)
