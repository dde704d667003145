"""Owns the layers that turn numbers into categories: `CategoryEncoding`, `Discretization`."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import (
    NonNegative,
    NonNegativeInt,
    PositiveInt,
    Vector,
    checked,
    in_order,
    refuse,
)
from pykeras_core.engine.bounds import check_indices
from pykeras_core.layers import quantiles
from pykeras_core.layers.data_layer import DataLayer, batches_of
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["CategoryEncoding", "Discretization"]


def _encode(labels: Any, mode: str, depth: int, dtype: str, weights: Any = None) -> Any:
    """Labels as rows of `depth` numbers."""
    if not labels.shape:
        labels = ops.expand_dims(labels, -1)
    if mode == "multi_hot":
        return ops.multi_hot(labels, depth, dtype=dtype)
    if mode == "one_hot" and len(labels.shape) > 1 and labels.shape[-1] == 1:
        labels = ops.squeeze(labels, -1)
    rows = ops.one_hot(labels, depth, dtype=dtype)
    if mode == "one_hot":
        return rows
    if weights is not None:
        rows = rows * ops.expand_dims(weights, -1)
    return ops.sum(rows, axis=min(len(labels.shape) - 1, 1))


def _encoded_shape(shape: Any, mode: str, depth: int) -> Any:
    if mode == "one_hot":
        squeezed = len(shape) > 1 and shape[-1] == 1
        return (*(shape[:-1] if squeezed else shape), depth)
    if mode == "multi_hot" or len(shape) < 3:
        return (*shape[:-1], depth)
    return (shape[0], *shape[2:], depth)


def _refuse_sparse(layer: str, sparse: bool) -> None:
    if sparse:
        raise ValueError(f"`{layer}` has no sparse tensors to return. Leave out `sparse=True`.")


class CategoryEncoding(DataLayer):
    """Encodes integer categories as rows of 0 and 1, or of counts.

    Args:
        num_tokens: Number of categories; inputs are from 0 to `num_tokens - 1`.
        output_mode: `"one_hot"`: a row for each input; `"multi_hot"` (default): one row a sample,
            1 where a category occurs; `"count"`: one row a sample, how often it occurs.
        sparse: Only `False`.
        **kwargs: Arguments of every layer.

    Call arguments:
        inputs: Integers `(batch,)` or `(batch, n)`.
        count_weights: For `"count"`: what each input counts, of the inputs' shape.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> import numpy as np
        >>> CategoryEncoding(4, output_mode="one_hot")(np.array([3, 0])).tolist()
        [[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]]
    """

    @checked
    def __init__(
        self,
        num_tokens: PositiveInt | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        mode = "multi_hot" if output_mode == "binary" else output_mode
        if mode not in ("count", "one_hot", "multi_hot"):
            raise ValueError(
                "`CategoryEncoding` expected `output_mode` 'one_hot', 'multi_hot' or 'count', "
                f"received {output_mode!r}."
            )
        _refuse_sparse("CategoryEncoding", sparse)
        if num_tokens is None:
            raise refuse("CategoryEncoding", "num_tokens", "a positive int", None)
        self.num_tokens = num_tokens
        self.output_mode = mode
        self.sparse = sparse
        self.built = True

    def call(self, inputs: Any, count_weights: Any = None) -> Any:
        """Returns the encoded inputs."""
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                f"`CategoryEncoding` '{self.name}' uses `count_weights` only with "
                f"`output_mode='count'`, and has {self.output_mode!r}."
            )
        labels = ops.cast(inputs, "int32")
        if self.output_mode != "one_hot":  # there, as in Keras, what is no category gives zeros
            check_indices(f"`CategoryEncoding` '{self.name}'", labels, 0, None, ValueError)
        return _encode(labels, self.output_mode, self.num_tokens, self.compute_dtype, count_weights)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the encoded inputs."""
        return _encoded_shape(input_shape, self.output_mode, self.num_tokens)

    def compute_output_spec(self, inputs: Any, count_weights: Any = None) -> Any:
        """Returns placeholders for what `call` returns."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "num_tokens": self.num_tokens,
            "output_mode": self.output_mode,
        }


@in_order("dtype", "name")
class Discretization(DataLayer):
    """Sorts numbers into bins.

    Args:
        bin_boundaries: Where bins end, rising: `[0, 1]` makes bins below 0, from 0 below 1, and
            from 1.
        num_bins: How many bins `adapt` makes, each with about as many elements; instead of
            `bin_boundaries`.
        epsilon: How fine `adapt` looks, default 0.01.
        output_mode: `"int"` (default) for the bin's number, or as in `CategoryEncoding`.
        sparse: Only `False`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range, or not exactly one of the first two is given.

    Example:
        >>> import numpy as np
        >>> Discretization([0.0, 1.0])(np.array([-1.0, 0.5, 1.0])).tolist()
        [0, 1, 2]
    """

    @checked
    def __init__(
        self,
        bin_boundaries: Vector | None = None,
        num_bins: PositiveInt | None = None,
        epsilon: NonNegative = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (bin_boundaries is None) == (num_bins is None):
            raise ValueError(
                "`Discretization` expected one of `bin_boundaries` and `num_bins`, received "
                f"{bin_boundaries!r} and {num_bins!r}."
            )
        if output_mode not in ("int", "one_hot", "multi_hot", "count"):
            raise ValueError(
                "`Discretization` expected `output_mode` 'int', 'one_hot', 'multi_hot' or 'count', "
                f"received {output_mode!r}."
            )
        _refuse_sparse("Discretization", sparse)
        if num_bins is not None:
            num_bins = num_bins
        self.bin_boundaries = None if bin_boundaries is None else list(bin_boundaries)
        self.num_bins = num_bins
        self.epsilon = epsilon
        self.output_mode = output_mode
        self.sparse = sparse
        self._summary: Any = None
        self.built = True

    @checked
    def adapt(self, data: Any, steps: NonNegativeInt | None = None) -> None:
        """Finds the boundaries of `num_bins` bins with about as many elements of the data each.

        Args:
            data: An array; a `PyDataset`; or an iterable of batches, such as a dataset or a
                generator. Of a batch that is a tuple, the first counts.
            steps: How many of the iterable's arrays to look at; default all.

        Raises:
            ValueError: If the layer was given `bin_boundaries`.
        """
        self.reset_state()
        for batch in batches_of(self, data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Looks at one array more.

        Args:
            data: Numbers, any shape.
        """
        summary = quantiles.summarize(data, self.epsilon)
        if self._summary is None:
            self._summary = quantiles.merge(summary, summary[:, :0], self.epsilon)
        else:
            self._summary = quantiles.merge(summary, self._summary, self.epsilon)

    def finalize_state(self) -> None:
        """Sets `bin_boundaries` from what was seen."""
        if self.num_bins is not None and self._summary is not None:
            self.bin_boundaries = quantiles.bin_boundaries(self._summary, self.num_bins)

    def reset_state(self) -> None:
        """Forgets what was seen.

        Raises:
            ValueError: If the layer was given `bin_boundaries`.
        """
        if self.num_bins is None:
            raise ValueError(
                f"`Discretization` '{self.name}' was given `bin_boundaries`, so it cannot adapt. "
                "Make it with `num_bins` instead."
            )
        self._summary = None

    def call(self, inputs: Any) -> Any:
        """Returns the number of each input's bin, or that encoded."""
        if self.bin_boundaries is None:
            raise ValueError(
                f"`Discretization` '{self.name}' has no bins yet. Call `adapt(data)` first, or "
                "give it `bin_boundaries`."
            )
        boundaries = ops.convert_to_tensor(self.bin_boundaries, "float32")
        values = ops.expand_dims(ops.cast(inputs, "float32"), -1)
        bins = ops.sum(ops.greater_equal(values, boundaries), axis=-1)
        if self.output_mode == "int":
            return bins
        return _encode(bins, self.output_mode, len(self.bin_boundaries) + 1, self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`, or the shape of the encoded bins."""
        if self.output_mode == "int":
            return input_shape
        bins = self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1
        return _encoded_shape(input_shape, self.output_mode, bins or 1)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns placeholders for what `call` returns."""
        dtype = "int32" if self.output_mode == "int" else self.compute_dtype
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            "bin_boundaries": self.bin_boundaries,
            "num_bins": self.num_bins,
            "epsilon": self.epsilon,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.dtype,
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`'s dict, with the boundaries it has found."""
        if config.get("num_bins") is None:
            return super().from_config(config)
        layer = super().from_config({**config, "bin_boundaries": None})
        layer.bin_boundaries = config.get("bin_boundaries")
        return layer
