"""The reader's time zone, for a Python that has begun in another."""

import ctypes
import os
import sys
import time

_NAMED_ZONES = "/lib/python{}.{}/site-packages/pytz/zoneinfo".format(*sys.version_info)
"""Where the rules of named time zones are, once pandas has been imported."""

_NAME_BYTES = 17
"""What the C library of Emscripten has for the name of a time zone, with the zero at its end."""


def find_time_zone() -> None:
    """Puts right what `time` and the C library have learned of the time zone where Python began.

    The offset of a point in time is asked for anew each time, so that it is right as it is.
    """
    os.environ["PYTHONTZPATH"] = _NAMED_ZONES
    year = time.localtime().tm_year
    offsets = [_offset(year, month) for month in (1, 7)]
    standard, summer = min(offsets), max(offsets)
    names = (_name(standard), _name(summer))
    time.timezone, time.altzone = -standard, -summer
    time.daylight = int(standard != summer)
    time.tzname = names
    library = ctypes.CDLL(None)
    ctypes.c_long.in_dll(library, "timezone").value = -standard
    ctypes.c_int.in_dll(library, "daylight").value = time.daylight
    for place, name in zip((ctypes.c_void_p * 2).in_dll(library, "tzname"), names, strict=True):
        ctypes.memmove(place, name.encode().ljust(_NAME_BYTES, b"\0"), _NAME_BYTES)


def _offset(year: int, month: int) -> int:
    """Seconds east of Greenwich on the first of a month."""
    return time.localtime(time.mktime((year, month, 1, 0, 0, 0, 0, 0, -1))).tm_gmtoff


def _name(offset: int) -> str:
    """As Emscripten names time zones."""
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"UTC{'-' if offset < 0 else '+'}{hours:02}{minutes:02}"
