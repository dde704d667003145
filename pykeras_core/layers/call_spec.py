"""Owns what one call of a layer was given: its arguments by name, its tensors, their shapes.

Also owns the stack of running calls, through which `training` reaches inner layers.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from pykeras_core import engine, tree
from pykeras_core.symbolic.keras_tensor import KerasTensor, standardize_shape
from pykeras_core.symbolic.strings import StringTensor

__all__ = ["CallSpec", "align_shapes", "inside_call", "is_tensor_like", "running_call"]


def is_tensor_like(x: Any, allow_none: bool = False) -> bool:
    """Returns whether `x` is a tensor, a variable or a placeholder (or, if allowed, `None`)."""
    known = engine.is_tensor(x) or isinstance(x, KerasTensor | StringTensor)
    return known or (allow_none and x is None)


class CallSpec:
    """The arguments of one `Layer.__call__`, bound to the signature of `call`.

    Args:
        signature: Signature of the layer's `call`.
        args: Positional arguments.
        kwargs: Keyword arguments; `training` is taken out of it if `call` does not accept it.
        owner: The layer, for messages.

    Raises:
        TypeError: If the arguments do not fit the signature.
        ValueError: If a nested argument mixes tensors with other things.
    """

    def __init__(
        self,
        signature: inspect.Signature,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        owner: Any,
    ) -> None:
        given: dict[str, Any] = {}
        if "training" in kwargs and "training" not in signature.parameters:
            given["training"] = kwargs.pop("training")
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(
                f"`{type(owner).__name__}` '{owner.name}' cannot be called like this: {error}. "
                f"`call` takes {signature}."
            ) from None
        self.user_arguments = {**given, **bound.arguments}
        bound.apply_defaults()
        self.bound = bound
        self.arguments: dict[str, Any] = dict(bound.arguments)
        self.tensor_arguments = {
            name: value
            for name, value in self.arguments.items()
            if _holds_tensors(name, value, owner)
        }
        self.first_arg = next(iter(self.arguments.values()), None)

    def shapes(self) -> dict[str, Any]:
        """Returns the tensors' shapes by `<argument>_shape`, masks left out."""
        return {
            f"{name}_shape": tree.map_structure(_shape_or_none, value)
            for name, value in self.tensor_arguments.items()
            if name not in ("mask", "args", "kwargs")
        }


def _holds_tensors(name: str, value: Any, owner: Any) -> bool:
    if not tree.is_nested(value):
        return is_tensor_like(value)
    leaves = tree.flatten(value)
    if not any(is_tensor_like(leaf) for leaf in leaves):
        return False
    if all(is_tensor_like(leaf, allow_none=True) for leaf in leaves):
        return True
    if name in ("args", "kwargs"):
        return False
    raise ValueError(
        f"`{type(owner).__name__}` '{owner.name}' received tensors mixed with other values in "
        f"`{name}`: {value}. Pass arrays in nested arguments."
    )


def _shape_or_none(x: Any) -> Any:
    return None if x is None else standardize_shape(x.shape)


def align_shapes(
    function: Callable[..., Any], shapes: dict[str, Any], spec: CallSpec, owner: Any
) -> dict[str, Any]:
    """Returns the keyword arguments to call `build` or `compute_output_shape` with.

    A function of one argument gets the first shape; one of several gets each by name, so that
    `build(self, query_shape, value_shape)` goes with `call(self, query, value)`.

    Args:
        function: The method.
        shapes: What `CallSpec.shapes` returned.
        spec: The call.
        owner: The layer, for messages.

    Returns:
        Shapes by argument name.

    Raises:
        ValueError: If a name of several does not match an argument of `call`.
    """
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(function).parameters
    names = [name for name, parameter in parameters.items() if parameter.kind not in kinds]
    if len(names) == 1:
        return {names[0]: next(iter(shapes.values()), None)}
    for name in names:
        if not name.endswith("_shape") or name.removesuffix("_shape") not in spec.arguments:
            raise ValueError(
                f"`{type(owner).__name__}.{function.__name__}` takes {names}; with several "
                "arguments, each must be an argument of `call` plus `_shape`, "
                f"but {name!r} is not. `call` takes {list(spec.arguments)}."
            )
    return {name: shapes[name] for name in names if name in shapes}


class RunningCall:
    """A layer call in progress."""

    def __init__(self, training: Any) -> None:
        self.training = training


_running: list[RunningCall] = []


def running_call() -> RunningCall | None:
    """Returns the innermost layer call in progress, or `None`."""
    return _running[-1] if _running else None


@contextlib.contextmanager
def inside_call(training: Any) -> Iterator[None]:
    """Marks a layer call as in progress; layers called inside inherit `training`."""
    _running.append(RunningCall(training))
    try:
        yield
    finally:
        _running.pop()
