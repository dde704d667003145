"""Owns `EinsumDense`, the dense layer for any arrangement of axes."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pykeras_core import activations, constraints, initializers, ops, regularizers
from pykeras_core.checks import Sizes, checked, in_order
from pykeras_core.initializers.variance_scaling import VarianceScaling
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.layers.lora import LowRank, adapted_weight
from pykeras_core.layers.resolved import resolved

__all__ = ["EinsumDense"]

Shape = tuple[int | None, ...]

_EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


class _Shapes(NamedTuple):
    """What an equation says about shapes."""

    kernel: Shape
    bias: Shape | None
    output: Shape
    input_axes: list[int]
    output_axes: list[int]


@in_order("lora_rank", "lora_alpha", "gptq_unpacked_column_size", "quantization_config")
class EinsumDense(LowRank):
    """Einstein summation of the inputs with a kernel: `activation(einsum(inputs, kernel) + bias)`.

    Args:
        equation: For example `"ab,bc->ac"` (a dense layer), `"abc,cd->abd"`, or with an ellipsis
            on the left or right of inputs and outputs, `"...x,xy->...y"`.
        output_shape: Shape of the outputs without the batch axis and the axes of the ellipsis;
            `None` for a size that is the inputs'.
        activation: Name or function; default none.
        bias_axes: Labels of the output axes that the bias has; default no bias.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernel, or `None`.
        bias_regularizer: Penalty on the bias, or `None`.
        kernel_constraint: Projection of the kernel, or `None`.
        bias_constraint: Projection of the bias, or `None`.
        **kwargs: `lora_rank` and `lora_alpha` as in `enable_lora`; the arguments of every layer.

    Raises:
        ValueError: If the equation has another form or does not fit the shapes.

    Example:
        >>> import numpy as np
        >>> layer = EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d")
        >>> layer(np.zeros((2, 5, 3))).shape
        (2, 5, 4)
    """

    _lora_weight = "kernel"
    kernel = adapted_weight("kernel")

    activation = resolved("activation", activations.get)

    @checked
    def __init__(
        self,
        equation: str,
        output_shape: Sizes | int,
        activation: activations.ActivationLike = None,
        bias_axes: str | None = None,
        kernel_initializer: initializers.InitializerLike = "glorot_uniform",
        bias_initializer: initializers.InitializerLike = "zeros",
        kernel_regularizer: regularizers.RegularizerLike = None,
        bias_regularizer: regularizers.RegularizerLike = None,
        kernel_constraint: constraints.ConstraintLike = None,
        bias_constraint: constraints.ConstraintLike = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (
            (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        )
        self.bias_axes = bias_axes
        self.activation = activation
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self._labels()

    def build(self, input_shape: Any) -> None:
        """Creates `kernel` and, with `bias_axes`, `bias`, as the equation says.

        Args:
            input_shape: Shape of the inputs.
        """
        shapes = self._shapes(input_shape)
        self.input_spec = InputSpec(ndim=len(input_shape))
        self.kernel = self.add_weight(
            name="kernel",
            shape=shapes.kernel,
            initializer=self._scaled_initializer(shapes),
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if shapes.bias is not None:
            self.bias = self.add_weight(
                name="bias",
                shape=shapes.bias,
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: Any) -> Any:
        """Returns `activation(einsum(inputs, kernel) + bias)`."""
        outputs = ops.einsum(self.equation, inputs, self._adapted())
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape that the equation and `output_shape` say."""
        return self._shapes(input_shape).output

    def _scaled_initializer(self, shapes: _Shapes) -> Any:
        """The kernel's initializer, told which axes are inputs and which outputs."""
        initializer = self.kernel_initializer
        if not isinstance(initializer, VarianceScaling):
            return initializer
        if initializer.input_axes is not None and initializer.output_axes is not None:
            return initializer
        config = {
            **initializer.get_config(),
            "seed": initializer.seed,
            "input_axes": shapes.input_axes,
            "output_axes": shapes.output_axes,
        }
        return type(initializer).from_config(config)

    def _refuse(self, reason: str) -> ValueError:
        return ValueError(f"`EinsumDense` '{self.name}': equation {self.equation!r} {reason}.")

    def _labels(self) -> tuple[str, str, str, str]:
        """Labels of inputs, kernel and outputs, and the side of the ellipsis."""
        found = _EQUATION.fullmatch(self.equation.replace(" ", ""))
        sides = ("", "")
        if found is not None:
            left, inputs, right, kernel, left_out, outputs, right_out = found.groups(default="")
            sides = (left, right)
        if found is None or sides != (left_out, right_out) or all(sides):
            raise self._refuse(
                "must have the form 'x,y->z', '...x,y->...z' or 'x...,y->z...', each a row of "
                "letters"
            )
        return inputs, kernel, outputs, "left" if sides[0] else "right" if sides[1] else ""

    def _shapes(self, input_shape: Any) -> _Shapes:
        inputs, kernel, outputs, ellipsis = self._labels()
        rest = len(input_shape) - len(inputs)
        if rest < 0 or (rest and not ellipsis):
            raise self._refuse(f"does not fit inputs of shape {tuple(input_shape)}")
        left = rest if ellipsis == "left" else 0
        right = rest - left
        labelled = tuple(input_shape[left : len(input_shape) - right])
        given = self.partial_output_shape if left else (input_shape[0], *self.partial_output_shape)
        if len(given) != len(outputs):
            raise self._refuse(
                f"names {len(outputs)} output axes, which output_shape="
                f"{self.partial_output_shape} does not fit"
            )
        output = (*input_shape[:left], *given, *input_shape[len(input_shape) - right :])
        sizes = dict(zip(inputs, labelled, strict=True))
        for label, size in zip(outputs, given, strict=True):
            if size is not None and sizes.get(label, size) not in (None, size):
                raise self._refuse(
                    f"has axis {label!r} of {sizes[label]} in the inputs and of {size} in the "
                    "outputs"
                )
            sizes[label] = sizes.get(label) if size is None else size
        unknown = [label for label in outputs if label not in inputs + kernel]
        unknown += [label for label in kernel if label not in inputs + outputs]
        if unknown:
            raise self._refuse(f"has axes {unknown} on one side only")
        return _Shapes(
            tuple(sizes[label] for label in kernel),
            self._bias_shape(outputs, sizes, right),
            output,
            [axis for axis, label in enumerate(kernel) if label not in outputs],
            [axis for axis, label in enumerate(kernel) if label in outputs],
        )

    def _bias_shape(self, outputs: str, sizes: dict[str, int | None], right: int) -> Shape | None:
        if self.bias_axes is None:
            return None
        if not self.bias_axes or any(label not in outputs for label in self.bias_axes):
            raise self._refuse(
                f"has outputs {outputs!r}, in which bias_axes are {self.bias_axes!r}"
            )
        first = min(outputs.index(label) for label in self.bias_axes)
        own = (sizes[label] if label in self.bias_axes else 1 for label in outputs[first:])
        return (*own, *(1,) * right)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "output_shape": self.partial_output_shape,
            "equation": self.equation,
            "activation": activations.serialize(self.activation),
            "bias_axes": self.bias_axes,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`'s dict, or from the one in a Keras file."""
        unused = ("quantization_config", "gptq_unpacked_column_size")
        return super().from_config({k: v for k, v in config.items() if k not in unused})
