"""Layers that change images at random: what holds whatever they draw."""

from __future__ import annotations

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops

PIXELS = (np.random.RandomState(0).rand(3, 20, 24, 3) * 255).astype("float32")

UNCHANGING = [
    layers.RandomShear(0.0, 0.0),
    layers.RandomPerspective(0.0),
    layers.RandomPerspective(1.0, scale=0.0),
    layers.RandomElasticTransform(0.0),
    layers.RandomElasticTransform(scale=0.0),
    layers.RandomErasing(0.0),
    layers.RandomGaussianBlur(0.0),
    layers.RandomGaussianBlur(sigma=0.0),
    layers.RandomSharpness((0.5, 0.5)),
    layers.RandomColorJitter(),
]

CHANGING = [
    layers.RandomShear(0.3, 0.2, seed=1),
    layers.RandomPerspective((1.0, 1.0), seed=1),
    layers.RandomElasticTransform((1.0, 1.0), (0.5, 1.0), seed=1),
    layers.RandomErasing((1.0, 1.0), seed=1),
    layers.RandomGaussianBlur((1.0, 1.0), seed=1),
    layers.RandomSharpness(0.4, seed=1),
    layers.RandomColorJitter((0, 255), 0.3, 0.3, 0.3, 0.3, seed=1),
    layers.RandAugment(seed=3),
    layers.AugMix(seed=1),
    layers.CutMix((1.0, 1.0), seed=1),
    layers.Equalization(),
]


@pytest.mark.parametrize("layer", UNCHANGING, ids=lambda layer: layer.name)
def test_nothing_changes_where_the_factor_leaves_nothing_to_change(layer):
    np.testing.assert_allclose(layer(PIXELS, training=True).numpy(), PIXELS, atol=0.02)


@pytest.mark.parametrize("layer", CHANGING, ids=lambda layer: layer.name)
def test_images_change_within_their_range_in_training_alone_and_inside_of_a_model(layer):
    changed = layer(PIXELS, training=True).numpy()
    assert changed.shape == PIXELS.shape
    assert abs(changed - PIXELS).max() > 1.0
    assert changed.min() >= -0.01
    assert changed.max() <= 255.01
    np.testing.assert_array_equal(layer(PIXELS, training=False).numpy(), PIXELS)
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    model = keras.Sequential([keras.Input((20, 24, 3)), again])
    assert model.output_shape == (None, 20, 24, 3)


def test_combined_layers_run_in_a_training_step():
    model = keras.Sequential(
        [
            keras.Input((8, 9, 3)),
            layers.RandAugment(num_ops=1),
            layers.RandomElasticTransform(),
            layers.CutMix(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    history = model.fit(PIXELS[:, :8, :9] / 255, np.ones((3, 1)), epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"][0])


def test_shear_moves_rows_by_their_place_times_the_factor():
    images = np.zeros((1, 5, 9, 1), "float32")
    images[0, :, 4] = 1.0
    found = layers.RandomShear((1.0, 1.0), fill_mode="constant")(images, training=True).numpy()
    middles = found[0, :, :, 0].argmax(axis=1) - 4
    assert abs(middles).tolist() == [0, 1, 2, 3, 4]


def test_cutmix_mixes_labels_in_the_share_of_pixels_that_are_replaced():
    images = np.stack([np.zeros((40, 40, 1)), np.ones((40, 40, 1))]).astype("float32")
    layer = layers.CutMix((1.0, 1.0), seed=4)
    for _ in range(4):
        found = layer({"images": images, "labels": np.eye(2)}, training=True)
        shares = found["images"].numpy().mean(axis=(1, 2, 3))
        np.testing.assert_allclose(found["labels"].numpy()[:, 1], shares, atol=0.05)


def test_erased_parts_have_the_size_that_was_asked_for():
    images = np.zeros((50, 30, 30, 1), "float32")
    layer = layers.RandomErasing((1.0, 1.0), (0.25, 0.25), fill_value=1.0, seed=2)
    np.testing.assert_allclose(layer(images, training=True).numpy().mean(axis=(1, 2, 3)), 0.25)


def test_elastic_transform_moves_neighbours_alike():
    ramp = np.broadcast_to(np.arange(64.0)[:, None, None], (64, 64, 1)).astype("float32")
    moved = ops.image.elastic_transform(ramp, 20.0, 5.0, fill_mode="nearest", seed=1).numpy()
    moves = (moved - ramp)[8:-8, 8:-8, 0]
    assert abs(moves).max() > 1.0
    assert abs(np.diff(moves, axis=0)).max() < abs(moves).max()
    assert moves.std() == pytest.approx(20 * 5 / (2 * 5 * np.sqrt(np.pi)), rel=0.5)


def test_images_get_as_many_boxes_each():
    given = {"boxes": np.ones((2, 3, 4)), "labels": np.ones((2, 3))}
    for count in (2, 5):
        found = layers.MaxNumBoundingBoxes(count)({"images": PIXELS, "bounding_boxes": given})
        boxes = found["bounding_boxes"]
        assert (boxes["boxes"].shape, boxes["labels"].shape) == ((2, count, 4), (2, count))
        assert boxes["labels"].numpy().sum() == (4 if count == 2 else 6 - 4)
    with pytest.raises(ValueError, match="expected 'boxes' and 'labels'"):
        layers.MaxNumBoundingBoxes(2)({"bounding_boxes": {"boxes": given["boxes"]}})


@pytest.mark.parametrize(("mode", "padding"), [("reflect", "symmetric"), ("mirror", "reflect")])
def test_coordinates_outside_are_mirrored(mode, padding):
    line = np.arange(1.0, 5.0, dtype="float32")
    wide = np.pad(line, 3, mode=padding)
    found = ops.image.map_coordinates(line, [np.arange(-3.0, 7.0)], order=1, fill_mode=mode)
    assert found.tolist() == wide.tolist()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.RandomShear(2.0), "`RandomShear` expected `x_factor`"),
        (lambda: layers.RandomPerspective(scale=2.0), "`RandomPerspective` expected `scale`"),
        (lambda: layers.RandomElasticTransform(fill_mode="x"), "expected `fill_mode`"),
        (lambda: layers.RandomErasing(fill_value=(1, 2)), "`fill_value` as a number, three or"),
        (lambda: layers.RandomGaussianBlur(kernel_size=4), "`kernel_size` as odd numbers"),
        (lambda: layers.RandomColorJitter(hue_factor=-1.0), "expected `hue_factor`"),
        (lambda: layers.RandAugment(num_ops=0), "`RandAugment` expected `num_ops`"),
        (lambda: layers.AugMix(factor=2.0), "`AugMix` expected `factor`"),
        (lambda: layers.CutMix(-0.5), "`CutMix` expected `factor`"),
        (lambda: layers.Equalization(bins=0), "`Equalization` expected `bins`"),
        (lambda: layers.RandomErasing(value_range=(1, 2, 3)), "`value_range` as a pair"),
    ],
)
def test_arguments_out_of_range_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
