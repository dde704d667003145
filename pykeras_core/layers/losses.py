"""Owns the penalties of a layer: what `add_loss` recorded, and weight regularization."""

from __future__ import annotations

from typing import Any

from pykeras_core import engine, tree
from pykeras_core.symbolic.shape_inference import inferring

__all__ = ["LayerLosses"]


class LayerLosses:
    """The part of `Layer` that collects penalties."""

    name: str
    _layers: list[Any]
    _recorded_losses: list[Any]

    def _reset_losses(self) -> None:
        object.__setattr__(self, "_recorded_losses", [])

    def add_loss(self, loss: Any) -> None:
        """Adds a penalty to the loss; call it inside `call`.

        Args:
            loss: Scalar tensor, or a nested structure of them.

        Raises:
            ValueError: If something in it is no tensor.
        """
        for leaf in tree.flatten(loss):
            if not engine.is_tensor(leaf):
                raise ValueError(
                    f"`add_loss` of `{type(self).__name__}` '{self.name}' expected a scalar "
                    f"tensor, received {leaf!r}. Compute it with `keras.ops` inside `call`."
                )
            if not inferring():
                self._recorded_losses.append(leaf)

    def _own_losses(self) -> list[Any]:
        if engine.current_trace() is not None:
            return list(self._recorded_losses)
        # A penalty recorded while a step was traced has no value outside of it.
        return [loss for loss in self._recorded_losses if loss.array is not None]

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> list[Any]:
        """This layer and all layers inside it, each once, parents first."""
        found = {id(self): self}

        def visit(layer: Any) -> None:
            for inner in layer._tracked_layers:
                if id(inner) not in found:
                    found[id(inner)] = inner
                    if recursive:
                        visit(inner)

        visit(self)
        return [layer for layer in found.values() if include_self or layer is not self]

    @property
    def losses(self) -> list[Any]:
        """Scalar penalties: recorded ones of this layer and its sublayers, then the weights'."""
        recorded = [loss for layer in self._flatten_layers() for loss in layer._own_losses()]
        weights = self.trainable_weights  # type: ignore[attr-defined]
        return [
            *recorded,
            *(w.regularizer(w.value) for w in weights if w.regularizer is not None),
        ]

    def _clear_losses(self) -> None:
        for layer in self._flatten_layers():
            layer._recorded_losses.clear()
