"""Owns `GroupedQueryAttention`, which Keras calls `layers.GroupQueryAttention`."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import constraints, initializers, ops, regularizers
from pykeras_core.checks import Fraction, PositiveInt, Seed, checked
from pykeras_core.layers.headed_attention import HeadedAttention
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["GroupedQueryAttention"]


class GroupedQueryAttention(HeadedAttention):
    """Attention in which several query heads share a head of keys and values.

    Args:
        head_dim: Size of a head.
        num_query_heads: Number of query heads.
        num_key_value_heads: Number of key and value heads; it divides `num_query_heads`.
        dropout: Share of the attention weights dropped in training, default 0.
        use_bias: Whether the projections have a bias, default `True`.
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
        query, value, key, attention_mask, return_attention_scores, use_causal_mask: As in
            `MultiHeadAttention`.

    Output shape:
        `(batch, queries, dim of the query)`.

    Raises:
        ValueError: If an argument is out of range or the shapes do not fit.

    Source:
        Ainslie et al. 2023, arXiv:2305.13245.

    Example:
        >>> import numpy as np
        >>> x = np.zeros((2, 5, 8))
        >>> GroupedQueryAttention(4, num_query_heads=4, num_key_value_heads=2)(x, x).shape
        (2, 5, 8)
    """

    @checked
    def __init__(
        self,
        head_dim: PositiveInt,
        num_query_heads: PositiveInt,
        num_key_value_heads: PositiveInt,
        dropout: Fraction = 0.0,
        use_bias: bool = True,
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
        name = type(self).__name__
        self.head_dim = head_dim
        self.num_query_heads = num_query_heads
        self.num_key_value_heads = num_key_value_heads
        if self.num_query_heads % self.num_key_value_heads:
            raise ValueError(
                f"`{name}` expected `num_key_value_heads` to divide `num_query_heads`, received "
                f"{num_key_value_heads} and {num_query_heads}."
            )

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Creates the projections `query`, `key`, `value` and `attention_output`.

        Args:
            query_shape: Shape of the query.
            value_shape: Shape of the value.
            key_shape: Shape of the key; default the value's.
        """
        key_shape = value_shape if key_shape is None else key_shape
        self._check_shapes(value_shape, key_shape)
        many = (None, self.num_query_heads, self.head_dim)
        few = (None, self.num_key_value_heads, self.head_dim)
        self._query_dense = self._projection("query", "bqm,muh->bquh", many, query_shape)
        self._key_dense = self._projection("key", "bkm,mvh->bkvh", few, key_shape)
        if self.use_gate:
            equation = "bqm,muh->bquh"
            self._gate_dense = self._projection("gate", equation, many, query_shape, "sigmoid")
        self._value_dense = self._projection("value", "bkm,mvh->bkvh", few, value_shape)
        self._add_softmax_and_dropout(1)
        self._output_dense = self._projection(
            "attention_output",
            "bquh,uhm->bqm",
            (None, query_shape[-1]),
            (None, None, self.num_query_heads, self.head_dim),
        )

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
        times = self.num_query_heads // self.num_key_value_heads
        queries = self._query_dense(query) * (1.0 / math.sqrt(self.head_dim))
        keys = ops.repeat(self._key_dense(value if key is None else key), times, axis=2)
        values = ops.repeat(self._value_dense(value), times, axis=2)
        scores = ops.einsum("bquh,bkuh->buqk", queries, keys)
        weights = self._weights(scores, mask, 1, training, return_attention_scores)
        seen = ops.einsum("buqk,bkuh->bquh", weights, values)
        if self.use_gate:
            seen = seen * self._gate_dense(query)
        outputs = self._output_dense(seen)
        return (outputs, weights) if return_attention_scores else outputs

    def compute_output_shape(  # type: ignore[override]  # one shape for each input
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> Any:
        """Returns the query's shape."""
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
        outputs = KerasTensor(query.shape, dtype=self.compute_dtype)
        if not return_attention_scores:
            return outputs
        weights = (query.shape[0], self.num_query_heads, query.shape[1], value.shape[1])
        return outputs, KerasTensor(weights, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "head_dim": self.head_dim,
            "num_query_heads": self.num_query_heads,
            "num_key_value_heads": self.num_key_value_heads,
        }
