"""Advice on imports: what there is, and which of it was probably meant."""

from __future__ import annotations

import difflib
import sys

from pykeras_core.playground.hints.program import Advice, Program

AVAILABLE_MODULES = ("keras", "tensorflow", "numpy", "matplotlib")
"""What programs can import beside Python's standard library."""


def advise_on_module(error: BaseException, text: str, program: Program) -> Advice | None:
    """Says what can be imported, and which of it was probably meant."""
    if not isinstance(error, ModuleNotFoundError):
        return None
    name = error.name or ""
    parent, _, leaf = name.rpartition(".")
    if parent in sys.modules:
        candidates = [entry for entry in dir(sys.modules[parent]) if not entry.startswith("_")]
    else:
        parent, leaf = "", name.partition(".")[0]
        candidates = [*AVAILABLE_MODULES, *sys.stdlib_module_names]
    # Stated in order of likelihood: the page's own modules come first among equals. The standard
    # library's list names modules that the page lacks, and those are no suggestion.
    others = [candidate for candidate in candidates if candidate != leaf]
    matches = difflib.get_close_matches(leaf, others, n=1, cutoff=0.7)
    suggestion = f"{parent}.{matches[0]}" if matches and parent else "".join(matches)
    hint = {
        "code": "unknown-module",
        "module": name,
        "suggestion": suggestion or None,
        "available": list(AVAILABLE_MODULES),
    }
    return Advice(hint, program.replace_word(leaf, matches[0]) if matches else None)
