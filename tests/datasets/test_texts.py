"""IMDB and Reuters: numbering, cutting and leaving out words, from files in Keras's form."""

import json
from pathlib import Path

import numpy as np
import pytest

from pykeras_core.datasets import imdb, reuters


def lists(*texts: list[int]) -> np.ndarray:
    array = np.empty(len(texts), object)
    array[:] = texts
    return array


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    texts = lists([1, 2], [3, 4, 5], [6], [7, 8])
    labels = np.arange(4)
    np.savez(tmp_path / "reuters.npz", x=texts, y=labels)
    np.savez(tmp_path / "imdb.npz", x_train=texts, y_train=labels, x_test=texts, y_test=labels)
    (tmp_path / "imdb_word_index.json").write_text(json.dumps({"film": 1, "naïve": 2}))
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(tmp_path))
    return tmp_path


def by_label(x: np.ndarray, y: np.ndarray) -> dict[int, list[int]]:
    return {int(label): text for text, label in zip(x, y, strict=True)}


def test_words_are_shifted_and_texts_begin_with_the_start_mark() -> None:
    (x_train, y_train), (x_test, y_test) = imdb.load_data()
    expected = {0: [1, 4, 5], 1: [1, 6, 7, 8], 2: [1, 9], 3: [1, 10, 11]}
    # Without `num_words` the highest number itself counts as unknown, as in Keras.
    expected[3] = [1, 10, 2]
    assert by_label(x_train, y_train) == by_label(x_test, y_test) == expected


def test_unknown_words_are_marked_or_left_out() -> None:
    (x, y), _ = imdb.load_data(num_words=7, start_char=None, index_from=0)
    assert by_label(x, y) == {0: [1, 2], 1: [3, 4, 5], 2: [6], 3: [2, 2]}
    (x, y), _ = imdb.load_data(num_words=7, skip_top=2, oov_char=None, start_char=None)
    assert by_label(x, y) == {0: [4, 5], 1: [6], 2: [], 3: []}


def test_long_texts_are_left_out_with_their_labels() -> None:
    (x, y), _ = imdb.load_data(maxlen=3, start_char=None)
    assert sorted(y.tolist()) == [0, 2, 3]
    assert all(len(text) < 3 for text in x)
    with pytest.raises(ValueError, match="no sequence was kept"):
        imdb.load_data(maxlen=1)


def test_reuters_is_split_after_the_shuffle() -> None:
    (x_train, y_train), (x_test, y_test) = reuters.load_data(test_split=0.5, num_words=100)
    found = by_label(np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]))
    assert (len(x_train), len(x_test)) == (2, 2)
    assert found == {0: [1, 4, 5], 1: [1, 6, 7, 8], 2: [1, 9], 3: [1, 10, 11]}


def test_topics_have_46_names() -> None:
    names = reuters.get_label_names()
    assert (len(set(names)), names[0], names[-1]) == (46, "cocoa", "lead")


def test_word_index_comes_from_the_folder_or_says_what_was_tried() -> None:
    assert imdb.get_word_index() == {"film": 1, "naïve": 2}
    with pytest.raises(FileNotFoundError, match=r"Reuters's words was not found.*PYKERAS_OFFLINE"):
        reuters.get_word_index()


def test_damaged_word_index_is_refused_by_name(folder: Path) -> None:
    (folder / "imdb_word_index.json").write_text('{"film": ')
    with pytest.raises(ValueError, match=r"imdb_word_index\.json is no readable JSON"):
        imdb.get_word_index()


def test_texts_that_are_no_lists_are_refused(folder: Path) -> None:
    np.savez(folder / "reuters.npz", x=np.zeros((4, 2)), y=np.arange(4))
    with pytest.raises(ValueError, match=r"x is float64 \(4, 2\)"):
        reuters.load_data()


def test_pickle_among_texts_may_hold_nothing_but_lists(folder: Path) -> None:
    class Attack:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return exec, ("raise SystemExit('the pickle ran')",)

    bad = np.empty(1, object)
    bad[0] = Attack()
    np.savez(folder / "reuters.npz", x=bad, y=np.zeros(1))
    with pytest.raises(ValueError, match=r"asks for `builtins\.exec`"):
        reuters.load_data()
