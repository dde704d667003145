"""More than a page can show: huge outputs and errors come through short, quick and counted."""

import pytest

from pykeras_core.playground import execute
from pykeras_core.playground.console import (
    MAX_PENDING_CHARACTERS,
    MAX_PENDING_PIECES,
    Console,
)
from pykeras_core.playground.errors import MAX_TEXT_CHARACTERS
from tests.core.worker_stub import Message, Page


def error_of(source: str) -> Message:
    error = execute(source).error
    assert error is not None
    return error


def test_of_an_error_of_a_million_lines_both_ends_are_shown_and_the_rest_counted() -> None:
    page = Page().run("raise ValueError('first' + 'line\\n' * 10**6 + 'last')")
    text = page.error()["text"]
    assert len(text) < MAX_TEXT_CHARACTERS + 100
    assert text.startswith("ValueError: firstline")
    assert text.endswith("last")
    left_out = len("ValueError: first") + 5 * 10**6 + 4 - MAX_TEXT_CHARACTERS
    assert f"({left_out} characters left out)" in text
    assert len(page.printed("stderr")) < MAX_TEXT_CHARACTERS + 1000


@pytest.mark.parametrize(
    "last",
    ["print('x' * 10**8)", "print('x\\n' * 10**7)", "import sys\nsys.stderr.write('x' * 10**8)"],
)
def test_of_a_huge_text_the_end_is_shown_and_the_rest_counted(last: str) -> None:
    page = Page().run(last + "\nprint('end')")
    shown = page.printed("stdout") + page.printed("stderr")
    dropped = sum(message["dropped"] for message in page.of("output"))
    assert len(shown) <= MAX_PENDING_CHARACTERS * len(page.of("output"))
    assert shown.endswith("end\n") or "end\n" in shown
    written = {"print('x' * 10**8)": 10**8 + 1, "print('x\\n' * 10**7)": 2 * 10**7 + 1}
    assert len(shown) + dropped == written.get(last, 10**8) + 4


def test_of_many_lines_all_are_shown_or_counted() -> None:
    page = Page().run("for number in range(100_000): print(number)")
    written = sum(len(str(number)) + 1 for number in range(100_000))
    shown = page.printed()
    assert shown.endswith("99998\n99999\n")
    assert len(shown) + sum(message["dropped"] for message in page.of("output")) == written


def test_the_streams_keep_their_order_when_a_flood_is_cut() -> None:
    posted: list[Message] = []
    console = Console(posted.append, lambda: None, clock=lambda: 0.0)
    out, err = console.stream("stdout"), console.stream("stderr")
    for number in range(3000):
        out.write(f"out {number}\n")
        err.write(f"err {number}\n")
    console.flush()
    (message,) = posted
    texts = [piece["text"] for piece in message["pieces"]]
    assert texts[-4:] == ["out 2998\n", "err 2998\n", "out 2999\n", "err 2999\n"]
    assert len(texts) == MAX_PENDING_PIECES
    written = sum(2 * len(f"out {number}\n") for number in range(3000))
    assert message["dropped"] == written - sum(map(len, texts))


TEXTS = {
    "str() that fails": (
        "class Shy(Exception):\n    def __str__(self): raise ValueError\nraise Shy",
        "Shy: (its own str() failed)",
    ),
    "str() that exits": (
        "class Exit(Exception):\n    def __str__(self): raise SystemExit\nraise Exit",
        "Exit: (its own str() failed)",
    ),
    "str() that recurses": (
        "class Deep(Exception):\n    def __str__(self): return str(self)\nraise Deep",
        "Deep: (its own str() failed)",
    ),
    "str() that is no text": (
        "class Odd(Exception):\n    def __str__(self): return 3\nraise Odd",
        "Odd: (its own str() failed)",
    ),
    "no words": ("raise ValueError", "ValueError"),
    "a key": ("{}['colour']", "KeyError: 'colour'"),
    "a note": (
        "e = ValueError('a')\ne.add_note('look there')\nraise e",
        "ValueError: a\nlook there",
    ),
    "notes that are none": ("e = ValueError('a')\ne.__notes__ = 3\nraise e", "ValueError: a"),
    "an error of a library": (
        "import json\njson.loads('{')",
        "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)",
    ),
    "a name like another": (
        "import math\nmath.sqr",
        "AttributeError: module 'math' has no attribute 'sqr'",
    ),
    "a group": (
        "raise ExceptionGroup('several', [ValueError('a'), ExceptionGroup('in', [KeyError(1)])])",
        "ExceptionGroup: several (2 sub-exceptions)\n  ValueError: a\n"
        "  ExceptionGroup: in (1 sub-exception)\n    KeyError: 1",
    ),
    "a large group": (
        "raise ExceptionGroup('many', [ValueError(i) for i in range(10**5)])",
        "ExceptionGroup: many (100000 sub-exceptions)\n  ValueError: 0\n  ValueError: 1\n"
        "  ValueError: 2\n  ValueError: 3\n  ValueError: 4\n  ... 99995 more",
    ),
}


@pytest.mark.parametrize(("source", "text"), TEXTS.values(), ids=TEXTS)
def test_the_text_of_an_error_is_its_type_and_message(source: str, text: str) -> None:
    assert error_of(source)["text"] == text


def test_a_group_in_groups_in_groups_has_an_end() -> None:
    source = "e = ValueError(1)\nfor _ in range(500): e = ExceptionGroup('g', [e])\nraise e"
    assert error_of(source)["text"].count("ExceptionGroup") == 4


def test_a_stop_while_an_error_is_worded_stops_the_program() -> None:
    source = "class Slow(Exception):\n    def __str__(self): raise KeyboardInterrupt\nraise Slow"
    assert execute(source).status == "stopped"


@pytest.mark.parametrize(
    "source",
    [
        "def f(n): return f(n + 1)\nf(0)",
        "x = []\nfor _ in range(10**5): x = [x]\nprint(x)",
        "class A:\n    def __getattr__(self, name): return getattr(self, name)\nA().x",
        "x = " + "(" * 500 + ")" * 500,
        "x = " + "-" * 10**5 + "1",
    ],
    ids=["calls", "lists", "attributes", "brackets", "signs"],
)
def test_too_deep_a_recursion_is_an_error_of_a_few_lines(source: str) -> None:
    page = Page().run(source)
    assert page.one("finished")["status"] == "failed"
    assert page.printed("stderr").count("\n") < 30
    assert page.run("print('on')", run_id=2).printed() == "on\n"


def test_a_line_of_a_million_characters_is_not_repeated_in_the_traceback() -> None:
    page = Page().run("x = '" + "y" * 10**6 + "'; 1 / 0")
    assert len(page.printed("stderr")) < 1000


def test_half_a_character_is_printed_as_a_replacement() -> None:
    assert Page().run("print('a\\ud83d', '\\U0001f600')").printed() == "a\ufffd \U0001f600\n"
