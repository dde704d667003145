"""The mailbox: what the page asks for is answered or left out, and a run is ended by Stop alone."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pykeras_core import compat, hosting
from pykeras_core.playground import session, view
from pykeras_core.playground.control import Mailbox, Message
from pykeras_core.playground.files import Workspace
from tests.core import protocol
from tests.core.playground_page import Page


@pytest.fixture(autouse=True)
def _at_every_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    compat.install()
    monkeypatch.setattr(session, "BREATH_INTERVAL_S", 0)
    monkeypatch.setattr(view, "REST", 0)


# The mailbox by itself


def mailbox(*arriving: list[Message]) -> tuple[Mailbox, list[Any]]:
    """A mailbox that answers `echo` and `fail`, and between steps `look`; what it did."""
    done: list[Any] = []
    lists = list(arriving)

    def fail(message: Message) -> None:
        raise LookupError("not here")

    box = Mailbox(
        lambda: lists.pop(0) if lists else [],
        done.append,
        {"echo": lambda message: done.append(message["text"]), "fail": fail},
        {"look": lambda message: done.append("looked")},
    )
    box.run_id = 2
    return box, done


def echo(text: str) -> Message:
    return {"type": "echo", "text": text}


def test_requests_are_answered_in_the_order_in_which_they_came() -> None:
    box, done = mailbox([echo("a"), echo("b")], [echo("c")])
    box.attend()
    assert done == ["a", "b"]
    box.attend()
    assert done == ["a", "b", "c"]


def test_an_error_is_the_answer_and_the_next_request_is_answered() -> None:
    box, done = mailbox([{"type": "fail", "name": "x.txt"}, echo("next")])
    box.attend()
    answer = {"type": "request-failed", "request": "fail", "name": "x.txt"}
    assert done == [{**answer, "detail": "LookupError: not here"}, "next"]


def test_an_unknown_request_is_refused_with_what_there_is() -> None:
    box, done = mailbox([{"type": "forget-file", "name": "x.txt"}])
    box.attend()
    assert done[0]["request"] == "forget-file"
    assert done[0]["detail"] == (
        "ValueError: expected a request of type 'echo' or 'fail' or 'look' or 'stop', "
        "received 'forget-file'"
    )


def test_stop_comes_before_everything_else_and_loses_nothing() -> None:
    box, done = mailbox([echo("a"), {"type": "stop", "runId": 2}, echo("b")])
    with pytest.raises(KeyboardInterrupt):
        box.attend()
    assert done == []
    box.attend()
    assert done == ["a", "b"]


def test_a_stop_for_an_earlier_run_is_late_and_one_for_a_later_run_waits() -> None:
    box, _ = mailbox([{"type": "stop", "runId": 1}, {"type": "stop", "runId": 3}])
    box.attend()
    box.run_id = 3
    with pytest.raises(KeyboardInterrupt):
        box.attend()
    box.attend()


def test_what_uses_the_model_waits_until_a_step_is_done() -> None:
    box, done = mailbox([{"type": "look"}, echo("a")])
    box.attend()
    assert done == ["a"]
    box.attend(between_steps=True)
    assert done == ["a", "looked"]


def test_a_handler_that_comes_up_for_air_is_reached_by_stop_alone() -> None:
    arriving = [[{"type": "slow"}], [echo("waits")], [{"type": "stop", "runId": 0}]]
    done: list[Any] = []

    def slow(message: Message) -> None:
        box.attend()
        done.append("half")
        box.attend()

    box = Mailbox(
        lambda: arriving.pop(0) if arriving else [],
        done.append,
        {"slow": slow, "echo": lambda message: done.append(message["text"])},
    )
    with pytest.raises(KeyboardInterrupt):
        box.attend()
    assert done == ["half"]
    box.attend()
    assert done == ["half", "waits"]


def test_what_a_handler_prints_warns_and_draws_is_not_the_program_s(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def noisy(message: Message) -> None:
        print("heard by nobody")
        warnings.warn("nor this", stacklevel=1)
        np.random.rand(3)
        np.float32(1e38) * np.float32(1e38)

    np.random.seed(5)
    expected = np.random.rand()
    np.random.seed(5)
    with np.errstate(all="raise"):
        Mailbox(lambda: [{"type": "noisy"}], [].append, {"noisy": noisy}).attend()
    assert np.random.rand() == expected
    assert capsys.readouterr() == ("", "")


# Programs


def test_stop_that_waits_when_a_program_begins_ends_it_before_its_first_line() -> None:
    page = Page([{"type": "stop", "runId": 1}]).run("print('never')")
    assert (page.status(), page.printed()) == ("stopped", "")


def test_stop_for_the_run_before_does_not_end_this_one() -> None:
    page = Page([{"type": "stop", "runId": 1}]).run("print('runs')", run_id=2)
    assert (page.status(), page.printed()) == ("completed", "runs\n")


# Files


def test_files_are_handed_out_taken_in_and_deleted_in_the_middle_of_a_run(tmp_path: Path) -> None:
    source = """
from pathlib import Path
a, b = Path("a.txt"), Path("b.txt")
a.write_text("from the program")
while a.exists() or not b.exists():
    print(end=".", flush=True)
