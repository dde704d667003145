"""Writes ``pykeras_core/symbolic/op_forms.txt``: how real Keras names ops in model files.

Each op of ``keras.ops`` is a class when a functional model is saved, with some of the op's
arguments as its configuration and the others as arguments of its call. Which is which is read
from the place in the op's source that makes the class. Run it in an environment with real Keras
(see ``make_goldens``) from the repository's root::

    ~/keras-venv/bin/python -m tests.parity.make_op_forms
"""

from __future__ import annotations

import ast
import inspect
import os
import pathlib
import textwrap
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

FILE = pathlib.Path("pykeras_core/symbolic/op_forms.txt")


def main() -> None:
    """Writes the file."""
    import keras

    lines = [
        f"# Ops in the files of Keras {keras.__version__}: op, module, class, and the arguments",
        "# that are its configuration. Written by tests/parity/make_op_forms.py.",
    ]
    for name, function in sorted(vars(keras.ops).items()):
        if inspect.isfunction(function) and not name.startswith("_"):
            lines += [" ".join([name, *form]) for form in forms(function)]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{FILE}: {len(lines)} lines")


def forms(function: Any) -> Iterator[list[str]]:
    """The module, class and configuration arguments of an op; nothing if it has no class."""
    module = inspect.getmodule(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for made in ast.walk(tree):
        if not (isinstance(made, ast.Call) and isinstance(made.func, ast.Name)):
            continue
        cls = getattr(module, made.func.id, None)
        if not (inspect.isclass(cls) and "call" in vars(cls)):
            continue
        parameters = list(inspect.signature(cls.__init__).parameters)[1:]
        named = [*parameters[: len(made.args)], *(keyword.arg or "" for keyword in made.keywords)]
        values = [*made.args, *(keyword.value for keyword in made.keywords)]
        if all(ast.unparse(v) == n for n, v in zip(named, values, strict=True)):
            yield [cls.__module__, cls.__name__, *named]
            return


if __name__ == "__main__":
    main()
