"""Owns `checked`, which compares the arguments of a call with the function's annotations."""

from __future__ import annotations

import functools
import inspect
import types
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pykeras_core.checks import kinds
from pykeras_core.checks.refusal import REFUSED, Kind

__all__ = ["checked", "signature_of"]

F = TypeVar("F", bound=Callable[..., Any])


_signatures: weakref.WeakKeyDictionary[Any, inspect.Signature] = weakref.WeakKeyDictionary()


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """Returns a function's signature, which is read once and kept as long as the function.

    Args:
        function: A function; no bound method, which is made anew each time it is looked up.
    """
    found = _signatures.get(function)
    if found is None:
        found = _signatures[function] = inspect.signature(function)
    return found


class _Parameter(NamedTuple):
    name: str
    kind: Kind | None
    default: Any


class _Signature(NamedTuple):
    """What a function takes: in order, by name, and whether anything of it is checked."""

    positional: tuple[_Parameter, ...]
    by_name: dict[str, _Parameter]


def checked(function: F) -> F:
    """Makes a function check its arguments against its annotations before it runs.

    Defaults pass whatever they are. The annotations are read at the first call.

    Args:
        function: A function or method; for `__init__`, messages name the class.

    Returns:
        The function with the check in front.
    """
    signature: _Signature | None = None
    is_constructor = function.__name__ == "__init__"

    # Every op that runs eagerly comes through here: most arguments must cost next to nothing.
    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        nonlocal signature
        if signature is None:
            signature = _read(function)
        positional, by_name = signature
        if by_name:
            for place, (value, (name, kind, default)) in enumerate(
                zip(args, positional, strict=False)
            ):
                if kind is None or value is default or type(value) in kind.always:
                    continue
                owner = type(args[0]).__name__ if is_constructor else function.__name__
                accepted = kind(owner, name, value)
                if accepted is not value:
                    args = (*args[:place], accepted, *args[place + 1 :])
            for name, value in kwargs.items():
                parameter = by_name.get(name)
                if parameter is None or value is parameter.default:
                    continue
                kind = parameter.kind
                if kind is not None and type(value) not in kind.always:
                    owner = type(args[0]).__name__ if is_constructor else function.__name__
                    kwargs[name] = kind(owner, name, value)
        return function(*args, **kwargs)

    run.is_checked = True  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]  # same signature


def _read(function: Callable[..., Any]) -> _Signature:
    annotations = get_type_hints(function, include_extras=True)
    found = []
    for parameter in inspect.signature(function).parameters.values():
        variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        kind = None if variadic else _kind_of(annotations.get(parameter.name, Any))
        found.append((parameter, _Parameter(parameter.name, kind, parameter.default)))
    in_order = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return _Signature(
        tuple(ours for parameter, ours in found if parameter.kind in in_order),
        {ours.name: ours for _, ours in found if ours.kind is not None},
    )


_PLAIN = {int: kinds.integer(), float: kinds.number(), bool: kinds.flag, str: kinds.text}


def _kind_of(annotation: Any) -> Kind | None:
    """The kind that an annotation stands for; `None` if it stands for anything."""
    if annotation is Any:
        return None
    origin = get_origin(annotation)
    if origin is Annotated:
        return next((k for k in annotation.__metadata__ if isinstance(k, Kind)), None)
    if origin in (Union, types.UnionType):
        return _union(get_args(annotation))
    if origin is Literal:
        return kinds.one_of(*get_args(annotation))
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation is None or annotation is type(None):
        return Kind("None", lambda value: None if value is None else REFUSED, always=(type(None),))
    base = origin or annotation
    if base is object or not isinstance(base, type) or getattr(base, "_is_protocol", False):
        return None
    if issubclass(base, Mapping):
        return _instance(Mapping, "a dict")
    if (
        base is not bytes
        and issubclass(base, Iterable)
        and base.__module__ in ("builtins", "collections.abc")
    ):
        return _sequence(get_args(annotation) if base is tuple else ())
    return _instance(base, "a function" if base.__name__ == "Callable" else f"a `{base.__name__}`")


def _instance(cls: Any, what: str) -> Kind:
    return Kind(what, lambda value: value if isinstance(value, cls) else REFUSED, always=(cls,))


def _sequence(items: tuple[Any, ...]) -> Kind:
    """A list, tuple or the like; for `tuple[int, int]` one of two."""
    fixed = 0 if Ellipsis in items else len(items)

    def accept(value: Any) -> Any:
        if isinstance(value, str | bytes | Mapping) or not hasattr(value, "__iter__"):
            return REFUSED
        if getattr(value, "shape", (1,)) == () or (fixed and len(value) != fixed):
            return REFUSED
        return value

    return Kind(f"a tuple of {fixed}" if fixed else "a list or tuple", accept)


def _union(members: tuple[Any, ...]) -> Kind | None:
    found = [_kind_of(member) for member in members]
    if any(kind is None for kind in found):
        return None
    several = [kind for kind in found if kind is not None]

    def accept(value: Any) -> Any:
        for kind in several:
            accepted = kind.accept(value)
            if accepted is not REFUSED:
                return accepted
        return REFUSED

    advice = next((kind.advice for kind in several if kind.advice), "")
    always = set().union(*(kind.always for kind in several))
    return Kind(" or ".join(kind.what for kind in several), accept, advice, always)
