"""What the page is told of a program's output."""

import io
from typing import Any

import pytest

from pykeras_core.playground.console import MAX_PENDING_CHARACTERS, Console, NoInput

Message = dict[str, Any]


# Console


def console(clock: list[float], stop: bool = False) -> tuple[Console, list[Message], list[float]]:
    messages: list[Message] = []
    breaths: list[float] = []

    def breathe() -> None:
        breaths.append(clock[0])
        if stop:
            raise KeyboardInterrupt

    return Console(messages.append, breathe, clock=lambda: clock[0]), messages, breaths


def test_printed_text_waits_for_the_interval_and_keeps_its_order() -> None:
    clock = [0.0]
    target, messages, breaths = console(clock)
    target.stream("stdout").write("a")
    target.stream("stderr").write("b")
    target.stream("stdout").write("c")
    assert messages == []
    clock[0] = 0.06
    target.stream("stdout").write("d")
    assert messages[0]["pieces"] == [
        {"stream": "stdout", "text": "a"},
        {"stream": "stderr", "text": "b"},
        {"stream": "stdout", "text": "cd"},
    ]
    assert breaths == [0.06]


def test_text_printed_too_fast_is_dropped_and_counted() -> None:
    clock = [0.0]
    target, messages, _ = console(clock)
    target.stream("stdout").write("x" * MAX_PENDING_CHARACTERS)
    target.stream("stdout").write("yy")
    target.flush()
    assert len(messages[0]["pieces"][0]["text"]) == MAX_PENDING_CHARACTERS
    assert messages[0]["dropped"] == 2


def test_stop_reaches_a_program_that_prints() -> None:
    clock = [0.0]
    target, messages, _ = console(clock, stop=True)
    clock[0] = 0.1
    with pytest.raises(KeyboardInterrupt):
        target.stream("stdout").write("last words")
    assert messages[0]["pieces"][0]["text"] == "last words"


def test_input_says_what_to_do_instead() -> None:
    with pytest.raises(io.UnsupportedOperation, match="Write the value into the program"):
        NoInput().readline()


def test_bytes_cannot_be_written_to_the_console() -> None:
    target, _, _ = console([0.0])
    with pytest.raises(TypeError, match="expected str, received bytes"):
        target.stream("stdout").write(b"bytes")  # type: ignore[arg-type]
