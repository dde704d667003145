"""Owns how an elementwise op is made of a function of Tensors: its dtypes, name and docstring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor
from pykeras_core.engine.promotion import promote
from pykeras_core.symbolic.op_call import operation

__all__ = ["binary", "floating", "of_two", "unary"]


def floating(x: Any) -> Tensor:
    """An operand in float32."""
    return promote(x, at_least="float32")[0]


def unary(name: str, formula: str, function: Callable[[Tensor], Any]) -> Callable[[Any], Tensor]:
    """An op of one operand that works in float32."""

    def run(x: ArrayLike) -> Tensor:
        result: Tensor = function(floating(x))
        return result

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f"Elementwise {formula}; integers are cast to float32 first."
    return operation(run)


def binary(
    name: str, formula: str, function: Callable[..., Any], at_least: str = "bool"
) -> Callable[[Any, Any], Tensor]:
    """An op of two operands that broadcast and meet in one dtype."""

    def run(x1: ArrayLike, x2: ArrayLike) -> Tensor:
        result: Tensor = function(*promote(x1, x2, at_least=at_least))
        return result

    return of_two(name, formula, run)


def of_two(
    name: str, formula: str, function: Callable[[Any, Any], Tensor]
) -> Callable[[Any, Any], Tensor]:
    """An op of a function of two operands that broadcasts and promotes by itself."""

    def run(x1: ArrayLike, x2: ArrayLike) -> Tensor:
        return function(x1, x2)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f"Elementwise {formula}, with broadcasting and type promotion."
    return operation(run)
