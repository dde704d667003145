"""keras.utils: reproducible numbers, conversions, printing, and what they refuse.

Results and printed text are compared with real Keras in tests/parity.
"""

from __future__ import annotations

import io
import logging
import random
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pykeras_core as keras
from pykeras_core import utils
from pykeras_core.utils.table import fit_widths, render_table


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_set_random_seed_repeats_python_numpy_and_keras():
    def draw():
        utils.set_random_seed(11)
        return random.random(), np.random.rand(), keras.random.uniform(()).numpy().item()

    assert draw() == draw()


def test_set_random_seed_repeats_a_training():
    def train():
        utils.set_random_seed(3)
        model = keras.Sequential(
            [keras.Input((2,)), keras.layers.Dense(4), keras.layers.Dropout(0.5)]
        )
        model.compile("adam", "mse")
        x = np.random.rand(40, 2)
        return model.fit(x, np.zeros((40, 4)), epochs=2, verbose=0).history["loss"]

    assert train() == train()


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "7", None, True])
def test_set_random_seed_refuses_what_is_no_seed(seed):
    with pytest.raises(ValueError, match="`seed` as an int from 0 to 4294967295"):
        utils.set_random_seed(seed)


def test_clear_session_makes_names_start_over():
    utils.clear_session()
    assert keras.layers.Dense(1).name == "dense"
    assert keras.layers.Dense(1).name == "dense_1"
    utils.clear_session(free_memory=False)
    assert keras.layers.Dense(1).name == "dense"


@given(st.lists(st.integers(0, 20), min_size=1), st.integers(0, 5))
def test_to_categorical_rows_point_back_at_the_labels(labels, more_classes):
    rows = utils.to_categorical(labels, max(labels) + 1 + more_classes)
    assert rows.sum() == len(labels)
    assert rows.argmax(-1).tolist() == labels


def test_to_categorical_of_a_tensor_is_a_tensor():
    rows = utils.to_categorical(keras.ops.array([[2], [0]]))
    assert keras.ops.is_tensor(rows)
    assert rows.numpy().tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize("labels", [[0, 3], [-1, 2]])
def test_to_categorical_refuses_labels_out_of_range(labels):
    with pytest.raises(ValueError, match=r"from 0 to 2 \(num_classes=3\), received numbers from"):
        utils.to_categorical(labels, num_classes=3)


def test_to_categorical_needs_labels_to_count_classes():
    with pytest.raises(ValueError, match="Pass `num_classes`"):
        utils.to_categorical([])


def test_normalize_of_a_tensor_is_that_of_an_array():
    x = np.array([[3.0, 4.0], [0.0, 0.0]], "float32")
    tensor = utils.normalize(keras.ops.array(x))
    np.testing.assert_allclose(tensor.numpy(), utils.normalize(x), rtol=1e-6)


@pytest.mark.parametrize(
    ("sequences", "arguments", "message"),
    [
        ([[1]], {"padding": "both"}, "`padding` expected 'pre' or 'post', received 'both'"),
        ([[1]], {"truncating": "both"}, "`truncating` expected"),
        ([1, 2], {}, "expected sequences as items, received 1"),
        (iter([]), {}, "expected a list of sequences"),
        ([[[1, 2]], [[3]]], {}, r"shape \(2,\) as in the first.*received shape \(1,\)"),
    ],
)
def test_pad_sequences_refuses(sequences, arguments, message):
    with pytest.raises(ValueError, match=message):
        utils.pad_sequences(sequences, **arguments)


def test_split_dataset_keeps_the_structure_and_all_samples():
    x, y = np.arange(20).reshape(10, 2), np.arange(10)
    (x_left, y_left), (x_right, y_right) = utils.split_dataset((x, y), right_size=3)
    np.testing.assert_array_equal(np.concatenate([x_left, x_right]), x)
    np.testing.assert_array_equal(y_left, x_left[:, 0] // 2)
    np.testing.assert_array_equal(y_right, [7, 8, 9])


def test_split_dataset_mixes_the_same_way_with_the_same_seed():
    x = np.arange(50)
    first, _ = utils.split_dataset(x, left_size=0.5, shuffle=True, seed=4)
    again, rest = utils.split_dataset(x, left_size=0.5, shuffle=True, seed=4)
    np.testing.assert_array_equal(first, again)
    assert sorted([*again, *rest]) == list(x)
    assert list(first) != sorted(first)


@pytest.mark.parametrize(
    ("dataset", "arguments", "message"),
    [
        (np.zeros(4), {}, "received neither"),
        (np.zeros(4), {"left_size": 1.5}, "share expected at most 1.0"),
        (np.zeros(4), {"left_size": -1}, "received -1"),
        (np.zeros(4), {"left_size": 3, "right_size": 2}, "cannot split 4 samples"),
        (np.zeros(4), {"left_size": 4}, "cannot split 4 samples"),
        ((np.zeros(4), np.zeros(5)), {"left_size": 2}, r"lengths \[4, 5\]"),
    ],
)
def test_split_dataset_refuses(dataset, arguments, message):
    with pytest.raises(ValueError, match=message):
        utils.split_dataset(dataset, **arguments)


def test_images_without_pillow_say_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r"`array_to_img` needs Pillow.*pip install pillow"):
        utils.array_to_img(np.zeros((2, 2, 1)))


