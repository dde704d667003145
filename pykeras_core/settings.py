"""Global settings of Keras: dtypes, epsilon, the image data format, limits, where it prints.

Everything may ask them; `keras.config` shows them to users.
"""

from __future__ import annotations

from typing import Any

from pykeras_core import hosting
from pykeras_core.checks import PositiveInt, checked

__all__ = [
    "backend",
    "compute_backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "functions_run_eagerly",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "is_unsafe_deserialization_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "run_functions_eagerly",
    "set_backend",
    "set_compute_backend",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
    "standardize_data_format",
]

_settings: dict[str, Any] = {
    "run_functions_eagerly": False,
    "image_data_format": "channels_last",
    "interactive": True,
    "flash_attention": False,
    "traceback_filtering": True,
    "unsafe_deserialization": False,
    "compute_backend": "auto",
    "max_epochs": None,
    "max_steps_per_epoch": None,
}
_epsilon = 1e-7
_COMPUTE_BACKENDS = ("auto", "wasm", "webgpu", "numpy")


@checked
def floatx() -> str:
    """The default float dtype: always 'float32', the only one the engine has."""
    return "float32"


@checked
def set_floatx(value: str) -> None:
    """Accept 'float32'.

    Raises:
        ValueError: For any other dtype.
    """
    if value != "float32":
        raise ValueError(f"`set_floatx` expected `value` as 'float32', received {value!r}")


@checked
def epsilon() -> float:
    """The small number that keeps divisions and logarithms finite: 1e-7 unless set."""
    return _epsilon


@checked
def set_epsilon(value: float) -> None:
    """Set what `epsilon()` gives."""
    global _epsilon
    _epsilon = float(value)


@checked
def image_data_format() -> str:
    """'channels_last' (the default) or 'channels_first'."""
    return str(_settings["image_data_format"])


@checked
def set_image_data_format(data_format: str) -> None:
    """Set what `image_data_format()` gives.

    Raises:
        ValueError: For anything but the two formats.
    """
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            "`set_image_data_format` expected `data_format` as 'channels_last' or "
            f"'channels_first', received {data_format!r}"
        )
    _settings["image_data_format"] = data_format


@checked
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


@checked
def backend() -> str:
    """The name of the backend as user code may ask for it: 'numpy'."""
    return "numpy"


@checked
def set_backend(backend: str) -> None:
    """Accept 'numpy'.

    Raises:
        ValueError: For any other backend: this package computes by itself.
    """
    if backend != "numpy":
        raise ValueError(
            f"`set_backend` expected `backend` as 'numpy', received {backend!r}. PyKeras computes "
            "with NumPy and its own kernels; leave this line out."
        )


@checked
def compute_backend() -> str:
    """What training runs on: 'wasm' (the SIMD kernels), 'webgpu', 'numpy', or 'auto'.

    Returns:
        What was set; for 'auto', what the reader of the page has chosen, which may be 'auto' too:
        whatever is fastest.
    """
    name = str(_settings["compute_backend"])
    return hosting.preferred_backend() if name == "auto" else name


@checked
def set_compute_backend(name: str) -> None:
    """Set what `compute_backend()` gives, for steps that are traced from now on.

    Args:
        name: 'auto', 'wasm', 'webgpu' or 'numpy'.

    Raises:
        ValueError: For any other name.

    Example:
        >>> set_compute_backend("auto")
        >>> compute_backend()
        'auto'
    """
    if name not in _COMPUTE_BACKENDS:
        raise ValueError(
            "`set_compute_backend` expected `name` as 'auto', 'wasm', 'webgpu' or 'numpy', "
            f"received {name!r}"
        )
    _settings["compute_backend"] = name


@checked
def enable_interactive_logging() -> None:
    """Makes progress bars, summaries and callbacks print to standard output (the default)."""
    _settings["interactive"] = True


@checked
def disable_interactive_logging() -> None:
    """Sends what Keras would print to the logger `"keras"` of Python's `logging`, level INFO."""
    _settings["interactive"] = False


@checked
def is_interactive_logging_enabled() -> bool:
    """Returns whether Keras prints to standard output.

    Example:
        >>> is_interactive_logging_enabled()
        True
    """
    return bool(_settings["interactive"])


@checked
def enable_unsafe_deserialization() -> None:
    """Lets every load from now on read lambdas, as `safe_mode=False` does for one."""
    _settings["unsafe_deserialization"] = True


@checked
def is_unsafe_deserialization_enabled() -> bool:
    """Returns whether `enable_unsafe_deserialization` was called."""
    return bool(_settings["unsafe_deserialization"])


@checked
def enable_traceback_filtering() -> None:
    """Accepted; tracebacks are Python's own."""
    _settings["traceback_filtering"] = True


@checked
def disable_traceback_filtering() -> None:
    """Accepted; tracebacks are Python's own."""
    _settings["traceback_filtering"] = False


@checked
def is_traceback_filtering_enabled() -> bool:
    """Returns what was set last, at first True."""
    return bool(_settings["traceback_filtering"])


@checked
def enable_flash_attention() -> None:
    """Accepted; attention is computed one way here."""
    _settings["flash_attention"] = True


@checked
def disable_flash_attention() -> None:
    """Accepted; attention is computed one way here."""
    _settings["flash_attention"] = False


@checked
def is_flash_attention_enabled() -> bool:
    """Returns what was set last, at first False."""
    return bool(_settings["flash_attention"])


@checked
def is_nnx_enabled() -> bool:
    """Returns False: that is a matter of JAX."""
    return False


@checked
def run_functions_eagerly(run_eagerly: bool) -> None:
    """Makes models that are compiled from now on run their steps on values.

    Args:
        run_eagerly: Whether they do.
    """
    _settings["run_functions_eagerly"] = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Returns whether models that are compiled now run their steps on values."""
    return bool(_settings["run_functions_eagerly"])


def max_epochs() -> int | None:
    """The most epochs that `fit` runs; None for no limit."""
    limit: int | None = _settings["max_epochs"]
    return limit


@checked
def set_max_epochs(max_epochs: PositiveInt | None) -> None:
    """Set what `max_epochs()` gives.

    Raises:
        ValueError: If it is neither a positive int nor None.
    """
    _settings["max_epochs"] = _limit("set_max_epochs", max_epochs)


@checked
def max_steps_per_epoch() -> int | None:
    """The most steps of an epoch, of `evaluate` and of `predict`; None for no limit."""
    limit: int | None = _settings["max_steps_per_epoch"]
    return limit


@checked
def set_max_steps_per_epoch(max_steps_per_epoch: PositiveInt | None) -> None:
    """Set what `max_steps_per_epoch()` gives.

    Raises:
        ValueError: If it is neither a positive int nor None.
    """
    _settings["max_steps_per_epoch"] = _limit("set_max_steps_per_epoch", max_steps_per_epoch)


def _limit(name: str, value: Any) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise ValueError(f"`{name}` expected a positive int or None, received {value!r}")
