"""Data sets that the reader of a page has put among its files, however they are packed."""

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pykeras_core.datasets import cifar10, fashion_mnist, mnist, sources
from pykeras_core.datasets.folders import IDX_FILES

PIXELS = np.full((3, 28, 28), 7, np.uint8)
LABELS = np.arange(3, dtype=np.uint8)


def npz() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, x_train=PIXELS, y_train=LABELS, x_test=PIXELS, y_test=LABELS)
    return buffer.getvalue()


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


@pytest.fixture(autouse=True)
def no_site() -> Iterator[None]:
    """Forget the folder of the readers' files when a test has ended."""
    yield
    sources.set_site(None)


def test_a_page_finds_data_sets_among_its_readers_files(tmp_path: Path) -> None:
    sources.set_site(lambda name: None, tmp_path)
    (tmp_path / "fashion_mnist.npz").write_bytes(npz())
    assert sources.data_set_in(tmp_path, "fashion_mnist.npz") == "Fashion-MNIST"
    assert fashion_mnist.load_data()[0][0].shape == (3, 28, 28)
    (tmp_path / "digits.npz").write_bytes(npz())
    assert mnist.load_data("digits.npz")[0][0].shape == (3, 28, 28)
    assert sources.data_set_in(tmp_path, "digits.npz") is None


def test_a_page_finds_the_original_files_of_images(tmp_path: Path) -> None:
    sources.set_site(lambda name: None, tmp_path)
    for file, array in zip(IDX_FILES, (PIXELS, LABELS) * 2, strict=True):
        assert sources.data_set_in(tmp_path, IDX_FILES[-1]) is None
        (tmp_path / file).write_bytes(gzip.compress(idx(array)))
    assert sources.data_set_in(tmp_path, IDX_FILES[-1]) is not None
    for load_data in (mnist.load_data, fashion_mnist.load_data):
        np.testing.assert_array_equal(load_data()[0][0], PIXELS)


def test_files_of_another_data_set_are_not_taken_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.set_site(lambda name: None, tmp_path)
    for file, array in zip(IDX_FILES, (PIXELS, LABELS) * 2, strict=True):
        (tmp_path / file).write_bytes(gzip.compress(idx(array)))
    clothes = sources.DATA_SETS["fashion_mnist"]
    digests = [hashlib.md5((tmp_path / file).read_bytes()).hexdigest() for file in IDX_FILES]
    known = [
        replace(download, digest=f"md5:{digest}")
        for download, digest in zip(clothes.downloads, digests, strict=True)
    ]
    monkeypatch.setitem(
        sources.DATA_SETS, "fashion_mnist", replace(clothes, downloads=tuple(known))
    )
    assert len(mnist.load_data()[0][0]) == 4000  # the sample
    assert sources.data_set_in(tmp_path, IDX_FILES[0]) == "Fashion-MNIST"


def test_a_page_finds_an_archive_as_it_is_handed_around(tmp_path: Path) -> None:
    batch = pickle.dumps({b"data": np.zeros((2, 3072), np.uint8), b"labels": [0, 1]})
    with tarfile.open(tmp_path / "cifar-10-python.tar.gz", "w:gz") as archive:
        for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.size = len(batch)
            archive.addfile(info, io.BytesIO(batch))
    sources.set_site(lambda name: None, tmp_path)
    assert sources.data_set_in(tmp_path, "cifar-10-python.tar.gz") == "CIFAR-10"
    assert cifar10.load_data()[0][0].shape == (10, 32, 32, 3)
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(b"damaged")
    with pytest.raises(ValueError, match="not a readable archive"):
        cifar10.load_data()
