"""`scripts/build --data-dir`: which data sets of a folder reach the site, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from tasks import site
from tasks.console import TaskError

from pykeras_core.datasets import bake
from pykeras_core.datasets.sources import DATA_SETS


def write_images(path: Path, pixel: int = 7) -> None:
    x, y = np.full((3, 28, 28), pixel, np.uint8), np.arange(3, dtype=np.uint8)
    np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y)


def test_every_data_set_of_the_folder_becomes_a_file_named_after_its_contents(
    tmp_path: Path,
) -> None:
    write_images(tmp_path / "fashion_mnist.npz")
    write_images(tmp_path / "mnist.npz", pixel=9)
    (tmp_path / "notes.txt").write_text("not a data set")
    places = site._bake(tmp_path, tmp_path / "out")
    assert sorted(places) == ["fashion_mnist", "mnist"]
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert {place.removeprefix("../../data/") for place in places.values()} == files
    assert site._bake(tmp_path, tmp_path / "again") == places
    (baked,) = (tmp_path / "out").glob("mnist-*.npz")
    assert DATA_SETS["mnist"].read_npz(baked, "baked")["x_test"].max() == 9


def test_damaged_data_set_stops_the_build_by_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cifar10.npz").write_bytes(b"cut")
    with pytest.raises(TaskError):
        site._bake(tmp_path, tmp_path / "out")
    assert "cifar10.npz is not a readable .npz file" in "".join(capfd.readouterr())


def test_folder_without_data_sets_lists_those_there_could_be(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no data set.*fashion_mnist"):
        bake.bake(tmp_path, tmp_path / "out")
