"""Data sets in `.npz` files that are damaged or hostile: each is refused by name, within bounds."""

from __future__ import annotations

import io
import pickle
import re
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pykeras_core.datasets import fashion_mnist, imdb, pickles

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


def begun(shape: bytes = b"K\x00\x85") -> bytes:
    """An array's pickle up to where its values come."""
    return (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n" + shape + b"U\x01b\x87R"
    )


def typed(code: bytes, state: bytes = b"") -> bytes:
    return b"cnumpy\ndtype\nU" + bytes([len(code)]) + code + b"K\x00K\x01\x87R" + state


BILLION = b"J" + (10**9).to_bytes(4, "little")
TEXT = b"X" + (10**6).to_bytes(4, "little") + b"a" * 10**6


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x80\x03]r\xff\xff\xff\x0f.", "numbers a value 268435455"),
        (b"\x80\x03]p268435455\n.", "numbers a value 268435455"),
        (b"\x80\x03]r\xff\xff\xff\x0f" + b"N" * 9000, "numbers a value 268435455"),
        (b"\x80\x05\x96" + (2**31).to_bytes(8, "little") + b".", "says that it has 214748"),
        (b"\x80\x03T\xff\xff\xff\x7f.", "says that it has 214748"),
        (b"\x80\x02" + b"]" * 1001 + b".", "makes more than 1000 lists"),
        (b"\x80\x02(" + b"(l" * 1001 + b".", "makes more than 1000 lists"),
        (begun(BILLION + b"\x85") + b".", "a way that NumPy does not write"),
        (
            begun() + b"(K\x01" + BILLION + b"\x85" + typed(b"O8") + b"\x89]tb.",
            r"holds 0 values for an array of shape \(1000000000,\)",
        ),
        (
            begun() + b"(K\x01" + BILLION + b"\x85" + typed(b"S1") + b"\x89U\x00tb.",
            r"holds 0 values for an array of shape \(1000000000,\)",
        ),
        (begun() + b"(K\x01K\x01\x85" + typed(b"V9") + b"\x89U\x00tb.", "holds values of |V9"),
        (b"cnumpy\nndarray\n" + BILLION + b"\x85R.", "damaged"),
        (
            b"\x80\x02c_codecs\nencode\nq\x00" + TEXT + b"U\x06latin1\x86q\x01"
            b"0(" + b"h\x00h\x01R" * 1000 + b"t.",
            "encodes a str as b'latin1'",
        ),
        (
            b"\x80\x02c_codecs\nencode\nq\x00" + TEXT + b"X\x06\x00\x00\x00latin1\x86q\x01"
            b"0(" + b"h\x00h\x01R" * 1000 + b"t.",
            "makes more than its bytes hold",
        ),
    ],
    ids=range(14),
)
def test_a_pickle_that_asks_for_more_memory_than_it_has_is_refused(
    monkeypatch: pytest.MonkeyPatch, data: bytes, message: str
) -> None:
    monkeypatch.setattr(pickles, "_MOST_CONTAINERS", 1000)
    tracemalloc.start()
    with pytest.raises((ValueError, pickle.UnpicklingError), match=message):
        pickles.load(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80 * MEGABYTE


def test_a_type_of_values_in_a_pickle_cannot_be_made_one_of_objects() -> None:
    flags = b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x3ftb"
    data = begun() + b"(K\x01K\x01\x85" + typed(b"i8", flags) + b"\x89U\x08" + b"abcdefgh" + b"tb."
    found = pickles.load(data)
    assert found.dtype == np.int64
    assert not found.dtype.hasobject


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_texts_are_read_as_every_version_of_python_pickles_them(protocol: int) -> None:
    texts = np.empty(3, object)
    texts[:] = [[1, 300, 70_000], [], [2, -5]]
    found = pickles.load(pickle.dumps(texts, protocol))
    assert type(found) is np.ndarray
    assert found.tolist() == texts.tolist()


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize(
    "array",
    [
        np.arange(5),
        np.ones((2, 3), ">f4"),
        np.eye(3, order="F"),
        np.array(["a", "bc"]),
        np.array(3),
    ],
    ids=["row", "other bytes", "columns", "words", "one"],
)
def test_arrays_of_numbers_and_words_are_read(protocol: int, array: np.ndarray) -> None:
    found = pickles.load(pickle.dumps({"data": array}, protocol))["data"]
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype.newbyteorder("=")
