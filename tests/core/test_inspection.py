"""Panels that look into the model: what is computed for them, when, and what training feels."""

from typing import Any

import numpy as np
import pytest

from pykeras_core import compat
from pykeras_core.playground.inspection import REST, Inspection
from pykeras_core.playground.inspectors import Place, Subject
from pykeras_core.playground.inspectors.base import _INSPECTORS, Inspector
from tests.core.worker_stub import Message, Page

PROGRAM = """
import keras, numpy as np
keras.utils.set_random_seed(3)
x_train, y_train = keras.datasets.toys.circles(200)
model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dropout(0.1),
                          keras.layers.Dense(8, "tanh"), keras.layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=EPOCHS, verbose=0)
print([w.sum().item() for w in model.get_weights()], history.history)
"""
BOUNDARY = {"name": "boundary", "options": {}}


def opening(*panels: Any, now: bool = False) -> Message:
    return {"type": "inspect", "panels": list(panels), "now": now}


def named(*names: str) -> list[Any]:
    return [{"name": name, "options": {}} for name in names]


@pytest.fixture(autouse=True)
def _reports_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr("pykeras_core.training.progress.REPORT_INTERVAL_S", 0)
    monkeypatch.setattr("pykeras_core.playground.session.BREATH_INTERVAL_S", 0)


def panels(page: Page, name: str) -> list[Message]:
    found = [message["panel"] for message in page.of("inspection")]
    return [panel for panel in found if panel and panel["name"] == name]


def test_a_panel_moves_while_the_model_trains_and_ends_with_its_last_weights() -> None:
    page = Page(requests=[opening(BOUNDARY)]).run(PROGRAM.replace("EPOCHS", "40"))
    found = panels(page, "boundary")
    assert len(found) > 2
    places = [(one["epoch"], one["step"]) for one in found]
    assert places == sorted(places)
    assert found[0]["report"]["certainties"] != found[-1]["report"]["certainties"]
    model = page.session.model
    report = found[-1]["report"]
    xs, ys = (np.linspace(*report[axis], 60) for axis in "xy")
    across, up = np.meshgrid(xs, ys[::-1])
    said = model.predict(np.stack([across.ravel(), up.ravel()], axis=1), verbose=0)[:, 0]
    guesses = np.frombuffer(report["guesses"], np.uint8)
    assert ((said > 0.5) == guesses)[np.abs(said - 0.5) > 1e-4].all()
    assert found[-1]["epoch"] == 39


def test_training_is_the_same_with_every_panel_open_and_with_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pykeras_core.playground.inspectors.landscape.SIZE", 5)
    program = PROGRAM.replace("EPOCHS", "6")
    alone = Page().run(program)
    offered = alone.of("inspection")[-1]["offered"]
    assert {"boundary", "landscape", "step", "calibration"} <= set(offered)
    watched = Page(requests=[opening(*named(*offered))]).run(program)
    assert watched.printed() == alone.printed() != ""
    assert {one["panel"]["name"] for one in watched.of("inspection") if one["panel"]} == {*offered}
    failed = [one["panel"] for one in watched.of("inspection") if one["panel"]]
    assert [one for one in failed if one["report"]["kind"] == "failed"] == []


def test_nothing_is_computed_that_no_panel_shows() -> None:
    page = Page().run(PROGRAM.replace("EPOCHS", "2"))
    assert [one["panel"] for one in page.of("inspection")] == [None]
    page.requests = [opening(BOUNDARY)]
    page.session.attend()
    assert len(panels(page, "boundary")) == 1
    page.requests = [opening()]
    page.session.attend()
    page.run("1", 2)
    assert len(panels(page, "boundary")) == 1
    assert page.of("inspection")[-1]["offered"] == []


def test_a_program_that_only_makes_a_model_can_be_looked_into() -> None:
    page = Page(requests=[opening(*named("weights", "boundary"))])
    page.run("import keras\nmodel = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])")
    page.session.attend()
    (report,) = [one["report"] for one in panels(page, "weights")]
    assert report["shape"] == [2, 3]
    assert panels(page, "boundary")[-1]["report"] == {"kind": "nothing", "why": "unfit"}
    page.run("1", 2)
    assert panels(page, "weights")[-1]["report"] == {"kind": "nothing", "why": "model"}


def test_a_model_that_is_replaced_is_shown_from_then_on() -> None:
    again = PROGRAM.replace("EPOCHS", "2") + PROGRAM.replace("EPOCHS", "2").replace("(8", "(5")
    page = Page(requests=[opening(*named("weights"))]).run(again)
    shapes = [one["report"]["shape"] for one in panels(page, "weights")]
    assert shapes[0] == [2, 8]
    assert shapes[-1] == [2, 5]
    assert panels(page, "weights")[-1]["fit"] == 2


