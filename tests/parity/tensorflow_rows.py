"""Parity rows of `tf.data`, and of what Keras 2 prepared texts and images with."""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .golden import values

Row = tuple[str, Callable[[Any], Any]]

WORDS = ["Éclair ÀÉ", "a  b\u3000c", "<br />Good, film!", "", "日本語 text"]
TABLE = "name,age,score\nAda,36,1.5\nBob,41,2.25\nCyd,,3\n"


def shown(value: Any) -> Any:
    """A result as numbers and strings."""
    if isinstance(value, Mapping):
        return {key: shown(part) for key, part in value.items()}
    if hasattr(value, "to_list"):
        return shown(value.to_list())
    if hasattr(value, "numpy"):
        value = value.numpy()
    if isinstance(value, list | tuple):
        return [shown(part) for part in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if value is None or isinstance(value, str):
        return value
    array = np.asarray(value)
    if array.dtype.kind in "OSU":
        return shown(array.tolist())
    return array.astype("float32") if array.dtype.kind == "f" else array.tolist()


def in_a_folder(function: Callable[[Any, pathlib.Path], Any]) -> Callable[[Any], Any]:
    """A case that needs files."""

    def run(tf: Any) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "table.csv").write_text(TABLE, encoding="utf-8")
            (path / "lines.txt").write_text("one\ntwo é\n\nthree", encoding="utf-8")
            return function(tf, path)

    return run


def listed(dataset: Any) -> list[Any]:
    """The elements of a data set."""
    return [shown(element) for element in dataset.as_numpy_iterator()]


def count(tf: Any) -> Any:
    """The integers from 0 to 9."""
    return tf.data.Dataset.range(10)


def words(tf: Any) -> Any:
    """Words of several lengths."""
    return tf.data.Dataset.from_tensor_slices(["a b", "c", "d e f"]).map(tf.strings.split)


DATA: list[Row] = [
    (
        "window",
        lambda tf: [listed(one) for one in count(tf).window(3, shift=2, drop_remainder=True)],
    ),
    ("window rest", lambda tf: [listed(one) for one in count(tf).window(4, stride=2)]),
    ("window late", lambda tf: [listed(one) for one in count(tf).window(2, shift=4)]),
    (
        "window of pairs",
        lambda tf: listed(
            tf.data.Dataset.zip((count(tf), count(tf)))
            .window(2)
            .flat_map(lambda a, b: tf.data.Dataset.zip((a.batch(2), b.batch(2))))
        ),
    ),
    ("padded_batch", lambda tf: listed(words(tf).padded_batch(2))),
    (
        "padded_batch shapes",
        lambda tf: listed(words(tf).padded_batch(2, [4], padding_values="-", drop_remainder=True)),
    ),
    (
        "interleave",
        lambda tf: listed(
            tf.data.Dataset.range(3).interleave(
                lambda n: tf.data.Dataset.from_tensors(n).repeat(3), cycle_length=2, block_length=2
            )
        ),
    ),
    ("unique", lambda tf: listed(tf.data.Dataset.from_tensor_slices([1, 2, 1, 3]).unique())),
    ("take_while", lambda tf: listed(count(tf).take_while(lambda n: n < 3))),
    (
        "scan",
        lambda tf: listed(count(tf).scan(np.int64(0), lambda state, n: (state + n, state + n))),
    ),
    ("rebatch", lambda tf: listed(count(tf).batch(4).rebatch(3))),
    (
        "bucket_by_sequence_length",
        lambda tf: listed(
            words(tf).bucket_by_sequence_length(lambda w: tf.shape(w)[0], [2], [1, 2])
        ),
    ),
    ("text in batches", lambda tf: listed(tf.data.Dataset.from_tensor_slices(WORDS).batch(2))),
    (
        "dict with text",
        lambda tf: listed(
            tf.data.Dataset.from_tensor_slices(({"t": ["a", "b"], "n": [1, 2]}, [0, 1])).batch(2)
        ),
    ),
    (
        "element_spec",
        lambda tf: [
            count(tf).batch(3).element_spec.shape.as_list(),
            count(tf).batch(3, drop_remainder=True).batch(2).element_spec.shape.as_list(),
        ],
    ),
    (
        "text lines",
        in_a_folder(lambda tf, p: listed(tf.data.TextLineDataset(str(p / "lines.txt")))),
    ),
    (
        "list_files",
        in_a_folder(
            lambda tf, p: [
                pathlib.Path(path).name
                for path in listed(tf.data.Dataset.list_files(f"{p}/*", shuffle=False))
            ]
        ),
    ),
    (
        "CsvDataset",
        in_a_folder(
            lambda tf, p: listed(
                tf.data.experimental.CsvDataset(
                    str(p / "table.csv"), [tf.string, [0], tf.float32], header=True
                )
            )
        ),
    ),
    (
        "make_csv_dataset",
        in_a_folder(
            lambda tf, p: listed(
                tf.data.experimental.make_csv_dataset(
                    str(p / "table.csv"), 2, label_name="score", num_epochs=1, shuffle=False
                )
            )
        ),
    ),
    (
        "decode_csv",
        lambda tf: tf.io.decode_csv(["1,a,2.5", "3,,1"], [[0], ["none"], [0.0]]),
    ),
    (
        "read_file",
        in_a_folder(lambda tf, p: tf.io.read_file(str(p / "table.csv"))),
    ),
    ("decode_raw", lambda tf: tf.io.decode_raw(["\x01\x00", "\x02\x01"], tf.uint8)),
    (
        "choose_from_datasets",
        lambda tf: listed(
            tf.data.Dataset.choose_from_datasets(
                [count(tf), count(tf).skip(5)],
                tf.data.Dataset.from_tensor_slices(np.array([0, 1, 1, 0], "int64")),
            )
        ),
    ),
]


