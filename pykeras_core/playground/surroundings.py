"""What programs can set in Python, NumPy and the system beside the attributes of modules."""

import gc
import locale
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

__all__ = ["SETTINGS", "Setting", "scramble_random_numbers"]


@dataclass(frozen=True)
class Setting:
    """One thing that can be read and set.

    Attributes:
        get: Reads it, as a value that can be compared.
        set: Sets it to such a value.
    """

    get: Callable[[], Any]
    set: Callable[[Any], object]


def scramble_random_numbers(chance: int | None = None) -> int:
    """Gives Python's and NumPy's global generators a state that no program knows.

    NumPy's is a Mersenne Twister again, if a program has made it something else.

    Args:
        chance: What they begin from; by default a number that nobody can foresee.

    Returns:
        That number: from it, a run that was cut off begins in the same way.
    """
    if chance is None:
        chance = int.from_bytes(os.urandom(8))
    random.seed(chance)
    np.random.set_bit_generator(np.random.MT19937(chance))  # type: ignore[attr-defined]
    return chance


def _if_loaded(name: str, get: Callable[[Any], Any], set_: Callable[[Any, Any], object]) -> Setting:
    """A setting of a module that may not be loaded; before it is, all is as it comes: None."""

    def read() -> Any:
        module = sys.modules.get(name)
        return None if module is None else get(module)

    def write(value: Any) -> None:
        if name in sys.modules:
            set_(sys.modules[name], value)

    return Setting(read, write)


def _set_environment(variables: dict[str, str]) -> None:
    for name in os.environ.keys() - variables.keys():
        del os.environ[name]
    os.environ.update(variables)


def _folder() -> str | None:
    with suppress(OSError):  # a program may have deleted it
        return os.getcwd()
    return None


def _enter_folder(folder: str | None) -> None:
    if folder is not None:
        os.chdir(folder)


def _collector() -> tuple[bool, tuple[int, int, int], int]:
    return gc.isenabled(), gc.get_threshold(), gc.get_debug()


def _set_collector(state: tuple[bool, tuple[int, int, int], int]) -> None:
    enabled, threshold, debug = state
    (gc.enable if enabled else gc.disable)()
    gc.set_threshold(*threshold)
    gc.set_debug(debug)


def _set_filters(filters: list[Any]) -> None:
    warnings.resetwarnings()
    warnings.filters[:] = filters  # type: ignore[index]


def _signal_handlers() -> dict[int, Any]:
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.getsignal(number) for number in signal.valid_signals()}


def _set_signal_handlers(handlers: dict[int, Any]) -> None:
    for number, handler in handlers.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def _decimal_context(decimal: Any) -> tuple[Any, ...]:
    context = decimal.getcontext()
    flags = tuple(name for name, value in context.flags.items() if value)
    traps = tuple(name for name, value in context.traps.items() if value)
    return (context.prec, context.rounding, context.Emin, context.Emax, flags, traps)


def _set_decimal_context(decimal: Any, state: tuple[Any, ...] | None) -> None:
    context = decimal.Context()
    if state is not None:
        prec, rounding, e_min, e_max, flags, traps = state
        context = decimal.Context(prec, rounding, e_min, e_max, flags=[*flags], traps=[*traps])
    decimal.setcontext(context)


_NO_LOGGING: tuple[Any, ...] = (30, 0, {})  # level of the root (WARNING), nothing disabled


def _loggers(logging: Any) -> tuple[Any, ...]:
    root = logging.getLogger()
    named = {"": root, **root.manager.loggerDict}
    states = {
        name: (logger.level, [*logger.handlers], [*logger.filters], logger.propagate)
        for name, logger in named.items()
        if isinstance(logger, logging.Logger)
    }
    return root.level, root.manager.disable, states


def _set_loggers(logging: Any, state: tuple[Any, ...] | None) -> None:
    _, disabled, states = state or _NO_LOGGING
    root = logging.getLogger()
    logging.disable(disabled)
    for name, logger in {"": root, **root.manager.loggerDict}.items():
        if isinstance(logger, logging.Logger):
            plain: tuple[Any, ...] = (logging.NOTSET if name else logging.WARNING, [], [], True)
            level, handlers, filters, logger.propagate = states.get(name, plain)
            logger.setLevel(level)
            logger.handlers[:], logger.filters[:] = handlers, filters
            logger.disabled = False


def _optional(module: Any, getter: str, setter: str) -> Iterable[Setting]:
    """A setting that not every Python has."""
    if hasattr(module, getter) and hasattr(module, setter):
        yield Setting(getattr(module, getter), getattr(module, setter))


SETTINGS: tuple[Setting, ...] = (
    Setting(lambda: dict(os.environ), _set_environment),
    Setting(_folder, _enter_folder),
    Setting(_collector, _set_collector),
    Setting(np.geterr, lambda state: np.seterr(**state)),
    Setting(np.geterrcall, np.seterrcall),
    Setting(np.getbufsize, np.setbufsize),
    Setting(np.get_printoptions, lambda state: np.set_printoptions(**state)),
    Setting(lambda: [*warnings.filters], _set_filters),
    Setting(_signal_handlers, _set_signal_handlers),
    Setting(sys.getrecursionlimit, sys.setrecursionlimit),
    Setting(sys.getswitchinterval, sys.setswitchinterval),
    Setting(sys.gettrace, sys.settrace),
    Setting(sys.getprofile, sys.setprofile),
    *_optional(sys, "get_int_max_str_digits", "set_int_max_str_digits"),
    *_optional(sys, "get_coroutine_origin_tracking_depth", "set_coroutine_origin_tracking_depth"),
    *_optional(threading, "gettrace", "settrace"),
    *_optional(threading, "getprofile", "setprofile"),
    Setting(partial(locale.setlocale, locale.LC_ALL), partial(locale.setlocale, locale.LC_ALL)),
    _if_loaded("decimal", _decimal_context, _set_decimal_context),
    _if_loaded("logging", _loggers, _set_loggers),
)
"""In an order in which they can be set one after the other."""
