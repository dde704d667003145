"""Owns finding a function's output shapes and dtypes by tracing it, without computing anything."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from pykeras_core import engine, tree
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["infer_output_spec", "inferring"]

# Stand-ins for unknown sizes. An output size that differs between the two traces depends on an
# unknown one. Both divide by most strides and are far enough apart to differ after any of them.
_FILLS = (60, 180)

_depth = 0


def inferring() -> bool:
    """Returns whether shapes are being inferred now, so that losses must not be recorded."""
    return _depth > 0


@contextlib.contextmanager
def _inference() -> Iterator[None]:
    global _depth
    _depth += 1
    try:
        # The trace below must not reach gradient recorders that are listening.
        with engine.suspend_trace():
            yield
    finally:
        _depth -= 1


def infer_output_spec(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Returns what `function` would return, as placeholders.

    Args:
        function: Computes with ops and layers.
        *args: Its arguments; placeholders and Tensors stand for any value of their shape.
        **kwargs: Its keyword arguments.

    Returns:
        The structure `function` returns, each Tensor a `KerasTensor` whose sizes are `None`
        where they depend on a size that is `None` in an argument.

    Example:
        >>> from pykeras_core import ops
        >>> infer_output_spec(ops.transpose, KerasTensor((None, 3))).shape
        (3, None)
    """
    leaves = tree.flatten((args, kwargs))
    unknown = any(isinstance(leaf, KerasTensor) and None in leaf.shape for leaf in leaves)
    fills = _FILLS if unknown else _FILLS[:1]
    with _inference():
        traces = [_trace(function, args, kwargs, fill) for fill in fills]
    return tree.map_structure(_merge, *traces)


def _trace(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], fill: int
) -> Any:
    def spec(leaf: Any) -> Any:
        if isinstance(leaf, KerasTensor):
            shape = tuple(fill if size is None else size for size in leaf.shape)
            return engine.Spec(shape, leaf.dtype)
        return leaf.spec if engine.is_tensor(leaf) else leaf

    program = engine.trace(
        lambda positional, named: function(*positional, **named),
        *tree.map_structure(spec, (args, kwargs)),
    )
    return program.pack([value.spec for value in program.outputs])


def _merge(*specs: Any) -> Any:
    """One placeholder from the specs of an output under each stand-in size."""
    first = specs[0]
    if first is None:
        return None
    sizes = zip(*(spec.shape for spec in specs), strict=True)
    shape = [size[0] if len(set(size)) == 1 else None for size in sizes]
    return KerasTensor(shape, dtype=first.dtype)
