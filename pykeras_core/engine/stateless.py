"""Computing with values in the place of variables: nothing that is computed changes one.

This module owns `StatelessScope`. Inside of it a variable reads as the value that the scope
holds for it, and an assignment changes the scope, so a function that reads and assigns
variables becomes a function from values to values.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any

from pykeras_core.checks import checked, refuse
from pykeras_core.engine.program import VariableLike
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import convert_to_tensor

__all__ = ["StatelessScope", "innermost_scope", "scoped_value"]


class StatelessScope:
    """Lets variables read as given values, and keeps what is assigned to them.

    Args:
        state_mapping: Pairs of a variable and the value it reads as; a variable that is not
            among them reads as it is.
        collect_losses: Whether `losses` lists what is handed to `add_loss`.
        initialize_variables: Accepted as in Keras; variables made inside have their values.

    Raises:
        ValueError: If a pair holds no variable, or a value of another shape.

    Example:
        >>> import pykeras_core as keras
        >>> count = keras.Variable(1.0)
        >>> with keras.StatelessScope([(count, 5.0)]) as scope:
        ...     count = count.assign_add(2.0)
        >>> scope.get_current_value(count).item(), count.numpy().item()
        (7.0, 1.0)
    """

    @checked
    def __init__(
        self,
        state_mapping: Iterable[tuple[Any, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        self.state_mapping: dict[int, tuple[VariableLike, Tensor]] = {}
        for pair in () if state_mapping is None else state_mapping:
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise refuse("StatelessScope", "state_mapping", "pairs", pair)
            variable, value = pair
            spec = getattr(variable, "spec", None)
            if spec is None or not hasattr(variable, "assign"):
                raise ValueError(
                    "`StatelessScope` expected `state_mapping` as pairs of a `Variable` and a "
                    f"value, received {variable!r} as a variable."
                )
            tensor = convert_to_tensor(value, spec.dtype)
            if tensor.shape != spec.shape:
                raise ValueError(
                    f"`StatelessScope` expected a value of shape {spec.shape} for variable "
                    f"{variable.path!r}, received shape {tensor.shape}."
                )
            self.add_update((variable, tensor))

    def __enter__(self) -> StatelessScope:
        """Opens the scope."""
        _scopes.append(self)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes the scope."""
        _scopes.remove(self)

    def add_loss(self, loss: Any) -> None:
        """Keeps a loss, if the scope collects them."""
        if self.collect_losses:
            self.losses.append(loss)

    def add_update(self, update: tuple[VariableLike, Any]) -> None:
        """Lets a variable read as a value from here on; `update` is the pair of them."""
        variable, value = update
        self.state_mapping[id(variable)] = (variable, value)

    def get_current_value(self, variable: VariableLike) -> Tensor | None:
        """Returns what a variable reads as in this scope; None if the scope says nothing."""
        return self.state_mapping.get(id(variable), (variable, None))[1]


_scopes: list[StatelessScope] = []


def innermost_scope() -> StatelessScope | None:
    """The scope that assignments go to; None outside of any."""
    return _scopes[-1] if _scopes else None


def scoped_value(variable: VariableLike) -> Tensor | None:
    """What the innermost scope that has a value for a variable lets it read as, or None."""
    for scope in reversed(_scopes):
        value = scope.get_current_value(variable)
        if value is not None:
            return value
    return None
