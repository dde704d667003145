"""Gradients of one's own, and derivatives along a direction."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from pykeras_core.checks import Arrays, checked
from pykeras_core.engine import GradientTape, Tensor, convert_to_tensor, is_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.ops.reduction import sum
from pykeras_core.symbolic.op_call import operation

__all__ = ["custom_gradient", "jvp"]


class _Gradient:
    """What a program's text shows for a gradient that a user wrote."""

    def __init__(self, function: Callable[..., Any], name: str, count: int) -> None:
        self.function, self.name, self.count = function, name, count

    def __repr__(self) -> str:
        return f"<gradient of {self.name}>"

    def __call__(self, upstream: Tensor) -> tuple[Any, ...]:
        found = self.function(upstream)
        found = tuple(found) if isinstance(found, list | tuple) else (found,)
        if len(found) != self.count:
            raise ValueError(
                f"the gradient function of `{self.name}` expected to return {self.count} "
                f"gradients, one for each Tensor it takes, returned {len(found)}"
            )
        return found


@checked
def custom_gradient(f: Callable[..., Any]) -> Callable[..., Tensor]:
    """Gives a function a gradient of its own.

    Args:
        f: Takes Tensors and returns a pair: its value, one Tensor, and a function from the
            value's cotangent to the operands' (one Tensor, or a tuple of them).

    Returns:
        A function of the same arguments that returns the value.

    Raises:
        TypeError: When it is called, if `f` does not return such a pair.

    Example:
        >>> from pykeras_core import ops
        >>> reverse = ops.custom_gradient(lambda x: (x, lambda upstream: -upstream))
        >>> reverse(ops.array(3.0)).item()
        3.0
    """

    @functools.wraps(f)
    def run(*args: Any, **kwargs: Any) -> Tensor:
        operands = [convert_to_tensor(x) for x in args]
        result = f(*operands, **kwargs)
        if not isinstance(result, tuple) or len(result) != 2 or not callable(result[1]):
            raise TypeError(
                "`custom_gradient` expected its function to return a pair: a Tensor, and a "
                f"function that takes its gradient; received {type(result).__name__}"
            )
        value = result[0]
        if not is_tensor(value):
            value = convert_to_tensor(value)
        gradient = _Gradient(result[1], getattr(f, "__name__", "function"), len(operands))
        return p.custom_gradient(p.stop_gradient(value), *operands, gradient=gradient)

    return run


@operation
def jvp(fun: Callable[..., Any], primals: Arrays, tangents: Arrays, has_aux: bool = False) -> Any:
    """A function's value and its derivative along a direction, by differentiating twice.

    Args:
        fun: Takes float32 Tensors, returns one (with `has_aux`, a pair of it and anything else).
        primals: Where: a tuple of Tensors.
        tangents: The direction: Tensors of the same shapes.
        has_aux: Whether `fun` returns a pair.

    Returns:
        Value and derivative, and what else `fun` returned.

    Raises:
        ValueError: If primals and tangents differ in number or shape.
    """
    points = [convert_to_tensor(x, "float32") for x in primals]
    steps = [convert_to_tensor(x, "float32") for x in tangents]
    if [x.shape for x in points] != [x.shape for x in steps]:
        raise ValueError(
            f"`jvp` expected tangents of the primals' shapes {[x.shape for x in points]}, received "
            f"{[x.shape for x in steps]}"
        )
    with GradientTape() as outer:
        with GradientTape() as inner:
            inner.watch(points)
            result = fun(*points)
            value = convert_to_tensor(result[0] if has_aux else result)
        # The gradient is linear in what flows back, so its own gradient by that is the answer.
        upstream = p.broadcast_to(p.constant(1.0, "float32"), shape=value.shape)
        outer.watch(upstream)
        gradients = inner.gradient(value, points, output_gradients=upstream)
        total: Any = convert_to_tensor(0.0)
        for gradient, step in zip(gradients, steps, strict=True):
            if gradient is not None:
                total = total + sum(gradient * step)
    derivative = outer.gradient(total, upstream)
    if derivative is None:
        derivative = p.multiply(upstream, 0.0)
    return (value, derivative, result[1]) if has_aux else (value, derivative)
