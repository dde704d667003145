"""Owns `MultiHeadAttention`."""

from __future__ import annotations

import math
import string
from typing import Any

from pykeras_core import constraints, initializers, ops, regularizers
from pykeras_core.checks import Fraction, Integers, PositiveInt, Seed, Sizes, checked
from pykeras_core.layers.einsum_dense import EinsumDense
from pykeras_core.layers.headed_attention import HeadedAttention
from pykeras_core.layers.masking import set_keras_mask
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["MultiHeadAttention"]


class MultiHeadAttention(HeadedAttention):
    """Scaled dot-product attention of several heads side by side.

    Each head projects query, key and value, weighs the values by `softmax(query . key /
    sqrt(key_dim))`, and a last projection mixes the heads.

    Args:
        num_heads: Number of heads.
        key_dim: Size of a head's queries and keys.
        value_dim: Size of a head's values; default `key_dim`.
        dropout: Share of the attention weights dropped in training, default 0.
        use_bias: Whether the projections have a bias, default `True`.
        output_shape: Shape of each output, an int or a tuple; default the query's last size.
        attention_axes: Axes over which attention goes; default all but batch and features.
        sliding_window: How near a value must be to be seen: fewer steps than this; default all.
        flash_attention: Accepted as in Keras; there is one way to compute.
        kernel_initializer: Default `"glorot_uniform"`.
        bias_initializer: Default `"zeros"`.
        kernel_regularizer: Penalty on the kernels, or `None`.
        bias_regularizer: Penalty on the biases, or `None`.
        activity_regularizer: Penalty on the projections' outputs, or `None`.
        kernel_constraint: Projection of the kernels, or `None`.
        bias_constraint: Projection of the biases, or `None`.
        use_gate: Whether a sigmoid of the query multiplies what the heads return.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Call arguments:
        query: `(batch, queries, dim)`.
        value: `(batch, values, dim)`.
        key: `(batch, values, dim)`; default the value.
        attention_mask: Bool tensor that broadcasts to `(batch, queries, values)`: what is seen.
        return_attention_scores: Whether to return the weights `(batch, heads, queries, values)`.
        use_causal_mask: Whether a query must not see later values.

    Output shape:
        `(batch, queries, dim of the query)`.

    Raises:
        ValueError: If an argument is out of range or the shapes do not fit.

    Source:
        Vaswani et al. 2017, arXiv:1706.03762.

    Example:
        >>> import numpy as np
        >>> x = np.zeros((2, 5, 8))
        >>> MultiHeadAttention(num_heads=2, key_dim=4)(x, x).shape
        (2, 5, 8)
    """

    @checked
    def __init__(
        self,
        num_heads: PositiveInt,
        key_dim: PositiveInt,
        value_dim: PositiveInt | None = None,
        dropout: Fraction = 0.0,
        use_bias: bool = True,
        output_shape: Sizes | int | None = None,
        attention_axes: Integers | None = None,
        sliding_window: PositiveInt | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: initializers.InitializerLike = "glorot_uniform",
        bias_initializer: initializers.InitializerLike = "zeros",
        kernel_regularizer: regularizers.RegularizerLike = None,
        bias_regularizer: regularizers.RegularizerLike = None,
        activity_regularizer: regularizers.RegularizerLike = None,
        kernel_constraint: constraints.ConstraintLike = None,
        bias_constraint: constraints.ConstraintLike = None,
        use_gate: bool = False,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            dropout,
            use_bias,
            sliding_window,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            use_gate,
            seed,
            **kwargs,
        )
        self.num_heads = num_heads
        self.key_dim = key_dim
        value_dim = key_dim if value_dim is None else value_dim
        self.value_dim = value_dim
        self._output_shape = (output_shape,) if isinstance(output_shape, int) else output_shape
        self.attention_axes = (
            (attention_axes,) if isinstance(attention_axes, int) else attention_axes
        )

    # Weights files call the projections by these names.
    @property
    def query_dense(self) -> EinsumDense:
        """The projection of the query; there once the layer is built."""
        return self._query_dense

    @property
    def key_dense(self) -> EinsumDense:
        """The projection of the key; there once the layer is built."""
        return self._key_dense

    @property
    def value_dense(self) -> EinsumDense:
        """The projection of the value; there once the layer is built."""
        return self._value_dense

    @property
    def output_dense(self) -> EinsumDense:
        """The projection of what the heads saw; there once the layer is built."""
        return self._output_dense

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Creates the projections `query`, `key`, `value` and `attention_output`.

        Args:
            query_shape: Shape of the query.
            value_shape: Shape of the value.
            key_shape: Shape of the key; default the value's.
        """
        key_shape = value_shape if key_shape is None else key_shape
        self._check_shapes(value_shape, key_shape)
        heads = {"query": self.key_dim, "key": self.key_dim, "value": self.value_dim}
        shapes = {"query": query_shape, "key": key_shape, "value": value_shape}
        self._query_dense = self._to_heads("query", heads["query"], shapes["query"])
        self._key_dense = self._to_heads("key", heads["key"], shapes["key"])
        if self.use_gate:
            self._gate_dense = self._to_heads("gate", self.value_dim, query_shape, "sigmoid")
        self._value_dense = self._to_heads("value", heads["value"], shapes["value"])
        rank = len(query_shape)
        axes = range(1, rank - 1) if self.attention_axes is None else self.attention_axes
        self.attention_axes = tuple(axis % rank for axis in axes)
        self._add_softmax_and_dropout(len(self.attention_axes))
        free = string.ascii_lowercase[: rank - 1]
        outputs = tuple(self._output_shape or (query_shape[-1],))
        new = string.ascii_uppercase[2 : 2 + len(outputs)]
        self._output_dense = self._projection(
            "attention_output",
            f"{free}AB,AB{new}->{free}{new}",
            (*(None,) * (rank - 2), *outputs),
            (*query_shape[:-1], self.num_heads, self.value_dim),
        )

    def _to_heads(self, name: str, size: int, shape: Any, activation: Any = None) -> EinsumDense:
        free = string.ascii_lowercase[: len(shape) - 1]
        output_shape = (*(None,) * (len(shape) - 2), self.num_heads, size)
        equation = f"{free}C,CAB->{free}AB"
        return self._projection(name, equation, output_shape, shape, activation)

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """Returns what each query sees, and with `return_attention_scores` the weights."""
        masks = {
            "query_mask": query_mask,
            "value_mask": value_mask,
            "key_mask": key_mask,
            "attention_mask": attention_mask,
        }
        mask = self._mask(query, value, masks, use_causal_mask)
        queries = self._query_dense(query) * (1.0 / math.sqrt(self.key_dim))
        keys = self._key_dense(value if key is None else key)
        values = self._value_dense(value)
        score, combine = self._equations(len(query.shape))
        scores = ops.einsum(score, queries, keys)
        axes = len(self.attention_axes or ())
        weights = self._weights(scores, mask, axes, training, return_attention_scores)
        seen = ops.einsum(combine, weights, values)
        if self.use_gate:
            seen = seen * self._gate_dense(query)
        outputs = self._output_dense(seen)
        if query_mask is not None:
            set_keras_mask(outputs, query_mask)
        return (outputs, weights) if return_attention_scores else outputs

    def _equations(self, rank: int) -> tuple[str, str]:
        """Scores from projected queries and keys; outputs from weights and projected values."""
        axes = self.attention_axes or ()
        query = string.ascii_lowercase[:rank]  # the last one labels the heads
        source = "".join(
            label.upper() if axis in axes else label for axis, label in enumerate(query)
        )
        batch = "".join(label for axis, label in enumerate(query) if axis not in axes)
        own = "".join(query[axis] for axis in axes)
        other = "".join(source[axis] for axis in axes)
        scores = f"{batch}{own}{other}"
        return f"{query}z,{source}z->{scores}", f"{scores},{source}z->{query}z"

    def compute_output_shape(  # type: ignore[override]  # one shape for each input
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> Any:
        """Returns the query's shape with the last size of the outputs."""
        self._check_shapes(value_shape, value_shape if key_shape is None else key_shape)
        if self._output_shape:
            return (*query_shape[:-1], *self._output_shape)
        return tuple(query_shape)

    def compute_output_spec(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        return_attention_scores: bool = False,
        **arguments: Any,
    ) -> Any:
        """Returns placeholders for what `call` returns."""
        key_shape = None if key is None else key.shape
        shape = self.compute_output_shape(query.shape, value.shape, key_shape)
        outputs = KerasTensor(shape, dtype=self.compute_dtype)
        if not return_attention_scores:
            return outputs
        axes = self.attention_axes or ()
        batch = [query.shape[axis] for axis in range(len(query.shape) - 1) if axis not in axes]
        own = [query.shape[axis] for axis in axes]
        other = [value.shape[axis] for axis in axes]
        weights = (*batch, self.num_heads, *own, *other)
        return outputs, KerasTensor(weights, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "key_dim": self.key_dim,
            "value_dim": self.value_dim,
            "output_shape": self._output_shape,
            "attention_axes": self.attention_axes,
        }
