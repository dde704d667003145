"""Ops that move elements, and ops that make Tensors, against NumPy."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import ops, tree
from pykeras_core.engine import convert_to_tensor
from tests.core.op_checks import check, gradient, values

X = values((2, 3, 4))
ROW = values((4,))
shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)

CALLS: dict[str, tuple[Any, Any]] = {
    "reshape -1": (lambda t: ops.reshape(t, (4, -1)), lambda a: np.reshape(a, (4, -1))),
    "reshape int": (lambda t: ops.reshape(t, -1), lambda a: np.reshape(a, -1)),
    "ravel": (ops.ravel, np.ravel),
    "expand_dims": (lambda t: ops.expand_dims(t, 1), lambda a: np.expand_dims(a, 1)),
    "expand_dims last": (lambda t: ops.expand_dims(t, -1), lambda a: np.expand_dims(a, -1)),
    "expand_dims two": (
        lambda t: ops.expand_dims(t, (0, -1)),
        lambda a: np.expand_dims(a, (0, -1)),
    ),
    "squeeze": (
        lambda t: ops.squeeze(ops.reshape(t, (1, 24, 1))),
        lambda a: np.squeeze(np.reshape(a, (1, 24, 1))),
    ),
    "squeeze one": (
        lambda t: ops.squeeze(ops.reshape(t, (1, 24, 1)), -1),
        lambda a: np.squeeze(np.reshape(a, (1, 24, 1)), -1),
    ),
    "transpose": (ops.transpose, np.transpose),
    "transpose axes": (
        lambda t: ops.transpose(t, (1, -1, 0)),
        lambda a: np.transpose(a, (1, 2, 0)),
    ),
    "swapaxes": (lambda t: ops.swapaxes(t, 0, -1), lambda a: np.swapaxes(a, 0, -1)),
    "moveaxis": (lambda t: ops.moveaxis(t, 0, -1), lambda a: np.moveaxis(a, 0, -1)),
    "moveaxis two": (
        lambda t: ops.moveaxis(t, (0, 1), (2, 0)),
        lambda a: np.moveaxis(a, (0, 1), (2, 0)),
    ),
    "broadcast_to": (
        lambda t: ops.broadcast_to(t, (5, 2, 3, 4)),
        lambda a: np.broadcast_to(a, (5, 2, 3, 4)),
    ),
    "concatenate": (
        lambda t: ops.concatenate([t, t[:, :1]], -2),
        lambda a: np.concatenate([a, a[:, :1]], -2),
    ),
    "append": (lambda t: ops.append(t, t), lambda a: np.append(a, a)),
    "append axis": (lambda t: ops.append(t, t, 1), lambda a: np.append(a, a, 1)),
    "stack": (lambda t: ops.stack([t, t], 1), lambda a: np.stack([a, a], 1)),
    "stack last": (lambda t: ops.stack([t, t], -1), lambda a: np.stack([a, a], -1)),
    "vstack": (lambda t: ops.vstack([t[0], t[1]]), lambda a: np.vstack([a[0], a[1]])),
    "vstack of vectors": (lambda t: ops.vstack([t[0, 0]] * 2), lambda a: np.vstack([a[0, 0]] * 2)),
    "hstack": (lambda t: ops.hstack([t[0], t[1]]), lambda a: np.hstack([a[0], a[1]])),
    "hstack of numbers": (
        lambda t: ops.hstack([t[0, 0, 0]] * 2),
        lambda a: np.hstack([a[0, 0, 0]] * 2),
    ),
    "unstack": (lambda t: ops.unstack(t, axis=1), lambda a: list(np.moveaxis(a, 1, 0))),
    "split": (lambda t: ops.split(t, 2, -1), lambda a: np.split(a, 2, -1)),
    "split at": (lambda t: ops.split(t, [1, 3, 2, 9], 2), lambda a: np.split(a, [1, 3, 2, 9], 2)),
    "split at negative": (lambda t: ops.split(t, [-1], 2), lambda a: np.split(a, [-1], 2)),
    "slice": (lambda t: ops.slice(t, (0, 1, 2), (2, 2, -1)), lambda a: a[0:2, 1:3, 2:]),
    "flip": (ops.flip, np.flip),
    "flip axis": (lambda t: ops.flip(t, (0, -1)), lambda a: np.flip(a, (0, -1))),
    "roll": (lambda t: ops.roll(t, 5), lambda a: np.roll(a, 5)),
    "roll axis": (lambda t: ops.roll(t, -1, 1), lambda a: np.roll(a, -1, 1)),
    "roll axes": (lambda t: ops.roll(t, (1, 2), (0, 2)), lambda a: np.roll(a, (1, 2), (0, 2))),
    "pad": (lambda t: ops.pad(t, 1), lambda a: np.pad(a, 1)),
    "pad pair": (lambda t: ops.pad(t, (1, 2)), lambda a: np.pad(a, (1, 2))),
    "pad value": (
        lambda t: ops.pad(t, [[0, 1], [2, 0], [0, 0]], constant_values=7.0),
        lambda a: np.pad(a, [[0, 1], [2, 0], [0, 0]], constant_values=7.0),
    ),
    "pad reflect": (lambda t: ops.pad(t, 1, "reflect"), lambda a: np.pad(a, 1, "reflect")),
    "pad symmetric": (lambda t: ops.pad(t, 2, "symmetric"), lambda a: np.pad(a, 2, "symmetric")),
    "tile": (lambda t: ops.tile(t, (2, 1, 3)), lambda a: np.tile(a, (2, 1, 3))),
    "tile more axes": (lambda t: ops.tile(t, (2, 2, 1, 1)), lambda a: np.tile(a, (2, 2, 1, 1))),
    "tile int": (lambda t: ops.tile(t, 2), lambda a: np.tile(a, 2)),
    "repeat": (lambda t: ops.repeat(t, 2), lambda a: np.repeat(a, 2)),
    "repeat axis": (lambda t: ops.repeat(t, 3, 1), lambda a: np.repeat(a, 3, 1)),
    "repeat each": (lambda t: ops.repeat(t, [2, 0], 0), lambda a: np.repeat(a, [2, 0], 0)),
    "take": (
        lambda t: ops.take(t, [[2, 0], [-1, 1]], 1),
        lambda a: np.take(a, [[2, 0], [-1, 1]], 1),
    ),
    "take flat": (lambda t: ops.take(t, [5, -2]), lambda a: np.take(a, [5, -2])),
    "take one": (lambda t: ops.take(t, 1, -1), lambda a: np.take(a, 1, -1)),
    "full_like": (lambda t: ops.full_like(t, 3), lambda a: np.full_like(a, 3)),
    "zeros_like": (ops.zeros_like, np.zeros_like),
    "ones_like": (ops.ones_like, np.ones_like),
    "copy": (ops.copy, np.copy),
}


@pytest.mark.parametrize("name", CALLS)
def test_op_is_numpy_s_namesake(name: str) -> None:
    ours, reference = CALLS[name]
    check(ours, reference, X)


@pytest.mark.parametrize("name", [name for name in CALLS if "like" not in name])
def test_gradient_counts_where_each_element_went(name: str) -> None:
    """The gradient of the sum of the results is how often an element occurs in them."""
    ours, reference = CALLS[name]
    labels = np.arange(1000.0, 1024.0).reshape(2, 3, 4)
    found = np.concatenate([np.ravel(part) for part in tree.flatten(reference(labels))])
    counts = [np.count_nonzero(found == label) for label in labels.flat]

    def total(t: Any) -> Any:
        return sum(ops.sum(part) for part in tree.flatten(ours(t)))

    np.testing.assert_array_equal(gradient(total, X)[0].ravel(), counts)


@given(shapes, shapes)
def test_broadcasting_is_numpy_s(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    a, b = np.zeros(left, np.float32), np.ones(right, np.float32)
    try:
        wanted = (a + b).shape
    except ValueError:
        with pytest.raises(ValueError, match="`add` cannot broadcast shapes"):
            ops.add(a, b)
    else:
        assert ops.add(a, b).shape == wanted


@given(shapes, st.data())
def test_reshape_is_numpy_s(shape: tuple[int, ...], data: st.DataObject) -> None:
    x = np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)
    target = data.draw(st.permutations(shape) | st.lists(st.integers(-1, 4), max_size=4))
    try:
        wanted = x.reshape(target)
    except ValueError:
        with pytest.raises(ValueError, match="`reshape` cannot turn shape"):
            ops.reshape(x, target)
    else:
        np.testing.assert_array_equal(ops.reshape(x, target), wanted)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=2),
    st.sampled_from(["constant", "reflect", "symmetric"]),
)
def test_pad_is_numpy_s(widths: list[tuple[int, int]], mode: Any) -> None:
    x = values((2, 3))
    np.testing.assert_array_equal(ops.pad(x, widths, mode), np.pad(x, widths, mode))


@given(st.integers(0, 6), st.lists(st.integers(-8, 8), max_size=4))
def test_split_at_any_index_is_numpy_s(length: int, cuts: list[int]) -> None:
    x = np.arange(length, dtype=np.float32)
    ours = [part.tolist() for part in ops.split(x, cuts)]
    assert ours == [part.tolist() for part in np.split(x, cuts)]


@given(st.integers(0, 6), st.integers(1, 6))
def test_split_into_parts_is_numpy_s(length: int, parts: int) -> None:
    x = np.arange(length, dtype=np.float32)
    if length % parts:
        with pytest.raises(ValueError, match="`split` cannot cut an axis of length"):
            ops.split(x, parts)
    else:
        ours = [part.tolist() for part in ops.split(x, parts)]
        assert ours == [part.tolist() for part in np.split(x, parts)]


def test_concatenation_promotes_dtypes() -> None:
    assert ops.concatenate([np.zeros(2, np.int32), np.zeros(2, np.float32)]).dtype == "float32"
    assert ops.stack([True, 2]).tolist() == [1, 2]


def test_every_dtype_survives_being_moved() -> None:
    for dtype in ("int32", "uint32", "uint8", "bool"):
        x = np.array([[1, 0], [0, 1]], dtype)
        for moved in (ops.transpose(x), ops.pad(x, 1), ops.flip(x), ops.tile(x, 2), x):
            assert str(moved.dtype) == dtype


# --- New Tensors ------------------------------------------------------------------------------


def test_new_tensors_are_float32_unless_told_otherwise() -> None:
    for made in (ops.zeros((2,)), ops.ones(2), ops.full((2,), 3), ops.empty((2,)), ops.eye(2)):
        assert made.dtype == "float32"
    assert ops.zeros((2,), "int32").dtype == "int32"
    assert ops.ones((), "bool").dtype == "bool"
    assert ops.zeros(np.int64(3)).shape == ops.zeros([3]).shape == (3,)


@pytest.mark.parametrize("args", [(5,), (2, 7), (1, 10, 3), (5, 0, -2), (0.0, 1.0, 0.25), (0,)])
def test_arange_is_numpy_s(args: Any) -> None:
    found, wanted = ops.arange(*args), np.arange(*args)
    np.testing.assert_allclose(found, wanted)
    assert found.dtype == ("int32" if wanted.dtype.kind == "i" else "float32")


def test_linspace_eye_and_tri_are_numpy_s() -> None:
    np.testing.assert_allclose(ops.linspace(0, 1, 5), np.linspace(0, 1, 5))
    np.testing.assert_allclose(ops.linspace(0, 1, 5, endpoint=False), np.linspace(0, 1, 5, False))
    samples, step = ops.linspace([0, 1], [1, 3], 3, retstep=True)
    assert samples.shape == (3, 2)
    assert step.tolist() == [0.5, 1]
    np.testing.assert_array_equal(ops.eye(2, 3, 1), np.eye(2, 3, 1))
    np.testing.assert_array_equal(ops.tri(3, 4, -1), np.tri(3, 4, -1))
    np.testing.assert_array_equal(ops.identity(2), np.eye(2))


def test_meshgrid_is_numpy_s() -> None:
    a, b, c = np.arange(2.0), np.arange(3.0), np.arange(4.0)
    for vectors in ((a,), (a, b), (a, b, c)):
        for indexing in ("xy", "ij"):
            ours = ops.meshgrid(*vectors, indexing=indexing)
            for got, wanted in zip(ours, np.meshgrid(*vectors, indexing=indexing), strict=True):
                np.testing.assert_array_equal(got, wanted)


def test_shape_ndim_and_size_are_python_ints() -> None:
    assert ops.shape(X) == (2, 3, 4)
    assert (ops.ndim(X), ops.size(X)) == (3, 24)


def test_cast_truncates_towards_zero_and_saturates() -> None:
    assert ops.cast([1.9, -1.9, 1e10, np.nan], "int32").tolist() == [1, -1, 2**31 - 1, 0]
    assert ops.cast([0.0, 0.5], "bool").tolist() == [False, True]
    assert ops.cast([1, 2], "float64").dtype == "float32"
    assert ops.cast(-1, "uint8").tolist() == 255


def test_convert_to_numpy_gives_an_array_of_one_s_own() -> None:
    tensor = convert_to_tensor([1.0, 2.0])
    array = ops.convert_to_numpy(tensor)
    array[0] = 9
    assert tensor.tolist() == [1, 2]