SENTENCES = ["The cat sat on the mat.", "The dog, the cat & the mat!", "A dog"]
PICTURE = values("tensorflow/picture", (6, 5, 3), 0.0, 1.0)


def tokenizer(tf: Any, **arguments: Any) -> Any:
    """A tokenizer that has seen sentences."""
    made = tf.keras.preprocessing.text.Tokenizer(**arguments)
    made.fit_on_texts(SENTENCES)
    return made


def tokenized(tf: Any) -> Any:
    """All that a tokenizer gives."""
    made = tokenizer(tf, num_words=5, oov_token="<OOV>")
    again = tf.keras.preprocessing.text.tokenizer_from_json(made.to_json())
    numbers = again.texts_to_sequences([*SENTENCES, "a bird"])
    return {
        "word_index": dict(made.word_index),
        "sequences": numbers,
        "texts": made.sequences_to_texts(numbers),
        **{
            mode: made.texts_to_matrix(SENTENCES, mode=mode)
            for mode in ("binary", "count", "freq", "tfidf")
        },
    }


def turned(**parameters: Any) -> Callable[[Any], Any]:
    """A picture changed by a transform that is given."""

    def run(tf: Any) -> Any:
        modes = ("nearest", "constant", "reflect")
        generators = [
            tf.keras.preprocessing.image.ImageDataGenerator(fill_mode=mode, cval=0.5)
            for mode in modes
        ]
        return [one.apply_transform(PICTURE, dict(parameters)) for one in generators]

    return run


def flowed(tf: Any) -> Any:
    """Batches without chance, on one scale."""
    images = np.stack([PICTURE, PICTURE[::-1], PICTURE * 0.5])
    make = tf.keras.preprocessing.image.ImageDataGenerator
    centred = make(featurewise_center=True, featurewise_std_normalization=True, rescale=0.5)
    centred.fit(images)
    each = make(samplewise_center=True, samplewise_std_normalization=True)
    split = make(validation_split=0.4)
    numbers = np.zeros(3)
    return [
        list(centred.flow(images, numbers, batch_size=2, shuffle=False)[1]),
        each.flow(images, batch_size=3, shuffle=False)[0],
        list(split.flow(images, numbers, shuffle=False, subset="validation")[0]),
    ]


def windows(tf: Any, **arguments: Any) -> Any:
    """Batches of windows of a series."""
    made = tf.keras.preprocessing.sequence.TimeseriesGenerator(
        np.arange(20).reshape(10, 2), np.arange(10), length=3, batch_size=3, **arguments
    )
    return [list(made[number]) for number in range(len(made))]


KERAS2: list[Row] = [
    ("Tokenizer", tokenized),
    (
        "Tokenizer of characters",
        lambda tf: tokenizer(tf, char_level=True).texts_to_sequences(["cat"]),
    ),
    (
        "text_to_word_sequence",
        lambda tf: tf.keras.preprocessing.text.text_to_word_sequence(SENTENCES[1]),
    ),
    (
        "hashing_trick",
        lambda tf: tf.keras.preprocessing.text.hashing_trick(SENTENCES[1], 50, "md5"),
    ),
    ("turned", turned(theta=30.0)),
    ("moved", turned(tx=1.5, ty=-2.0)),
    ("sheared", turned(shear=20.0)),
    ("zoomed", turned(zx=0.7, zy=1.3)),
    ("all at once", turned(theta=-40.0, tx=0.5, ty=1.0, shear=10.0, zx=1.2, zy=0.9)),
    ("flipped", turned(flip_horizontal=True, flip_vertical=True)),
    ("batches", flowed),
    ("windows", windows),
    ("windows of few", lambda tf: windows(tf, sampling_rate=2, stride=2, reverse=True)),
    (
        "sampling table",
        lambda tf: tf.keras.preprocessing.sequence.make_sampling_table(10, 0.01),
    ),
    (
        "smart_resize",
        lambda tf: tf.keras.preprocessing.image.smart_resize(PICTURE, (3, 4)),
    ),
]
