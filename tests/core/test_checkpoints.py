"""A run that was cut off goes on from its checkpoint as if nothing had happened."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pykeras_core import compat
from pykeras_core.playground import checkpoints, session
from pykeras_core.playground.checkpoint_file import pack, unpack
from pykeras_core.playground.files import Workspace
from tests.core import protocol
from tests.core.playground_page import Page

HEAD = """
import keras, numpy as np
x, y = np.random.rand(50, 4).astype("float32"), np.random.rand(50, 1).astype("float32")
model = keras.Sequential([
    keras.Input((4,)), keras.layers.Dense(8, activation="relu"),
    keras.layers.BatchNormalization(), keras.layers.Dropout(0.5), keras.layers.Dense(1),
])
model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
"""
FIT = "history = model.fit(x, y, batch_size=8, epochs=4, verbose=0)\n"


DRAW = """
import random
drawn = [random.random(), np.random.rand(), keras.random.uniform((2,)).numpy().tolist()]
"""


class CutOffError(BaseException):
    """Stands for the end of the worker."""


class Kept:
    """What the browser keeps; ends the worker when the checkpoint of a number is written.

    Args:
        end_at: That number, from 1; 0 for never.
    """

    def __init__(self, end_at: int = 0):
        self.end_at = end_at
        self.files: list[tuple[str, bytes]] = []
        self.messages: list[dict[str, Any]] = []

    def keep(self, name: str, data: bytes, message: dict[str, Any]) -> None:
        protocol.check(message)
        self.files.append((name, data))
        self.messages.append(message)
        if len(self.files) == self.end_at:
            raise CutOffError

    @property
    def newest(self) -> list[bytes]:
        """As the worker reads them: the last of each name, the newest first."""
        return [data for _, data in reversed(dict(self.files).items())]


@pytest.fixture(autouse=True)
def _at_every_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)
    monkeypatch.setattr(checkpoints, "LEAST_INTERVAL_S", 0)
    monkeypatch.setattr(checkpoints, "LARGEST_SHARE", 1e9)


@pytest.fixture(autouse=True)
def _step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports after every step, so that checkpoints are taken there."""
    monkeypatch.setattr("pykeras_core.training.progress.Pace.due", lambda pace: True)
    monkeypatch.setattr("pykeras_core.training.progress.Pace.steps", lambda pace, left: 1)


def cut_off(source: str, at: int, **options: Any) -> tuple[Page, Kept]:
    """Runs a program until its worker is gone."""
    kept = Kept(at)
    page = Page(keep_checkpoint=kept.keep, workspace=options.pop("workspace", None))
    page.run(source + DRAW, checkpoints=True, **options)
    assert len(kept.files) == at
    return page, kept


def resumed(source: str, saved: list[bytes], **options: Any) -> Page:
    """Runs it again in a new worker, from what is kept."""
    page = Page(workspace=options.pop("workspace", None)).run(source + DRAW, saved=saved, **options)
    for message in page.messages:
        protocol.check(message)
    return page


def left(page: Page) -> tuple[Any, list[Any], Any]:
    """What a program has left: its history, weights with the optimizer's, random numbers."""
    main = page.session._main
    model = main.model
    state = [one.numpy() for one in (*model.variables, *model.optimizer.variables)]
    return main.history.history, state, main.drawn


def assert_same(page: Page, other: Page) -> None:
    (history, state, drawn), (history_2, state_2, drawn_2) = left(page), left(other)
    assert history == history_2
    assert drawn == drawn_2
    for one, two in zip(state, state_2, strict=True):
        np.testing.assert_array_equal(one, two)


def whole(source: str, chance: int | None = None, **options: Any) -> Page:
    """The same run when nothing cuts it off."""
    page = Page(**options)
    if chance is not None:
        start = page.session._start_anew
        page.session._start_anew = lambda _: start(chance)  # type: ignore[method-assign]
    return page.run(source + DRAW)


@pytest.mark.parametrize("at", [1, 7, 20])  # within the first epoch, after it, in the third
def test_a_run_goes_on_bit_by_bit_without_a_seed_of_its_own(at: int) -> None:
    _, kept = cut_off(HEAD + FIT, at)
    page = resumed(HEAD + FIT, kept.newest)
    checkpoint = unpack(kept.newest[0])
    assert_same(page, whole(HEAD + FIT, checkpoint.chance))
    facts = checkpoint.state.facts
    (message,) = page.of("resumed")
    assert (message["epoch"], message["step"]) == (facts["epoch"], facts["step"])
    assert message["but"] is None
    assert [one["epoch"] for one in page.of("epoch")] == list(range(facts["epoch"], 4))
    assert {one["steps"] for one in page.of("epoch")} == {7}


