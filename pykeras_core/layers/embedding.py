"""Owns `Embedding`, the table of vectors that integers are replaced by."""

from __future__ import annotations

from typing import Any

from pykeras_core import constraints, initializers, ops, regularizers
from pykeras_core.checks import ArrayTree, PositiveInt, checked, in_order
from pykeras_core.engine.bounds import check_indices
from pykeras_core.layers.lora import LowRank, adapted_weight
from pykeras_core.ops.indexing import rows_at

__all__ = ["Embedding"]


@in_order("lora_rank", "lora_alpha", "quantization_config")
class Embedding(LowRank):
    """Replaces each integer by a trained vector: `embeddings[inputs]`.

    Args:
        input_dim: Number of different integers; inputs are 0 to `input_dim - 1`.
        output_dim: Length of each vector.
        embeddings_initializer: Default `"uniform"`.
        embeddings_regularizer: Penalty on the table, or `None`.
        embeddings_constraint: Projection of the table, or `None`.
        mask_zero: Whether 0 is padding, masked for the layers after this one.
        weights: The table to start from, as an array or a list of one.
        **kwargs: Arguments of every layer. `input_length` is accepted and not needed.

    Input shape:
        Integers, any shape.

    Output shape:
        `(*input_shape, output_dim)`.

    Raises:
        ValueError: If `input_dim` or `output_dim` is no positive int; when it is called, if an
            integer is negative, or `input_dim` or above.

    Example:
        >>> import numpy as np
        >>> Embedding(10, 4)(np.array([[1, 2, 0]])).shape
        (1, 3, 4)
    """

    _lora_weight = "embeddings"
    embeddings = adapted_weight("embeddings")

    @checked
    def __init__(
        self,
        input_dim: PositiveInt,
        output_dim: PositiveInt,
        embeddings_initializer: initializers.InitializerLike = "uniform",
        embeddings_regularizer: regularizers.RegularizerLike = None,
        embeddings_constraint: constraints.ConstraintLike = None,
        mask_zero: bool = False,
        weights: ArrayTree = None,
        **kwargs: Any,
    ) -> None:
        if weights is not None:
            kwargs["weights"] = weights if isinstance(weights, list) else [weights]
        super().__init__(**kwargs)
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        self.autocast = False

    def build(self, input_shape: Any = None) -> None:
        """Creates `embeddings` `(input_dim, output_dim)`.

        Args:
            input_shape: Not needed.
        """
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )

    def call(self, inputs: Any) -> Any:
        """Returns the vectors of the integers."""
        places = ops.cast(inputs, "int32")
        check_indices(
            f"`Embedding` '{self.name}'", places, 0, self.input_dim, ValueError,
            f"It has `input_dim={self.input_dim}` rows. Make `input_dim` larger than the largest "
            "number, or replace numbers that have no row by one that has.",
        )  # fmt: skip
        return rows_at(self._adapted(), places)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Returns where the integers are not 0, or `None` without `mask_zero`."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape with `output_dim` added."""
        return (*input_shape, self.output_dim)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        config.setdefault("activity_regularizer", None)
        return {
            **config,
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "mask_zero": self.mask_zero,
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`'s dict, or from the one in a Keras file."""
        config = {key: value for key, value in config.items() if key != "quantization_config"}
        return super().from_config(config)
