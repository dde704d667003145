"""What training tells: the host how far it is and how fast, the user what runs a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import hosting
from pykeras_core.engine.backends.base import Timing
from pykeras_core.engine.backends.choice import Choice
from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.training import progress
from pykeras_core.training.explain import explain_timings
from pykeras_core.training.steps import StepFunction
from tests.core.line_model import line, linear


@pytest.fixture(autouse=True)
def _same_numbers() -> None:
    keras.utils.set_random_seed(7)


class Listener(hosting.Host):
    """A host that keeps events, and stops training when told."""

    def __init__(self, stop_at: str | None = None) -> None:
        self.events: list[dict] = []
        self.stop_at = stop_at

    def report(self, event: dict) -> None:
        self.events.append(event)
        if event["type"] == self.stop_at:
            raise KeyboardInterrupt


@pytest.fixture
def listener() -> Iterator[Listener]:
    host = Listener()
    hosting.set_host(host)
    yield host
    hosting.set_host(None)


def test_the_host_hears_how_far_training_is(listener: Listener) -> None:
    arguments = {"validation_split": 0.5, "validation_batch_size": 1, "verbose": 0}
    linear(metrics=["mae"]).fit(*line(), epochs=2, **arguments)
    kinds = [(event["type"], event["mode"]) for event in listener.events]
    assert kinds[0] == ("begin", "fit")
    assert kinds[-1] == ("end", "fit")
    assert kinds.count(("epoch", "fit")) == 2
    assert ("steps", "validate") in kinds
    assert ("steps", "fit") not in kinds  # the only step of an epoch is its end
    last = [event for event in listener.events if event["type"] == "epoch"][-1]
    assert (last["epoch"], last["steps"]) == (1, 1)
    assert {"loss", "mae"} < set(last["logs"])
    assert listener.events[0]["metrics"] == ["loss", "mae"]


def test_a_host_that_interrupts_leaves_the_weights_of_the_last_step(listener: Listener) -> None:
    model = linear()
    before = model.get_weights()
    listener.stop_at = "steps"
    with pytest.raises(KeyboardInterrupt):
        model.fit(*line(), epochs=100, verbose=0)
    assert not np.array_equal(before[0], model.get_weights()[0])
    listener.stop_at = None
    model.fit(*line(), epochs=1, verbose=0)  # and the next run starts at once


def test_steps_run_one_by_one_only_when_a_callback_asks() -> None:
    batches: list[int] = []
    callback = keras.callbacks.LambdaCallback(on_train_batch_end=lambda b, logs: batches.append(b))
    linear().fit(*line(), batch_size=1, epochs=1, verbose=0, callbacks=[callback])
    assert batches == list(range(64))


def test_a_pass_over_data_begins_at_the_pace_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs: list[tuple[int, int]] = []
    run_steps = StepFunction.run

    def run(self, batches, run):
        runs.append((run.first, run.n_steps))
        return run_steps(self, batches, run)

    monkeypatch.setattr(StepFunction, "run", run)
    monkeypatch.setattr(progress, "REPORT_INTERVAL_S", 1e6)
    model = linear()
    model.fit(*line(), batch_size=1, epochs=2, verbose=0)
    assert runs == [(0, 1), (1, 8), (9, 55), (0, 64)]
    runs.clear()
    model.fit(*line(), batch_size=2, epochs=1, verbose=0)  # other batches: from one step again
    assert runs[0] == (0, 1)


def test_a_run_that_the_data_cuts_short_does_not_slow_the_next_one() -> None:
    pace = progress.Pace()
    pace.fitting = 100
    pace.ran(1, progress.REPORT_INTERVAL_S / 2)
    assert pace.steps(None) == 100
    pace.ran(1, progress.REPORT_INTERVAL_S)  # unless it took too long
    assert pace.steps(None) == 1


def test_speed_is_that_of_the_last_second_and_knows_no_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr(hosting.time, "perf_counter", lambda: clock[0])
    pace = progress.Pace()

    def epochs(count: int, seconds: float) -> None:
        for _ in range(count):
            pace.begin_pass(one_by_one=False)
            clock[0] += seconds
            pace.ran(2, 0.0)  # shorter than the clock can tell

    epochs(49, 0.001)
    assert pace.steps_per_s == 0
    epochs(2000, 0.001)
    assert pace.steps_per_s == pytest.approx(2000, rel=0.05)
    clock[0] += 60  # the program does something else
    epochs(1, 0.001)
    assert pace.steps_per_s == pytest.approx(2000, rel=0.05)
    epochs(1000, 0.002)
    assert pace.steps_per_s == pytest.approx(1000, rel=0.05)


def test_a_pass_does_not_stop_for_a_few_more_steps() -> None:
    pace = progress.Pace()
    pace.fitting = 100
    assert [pace.steps(left) for left in (None, 151, 150, 101, 99)] == [100, 100, 150, 101, 99]
    pace.begin_pass(one_by_one=True)
    assert pace.steps(20) == 1


@pytest.mark.parametrize("shuffle", [False, True])
def test_explain_backend_times_a_step_on_its_own_data(
    monkeypatch: pytest.MonkeyPatch, shuffle: bool
) -> None:
    model = linear()
    x, y = line()
    model.fit(x, y, epochs=1, batch_size=8, shuffle=shuffle, verbose=0)
    seen: list[Any] = []
    executables = [one for _, one in model._step_function("train_step")._compiled.values()]
    monkeypatch.setattr(type(executables[0]), "profile", lambda _, inputs: seen.append(inputs))
    model._step_function("train_step").profile()
    np.testing.assert_array_equal(seen[0][0][:8], x[:8])
    assert seen[0][0].shape == x.shape
    if shuffle:
        np.testing.assert_array_equal(seen[0][-1][:8], np.arange(8))


def test_explain_backend_lists_the_parts_of_a_step_and_changes_nothing() -> None:
    model = linear()
    with pytest.raises(ValueError, match="call `fit` first"):
        model.explain_backend()
    model.fit(*line(), epochs=1, verbose=0)
    before = model.get_weights()
    text = model.explain_backend()
    assert text.startswith("Backend: ")
    assert "matmul" in text
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_explain_backend_shows_short_times_too() -> None:
    parts = [Timing(("exp",), "loop", seconds, False) for seconds in (0.0123, 1.5e-7, 1e-9)]
    text = explain_timings(parts, Choice(NumpyBackend(), Reason("asked")), rows=2)
    times = [line.split()[0] for line in text.splitlines()[3:]]
    assert times == ["12300.0", "0.15", "0.00"]
    assert text.endswith("1 more")