CALLBACKS = """
class Words(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen, self.losses = {}, []
    def on_epoch_end(self, epoch, logs=None):
        self.seen[epoch] = (logs["loss"], None)
        self.losses.append(np.float32(logs["loss"]))
words, log = Words(), keras.callbacks.CSVLogger("log.csv")
known = words.losses
history = model.fit(x, y, batch_size=8, epochs=12, verbose=0, validation_split=0.2, callbacks=[
    words, log,
    keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True),
    keras.callbacks.ReduceLROnPlateau(patience=1), keras.callbacks.ModelCheckpoint("best.keras"),
])
with open("log.csv") as file: text = file.read()
"""


def test_callbacks_remember_and_their_files_are_whole(tmp_path: Path) -> None:
    source = "import keras\nkeras.utils.set_random_seed(2)\n" + HEAD + CALLBACKS
    expected = whole(source, workspace=Workspace(tmp_path / "whole"))
    folder = Workspace(tmp_path / "cut")
    gone, kept = cut_off(source, 17, workspace=folder)
    gone.session._main.log.on_train_end()  # closes the file
    page = resumed(source, kept.newest, workspace=folder)
    assert_same(page, expected)
    main, other = page.session._main, expected.session._main
    assert main.known is main.words.losses
    assert main.words.losses == other.words.losses
    assert main.words.seen == other.words.seen
    assert main.text == other.text
    assert len(main.text.splitlines()) == 1 + len(main.history.epoch)


STREAMS = {
    "a generator that goes on": """
def batches():
    while True:
        yield np.random.rand(4, 4), np.random.rand(4, 1)
history = model.fit(batches(), steps_per_epoch=3, epochs=4, verbose=0)
""",
    "a shuffled data set": """
import tensorflow as tf
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(50).batch(16)
history = model.fit(data, epochs=4, verbose=0, validation_data=data)
""",
    "a PyDataset": """
class Data(keras.utils.PyDataset):
    def __len__(self): return 4
    def __getitem__(self, index):
        return x[index * 4:index * 4 + 4] + np.random.rand(), y[index * 4:index * 4 + 4]
history = model.fit(Data(), epochs=4, verbose=0)
""",
    "eager steps": """
model.compile("adam", "mse", metrics=["mae"], run_eagerly=True)
history = model.fit(x, y, batch_size=16, epochs=4, verbose=0)
""",
    "steps an epoch": """
history = model.fit(x[:48], y[:48], batch_size=8, epochs=4, steps_per_epoch=3)
""",
    "a step of its own": """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense, self.tracker = keras.layers.Dense(1), keras.metrics.Mean(name="loss")
    @property
    def metrics(self): return [self.tracker]
    def call(self, x): return self.dense(x)
    def train_step(self, data):
        x, y = data
        x = x + keras.random.normal((8, 4))
        loss, gradients = 0.0, None
        import tensorflow as tf
        with tf.GradientTape() as tape:
            loss = keras.ops.mean((self(x) - y) ** 2)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights))
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}
model = Own()
model.compile("adam")
history = model.fit(x[:48], y[:48], batch_size=8, epochs=3, verbose=0)
""",
}


@pytest.mark.parametrize("name", STREAMS)
def test_every_kind_of_fit_goes_on_bit_by_bit(name: str) -> None:
    source = HEAD + STREAMS[name]
    _, kept = cut_off(source, 6)
    expected = whole(source, unpack(kept.newest[0]).chance)
    assert_same(resumed(source, kept.newest), expected)


TWICE = HEAD + FIT + "first = history\nprint('between', np.random.rand())\n" + FIT


def test_an_earlier_fit_that_took_long_ends_at_once_with_what_it_left() -> None:
    source = TWICE
    _, kept = cut_off(source, 35)
    assert [name for name, _ in kept.files if name != "now"] == ["fit 1"]
    page = resumed(source, kept.newest)
    expected = whole(source, unpack(kept.newest[0]).chance)
    assert page.printed() == expected.printed()
    assert page.session._main.first.history == expected.session._main.first.history
    assert_same(page, expected)
    assert len(page.of("begin")) == 1


def test_an_earlier_fit_that_was_not_kept_trains_again() -> None:
    _, kept = cut_off(TWICE, 35)
    now = [data for name, data in kept.files if name == "now"][-1]
    page = resumed(TWICE, [now])
    assert_same(page, whole(TWICE, unpack(now).chance))
    assert len(page.of("begin")) == 2


