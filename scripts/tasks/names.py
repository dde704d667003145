"""Which public names of Keras exist here, which are absent for a reason, and which are missing."""

import functools
import importlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.console import TaskError
from tasks.paths import REPOSITORY, WEB

API = REPOSITORY.parent / "shared" / "keras_api.json"
ORDERS = REPOSITORY / "tests" / "parity" / "positional_orders.txt"
DOCS = (WEB / "docs" / "keras.md", WEB / "docs" / "zh-CN" / "keras.md")


@dataclass
class Count:
    """What became of the names of one namespace of Keras.

    Attributes:
        here: Names that exist.
        reasoned: Names that the docs' table lists as absent, with a reason.
        missing: Names that neither exist nor are listed.
        parameters: By name, the parameters of Keras that ours does not take.
    """

    here: list[str] = field(default_factory=list)
    reasoned: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    parameters: dict[str, list[str]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """How many of the names exist, from 0 to 1."""
        total = len(self.here) + len(self.reasoned) + len(self.missing)
        return len(self.here) / total if total else 1.0


def compare(api_file: Path = API) -> dict[str, Count]:
    """Look every public name of Keras up in this package.

    Args:
        api_file: JSON with `namespaces`: by namespace and name, a dict with `src`, the object
            that the name stands for.

    Returns:
        What was found, by namespace.

    Raises:
        TaskError: If the file is not there.
    """
    if not api_file.exists():
        raise TaskError(f"{api_file} is not there", "Name the list of public names with `--api`.")
    namespaces = json.loads(api_file.read_text(encoding="utf-8"))["namespaces"]
    wanted = _parameters(namespaces)
    excused = absent()
    counts: dict[str, Count] = {}
    for namespace, names in namespaces.items():
        count = counts[namespace] = Count()
        public = {name: entry for name, entry in names.items() if not name.startswith("_")}
        for name, entry in public.items():
            full = f"{namespace}.{name}"
            value = find(full)
            if value is None:
                listed = any(f"{full}.".startswith(f"{one}.") for one in excused)
                (count.reasoned if listed else count.missing).append(name)
                continue
            count.here.append(name)
            if lacking := _lacking(value, wanted.get(entry.get("src", full), ())):
                count.parameters[name] = lacking
    return counts


def absent(file: Path = DOCS[0]) -> list[str]:
    """Return the names in the first column of the docs' table of what is absent."""
    text = file.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`keras\.[\w.]+`(?:, |、)?)+) \|", text, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([\w.]+)`", row)]


def find(full_name: str) -> Any:
    """Return what a program gets for `keras.layers.Dense`, None if it is not there."""
    from pykeras_core.compat.namespace import namespace

    root = namespace(importlib.import_module("pykeras_core"))
    try:
        return functools.reduce(getattr, full_name.split(".")[1:], root)
    except AttributeError:
        return None


def _parameters(namespaces: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Keras's parameters, by the object that has them: it has one line under its first name."""
    found = {}
    for line in ORDERS.read_text(encoding="utf-8").splitlines():
        path, *parameters = line.split()
        namespace, _, name = f"keras.{path}".rpartition(".")
        entry = namespaces.get(namespace, {}).get(name)
        if entry is not None:
            found[entry.get("src", f"{namespace}.{name}")] = tuple(parameters)
    return found


def _lacking(value: Any, wanted: tuple[str, ...]) -> list[str]:
    """The parameters that ours does not take, under their names."""
    from pykeras_core.checks import order_of

    taken = set(order_of(value)) if callable(value) else set()
    return [parameter for parameter in wanted if parameter not in taken]


def report(counts: dict[str, Count]) -> str:
    """Return the table, a line a namespace, then what is missing in it."""
    lines = [f"{'namespace':<38} {'here':>5} {'reason':>7} {'missing':>8} {'share':>7}"]
    for namespace, count in counts.items():
        figures = (len(count.here), len(count.reasoned), len(count.missing))
        lines.append(
            f"{namespace:<38} {figures[0]:>5} {figures[1]:>7} {figures[2]:>8} {count.share:>7.1%}"
        )
        lines += [f"    missing: {', '.join(count.missing)}"] if count.missing else []
        lines += [
            f"    {name}: takes no {', '.join(parameters)}"
            for name, parameters in count.parameters.items()
        ]
    return "\n".join(lines)
