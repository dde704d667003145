"""Data sets in `.npz` files that are damaged or hostile: each is refused by name, within bounds."""

from __future__ import annotations

import io
import re
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pykeras_core.datasets import fashion_mnist, imdb

MEGABYTE = 2**20


def npy(shape: object, descr: object = "|u1", data: bytes = b"") -> bytes:
    """An array's file whose header says what it is told to say."""
    header = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def whole(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array)
    return buffer.getvalue()


IMAGES, LABELS = whole(np.zeros((3, 28, 28), np.uint8)), whole(np.arange(3))
GOOD = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS}
LARGE = npy((40 * MEGABYTE,), data=bytes(40 * MEGABYTE))


def write(path: Path, packing: int = zipfile.ZIP_DEFLATED, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in {**GOOD, **members}.items():
            archive.writestr(f"{name}.npy", data)
    return path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path))
    return tmp_path / "fashion_mnist.npz"


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ({"x_train": npy((10**12, 28, 28))}, ""),
        ({"x_train": npy((10**30, 28, 28))}, ""),
        ({"x_train": npy((-3, 28, 28), data=bytes(2352))}, "negative"),
        ({"x_train": npy("3")}, ""),
        ({"x_train": npy((3,), "junk")}, "junk"),
        ({"x_train": npy((3,), "|O", b"cos\nsystem\n(S'echo hi'\ntR.")}, "Object arrays"),
        ({"x_train": b""}, ""),
        ({"x_train": b"\x93NUMPY\x01\x00" + struct.pack("<H", 60000) + b"(" * 60000}, "Header"),
        ({"x_train": b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"-" * 9000}, ""),
        ({"y_train": whole(np.ones(3, np.complex64))}, "y_train is complex64"),
        ({"y_train": whole(np.array(["a", "b", "c"]))}, "y_train is <U1"),
        ({"y_train": whole(np.zeros((3, 1), int))}, r"y_train is int64 \(3, 1\)"),
        ({"y_train": whole(np.array([-1, 300, 5]))}, "from 0 to 255; y_train holds -1 to 300"),
    ],
)
def test_arrays_that_are_something_else_are_refused(
    place: Path, member: dict[str, bytes], message: str
) -> None:
    write(place, **member)
    with pytest.raises(ValueError, match=rf"{re.escape(str(place))} (is|was) .*{message}"):
        fashion_mnist.load_data()


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_npz_packed_in_an_unusual_way_is_refused(place: Path, packing: int) -> None:
    write(place, packing)
    with pytest.raises(ValueError, match="a way that NumPy does not write"):
        fashion_mnist.load_data()


@pytest.mark.parametrize("said", [None, 1000])
def test_an_array_that_unpacks_to_far_more_takes_no_memory(place: Path, said: int | None) -> None:
    write(place, x_train=LARGE)
    if said:
        size = len(LARGE).to_bytes(4, "little")
        place.write_bytes(place.read_bytes().replace(size, said.to_bytes(4, "little")))
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"fashion_mnist\.npz is not a readable \.npz file"):
        fashion_mnist.load_data()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MEGABYTE


def test_an_array_of_zeros_of_an_ordinary_size_loads(place: Path) -> None:
    images = np.zeros((3000, 28, 28), np.uint8)
    write(place, x_train=whole(images), y_train=whole(np.zeros(3000, int)))
    np.testing.assert_array_equal(fashion_mnist.load_data()[0][0], images)


@pytest.mark.parametrize(
    "data",
    [
        b"cos\nsystem\n(S'echo hi'\ntR.",
        b"\x8a\xff\xff",
        b"\x80\x03\x8e" + b"\xff" * 7 + b"\x7f.",
        b"\x80\x04\x95" + b"\xff" * 7 + b"\x7f.",
        b"\x80\x03]q\x00h\x00a.",
        b"cnumpy\nndarray\n(I1000000000\nI100\ntR.",
        b"\x80\x03]q\x00.",
    ],
)
def test_pickled_texts_that_are_something_else_are_refused(place: Path, data: bytes) -> None:
    write(place.with_name("imdb.npz"), x_train=npy((3,), "|O", data))
    with pytest.raises(ValueError, match=r"imdb\.npz (is|was) "):
        imdb.load_data()
