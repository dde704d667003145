"""Convolution and pooling ops against plain loops, for any shape, padding, stride and dilation."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pykeras_core import ops
from pykeras_core.engine import GradientTape
from tests.core.cases.sliding import links, positions


def array(state, *shape):
    return state.normal(size=shape).astype("float32")


def same_padding(spatial, size, strides, dilation):
    """Widths that make `ceil(length / stride)` windows, the odd one at the end."""
    widths = []
    for n, k, s, d in zip(spatial, size, strides, dilation, strict=True):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        widths.append((total // 2, total - total // 2))
    return tuple(widths)


def loop_conv(x, kernel, strides, padding, dilation, groups):
    """Convolution by its definition, in float64."""
    spatial, size = x.shape[1:-1], kernel.shape[:-2]
    sliding = (spatial, size, strides, padding, dilation)
    result = np.zeros((x.shape[0], *positions(*sliding), kernel.shape[-1]))
    inputs, outputs = x.shape[-1] // groups, kernel.shape[-1] // groups
    for group in range(groups):
        c = slice(group * inputs, (group + 1) * inputs)
        f = slice(group * outputs, (group + 1) * outputs)
        for window, place, element in links(*sliding):
            part = x[(slice(None), *element, c)].astype("float64") @ kernel[place][:, f]
            result[(slice(None), *window, f)] += part
    return result


@st.composite
def slides(draw):
    """Spatial sizes and how a window slides over them."""
    rank = draw(st.integers(1, 3))

    def each(low, high):
        return tuple(draw(st.integers(low, high)) for _ in range(rank))

    size, strides, dilation = each(1, 3), each(1, 3), each(1, 2)
    spatial = tuple(
        (k - 1) * d + 1 + draw(st.integers(0, 4)) for k, d in zip(size, dilation, strict=True)
    )
    return spatial, size, strides, dilation, draw(st.sampled_from(["valid", "same"]))


@given(
    slides(), st.integers(0, 2), st.integers(1, 2), st.integers(1, 2), st.sampled_from([1, 2, 3])
)
def test_conv_is_the_sum_of_window_times_kernel(slide, batch, channels, filters, groups):
    spatial, size, strides, dilation, padding = slide
    state = np.random.default_rng(1)
    x = array(state, batch, *spatial, channels * groups)
    kernel = array(state, *size, channels, filters * groups)
    widths = same_padding(spatial, size, strides, dilation)
    widths = widths if padding == "same" else ((0, 0),) * len(spatial)
    found = ops.conv(x, kernel, strides, padding, dilation_rate=dilation)
    expected = loop_conv(x, kernel, strides, widths, dilation, groups)
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-4)


@given(slides(), st.integers(1, 3), st.integers(1, 3))
def test_channels_first_is_the_same_convolution(slide, channels, filters):
    spatial, size, strides, dilation, padding = slide
    state = np.random.default_rng(2)
    x, kernel = array(state, 2, *spatial, channels), array(state, *size, channels, filters)
    last = ops.conv(x, kernel, strides, padding, "channels_last", dilation)
    first = ops.conv(np.moveaxis(x, -1, 1), kernel, strides, padding, "channels_first", dilation)
    np.testing.assert_array_equal(np.moveaxis(first.numpy(), 1, -1), last.numpy())


@given(slides(), st.integers(1, 3), st.integers(1, 2))
def test_depthwise_conv_convolves_each_channel_by_itself(slide, channels, multiplier):
    spatial, size, strides, dilation, padding = slide
    state = np.random.default_rng(3)
    x, kernel = array(state, 2, *spatial, channels), array(state, *size, channels, multiplier)
    found = ops.depthwise_conv(x, kernel, strides, padding, dilation_rate=dilation).numpy()
    for c in range(channels):
        alone = ops.conv(
            x[..., c : c + 1], kernel[..., c : c + 1, :], strides, padding, None, dilation
        )
        here = found[..., c * multiplier : (c + 1) * multiplier]
        np.testing.assert_allclose(here, alone.numpy(), atol=1e-5)


def test_separable_conv_mixes_the_channels_of_a_depthwise_conv():
    state = np.random.default_rng(4)
    x, depthwise = array(state, 2, 7, 6, 3), array(state, 3, 2, 3, 2)
    pointwise = array(state, 1, 1, 6, 5)
    middle = ops.depthwise_conv(x, depthwise, 2, "same")
    expected = middle.numpy() @ pointwise[0, 0]
    found = ops.separable_conv(x, depthwise, pointwise, 2, "same")
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-5)


@given(slides(), st.integers(1, 3), st.integers(1, 3), st.data())
def test_conv_transpose_is_the_gradient_of_conv(slide, channels, filters, data):
    spatial, size, strides, dilation, padding = slide
    extra = data.draw(
        st.one_of(st.none(), st.tuples(*(st.integers(0, step - 1) for step in strides)))
    )
    state = np.random.default_rng(5)
    x, kernel = array(state, 2, *spatial, channels), array(state, *size, filters, channels)
    out = ops.conv_transpose(x, kernel, strides, padding, extra, dilation_rate=dilation)
    # TensorFlow refuses the few output paddings that no convolution leads back from.
    assume(
        all(-(-n // s) == m for n, s, m in zip(out.shape[1:-1], strides, spatial, strict=True))
        or padding == "valid"
    )
    wide = ops.convert_to_tensor(array(state, *out.shape))
    with GradientTape() as tape:
        tape.watch(wide)
        total = ops.sum(ops.conv(wide, kernel, strides, padding, dilation_rate=dilation) * x)
    np.testing.assert_allclose(out.numpy(), tape.gradient(total, wide).numpy(), atol=1e-4)


@pytest.mark.parametrize(
    ("padding", "output_padding", "size"),
    [("same", None, 10), ("valid", None, 11), ("same", 1, 10), ("valid", 0, 11), ("valid", 1, 12)],
)
def test_conv_transpose_of_five_elements_has_the_size_of_keras(padding, output_padding, size):
    x, kernel = np.ones((1, 5, 1), "float32"), np.ones((3, 1, 1), "float32")
    assert ops.conv_transpose(x, kernel, 2, padding, output_padding).shape == (1, size, 1)


def test_conv_transpose_with_an_even_window_and_no_output_padding_cuts_one_element():
    x, kernel = np.array([[[1.0], [2.0], [3.0]]]), np.array([[[1.0]], [[10.0]]])
    outputs = ops.conv_transpose(x, kernel, 1, "same", 0).numpy().ravel().tolist()
    assert outputs == [12.0, 23.0]


def loop_pool(x, size, strides, padding, reduce):
    sliding = (x.shape[1:-1], size, strides, padding, (1,) * len(size))
    members = {}
    for window, _, element in links(*sliding):
        members.setdefault(window, []).append(x[(slice(None), *element)])
    result = np.zeros((x.shape[0], *positions(*sliding), x.shape[-1]))
    for window, values in members.items():
        result[(slice(None), *window)] = reduce(values, axis=0)
    return result


@pytest.mark.parametrize(("pool", "reduce"), [(ops.max_pool, np.max), (ops.average_pool, np.mean)])
@given(slides(), st.integers(0, 2), st.integers(1, 3))
def test_pooling_reduces_the_elements_of_each_window(pool, reduce, slide, batch, channels):
    spatial, size, strides, _, padding = slide
    x = array(np.random.default_rng(6), batch, *spatial, channels)
    widths = same_padding(spatial, size, strides, (1,) * len(size))
    widths = widths if padding == "same" else ((0, 0),) * len(spatial)
    found = pool(x, size, strides, padding)
    np.testing.assert_allclose(
        found.numpy(), loop_pool(x, size, strides, widths, reduce), atol=1e-6
    )


@pytest.mark.parametrize(
    ("pool", "reduce"), [(ops.adaptive_max_pool, np.max), (ops.adaptive_average_pool, np.mean)]
)
@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 8)), min_size=1, max_size=3))
def test_adaptive_pooling_covers_the_inputs_with_as_many_windows_as_asked(pool, reduce, axes):
    spatial, counts = zip(*axes, strict=True)
    x = array(np.random.default_rng(7), 2, *spatial, 2)
    expected = np.zeros((2, *counts, 2))
    for window in np.ndindex(counts):
        inside = tuple(
            slice(i * n // c, -(-(i + 1) * n // c))
            for i, n, c in zip(window, spatial, counts, strict=True)
        )
        block = x[(slice(None), *inside)]
        expected[(slice(None), *window)] = reduce(block, axis=tuple(range(1, block.ndim - 1)))
    np.testing.assert_allclose(pool(x, counts).numpy(), expected, atol=1e-6)


def ones(*shape):
    return np.ones(shape, "float32")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.conv(ones(5, 3), ones(3, 3, 2)), "`conv` expected inputs with a batch axis"),
        (
            lambda: ops.conv(ones(1, 5, 3), ones(3, 3, 3, 2)),
            "`conv` expected a kernel with 1 window",
        ),
        (lambda: ops.conv(ones(1, 5, 3), ones(3, 2, 2)), "expected inputs with 2 channels"),
        (lambda: ops.conv(ones(1, 5, 4), ones(3, 2, 3)), "expected filters in 2 equal groups"),
        (lambda: ops.conv(ones(1, 5, 3), ones(7, 3, 2)), "a window of (7,) with dilation (1,)"),
        (lambda: ops.conv(ones(1, 5, 3), ones(3, 3, 2), 0), "`strides` as a positive int"),
        (lambda: ops.conv(ones(1, 5, 3), ones(3, 3, 2), (1, 1)), "`strides` as a positive int"),
        (lambda: ops.conv(ones(1, 5, 3), ones(3, 3, 2), 1, "full"), "padding 'valid' or 'same'"),
        (lambda: ops.conv(ones(1, 5, 3), ones(3, 3, 2), data_format="first"), "`data_format` must"),
        (lambda: ops.depthwise_conv(ones(1, 5, 3), ones(3, 2, 1)), "inputs with 2 channels"),
        (lambda: ops.separable_conv(ones(1, 5, 3), ones(3, 3, 1), ones(3, 3, 2)), "window of 1"),
        (lambda: ops.conv_transpose(ones(1, 5, 3), ones(3, 2, 4)), "inputs with 4 channels"),
        (
            lambda: ops.conv_transpose(ones(1, 5, 3), ones(3, 2, 3), 2, "same", 2),
            "`output_padding` from 0 to the stride less 1",
        ),
        (
            lambda: ops.conv_transpose(ones(1, 5, 3), ones(3, 2, 3), 2, "same", (1, 1)),
            "`output_padding` as an int or 1 of them",
        ),
        (lambda: ops.max_pool(ones(1, 3, 2), 4), "`max_pool`: a window of (4,)"),
        (lambda: ops.max_pool(ones(1, 3, 2), 2.5), "`pool_size` as a positive int"),
        (lambda: ops.average_pool(ones(3, 2), 2), "`average_pool` expected inputs with a batch"),
        (lambda: ops.adaptive_max_pool(ones(1, 3, 2), 0), "`output_size` as a positive int"),
    ],
)
def test_hostile_arguments_are_refused_with_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
