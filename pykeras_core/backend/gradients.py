"""Owns `K.gradients`: gradients between placeholders, as programs of Keras 2 ask for them."""

from __future__ import annotations

from typing import Any

from pykeras_core import engine, tree
from pykeras_core.engine import Tensor, Variable
from pykeras_core.symbolic.function import Function
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.operation import Operation

__all__ = ["gradients"]


def gradients(loss: Any, variables: Any) -> Any:
    """The gradients of a placeholder, whose elements are added up, for `K.function` to compute.

    Args:
        loss: Placeholder, such as `K.mean(model.output)`.
        variables: What to differentiate by: placeholders that it is computed from, such as
            `model.input`, or weights; or a list of them.

    Returns:
        A list of placeholders, one for each of `variables`.

    Raises:
        TypeError: If `loss` is no placeholder, or one of `variables` is neither a placeholder nor
            a weight.

    Example:
        >>> import pykeras_core as keras
        >>> x = keras.Input((2,))
        >>> (slope,) = gradients(keras.ops.square(x), x)
        >>> keras.backend.function([x], slope)([[[1.0, 3.0]]]).tolist()
        [[2.0, 6.0]]
    """
    sources = tree.flatten(variables)
    if not isinstance(loss, KerasTensor):
        raise TypeError(
            f"`gradients` expected a placeholder as `loss`, received {loss!r}. Of values, take "
            "gradients with `with tf.GradientTape() as tape:` and `tape.gradient`."
        )
    for one in sources:
        if not isinstance(one, (KerasTensor, Variable)):
            raise TypeError(
                "`gradients` expected placeholders or weights as `variables`, received "
                f"{type(one).__name__}"
            )
    by = [one for one in sources if isinstance(one, KerasTensor)]
    given = [*by, *(root for root in _roots_of(loss) if all(root is not one for one in by))]
    return list(_Gradients(loss, sources, given)(given))


class _Gradients(Operation):
    """Computes a placeholder from others again, and differentiates."""

    def __init__(
        self, loss: KerasTensor, sources: list[Any], given: list[KerasTensor], name: Any = None
    ) -> None:
        super().__init__(name=name)
        self._forward = Function(given, loss)
        self._sources = sources
        self._places = {id(one): place for place, one in enumerate(given)}

    def call(self, values: Any) -> list[Tensor]:
        values = [engine.convert_to_tensor(value) for value in values]
        with engine.GradientTape() as tape:
            tape.watch(values)
            loss = self._forward(values)
        places = [self._places.get(id(one)) for one in self._sources]
        by = [
            one if place is None else values[place]
            for one, place in zip(self._sources, places, strict=True)
        ]
        return list(tape.gradient(loss, by, unconnected_gradients="zero"))

    def compute_output_spec(self, values: Any) -> list[KerasTensor]:
        return [KerasTensor(one.shape, one.dtype) for one in self._sources]


def _roots_of(output: KerasTensor) -> list[KerasTensor]:
    """The placeholders that nothing leads to, in the order in which they are met."""
    found: list[KerasTensor] = []
    seen: set[int] = set()
    waiting = [output]
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        history = getattr(tensor, "_keras_history", None)
        node = None if history is None else history.operation._inbound_nodes[history.node_index]
        if node is None or node.is_input:
            found.append(tensor)
        else:
            waiting.extend(node.input_tensors)
    return found
