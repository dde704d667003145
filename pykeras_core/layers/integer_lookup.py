"""Owns `IntegerLookup`, which numbers the integers of a vocabulary."""

from __future__ import annotations

from typing import Any, Literal

from pykeras_core import ops
from pykeras_core.checks import Integers, NonNegativeInt, PositiveInt, Vocabulary, checked
from pykeras_core.layers.lookup import Lookup
from pykeras_core.ops.indexing import rows_at

__all__ = ["IntegerLookup"]


class IntegerLookup(Lookup):
    """Numbers integers by their place in a vocabulary.

    Args:
        max_tokens: The most integers, those added included; `None` for no limit.
        num_oov_indices: How many numbers there are for integers not in the vocabulary, default 1;
            with more the remainder chooses.
        mask_token: The integer that has number 0, or `None`.
        oov_token: What unknown ones become with `invert`, default -1.
        vocabulary: List of integers; default: found by `adapt`.
        vocabulary_dtype: Accepted as in Keras.
        idf_weights: For `"tf_idf"` with a vocabulary: a weight for each.
        invert: Whether to turn numbers back into integers instead.
        output_mode: `"int"` (default), `"one_hot"`, `"multi_hot"`, `"count"` or `"tf_idf"`.
        sparse: Only `False`.
        pad_to_max_tokens: Whether rows are `max_tokens` long although there are fewer integers.
        oov_method: Only `"floormod"`.
        salt: Accepted as in Keras.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If arguments contradict each other.

    Example:
        >>> IntegerLookup(vocabulary=[12, 1138])([[1138, 7]]).tolist()
        [[2, 0]]
    """

    @checked
    def __init__(
        self,
        max_tokens: PositiveInt | None = None,
        num_oov_indices: NonNegativeInt = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Vocabulary | None = None,
        vocabulary_dtype: Literal["int32", "int64"] = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Integers | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if oov_method != "floormod":
            raise ValueError(
                f"`IntegerLookup` expected `oov_method='floormod'`, received {oov_method!r}."
            )
        super().__init__(
            max_tokens, num_oov_indices, mask_token, oov_token, vocabulary, idf_weights, invert,
            output_mode, sparse, pad_to_max_tokens, name=name, **kwargs,
        )  # fmt: skip

    def call(self, inputs: Any) -> Any:
        """Returns the integers' numbers; with `invert`, the numbers' integers."""
        words = self._known_words()
        values = ops.cast(inputs, "int32")
        start = self._first + self.num_oov_indices
        if self.invert:
            table = ops.array([0] * self._first + [self.oov_token] * self.num_oov_indices + words)
            known = ops.logical_and(values >= 0, values < len(table))
            return ops.where(known, rows_at(table, values), self.oov_token)
        if not self.num_oov_indices:
            oov: Any = -1  # no row of 0 and 1 has a place for it
        else:
            oov = values % self.num_oov_indices + self._first
        numbers = oov
        if words:
            order = sorted(range(len(words)), key=lambda place: words[place])
            rising = ops.array([words[place] for place in order], "int32")
            place = ops.minimum(ops.searchsorted(rising, values), len(words) - 1)
            hit = ops.equal(rows_at(rising, place), values)
            numbers = ops.where(hit, rows_at(ops.array(order, "int32"), place) + start, oov)
        if self._first:
            numbers = ops.where(ops.equal(values, self.mask_token), 0, numbers)
        return self._encoded(numbers)

    def _values(self, inputs: Any) -> Any:
        return ops.convert_to_numpy(ops.cast(inputs, "int32")).tolist()

    def _word(self, value: Any) -> int:
        return int(value)
