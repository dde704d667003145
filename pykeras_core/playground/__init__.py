"""The Python side of the page: runs the program in the editor and reports what happens.

Everything here speaks in plain messages (dictionaries of numbers, strings, lists and bytes) given
to a ``post`` callable, and comes up for air through a ``pause`` callable. In the page both are
bound to the worker by `pykeras_core.playground.browser`; a test passes ordinary functions, so
nothing here needs a browser. ``web/protocol.js`` lists the messages.
"""

from pykeras_core.playground.errors import describe_error
from pykeras_core.playground.execution import EDITOR, Outcome, execute
from pykeras_core.playground.session import Session

__all__ = ["EDITOR", "Outcome", "Session", "describe_error", "execute"]
