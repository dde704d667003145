"""Owns the layers that sort text and integers into bins by a hash: `Hashing`, `HashedCrossing`."""

from __future__ import annotations

from typing import Any

from pykeras_core import engine, ops
from pykeras_core.checks import Integers, PositiveInt, checked, refuse
from pykeras_core.layers.categories import _encode, _encoded_shape, _refuse_sparse
from pykeras_core.layers.data_layer import DataLayer
from pykeras_core.layers.lookup import two_salts
from pykeras_core.ops.indexing import is_symbolic
from pykeras_core.symbolic.keras_tensor import KerasTensor, any_symbolic_tensors
from pykeras_core.symbolic.strings import as_text, holds_text, is_text
from pykeras_core.utils.hashes import bin_of, fingerprint, joined

__all__ = ["HashedCrossing", "Hashing"]

_FIRST_OF_CROSS = 0xDECAFCAFFE  # what TensorFlow begins a cross with
_MODES = ("int", "one_hot", "multi_hot", "count")


def _elements(layer: Any, inputs: Any) -> tuple[tuple[int, ...], list[Any]]:
    """Shape and elements in a flat list: `bytes` or ints; floats lose their fraction."""
    if is_symbolic(inputs):
        raise TypeError(
            f"`{type(layer).__name__}` '{layer.name}' runs on the host, before a training step "
            "begins. Make it a layer of a functional or sequential model, or apply it to the data "
            "before the model: `dataset.map(lambda x, y: (layer(x), y))`."
        )
    if is_text(inputs) or isinstance(inputs, str | bytes) or holds_text(inputs):
        text = as_text(inputs)
        return tuple(text.shape), text.reshape(-1).tolist()
    numbers = ops.convert_to_numpy(engine.convert_to_tensor(inputs))
    return numbers.shape, [int(number) for number in numbers.reshape(-1).tolist()]


class _HashLayer(DataLayer):
    """A layer that runs on the host and gives numbers of bins."""

    _on_host = True

    def __init__(
        self, num_bins: Any, output_mode: str, sparse: bool, modes: Any, **kwargs: Any
    ) -> None:
        if output_mode == "int" and kwargs.get("dtype") is None:
            kwargs["dtype"] = "int64"
        super().__init__(**kwargs)
        name = type(self).__name__
        if output_mode not in modes:
            raise refuse(name, "output_mode", f"one of {modes}", output_mode)
        _refuse_sparse(name, sparse)
        self.num_bins: int = num_bins
        self.output_mode = output_mode
        self.sparse = sparse
        self.built = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the layer on text or integers: tensors, arrays, placeholders or nested lists."""
        if any_symbolic_tensors(args, kwargs):
            return super().__call__(*args, **kwargs)
        return self.call(*args, **kwargs)

    def _encoded(self, bins: list[int], shape: tuple[int, ...]) -> Any:
        numbers = ops.reshape(ops.array(bins, "int32"), shape)
        if self.output_mode == "int":
            return numbers
        return _encode(numbers, self.output_mode, self.num_bins, self.compute_dtype)

    def _spec(self, shape: Any) -> KerasTensor:
        if self.output_mode == "int":
            return KerasTensor(shape, dtype="int32")
        shape = _encoded_shape(shape or (1,), self.output_mode, self.num_bins)
        return KerasTensor(shape, dtype=self.compute_dtype)


class Hashing(_HashLayer):
    """Sorts text or integers into bins, by a hash of them, without a vocabulary.

    The bins are those of Keras: FarmHash's fingerprint, or SipHash with a salt.

    Args:
        num_bins: How many bins there are.
        mask_value: A value that gets bin 0 to itself, or `None`.
        salt: An int or two, for a hash that cannot be foreseen; `None` for none.
        output_mode: `"int"` (default) for the bin's number, or as in `CategoryEncoding`.
        sparse: Only `False`.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> Hashing(10)([["hello"], ["world"]]).tolist()
        [[6], [8]]
    """

    @checked
    def __init__(
        self,
        num_bins: PositiveInt,
        mask_value: Any = None,
        salt: Integers | None = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_bins, output_mode, sparse, _MODES, **kwargs)
        if mask_value is not None and not isinstance(mask_value, str | bytes | int | float):
            raise refuse("Hashing", "mask_value", "text, a number or None", mask_value)
        self.mask_value = mask_value
        self.salt = two_salts("Hashing", salt)

    def call(self, inputs: Any) -> Any:
        """Returns the number of each input's bin, or that encoded."""
        shape, elements = _elements(self, inputs)
        if self.output_mode == "one_hot" and len(shape) > 1 and shape[-1] == 1:
            shape = shape[:-1]
        return self._encoded([self._bin(element) for element in elements], shape)

    def _bin(self, element: Any) -> int:
        mask = self.mask_value
        if isinstance(mask, str):
            mask = mask.encode()
        reserved = int(mask is not None and self.num_bins > 1)
        if reserved and element == mask:
            return 0
        text = element if isinstance(element, bytes) else str(element).encode()
        return bin_of(text, self.num_bins - reserved, self.salt) + reserved

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `input_shape`, or the shape of the encoded bins."""
        return self._spec(tuple(input_shape)).shape

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns placeholders for what `call` returns."""
        return self._spec(tuple(inputs.shape))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "num_bins": self.num_bins,
            "salt": self.salt,
            "mask_value": self.mask_value,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
        }


