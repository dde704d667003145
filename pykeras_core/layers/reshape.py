"""Owns the layers that only rearrange: `Flatten`, `Reshape`, `Permute`, `RepeatVector`."""

from __future__ import annotations

import math
from typing import Any

from pykeras_core import ops
from pykeras_core.checks import Integers, IntTuple, PositiveInt, checked
from pykeras_core.layers.base import Layer
from pykeras_core.layers.input_spec import InputSpec
from pykeras_core.settings import standardize_data_format
from pykeras_core.symbolic.keras_tensor import KerasTensor, standardize_shape

__all__ = ["Flatten", "Permute", "RepeatVector", "Reshape"]


class _Rearranging(Layer):
    """A layer without weights that keeps the dtype of its inputs."""

    @checked
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns a placeholder of the output shape and the inputs' dtype."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=inputs.dtype)


class Flatten(_Rearranging):
    """Makes one axis of all but the batch axis.

    Args:
        data_format: `"channels_first"` moves the channels last before flattening; default the
            configured format, `"channels_last"`.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, ...)`.

    Output shape:
        `(batch, product of the other sizes)`.

    Example:
        >>> import numpy as np
        >>> Flatten()(np.zeros((2, 28, 28))).shape
        (2, 784)
    """

    @checked
    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:
        """Returns the inputs as `(batch, features)`."""
        rank = len(inputs.shape)
        if self.data_format == "channels_first" and rank > 1:
            inputs = ops.transpose(inputs, (0, *range(2, rank), 1))
        return ops.reshape(inputs, self.compute_output_shape(inputs.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(batch, product of the other sizes)`."""
        sizes = input_shape[1:]
        return (input_shape[0], None if None in sizes else math.prod(sizes))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "data_format": self.data_format}


class Reshape(_Rearranging):
    """Gives each sample another shape.

    Args:
        target_shape: Shape without the batch axis; one size may be -1, for what remains.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `target_shape` has two -1 or another negative size, or if the number of
            elements differs.

    Example:
        >>> import numpy as np
        >>> Reshape((3, -1))(np.zeros((2, 12))).shape
        (2, 3, 4)
    """

    @checked
    def __init__(self, target_shape: Integers, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sizes = (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)
        rest = standardize_shape([size for size in sizes if size != -1])
        if len(rest) < len(sizes) - 1 or None in rest:
            raise ValueError(
                f"`Reshape` expected positive sizes and at most one -1, received {sizes}."
            )
        self.target_shape = sizes

    def call(self, inputs: Any) -> Any:
        """Returns the inputs as `(batch, *target_shape)`."""
        return ops.reshape(inputs, self.compute_output_shape(inputs.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(batch, *target_shape)` with -1 replaced, by `None` if it is not known."""
        sizes = input_shape[1:]
        known = math.prod(size for size in self.target_shape if size != -1)
        if None in sizes:
            return (input_shape[0], *(None if s == -1 else s for s in self.target_shape))
        total = math.prod(sizes)
        fits = (known and total % known == 0) if -1 in self.target_shape else known == total
        if not fits:
            raise ValueError(
                f"`Reshape` '{self.name}' cannot make shape {self.target_shape} of samples of "
                f"shape {tuple(sizes)}, which have {total} elements."
            )
        return (input_shape[0], *(total // known if s == -1 else s for s in self.target_shape))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "target_shape": self.target_shape}


class Permute(_Rearranging):
    """Reorders the axes of each sample.

    Args:
        dims: The new order, counted from 1; the batch axis stays first.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If `dims` is not 1, 2, ... in some order.

    Example:
        >>> import numpy as np
        >>> Permute((2, 1))(np.zeros((2, 10, 64))).shape
        (2, 64, 10)
    """

    @checked
    def __init__(self, dims: IntTuple, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                f"`Permute` expected each of 1 to {len(self.dims)} once, received {self.dims}."
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Any) -> Any:
        """Returns the inputs with their axes reordered."""
        return ops.transpose(inputs, (0, *self.dims))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape in the new order."""
        return (input_shape[0], *(input_shape[dim] for dim in self.dims))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "dims": self.dims}


class RepeatVector(_Rearranging):
    """Repeats each sample `n` times along a new axis.

    Args:
        n: Number of copies, positive.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, features)`.

    Output shape:
        `(batch, n, features)`.

    Raises:
        ValueError: If `n` is no positive int.

    Example:
        >>> import numpy as np
        >>> RepeatVector(3)(np.zeros((2, 5))).shape
        (2, 3, 5)
    """

    @checked
    def __init__(self, n: PositiveInt, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        """Returns the inputs, repeated along axis 1."""
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(batch, n, features)`."""
        return (input_shape[0], self.n, input_shape[1])

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "n": self.n}
