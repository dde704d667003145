"""Layers that prepare data: what they draw, adapt to, refuse, and where they act."""

import json
import re

import numpy as np
import pytest

from pykeras_core import Input, Sequential, layers


def images(*shape, seed=1):
    return np.random.default_rng(seed).uniform(0, 1, shape).astype("float32")


def test_flips_turn_about_half_of_the_images_over():
    x = images(400, 2, 3, 1)
    flipped = layers.RandomFlip("horizontal", seed=1)(x).numpy()
    turned = (flipped == x[:, :, ::-1]).all(axis=(1, 2, 3))
    kept = (flipped == x).all(axis=(1, 2, 3))
    assert (turned | kept).all()
    assert turned.mean() == pytest.approx(0.5, abs=0.1)  # four standard errors


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.RandomFlip(seed=2),
        lambda: layers.RandomRotation(0.2, seed=2),
        lambda: layers.RandomTranslation(0.3, 0.3, seed=2),
        lambda: layers.RandomZoom(0.4, seed=2),
        lambda: layers.RandomContrast(0.9, (0, 1), seed=2),
        lambda: layers.RandomBrightness(0.5, (0, 1), seed=2),
    ],
)
def test_random_layers_change_images_in_training_only_and_each_by_itself(make):
    one = images(1, 8, 8, 2)
    x = np.repeat(one, 16, axis=0)
    layer, again = make(), make()
    np.testing.assert_array_equal(layer(x, training=False).numpy(), x)
    first = layer(x, training=True).numpy()
    assert len(np.unique(first.reshape(16, -1), axis=0)) > 1
    np.testing.assert_array_equal(again(x, training=True).numpy(), first)
    assert not np.array_equal(layer(x, training=True).numpy(), first)
    assert layer(one[0], training=True).shape == (8, 8, 2)
    assert not layer.weights


def test_random_layers_act_in_fit_and_not_in_predict():
    model = Sequential([Input((6, 6, 1)), layers.RandomFlip(seed=1), layers.Flatten()])
    x = images(4, 6, 6, 1)
    np.testing.assert_array_equal(model.predict(x, verbose=0), x.reshape(4, -1))
    assert not np.array_equal(model(x, training=True).numpy(), x.reshape(4, -1))


def test_whole_turns_and_no_zoom_leave_images_as_they_are():
    x = images(2, 5, 6, 1)
    for layer in (layers.RandomRotation((1.0, 1.0)), layers.RandomZoom((0.0, 0.0))):
        np.testing.assert_allclose(layer(x).numpy(), x, atol=1e-4)


def test_normalization_inside_a_model_gives_mean_0_and_variance_1():
    data = np.random.default_rng(1).normal(50.0, 20.0, (500, 3)).astype("float32")
    layer = layers.Normalization()
    layer.adapt(data)
    model = Sequential([layer])
    normalized = model.predict(data, verbose=0)
    np.testing.assert_allclose(normalized.mean(axis=0), 0.0, atol=1e-4)
    np.testing.assert_allclose(normalized.std(axis=0), 1.0, atol=1e-4)


def test_model_uses_what_normalization_adapted_to_last():
    layer = layers.Normalization()
    layer.adapt(np.array([[0.0], [2.0]]))
    model = Sequential([layer])
    x = np.array([[10.0]], "float32")
    assert model.predict(x, verbose=0).tolist() == [[9.0]]
    layer.adapt(np.array([[8.0], [12.0]]))
    assert model.predict(x, verbose=0).tolist() == [[0.0]]


def test_normalization_adapts_to_batches_as_to_all_data_at_once():
    data = np.random.default_rng(2).normal(3.0, 2.0, (103, 4)).astype("float32")
    whole, parts = layers.Normalization(), layers.Normalization()
    whole.adapt(data)
    parts.adapt((batch, None) for batch in np.array_split(data, 7))
    np.testing.assert_allclose(parts.mean.numpy(), whole.mean.numpy(), rtol=1e-5)
    np.testing.assert_allclose(parts.variance.numpy(), whole.variance.numpy(), rtol=1e-5)


def test_adapted_weights_leave_and_enter_a_layer():
    first, second = layers.Normalization(), layers.Normalization()
    first.adapt(images(9, 4))
    second.build((None, 4))
    second.set_weights(first.get_weights())
    np.testing.assert_array_equal(second(images(2, 4)).numpy(), first(images(2, 4)).numpy())


def test_discretization_makes_bins_of_one_size_and_keeps_them_in_its_configuration():
    data = np.random.default_rng(3).normal(size=(2000,)).astype("float32")
    layer = layers.Discretization(num_bins=4, epsilon=0.005)
    layer.adapt(data)
    counts = np.bincount(layer(data).numpy(), minlength=4)
    np.testing.assert_allclose(counts, 500, atol=25)
    again = layers.deserialize(json.loads(json.dumps(layers.serialize(layer))))
    np.testing.assert_array_equal(again(data).numpy(), layer(data).numpy())


