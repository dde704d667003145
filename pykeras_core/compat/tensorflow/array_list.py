"""Owns `TensorArray`, the list of tensors that loops of TensorFlow write to."""

from __future__ import annotations

from typing import Any

from pykeras_core.compat.tensorflow.arrays import concat, convert_to_tensor, stack

__all__ = ["TensorArray"]


class TensorArray:
    """A list of tensors by number.

    Args:
        dtype: Dtype of the elements.
        size: How many there are at first.
        dynamic_size: Whether it may grow.
        clear_after_read: Accepted as in TensorFlow.
        tensor_array_name: Accepted as in TensorFlow.
        handle: Accepted as in TensorFlow.
        flow: Accepted as in TensorFlow.
        infer_shape: Accepted as in TensorFlow.
        element_shape: Accepted as in TensorFlow.
        colocate_with_first_write_call: Accepted as in TensorFlow.
        name: Accepted as in TensorFlow.

    Example:
        >>> rows = TensorArray("float32", size=0, dynamic_size=True)
        >>> rows = rows.write(0, [1.0]).write(1, [2.0])
        >>> rows.stack().tolist()
        [[1.0], [2.0]]
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: Any = None,
        tensor_array_name: Any = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        self.dtype = dtype
        self.dynamic_size = bool(dynamic_size)
        self._items: list[Any] = [None] * int(size or 0)

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Puts a tensor at a number; returns the list.

        Raises:
            IndexError: If the number is beyond a list that may not grow.
        """
        at = int(index)
        if at >= len(self._items) and not self.dynamic_size:
            raise IndexError(
                f"`TensorArray.write` expected a number below {len(self._items)}, received {at}. "
                "Make it with `dynamic_size=True`."
            )
        self._items += [None] * (at + 1 - len(self._items))
        self._items[at] = convert_to_tensor(value, None if self.dtype == "string" else self.dtype)
        return self

    def read(self, index: Any, name: str | None = None) -> Any:
        """The tensor at a number."""
        return self._items[int(index)]

    def size(self, name: str | None = None) -> int:
        """How many there are."""
        return len(self._items)

    def _written(self) -> list[Any]:
        if any(item is None for item in self._items):
            raise ValueError("`TensorArray` has places that nothing was written to")
        return self._items

    def stack(self, name: str | None = None) -> Any:
        """All of them, along a new first axis."""
        return stack(self._written())

    def concat(self, name: str | None = None) -> Any:
        """All of them, joined along their first axis."""
        return concat(self._written(), 0)

    def gather(self, indices: Any, name: str | None = None) -> Any:
        """Some of them, along a new first axis."""
        return stack([self._written()[int(index)] for index in indices])

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Takes the rows of a tensor; returns the list."""
        self._items = list(convert_to_tensor(value))
        return self
