"""Figures that programs draw in the page, and the font that they are labelled with."""

import struct
import zlib

import pytest

from pykeras_core import compat
from pykeras_core.playground import figures
from tests.core.worker_stub import Page, figures_in_the_console  # noqa: F401  (a fixture)


@pytest.fixture(autouse=True)
def _keras_importable() -> None:
    compat.install()


FIGURES = """
import matplotlib.pyplot as plt
print("before")
plt.plot([1, 2], label="rising")
plt.title("Loss")
plt.xlabel("epoch")
plt.legend()
plt.show()
print("after")
plt.figure(figsize=(2, 1))
"""


@pytest.mark.usefixtures("figures_in_the_console")
def test_figures_are_posted_in_their_place_and_open_ones_at_the_end() -> None:
    page = Page().run(FIGURES)
    assert page.one("finished")["error"] is None
    kinds = [message["type"] for message in page.messages]
    first, second = page.of("picture")
    assert kinds.index("picture") > kinds.index("output")
    assert first["data"].startswith(b"\x89PNG")
    assert first["labels"] == ["Loss", "epoch", "rising"]
    assert (second["width"], second["height"]) == (200, 100)
    printed = [m["pieces"][0]["text"] for m in page.of("output")]
    assert "".join(printed) == "before\nafter\n"


def woff_of(tables: dict[bytes, bytes]) -> bytes:
    """A WOFF file of these tables, those with an even length compressed."""
    offset, directory, body = 44 + 20 * len(tables), [], b""
    for tag, table in tables.items():
        packed = table if len(table) % 2 else zlib.compress(table)
        position = offset + len(body)
        directory.append(struct.pack(">4sIIII", tag, position, len(packed), len(table), 7))
        body += packed
    head = struct.pack(">4sIIHHIHHIIIII", b"wOFF", 0x10000, 0, len(tables), *[0] * 9)
    return head + b"".join(directory) + body


def test_a_woff_file_is_unpacked_to_the_font_it_holds() -> None:
    tables = {b"glyf": bytes(100), b"head": b"abc", b"loca": bytes(range(50))}
    font = figures.unpack_woff(woff_of(tables))
    assert struct.unpack_from(">IHHHH", font) == (0x10000, 3, 32, 1, 16)
    for index, (tag, table) in enumerate(tables.items()):
        entry = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        assert entry[0] == tag
        assert entry[2] % 4 == 0
        assert font[entry[2] : entry[2] + entry[3]] == table


def test_a_file_that_is_no_woff_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a WOFF file"):
        figures.unpack_woff(b"OTTO" + bytes(60))
