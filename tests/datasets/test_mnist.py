"""`mnist.load_data`: the built-in sample, the sources in their order, and what a bad file says."""

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core.datasets import folders, mnist, samples


def tiny_arrays(first_pixel: int = 1) -> dict[str, np.ndarray]:
    x = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
    x[0, 0, 0] = first_pixel
    return {
        "x_train": x,
        "y_train": np.array([3, 9], np.uint8),
        "x_test": x[:1],
        "y_test": np.array([7], np.uint8),
    }


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)


def idx_bytes(values: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return gzip.compress(header + values.tobytes())


def test_sample_has_4000_and_1000_digits_with_every_class_equally_often() -> None:
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    assert (x_train.shape, x_test.shape) == ((4000, 28, 28), (1000, 28, 28))
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert np.bincount(y_train).tolist() == [400] * 10
    assert np.bincount(y_test).tolist() == [100] * 10


def test_sample_rows_are_the_source_rows_in_the_order_of_their_digests() -> None:
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    for x, y in ((x_train, y_train), (x_test, y_test)):
        rows = np.concatenate([x.reshape(len(x), -1), y[:, None]], axis=1)
        digests = [hashlib.sha256(row.tobytes()).digest() for row in rows]
        assert digests == sorted(digests)
        assert len(set(digests)) == len(rows)


def test_sample_shows_digits_centred_and_dark_outside() -> None:
    (x_train, _), _ = mnist.load_data()
    assert x_train[:, :, [0, -1]].max() == 0 or x_train[:, :, [0, -1]].mean() < 0.5
    assert 30 < x_train.mean() < 36
    assert x_train[:, 10:18, 10:18].mean() > 3 * x_train[:, :4].mean()


def test_loading_the_sample_says_that_it_is_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    mnist.load_data()
    lines = capsys.readouterr().out.splitlines()
    assert "built-in sample" in lines[-1]
    assert "4,000" in lines[-1]


def test_data_folder_npz_comes_before_keras_cache_and_sample(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_npz(tmp_path / "data" / "mnist.npz", **tiny_arrays(first_pixel=1))
    write_npz(tmp_path / "keras" / "datasets" / "mnist.npz", **tiny_arrays(first_pixel=2))
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path / "data"))
    assert mnist.load_data()[0][0][0, 0, 0] == 1
    monkeypatch.delenv("PYKERAS_DATA_DIR")
    assert mnist.load_data()[0][0][0, 0, 0] == 2


def test_data_folder_without_mnist_falls_through_to_the_sample(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path))
    assert len(mnist.load_data()[0][0]) == 4000


def test_original_idx_files_load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    arrays = tiny_arrays()
    (tmp_path / "mnist").mkdir()
    for file, key in zip(folders.IDX_FILES, folders.NPZ_KEYS, strict=True):
        (tmp_path / "mnist" / file).write_bytes(idx_bytes(arrays[key]))
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path))
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    for found, key in zip((x_train, y_train, x_test, y_test), folders.NPZ_KEYS, strict=True):
        np.testing.assert_array_equal(found, arrays[key])


def test_absolute_path_is_loaded(tmp_path: Path) -> None:
    write_npz(tmp_path / "elsewhere.npz", **tiny_arrays(first_pixel=5))
    assert mnist.load_data(str(tmp_path / "elsewhere.npz"))[0][0][0, 0, 0] == 5


def test_data_dir_that_is_no_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYKERAS_DATA_DIR", "/no/such/folder")
    with pytest.raises(FileNotFoundError, match=r"PYKERAS_DATA_DIR names '/no/such/folder'"):
        mnist.load_data()


def test_npz_without_an_array_names_the_missing_one(tmp_path: Path) -> None:
    arrays = tiny_arrays()
    del arrays["y_test"]
    write_npz(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(ValueError, match="lacks y_test"):
        mnist.DATA.read(tmp_path)


def test_npz_with_float_images_names_what_came(tmp_path: Path) -> None:
    arrays = tiny_arrays()
    arrays["x_train"] = arrays["x_train"].astype(np.float32)
    write_npz(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(ValueError, match=r"x_train is float32 \(2, 28, 28\)"):
        mnist.DATA.read(tmp_path)


def test_npz_never_unpickles(tmp_path: Path) -> None:
    arrays = tiny_arrays()
    arrays["y_test"] = np.array([{"pickled": True}], dtype=object)
    write_npz(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(ValueError, match=r"not a readable \.npz file"):
        mnist.DATA.read(tmp_path)


@given(junk=st.binary(max_size=200))
def test_damaged_npz_is_a_value_error_that_names_the_file(
    junk: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("junk") / "mnist.npz"
    path.write_bytes(junk)
    with pytest.raises(ValueError, match=r"mnist\.npz"):
        folders.load_npz(path, str(path), folders.NPZ_KEYS)


@given(junk=st.binary(max_size=40))
def test_bytes_that_are_no_gzip_are_a_value_error_that_names_the_file(
    junk: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("junk") / "images.gz"
    path.write_bytes(junk)
    with pytest.raises(ValueError, match=r"images\.gz"):
        folders.load_idx(path)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (b"", "it starts with"),
        (bytes([0, 0, 13, 1]), "it starts with 00 00 0d"),
        (bytes([0, 0, 8, 2, 0, 0, 0, 2]), "ends inside its header of 12 bytes"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 3, 7]), "that is 3 values, and holds 1"),
    ],
)
def test_damaged_idx_says_what_was_expected(contents: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(contents))
    with pytest.raises(ValueError, match=message):
        folders.load_idx(path)


def test_without_any_source_the_message_names_each_one_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse() -> None:
        raise OSError("no network")

    monkeypatch.setattr(samples.Sample, "is_current", lambda sample: False)
    monkeypatch.setattr(samples.Sample, "make", lambda sample: refuse())
    with pytest.raises(FileNotFoundError) as caught:
        mnist.load_data()
    for part in ("PYKERAS_DATA_DIR", str(tmp_path / "keras"), "no network", "Put `mnist.npz`"):
        assert part in str(caught.value)


def test_pack_refuses_another_source() -> None:
    with pytest.raises(ValueError, match="expected 846f6cad"):
        samples.MNIST.pack({"mnist": gzip.compress(b"1,2,3\n")})


def test_reading_refuses_a_file_of_another_version(tmp_path: Path) -> None:
    path = tmp_path / "mnist_sample.bin"
    path.write_bytes(b"MNIST sample 0\n")
    with pytest.raises(ValueError, match="does not start with"):
        samples.MNIST._replace(path=path).contents()
