"""Parity cases of what stands around models: `tf.strings`, `tf.image`, `tf.math`, `tf.data`."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from .golden import Case, Framework, values
from .tensorflow_rows import DATA, KERAS2, WORDS, Row, shown

X = values("tensorflow/x", (3, 4))
V = np.array([3, 1, 2, 3, 1], "int32")
SQUARE = values("tensorflow/square", (3, 3)) + 3 * np.eye(3, dtype="float32")
IMAGES = values("tensorflow/images", (2, 6, 5, 3), 0.0, 1.0)
BYTES = (IMAGES * 255).astype("uint8")


def tensorflow(framework: Framework) -> Any:
    """TensorFlow, real or ours."""
    ours = framework.keras.__name__.startswith("pykeras")
    return importlib.import_module("pykeras_core.compat.tensorflow" if ours else "tensorflow")


def case(row: Row) -> Case:
    """One expression, evaluated by either side."""
    name, function = row
    return Case(name, lambda framework: {"value": shown(function(tensorflow(framework)))})


STRINGS: list[Row] = [
    ("constant", lambda tf: [tf.constant("a").shape.rank, tf.constant(["a", "b"])[1].numpy()]),
    ("equal", lambda tf: tf.constant(["a", "b"]) == tf.constant(["a", "c"])),
    ("add", lambda tf: tf.constant(["a", "b"]) + "x"),
    ("lower", lambda tf: tf.strings.lower(WORDS)),
    ("lower utf-8", lambda tf: tf.strings.lower(WORDS, encoding="utf-8")),
    ("upper", lambda tf: tf.strings.upper(WORDS)),
    ("strip", lambda tf: tf.strings.strip(["  a ", "\tb\n", "\u3000c"])),
    ("length", lambda tf: tf.strings.length(WORDS)),
    ("length of characters", lambda tf: tf.strings.length(WORDS, unit="UTF8_CHAR")),
    ("join", lambda tf: tf.strings.join([["a", "b"], ["c", "d"]], separator="-")),
    ("join with one", lambda tf: tf.strings.join(["x", tf.constant(["c", "d"])])),
    ("reduce_join", lambda tf: tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=1)),
    ("reduce_join all", lambda tf: tf.strings.reduce_join([["a", "b"]], separator=" ")),
    ("split", lambda tf: tf.strings.split(WORDS)),
    ("split one", lambda tf: tf.strings.split("a,b,,c", sep=",")),
    ("split to tensor", lambda tf: tf.strings.split(["a b", "c"]).to_tensor()),
    ("regex_replace", lambda tf: tf.strings.regex_replace(WORDS, "<br />", " ")),
    ("regex groups", lambda tf: tf.strings.regex_replace(["ab12"], r"([a-z]+)(\d+)", r"\2-\1\0")),
    (
        "regex classes",
        lambda tf: tf.strings.regex_replace(WORDS, "[[:punct:]]", "", replace_global=False),
    ),
    ("regex_full_match", lambda tf: tf.strings.regex_full_match(["ab", "abc"], "a.")),
    ("substr", lambda tf: tf.strings.substr(WORDS[0], 0, 7)),
    ("substr of characters", lambda tf: tf.strings.substr(WORDS[0], -2, 2, unit="UTF8_CHAR")),
    ("to_number", lambda tf: tf.strings.to_number(["1.5", "-2"])),
    ("to_number int", lambda tf: tf.strings.to_number(["15", "-2"], tf.int32)),
    ("as_string", lambda tf: tf.strings.as_string([1.5, -2.0])),
    ("as_string int", lambda tf: tf.strings.as_string([1, -2])),
    ("as_string precision", lambda tf: tf.strings.as_string([1.2345], precision=2)),
    ("unicode_split", lambda tf: tf.strings.unicode_split(WORDS, "UTF-8")),
    ("unicode_decode", lambda tf: tf.strings.unicode_decode("é日", "UTF-8")),
    ("bytes_split", lambda tf: tf.strings.bytes_split("abc")),
    ("ngrams", lambda tf: tf.strings.ngrams(["a", "b", "c"], [2, 3])),
    ("format", lambda tf: tf.strings.format("x is {}", tf.constant([1.0, 2.5]))),
    ("reshape", lambda tf: tf.reshape(tf.constant(["a", "b"]), (2, 1))),
    ("concat", lambda tf: tf.concat([["a"], ["b", "c"]], 0)),
    ("stack", lambda tf: tf.stack([tf.constant("a"), tf.constant("b")])),
    ("gather", lambda tf: tf.gather(tf.constant(["a", "b", "c"]), [2, 0])),
    ("expand_dims", lambda tf: tf.expand_dims(tf.constant(["a", "b"]), -1)),
    ("unique", lambda tf: list(tf.unique(tf.constant(["b", "a", "b"])))),
    ("boolean_mask", lambda tf: tf.boolean_mask(tf.constant(["a", "b"]), [False, True])),
    ("shape", lambda tf: [*tf.shape(tf.constant([["a"]])), int(tf.size(tf.constant(["a"])))]),
    ("as_bytes", lambda tf: [tf.compat.as_str("é"), tf.compat.as_bytes("é")]),
]

ARRAYS: list[Row] = [
    ("argsort", lambda tf: tf.argsort(V, direction="DESCENDING", stable=True)),
    ("sort down", lambda tf: tf.sort(X, direction="DESCENDING")),
    ("boolean_mask rows", lambda tf: tf.boolean_mask(X, [True, False, True])),
    ("boolean_mask axis", lambda tf: tf.boolean_mask(X, [True, False, True, True], axis=1)),
    ("gather_nd", lambda tf: tf.gather_nd(X, [[0, 1], [2, 3]])),
    ("gather_nd rows", lambda tf: tf.gather_nd(X, [[2], [0]])),
    ("gather_nd batch", lambda tf: tf.gather_nd(X, [[1], [0], [3]], batch_dims=1)),
    ("scatter_nd", lambda tf: tf.scatter_nd([[1], [1]], [2.0, 3.0], [4])),
    ("tensor_scatter", lambda tf: tf.tensor_scatter_nd_update(X, [[0, 0]], [9.0])),
    ("tensor_scatter add", lambda tf: tf.tensor_scatter_nd_add(X, [[0, 0], [0, 0]], [9.0, 1.0])),
    ("slice", lambda tf: tf.slice(X, [1, 0], [2, -1])),
    ("roll", lambda tf: tf.roll(X, [1, -1], [0, 1])),
    ("meshgrid", lambda tf: tf.meshgrid([1, 2], [3, 4, 5])),
    ("broadcast_to", lambda tf: tf.broadcast_to([1, 2], [2, 2])),
    ("sequence_mask", lambda tf: tf.sequence_mask([1, 3], 4)),
    ("searchsorted", lambda tf: tf.searchsorted([1.0, 3.0, 5.0], [3.0, 4.0], side="right")),
    ("unique numbers", lambda tf: list(tf.unique_with_counts(V))),
    ("eye", lambda tf: tf.eye(2, batch_shape=[2])),
    ("argmax", lambda tf: tf.argmax(X, axis=1, output_type=tf.int32)),
    ("newaxis", lambda tf: tf.constant([1, 2])[:, tf.newaxis]),
    ("where", lambda tf: tf.where([True, False])),
    ("shape", lambda tf: [tf.shape(X).numpy(), tf.constant(X).shape.as_list()]),
    ("clip_by_norm", lambda tf: tf.clip_by_norm(X, 1.0)),
    ("clip_by_norm axes", lambda tf: tf.clip_by_norm(X, 1.0, axes=[1])),
    ("clip_by_global_norm", lambda tf: list(tf.clip_by_global_norm([X[0], X[1]], 1.0))),
    ("confusion_matrix", lambda tf: tf.math.confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1])),
    (
        "confusion_matrix weights",
        lambda tf: tf.math.confusion_matrix([0, 2], [1, 2], 4, [0.5, 2.0], tf.float32),
    ),
    ("count_nonzero", lambda tf: tf.math.count_nonzero([[0, 1], [2, 3]], axis=0)),
    ("cumsum", lambda tf: tf.cumsum(X, axis=1, exclusive=True)),
    ("cumsum reverse", lambda tf: tf.cumsum(X, axis=1, reverse=True)),
    ("cumprod", lambda tf: tf.math.cumprod(X, axis=1, exclusive=True, reverse=True)),
    ("bincount", lambda tf: tf.math.bincount(V, minlength=6)),
    ("segment_sum", lambda tf: tf.math.segment_sum(X, [0, 0, 2])),
    ("segment_mean", lambda tf: tf.math.segment_mean(X, [0, 0, 1])),
    ("unsorted_segment_sum", lambda tf: tf.math.unsorted_segment_sum(X, [1, 0, 1], 2)),
    ("xlogy", lambda tf: tf.math.xlogy([0.0, 2.0], [0.0, 3.0])),
    ("multiply_no_nan", lambda tf: tf.math.multiply_no_nan([1.0, np.inf], [2.0, 0.0])),
    ("reduce_std", lambda tf: [tf.math.reduce_std(X), tf.math.reduce_variance(X, 0)]),
    ("euclidean", lambda tf: tf.math.reduce_euclidean_norm(X, axis=1)),
    ("invert_permutation", lambda tf: tf.math.invert_permutation([2, 0, 1])),
    ("map_fn", lambda tf: tf.map_fn(lambda row: row * 2, X)),
    ("scan", lambda tf: tf.scan(lambda a, x: a + x, X)),
    ("foldl", lambda tf: tf.foldl(lambda a, x: a * x, tf.constant([2.0, 3.0]))),
    (
        "while_loop",
        lambda tf: tf.while_loop(lambda i, s: i < 5, lambda i, s: (i + 1, s + i), [0, 0]),
    ),
    ("cond", lambda tf: tf.cond(tf.constant(True), lambda: 1, lambda: 2)),
    (
        "case",
        lambda tf: tf.case(
            [(tf.constant(False), lambda: 1.0), (tf.constant(True), lambda: 2.0)], lambda: 3.0
        ),
    ),
    ("inv", lambda tf: [tf.linalg.inv(SQUARE), tf.linalg.det(SQUARE)]),
    ("diag", lambda tf: [tf.linalg.diag(X), tf.linalg.diag_part(SQUARE)]),
    ("band_part", lambda tf: tf.linalg.band_part(SQUARE, -1, 0)),
    ("matvec", lambda tf: tf.linalg.matvec(SQUARE, [1.0, 2.0, 3.0])),
    ("normalize", lambda tf: list(tf.linalg.normalize(X, axis=1))),
    ("svd", lambda tf: tf.linalg.svd(X, compute_uv=False)),
    ("lstsq", lambda tf: tf.linalg.lstsq(X.T, np.ones((4, 1), "float32"))),
    ("moments", lambda tf: list(tf.nn.moments(tf.constant(X), axes=[0]))),
    ("embedding_lookup", lambda tf: tf.nn.embedding_lookup(X, [2, 0])),
    (
        "weighted crossentropy",
        lambda tf: tf.nn.weighted_cross_entropy_with_logits(np.float32(X > 0), X, 2.0),
    ),
    (
        "batch_normalization",
        lambda tf: tf.nn.batch_normalization(X, 0.5, 2.0, 1.0, 3.0, 1e-3),
    ),
    ("conv2d", lambda tf: tf.nn.conv2d(IMAGES, np.ones((2, 2, 3, 2), "float32"), 2, "SAME")),
    ("max_pool2d", lambda tf: tf.nn.max_pool2d(IMAGES, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")),
    ("crelu", lambda tf: tf.nn.crelu(X)),
    ("l2_normalize", lambda tf: tf.math.l2_normalize(X, axis=1)),
]


def jacobian(tf: Any) -> Any:
    """The derivative of each element by each."""
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.stack([x[0] * x[1], x[1] ** 2, x[0]])
    return tape.jacobian(y, x)


def parts_of_a_variable(tf: Any) -> Any:
    """Elements that are assigned by place."""
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    v[0, 0].assign(9.0)
    v[1].assign([7.0, 8.0])
    v[:, 1].assign([5.0, 6.0])
    return v


ARRAYS += [("jacobian", jacobian), ("parts of a variable", parts_of_a_variable)]

IMAGE: list[Row] = [
    ("resize", lambda tf: tf.image.resize(BYTES, (3, 7))),
    ("resize one", lambda tf: tf.image.resize(IMAGES[0], [9, 4])),
    ("resize nearest", lambda tf: tf.image.resize(BYTES, (4, 9), method="nearest")),
    ("resize bicubic", lambda tf: tf.image.resize(IMAGES, (4, 9), method="bicubic")),
    ("resize area", lambda tf: tf.image.resize(IMAGES, (4, 3), method="area")),
    ("resize antialias", lambda tf: tf.image.resize(IMAGES, (3, 3), antialias=True)),
    ("resize ratio", lambda tf: tf.image.resize(IMAGES, (3, 9), preserve_aspect_ratio=True)),
    ("resize_with_pad", lambda tf: tf.image.resize_with_pad(IMAGES, 4, 9)),
    ("resize_with_crop_or_pad", lambda tf: tf.image.resize_with_crop_or_pad(IMAGES, 3, 8)),
    ("central_crop", lambda tf: tf.image.central_crop(IMAGES, 0.5)),
    ("crop_to_bounding_box", lambda tf: tf.image.crop_to_bounding_box(IMAGES, 1, 2, 3, 2)),
    ("pad_to_bounding_box", lambda tf: tf.image.pad_to_bounding_box(IMAGES[0], 1, 2, 8, 9)),
    (
        "crop_and_resize",
        lambda tf: tf.image.crop_and_resize(
            IMAGES, [[0.1, 0.2, 0.9, 0.7], [-0.2, 0.0, 0.5, 1.0]], [1, 0], [3, 4]
        ),
    ),
    ("flips", lambda tf: [tf.image.flip_left_right(IMAGES), tf.image.flip_up_down(IMAGES)]),
    ("rot90", lambda tf: tf.image.rot90(IMAGES, 3)),
    ("transpose", lambda tf: tf.image.transpose(IMAGES[0])),
    ("adjust_brightness", lambda tf: tf.image.adjust_brightness(BYTES, 0.2)),
    ("adjust_contrast", lambda tf: tf.image.adjust_contrast(IMAGES, 1.7)),
    ("adjust_contrast bytes", lambda tf: tf.image.adjust_contrast(BYTES, 1.7)),
    ("adjust_gamma", lambda tf: tf.image.adjust_gamma(IMAGES, 2.0, 0.5)),
    ("adjust_hue", lambda tf: tf.image.adjust_hue(IMAGES, 0.3)),
    ("adjust_saturation", lambda tf: tf.image.adjust_saturation(IMAGES, 1.5)),
    ("rgb_to_grayscale", lambda tf: tf.image.rgb_to_grayscale(IMAGES)),
    ("rgb_to_grayscale bytes", lambda tf: tf.image.rgb_to_grayscale(BYTES)),
    ("grayscale_to_rgb", lambda tf: tf.image.grayscale_to_rgb(tf.constant(IMAGES[..., :1]))),
    ("rgb_to_hsv", lambda tf: tf.image.rgb_to_hsv(IMAGES)),
    ("per_image_standardization", lambda tf: tf.image.per_image_standardization(IMAGES)),
    ("convert to float", lambda tf: tf.image.convert_image_dtype(BYTES, tf.float32)),
    ("convert to bytes", lambda tf: tf.image.convert_image_dtype(IMAGES, tf.uint8)),
    ("psnr", lambda tf: tf.image.psnr(IMAGES, IMAGES[::-1], 1.0)),
    (
        "extract_patches",
        lambda tf: tf.image.extract_patches(
            IMAGES, [1, 2, 2, 1], [1, 2, 1, 1], [1, 1, 1, 1], "VALID"
        ),
    ),
    ("sobel_edges", lambda tf: tf.image.sobel_edges(tf.constant(IMAGES))),
    ("image_gradients", lambda tf: list(tf.image.image_gradients(tf.constant(IMAGES)))),
    ("total_variation", lambda tf: tf.image.total_variation(tf.constant(IMAGES))),
    ("png", lambda tf: tf.io.decode_png(tf.io.encode_png(BYTES[0]))),
    ("png grey", lambda tf: tf.io.decode_image(tf.io.encode_png(BYTES[0]), channels=1)),
    ("png float", lambda tf: tf.io.decode_image(tf.io.encode_png(BYTES[0]), dtype=tf.float32)),
]


# TensorFlow looks the weights of bicubic resizing up in a table, and lets another library make
# grey of colours: up to one grey level.
TOLERANCES = {"image: resize bicubic": 1e-3, "image: png grey": 5e-3}

CASES: tuple[Case, ...] = tuple(
    Case(name, case(row).run, TOLERANCES.get(name, 1e-5))
    for family, rows in (
        *(("strings", STRINGS), ("arrays", ARRAYS), ("image", IMAGE), ("data", DATA)),
        ("keras2", KERAS2),
    )
    for row in rows
    for name in (f"{family}: {row[0]}",)
)
