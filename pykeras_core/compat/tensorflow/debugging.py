"""`tf.debugging`: checks of values, which look at those that are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core import ops
from pykeras_core.symbolic.strings import is_text

__all__ = [
    "Assert",
    "assert_all_finite",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_non_negative",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "assert_shapes",
    "assert_type",
    "check_numerics",
    "enable_check_numerics",
    "is_numeric_tensor",
    "set_log_device_placement",
]


def _values(*given: Any) -> list[Any] | None:
    """The values as arrays, None where a traced step does not know one yet."""
    if any(getattr(one, "array", one) is None for one in given):
        return None
    return [np.asarray(one if is_text(one) else ops.convert_to_tensor(one)) for one in given]


def _check(
    name: str, test: Callable[..., Any], relation: str, given: tuple[Any, ...], message: Any
) -> None:
    arrays = _values(*given)
    if arrays is not None and not np.all(test(*arrays)):
        shown = f" {relation} ".join(np.array2string(array, threshold=10) for array in arrays)
        wanted = shown if len(arrays) > 1 else f"{relation}, received {shown}"
        raise ValueError(f"`{name}`: {f'{message}. ' if message else ''}expected {wanted}")


def Assert(condition: Any, data: Any = None, summarize: Any = None, name: Any = None) -> None:
    """Raises where a known condition does not hold.

    Raises:
        ValueError: With `data`, if it does not.
    """
    arrays = _values(condition)
    if arrays is not None and not np.all(arrays[0]):
        raise ValueError(f"`Assert`: the condition does not hold: {data}")


def assert_equal(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: Any = None
) -> None:
    """Raises a `ValueError` unless all elements are equal."""
    _check("assert_equal", np.equal, "==", (x, y), message)


def assert_none_equal(
    x: Any, y: Any, summarize: Any = None, message: Any = None, name: Any = None
) -> None:
    """Raises a `ValueError` if elements are equal."""
    _check("assert_none_equal", np.not_equal, "!=", (x, y), message)


def assert_greater(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: Any = None
) -> None:
    """Raises a `ValueError` unless all elements are greater."""
    _check("assert_greater", np.greater, ">", (x, y), message)


def assert_greater_equal(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: Any = None
) -> None:
    """Raises a `ValueError` unless all elements are greater or equal."""
    _check("assert_greater_equal", np.greater_equal, ">=", (x, y), message)


def assert_less(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: Any = None
) -> None:
    """Raises a `ValueError` unless all elements are less."""
    _check("assert_less", np.less, "<", (x, y), message)


def assert_less_equal(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: Any = None
) -> None:
    """Raises a `ValueError` unless all elements are less or equal."""
    _check("assert_less_equal", np.less_equal, "<=", (x, y), message)


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    message: Any = None,
    summarize: Any = None,
    name: Any = None,
) -> None:
    """Raises a `ValueError` unless all elements are nearly equal, to ten roundings by default."""
    near = 10 * float(np.finfo(np.float32).eps)
    relative, absolute = (near if tol is None else float(tol) for tol in (rtol, atol))

    def test(a: Any, b: Any) -> Any:
        return np.abs(a - b) <= absolute + relative * np.abs(b)

    _check("assert_near", test, "~", (x, y), message)


def assert_non_negative(
    x: Any, message: Any = None, summarize: Any = None, name: Any = None
) -> None:
    """Raises a `ValueError` if an element is below 0."""
    _check("assert_non_negative", lambda a: a >= 0, "elements of 0 or more", (x,), message)


def assert_positive(x: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
    """Raises a `ValueError` if an element is 0 or below."""
    _check("assert_positive", lambda a: a > 0, "elements above 0", (x,), message)


def assert_all_finite(x: Any, message: Any = None, name: Any = None) -> Any:
    """Returns the tensor; raises a `ValueError` if an element is infinite or NaN."""
    _check("assert_all_finite", np.isfinite, "finite elements", (x,), message)
    return x


def check_numerics(tensor: Any, message: Any, name: Any = None) -> Any:
    """Returns the tensor; raises a `ValueError` if an element is infinite or NaN."""
    return assert_all_finite(tensor, message)


def assert_rank(x: Any, rank: Any, message: Any = None, name: Any = None) -> None:
    """Raises a `ValueError` unless a tensor has so many axes."""
    if len(x.shape) != int(rank):
        raise ValueError(
            f"`assert_rank`: {message or ''} expected {int(rank)} axes, received shape {x.shape}"
        )


def assert_shapes(shapes: Any, data: Any = None, message: Any = None, name: Any = None) -> None:
    """Raises a `ValueError` unless tensors have shapes in which letters are of one size each."""
    sizes: dict[Any, int] = {}
    for tensor, wanted in dict(shapes).items() if isinstance(shapes, dict) else shapes:
        wanted = tuple(wanted) if isinstance(wanted, list | tuple | str) else (wanted,)
        fits = len(wanted) == len(tensor.shape) and all(
            size == (want if isinstance(want, int) else sizes.setdefault(want, size))
            for want, size in zip(wanted, tensor.shape, strict=True)
            if want is not None
        )
        if not fits:
            raise ValueError(
                f"`assert_shapes`: {message or ''} expected {wanted}, received {tensor.shape}"
            )


def assert_type(tensor: Any, tf_type: Any, message: Any = None, name: Any = None) -> None:
    """Raises a `TypeError` unless a tensor has this dtype."""
    if tensor.dtype != tf_type:
        raise TypeError(f"`assert_type`: {message or ''} expected {tf_type}, got {tensor.dtype}")


def is_numeric_tensor(tensor: Any) -> bool:
    """Returns whether it is a tensor of numbers."""
    return getattr(tensor, "dtype", None) in ("float32", "int32", "uint32", "uint8")


def enable_check_numerics(*args: Any, **kwargs: Any) -> None:
    """Does nothing: a loss that becomes NaN is noticed by `fit`."""


def set_log_device_placement(enabled: bool) -> None:
    """Does nothing: there is one device."""
