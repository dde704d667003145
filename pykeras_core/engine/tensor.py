"""Tensors: the values that ops take and give.

This module owns `Tensor` and its operators, which are written in primitives, and NumPy's dispatch
protocols: `np.exp(tensor)` and `np.mean(tensor, axis=0)` run the op of the same name, so a loss
written in plain NumPy can be traced and differentiated (NEP 13, NEP 18).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.checks import array as arrays
from pykeras_core.engine.primitive import Array, Spec
from pykeras_core.engine.program import Value
from pykeras_core.engine.properties import DTYPE_OF, DType, TensorShape

__all__ = ["Operators", "Tensor"]


class Operators:
    """Python's operators and NumPy's protocols, for Tensors and variables alike."""

    __array_priority__ = 1000
    spec: Spec

    def numpy(self) -> Array:
        """The value as an array."""
        raise NotImplementedError

    @property
    def shape(self) -> TensorShape:
        """Tuple of ints."""
        return TensorShape(self.spec.shape)

    def get_shape(self) -> TensorShape:
        """The shape."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Do nothing, for programs that tell a shape: it is known."""

    @property
    def dtype(self) -> DType:
        """Name of the dtype, 'float32' for example."""
        return DTYPE_OF[self.spec.dtype]

    @property
    def device(self) -> str:
        """Where the elements are, for programs that ask: there is one device."""
        return "/device:CPU:0"

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.spec.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.spec.size

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return arithmetic.transpose(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.numpy(), dtype, copy=copy)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return numpy_calls.on_ufunc(ufunc, method, *inputs, **kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return numpy_calls.on_function(func, args, kwargs)

    def astype(self, dtype: Any) -> Tensor:
        """Cast to another dtype."""
        return arithmetic.cast(self, dtype)

    def reshape(self, *shape: Any) -> Tensor:
        """The same elements under another shape."""
        new_shape = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        return arithmetic.reshape(self, new_shape)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Sum over axes."""
        return arithmetic.sum_(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Mean over axes."""
        return arithmetic.mean(self, axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Maximum over axes."""
        return arithmetic.max_(self, axis=axis, keepdims=keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Minimum over axes."""
        return arithmetic.min_(self, axis=axis, keepdims=keepdims)

    def item(self) -> Any:
        """The single element as a Python number."""
        return self.numpy().item()

    def tolist(self) -> Any:
        """The elements as nested Python lists."""
        return self.numpy().tolist()

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a Tensor of shape () has no length")
        return self.spec.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __float__(self) -> float:
        return float(self.numpy().item())

    def __int__(self) -> int:
        return int(self.numpy().item())

    def __index__(self) -> int:
        if self.dtype in ("float32", "bool"):
            raise TypeError(f"only integer Tensors can be an index, received {self.dtype}")
        return int(self)

    def __format__(self, format_spec: str) -> str:
        return format(self.numpy().item(), format_spec) if format_spec else str(self)

    def __getitem__(self, key: Any) -> Tensor:
        return indexing.get_item(self, key)

    def __hash__(self) -> int:
        return id(self)

    def __neg__(self) -> Tensor:
        return arithmetic.negative(self)

    def __pos__(self) -> Any:
        return self

    def __round__(self, ndigits: int | None = None) -> Tensor:
        return arithmetic.round_(self, ndigits or 0)

    def __abs__(self) -> Tensor:
        return arithmetic.absolute(self)

    def __invert__(self) -> Tensor:
        return arithmetic.bitwise_not(self)

    def __add__(self, other: Any) -> Tensor:
        return arithmetic.add(self, other)

    def __radd__(self, other: Any) -> Tensor:
        return arithmetic.add(other, self)

    def __sub__(self, other: Any) -> Tensor:
        return arithmetic.subtract(self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return arithmetic.subtract(other, self)

    def __mul__(self, other: Any) -> Tensor:
        return arithmetic.multiply(self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return arithmetic.multiply(other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return arithmetic.true_divide(self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return arithmetic.true_divide(other, self)

    def __floordiv__(self, other: Any) -> Tensor:
        return arithmetic.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return arithmetic.floor_divide(other, self)

    def __mod__(self, other: Any) -> Tensor:
        return arithmetic.mod(self, other)

    def __rmod__(self, other: Any) -> Tensor:
        return arithmetic.mod(other, self)

    def __pow__(self, other: Any) -> Tensor:
        return arithmetic.power(self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return arithmetic.power(other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return arithmetic.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return arithmetic.matmul(other, self)

    def __and__(self, other: Any) -> Tensor:
        return arithmetic.bitwise_and(self, other)

    def __or__(self, other: Any) -> Tensor:
        return arithmetic.bitwise_or(self, other)

    def __xor__(self, other: Any) -> Tensor:
        return arithmetic.bitwise_xor(self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __eq__(self, other: Any) -> Any:
        return False if other is None else arithmetic.equal(self, other)

    def __ne__(self, other: Any) -> Any:
        return True if other is None else arithmetic.not_equal(self, other)

    def __lt__(self, other: Any) -> Tensor:
        return arithmetic.less(self, other)

    def __le__(self, other: Any) -> Tensor:
        return arithmetic.less_equal(self, other)

    def __gt__(self, other: Any) -> Tensor:
        return arithmetic.greater(self, other)

    def __ge__(self, other: Any) -> Tensor:
        return arithmetic.greater_equal(self, other)


class Tensor(Operators, Value):
    """An array of known shape and dtype; its elements are known too unless it is traced.

    Outside of a trace a Tensor is *eager*: it wraps an array that never changes. While a
    function is traced, Tensors are *symbolic*: they stand for whatever the program will compute.

    Args:
        spec: Shape and dtype.
        array: The elements, or None for a symbolic Tensor.

    Example:
        >>> import pykeras_core as keras
        >>> keras.ops.add([1.0, 2.0], 1.0).numpy()
        array([2., 3.], dtype=float32)
    """

    def numpy(self) -> Array:
        """The elements as an array that cannot be written to; `np.array(tensor)` copies them.

        Raises:
            TypeError: If the Tensor is symbolic.
        """
        if self.array is None:
            raise TypeError(
                f"this Tensor ({self.spec}) is symbolic: it belongs to a function being traced "
                "and has no value yet. Use `keras.ops` on it (`ops.where` instead of `if`), or "
                "compile with `run_eagerly=True` to look at values."
            )
        view = self.array.view()
        view.flags.writeable = False
        return view

    def __repr__(self) -> str:
        if self.array is None:
            return f"<Tensor {self.spec}, symbolic>"
        return f"<Tensor {self.spec}\n{self.array!r}>"

    def __str__(self) -> str:
        return repr(self) if self.array is None else str(self.array)


arrays.always.add(Tensor)

from pykeras_core.engine import arithmetic, indexing, numpy_calls  # noqa: E402 (they give Tensors)
