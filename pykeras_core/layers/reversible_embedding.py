"""Owns `ReversibleEmbedding`, a table of vectors that is read both ways."""

from __future__ import annotations

from typing import Any

from pykeras_core import constraints, engine, initializers, ops, regularizers
from pykeras_core.checks import DType, Positive, PositiveInt, checked
from pykeras_core.layers.embedding import Embedding
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["ReversibleEmbedding"]


class ReversibleEmbedding(Embedding):
    """Replaces integers by vectors; with `reverse=True`, gives vectors a score for each integer.

    Args:
        input_dim: Number of different integers.
        output_dim: Length of each vector.
        tie_weights: Whether one table serves both ways, default `True`.
        embeddings_initializer: Default `"uniform"`.
        embeddings_regularizer: Penalty on the table, or `None`.
        embeddings_constraint: Projection of the table, or `None`.
        mask_zero: Whether 0 is padding.
        reverse_dtype: Dtype of the way back, default the layer's.
        logit_soft_cap: The largest score, approached softly: `cap * tanh(x / cap)`.
        **kwargs: Arguments of every layer.

    Example:
        >>> layer = ReversibleEmbedding(10, 4)
        >>> vectors = layer(ops.array([[1, 2]]))
        >>> vectors.shape, layer(vectors, reverse=True).shape
        ((1, 2, 4), (1, 2, 10))
    """

    @checked
    def __init__(
        self,
        input_dim: PositiveInt,
        output_dim: PositiveInt,
        tie_weights: bool = True,
        embeddings_initializer: initializers.InitializerLike = "uniform",
        embeddings_regularizer: regularizers.RegularizerLike = None,
        embeddings_constraint: constraints.ConstraintLike = None,
        mask_zero: bool = False,
        reverse_dtype: DType = None,
        logit_soft_cap: Positive | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            input_dim, output_dim, embeddings_initializer, embeddings_regularizer,
            embeddings_constraint, mask_zero, **kwargs,
        )  # fmt: skip
        self.tie_weights = tie_weights
        self.reverse_dtype = None if reverse_dtype is None else _dtype(reverse_dtype)
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Any = None) -> None:
        """Creates `embeddings`, and `reverse_embeddings` unless weights are tied.

        Args:
            input_shape: Not needed.
        """
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                name="reverse_embeddings",
                shape=(self.output_dim, self.input_dim),
                initializer=self.embeddings_initializer,
            )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        """Returns the vectors of integers, or the scores of vectors."""
        if not reverse:
            return super().call(inputs)
        table = self.reverse_embeddings if not self.tie_weights else ops.transpose(self._adapted())
        scores = ops.matmul(inputs, table)
        cap = self.logit_soft_cap
        return scores if cap is None else ops.tanh(scores / cap) * cap

    def compute_output_shape(self, input_shape: Any, reverse: bool = False) -> Any:
        """Returns the shape of vectors, or of scores."""
        if reverse:
            return (*input_shape[:-1], self.input_dim)
        return super().compute_output_shape(input_shape)

    def compute_output_spec(self, inputs: Any, reverse: bool = False) -> Any:
        """Returns placeholders for what `call` returns."""
        return KerasTensor(self.compute_output_shape(inputs.shape, reverse), self.compute_dtype)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns where the integers are not 0, or `None` without `mask_zero`."""
        on_integers = getattr(inputs, "dtype", "int32") != "float32"
        return super().compute_mask(inputs, mask) if on_integers else None

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "tie_weights": self.tie_weights,
            "reverse_dtype": self.reverse_dtype,
            "logit_soft_cap": self.logit_soft_cap,
        }


def _dtype(name: Any) -> str:
    """The dtype in which scores are computed.

    Raises:
        TypeError: If it is none.
    """
    try:
        return engine.canonical_dtype(name)
    except TypeError as error:
        raise TypeError(f"`ReversibleEmbedding`, argument `reverse_dtype`: {error}") from None
