"""Owns how single images are turned, moved and stretched in NumPy, as Keras 2 did."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["affine", "brightened", "shifted_in_color"]

FILL_MODES = ("constant", "nearest", "reflect", "wrap")


def affine(
    x: Any, theta: float = 0.0, tx: float = 0.0, ty: float = 0.0, shear: float = 0.0,
    zx: float = 1.0, zy: float = 1.0, fill_mode: str = "nearest", cval: float = 0.0,
    order: int = 1,
) -> Any:  # fmt: skip
    """Returns an image (height, width, channels) turned, moved, sheared and zoomed in this order.

    Args:
        x: The image.
        theta: Angle in degrees.
        tx: By how many pixels what is seen lies to the right.
        ty: By how many it lies below.
        shear: Angle in degrees.
        zx: Factor of the width of what is seen.
        zy: Factor of its height.
        fill_mode: What lies beyond the image: "nearest", "constant", "reflect" or "wrap".
        cval: What is there with "constant".
        order: 0 for the nearest pixel, 1 for a mean of four.
    """
    turn, lean = math.radians(theta), math.radians(shear)
    steps = (
        np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0],
                  [0, 0, 1.0]]),
        np.array([[1.0, 0, tx], [0, 1, ty], [0, 0, 1]]),
        np.array([[1.0, -math.sin(lean), 0], [0, math.cos(lean), 0], [0, 0, 1]]),
        np.diag([zx, zy, 1.0]),
    )  # fmt: skip
    matrix = steps[0] @ steps[1] @ steps[2] @ steps[3]
    if np.array_equal(matrix, np.eye(3)):
        return x
    height, width = x.shape[:2]
    middle = np.eye(3)
    middle[:2, 2] = height / 2 - 0.5, width / 2 - 0.5
    matrix = middle @ matrix @ np.linalg.inv(middle)
    matrix = matrix[[1, 0, 2]][:, [1, 0, 2]]  # Keras takes them for places (x, y)
    rows, columns = np.indices((height, width)).reshape(2, -1)
    places = matrix[:2, :2] @ np.stack([rows, columns]) + matrix[:2, 2:]
    found = _sampled(np.asarray(x, "float64"), places, fill_mode, cval, order)
    return found.reshape(x.shape).astype(x.dtype)


def _sampled(x: Any, places: Any, fill_mode: str, cval: float, order: int) -> Any:
    sizes = np.array(x.shape[:2])[:, None]
    inside = ((places >= 0) & (places <= sizes - 1)).all(0)
    if fill_mode != "constant":
        places = _folded(places, sizes, fill_mode)
    if order == 0:
        at = np.clip(np.floor(places + 0.5).astype(int), 0, sizes - 1)
        found = x[at[0], at[1]]
    else:
        low = np.clip(np.floor(places).astype(int), 0, sizes - 1)
        high = np.clip(low + 1, 0, sizes - 1)
        share = np.clip(places - low, 0, 1)[..., None]
        above = x[low[0], low[1]] * (1 - share[1]) + x[low[0], high[1]] * share[1]
        below = x[high[0], low[1]] * (1 - share[1]) + x[high[0], high[1]] * share[1]
        found = above * (1 - share[0]) + below * share[0]
    if fill_mode == "constant":
        found[~inside] = cval
    return found


def _folded(places: Any, sizes: Any, fill_mode: str) -> Any:
    """Places beyond an image as places in it."""
    if fill_mode == "nearest":
        return np.clip(places, 0, sizes - 1)
    if fill_mode == "wrap":
        return np.where(sizes > 1, places % np.maximum(sizes - 1, 1), 0)
    period = 2.0 * sizes
    within = np.mod(places + 0.5, period)
    return np.clip(np.where(within < sizes, within, period - within) - 0.5, 0, sizes - 1)


def shifted_in_color(x: Any, intensity: float) -> Any:
    """Returns an image with a number added, within the range it had."""
    return np.clip(x + intensity, x.min(), x.max()).astype(x.dtype)


def brightened(x: Any, brightness: float) -> Any:
    """Returns an image stretched to 0...255 and made brighter by a factor."""
    stretched = x - x.min()
    stretched = (stretched * (255 / (stretched.max() or 1))).astype("uint8")
    return np.clip(stretched * brightness, 0, 255).astype("uint8").astype(x.dtype)