print(b.read_text())
"""
    requests: list[list[Message]] = [
        [],
        [{"type": "read-file", "name": "a.txt"}],
        [{"type": "write-file", "name": "b.txt", "data": memoryview(b"from the page")}],
        [{"type": "delete-file", "name": "a.txt"}],
    ]
    page = Page(*requests, workspace=Workspace(tmp_path / "files"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        patch.setattr("pykeras_core.playground.console.FLUSH_INTERVAL_S", 0)
        page.run(source)
    assert page.printed().endswith("from the page\n")
    assert page.of("file") == [{"type": "file", "name": "a.txt", "data": b"from the program"}]
    assert page.kept == [["a.txt"], ["a.txt", "b.txt"], ["b.txt"]]


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"type": "read-file", "name": "gone"}, "FileNotFoundError"),
        ({"type": "read-file", "name": "../secret"}, "expected a name in the page's folder"),
        ({"type": "delete-file", "name": "/etc"}, "expected a name in the page's folder"),
        ({"type": "write-file", "name": "", "data": b""}, "expected a name in the page's folder"),
        ({"type": "write-file", "name": "folder", "data": b""}, "IsADirectoryError"),
        ({"type": "forget-file", "name": "kept"}, "expected a request of type 'delete-file'"),
    ],
)
def test_a_file_request_that_fails_is_answered_and_harms_nothing(
    tmp_path: Path, request_: Message, error: str
) -> None:
    workspace = Workspace(tmp_path / "files")
    workspace.write("kept", b"1")
    workspace.write("folder/inner", b"2")
    page = Page([request_], workspace=workspace)
    page.session.attend()
    (answer,) = page.of("request-failed")
    assert (answer["request"], answer["name"]) == (request_["type"], request_["name"])
    assert error in answer["detail"]
    assert [entry["name"] for entry in workspace.entries()] == ["folder", "kept"]


# What web/protocol.js says


def test_python_understands_the_requests_that_the_protocol_lists(tmp_path: Path) -> None:
    page = Page(workspace=Workspace(tmp_path / "files"))
    of_the_worker = {"start", "retry", "ping", "run", "train-more", "forget"}
    assert page.session.mailbox.kinds == protocol.members("ToWorker").keys() - of_the_worker


PREFERENCE = """
import keras
keras.config.compute_backend()
"""


def test_the_readers_backend_holds_until_a_program_names_one() -> None:
    chosen = {"type": "prefer-backend", "name": "webgpu"}
    page = Page([chosen])
    try:
        page.run(PREFERENCE)
        page.run("keras.config.set_compute_backend('numpy')" + PREFERENCE, continues=True)
        page.arriving = [[{**chosen, "name": "wasm"}]]
        page.run(PREFERENCE, continues=True)
        page.run(PREFERENCE)
    finally:
        hosting.prefer_backend("auto")
    values = [message["text"] for message in page.messages if message["type"] == "value"]
    assert values == ["'webgpu'", "'numpy'", "'numpy'", "'wasm'"]


EVERYTHING = """
!ls
from pathlib import Path
import keras, numpy as np
from pykeras_core import hosting
from pykeras_core.utils.pictures import Picture, show_picture
words = {"code": "asked", "values": {"other": "wasm"}}
hosting.backend("wasm", words, [("webgpu", words)], None)
Path("left.txt").write_text("left")
x_test, y_test = np.ones((4, 2)), np.ones(4)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x_test, y_test, epochs=2, batch_size=1, verbose=2)
show_picture(Picture("png", b"", 1, 1, ("a",), "name"))
1 / 0
"""


def test_python_says_what_the_protocol_lists_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pykeras_core.training.progress.REPORT_INTERVAL_S", 0)
    monkeypatch.chdir(tmp_path)
    requests = [
        {"type": "read-file", "name": "left.txt"},
        {"type": "read-file", "name": "no"},
        {"type": "write-file", "name": "new.txt", "data": b"new"},
        {"type": "try", "runId": 2, "number": 1, "input": None},
    ]
    held = [
        [{"type": "reset-weights", "runId": 1}],
        [{"type": "step", "runId": 1, "unit": "step"}],
        [{"type": "resume", "runId": 1}],
    ]
    saved: list[bytes] = []

    def keep_checkpoint(name: str, data: bytes, message: dict[str, Any]) -> None:
        saved.append(data)
        page.messages.append(message)

    page = Page(
        workspace=Workspace(tmp_path / "files"), while_held=held, keep_checkpoint=keep_checkpoint
    )
    page.run(EVERYTHING, paused=True, checkpoints=True)
    page.run(EVERYTHING, saved=saved)
    page.run("1 + 1", run_id=2, continues=True)
    page.arriving = [requests]
    page.session.attend()
    assert page.session.files is not None
    page.session.files.restore([], ["damaged.txt"])
    listed = protocol.members("FromWorker")
    for message in page.messages:
        fields = {name for name, _ in listed[message["type"]].fields}
        assert message.keys() == fields, message["type"]
    of_the_worker = {
        *("alive", "pong", "fetched", "loading", "parts", "ready", "failed", "fetching", "files"),
        *("imported", "table"),  # of packages, which are in the page alone
    }
    assert {message["type"] for message in page.messages} == listed.keys() - of_the_worker
