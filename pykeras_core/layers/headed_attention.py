"""Owns `HeadedAttention`, what attention layers with several heads share."""

from __future__ import annotations

from typing import Any

from pykeras_core import constraints, initializers, ops, regularizers
from pykeras_core.checks import Fraction, PositiveInt, Seed, checked
from pykeras_core.layers.activation import Softmax
from pykeras_core.layers.attention import causal_mask
from pykeras_core.layers.base import Layer
from pykeras_core.layers.einsum_dense import EinsumDense
from pykeras_core.layers.regularize import Dropout

__all__ = ["HeadedAttention"]

# What a hidden score becomes, as in Keras: far below any other, yet a row of them is uniform.
_HIDDEN = -0.7 * 3.38953e38


class HeadedAttention(Layer):
    """What attention with heads shares: projections, masks, and weights from scores.

    Args:
        dropout: Share of the attention weights dropped in training.
        use_bias: Whether the projections have a bias.
        sliding_window: How near a value must be to be seen, or `None`.
        kernel_initializer: Of the projections' kernels.
        bias_initializer: Of their biases.
        kernel_regularizer: Penalty on the kernels, or `None`.
        bias_regularizer: Penalty on the biases, or `None`.
        activity_regularizer: Penalty on the projections' outputs, or `None`.
        kernel_constraint: Projection of the kernels, or `None`.
        bias_constraint: Projection of the biases, or `None`.
        use_gate: Whether a sigmoid of the query multiplies what the heads return.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.
    """

    _query_dense: EinsumDense
    _key_dense: EinsumDense
    _value_dense: EinsumDense
    _output_dense: EinsumDense

    @checked
    def __init__(
        self,
        dropout: Fraction,
        use_bias: bool,
        sliding_window: PositiveInt | None,
        kernel_initializer: initializers.InitializerLike,
        bias_initializer: initializers.InitializerLike,
        kernel_regularizer: regularizers.RegularizerLike,
        bias_regularizer: regularizers.RegularizerLike,
        activity_regularizer: regularizers.RegularizerLike,
        kernel_constraint: constraints.ConstraintLike,
        bias_constraint: constraints.ConstraintLike,
        use_gate: bool,
        seed: Seed,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.dropout = dropout
        self.use_bias = use_bias
        self.use_gate = use_gate
        if sliding_window is not None:
            sliding_window = sliding_window
        self.sliding_window = sliding_window
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        # Of the projections, not of this layer's own outputs.
        self._activity_regularizer = regularizers.get(activity_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.seed = seed

    def _projection(
        self, name: str, equation: str, output_shape: Any, input_shape: Any, activation: Any = None
    ) -> EinsumDense:
        """A built dense layer with a bias along all axes the kernel adds."""
        inputs, _, outputs = equation.replace("->", ",").split(",")
        bias_axes = "".join(label for label in outputs if label not in inputs)
        layer = EinsumDense(
            equation,
            output_shape,
            activation=activation,
            bias_axes=bias_axes if self.use_bias else None,
            name=name,
            # Copies, so that each kernel starts from numbers of its own.
            kernel_initializer=_copy(self.kernel_initializer),
            bias_initializer=_copy(self.bias_initializer),
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
            activity_regularizer=self._activity_regularizer,
            kernel_constraint=self.kernel_constraint,
            bias_constraint=self.bias_constraint,
            dtype=self.dtype_policy,
        )
        layer.supports_masking = True  # the masks count in the scores; no need to warn of them
        layer.build(input_shape)
        return layer

    def _mask(self, query: Any, value: Any, masks: dict[str, Any], causal: bool) -> Any:
        """All masks together, bool `(batch or 1, queries, values)`, or `None`."""
        parts = []
        if masks["query_mask"] is not None:
            parts.append(ops.expand_dims(ops.cast(masks["query_mask"], "bool"), -1))
        keys = [masks[name] for name in ("value_mask", "key_mask") if masks[name] is not None]
        parts += [ops.expand_dims(ops.cast(mask, "bool"), -2) for mask in keys]
        if causal:
            parts.append(causal_mask(query.shape[1], value.shape[1]))
        if self.sliding_window is not None:
            parts.append(_near(query.shape[1], value.shape[1], self.sliding_window))
        if masks["attention_mask"] is not None:
            parts.append(ops.cast(masks["attention_mask"], "bool"))
        found = None
        for part in parts:
            found = part if found is None else ops.logical_and(found, part)
        return found

    def _weights(self, scores: Any, mask: Any, axes: int, training: Any, returned: bool) -> Any:
        """Attention weights from scores `(..., heads, queries, values)`."""
        if mask is not None:
            for _ in range(len(scores.shape) - len(mask.shape)):
                mask = ops.expand_dims(mask, -2 * axes - 1)
        if self.dropout > 0 or returned or axes > 1:
            weights = self._softmax(scores, mask=mask)
            return self._dropout_layer(weights, training=training)
        if mask is not None:
            scores = ops.where(mask, scores, _HIDDEN)
        return ops.softmax(scores, axis=-1)

    def _add_softmax_and_dropout(self, axes: int) -> None:
        self._softmax = Softmax(axis=tuple(range(-axes, 0)), dtype=self.dtype_policy)
        self._dropout_layer = Dropout(self.dropout, dtype=self.dtype_policy, seed=self.seed)

    def _check_shapes(self, value_shape: Any, key_shape: Any) -> None:
        if tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected value and key of one shape but "
                f"for the last axis, received {tuple(value_shape)} and {tuple(key_shape)}."
            )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "dropout": self.dropout,
            "use_bias": self.use_bias,
            "use_gate": self.use_gate,
            "sliding_window": self.sliding_window,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self._activity_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "seed": self.seed,
        }


def _copy(initializer: Any) -> Any:
    if not hasattr(initializer, "get_config"):  # a function, an array's values, or None
        return initializer
    return type(initializer).from_config(initializer.get_config())


def _near(queries: int, values: int, window: int) -> Any:
    """Bool tensor `(1, queries, values)`: `True` where fewer than `window` steps apart."""
    rows = ops.reshape(ops.arange(queries), (1, -1, 1))
    columns = ops.reshape(ops.arange(values), (1, 1, -1))
    return ops.less(ops.abs(rows - columns), window)
