"""Owns reading sounds: WAV files as arrays of numbers."""

from __future__ import annotations

import wave
from typing import Any

import numpy as np

__all__ = ["load_wav"]


def load_wav(path: str, sampling_rate: int | None = None, length: int | None = None) -> Any:
    """Returns a sound as numbers from -1 to 1, `(time, channels)`, float32.

    Args:
        path: Of a WAV file.
        sampling_rate: Values a second; another rate than the file's is interpolated.
        length: How many values it is cut or filled up to with zeros; `None` for all.

    Raises:
        ValueError: If it is no WAV file of whole numbers.
    """
    try:
        with wave.open(path, "rb") as file:
            rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(
            f"'{path}' is no WAV file of whole numbers ({error}). Save it as WAV with 16 bits."
        ) from error
    values = _numbers(raw, width).reshape(-1, channels)
    if sampling_rate is not None and sampling_rate != rate:
        values = _resampled(values, rate, sampling_rate)
    if length is not None:
        missing = max(length - len(values), 0)
        values = np.pad(values[:length], ((0, missing), (0, 0)))
    return values


def _numbers(raw: bytes, width: int) -> Any:
    """The numbers of 1 to 4 bytes each; single bytes have no sign."""
    if width == 1:
        return (np.frombuffer(raw, np.uint8).astype(np.float32) - 128.0) / 128.0
    columns = np.frombuffer(raw[: len(raw) // width * width], np.uint8).reshape(-1, width)
    whole = np.zeros((len(columns), 4), np.uint8)
    whole[:, 4 - width :] = columns
    return (whole.view("<i4")[:, 0] / 2.0**31).astype(np.float32)


def _resampled(values: Any, rate: int, wanted: int) -> Any:
    """The same sound at another rate, by straight lines between its values."""
    count = max(round(len(values) * wanted / rate), 1)
    places = np.arange(count) * (rate / wanted)
    known = np.arange(len(values))
    made = [np.interp(places, known, channel) for channel in values.T]
    return np.stack(made, axis=-1).astype(np.float32)
