"""Owns `operation`, which makes a public op of a function, and `OpCall`, its step of a model.

In a model's file Keras writes an op as a class, `Mean` for `mean`, with some of its arguments as
the configuration and the others as arguments of the call. `op_forms.txt` says which.
"""

from __future__ import annotations

import functools
import importlib.resources
import inspect
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np

from pykeras_core.checks import checked, signature_of
from pykeras_core.engine import Tensor, Variable
from pykeras_core.engine.numpy_calls import answers_numpy
from pykeras_core.symbolic import registry
from pykeras_core.symbolic.keras_tensor import KerasTensor, any_symbolic_tensors
from pykeras_core.symbolic.operation import Operation

__all__ = ["OpCall", "alias", "class_from_name", "operation", "record"]

Function = TypeVar("Function", bound=Callable[..., Any])


class OpForm(NamedTuple):
    """How Keras writes an op: the module and name of its class, and what configures it."""

    module: str
    class_name: str
    configuration: tuple[str, ...]


@functools.cache
def _forms() -> dict[str, OpForm]:
    """The forms of ops by the op's name."""
    file = importlib.resources.files("pykeras_core.symbolic").joinpath("op_forms.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {row[0]: OpForm(row[1], row[2], tuple(row[3:])) for row in rows}


class OpCall(Operation):
    """An op as a step of a functional model; `record` makes a subclass for each op.

    Args:
        name: Default: the class name in snake case, numbered from the second on.
        **configuration: The arguments that Keras writes as the op's configuration.

    Attributes:
        function: The op.
        form: How Keras writes it; None for an op that Keras does not have.
    """

    function: ClassVar[Callable[..., Any]]
    form: ClassVar[OpForm | None] = None

    def __reduce__(self) -> Any:
        return _call_of, (type(self).function.__name__,), self.__getstate__()

    def __init__(self, name: str | None = None, **configuration: Any) -> None:
        super().__init__(name=name)
        self.configuration = configuration

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the op.

        Raises:
            TypeError: The op does not take such arguments.
        """
        if type(self).function is registry.OPS["get_item"] and isinstance(args[1], list):
            args = (args[0], tuple(args[1]))  # JSON has no tuples
        given = self._arguments(args, {**self.configuration, **kwargs})
        return type(self).function(*given.args, **given.kwargs)

    def _arguments(self, args: tuple[Any, ...], named: dict[str, Any]) -> inspect.BoundArguments:
        """What the op takes, of the call's positional arguments and all others by name."""
        signature = signature_of(type(self).function)
        bound = signature.bind_partial()
        rest = list(args)
        for name, parameter in signature.parameters.items():
            if name in named:
                bound.arguments[name] = named.pop(name)
            elif parameter.kind == parameter.VAR_POSITIONAL:
                bound.arguments[name], rest = tuple(rest), []
            elif rest and parameter.kind != parameter.VAR_KEYWORD:
                bound.arguments[name] = rest.pop(0)
        # What Keras has beyond our op does no harm while it asks for nothing.
        beyond = sorted(name for name, value in named.items() if value)
        if rest or beyond:
            what = ", ".join(f"`{name}`" for name in beyond) or f"{len(rest)} more arguments"
            raise TypeError(f"`{type(self).function.__name__}` of '{self.name}' takes no {what}")
        return signature.bind(*bound.args, **bound.kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the op's configuration as a dict.

        Raises:
            ValueError: Keras has no such op, so that no file can name it.
        """
        if self.form is None:
            raise ValueError(
                f"the model cannot be written down: `{type(self).function.__name__}` "
                f"('{self.name}') is no op of Keras. Put it into a layer of your own and register "
                "that."
            )
        return {"name": self.name, **self.configuration}


@functools.cache
def _class_of(function: Callable[..., Any]) -> type[OpCall]:
    """The class that stands for an op."""
    form = _forms().get(function.__name__)
    name = form.class_name if form else function.__name__
    attributes = {"function": staticmethod(function), "form": form, "__doc__": function.__doc__}
    cls: type[OpCall] = type(name, (OpCall,), attributes)
    return cls


def _call_of(name: str) -> OpCall:
    """A call of the op of a name, for a copy or a pickle to fill."""
    cls = _class_of(registry.OPS[name])
    call: OpCall = cls.__new__(cls)
    return call


def class_from_name(module: str, class_name: str) -> type[OpCall] | None:
    """The class that stands for an op in a file.

    Args:
        module: Keras's module, `keras.src.ops.numpy`, or `keras.src.ops` for any of them.
        class_name: The class there, `Mean`.

    Returns:
        The class; None if Keras or this package has no such op.
    """
    for name, form in _forms().items():
        inside = form.module == module or form.module.startswith(f"{module}.")
        if inside and form.class_name == class_name and name in registry.OPS:
            return _class_of(registry.OPS[name])
    return None


def record(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Records an op on placeholders as a step of the model they belong to.

    Args:
        function: The op.
        args: Its arguments, placeholders among them.
        kwargs: Its keyword arguments.

    Returns:
        Placeholders for its results.

    Raises:
        TypeError: The op does not take such arguments.
    """
    bound = signature_of(function).bind(*args, **kwargs)
    bound.apply_defaults()
    parameters = bound.signature.parameters
    cls = _class_of(function)
    names = set(cls.form.configuration) if cls.form else set()
    configuration: dict[str, Any] = {}
    call_args: list[Any] = []
    call_kwargs: dict[str, Any] = {}
    wanted = 0  # up to here call arguments differ from their defaults
    for name, value in bound.arguments.items():
        kind = parameters[name].kind
        if kind == inspect.Parameter.VAR_POSITIONAL:
            call_args += value
            wanted = len(call_args)
        elif kind == inspect.Parameter.VAR_KEYWORD:
            call_kwargs |= value
        elif name in names and not any_symbolic_tensors(value):
            configuration[name] = value
        elif name in names:
            call_kwargs[name] = value
        else:
            call_args.append(value)
            if value is not parameters[name].default:
                wanted = len(call_args)
    return cls(**configuration)(*call_args[:wanted], **call_kwargs)


_HOLD_NONE = frozenset([Tensor, Variable, np.ndarray, bool, int, float, str, type(None)])
"""Types that neither are placeholders nor hold any; asked for first, since most are of these."""


def _any_placeholder(items: Iterable[Any]) -> bool:
    """Whether a placeholder is among items or inside of them; every call of an op asks."""
    for item in items:
        if type(item) in _HOLD_NONE:
            continue
        if isinstance(item, KerasTensor):
            return True
        if isinstance(item, (list, tuple)):
            if _any_placeholder(item):
                return True
        elif isinstance(item, dict) and _any_placeholder(item.values()):
            return True
    return False


def operation(function: Function, name: str | None = None) -> Function:
    """Makes a public op of a function: placeholders record it instead of running it.

    Args:
        function: Computes on Tensors.
        name: The op's name; default the function's.

    Returns:
        The op. It is found by its name from now on: by placeholders' operators, by model files,
        and by NumPy's functions called on Tensors. Its arguments are checked against its
        annotations.
    """
    compute = checked(function)

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if _any_placeholder(args) or (kwargs and _any_placeholder(kwargs.values())):
            return record(run, args, kwargs)
        return compute(*args, **kwargs)

    run.__name__ = run.__qualname__ = name or function.__name__
    registry.add(run.__name__, run)
    answers_numpy(run)
    return run  # type: ignore[return-value]  # same signature


def alias(name: str, op: Function) -> Function:
    """Returns an op under another name: an op of its own where Keras has a class for it."""
    if name in _forms():
        own: Function = operation(inspect.unwrap(op), name)
        return own
    registry.add(name, op)
    return answers_numpy(op, name)
