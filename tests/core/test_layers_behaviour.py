"""What single layers do beyond the table: noise, refusals, special cases."""

import json

import numpy as np
import pytest

from pykeras_core import layers, ops, saving


def ones(*shape):
    return np.ones(shape, "float32")


def test_dropout_drops_its_rate_and_keeps_the_mean():
    output = layers.Dropout(0.3, seed=1)(ones(100, 100), training=True).numpy()
    assert np.mean(output == 0) == pytest.approx(0.3, abs=0.02)  # four standard errors
    np.testing.assert_allclose(output[output != 0], 1 / 0.7, rtol=1e-6)


def test_dropout_draws_anew_at_each_call_and_again_from_the_same_seed():
    first, second = layers.Dropout(0.5, seed=1), layers.Dropout(0.5, seed=1)
    a, b = (first(ones(4, 8), training=True).numpy() for _ in range(2))
    assert not np.array_equal(a, b)
    np.testing.assert_array_equal(second(ones(4, 8), training=True).numpy(), a)


def test_dropout_of_rate_0_and_1():
    x = ones(2, 3)
    assert layers.Dropout(0)(x, training=True).tolist() == x.tolist()
    assert layers.Dropout(1)(x, training=True).tolist() == (0 * x).tolist()


def test_noise_shape_shares_the_mask():
    output = layers.Dropout(0.5, noise_shape=(None, 1), seed=2)(ones(50, 4), training=True).numpy()
    assert {tuple(row) for row in output.tolist()} == {(0.0,) * 4, (2.0,) * 4}


def test_spatial_dropout_drops_whole_maps():
    output = layers.SpatialDropout2D(0.5, seed=2)(ones(8, 3, 3, 4), training=True).numpy()
    assert np.ptp(output, axis=(1, 2)).max() == 0
    assert 0 < np.mean(output == 0) < 1
    first = layers.SpatialDropout2D(0.5, data_format="channels_first", seed=2)
    assert np.ptp(first(ones(8, 4, 3, 3), training=True).numpy(), axis=(2, 3)).max() == 0


def test_alpha_dropout_keeps_mean_and_variance():
    x = np.random.default_rng(1).normal(size=(200, 200)).astype("float32")
    output = layers.AlphaDropout(0.2, seed=1)(x, training=True).numpy()
    assert output.mean() == pytest.approx(0.0, abs=0.03)
    assert output.std() == pytest.approx(1.0, abs=0.03)


def test_gaussian_noise_has_its_standard_deviation():
    noise = layers.GaussianNoise(0.5, seed=1)(np.zeros((100, 100)), training=True).numpy()
    assert noise.std() == pytest.approx(0.5, abs=0.02)
    assert noise.mean() == pytest.approx(0.0, abs=0.02)


