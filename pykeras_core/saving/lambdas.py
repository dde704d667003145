"""Owns lambdas in files: their bytecode out, and back in only when safe mode is off.

The bytecode is CPython's own (`marshal`), so a file with a lambda opens only under the Python
version that wrote it.
"""

from __future__ import annotations

import base64
import builtins
import dis
import marshal
import sys
import types
from collections.abc import Iterator
from typing import Any

from pykeras_core.saving.registration import get_custom_objects, scoped_custom_objects

__all__ = ["Portable", "dump", "is_lambda", "load"]


def is_lambda(obj: Any) -> bool:
    """Returns whether `obj` is a lambda."""
    return isinstance(obj, types.FunctionType) and obj.__name__ == "<lambda>"


def dump(function: types.FunctionType) -> tuple[str, Any, Any]:
    """Returns a function as text.

    Args:
        function: A Python function.

    Returns:
        `(code, defaults, closure)`: base64 of the bytecode, the defaults, the closed-over values.
    """
    code = base64.b64encode(marshal.dumps(function.__code__)).decode("ascii")
    cells = function.__closure__
    closure = tuple(cell.cell_contents for cell in cells) if cells else None
    return code, function.__defaults__, closure


def load(
    dumped: Any, safe_mode: bool, custom_objects: dict[str, Any] | None = None
) -> types.FunctionType:
    """Returns the function that `dump` wrote.

    Args:
        dumped: `(code, defaults, closure)`.
        safe_mode: `True` refuses.
        custom_objects: What the function reads from its surroundings, by name; the custom
            objects in scope are there too.

    Returns:
        The function. Further globals of it are the builtins, `keras`, `ops`, what the running
        program calls so, and the usual `K`, `np` and `tf`.

    Raises:
        ValueError: In safe mode, if the bytecode is of another Python version, or if the function
            reads a name that is nowhere.
    """
    if safe_mode:
        raise ValueError(
            "The file holds a lambda, and running a lambda runs whatever its author wrote. If "
            "you trust the author, load it with `safe_mode=False` (or call "
            "`keras.config.enable_unsafe_deserialization()`)."
        )
    code, defaults, closure = dumped
    try:
        bytecode = marshal.loads(base64.b64decode(code))
    except (ValueError, EOFError, TypeError) as error:
        raise ValueError(
            "The lambda in this file was written by another Python version and cannot be read. "
            "Build the layer again from its source."
        ) from error
    given = {**get_custom_objects(), **scoped_custom_objects(), **(custom_objects or {})}
    return types.FunctionType(
        bytecode,
        {"__builtins__": builtins, **_surroundings(bytecode, given)},
        name="<lambda>",
        argdefs=None if defaults is None else tuple(defaults),
        closure=None if closure is None else tuple(types.CellType(value) for value in closure),
    )


def _surroundings(code: types.CodeType, given: dict[str, Any]) -> dict[str, Any]:
    """The globals that a function reads, by name."""
    program = vars(sys.modules["__main__"]) if "__main__" in sys.modules else {}
    found: dict[str, Any] = {}
    missing = []
    for name in sorted(set(_names_read(code))):
        for place in (given, program, _usual_names()):
            if name in place:
                found[name] = place[name]
                break
        else:
            if not hasattr(builtins, name):
                missing.append(name)
    if missing:
        passed = ", ".join(f"{name!r}: {name}" for name in missing)
        raise ValueError(
            f"the lambda in this file reads {' and '.join(map(repr, missing))} of the program it "
            f"was written in. Pass `custom_objects={{{passed}}}`."
        )
    return found


def _usual_names() -> dict[str, Any]:
    import pykeras_core
    from pykeras_core import ops

    usual = {"keras": pykeras_core, "ops": ops, "K": pykeras_core.backend}
    for name, module in (("np", "numpy"), ("tf", "tensorflow")):
        if module in sys.modules:
            usual[name] = sys.modules[module]
    return usual


def _names_read(code: types.CodeType) -> Iterator[str]:
    """The global names in a function's bytecode, and in the functions that it makes."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names_read(constant)


class Portable:
    """A lambda on its way into a pickle, which Python itself keeps out of one.

    Args:
        function: The lambda.
    """

    def __init__(self, function: types.FunctionType) -> None:
        self.function = function

    @staticmethod
    def of(value: Any) -> Any:
        """A lambda made portable; anything else as it is."""
        return Portable(value) if is_lambda(value) else value

    @staticmethod
    def inside(value: Any) -> Any:
        """The lambda in what `of` returned; anything else as it is."""
        return value.function if isinstance(value, Portable) else value

    def __deepcopy__(self, memo: Any) -> Portable:
        return self

    def __reduce__(self) -> Any:
        return _unpickled, (dump(self.function),)


def _unpickled(dumped: Any) -> Portable:
    """A pickle runs code as it is: whoever opens one trusts its author."""
    return Portable(load(dumped, safe_mode=False))
