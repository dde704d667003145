"""The console's lines, run by Node."""

import json
from typing import Any

from tests.web.node import run_js


def terminal(*writes: tuple[str, str]) -> Any:
    return run_js(
        'import { TerminalText } from "./terminal-text.js";'
        "const terminal = new TerminalText();"
        f"for (const [text, stream] of {json.dumps(writes)}) terminal.write(text, stream);"
        "answer({text: String(terminal), lines: terminal.lines.length,"
        " streams: terminal.lines.map((line) => line.stream), dropped: terminal.dropped});"
    )


def test_a_carriage_return_writes_over_the_line() -> None:
    out = terminal(("1/9 ━─ loss: 2.30\r", "stdout"), ("9/9 ━━", "stdout"), ("\nnext\n", "stdout"))
    assert out["text"] == "9/9 ━━ loss: 2.30\nnext"


def test_backspaces_go_back_but_not_beyond_the_line() -> None:
    assert terminal(("abc\b\bX\b\b\b\b\bY", "stdout"))["text"] == "YXc"


def test_another_stream_begins_a_line_of_its_own() -> None:
    out = terminal(("half", "stdout"), ("error\n", "stderr"), ("more", "stdout"))
    assert out["streams"] == ["stdout", "stderr", "stdout"]


def test_empty_lines_stay() -> None:
    assert terminal(("a\n\n\nb", "stdout"))["text"] == "a\n\n\nb"


def test_colours_of_terminals_are_left_out() -> None:
    assert terminal(("\x1b[1m125/125\x1b[0m \x1b[32m━━\x1b[0m", "stdout"))["text"] == "125/125 ━━"


def test_an_inserted_line_stands_between_what_was_written_before_and_after() -> None:
    lines = run_js(
        'import { TerminalText } from "./terminal-text.js";'
        "const terminal = new TerminalText();"
        'terminal.write("half", "stdout"); terminal.insert("Figure 1", "picture");'
        'terminal.insert("Figure 2", "picture"); terminal.write("more", "stdout");'
        "answer(terminal.lines.map((line) => line.text));"
    )
    assert lines == ["half", "Figure 1", "Figure 2", "more"]


def test_old_lines_are_let_go() -> None:
    out = terminal(("line\n" * 2500, "stdout"))
    assert (out["lines"], out["dropped"]) == (1000, 1500)
