"""Owns `Input` and `InputLayer`, where data enters a model."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import DType, PositiveInt, Shape, checked
from pykeras_core.layers.base import Layer
from pykeras_core.symbolic.keras_tensor import KerasTensor, Node, standardize_shape

__all__ = ["Input", "InputLayer"]


def _refuse(name: str, value: Any) -> None:
    if value:
        raise ValueError(f"`Input` cannot be {name}: the engine has dense arrays only.")


class InputLayer(Layer):
    """The first layer of a model; `Input` makes one.

    Args:
        shape: Shape without the batch axis.
        batch_size: Size of the batch axis, or `None` for any.
        dtype: Dtype, default float32.
        sparse: Accepted as in Keras; must not be true.
        ragged: Accepted as in Keras; must not be true.
        batch_shape: Shape with the batch axis, in place of `shape` and `batch_size`.
        input_tensor: An existing placeholder to wrap.
        optional: Whether `None` may be passed for this input.
        name: Default: an automatic one.
        **kwargs: `input_shape` and `batch_input_shape`, other names of `shape`, `batch_shape`.

    Raises:
        ValueError: If no shape is given, or two that contradict each other.
    """

    @checked
    def __init__(
        self,
        shape: Shape | None = None,
        batch_size: PositiveInt | None = None,
        dtype: DType = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Shape | None = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        shape = kwargs.pop("input_shape", shape)
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        super().__init__(name=name, **kwargs)
        _refuse("sparse", sparse)
        _refuse("ragged", ragged)
        if input_tensor is None:
            full_shape = self._full_shape(shape, batch_size, batch_shape)
            input_tensor = KerasTensor(full_shape, dtype=dtype, name=self.name)
        elif shape is not None or batch_shape is not None or batch_size is not None:
            raise ValueError("`Input` takes either a `tensor` or a shape, received both.")
        self._batch_shape = input_tensor.shape
        self._input_dtype = input_tensor.dtype
        self.optional = optional
        self.built = True
        Node(self, outputs=input_tensor)

    def _full_shape(self, shape: Any, batch_size: int | None, batch_shape: Any) -> Any:
        if batch_shape is not None:
            if shape is not None or batch_size is not None:
                raise ValueError(
                    "`Input` takes `batch_shape`, or `shape` and `batch_size`, received both."
                )
            return standardize_shape(batch_shape)
        if shape is None:
            raise ValueError(
                "`Input` needs the shape of one sample, as in `Input(shape=(28, 28))`."
            )
        return (batch_size, *standardize_shape(shape))

    def call(self) -> None:
        """Returns nothing: an input has no inputs."""

    @property
    def batch_shape(self) -> tuple[int | None, ...]:
        """The shape, batch axis included."""
        return self._batch_shape

    @property
    def dtype(self) -> str:
        """The dtype of the data."""
        return self._input_dtype

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": False,
            "ragged": False,
            "name": self.name,
            "optional": self.optional,
        }


@checked
def Input(
    shape: Shape | None = None,
    batch_size: PositiveInt | None = None,
    dtype: DType = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Shape | None = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> Any:
    """Returns the placeholder that a functional model starts from.

    Args:
        shape: Shape of one sample, without the batch axis; `None` for sizes that vary.
        batch_size: Size of the batch axis, or `None` (default) for any.
        dtype: Dtype, default float32.
        sparse: Accepted as in Keras; must not be true.
        ragged: Accepted as in Keras; must not be true.
        batch_shape: Shape with the batch axis, in place of `shape` and `batch_size`.
        name: Default: an automatic one.
        tensor: An existing placeholder to use.
        optional: Whether `None` may be passed for this input.

    Returns:
        `KerasTensor` of shape `(batch_size, *shape)`.

    Raises:
        ValueError: If no shape is given, or two that contradict each other.

    Example:
        >>> Input(shape=(28, 28)).shape
        (None, 28, 28)
    """
    return InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        name=name,
        input_tensor=tensor,
        optional=optional,
    ).output
