"""Rows of the table of valid calls: ops."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.core.arguments.valid import CUBE, IMAGES, INTEGERS, SIGNAL, SQUARE, VECTOR, X


def f1(x: Any) -> Any:
    return x


ROWS: dict[str, Any] = {
    "ops.lstsq": {"a": SQUARE, "b": SQUARE},
    "ops.solve": {"a": SQUARE, "b": SQUARE},
    "ops.solve_triangular": {"a": SQUARE, "b": SQUARE},
    "ops.while_loop": {"cond": lambda i: i < 2, "body": lambda i: i + 1, "loop_vars": (0,)},
    "ops.where": {"condition": X > 0.3, "x1": X, "x2": X},
    "ops.select": {"condlist": [X > 0.3], "choicelist": [X]},
    "ops.custom_gradient": {"f": f1},
    "ops.associative_scan": {"f": lambda a, b: a + b, "elems": X},
    "ops.scan": {"f": lambda c, x: (c + x, x), "init": np.float32(0), "xs": VECTOR},
    "ops.map": {"f": f1, "xs": X},
    "ops.jvp": {"fun": lambda x: x * x, "primals": (X,), "tangents": (X,)},
    "ops.vectorized_map": {"function": f1, "elements": X},
    "ops.switch": {"index": 0, "branches": [f1, f1], "*": (X,)},
    "ops.unravel_index": {"indices": INTEGERS, "shape": (2, 3)},
    "ops.scatter": {
        "indices": np.array([[0], [1]]),
        "values": np.array([1.0, 2.0], "float32"),
        "shape": (3,),
    },
    "ops.separable_conv": {
        "inputs": IMAGES,
        "depthwise_kernel": np.ones((2, 2, 3, 1), "float32"),
        "pointwise_kernel": np.ones((1, 1, 3, 2), "float32"),
    },
    "ops.scatter_update": {
        "inputs": X,
        "indices": np.array([[0, 0], [1, 1]]),
        "updates": np.array([1.0, 2.0], "float32"),
    },
    "ops.multi_hot": {"inputs": INTEGERS, "num_classes": 3},
    "ops.conv": {"inputs": IMAGES, "kernel": np.ones((2, 2, 3, 2), "float32")},
    "ops.conv_transpose": {"inputs": IMAGES, "kernel": np.ones((2, 2, 2, 3), "float32")},
    "ops.depthwise_conv": {"inputs": IMAGES, "kernel": np.ones((2, 2, 3, 1), "float32")},
    "ops.adaptive_average_pool": {"inputs": IMAGES},
    "ops.adaptive_max_pool": {"inputs": IMAGES},
    "ops.average_pool": {"inputs": IMAGES},
    "ops.max_pool": {"inputs": IMAGES},
    "ops.ctc_decode": {"inputs": CUBE, "sequence_lengths": np.array([4, 4])},
    "ops.slice": {"start_indices": (0, 0), "shape": (1, 2)},
    "ops.slice_update": {"start_indices": (0, 0), "updates": X[:1, :2]},
    "ops.fori_loop": {"lower": 0, "upper": 2, "body_fun": lambda i, v: v + 1, "init_val": 0},
    "ops.cond": {"pred": True, "true_fn": lambda: 1.0, "false_fn": lambda: 2.0},
    "ops.vectorize": {"pyfunc": f1},
    "ops.dot_product_attention": {"query": IMAGES, "key": IMAGES, "value": IMAGES},
    "ops.full": {"fill_value": 1.0},
    "ops.full_like": {"fill_value": 1.0},
    "ops.searchsorted": {
        "sorted_sequence": VECTOR * 0 + np.array([1, 2, 3], "float32"),
        "values": VECTOR,
    },
    "ops.einsum": {"subscripts": "ij->ji", "*": (X,)},
    "ops.ctc_loss": {
        "target": np.array([[1, 2], [1, 1]]),
        "output": CUBE,
        "target_length": np.array([2, 2]),
        "output_length": np.array([4, 4]),
    },
    "ops.in_top_k": {"targets": np.array([1, 2]), "predictions": X},
    "ops.rearrange": {"tensor": X, "pattern": "a b -> b a"},
    "ops.moments": {},
    "ops.kaiser": {"x": 5, "beta": 2.0},
    "ops.bartlett": {"x": 5},
    "ops.blackman": {"x": 5},
    "ops.hamming": {"x": 5},
    "ops.hanning": {"x": 5},
    "ops.digitize": {"bins": VECTOR * 0 + np.array([1, 2, 3], "float32")},
    "ops.depth_to_space": {"x": np.ones((1, 2, 2, 4), "float32")},
    "ops.space_to_depth": {"x": np.ones((1, 2, 2, 4), "float32")},
    "ops.take": {"indices": [0, 1]},
    "ops.take_along_axis": {"x": X, "indices": INTEGERS, "axis": 1},
    "ops.array_split": {},
    "ops.dsplit": {"x": CUBE},
    "ops.unfold": {"x": IMAGES},
    "ops.fold": {"x": np.ones((1, 4, 1), "float32")},
    "ops.get_item": {"key": 0},
    "ops.argpartition": {"kth": 0},
    "ops.batch_normalization": {"mean": VECTOR, "variance": VECTOR, "axis": -1},
    "ops.pad": {"pad_width": 1},
    "ops.extract_sequences": {"x": SIGNAL},
    "ops.istft": {"x": (np.ones((4, 3), "float32"), np.ones((4, 3), "float32"))},
    "ops.stft": {"x": SIGNAL},
    "ops.broadcast_to": {},
    "ops.roll": {"shift": 1},
    "ops.moveaxis": {"source": 0, "destination": 1},
    "ops.cross": {},
    "ops.matmul": {"x1": SQUARE, "x2": SQUARE},
    "ops.dot": {"x1": SQUARE, "x2": SQUARE},
    "ops.tensordot": {"x1": SQUARE, "x2": SQUARE},
    "ops.psnr": {"max_val": 1.0},
    "ops.affine_transform": {"transform": np.array([[1, 0, 0, 0, 1, 0, 0, 0]] * 2, "float32")},
    "ops.image.affine_transform": {
        "transform": np.array([[1, 0, 0, 0, 1, 0, 0, 0]] * 2, "float32")
    },
    "ops.correlate": {"x1": VECTOR, "x2": VECTOR},
    "ops.image.crop_images": {
        "top_cropping": 1,
        "left_cropping": 1,
        "target_height": 2,
        "target_width": 2,
    },
    "ops.image.extract_patches_3d": {"volumes": IMAGES[None]},
    "ops.image.map_coordinates": {"coordinates": X[:, :2].T[:, None], "order": 1},
    "ops.image.perspective_transform": {
        "start_points": np.array([[0, 0], [3, 0], [0, 3], [3, 3]], "float32"),
        "end_points": np.array([[0, 0], [3, 1], [0, 3], [3, 3]], "float32"),
    },
    "ops.image.scale_and_translate": {
        "output_shape": (2, 3, 3, 3),
        "scale": np.array([0.7, 0.8], "float32"),
        "translation": np.array([0.0, 0.1], "float32"),
        "spatial_dims": (1, 2),
        "method": "linear",
    },
    "ops.image.ssim": {"image1": IMAGES, "image2": IMAGES, "filter_size": 3},
    "ops.image.pad_images": {
        "top_padding": 1,
        "left_padding": 1,
        "target_height": 6,
        "target_width": 6,
    },
}
for n in "cholesky cholesky_inverse det eigh inv logdet lu_factor slogdet".split():
    ROWS["ops." + n] = {"x": SQUARE}
for n in "fft ifft2 fft2 irfft".split():
    ROWS["ops." + n] = {"x": (SQUARE, SQUARE)}
for n in "trace diagonal".split():
    ROWS["ops." + n] = {"x": SQUARE}
for n in "bincount".split():
    ROWS["ops." + n] = {"x": np.array([1, 2])}
ROWS["ops.vander"] = {"x": VECTOR}
ROWS["ops.rfft"] = {"x": X}
for n in ("gcd", "lcm", "ldexp"):
    ROWS["ops." + n] = {"x1": INTEGERS, "x2": INTEGERS}
for n in ("and", "left_shift", "or", "right_shift", "xor"):
    ROWS["ops.bitwise_" + n] = {"x": INTEGERS, "y": INTEGERS}
ROWS["ops.bitwise_not"] = {"x": INTEGERS}
ROWS["ops.glu"] = {"x": np.ones((2, 4), "float32")}
ROWS["ops.reshape"] = {"newshape": (3, 2)}
ROWS["ops.clip"] = {"x_min": 0.0, "x_max": 1.0}
ROWS["ops.image.resize"] = {"size": (2, 2)}
ROWS["ops.bitwise_invert"] = {"x": INTEGERS}
ROWS["ops.sparse_categorical_crossentropy"] = {"target": np.array([1, 2])}
for n in ("left_shift", "right_shift"):
    ROWS["ops." + n] = {"x": INTEGERS, "y": INTEGERS}
