"""Data sets of files and of series, and files that are fetched once."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import utils

WORDS = {"neg": ["bad", "awful", "poor"], "pos": ["good", "fine", "great", "superb", "nice"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, texts in WORDS.items():
        (tmp_path / name).mkdir()
        for number, text in enumerate(texts):
            (tmp_path / name / f"{number}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_texts_come_with_the_labels_of_their_folders(folder: Path, capsys: Any) -> None:
    dataset = keras.utils.text_dataset_from_directory(folder, batch_size=3, shuffle=False)
    assert capsys.readouterr().out == "Found 8 files belonging to 2 classes.\n"
    assert dataset.class_names == ["neg", "pos"]
    assert len(dataset.file_paths) == 8
    batches = list(dataset)
    assert [len(texts) for texts, _ in batches] == [3, 3, 2]
    assert batches[0][0].tolist() == [word.encode() for word in WORDS["neg"]]
    assert [label for _, labels in batches for label in labels.tolist()] == [0] * 3 + [1] * 5


def test_split_parts_share_no_file(folder: Path) -> None:
    train, rest = utils.text_dataset_from_directory(
        folder, validation_split=0.25, subset="both", seed=3, batch_size=None, verbose=False
    )
    first, last = ({str(text) for text, _ in part} for part in (train, rest))
    assert (len(first), len(last)) == (6, 2)
    assert not first & last
    alone = utils.text_dataset_from_directory(
        folder, validation_split=0.25, subset="validation", seed=3, batch_size=None, verbose=False
    )
    assert {str(text) for text, _ in alone} == last


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [("categorical", [[1, 0], [0, 1]]), ("binary", [[0], [1]]), ("int", [0, 1])],
)
def test_labels_have_the_form_asked_for(folder: Path, mode: str, wanted: Any) -> None:
    dataset = utils.text_dataset_from_directory(
        folder, label_mode=mode, batch_size=8, shuffle=False, verbose=False, max_length=2
    )
    ((texts, labels),) = dataset
    assert labels.numpy()[[0, -1]].tolist() == wanted
    assert texts.tolist()[0] == b"ba"


def test_files_may_have_labels_of_their_own_or_none(folder: Path) -> None:
    own = utils.text_dataset_from_directory(folder, labels=[5, 6] * 4, shuffle=False, verbose=False)
    assert next(iter(own))[1].tolist() == [5, 6] * 4
    assert own.class_names == ["5", "6"]
    none = utils.text_dataset_from_directory(folder, labels=None, shuffle=False, verbose=False)
    assert next(iter(none)).shape == (8,)


def test_pictures_are_brought_to_one_size(tmp_path: Path) -> None:
    pictures = pytest.importorskip("PIL.Image", reason="needs Pillow")
    for number, name in enumerate(("a", "b")):
        (tmp_path / name).mkdir()
        pictures.new("RGB", (6 + number, 4), (number * 255, 10, 20)).save(tmp_path / name / "p.png")
    dataset = utils.image_dataset_from_directory(
        tmp_path, image_size=(5, 3), batch_size=2, shuffle=False, verbose=False
    )
    ((images, labels),) = dataset
    assert images.shape == (2, 5, 3, 3)
    assert images.numpy()[1, 2, 1].tolist() == [255, 10, 20]
    assert labels.tolist() == [0, 1]
    gray = utils.image_dataset_from_directory(
        tmp_path, color_mode="grayscale", image_size=(5, 3), labels=None, verbose=False
    )
    assert next(iter(gray)).shape == (2, 5, 3, 1)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"label_mode": "one_hot"}, ValueError, "expected `label_mode`"),
        ({"validation_split": 0.2}, ValueError, "together"),
        ({"validation_split": 0.2, "subset": "both"}, ValueError, "give a `seed`"),
        ({"labels": [1]}, ValueError, "one for each of 8 files, received 1"),
        ({"class_names": ["pos"]}, ValueError, "the names of the folders"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    folder: Path, arguments: Any, error: Any, message: str
) -> None:
    with pytest.raises(error, match=message):
        utils.text_dataset_from_directory(folder, **arguments)


def test_folders_without_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="found no files ending in"):
        utils.text_dataset_from_directory(tmp_path)
    with pytest.raises(NotADirectoryError, match="found no folder"):
        utils.image_dataset_from_directory(tmp_path / "missing")


def test_windows_of_a_series_in_random_order_are_the_same_windows() -> None:
    data = np.arange(20, dtype=np.float32)
    dataset = utils.timeseries_dataset_from_array(data, data, 3, shuffle=True, seed=1, batch_size=4)
    batches = list(dataset)
    assert len(dataset) == len(batches) == 5
    starts = [start for _, starts in batches for start in starts.tolist()]
    assert sorted(starts) == list(range(18)) != starts
    for windows, labels in batches:
        np.testing.assert_array_equal(windows, labels.numpy()[:, None] + np.arange(3))
    single = next(iter(utils.timeseries_dataset_from_array(data, None, 3, batch_size=None)))
    assert single.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sequence_length": 30}, "`sequence_length` from 1 to 10 for `data` of 10 rows"),
        ({"sequence_length": 2, "sampling_rate": 0}, "`sampling_rate` as a positive int"),
        ({"sequence_length": 2, "end_index": 11}, "`end_index` from 1 to 10"),
        ({"sequence_length": 6, "sampling_rate": 3}, "No window of 6 rows"),
    ],
)
def test_windows_that_do_not_fit_are_refused(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        utils.timeseries_dataset_from_array(np.zeros(10), None, **arguments)


def test_get_file_takes_the_working_folder_s_file_first(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYKERAS_OFFLINE", "1")
    with zipfile.ZipFile(tmp_path / "words.zip", "w") as archive:
        archive.writestr("words/a.txt", "hello")
    origin = "https://example.invalid/data/words.zip?raw=1"
    assert utils.get_file(origin=origin) == "words.zip"
    unpacked = Path(utils.get_file("words.zip", origin, extract=True))
    assert (unpacked / "words" / "a.txt").read_text() == "hello"
    with pytest.raises(FileNotFoundError, match=r"found no 'other.csv'.*Put it there"):
        utils.get_file("other.csv", "https://example.invalid/other.csv", cache_dir=tmp_path)
    with pytest.raises(ValueError, match="expected an address"):
        utils.get_file("x")


def test_get_file_downloads_once_and_checks_the_digest(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYKERAS_OFFLINE", raising=False)
    source = tmp_path / "source.csv"
    source.write_bytes(b"1,2\n")
    cache = tmp_path / "cache"
    path = utils.get_file("data.csv", source.as_uri(), cache_dir=cache)
    assert Path(path) == cache / "datasets" / "data.csv"
    source.unlink()
    assert (
        Path(utils.get_file("data.csv", source.as_uri(), cache_dir=cache)).read_bytes() == b"1,2\n"
    )
    source.write_bytes(b"3,4\n")
    digest = hashlib.md5(b"1,2\n").hexdigest()
    with pytest.raises(FileNotFoundError, match="another digest"):
        utils.get_file(
            "data.csv", source.as_uri(), md5_hash=digest, cache_dir=cache, force_download=True
        )
