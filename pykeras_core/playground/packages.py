"""What packages of the page keep between programs: their settings, put back for the next one."""

import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

__all__ = ["start_anew"]


def _reset_pandas(pandas: Any) -> None:
    # One by one: to set an option may load what it is about, such as matplotlib.
    for key, option in pandas._config.config._registered_options.items():
        if pandas.get_option(key) != option.defval:
            pandas.set_option(key, option.defval)


def _reset_sklearn(sklearn: Any) -> None:
    sklearn.set_config(**sklearn._config._global_config)  # as it was imported


def _reset_special(special: Any) -> None:
    special.seterr(all="ignore")


_RESETS: dict[str, Callable[[ModuleType], None]] = {
    "pandas": _reset_pandas,
    "scipy.special": _reset_special,
    "sklearn": _reset_sklearn,
}


def start_anew() -> None:
    """Gives packages the settings that they come with, where programs have imported them."""
    for name, reset in _RESETS.items():
        module = sys.modules.get(name)
        if module is not None:
            # Some settings warn that they are going; and Stop may have left half a module.
            with suppress(Exception), warnings.catch_warnings(action="ignore"):
                reset(module)