class HashedCrossing(_HashLayer):
    """Sorts pairs, or more, of text and integers into bins, by a hash of them together.

    Args:
        num_bins: How many bins there are.
        output_mode: `"int"` (default) for the bin's number, or `"one_hot"`.
        sparse: Only `False`.
        name: Default: an automatic one.
        dtype: Of the result.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> HashedCrossing(5)([["A", "B"], [101, 102]]).tolist()
        [1, 1]
    """

    @checked
    def __init__(
        self,
        num_bins: PositiveInt,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        modes = ("int", "one_hot")
        super().__init__(num_bins, output_mode, sparse, modes, name=name, dtype=dtype, **kwargs)

    def call(self, inputs: Any) -> Any:
        """Returns the bin of each row of the inputs, or that encoded."""
        self._check_count(inputs)
        columns = [_elements(self, column) for column in inputs]
        shapes = [shape for shape, _ in columns]
        self._check_shapes(shapes)
        bins = []
        for row in zip(*(elements for _, elements in columns), strict=True):
            number = _FIRST_OF_CROSS
            for element in row:
                known = isinstance(element, bytes)
                number = joined(number, fingerprint(element) if known else element % 2**64)
            bins.append(number % self.num_bins)
        return self._encoded(bins, shapes[0])

    def _check_count(self, inputs: Any) -> None:
        if not isinstance(inputs, list | tuple) or len(inputs) < 2:
            raise ValueError(
                f"`HashedCrossing` '{self.name}' expected a list of two inputs or more, received "
                f"{inputs!r}."
            )

    def _check_shapes(self, shapes: list[Any]) -> None:
        first = shapes[0]
        fits = len(first) < 2 or (len(first) == 2 and first[-1] == 1)
        if not fits or any(tuple(shape) != tuple(first) for shape in shapes):
            raise ValueError(
                f"`HashedCrossing` '{self.name}' expected inputs of one shape, (), (batch,) or "
                f"(batch, 1), received {[tuple(shape) for shape in shapes]}."
            )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of one input, or that of the encoded bins."""
        self._check_shapes(list(input_shape))
        return self._spec(tuple(input_shape[0])).shape

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns placeholders for what `call` returns."""
        self._check_count(inputs)
        self._check_shapes([column.shape for column in inputs])
        return self._spec(tuple(inputs[0].shape))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            "num_bins": self.num_bins,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.dtype,
        }
