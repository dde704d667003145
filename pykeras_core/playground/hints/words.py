"""Advice on arguments, on words that stand for losses and the like, and on keys."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable
from typing import Any

from pykeras_core.playground.hints.program import Advice, Program, closest, misspelt

_UNEXPECTED = re.compile(r"unexpected keyword argument '(\w+)'")
_MISSING = re.compile(r"missing \d+ required positional arguments?: (.*)")
_NOT_TAKEN = re.compile(r"does not take (\[[^\]]*\])\. It takes (\[[^\]]*\])")
_OF_EVERY_LAYER = ("name", "dtype", "trainable", "input_shape", "input_dim", "batch_size")
_OF_MODELS = ("inputs", "outputs", "name")
_UNKNOWN_WORD = re.compile(r"[Uu]nknown [\w ]+ '([^']+)'")
_QUOTED = re.compile(r"'([\w.]+)'")


def advise_on_argument(error: BaseException, text: str, program: Program) -> Advice | None:
    """Advice on the name of an argument that a call does not take."""
    unexpected, not_taken = _UNEXPECTED.search(text), _NOT_TAKEN.search(text)
    missing = _MISSING.search(text)
    if missing is not None:
        return Advice({"code": "missing-argument", "names": missing[1].replace("'", "")})
    candidates: Iterable[str] = ()
    if unexpected is not None:
        name = unexpected[1]
        candidates = _parameters(name, program)
    elif not_taken is not None:
        given, taken = (ast.literal_eval(part) for part in not_taken.groups())
        candidates = [*taken, *_OF_EVERY_LAYER] if taken else _OF_MODELS
        wrong = [word for word in given if word not in candidates]
        if not wrong:
            return None
        name = wrong[0]
    else:
        return None
    suggestion = closest(name, candidates)
    if suggestion is None:
        return Advice({"code": "unknown-argument", "name": name})
    return misspelt(name, suggestion, program.replace_keyword(name, suggestion))


def _parameters(argument: str, program: Program) -> list[str]:
    """What the call takes to which this argument was given."""
    for call in program.nodes_at(ast.Call):
        if any(keyword.arg == argument for keyword in call.keywords):
            try:
                return list(inspect.signature(program.value_of(call.func)).parameters)
            except (LookupError, AttributeError, TypeError, ValueError):
                continue
    return []


def advise_on_word(error: BaseException, text: str, program: Program) -> Advice | None:
    """Advice on a word that stands for no loss, metric, activation and so on."""
    found = _UNKNOWN_WORD.search(text)
    if found is None:
        return None
    known = _QUOTED.findall(text[found.end() :])
    suggestion = closest(found[1], known)
    if suggestion is None:
        return None
    return misspelt(found[1], suggestion, program.replace_quoted(found[1], suggestion))


def advise_on_key(error: BaseException, text: str, program: Program) -> Advice | None:
    """Advice on a key that a dict does not have, such as a log of training."""
    if type(error) is not KeyError or not error.args or not isinstance(error.args[0], str):
        return None
    key = error.args[0]
    keys: list[Any] = []
    for node in program.nodes_at(ast.Subscript):
        if isinstance(node.slice, ast.Constant) and node.slice.value == key:
            try:
                keys += list(program.value_of(node.value))
            except (LookupError, AttributeError, TypeError):
                continue
    words = [word for word in keys if isinstance(word, str)]
    longer = [word for word in words if word.startswith(key) or key.startswith(word)]
    suggestion = closest(key, words) or (longer[0] if longer else None)
    if suggestion is not None:
        return misspelt(key, suggestion, program.replace_quoted(key, suggestion))
    shown = ", ".join(words[:10])
    return Advice({"code": "unknown-key", "key": key, "keys": shown}) if shown else None
