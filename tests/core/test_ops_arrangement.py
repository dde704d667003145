"""Diagonals, triangles, flips, blocks and `rearrange` against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import ops
from tests.core.op_checks import check, check_gradient, values

X = values((3, 4))
CUBE = values((2, 3, 4))


@pytest.mark.parametrize("k", [-5, -1, 0, 2])
@pytest.mark.parametrize("name", ["tril", "triu"])
def test_triangle_is_numpy_s(name: str, k: int) -> None:
    check(lambda x: getattr(ops, name)(x, k), lambda x: getattr(np, name)(x, k), CUBE)
    assert getattr(ops, name)(np.ones((2, 2), bool)).dtype == "bool"


@pytest.mark.parametrize("k", [-5, -1, 0, 1, 3])
def test_diagonal_is_numpy_s(k: int) -> None:
    check(lambda x: ops.diagonal(x, k, 1, 2), lambda x: np.diagonal(x, k, 1, 2), CUBE)
    check(lambda x: ops.diagonal(x, k), lambda x: np.diagonal(x, k), CUBE)
    check(lambda x: ops.diag(x, k), lambda x: np.diag(x, k), X)
    check(lambda x: ops.diag(x, k), lambda x: np.diag(x, k), X[0])
    check(lambda x: ops.diagflat(x, k), lambda x: np.diagflat(x, k), X)


@pytest.mark.parametrize("k", range(-1, 5))
def test_rot90_is_numpy_s(k: int) -> None:
    for axes in ((0, 1), (1, 0), (-1, 0)):
        check(lambda x, a=axes: ops.rot90(x, k, a), lambda x, a=axes: np.rot90(x, k, a), CUBE)


@pytest.mark.parametrize(
    ("name", "arrays", "arguments"),
    [
        ("fliplr", (CUBE,), ()),
        ("flipud", (CUBE,), ()),
        ("hsplit", (X,), (2,)),
        ("hsplit", (X[0],), ([1, 3],)),
        ("vsplit", (X,), (3,)),
        ("dsplit", (CUBE,), ([1],)),
        ("array_split", (X[0],), (3,)),
        ("array_split", (CUBE,), (3, 2)),
        ("vander", (X[0],), ()),
        ("vander", (X[0], ), (3, True)),
        ("vander", (X[0], ), (0,)),
        ("kron", (X, CUBE), ()),
        ("cross", (values((5, 3)), values((3,), seed=1)), ()),
        ("cross", (values((3, 5)), values((3, 5), seed=1)), (0, 0, 0)),
    ],
)  # fmt: skip
def test_function_is_numpy_s_namesake(name: str, arrays: Any, arguments: Any) -> None:
    check(
        lambda *xs: getattr(ops, name)(*xs, *arguments),
        lambda *xs: getattr(np, name)(*xs, *arguments),
        *arrays,
    )


def test_dstack_and_cross_of_flat_vectors() -> None:
    check(lambda x, y: ops.dstack([x, y]), lambda x, y: np.dstack([x, y]), X, X + 1)
    check(lambda x, y: ops.dstack([x, y]), lambda x, y: np.dstack([x, y]), X[0], X[1])
    assert ops.cross([1.0, 2.0], [3.0, 4.0]) == -2
    assert ops.cross([1, 2], [3, 4, 5]).tolist() == [10, -5, -2]


@given(st.permutations("abc"), st.permutations("abc"))
def test_rearrange_reorders_as_einsum(before: list[str], after: list[str]) -> None:
    pattern = f"{' '.join(before)} -> {' '.join(after)}"
    wanted = np.einsum(f"{''.join(before)}->{''.join(after)}", CUBE)
    np.testing.assert_array_equal(ops.rearrange(CUBE, pattern), wanted)


def test_rearrange_splits_and_joins_axes() -> None:
    images = values((2, 4, 6, 3))
    patches = ops.rearrange(images, "b (h p) (w q) c -> b (h w) (p q c)", p=2, q=3)
    wanted = images.reshape(2, 2, 2, 2, 3, 3).transpose(0, 1, 3, 2, 4, 5).reshape(2, 4, 18)
    np.testing.assert_array_equal(patches, wanted)
    assert ops.rearrange(images, "b ... c -> (...) b c").shape == (24, 2, 3)
    assert ops.rearrange(images[..., :1], "b h w 1 -> b (h w)").shape == (2, 24)
    check_gradient(lambda x: ops.rearrange(x, "a b -> (b a)") ** 2, lambda x: x**2, X)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a b -> a c", "the same axes on both sides"),
        ("a b c -> c b a", "names 3 axes"),
        ("(a b) c -> a b c", "Pass the lengths"),
        ("(a a) c -> c a a", "named twice"),
    ],
)
def test_rearrange_refuses_what_does_not_fit(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ops.rearrange(X, pattern)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_space_to_depth_is_undone(data_format: str) -> None:
    images = values((2, 4, 6, 8) if data_format == "channels_last" else (2, 8, 4, 6))
    deep = ops.space_to_depth(images, 2, data_format)
    np.testing.assert_array_equal(ops.depth_to_space(deep, 2, data_format), images)
    with pytest.raises(ValueError, match=r"that 25 divides, received 8"):
        ops.depth_to_space(images, 5, data_format)


@pytest.mark.parametrize("settings", [{}, {"stride": 2}, {"dilation": 2, "padding": (1, 2)}])
def test_fold_adds_up_what_unfold_gathers(settings: dict[str, Any]) -> None:
    images = values((2, 3, 5, 6))
    blocks = ops.unfold(images, (2, 3), **settings)
    times = ops.fold(
        ops.unfold(np.ones_like(images), (2, 3), **settings), (5, 6), (2, 3), **settings
    )
    np.testing.assert_allclose(
        ops.fold(blocks, (5, 6), (2, 3), **settings), images * times.numpy(), rtol=1e-5
    )
    assert blocks.shape[1] == 18
    check_gradient(
        lambda x: ops.unfold(x, 2) ** 2, lambda x: _blocks(x) ** 2, images[:1, :1, :3, :3]
    )


def _blocks(x: Any) -> Any:
    return np.lib.stride_tricks.sliding_window_view(x, (2, 2), (2, 3))
