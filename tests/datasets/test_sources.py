"""Data sets from files: the places in their order, downloads, and what refuses to load."""

import hashlib
import io
import pickle
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from pykeras_core.datasets import (
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    mnist,
    sources,
)
from pykeras_core.utils import download
from pykeras_core.utils.download import Download

REAL = Path(__file__).parents[3] / "shared" / "datasets"


class Server:
    """Files on this machine's own address."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address

    def offer(self, name: str, contents: bytes) -> Download:
        (self.folder / name).write_bytes(contents)
        digest = f"sha256:{hashlib.sha256(contents).hexdigest()}"
        return Download(f"{self.address}/{name}", digest, name)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    folder = tmp_path / "served"
    folder.mkdir()
    monkeypatch.delenv("PYKERAS_OFFLINE")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield Server(folder, f"http://127.0.0.1:{http.server_port}")
        http.shutdown()


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def images(shape: tuple[int, ...], label: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
    x = np.arange(3 * int(np.prod(shape)), dtype=np.uint32).astype(np.uint8).reshape(3, *shape)
    y = np.array([0, 1, 2]).reshape(3, *label)
    return {"x_train": x, "y_train": y, "x_test": x[:1], "y_test": y[:1]}


@pytest.mark.skipif(
    not (REAL / "fashion_mnist.npz").is_file(), reason="needs ../shared/datasets/fashion_mnist.npz"
)
def test_fashion_mnist_comes_from_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(REAL))
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    assert x_train.shape[1:] == x_test.shape[1:] == (28, 28)
    assert set(y_train) == set(y_test) == set(range(len(fashion_mnist.CLASS_NAMES)))
    # Trousers are two dark columns: brighter at the sides of the middle than boots are.
    trousers, boots = (x_train[y_train == label].mean(axis=0) for label in (1, 9))
    assert trousers[:6, 10:18].mean() > boots[:6, 10:18].mean()


def test_download_is_kept_in_keras_cache_and_not_repeated(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    offered = server.offer("tiny.npz", npz(**images((4, 4))))
    data_set = sources.DataSet("tiny", "Tiny", (offered,))
    first = sources.load(data_set)
    printed = capsys.readouterr().out
    assert f"Tiny: downloading {offered.url}" in printed
    assert "━" in printed
    (server.folder / "tiny.npz").unlink()
    again = sources.load(data_set)
    np.testing.assert_array_equal(again["x_train"], first["x_train"])
    assert capsys.readouterr().out == ""


def test_download_of_another_digest_is_refused_and_leaves_nothing(
    server: Server, tmp_path: Path
) -> None:
    offered = server.offer("tiny.npz", npz(**images((4, 4))))
    (server.folder / "tiny.npz").write_bytes(b"something else")
    with pytest.raises(FileNotFoundError, match="of another digest"):
        sources.load(sources.DataSet("tiny", "Tiny", (offered,)))
    assert [path for path in (tmp_path / "keras").rglob("*") if path.is_file()] == []


def test_missing_file_on_the_server_is_told_with_its_answer(server: Server) -> None:
    offered = Download(f"{server.address}/gone.npz", "md5:0", "gone.npz")
    with pytest.raises(FileNotFoundError, match=r"gone\.npz \(answer 404\)"):
        sources.load(sources.DataSet("gone", "Gone", (offered,)))


def test_host_that_does_not_answer_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as closed:
        address = f"http://127.0.0.1:{closed.server_port}"
    data_set = sources.DataSet("far", "Far", (Download(f"{address}/far.npz", "md5:0", "far.npz"),))
    with pytest.raises(FileNotFoundError, match="refused"):
        sources.load(data_set)
    with pytest.raises(FileNotFoundError, match="did not answer before"):
        sources.load(data_set)


def test_archive_is_unpacked_where_keras_unpacks_it(server: Server, tmp_path: Path) -> None:
    rows = np.arange(2 * 3072, dtype=np.uint32).astype(np.uint8).reshape(2, 3072)
    batch = pickle.dumps({b"data": rows, b"labels": [3, 4]}, protocol=3)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.size = len(batch)
            tar.addfile(info, io.BytesIO(batch))
    offered = server.offer("cifar.tar.gz", buffer.getvalue())
    offered = Download(offered.url, offered.digest, cifar10.DATA.downloads[0].path, unpack=True)
    fields = {**vars(cifar10.DATA), "downloads": (offered,)}
    arrays = sources.load(sources.DataSet(**fields))
    cache = tmp_path / "keras" / "datasets"
    assert (cache / "cifar-10-batches-py-target/cifar-10-batches-py/test_batch").is_file()
    assert arrays["x_train"].shape == (10, 32, 32, 3)
    # A row holds all of red, then green, then blue.
    np.testing.assert_array_equal(arrays["x_test"][0, 0, 0], rows[0, [0, 1024, 2048]])
    (x_train, y_train), (_, y_test) = cifar10.load_data()
    np.testing.assert_array_equal(x_train, arrays["x_train"])
    assert (y_train.shape, y_test.tolist()) == ((10, 1), [[3], [4]])


def test_batch_that_asks_for_more_than_arrays_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Attack:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return exec, ("raise SystemExit('the pickle ran')",)

    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    for name in ("train", "test"):
        (folder / name).write_bytes(pickle.dumps({b"data": Attack()}))
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match=r"asks for `builtins\.exec`"):
        cifar100.load_data()


@pytest.mark.parametrize("contents", [b"", b"\x80\x02}", pickle.dumps([1]), pickle.dumps({})])
def test_damaged_batch_is_refused_by_name(
    contents: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    for name in ("train", "test"):
        (folder / name).write_bytes(contents)
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match="cifar-100-python"):
        cifar100.load_data(label_mode="coarse")


def test_cifar_npz_of_another_shape_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cifar10.npz").write_bytes(npz(**images((28, 28))))
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match=r"images of shape \(n, 32, 32, 3\).*x_train is uint8 \(3"):
        cifar10.load_data()


@pytest.mark.parametrize("name", sorted(sources.DATA_SETS))
def test_data_set_that_is_nowhere_says_where_it_was_looked_for(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        sources.load(sources.DATA_SETS[name])
    message = str(caught.value)
    for part in ("PYKERAS_DATA_DIR", str(tmp_path / "keras"), "PYKERAS_OFFLINE", f"`{name}.npz`"):
        assert part in message


def test_site_gives_what_its_build_baked_in_and_says_how_for_the_rest() -> None:
    baked = {"fashion_mnist": npz(**images((28, 28)))}
    sources.set_site(baked.get)
    (x_train, _), _ = fashion_mnist.load_data()
    assert x_train.shape == (3, 28, 28)
    with pytest.raises(FileNotFoundError, match=r"scripts/build --data-dir"):
        cifar10.load_data()


def test_site_without_mnist_falls_back_to_the_sample() -> None:
    sources.set_site(lambda name: None)
    assert len(mnist.load_data()[0][0]) == 4000


def test_california_housing_is_split_as_keras_splits_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = np.arange(700 * 8, dtype=np.float32).reshape(700, 8)
    (tmp_path / "california_housing.npz").write_bytes(npz(x=x, y=x[:, 0]))
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path))
    (x_train, y_train), (x_test, _) = california_housing.load_data(version="small")
    assert (len(x_train), len(x_test)) == (480, 120)
    assert x_train.max() < 600 * 8
    np.testing.assert_array_equal(x_train[:, 0], y_train)
    with pytest.raises(ValueError, match="'small', 'large'"):
        california_housing.load_data(version="tiny")


def test_every_download_has_a_digest_of_the_length_of_its_kind() -> None:
    for data_set in sources.DATA_SETS.values():
        for file in data_set.downloads:
            kind, _, value = file.digest.partition(":")
            assert len(value) == 2 * hashlib.new(kind).digest_size
            assert file.url.startswith("https://")


def test_page_never_downloads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PYKERAS_OFFLINE")
    monkeypatch.setattr(download.sys, "platform", "emscripten")
    with pytest.raises(OSError, match="a page cannot download it"):
        download.fetch("Tiny", [], tmp_path)
