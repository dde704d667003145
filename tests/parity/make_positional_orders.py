"""Writes ``tests/parity/positional_orders.txt``: the order of the arguments of all of Keras's API.

Run it in an environment with real Keras (see ``make_goldens``) from the repository's root::

    ~/keras-venv/bin/python -m tests.parity.make_positional_orders
"""

from __future__ import annotations

import inspect
import os
import pathlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

FILE = pathlib.Path("tests/parity/positional_orders.txt")
LEFT_OUT = ("legacy", "distribution", "quantizers", "src")


def main() -> None:
    """Writes the file: a line for each class and function, under its first name."""
    import keras

    seen: set[int] = set()
    lines = [
        f"# The arguments that come in order, of the classes and functions of Keras "
        f"{keras.__version__}.",
        "# Written by tests/parity/make_positional_orders.py.",
    ]
    for namespace, module in namespaces(keras, "keras"):
        for name, value in sorted(vars(module).items()):
            named = callable(value) and not name.startswith("_") and not inspect.ismodule(value)
            if named and id(value) not in seen and (order := order_of(value)):
                seen.add(id(value))
                path = f"{namespace}.{name}".removeprefix("keras.")
                lines.append(f"{path} {' '.join(order)}")
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{FILE}: {len(lines)} lines")


def namespaces(module: ModuleType, path: str) -> Iterator[tuple[str, ModuleType]]:
    """The public modules that are there once Keras is imported, the package itself first."""
    yield path, module
    for name, value in sorted(vars(module).items()):
        if inspect.ismodule(value) and value.__name__ == f"{path}.{name}":
            if name not in LEFT_OUT and not name.startswith("_"):
                yield from namespaces(value, f"{path}.{name}")


def order_of(function: Callable[..., Any]) -> list[str]:
    """Names of the arguments that may come in order."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # an enumeration, or written in C
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


if __name__ == "__main__":
    main()
