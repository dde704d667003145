"""Every primitive's cases on WebGPU: the oracle's answer, with the tolerance of the kernels."""

import pytest

from pykeras_core.engine import PRIMITIVES
from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.loop import Loop
from pykeras_core.engine.backends.operations import operations
from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
from pykeras_core.engine.backends.webgpu.kernels import Wgsl
from pykeras_core.engine.backends.webgpu.operations import OPERATIONS
from pykeras_core.engine.plan import Plan
from tests.core.cases import CASES, Case, executable, program

WGSL = Wgsl(lambda equation, factors: (8, 8))

WITHOUT_WGSL = dict.fromkeys(
    ("cholesky", "eigh", "lu_factor", "qr", "slogdet", "solve", "svd"), "left to LAPACK"
) | {"call_host": "Python's"}
"""Primitives whose programs run on the processor."""


def runs(case: Case) -> bool:
    """Whether a case has WGSL: one of `power` has an exponent that no kernel can check."""
    return _refused(case) is None


def _refused(case: Case) -> str | None:
    plan = Plan(program(case))
    plain = [unit for unit in units_of(plan, WGSL) if type(unit).__name__ == "Unit"]
    return plain[0].primitives[0] if plain else None


CASES_WITH_WGSL = [case for case in CASES if runs(case)]


@pytest.mark.parametrize("case", CASES_WITH_WGSL, ids=lambda case: case.name)
def test_webgpu_agrees_with_the_oracle(case: Case, backend: WebgpuBackend) -> None:
    arrays = case.arrays()
    case.compare(executable(case, backend).run(arrays), arrays)


def test_every_primitive_has_wgsl_but_those_listed(backend: WebgpuBackend) -> None:
    with_wgsl = {case.primitive for case in CASES_WITH_WGSL}
    assert set(PRIMITIVES) - with_wgsl == set(WITHOUT_WGSL)
    for case in CASES:
        if not runs(case):
            reason = backend.refusal(Plan(program(case)))
            assert reason is not None
            assert case.primitive in str(reason)


def test_every_operation_of_a_loop_has_wgsl() -> None:
    for case in CASES:
        for unit in units_of(Plan(program(case)), WGSL):
            if isinstance(unit, Loop):
                for name, _ in operations(unit.equations[0]) or []:
                    assert name in OPERATIONS or name in ("COPY", "SELECT", "RANDOM_BITS")
