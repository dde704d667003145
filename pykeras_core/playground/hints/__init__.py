"""Advice on errors: what is wrong in words of the page, and the mend where one click mends it.

A hint is a code and what its sentence speaks of (``Hint`` in ``web/protocol.js``); the page words
it in the reader's language. A mend says what to write in place of a part of a line.
"""

from __future__ import annotations

from collections.abc import Callable

from pykeras_core.playground.hints.data import advise_on_data
from pykeras_core.playground.hints.modules import advise_on_module
from pykeras_core.playground.hints.names import advise_on_name
from pykeras_core.playground.hints.program import Advice, Program
from pykeras_core.playground.hints.syntax import advise_on_syntax
from pykeras_core.playground.hints.words import advise_on_argument, advise_on_key, advise_on_word

__all__ = ["Advice", "Program", "advise"]

_ADVISERS: tuple[Callable[[BaseException, str, Program], Advice | None], ...] = (
    advise_on_syntax,
    advise_on_module,
    advise_on_name,
    advise_on_argument,
    advise_on_word,
    advise_on_key,
    advise_on_data,
)


def advise(error: BaseException, text: str, program: Program) -> Advice | None:
    """What to say about an error beside its own text.

    Args:
        error: The error.
        text: Its message.
        program: The program, and where in it the error came.

    Returns:
        The first advice that fits; None where there is nothing to add.
    """
    for adviser in _ADVISERS:
        try:
            advice = adviser(error, text, program)
        except (
            Exception,
            SystemExit,
        ):  # objects of the program, asked for their names, answer what they like
            continue
        if advice is not None:
            return advice
    return None
