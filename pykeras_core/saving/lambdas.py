"""Owns lambdas in files: their bytecode out, and back in only when safe mode is off.

The bytecode is CPython's own (`marshal`), so a file with a lambda opens only under the Python
version that wrote it.
"""

from __future__ import annotations

import base64
import marshal
import types
from typing import Any

__all__ = ["dump", "is_lambda", "load"]


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


def load(dumped: Any, safe_mode: bool) -> types.FunctionType:
    """Returns the function that `dump` wrote.

    Args:
        dumped: `(code, defaults, closure)`.
        safe_mode: `True` refuses.

    Returns:
        The function; its globals are only the builtins, `keras` and `ops`.

    Raises:
        ValueError: In safe mode, or if the bytecode is of another Python version.
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
    import pykeras_core
    from pykeras_core import ops

    return types.FunctionType(
        bytecode,
        {"__builtins__": __builtins__, "keras": pykeras_core, "ops": ops},
        name="<lambda>",
        argdefs=None if defaults is None else tuple(defaults),
        closure=None if closure is None else tuple(types.CellType(value) for value in closure),
    )