def test_img_to_array_can_put_channels_first():
    assert utils.img_to_array(np.zeros((2, 3, 4)), "channels_first").shape == (4, 2, 3)
    with pytest.raises(ValueError, match="'channels_first' or 'channels_last', received 'nhwc'"):
        utils.img_to_array(np.zeros((2, 3)), data_format="nhwc")


def test_unpack_refuses_a_batch_of_four():
    with pytest.raises(ValueError, match="received a tuple of 4"):
        utils.unpack_x_y_sample_weight((1, 2, 3, 4))


@given(st.integers(), st.none() | st.integers(), st.none() | st.integers())
def test_unpack_undoes_pack(x, y, sample_weight):
    packed = utils.pack_x_y_sample_weight(x, y, sample_weight)
    assert utils.unpack_x_y_sample_weight(packed) == (x, y, sample_weight)


def test_progress_bar_has_colours_only_on_a_terminal(monkeypatch):
    for stream, coloured in [(io.StringIO(), False), (Terminal(), True)]:
        monkeypatch.setattr(sys, "stdout", stream)
        utils.Progbar(2).update(1, [("loss", 0.5)], finalize=True)
        assert ("\x1b[" in stream.getvalue()) is coloured


def test_progress_bar_is_made_of_equals_signs_where_its_character_cannot_be_encoded(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="")
    monkeypatch.setattr(sys, "stdout", stream)
    utils.Progbar(2, width=4).update(2)
    stream.seek(0)
    assert stream.read().startswith("\r2/2 ==== ")


def test_progress_bar_counts_added_steps(capsys):
    progbar = utils.Progbar(10, interval=0)
    progbar.add(3)
    progbar.add(4)
    assert " 7/10 " in capsys.readouterr().out


def test_progress_bar_refuses_both_kinds_of_metrics():
    with pytest.raises(ValueError, match="received both"):
        utils.Progbar(1, stateful_metrics=["a"], stateless_metrics=["b"])


def test_disabled_interactive_logging_sends_lines_to_the_logger(capsys, caplog):
    caplog.set_level(logging.INFO, logger="keras")
    utils.disable_interactive_logging()
    try:
        assert not utils.is_interactive_logging_enabled()
        utils.Progbar(1, verbose=2).update(1)
    finally:
        utils.enable_interactive_logging()
    assert capsys.readouterr().out == ""
    assert caplog.messages[0].startswith("1/1 - 0s")


def small_model() -> keras.Sequential:
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2, name="卷积层"), keras.layers.Dense(1)]
    )


def test_summary_lines_up_names_in_chinese():
    pieces: list[str] = []
    small_model().summary(print_fn=pieces.append, line_length=40)
    row = next(line for line in pieces[0].splitlines() if "卷积层" in line)
    assert len(row) + 3 == 40  # three of its characters take two columns


def test_summary_prints_to_standard_output(capsys):
    small_model().summary()
    assert capsys.readouterr().out.startswith('Model: "')


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"line_length": 9}, "does not fit lines of 9 characters"),
        ({"positions": [0.5, 1.0]}, "ends of 3 columns"),
        ({"layer_range": ["dense"]}, "names of the first and the last layer"),
        ({"layer_range": ["a", "b"]}, "fits no layers; their names are"),
    ],
)
def test_summary_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        small_model().summary(**arguments)


@given(st.lists(st.integers(5, 40), min_size=1, max_size=5), st.integers(0, 40))
def test_table_is_as_wide_as_the_line(widths, spare):
    line_length = sum(widths) + spare
    cells = ["a cell with words"] * len(widths)
    lines = render_table(cells, [cells], fit_widths(widths, line_length), ["left"] * len(widths))
    assert {len(line) for line in lines} == {line_length}
