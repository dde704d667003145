"""Every primitive's cases on the kernels: the oracle's answer, and nothing written beside it."""

import numpy as np
import pytest

from pykeras_core.engine import PRIMITIVES
from pykeras_core.engine.backends.operations import operations
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.backends.wasm.instructions import NUMBERS
from pykeras_core.engine.plan import Plan
from tests.core.cases import CASES, Case, executable, program
from tests.kernels.running import guarded_arenas, guarded_copy

WITHOUT_KERNEL = dict.fromkeys(
    ("cholesky", "eigh", "lu_factor", "qr", "slogdet", "solve", "svd"), "left to LAPACK"
) | {"call_host": "Python's"}
"""Primitives that run their NumPy definition whatever the dtype."""

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@every_case
def test_kernels_agree_with_the_oracle(case: Case, backend: WasmBackend) -> None:
    arrays = case.arrays()
    case.compare(executable(case, backend).run(arrays), arrays)


@every_case
def test_kernels_write_only_where_they_should(
    case: Case, backend: WasmBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = [guarded_copy(array, shift=1) for array in case.arrays()]
    arrays = [array for array, _ in copies]
    with guarded_arenas(monkeypatch) as arenas:
        results = executable(case, backend).run(arrays)
    assert all(guard.is_whole() for _, guard in copies)
    for array, original in zip(arrays, case.arrays(), strict=True):
        np.testing.assert_array_equal(array, original)
    assert all(arena.is_whole() for arena in arenas)
    case.compare(results, arrays)


def test_every_primitive_has_a_kernel_but_those_listed(backend: WasmBackend) -> None:
    with_kernel = set()
    for case in CASES:
        plan = Plan(program(case))
        if None not in backend.compile(plan).kernels:
            with_kernel.add(case.primitive)
    assert set(PRIMITIVES) - with_kernel == set(WITHOUT_KERNEL)


def test_operations_of_loops_have_numbers() -> None:
    for case in CASES:
        for equation in program(case).equations:
            for name, _ in operations(equation) or []:
                assert f"OPERATION_{name}" in NUMBERS
