"""`keras.ops.image` where TensorFlow gives no exact gradient, and what it refuses."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import ops
from pykeras_core.engine import GradientTape


@pytest.mark.parametrize("fill_mode", ["constant", "nearest", "reflect", "wrap"])
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_affine_transform_gradient_is_its_transpose(interpolation, fill_mode):
    state = np.random.default_rng(1)
    transform = [0.8, -0.6, 1.7, 0.6, 0.8, -1.1, 0.01, 0.0]
    x = ops.convert_to_tensor(state.normal(size=(1, 5, 6, 2)).astype("float32"))
    scale = state.normal(size=x.shape).astype("float32")

    def read(images):
        return ops.image.affine_transform(images, transform, interpolation, fill_mode)

    with GradientTape() as tape:
        tape.watch(x)
        total = ops.sum(read(x) * scale)
    gradient = tape.gradient(total, x).numpy()
    other = state.normal(size=x.shape).astype("float32")  # the transform is linear in the images
    assert np.sum(gradient * other) == pytest.approx(np.sum(read(other).numpy() * scale), rel=1e-4)


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["nearest", "bilinear", "bicubic"]))
def test_resizing_a_constant_image_keeps_it_constant(height, width, interpolation):
    images = np.full((2, 4, 5, 1), 3.0, "float32")
    resized = ops.image.resize(images, (height, width), interpolation).numpy()
    assert resized.shape == (2, height, width, 1)
    np.testing.assert_allclose(resized, 3.0, rtol=1e-6)


def test_identity_transform_returns_the_images():
    images = np.random.default_rng(2).integers(0, 255, (2, 4, 5, 3)).astype("uint8")
    same = ops.image.affine_transform(images, [1, 0, 0, 0, 1, 0, 0, 0])
    assert same.dtype == "uint8"
    np.testing.assert_array_equal(same.numpy(), images)


IMAGES = np.ones((1, 4, 4, 3), "float32")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.image.resize(IMAGES[0, 0], (2, 2)), "one image (rank 3) or a batch"),
        (lambda: ops.image.resize(IMAGES, 2), "size as (height, width)"),
        (lambda: ops.image.resize(IMAGES, (0, 2)), "`size` as a positive int"),
        (lambda: ops.image.resize(IMAGES, (2, 2), "cubic"), "interpolation to be one of"),
        (lambda: ops.image.resize(IMAGES, (2, 2), fill_mode="wrap"), "fill_mode 'constant'"),
        (
            lambda: ops.image.resize(
                IMAGES, (2, 2), crop_to_aspect_ratio=True, pad_to_aspect_ratio=True
            ),
            "not both",
        ),
        (lambda: ops.image.affine_transform(IMAGES, [1.0] * 6), "expected 8 numbers"),
        (lambda: ops.image.affine_transform(IMAGES, np.ones((2, 8))), "each of 1 images"),
        (lambda: ops.image.affine_transform(IMAGES, [1.0] * 8, "cubic"), "'nearest' or 'bilinear'"),
        (
            lambda: ops.image.affine_transform(IMAGES, [1.0] * 8, fill_mode="mirror"),
            "fill_mode to be one of",
        ),
        (lambda: ops.image.rgb_to_grayscale(IMAGES[..., :2]), "3 channels, received 2"),
        (lambda: ops.image.pad_images(IMAGES, 1, 1), "expected two of"),
        (
            lambda: ops.image.pad_images(IMAGES, 1, 1, -1, 0),
            "`bottom_padding` as an int of 0 or more",
        ),
        (lambda: ops.image.crop_images(IMAGES, 2, 0, 2, 0), "cannot change height 4"),
    ],
)
def test_hostile_arguments_are_refused_with_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
