"""Writes ``pykeras_core/compat/keras_names.txt``: the public names of real Keras and their kinds.

PyKeras explains with it that a name is one of Keras that it does not have. Run it in an
environment with real Keras (see ``make_goldens``) from the repository's root::

    ~/keras-venv/bin/python -m tests.parity.make_public_names
"""

from __future__ import annotations

import importlib
import inspect
import os
import pathlib
import pkgutil
import textwrap
from collections import defaultdict
from types import ModuleType

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

FILE = pathlib.Path("pykeras_core/compat/keras_names.txt")
NOT_PUBLIC = ("keras.src", "keras._tf_keras", "keras.api")
LINE_LENGTH = 100


def main() -> None:
    """Writes the file."""
    import keras

    lines = [
        f"# The public names of Keras {keras.__version__}: kind, namespace, names.",
        "# Written by tests/parity/make_public_names.py.",
    ]
    for namespace in namespaces(keras):
        by_kind = names_by_kind(importlib.import_module(namespace))
        for kind in sorted(by_kind):
            start = f"{kind} {namespace} "
            text = textwrap.wrap(" ".join(sorted(by_kind[kind])), LINE_LENGTH - len(start))
            lines += [start + part for part in text]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{FILE}: {len(lines)} lines")


def namespaces(keras: ModuleType) -> list[str]:
    """Names of the public modules, the package itself first."""
    below = [module.name for module in pkgutil.walk_packages(keras.__path__, "keras.")]
    hidden = tuple(f"{name}." for name in NOT_PUBLIC)
    return ["keras", *sorted(name for name in below if not f"{name}.".startswith(hidden))]


def names_by_kind(module: ModuleType) -> dict[str, list[str]]:
    """Public names of a module as classes, functions, modules and constants."""
    found = defaultdict(list)
    for name, value in vars(module).items():
        if name.startswith("_") or name in ("src", "api"):
            continue
        if inspect.ismodule(value):
            kind = "module"
        elif inspect.isclass(value):
            kind = "class"
        else:
            kind = "function" if callable(value) else "constant"
        found[kind].append(name)
    return found


if __name__ == "__main__":
    main()