def test_a_loop_by_hand_before_it_trains_again_and_gives_the_same() -> None:
    source = HEAD + "for _ in range(3): model.train_on_batch(x, y)\n" + FIT
    _, kept = cut_off(source, 9)
    assert_same(resumed(source, kept.newest), whole(source, unpack(kept.newest[0]).chance))


def test_a_loop_by_hand_itself_has_no_checkpoints() -> None:
    kept = Kept()
    source = HEAD + "for _ in range(9): model.train_on_batch(x, y)\n"
    Page(keep_checkpoint=kept.keep).run(source, checkpoints=True)
    assert kept.files == []


# What is not as it was


def test_other_data_goes_on_from_the_weights_with_the_epoch_begun_anew_and_says_so() -> None:
    source = HEAD.replace("np.random.rand(50, 4)", "np.random.default_rng().random((50, 4))") + FIT
    _, kept = cut_off(source, 9)
    page = resumed(source, kept.newest)
    assert page.status() == "completed"
    (message,) = page.of("resumed")
    assert (message["but"], message["epoch"], message["step"]) == ("data", 1, 0)
    assert [one["epoch"] for one in page.of("epoch")] == [1, 2, 3]
    assert len(page.session._main.history.history["loss"]) == 4


def test_another_model_trains_anew_and_says_why() -> None:
    units = '__import__("pathlib").Path("units.txt").read_text()'
    source = HEAD.replace("Dense(8", f"Dense(int({units})") + FIT
    Path("units.txt").write_text("8")
    try:
        _, kept = cut_off(source, 9)
        Path("units.txt").write_text("6")
        page = resumed(source, kept.newest)
    finally:
        Path("units.txt").unlink()
    (message,) = page.of("resumed")
    assert message["but"] == "model"
    assert "shape (4, 6)" in message["detail"]
    assert "shape (4, 8)" in message["detail"]
    assert [one["epoch"] for one in page.of("epoch")] == [0, 1, 2, 3]


def damaged(data: bytes) -> bytes:
    half = len(data) // 2
    return data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :]


@pytest.mark.parametrize("harm", [lambda data: data[:-100], lambda data: b"", damaged])
def test_a_checkpoint_that_is_damaged_gives_way_to_the_one_before(
    harm: Callable[[bytes], bytes],
) -> None:
    _, kept = cut_off(HEAD + FIT, 9)
    (_, before), (_, last) = kept.files[-2:]
    page = resumed(HEAD + FIT, [harm(last), before])
    assert page.of("resumed")[0]["step"] == unpack(before).state.facts["step"]
    assert_same(page, whole(HEAD + FIT, unpack(before).chance))


@pytest.mark.parametrize("saved", [[], [b"", b"PK\x03\x04"]])
def test_where_no_checkpoint_can_be_read_nothing_runs_and_the_reader_is_told(
    saved: list[bytes],
) -> None:
    page = resumed("print('it ran')", saved)
    assert page.status() == "failed"
    assert page.printed() == ""
    error = page.of("finished")[0]["error"]
    assert error["hint"] == {"code": "no-checkpoint"}


def test_a_checkpoint_of_another_program_is_not_taken() -> None:
    _, kept = cut_off(HEAD + FIT, 9)
    page = resumed(HEAD + FIT.replace("epochs=4", "epochs=9"), kept.newest)
    assert "of another program" in page.of("finished")[0]["error"]["text"]


def test_a_model_that_is_too_large_is_trained_without_and_that_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkpoints, "MAX_BYTES", 100)
    kept = Kept()
    page = Page(keep_checkpoint=kept.keep).run(HEAD + FIT + FIT, checkpoints=True)
    assert (page.status(), kept.files) == ("completed", [])
    (message,) = page.of("checkpoint")
    protocol.check(message)
    assert (message["kept"], message["why"]) == (False, "size")
    assert message["sizeBytes"] > 100


def test_what_cannot_be_taken_down_is_said_once_and_tried_no_more_often() -> None:
    source = (
        HEAD
        + """
class Odd(keras.optimizers.SGD):
    @property
    def variables(self): raise RuntimeError("odd")
model.optimizer = Odd()
model.optimizer.build(model.trainable_variables)
"""
        + FIT
    )
    now, kept = iter(range(10**6)), Kept()
    page = Page(keep_checkpoint=kept.keep, clock=lambda: float(next(now)))
    page.run(source, checkpoints=True)
    assert (page.status(), kept.files) == ("completed", [])
    assert [one["why"] for one in page.of("checkpoint")] == ["failed"]


