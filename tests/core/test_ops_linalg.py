"""Products of matrices and tensors against NumPy."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import ops
from tests.core.op_checks import check, check_gradient, values

SIZES = {"i": 2, "j": 3, "k": 4, "l": 1}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 4)),
        ((2, 3), (3, 4)),
        ((5, 2, 3), (3, 4)),
        ((5, 2, 3), (3,)),
        ((3,), (5, 3, 4)),
        ((5, 2, 3), (5, 3, 4)),
        ((5, 1, 2, 3), (6, 3, 4)),
        ((2, 3), (5, 3, 4)),
        ((0, 2, 3), (3, 4)),
        ((2, 0), (0, 4)),
    ],
)
def test_matmul_is_numpy_s(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    x, y = values(left), values(right, seed=1)
    check(ops.matmul, np.matmul, x, y)
    check_gradient(ops.matmul, np.matmul, x, y)


@pytest.mark.parametrize(
    ("left", "right"), [((), (3,)), ((3,), (3,)), ((2, 3), (3, 4)), ((2, 5, 3), (6, 3, 4))]
)
def test_dot_is_numpy_s(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    check(ops.dot, np.dot, values(left), values(right, seed=1))


def test_inner_outer_vdot_and_trace_are_numpy_s() -> None:
    x, y = values((2, 3)), values((4, 3), seed=1)
    check(ops.inner, np.inner, x, y)
    check(ops.inner, np.inner, values(()), y)
    check(ops.outer, np.outer, x, y)
    check(ops.vdot, np.vdot, x, values((2, 3), seed=2))
    check(ops.trace, np.trace, x)
    cube = values((3, 4, 5))
    check(lambda t: ops.trace(t, 1, -1, 0), lambda a: np.trace(a, 1, -1, 0), cube)
    check_gradient(ops.trace, np.trace, x)


def test_trace_and_diagonals_ignore_what_stands_beside_them() -> None:
    x = np.float32([[1, np.inf], [np.nan, 2]])
    assert ops.trace(x) == 3
    assert ops.einsum("ii->i", x).tolist() == [1, 2]


@pytest.mark.parametrize(
    "axes", [0, 1, 2, ([2, 1], [0, 1]), ((-1,), (0,)), ([0], [2]), (2, 0), [[], []]], ids=str
)
def test_tensordot_is_numpy_s(axes: Any) -> None:
    x, y = values((2, 4, 3)), values((3, 4, 2), seed=1)
    if axes == 2:
        x, y = values((2, 4, 3)), values((4, 3, 5), seed=1)
    check(lambda a, b: ops.tensordot(a, b, axes), lambda a, b: np.tensordot(a, b, axes), x, y)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("ij->ji", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("ii->i", [(3, 3)]),
        ("ii", [(3, 3)]),
        ("ijj->i", [(2, 3, 3)]),
        ("iii->i", [(3, 3, 3)]),
        ("i,j->ij", [(2,), (3,)]),
        ("bij,bjk->bik", [(5, 2, 3), (5, 3, 4)]),
        ("bqhd,bkhd->bhqk", [(2, 3, 4, 5), (2, 6, 4, 5)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (5, 3, 4)]),
        ("...ij,jk->...ik", [(5, 6, 2, 3), (3, 4)]),
        ("...ij,...jk->...ik", [(1, 2, 3), (5, 3, 4)]),
        ("...ij,...j->...i", [(6, 1, 2, 3), (5, 3)]),
        ("...i", [(2, 3)]),
        ("ij,ij->ij", [(1, 3), (2, 3)]),
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)]),
        ("i,i,i->", [(3,), (3,), (3,)]),
        (" ij , jk -> ik ", [(2, 3), (3, 4)]),
        ("ij,j->i", [(0, 3), (3,)]),
    ],
)
def test_einsum_is_numpy_s(subscripts: str, shapes: list[tuple[int, ...]]) -> None:
    operands = [values(shape, seed=seed) for seed, shape in enumerate(shapes)]
    check(
        lambda *ts: ops.einsum(subscripts, *ts),
        lambda *arrays: np.einsum(subscripts, *arrays),
        *operands,
    )
    check_gradient(
        lambda *ts: ops.einsum(subscripts, *ts),
        lambda *arrays: np.einsum(subscripts, *arrays),
        *operands,
    )


terms = st.lists(st.text("ijkl", min_size=1, max_size=3), min_size=1, max_size=3)


@given(terms, st.data())
def test_any_einsum_is_numpy_s(labels: list[str], data: st.DataObject) -> None:
    used = sorted(set("".join(labels)))
    order = data.draw(st.permutations(used))
    result = "".join(order[: data.draw(st.integers(0, len(used)))])
    subscripts = f"{','.join(labels)}->{result}"
    operands = [values(tuple(SIZES[c] for c in t), seed=i) for i, t in enumerate(labels)]
    found = ops.einsum(subscripts, *operands)
    wanted = np.einsum(subscripts, *[operand.astype(np.float64) for operand in operands])
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)


def test_integer_products_stay_integers() -> None:
    x = np.arange(6, dtype=np.int32).reshape(2, 3)
    for found in (ops.matmul(x, x.T), ops.einsum("ij,kj->ik", x, x), ops.tensordot(x, x.T, 1)):
        assert found.dtype == "int32"
        assert found.tolist() == (x @ x.T).tolist()
