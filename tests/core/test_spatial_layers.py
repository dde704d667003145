"""What layers on sequences, images and volumes do beyond the table: refusals, masks, causality."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import Input, Sequential, layers


def ones(*shape):
    return np.ones(shape, "float32")


@st.composite
def stacks(draw):
    """A random layer on images, and the size of the images."""
    two = st.integers(1, 3)
    filters, window, strides = draw(two), (draw(two), draw(two)), (draw(two), draw(two))
    named = {"padding": draw(st.sampled_from(["valid", "same"]))}
    named["data_format"] = draw(st.sampled_from(["channels_last", "channels_first"]))
    make = draw(
        st.sampled_from(
            [
                lambda: layers.Conv2D(filters, window, strides, **named),
                lambda: layers.Conv2D(filters, window, dilation_rate=strides, **named),
                lambda: layers.Conv2DTranspose(filters, window, strides, **named),
                lambda: layers.DepthwiseConv2D(window, strides, depth_multiplier=filters, **named),
                lambda: layers.SeparableConv2D(filters, window, strides, **named),
                lambda: layers.MaxPooling2D(window, strides, **named),
                lambda: layers.AveragePooling2D(window, strides, **named),
                lambda: layers.ZeroPadding2D((window, strides), named["data_format"]),
                lambda: layers.UpSampling2D(window, named["data_format"]),
            ]
        )
    )
    return make, (draw(st.integers(7, 9)), draw(st.integers(7, 9)))


@given(stacks())
def test_shapes_of_unknown_images_are_those_of_real_ones_where_known(stack):
    make, (height, width) = stack
    layer = make()
    first = layer.data_format == "channels_first"
    shape = (2, 3, height, width) if first else (2, height, width, 3)
    unknown = (None, 3, None, None) if first else (None, None, None, 3)
    called = layer(ones(*shape)).shape
    assert layer.compute_output_shape(shape) == called
    known = layer.compute_output_shape(unknown)
    assert known[0] is None
    assert known[1 if first else -1] == called[1 if first else -1]
    assert all(size in (None, real) for size, real in zip(known, called, strict=True))


def test_symbolic_call_on_images_of_unknown_size():
    x = Input((None, None, 3))
    assert layers.Conv2D(4, 3)(x).shape == (None, None, None, 4)
    assert layers.UpSampling2D(interpolation="bilinear")(x).shape == (None, None, None, 3)
    assert layers.GlobalAveragePooling2D()(x).shape == (None, 3)


def test_causal_convolution_sees_nothing_later():
    layer = layers.Conv1D(2, 3, padding="causal", dilation_rate=2)
    x = np.random.default_rng(1).normal(size=(1, 9, 2)).astype("float32")
    changed = x.copy()
    changed[:, 5] += 1.0
    before, after = layer(x).numpy(), layer(changed).numpy()
    np.testing.assert_array_equal(after[:, :5], before[:, :5])
    assert [t for t in range(9) if not np.array_equal(after[:, t], before[:, t])] == [5, 7]


def test_weights_of_convolutions_are_named_and_ordered_as_in_keras():
    layer = layers.SeparableConv2D(4, 3, depth_multiplier=2, name="mix")
    layer.build((None, 8, 8, 3))
    assert [(w.path, w.shape) for w in layer.weights] == [
        ("mix/depthwise_kernel", (3, 3, 3, 2)),
        ("mix/pointwise_kernel", (1, 1, 6, 4)),
        ("mix/bias", (4,)),
    ]


def test_pooling_passes_an_average_over_the_steps_that_the_mask_keeps():
    x = np.array([[[1.0], [3.0], [0.0]]])
    masked = layers.Masking()(x)
    pooled = layers.GlobalAveragePooling1D()(masked)
    assert pooled.tolist() == [[2.0]]
    assert getattr(pooled, "_keras_mask", None) is None


def test_convolutional_model_says_its_shapes():
    model = Sequential(
        [
            Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPool2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPool2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    shapes = [layer.output.shape for layer in model.layers]
    assert shapes[:4] == [
        (None, 26, 26, 32),
        (None, 13, 13, 32),
        (None, 11, 11, 64),
        (None, 5, 5, 64),
    ]
    assert model.count_params() == 320 + 18496 + 16010


def test_predicting_no_images_gives_no_outputs():
    model = Sequential([layers.Conv2D(4, 3, padding="same"), layers.MaxPooling2D()])
    assert model(ones(0, 8, 8, 1)).shape == (0, 4, 4, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.Conv2D(0, 3), "`Conv2D` expected `filters` as a positive int"),
        (lambda: layers.Conv2D(2.5, 3), "`Conv2D` expected `filters` as a positive int"),
        (
            lambda: layers.Conv2D(2, (3, 3, 3)),
            "`kernel_size` as a positive int, or a tuple of 2",
        ),
        (lambda: layers.Conv2D(2, 0), "`kernel_size` as a positive int"),
        (lambda: layers.Conv2D(2, "3"), "`kernel_size` as a positive int"),
        (lambda: layers.Conv2D(2, 3, strides=0), "`strides` as a positive int"),
        (lambda: layers.Conv2D(2, 3, strides=2, dilation_rate=2), "`strides > 1` together with"),
        (lambda: layers.Conv2D(2, 3, padding="causal"), "`padding` to be one of ('valid', 'same')"),
        (lambda: layers.Conv2D(2, 3, padding=1), "`padding` as a string"),
        (lambda: layers.Conv2D(2, 3, data_format="last"), "`data_format` must be"),
        (lambda: layers.Conv2D(3, 3, groups=2), "`groups` to divide `filters`"),
        (lambda: layers.Conv2D(2, 3, groups=2)(ones(1, 5, 5, 3)), "groups=2 divides, received 3"),
        (
            lambda: layers.Conv2D(2, 7)(ones(1, 5, 5, 3)),
            "a window of (7, 7) with dilation_rate=(1, 1)",
        ),
        (lambda: layers.Conv2D(2, 3)(ones(1, 5, 5)), "add one: `x[..., None]`"),
        (lambda: layers.Conv2D(2, 3)(Input((28, 28))), "(batch, height, width, channels)"),
        (
            lambda: layers.Conv2D(2, 3)(ones(5, 5)),
            "(batch, height, width, channels), received shape (5, 5).",
        ),
        (lambda: layers.Conv2D(2, 3)(Input((28, 28, None))), "number of channels must be known"),
        (lambda: layers.Conv2D(2, 3).build((None, 5)), "received shape (None, 5)"),
        (
            lambda: layers.Conv2DTranspose(2, 3, 2, output_padding=2),
            "`output_padding` below `strides`",
        ),
        (lambda: layers.DepthwiseConv2D(3, depth_multiplier=0), "`depth_multiplier` as a positive"),
        (lambda: layers.MaxPooling2D(7)(ones(1, 5, 5, 3)), "a window of (7, 7)"),
        (lambda: layers.MaxPooling2D(7)(Input((5, 5, 3))), "does not fit into inputs of shape"),
        (lambda: layers.MaxPooling2D(padding="full"), "`padding` to be 'valid' or 'same'"),
        (lambda: layers.AdaptiveMaxPooling2D((1, 2, 3)), "`output_size` as a positive int"),
        (lambda: layers.UpSampling2D(interpolation="cubic"), "`interpolation` to be one of"),
        (lambda: layers.UpSampling2D(0), "`size` as a positive int"),
        (lambda: layers.ZeroPadding2D(-1), "`padding` as an int of 0 or more"),
        (lambda: layers.ZeroPadding2D((1, 2, 3)), "`padding` as an int, 2 ints, or 2 pairs"),
        (lambda: layers.Cropping2D(3)(ones(1, 5, 5, 3)), "nothing would remain"),
        (lambda: layers.Cropping1D(3)(Input((5, 3))), "nothing would remain"),
        (lambda: layers.ZeroPadding2D(1).compute_output_shape((5, 3)), "received shape (5, 3)"),
    ],
)
def test_hostile_arguments_are_refused_with_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_inputs_with_other_channels_than_built_for_are_refused():
    layer = layers.Conv2D(2, 3)
    layer(ones(1, 5, 5, 3))
    with pytest.raises(ValueError, match="expected inputs with last axis 3, received shape"):
        layer(ones(1, 5, 5, 1))
