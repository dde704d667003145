"""Owns `LayerStateless`: calling a layer as a function of the values of its variables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pykeras_core import engine

__all__ = ["LayerStateless"]


class LayerStateless:
    """The part of `Layer` that is called without side effects."""

    name: str
    built: bool
    call: Callable[..., Any]
    losses: Any
    trainable_variables: Any
    non_trainable_variables: Any

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Runs the layer with other values in the place of its variables, which stay as they are.

        Args:
            trainable_variables: A value for each of `trainable_variables`.
            non_trainable_variables: A value for each of `non_trainable_variables`.
            *args: Arguments of the call.
            return_losses: Whether to return the losses of this call too.
            **kwargs: Its keyword arguments.

        Returns:
            The outputs, and the new values of the non-trainable variables; with
            `return_losses`, a list of losses as well.

        Raises:
            ValueError: If the layer is not built, or the numbers of values do not fit.

        Example:
            >>> import numpy as np
            >>> from pykeras_core.layers import Dense
            >>> layer = Dense(1)
            >>> layer.build((None, 2))
            >>> outputs, _ = layer.stateless_call([np.ones((2, 1)), [3.0]], [], np.ones((1, 2)))
            >>> outputs.tolist()
            [[5.0]]
        """
        if not self.built:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' has no variables yet. Build it before "
                "`stateless_call`: call it on data, or call `build(input_shape)`."
            )
        mapping = [
            *self._values_for("trainable_variables", trainable_variables),
            *self._values_for("non_trainable_variables", non_trainable_variables),
        ]
        with engine.StatelessScope(mapping, collect_losses=return_losses) as scope:
            outputs = self(*args, **kwargs)  # type: ignore[operator]  # a layer is called
            losses = list(self.losses) if return_losses else None
        found = [scope.get_current_value(variable) for variable in self.non_trainable_variables]
        return (outputs, found) if losses is None else (outputs, found, losses)

    def _values_for(self, argument: str, values: Sequence[Any]) -> list[tuple[Any, Any]]:
        variables = getattr(self, argument)
        if len(values) != len(variables):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected `{argument}` with a value for "
                f"each of {[variable.path for variable in variables]}, received {len(values)}."
            )
        return list(zip(variables, values, strict=True))
