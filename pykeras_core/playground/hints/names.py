"""Advice on names: of variables, attributes and what is imported from a module."""

from __future__ import annotations

import builtins
import re
import sys
from typing import Any

from pykeras_core.compat.namespace import find
from pykeras_core.playground.hints.program import Advice, Mend, Program, closest, misspelt
from pykeras_core.playground.hints.syntax import PROMPT, advise_on_prompt, is_notebook

_IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "plt": "import matplotlib.pyplot as plt",
    "tf": "import tensorflow as tf",
    "keras": "import keras",
    "Path": "from pathlib import Path",
}
_MODULES = ("math", "random", "os", "sys", "time", "json", "re", "datetime", "itertools", "csv")
_PARTS = ("layers", "models", "optimizers", "losses", "metrics", "callbacks", "datasets", "utils")
_CONSTANTS = {"true": "True", "false": "False", "null": "None", "none": "None", "NULL": "None"}
_OF_KERAS = re.compile(r"Keras has no `([\w.]+)\.(\w+)`\. Did you mean `(?:[\w.]+\.)?(\w+)`")
_CANNOT_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


def advise_on_name(error: BaseException, text: str, program: Program) -> Advice | None:
    """Advice on a name that nothing has."""
    known = _OF_KERAS.search(text)
    if known is not None:
        parent, name, suggestion = known.groups()
        suggestion = closest(name, dir(find(parent))) or suggestion
        return misspelt(name, suggestion, program.replace_word(name, suggestion))
    if isinstance(error, NameError) and error.name:
        return _advise_on_variable(error.name, program)
    if isinstance(error, AttributeError) and error.name:
        return _advise_on_attribute(error.name, error.obj, program)
    imported = _CANNOT_IMPORT.search(text)
    if isinstance(error, ImportError) and imported is not None:
        return _advise_among(imported[1], dir(sys.modules[imported[2]]), program)
    return None


def _advise_on_variable(name: str, program: Program) -> Advice | None:
    if name in ("In", "Out") and PROMPT.match(program.text()):
        return advise_on_prompt(program)
    if name in _CONSTANTS:
        if is_notebook(program):
            return Advice({"code": "notebook-file"})
        return misspelt(name, _CONSTANTS[name], program.replace_word(name, _CONSTANTS[name]))
    statement = _import_of(name)
    if statement is not None:
        hint = {"code": "not-imported", "name": name, "statement": statement}
        return Advice(hint, _insert_first(statement, program))
    found = _advise_among(name, [*program.names, *dir(builtins)], program)
    return found or Advice({"code": "undefined-name", "name": name})


def _import_of(name: str) -> str | None:
    if name in _IMPORTS:
        return _IMPORTS[name]
    if name in _MODULES:
        return f"import {name}"
    if name in _PARTS:
        return f"from keras import {name}"
    keras: Any = sys.modules["pykeras_core"]
    if name in ("Sequential", "Model", "Input"):
        return f"from keras import {name}"
    owners = [part for part in _PARTS if name in getattr(getattr(keras, part), "__all__", ())]
    return f"from keras.{owners[0]} import {name}" if owners and name[0].isupper() else None


def _insert_first(statement: str, program: Program) -> Mend:
    """A mend that imports where the program imports first, or where it begins."""
    lines = [number for number, line in enumerate(program.lines, 1) if line.strip()]
    imports = [n for n in lines if re.match(r"(import|from) (?!__future__)", program.text(n))]
    return program.replace((imports or lines)[0], 0, 0, f"{statement}\n")


def _advise_on_attribute(name: str, owner: Any, program: Program) -> Advice | None:
    if owner is None:
        return Advice({"code": "nothing-there", "name": name})
    return _advise_among(name, dir(owner), program)


def _advise_among(name: str, candidates: list[str], program: Program) -> Advice | None:
    public = [word for word in candidates if not word.startswith("_")]
    suggestion = closest(name, public)
    if suggestion is None:
        return None
    return misspelt(name, suggestion, program.replace_word(name, suggestion))
