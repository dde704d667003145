"""NumPy's functions on Tensors: `np.exp(tensor)`, `np.mean(tensor, axis=0)` (NEP 13, NEP 18).

NumPy asks the class of its arguments to compute. What can be traced signs up with `answers_numpy`
under the name that NumPy has for it; what nobody has signed up for runs on the elements, as far
as they are known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pykeras_core.checks import signature_of
from pykeras_core.engine.tensor import Operators, Tensor
from pykeras_core.tree import map_structure

__all__ = ["answers_numpy", "on_function", "on_ufunc"]

Function = TypeVar("Function", bound=Callable[..., Any])

_answers: dict[str, Callable[..., Any]] = {}

_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}

# What NumPy calls an argument of which the function of the same name here has another name.
_ARGUMENTS = {
    "clip": {"a_min": "x_min", "a_max": "x_max", "min": "x_min", "max": "x_max"},
    "reshape": {"shape": "newshape"},
}
# Functions that share no more than their name with one here.
_UNRELATED = ("cond", "fft", "fft2", "ifft2", "irfft", "lstsq", "resize", "result_type", "rfft")


def answers_numpy(function: Function, name: str | None = None) -> Function:
    """Sign a function up as what NumPy's function of this name, or its own, does on Tensors."""
    _answers[name or function.__name__] = function
    return function


def on_ufunc(ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """What a ufunc, or a method of it, gives where Tensors are among its operands.

    Raises:
        TypeError: If it would write to a Tensor, or a symbolic one meets what cannot be traced.
    """
    name = ufunc.__name__
    if any(isinstance(target, Operators) for target in kwargs.get("out", ())):
        raise TypeError(f"NumPy's {name!r} cannot write to a Tensor, which never changes")
    if method == "__call__" and not kwargs and name in _answers:
        return _answers[name](*inputs)
    reduction = _answers.get(_REDUCTIONS.get(name, ""))
    if method == "reduce" and reduction is not None and kwargs.keys() <= {"axis", "keepdims"}:
        return reduction(*inputs, **{"axis": 0, **kwargs})
    return getattr(ufunc, method)(*(_concrete(name, value) for value in inputs), **kwargs)


def on_function(func: Any, args: Any, kwargs: Any) -> Any:
    """What a function of NumPy gives where Tensors are among its arguments.

    Raises:
        TypeError: If a symbolic Tensor meets what cannot be traced.
    """
    name = func.__name__
    answer = None if name in _UNRELATED else _answers.get(name)
    renamed = {_ARGUMENTS.get(name, {}).get(key, key): kwargs[key] for key in kwargs}
    if answer is not None and _accepts(answer, args, renamed):
        return answer(*args, **renamed)
    args, kwargs = map_structure(lambda leaf: _concrete(name, leaf), (args, kwargs))
    return func(*args, **kwargs)


def _accepts(function: Callable[..., Any], args: Any, kwargs: Any) -> bool:
    """Whether a function has the arguments that its NumPy namesake was called with."""
    try:
        signature_of(function).bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def _concrete(name: str, value: Any) -> Any:
    """An operand for plain NumPy; a symbolic Tensor cannot be one."""
    if isinstance(value, Tensor) and value.array is None:
        raise TypeError(
            f"NumPy's {name!r}, called with these arguments, has no counterpart in `keras.ops`, "
            "so it cannot be traced. Write it with functions of `keras.ops`, or compile with "
            "`run_eagerly=True`."
        )
    return value.numpy() if isinstance(value, Operators) else value
