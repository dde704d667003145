"""`Function`: the computation between placeholders, run again on other values."""

from __future__ import annotations

from typing import Any

from pykeras_core import tree
from pykeras_core.engine import convert_to_tensor
from pykeras_core.symbolic.graph import Graph
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.operation import Operation
from pykeras_core.symbolic.shape_inference import infer_output_spec

__all__ = ["Function"]


class Function(Operation):
    """What leads from some placeholders to others, without weights of its own.

    Args:
        inputs: Placeholder, or structure of them.
        outputs: Placeholder, or structure of them, computed from `inputs` alone.
        name: Default: the class name in snake case, numbered from the second on.

    Raises:
        ValueError: If `inputs` or `outputs` is empty or holds something else than placeholders,
            or if an output depends on another placeholder.

    Example:
        >>> import pykeras_core as keras
        >>> a, b = keras.KerasTensor((None, 2)), keras.KerasTensor((None, 2))
        >>> total = keras.Function([a, b], keras.ops.sum(a * b))
        >>> float(total([[[1.0, 2.0]], [[3.0, 4.0]]]))
        11.0
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        for argument, given in (("inputs", inputs), ("outputs", outputs)):
            if not tree.flatten(given):
                raise ValueError(f"`Function` expected `{argument}`, received {given!r}: none.")
        self._graph = Graph(inputs, outputs)

    @property
    def operations(self) -> list[Any]:
        """What is called between inputs and outputs, from the inputs on."""
        return [*self._graph.operations]

    @property
    def inputs(self) -> list[KerasTensor]:
        """The placeholders of the inputs, in one list."""
        return self._graph.inputs

    @property
    def outputs(self) -> list[KerasTensor]:
        """The placeholders of the outputs, in one list."""
        return self._graph.outputs

    def call(self, inputs: Any) -> Any:
        """Computes the outputs for other values.

        Args:
            inputs: Arrays in the structure of the function's inputs.

        Returns:
            Tensors in the structure of its outputs.

        Raises:
            ValueError: If the structure or a shape is another one.
        """
        values = self._checked(inputs)
        return self._graph.run(values, lambda operation, args, kwargs: operation(*args, **kwargs))

    def compute_output_spec(self, inputs: Any) -> Any:
        """Placeholders for what the function gives for placeholders of other shapes."""
        flat = self._checked(inputs)
        if all(x.shape == own.shape for x, own in zip(flat, self.inputs, strict=True)):
            outputs = self._graph.outputs_structure
            return tree.map_structure(lambda one: KerasTensor(one.shape, one.dtype), outputs)
        return infer_output_spec(self.call, inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shapes of the outputs for other shapes of the inputs."""
        inputs = tree.map_shape_structure(lambda shape: KerasTensor(shape), input_shape)
        for placeholder, own in zip(tree.flatten(inputs), self.inputs, strict=True):
            placeholder._dtype = own.dtype
        return tree.map_structure(lambda one: one.shape, self.compute_output_spec(inputs))

    def _checked(self, inputs: Any) -> list[Any]:
        """The inputs in one list, of the shapes that the function takes."""
        flat = [
            one if hasattr(one, "shape") else convert_to_tensor(one) for one in self._parts(inputs)
        ]
        for value, own in zip(flat, self.inputs, strict=True):
            fits = len(value.shape) == len(own.shape) and all(
                None in (size, wanted) or size == wanted
                for size, wanted in zip(value.shape, own.shape, strict=True)
            )
            if not fits:
                raise ValueError(
                    f"`{type(self).__name__}` '{self.name}' expected shape {own.shape} for the "
                    f"input '{own.name}', received shape {tuple(value.shape)}"
                )
        return flat

    def _parts(self, inputs: Any) -> list[Any]:
        """What was given for each input; nested lists may be arrays."""
        parts: list[Any] = []
        try:
            tree.map_structure_up_to(self._graph.inputs_structure, parts.append, inputs)
            return parts
        except (ValueError, TypeError):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected inputs in the structure "
                f"{self._graph.inputs_structure}, received {inputs}"
            ) from None