def test_an_inspector_that_raises_says_so_and_training_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def describe(model: Any, subject: Subject, **options: Any) -> Any:
        raise RuntimeError("of no use")

    monkeypatch.setitem(
        _INSPECTORS, "weights", Inspector("weights", describe, lambda subject: True, True)
    )
    page = Page(requests=[opening(*named("weights"))]).run(PROGRAM.replace("EPOCHS", "2"))
    assert page.of("finished")[-1]["status"] == "completed"
    wanted = {"kind": "failed", "detail": "RuntimeError: of no use"}
    assert panels(page, "weights")[-1]["report"] == wanted


def test_a_panel_that_is_none_is_refused_and_the_others_stay() -> None:
    page = Page(requests=[opening(BOUNDARY)]).run(PROGRAM.replace("EPOCHS", "1"))
    page.requests = [opening({"name": "dance", "options": {}})]
    page.session.attend()
    assert "expected the name of an inspector" in page.of("request-failed")[-1]["detail"]


def test_a_look_that_takes_long_gives_way_to_what_the_reader_asks_for_next() -> None:
    page = Page().run(PROGRAM.replace("EPOCHS", "1"))
    asked = [opening(*named("landscape")), *[None] * 20, opening(*named("weights"))]
    page.receive = lambda: [one] if asked and (one := asked.pop(0)) else []  # type: ignore[method-assign]
    page.session.mailbox._receive = page.receive
    page.session.attend()
    rows = [one["report"]["rows"] for one in panels(page, "landscape")]
    assert rows == sorted(rows)
    assert max(rows, default=0) < 13
    assert panels(page, "weights")[-1]["report"]["kind"] == "weights"


def test_weights_that_were_reset_are_of_before_the_training() -> None:
    page = Page(requests=[opening(*named("weights"))]).run(PROGRAM.replace("EPOCHS", "3"))
    trained = panels(page, "weights")[-1]
    page.requests = [{"type": "reset-weights", "runId": 1}]
    page.session.attend()
    reset = panels(page, "weights")[-1]
    assert [trained[one] for one in ("fit", "epoch")] == [1, 2]
    assert [reset[one] for one in ("fit", "epoch", "step")] == [0, 0, 0]
    assert reset["report"]["quantiles"] != trained["report"]["quantiles"]


def test_a_loop_of_the_programs_own_is_looked_into() -> None:
    program = PROGRAM.replace(
        "history = model.fit(x_train, y_train, epochs=EPOCHS, verbose=0)",
        "for _ in range(30): model.train_on_batch(x_train, y_train)\nhistory = model",
    ).replace("history.history", "1")
    page = Page(requests=[opening(*named("weights"))]).run(program)
    assert page.of("finished")[-1]["status"] == "completed"
    steps = [one["step"] for one in panels(page, "weights")]
    assert steps[-1] == 30
    assert len(steps) > 1


class Clock:
    """A clock that the inspectors move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_looks_take_no_more_than_their_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, inspected = Clock(), 0.0

    def describe(model: Any, subject: Subject, **options: Any) -> Any:
        nonlocal inspected
        clock.now += 0.01
        inspected += 0.01
        return {"kind": "failed", "detail": ""}

    for name in ("weights", "activations"):
        one = Inspector(name, describe, lambda subject: True, True)
        monkeypatch.setitem(_INSPECTORS, name, one)
    said: list[Message] = []
    inspection = Inspection(said.append, lambda: Subject(None, lambda x: x), clock=clock)
    inspection.open(opening(*named("weights", "activations")))
    began = clock.now
    for step in range(2000):
        inspection.place = Place(1, 0, step)
        inspection.look()
        clock.now += 0.005
    assert inspected / (clock.now - began) < 0.05
    assert inspected / (clock.now - began) > 0.6 / (REST + 1)
    names = [one["panel"]["name"] for one in said if one["panel"]]
    assert abs(names.count("weights") - names.count("activations")) <= 1


def test_one_that_takes_long_goes_on_at_the_next_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()

    def describe(model: Any, subject: Subject, **options: Any) -> Any:
        for _ in range(5):
            clock.now += 0.015
            yield None
        yield {"kind": "failed", "detail": "done"}

    one = Inspector("weights", describe, lambda subject: True, True)
    monkeypatch.setitem(_INSPECTORS, "weights", one)
    said: list[Message] = []
    inspection = Inspection(said.append, lambda: Subject(None, lambda x: x), clock=clock)
    inspection.open(opening(*named("weights")))
    longest, step = 0.0, 0
    while not any(message["panel"] for message in said):
        before = clock.now
        inspection.place = Place(1, 0, step)
        inspection.look()
        longest = max(longest, clock.now - before)
        clock.now += 0.05
        step += 1
    assert longest <= 0.031
    assert said[-1]["panel"]["step"] == 0  # it is of the weights at which it began
