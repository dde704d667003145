"""Prepares matplotlib for the page: its backend, a font with Chinese characters, a fresh start.

matplotlib is there only after a program has asked for it, so nothing here imports it at the top.
"""

import os
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

BACKEND = "module://pykeras_core.playground.matplotlib_backend"

CHINESE_FONT_NAMES = (
    *("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("SimHei", "Microsoft YaHei", "SimSun", "KaiTi", "FangSong", "STHeiti", "STSong"),
    *("PingFang SC", "Heiti SC", "Heiti TC", "Arial Unicode MS", "Hiragino Sans GB"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
)
"""Names under which programs ask for a Chinese font; each gets the one that is there."""


def use_backend() -> None:
    """Makes matplotlib draw into the console, once it is there."""
    os.environ["MPLBACKEND"] = BACKEND


def prepare(font: bytes, folder: str) -> None:
    """Makes matplotlib draw Chinese characters.

    Args:
        font: A font with Chinese characters, as a WOFF file.
        folder: Where the unpacked font is kept.
    """
    path = Path(folder) / "chinese.ttf"
    path.write_bytes(unpack_woff(bytes(font)))  # JavaScript hands over a memoryview
    _register(str(path))


def start_anew() -> None:
    """Forgets the figures and settings of the program before, if it used matplotlib in the page."""
    if os.environ.get("MPLBACKEND") != BACKEND:
        return
    if "matplotlib.pyplot" in sys.modules:
        pyplot = sys.modules["matplotlib.pyplot"]
        pyplot.close("all")
        pyplot.rcdefaults()
        pyplot.switch_backend(BACKEND)
    if "matplotlib" in sys.modules:
        _prefer_chinese_fallback()


def show_open_figures() -> None:
    """Shows the figures that a program drew and left open."""
    if "matplotlib.pyplot" in sys.modules:
        pyplot = sys.modules["matplotlib.pyplot"]
        if pyplot.get_backend().lower() == BACKEND.lower():
            pyplot.show()


def unpack_woff(woff: bytes) -> bytes:
    """The font in a WOFF 1.0 file, as matplotlib reads it.

    Args:
        woff: The file's contents.

    Raises:
        ValueError: If this is no WOFF file.

    Source:
        W3C, WOFF File Format 1.0, sections 3 to 5.
    """
    signature, flavor, _, count = struct.unpack_from(">4sIIH", woff)
    if signature != b"wOFF":
        raise ValueError(f"expected a WOFF file, received one that begins with {signature!r}")
    tables = [struct.unpack_from(">4sIIII", woff, 44 + 20 * index) for index in range(count)]
    largest = 1 << (count.bit_length() - 1)  # the largest power of two within count
    header = struct.pack(
        ">IHHHH",
        *(flavor, count, 16 * largest, largest.bit_length() - 1, 16 * (count - largest)),
    )
    directory, body = [], []
    position = len(header) + 16 * count
    for tag, offset, packed_size, size, checksum in tables:
        packed = woff[offset : offset + packed_size]
        table = packed if packed_size == size else zlib.decompress(packed)
        directory.append(struct.pack(">4sIII", tag, checksum, position, size))
        body.append(table + bytes(-size % 4))
        position += len(body[-1])
    return b"".join([header, *directory, *body])


def _register(path: str) -> None:
    from matplotlib import font_manager

    known: Any = font_manager.fontManager
    known.addfont(path)
    entry = known.ttflist[-1]
    for name in CHINESE_FONT_NAMES:
        if name != entry.name:
            fields = (entry.style, entry.variant, entry.weight, entry.stretch, entry.size)
            known.ttflist.append(font_manager.FontEntry(path, name, *fields))
    _prefer_chinese_fallback()


def _prefer_chinese_fallback() -> None:
    """Takes characters that matplotlib's own font lacks from the Chinese one."""
    from matplotlib import rcParams

    rcParams["font.family"] = ["sans-serif", CHINESE_FONT_NAMES[0]]