@pytest.mark.parametrize("mode", ["one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 3)])
def test_encoded_placeholders_have_the_shapes_of_tensors(mode, shape):
    labels = np.random.default_rng(4).integers(0, 5, shape)
    encode = layers.CategoryEncoding(5, output_mode=mode)
    bins = layers.Discretization([1.0, 2.0], output_mode=mode)
    for layer in (encode, bins):
        eager = layer(labels)
        if len(shape) > 1:
            assert layer(Input(shape[1:], dtype="int32")).shape == (None, *eager.shape[1:])
        assert layer.compute_output_shape(shape) == eager.shape
        assert layers.deserialize(layers.serialize(layer)).get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.RandomFlip("sideways"), "`mode` to be one of"),
        (lambda: layers.RandomRotation(2.0), "`factor` as a number from -1.0 to 1.0"),
        (lambda: layers.RandomRotation((0.1, 0.2, 0.3)), "`factor` as a number from"),
        (lambda: layers.RandomRotation("far"), "`factor` as a number from"),
        (lambda: layers.RandomRotation(0.1, fill_mode="mirror"), "`fill_mode` to be one of"),
        (lambda: layers.RandomZoom(0.1, interpolation="cubic"), "`interpolation` to be one of"),
        (lambda: layers.RandomZoom(-1.0), "`height_factor` as a number from"),
        (lambda: layers.RandomTranslation(0.1, 1.5), "`width_factor` as a number from"),
        (lambda: layers.RandomContrast(-0.1), "`factor` as a number from 0.0"),
        (
            lambda: layers.RandomBrightness(0.1, value_range=255),
            "`value_range` as a tensor, an array or a list",
        ),
        (lambda: layers.Resizing(0, 3), "`height` as a positive int"),
        (lambda: layers.CenterCrop(3, "3"), "`width` as a positive int"),
        (lambda: layers.Resizing(2, 2)(np.ones((3, 4))), "expected one image (3 axes)"),
        (lambda: layers.Resizing(2, 2)({"labels": np.ones(2)}), "a dict with 'images'"),
        (
            lambda: layers.Resizing(2, 2)(
                {"images": np.ones((2, 2, 1)), "bounding_boxes": np.ones(4)}
            ),
            "Boxes and masks cannot be moved along",
        ),
        (lambda: layers.Normalization(mean=1.0), "both `mean` and `variance`, or neither"),
        (lambda: layers.Normalization(axis=3).adapt(np.ones((2, 2))), "has axis (3,)"),
        (lambda: layers.Normalization().adapt([]), "received no data"),
        (lambda: layers.Normalization(mean=0, variance=1).adapt(np.ones(2)), "cannot adapt"),
        (lambda: layers.Normalization()(Input((None,))), "must know the sizes of axis"),
        (lambda: layers.CategoryEncoding(), "`num_tokens` as a positive int"),
        (lambda: layers.CategoryEncoding(3, output_mode="hash"), "`output_mode` 'one_hot'"),
        (lambda: layers.CategoryEncoding(3, sparse=True), "no sparse tensors"),
        (
            lambda: layers.CategoryEncoding(3)(np.array([1]), count_weights=np.ones(1)),
            "`count_weights` only with",
        ),
        (lambda: layers.Discretization(), "one of `bin_boundaries` and `num_bins`"),
        (lambda: layers.Discretization([1.0], num_bins=3), "one of `bin_boundaries` and"),
        (lambda: layers.Discretization([1.0]).adapt(np.ones(3)), "cannot adapt"),
        (lambda: layers.Discretization(num_bins=3)(np.ones(3)), "has no bins yet"),
    ],
)
def test_hostile_arguments_are_refused_with_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("data", [3, ["a"]])
def test_normalization_refuses_to_adapt_to_what_is_no_data(data):
    with pytest.raises(TypeError, match=re.escape("`Normalization.adapt` expected")):
        layers.Normalization().adapt(data)


def test_random_crop_cuts_whole_windows_at_many_places():
    images = np.arange(25, dtype="float32").reshape(1, 5, 5, 1)
    layer = layers.RandomCrop(3, 2, seed=4)
    starts = set()
    for _ in range(60):
        window = layer(images, training=True).numpy()[0, :, :, 0]
        starts.add(int(window[0, 0]))
        assert (window - window[0, 0] == [[0, 1], [5, 6], [10, 11]]).all()
    np.testing.assert_array_equal(layer(images, training=False), images)
    assert starts == {row * 5 + column for row in range(3) for column in range(4)}


def test_mixed_images_and_labels_have_the_same_shares() -> None:
    layer = layers.MixUp(alpha=1.0, seed=3)
    numbers = np.arange(4, dtype="float32")
    images = np.broadcast_to(numbers[:, None, None, None], (4, 2, 2, 1))
    mixed = layer({"images": images, "labels": numbers[:, None]})
    np.testing.assert_allclose(mixed["images"][:, 0, 0, 0], mixed["labels"][:, 0], rtol=1e-6)
    assert 0.0 <= float(np.min(mixed["labels"])) < float(np.max(mixed["labels"])) <= 3.0
    assert not np.array_equal(mixed["labels"][:, 0], numbers)


def test_a_pipeline_prepares_data_and_comes_back_from_its_configuration() -> None:
    line = layers.Pipeline([layers.Rescaling(0.5), layers.RandomFlip(seed=1)])
    again = layers.deserialize(layers.serialize(line))
    assert [type(layer).__name__ for layer in again.layers] == ["Rescaling", "RandomFlip"]
    with pytest.raises(ValueError, match="expected layers, received 3"):
        layers.Pipeline([3])


def test_an_embedding_is_read_both_ways() -> None:
    layer = layers.ReversibleEmbedding(5, 3, logit_soft_cap=2.0)
    vectors = layer(np.array([[1, 4]]))
    scores = np.asarray(layer(vectors, reverse=True))
    table = np.asarray(layer.embeddings)
    wanted = 2 * np.tanh(np.asarray(vectors) @ table.T / 2)
    np.testing.assert_allclose(scores, wanted, rtol=1e-5)
    own = layers.ReversibleEmbedding(5, 3, tie_weights=False)
    own(np.array([[1]]))
    assert [weight.name for weight in own.weights] == ["embeddings", "reverse_embeddings"]
