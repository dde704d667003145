"""Owns the attention of one head: `Attention` and `AdditiveAttention`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops, random
from pykeras_core.checks import Fraction, Seed, checked
from pykeras_core.layers.base import Layer
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["AdditiveAttention", "Attention", "causal_mask"]

# Lowers the score of what must not be seen; as in Keras, a row of nothing else stays uniform.
_HIDDEN = 1.0e9


def causal_mask(query_length: int, value_length: int) -> Any:
    """Returns a bool tensor `(1, queries, values)`: `True` where the value is not later."""
    rows = ops.reshape(ops.arange(query_length), (1, -1, 1))
    columns = ops.reshape(ops.arange(value_length), (1, 1, -1))
    return ops.greater_equal(rows, columns)


class Attention(Layer):
    """Dot-product attention (Luong): `softmax(query @ key^T) @ value`.

    Args:
        use_scale: Whether to multiply the scores by a trained number, default `False`.
        score_mode: `"dot"` (default) for `query . key`, `"concat"` for a trained number times
            `sum(tanh(query + key))`.
        dropout: Share of the attention weights dropped in training, default 0.
        seed: An int, or `None`.
        **kwargs: Arguments of every layer.

    Call arguments:
        inputs: List of query `(batch, queries, dim)`, value `(batch, values, dim)` and, if it is
            not the value, key `(batch, values, dim)`.
        mask: List of bool masks of query `(batch, queries)` and value `(batch, values)`, each
            may be `None`.
        return_attention_scores: Whether to return the weights `(batch, queries, values)` too.
        use_causal_mask: Whether a query must not see later values.

    Output shape:
        `(batch, queries, dim)`.

    Raises:
        ValueError: If `score_mode` is another word, or the inputs are no list of two or three.

    Source:
        Luong et al. 2015, arXiv:1508.04025.

    Example:
        >>> import numpy as np
        >>> query, value = np.array([[[1.0]]]), np.array([[[0.0], [0.0]]])
        >>> Attention()([query, value], return_attention_scores=True)[1].tolist()
        [[[0.5, 0.5]]]
    """

    @checked
    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: Fraction = 0.0,
        seed: Seed = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if score_mode not in ("dot", "concat"):
            raise ValueError(
                f"`{type(self).__name__}` expected `score_mode` 'dot' or 'concat', received "
                f"{score_mode!r}."
            )
        self.use_scale = use_scale
        self.score_mode = score_mode
        self.dropout = dropout
        self.seed = seed
        if dropout > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.scale: Any = None
        self.concat_score_weight: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates `scale` and `concat_score_weight`, each one number, where they are used.

        Args:
            input_shape: List of the inputs' shapes.
        """
        self._check_list(input_shape)
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(
                name="concat_score_weight", shape=(), initializer="ones"
            )

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """Returns what each query sees, and with `return_attention_scores` the weights."""
        self._check_list(inputs)
        query, value = inputs[:2]
        key = inputs[2] if len(inputs) > 2 else value
        query_mask, value_mask = self._masks(mask)
        scores = self._scores(query, key)
        if use_causal_mask:
            visible = causal_mask(scores.shape[-2], scores.shape[-1])
            if value_mask is not None:
                visible = ops.logical_and(ops.expand_dims(value_mask, -2), visible)
            scores = ops.where(visible, scores, scores - _HIDDEN)
        elif value_mask is not None:
            scores = ops.where(ops.expand_dims(value_mask, -2), scores, scores - _HIDDEN)
        weights = ops.softmax(scores, axis=-1)
        if training and self.dropout > 0:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        outputs = ops.matmul(weights, value)
        if query_mask is not None:
            outputs = ops.where(ops.expand_dims(query_mask, -1), outputs, 0.0)
        return (outputs, weights) if return_attention_scores else outputs

    def _scores(self, query: Any, key: Any) -> Any:
        """How well each query fits each key, `(batch, queries, values)`."""
        if self.score_mode == "dot":
            scores = ops.matmul(query, ops.swapaxes(key, -2, -1))
            return scores if self.scale is None else scores * self.scale
        pairs = ops.expand_dims(query, -2) + ops.expand_dims(key, -3)
        if self.scale is not None:
            pairs = self.scale * pairs
        return self.concat_score_weight * ops.sum(ops.tanh(pairs), axis=-1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns the query's mask."""
        return self._masks(mask)[0]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the query's shape with the value's last size."""
        return (*input_shape[0][:-1], input_shape[1][-1])

    def compute_output_spec(
        self,
        inputs: Any,
        mask: Any = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """Returns placeholders for what `call` returns."""
        self._check_list(inputs)
        shapes = [x.shape for x in inputs]
        outputs = KerasTensor(self.compute_output_shape(shapes), dtype=self.compute_dtype)
        if not return_attention_scores:
            return outputs
        weights = (*shapes[0][:-1], shapes[-1][-2])
        return outputs, KerasTensor(weights, dtype=self.compute_dtype)

    def _check_list(self, inputs: Any) -> None:
        if not isinstance(inputs, (list, tuple)) or len(inputs) not in (2, 3):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected a list of inputs: [query, value] "
                f"or [query, value, key], received {inputs!r}."
            )

    def _masks(self, mask: Any) -> tuple[Any, Any]:
        """The masks of query and value."""
        if mask is None:
            return None, None
        if not isinstance(mask, (list, tuple)) or len(mask) not in (2, 3):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected `mask` as a list: [query_mask, "
                f"value_mask], received {mask!r}."
            )
        query, value = (None if item is None else ops.cast(item, "bool") for item in mask[:2])
        return query, value

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "use_scale": self.use_scale,
            "score_mode": self.score_mode,
            "dropout": self.dropout,
            "seed": self.seed,
        }


class AdditiveAttention(Attention):
    """Additive attention (Bahdanau): the score of a pair is `sum(scale * tanh(query + key))`.

    Args:
        use_scale: Whether `scale` is trained, `(dim,)`, default `True`; otherwise it is 1.
        dropout: Share of the attention weights dropped in training, default 0.
        **kwargs: Arguments of every layer, and `seed`.

    Call arguments:
        inputs, mask, return_attention_scores, use_causal_mask: As in `Attention`.

    Source:
        Bahdanau et al. 2014, arXiv:1409.0473.
    """

    @checked
    def __init__(self, use_scale: bool = True, dropout: Fraction = 0.0, **kwargs: Any) -> None:
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Creates `scale` `(dim,)` if it is used.

        Args:
            input_shape: List of the inputs' shapes.
        """
        self._check_list(input_shape)
        if self.use_scale:
            self.scale = self.add_weight(
                name="scale", shape=(input_shape[0][-1],), initializer="glorot_uniform"
            )

    def _scores(self, query: Any, key: Any) -> Any:
        pairs = ops.tanh(ops.expand_dims(query, -2) + ops.expand_dims(key, -3))
        return ops.sum(pairs if self.scale is None else self.scale * pairs, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        del config["score_mode"]
        return config
