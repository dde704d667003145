"""Owns the initializers that draw no numbers."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import engine, ops
from pykeras_core.checks import ArrayLike, Vector, checked
from pykeras_core.initializers.base import Initializer
from pykeras_core.saving import serialization

__all__ = ["STFT", "Constant", "Identity", "Ones", "Zeros"]


class Constant(Initializer):
    """The same value everywhere.

    Args:
        value: A number, or an array that broadcasts to the weight's shape. Default 0.

    Example:
        >>> Constant(2.0)((2,)).tolist()
        [2.0, 2.0]
    """

    @checked
    def __init__(self, value: ArrayLike = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        value = ops.convert_to_tensor(self.value, dtype=dtype or "float32")
        return ops.broadcast_to(value, tuple(shape))

    def get_config(self) -> dict[str, Any]:
        """Returns `{"value": value}`."""
        return {"value": serialization.serialize_keras_object(self.value)}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Constant:
        """Makes a `Constant` from `get_config()`'s dict."""
        return cls(serialization.deserialize_keras_object(config["value"]))


class Zeros(Initializer):
    """Zeros everywhere.

    Example:
        >>> Zeros()((2,)).tolist()
        [0.0, 0.0]
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        return ops.zeros(tuple(shape), dtype=dtype or "float32")


class Ones(Initializer):
    """Ones everywhere.

    Example:
        >>> Ones()((2,)).tolist()
        [1.0, 1.0]
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        return ops.ones(tuple(shape), dtype=dtype or "float32")


class Identity(Initializer):
    """`gain` on the diagonal, 0 elsewhere; for matrices only, square or not.

    Args:
        gain: Value on the diagonal, default 1.

    Raises:
        ValueError: If the weight has not two axes.

    Example:
        >>> Identity(gain=2.0)((2, 2)).tolist()
        [[2.0, 0.0], [0.0, 2.0]]
    """

    @checked
    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        shape = tuple(shape)
        if len(shape) != 2:
            raise ValueError(f"`Identity` initializes matrices only, received shape {shape}.")
        return self.gain * ops.eye(shape[0], shape[1], dtype=dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        """Returns `{"gain": gain}`."""
        return {"gain": self.gain}


# Cosine-sum windows: sum over k of (-1)**k * a[k] * cos(2 pi k t).
_WINDOWS = {
    "boxcar": (1.0,),
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
}


def _window(name: str, length: int, periodic: bool) -> Any:
    span = max(length if periodic else length - 1, 1)
    phase = ops.arange(length, dtype="float32") * (2.0 * math.pi / span)
    terms = [(-1.0) ** k * weight * ops.cos(k * phase) for k, weight in enumerate(_WINDOWS[name])]
    return sum(terms[1:], terms[0])


class STFT(Initializer):
    """Cosine or sine kernels of a short-time Fourier transform, shape `(T, 1, F // 2 + 1)`.

    `window[t] * cos(-2 pi t f / F) / scale`, or the sine for `side="imag"`.

    Args:
        side: `"real"` (default) or `"imag"`.
        window: `"hann"` (default), `"hamming"`, `"blackman"`, `"boxcar"`, `"nuttall"`,
            `"blackmanharris"`, an array of length `T`, or `None` for none.
        scaling: `"density"` (default) divides by the window's L2 norm, `"spectrum"` by its sum,
            `None` by nothing.
        periodic: Whether the window continues periodically, default `False`.

    Raises:
        ValueError: If an argument is none of these, or the window's length is not `T`.
    """

    @checked
    def __init__(
        self,
        side: str = "real",
        window: str | Vector | None = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        if side not in ("real", "imag"):
            raise ValueError(f"`STFT` expected side 'real' or 'imag', received {side!r}.")
        if isinstance(window, str) and window not in _WINDOWS:
            raise ValueError(
                f"`STFT` knows the windows {sorted(_WINDOWS)}, received {window!r}. Pass the "
                "window's values as an array to use another."
            )
        if scaling not in (None, "density", "spectrum"):
            raise ValueError(
                f"`STFT` expected scaling 'density', 'spectrum' or None, received {scaling!r}."
            )
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = periodic

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Returns a tensor of shape `shape`."""
        frame_length, _, bins = shape
        frequency = ops.arange(bins, dtype="float32") / (2.0 * (bins - 1))
        time = ops.reshape(ops.arange(frame_length, dtype="float32"), (frame_length, 1, 1))
        angle = -2.0 * math.pi * time * ops.reshape(frequency, (1, 1, bins))
        kernel = ops.cos(angle) if self.side == "real" else ops.sin(angle)
        if self.window is not None:
            kernel = kernel * self._scaled_window(frame_length)
        return ops.cast(kernel, dtype or "float32")

    def _scaled_window(self, frame_length: int) -> Any:
        if isinstance(self.window, str):
            window = _window(self.window, frame_length, self.periodic)
        else:
            window = engine.convert_to_tensor(self.window, dtype="float32")
        if tuple(window.shape) != (frame_length,):
            raise ValueError(
                f"`STFT` expected a window of shape ({frame_length},), received {window.shape}."
            )
        if self.scaling == "density":
            window = window / ops.sqrt(ops.sum(ops.square(window)))
        elif self.scaling == "spectrum":
            window = window / ops.sum(ops.abs(window))
        return ops.reshape(window, (frame_length, 1, 1))

    def get_config(self) -> dict[str, Any]:
        """Returns the four arguments."""
        return {
            "side": self.side,
            "window": self.window,
            "periodic": self.periodic,
            "scaling": self.scaling,
        }
