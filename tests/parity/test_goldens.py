"""Every parity case agrees with the golden made by real Keras."""

import pytest

import pykeras_core as keras
from pykeras_core.engine import GradientTape
from pykeras_core.training import steps
from tests.backends import always
from tests.trajectories import Nudged

from . import golden

FRAMEWORK = golden.Framework(keras, GradientTape)
ALL_CASES = [
    pytest.param(family, case, id=f"{family}-{case.name}")
    for family in golden.families()
    for case in golden.cases(family)
]


@pytest.mark.parametrize(("family", "case"), ALL_CASES)
def test_case_agrees_with_real_keras(family, case):
    goldens = golden.load(family)
    assert case.name in goldens, "a new case: run `python -m tests.parity.make_goldens`"
    keras.utils.clear_session(
        free_memory=False
    )  # collecting after each case takes most of the time
    ours = golden.plain(case.run(FRAMEWORK))
    found = list(golden.differences(ours, goldens[case.name], case.rtol))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("family", "case"),
    [row for row in ALL_CASES if row.id.startswith("training-") or row.id.endswith(", trained")],
)
def test_last_bits_leave_a_trained_case_far_within_its_tolerance(family, case, monkeypatch):
    monkeypatch.setattr(steps, "choose", always(Nudged(0)))
    keras.utils.clear_session(free_memory=False)
    ours = golden.plain(case.run(FRAMEWORK))
    found = list(golden.differences(ours, golden.load(family)[case.name], case.rtol / 4))
    assert not found, "rounding decides what this case gives: train it less\n" + "\n".join(found)


@pytest.mark.parametrize("family", golden.families())
def test_every_golden_belongs_to_a_case(family):
    assert set(golden.load(family)) == {case.name for case in golden.cases(family)}