# When they are taken


def test_the_interval_follows_what_a_checkpoint_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "LEAST_INTERVAL_S", 4.0)
    monkeypatch.setattr(checkpoints, "LARGEST_SHARE", 0.01)
    now = [0.0]
    taken: list[float] = []

    def keep(name: str, data: bytes, message: dict[str, Any]) -> None:
        if name == "now":
            taken.append(now[0])
        now[0] += 0.3  # so long does it take

    def clock() -> float:
        now[0] += 0.005
        return now[0]

    source = HEAD + FIT.replace("epochs=4", "epochs=600")
    Page(keep_checkpoint=keep, clock=clock).run(source, checkpoints=True)
    assert 4 <= taken[0] < 5
    gaps = np.diff(taken)
    assert len(gaps) > 1
    assert (gaps > 30).all()
    assert 0.3 * (len(taken) + 1) / now[0] < 0.02


def test_a_clock_that_jumps_back_costs_no_more_than_checkpoints(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkpoints, "LEAST_INTERVAL_S", 4.0)
    kept, now = Kept(), iter(range(100_000, -100_000, -1))
    page = Page(keep_checkpoint=kept.keep, clock=lambda: float(next(now)))
    assert page.run(HEAD + FIT, checkpoints=True).status() == "completed"


def test_stop_and_pause_keep_the_step_that_they_came_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkpoints, "LEAST_INTERVAL_S", 1e9)
    kept = Kept()
    step, stop = ({"type": "step", "runId": 1, "unit": "step"}, {"type": "stop", "runId": 1})
    page = Page(while_held=[[step], [step], [stop]], keep_checkpoint=kept.keep)
    page.run(HEAD + FIT + DRAW, checkpoints=True, paused=True)
    assert page.status() == "stopped"
    places = [(one["epoch"], one["step"]) for one in kept.messages]
    assert places == [(0, 1), (0, 2)]
    page = resumed(HEAD + FIT, kept.newest)
    assert_same(page, whole(HEAD + FIT, unpack(kept.newest[0]).chance))


def test_what_the_reader_has_set_stays_set() -> None:
    head = HEAD.replace("Adam(0.01)", "SGD(keras.optimizers.schedules.ExponentialDecay(1, 1, 0.5))")
    kept = Kept(10)
    rate = {"type": "set", "runId": 1, "name": "learning_rate", "value": 0.125}
    page = Page([], [], [], [rate], keep_checkpoint=kept.keep)
    page.run(head + FIT + DRAW, checkpoints=True)
    again = resumed(head + FIT, kept.newest)
    assert again.of("resumed")[0]["but"] is None
    assert float(again.session.model.optimizer.learning_rate) == 0.125


def test_the_last_fit_that_trains_on_is_kept_as_part_of_its_program() -> None:
    kept = Kept()
    page = Page(keep_checkpoint=kept.keep).run(HEAD + FIT + DRAW, checkpoints=True)
    kept.files.clear()
    kept.end_at = 9
    page.session.train_more(3, 2, checkpoints=True)
    again = resumed(HEAD + FIT, kept.newest)
    assert again.status() == "completed"
    assert [one["epoch"] for one in again.of("epoch")] == [5, 6]
    assert again.of("begin")[0]["epochs"] == 7


def test_a_cell_has_no_checkpoints() -> None:
    kept = Kept()
    page = Page(keep_checkpoint=kept.keep).run(HEAD)
    page.run(FIT, 2, continues=True, checkpoints=True)
    page.session.train_more(1, 3, checkpoints=True)
    assert kept.files == []


def test_a_callback_with_data_of_its_own_does_not_carry_it_into_checkpoints() -> None:
    source = (
        HEAD
        + """
class Watch(keras.callbacks.Callback):
    def __init__(self, data):
        super().__init__()
        self.data = data
        self.counts = np.zeros(3)
    def on_epoch_end(self, epoch, logs=None):
        self.counts[0] += 1
watch = Watch(np.random.rand(300, 300))
history = model.fit(x, y, epochs=4, verbose=0, callbacks=[watch])
"""
    )
    _, kept = cut_off(source, 5)
    assert len(kept.newest[0]) < 50_000
    page = resumed(source, kept.newest)
    assert page.session._main.watch.counts[0] == 4


def test_packed_checkpoints_hold_no_code() -> None:
    _, kept = cut_off(HEAD + FIT, 3)
    checkpoint = unpack(kept.newest[0])
    assert unpack(pack(checkpoint)).state.facts == checkpoint.state.facts
    assert b"pickle" not in kept.newest[0]
