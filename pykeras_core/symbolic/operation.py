"""Owns `Operation`: what layers and ops have in common when wired into a functional model."""

from __future__ import annotations

from typing import Any

from pykeras_core import tree
from pykeras_core.checks import checked, signature_of
from pykeras_core.naming import auto_name
from pykeras_core.symbolic.keras_tensor import Node, any_symbolic_tensors
from pykeras_core.symbolic.shape_inference import infer_output_spec

__all__ = ["Operation"]

_PLAIN_TYPES = (str, int, float, bool, type(None))


class Operation:
    """Something that is called on tensors and can be a step of a functional model.

    Args:
        name: Default: the class name in snake case, numbered from the second on.

    Raises:
        ValueError: If `name` is no string or contains `/`.
    """

    _auto_config: dict[str, Any] | None

    # Constructor arguments that `get_config` of the base classes writes down.
    _written_by_bases: frozenset[str] = frozenset(["name"])

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Notes the constructor's arguments, for classes without a `get_config` of their own."""
        instance = super().__new__(cls)
        object.__setattr__(instance, "_inbound_nodes", [])
        object.__setattr__(instance, "_outbound_nodes", [])
        object.__setattr__(instance, "_auto_config", _constructor_config(cls, args, kwargs))
        return instance

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = auto_name(type(self).__name__)
        if not isinstance(name, str) or "/" in name:
            raise ValueError(
                f"The `name` of a {type(self).__name__} must be a string without '/', "
                f"received {name!r}."
            )
        self.name = name
        self._inbound_nodes: list[Node] = []
        self._outbound_nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs `call` on tensors, or records a step of a model on placeholders."""
        if any_symbolic_tensors(args, kwargs):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Computes the outputs; subclasses write it."""
        raise NotImplementedError(f"{type(self).__name__} has no `call()` method. Write one.")

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Returns placeholders for the outputs and records the call.

        Args:
            *args: Arguments of `call`, placeholders among them.
            **kwargs: Its keyword arguments.

        Returns:
            Nested structure of `KerasTensor`.
        """
        outputs = self.compute_output_spec(*args, **kwargs)
        Node(self, call_args=args, call_kwargs=kwargs, outputs=outputs)
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Returns placeholders with the shapes and dtypes that `call` would return."""
        return infer_output_spec(self.call, *args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict.

        A subclass that takes arguments other than numbers, strings and bools writes its own:
        `return {**super().get_config(), "units": self.units}`.

        Raises:
            NotImplementedError: If a subclass needs to write it and has not.
        """
        config: dict[str, Any] = {"name": self.name}
        if _has_own_get_config(type(self)):
            return config
        if self._auto_config is None:
            raise NotImplementedError(
                f"{type(self).__name__} takes arguments that cannot be written down "
                "automatically. Give it a `get_config()` that returns "
                "`{**super().get_config(), ...}` with each constructor argument."
            )
        parameters = signature_of(type(self).__init__).parameters
        takes_kwargs = any(p.kind == p.VAR_KEYWORD for p in parameters.values())
        if "name" not in parameters and not takes_kwargs:
            config = {}
        return {**config, **self._auto_config}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes an operation from `get_config()`'s dict.

        Args:
            config: The constructor's arguments.

        Returns:
            A new operation, without weights.

        Raises:
            TypeError: If the constructor refuses the arguments.
        """
        try:
            return cls(**config)
        except TypeError as error:
            raise TypeError(
                f"{cls.__name__} cannot be made from the configuration {config}: {error}. "
                "Check that its `__init__` takes every key (`**kwargs` passed to `super()` takes "
                "the base ones)."
            ) from error

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds: not the calls, which belong to the models around it."""
        state = dict(vars(self))
        del state["_inbound_nodes"], state["_outbound_nodes"]
        return state

    @property
    def input(self) -> Any:
        """The placeholder (or list of them) of the first symbolic call."""
        return self._of_first_call("input_tensors", "input")

    @property
    def output(self) -> Any:
        """The placeholder (or list of them) that the first symbolic call returned."""
        return self._of_first_call("output_tensors", "output")

    def _of_first_call(self, attribute: str, wanted: str) -> Any:
        if not self._inbound_nodes:
            raise AttributeError(
                f"`{type(self).__name__}` '{self.name}' has not been called on an `Input` yet, so "
                f"it has no {wanted}. Call it on a `keras.Input(...)` first."
            )
        tensors = getattr(self._inbound_nodes[0], attribute)
        return tensors[0] if len(tensors) == 1 else tensors


def _has_own_get_config(cls: type) -> bool:
    """Whether a class outside of this package's bases writes `get_config`."""
    owner = next(base for base in cls.__mro__ if "get_config" in vars(base))
    return not getattr(owner.get_config, "_is_base", False)  # type: ignore[attr-defined]


Operation.get_config._is_base = True  # type: ignore[attr-defined]


def _constructor_config(
    cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any] | None:
    """The constructor's arguments by name; `None` if some are no plain values."""
    signature = signature_of(cls.__init__)  # type: ignore[misc]
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError:
        return None  # the constructor itself is about to raise, with the better message
    bound.apply_defaults()
    written: frozenset[str] = cls._written_by_bases  # type: ignore[attr-defined]
    config: dict[str, Any] = {}
    for index, (name, parameter) in enumerate(signature.parameters.items()):
        if index == 0 or name in written:
            continue
        value = bound.arguments[name]
        if parameter.kind == parameter.VAR_KEYWORD:
            config.update({key: item for key, item in value.items() if key not in written})
        elif parameter.kind in (parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY):
            if value or parameter.kind == parameter.POSITIONAL_ONLY:
                return None
        else:
            config[name] = value
    if all(isinstance(leaf, _PLAIN_TYPES) for leaf in tree.flatten(config)):
        return config
    return None
