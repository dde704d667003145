"""Global settings of Keras: the default float dtype, epsilon, the image data format."""

from __future__ import annotations

__all__ = [
    "backend",
    "epsilon",
    "floatx",
    "image_data_format",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
]

_settings = {"image_data_format": "channels_last"}
_epsilon = 1e-7


def floatx() -> str:
    """The default float dtype: always 'float32', the only one the engine has."""
    return "float32"


def set_floatx(value: str) -> None:
    """Accept 'float32'.

    Raises:
        ValueError: For any other dtype.
    """
    if value != "float32":
        raise ValueError(f"`set_floatx` expected 'float32', received {value!r}")


def epsilon() -> float:
    """The small number that keeps divisions and logarithms finite: 1e-7 unless set."""
    return _epsilon


def set_epsilon(value: float) -> None:
    """Set what `epsilon()` gives."""
    global _epsilon
    _epsilon = float(value)


def image_data_format() -> str:
    """'channels_last' (the default) or 'channels_first'."""
    return _settings["image_data_format"]


def set_image_data_format(data_format: str) -> None:
    """Set what `image_data_format()` gives.

    Raises:
        ValueError: For anything but the two formats.
    """
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            "`set_image_data_format` expected 'channels_last' or 'channels_first', "
            f"received {data_format!r}"
        )
    _settings["image_data_format"] = data_format


def standardize_data_format(data_format: str | None) -> str:
    """Returns `"channels_last"` or `"channels_first"`; `None` means the configured one.

    Args:
        data_format: What a layer or an op was given.

    Returns:
        The format.

    Raises:
        ValueError: If it is another word.
    """
    if data_format is None:
        return image_data_format()
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            f"`data_format` must be 'channels_last' or 'channels_first', received {data_format!r}."
        )
    return data_format


def backend() -> str:
    """The name of the backend as user code may ask for it: 'numpy'."""
    return "numpy"