def test_gaussian_dropout_has_mean_one_and_its_variance():
    factor = layers.GaussianDropout(0.2, seed=1)(ones(100, 100), training=True).numpy()
    assert factor.mean() == pytest.approx(1.0, abs=0.02)
    assert factor.var() == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Dropout(1.5),
        lambda: layers.Dropout(-0.1),
        lambda: layers.Dropout("half"),
        lambda: layers.Dropout(0.5, noise_shape="all"),
        lambda: layers.Dropout(0.5, noise_shape=(0, 1)),
        lambda: layers.GaussianDropout(1),
        lambda: layers.GaussianNoise(2.0),
        lambda: layers.Dense(0),
        lambda: layers.Dense("ten"),
        lambda: layers.Embedding(0, 3),
        lambda: layers.RepeatVector(-1),
        lambda: layers.Permute((1, 3)),
        lambda: layers.Reshape((-1, -1)),
        lambda: layers.ReLU(negative_slope=-1.0),
        lambda: layers.LeakyReLU(None),
        lambda: layers.Flatten("channels_middle"),
        lambda: layers.Dot(axes="last"),
        lambda: layers.Wrapper("dense"),
        lambda: layers.Dense(2, activation="rleu"),
        lambda: layers.Dense(2, kernel_initializer="glorot"),
        lambda: layers.Dense(2, kernel_regularizer="l3"),
        lambda: layers.Dense(2, kernel_constraint="norm"),
        lambda: layers.Dense(2, name="a/b"),
        lambda: layers.Dense(2, trainable="yes"),
        lambda: layers.Dense(2, dtype="float33"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_came(make):
    with pytest.raises(ValueError, match=r"received|Unknown"):
        make()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.Add()(ones(2, 3)), r"merges a list of tensors"),
        (lambda: layers.Add()([ones(2, 3), ones(2, 4)]), r"sizes must be equal or 1"),
        (lambda: layers.Add()([ones(2, 3), ones(5, 3)]), r"batches of different sizes"),
        (lambda: layers.Subtract()([ones(2, 3)] * 3), r"expected two inputs, received 3"),
        (lambda: layers.Concatenate()([ones(2, 3, 4), ones(2, 5, 4)]), r"equal sizes in all axes"),
        (lambda: layers.Concatenate()([ones(2, 3, 4), ones(2, 4)]), r"tensors of one rank"),
        (lambda: layers.Dot(axes=1)([ones(2, 3), ones(2, 4)]), r"received 3 and 4"),
        (lambda: layers.Dot(axes=0)([ones(2, 3), ones(2, 3)]), r"axis 0, the batch axis"),
        (lambda: layers.Reshape((5,))(ones(2, 3, 4)), r"which have 12 elements"),
        (lambda: layers.Reshape((5, -1))(ones(2, 3, 4)), r"which have 12 elements"),
        (lambda: layers.RepeatVector(2)(ones(2, 3, 4)), r"expected inputs with 2 axes"),
        (lambda: layers.LayerNormalization(axis=5)(ones(2, 3)), r"`axis` as one of -2 to 1"),
        (lambda: layers.Softmax()(ones(2, 3), mask=ones(4, 5)), r"a mask that broadcasts"),
        (
            lambda: layers.BatchNormalization()(ones(2, 3), training=True, mask=ones(2, 3)),
            r"without the last axis",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_normalization_refuses_an_axis_that_is_no_int():
    for make in (layers.LayerNormalization, layers.UnitNormalization):
        with pytest.raises(TypeError, match="an int or a tuple of ints"):
            make(axis="last")


def test_merging_functions_call_the_layers():
    a, b = 2 * ones(1, 2), 3 * ones(1, 2)
    results = {
        "add": layers.add([a, b]),
        "subtract": layers.subtract([a, b]),
        "multiply": layers.multiply([a, b]),
        "average": layers.average([a, b]),
        "maximum": layers.maximum([a, b]),
        "minimum": layers.minimum([a, b]),
    }
    values = {name: result.tolist()[0][0] for name, result in results.items()}
    assert values == {
        "add": 5.0, "subtract": -1.0, "multiply": 6.0, "average": 2.5, "maximum": 3.0,
        "minimum": 2.0,
    }  # fmt: skip
    assert layers.concatenate([a, b]).tolist() == [[2.0, 2.0, 3.0, 3.0]]
    assert layers.dot([a, b]).tolist() == [[12.0]]


def test_embedding_starts_from_given_weights():
    table = np.arange(6, dtype="float32").reshape(3, 2)
    layer = layers.Embedding(3, 2, weights=table)
    assert layer(np.array([[2, 0]])).tolist() == [[[4.0, 5.0], [0.0, 1.0]]]


def test_embedding_takes_whole_floats_as_integers():
    layer = layers.Embedding(3, 2, embeddings_initializer="ones")
    assert layer(np.array([[2.0, 0.0]])).shape == (1, 2, 2)


def test_relu_takes_leaky_relus_older_argument():
    assert layers.LeakyReLU(alpha=0.1).negative_slope == 0.1


def test_batch_normalization_uses_its_averages_outside_of_training():
    layer = layers.BatchNormalization(momentum=0.5, epsilon=0.0)
    layer(np.array([[1.0], [3.0]]), training=True)
    assert layer.moving_mean.tolist() == [1.0]
    assert layer.moving_variance.tolist() == [1.0]
    assert layer(np.array([[1.0], [3.0]])).tolist() == [[0.0], [2.0]]


def test_lambda_with_arguments_mask_and_training():
    def function(x, factor, training=None):
        return x * factor if training else x

    layer = layers.Lambda(function, arguments={"factor": 3.0})
    assert layer(ones(1), training=True).tolist() == [3.0]
    assert layer(ones(1)).tolist() == [1.0]
    masked = layers.Lambda(lambda x: x, mask=lambda inputs, mask: inputs > 0)
    assert masked(np.array([1.0, -1.0]))._keras_mask.tolist() == [True, False]


@pytest.mark.parametrize("output_shape", [(6,), lambda shape: (shape[0], 6)])
def test_lambda_takes_its_output_shape(output_shape):
    layer = layers.Lambda(lambda x: ops.concatenate([x, x], axis=-1), output_shape=output_shape)
    assert layer(layers.Input((3,))).shape == (None, 6)
    assert layer.compute_output_shape((None, 3)) == (None, 6)


def test_a_lambda_is_read_only_when_safe_mode_is_off():
    offset = 4.0
    written = json.loads(
        json.dumps(layers.serialize(layers.Lambda(lambda x, y=2.0: x + y + offset)))
    )
    with pytest.raises(ValueError, match="safe_mode=False"):
        layers.deserialize(written)
    with pytest.raises(ValueError, match="safe_mode=False"):
        layers.Lambda.from_config(written["config"])
    assert layers.deserialize(written, safe_mode=False)(np.zeros(1)).tolist() == [6.0]


def test_a_lambda_of_another_python_is_refused_with_advice():
    written = layers.serialize(layers.Lambda(lambda x: x))
    written["config"]["function"]["config"]["code"] = "AAAA"
    with pytest.raises(ValueError, match="another Python version"):
        layers.deserialize(written, safe_mode=False)


def test_wrapper_builds_and_round_trips_its_layer():
    layer = layers.Wrapper(layers.Dense(2, name="inner"))
    layer.build((None, 3))
    assert layer.layer.built
    assert layers.Wrapper.from_config(layer.get_config()).layer.units == 2


def test_a_registered_layer_round_trips_by_its_name():
    @saving.register_keras_serializable("tests")
    class Tripled(layers.Layer):
        def call(self, inputs):
            return 3 * inputs

    try:
        written = layers.serialize(Tripled())
        assert written["registered_name"] == "tests>Tripled"
        assert isinstance(layers.deserialize(written), Tripled)
    finally:
        saving.get_custom_objects().clear()


def test_deserialize_refuses_what_is_no_layer():
    from pykeras_core import regularizers

    with pytest.raises(ValueError, match="which is no layer"):
        layers.deserialize(regularizers.serialize(regularizers.L2(0.1)))
