"""Owns `KerasTensor`, the placeholder that functional models are wired with, and its history.

A `KerasTensor` has a shape (with `None` for sizes not known yet) and a dtype, never a value.
Calling an operation on one records a `Node`, so that a model can be read off the wiring.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pykeras_core import engine, tree
from pykeras_core.checks import refuse
from pykeras_core.engine.properties import DTYPE_OF, DType, TensorShape
from pykeras_core.naming import auto_name
from pykeras_core.symbolic import registry

__all__ = [
    "KerasHistory",
    "KerasTensor",
    "Node",
    "any_symbolic_tensors",
    "is_keras_tensor",
    "standardize_shape",
]

Shape = tuple[int | None, ...]


def standardize_shape(shape: Any) -> Shape:
    """Returns a shape as a tuple of ints and `None`.

    Args:
        shape: A list or tuple of non-negative ints and `None`.

    Returns:
        The tuple.

    Raises:
        ValueError: If `shape` is not such a sequence.
    """
    if isinstance(shape, int) or shape is None or isinstance(shape, str):
        raise ValueError(
            f"A shape must be a tuple of ints and None, received {shape!r}. "
            "Write a single axis as `(784,)`."
        )
    result: list[int | None] = []
    for size in shape:
        if size is not None:
            whole = hasattr(size, "__int__") and not isinstance(size, float | str)
            if not whole or int(size) != size or size < 0:
                raise ValueError(
                    f"Each size in a shape must be a non-negative int or None, "
                    f"received {size!r} in {tuple(shape)}."
                )
            size = int(size)
        result.append(size)
    return tuple(result)


def _dtype_of(dtype: Any) -> DType:
    text = dtype is str or (isinstance(dtype, str) and dtype == "string")
    return DTYPE_OF["string" if text else engine.canonical_dtype(dtype)]


class KerasHistory(NamedTuple):
    """Which call made a `KerasTensor`: the operation, the number of its call, the output."""

    operation: Any
    node_index: int
    tensor_index: int


class KerasTensor:
    """A tensor without a value: what `Input` returns and layers pass on to each other.

    Args:
        shape: Shape, `None` where a size is not known; the batch axis included.
        dtype: Dtype, default float32.
        sparse: Not offered; only False.
        ragged: Not offered; only False.
        record_history: Accepted as in Keras; history is always kept.
        name: Default: an automatic one.

    Example:
        >>> from pykeras_core.layers import Dense, Input
        >>> Dense(4)(Input((3,))).shape
        (None, 4)
    """

    _keras_history: KerasHistory
    _keras_mask: Any
    _pre_serialization_keras_history: Any

    def __init__(
        self,
        shape: Any,
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
    ) -> None:
        for kind, asked in (("sparse", sparse), ("ragged", ragged)):
            if asked is not False and asked is not None:
                raise refuse("KerasTensor", kind, "False", asked)
        if not hasattr(shape, "__iter__"):
            raise refuse("KerasTensor", "shape", "a tuple, each size an int or None", shape)
        if name is not None and not isinstance(name, str):
            raise refuse("KerasTensor", "name", "a string or None", name)
        self._shape = standardize_shape(shape)
        self._dtype = _dtype_of("float32" if dtype is None else dtype)
        self.name = name or auto_name(type(self).__name__)

    @property
    def shape(self) -> TensorShape:
        """The shape."""
        return TensorShape(self._shape)

    def get_shape(self) -> TensorShape:
        """The shape."""
        return self.shape

    @property
    def dtype(self) -> DType:
        """The dtype's name; "string" for text, which layers of text make numbers of."""
        return self._dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._shape)

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"

    def _no_value(self, wanted: str) -> TypeError:
        return TypeError(
            f"{self!r} is a placeholder without a value, so it has no {wanted}. Compute with "
            "layers and `keras.ops`; a model made from it takes real arrays."
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        raise self._no_value("array")

    def __bool__(self) -> bool:
        raise self._no_value("truth value")

    def __float__(self) -> float:
        raise self._no_value("number")

    def __int__(self) -> int:
        raise self._no_value("number")

    def __len__(self) -> int:
        raise self._no_value("length")

    def __iter__(self) -> Iterator[Any]:
        raise self._no_value("elements to iterate over")

    # With NumPy's protocols off, `array + placeholder` reaches `__radd__` below.
    __array_ufunc__ = None

    def __getitem__(self, key: Any) -> Any:
        # Keras's files know no bare slice, and JSON no tuples.
        return _apply("get_item", self, tuple(key) if isinstance(key, list) else _in_tuple(key))

    def __neg__(self) -> Any:
        return _apply("negative", self)

    def __abs__(self) -> Any:
        return _apply("absolute", self)

    def __add__(self, other: Any) -> Any:
        return _apply("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return _apply("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return _apply("subtract", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _apply("subtract", other, self)

    def __mul__(self, other: Any) -> Any:
        return _apply("multiply", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _apply("multiply", other, self)

    def __truediv__(self, other: Any) -> Any:
        return _apply("true_divide", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _apply("true_divide", other, self)

    def __pow__(self, other: Any) -> Any:
        return _apply("power", self, other)

    def __rpow__(self, other: Any) -> Any:
        return _apply("power", other, self)

    def __matmul__(self, other: Any) -> Any:
        return _apply("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _apply("matmul", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return _apply("floor_divide", self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return _apply("floor_divide", other, self)

    def __mod__(self, other: Any) -> Any:
        return _apply("mod", self, other)

    def __rmod__(self, other: Any) -> Any:
        return _apply("mod", other, self)

    def __lt__(self, other: Any) -> Any:
        return _apply("less", self, other)

    def __le__(self, other: Any) -> Any:
        return _apply("less_equal", self, other)

    def __gt__(self, other: Any) -> Any:
        return _apply("greater", self, other)

    def __ge__(self, other: Any) -> Any:
        return _apply("greater_equal", self, other)

    def __ne__(self, other: Any) -> Any:
        return _apply("not_equal", self, other)

    def __and__(self, other: Any) -> Any:
        return _apply("logical_and", self, other)

    def __rand__(self, other: Any) -> Any:
        return _apply("logical_and", other, self)

    def __or__(self, other: Any) -> Any:
        return _apply("logical_or", self, other)

    def __ror__(self, other: Any) -> Any:
        return _apply("logical_or", other, self)

    def __xor__(self, other: Any) -> Any:
        return _apply("logical_xor", self, other)

    def __rxor__(self, other: Any) -> Any:
        return _apply("logical_xor", other, self)

    def __invert__(self) -> Any:
        return _apply("logical_not", self)

    def __round__(self, ndigits: int | None = None) -> Any:
        return _apply("round", self, ndigits or 0)


def _in_tuple(key: Any) -> Any:
    return key if isinstance(key, int | tuple) else (key,)


def _apply(name: str, *args: Any) -> Any:
    return registry.named(name)(*args)


def is_keras_tensor(x: Any) -> bool:
    """Returns whether `x` is a placeholder."""
    return isinstance(x, KerasTensor)


def any_symbolic_tensors(*structures: Any) -> bool:
    """Returns whether any placeholder is among the leaves of the structures."""
    return any(isinstance(leaf, KerasTensor) for leaf in tree.flatten(structures))


class Node:
    """One call of an operation on placeholders.

    Args:
        operation: What was called.
        call_args: Its positional arguments.
        call_kwargs: Its keyword arguments.
        outputs: Nested structure of the placeholders it returned; each gets its history.
    """

    def __init__(
        self,
        operation: Any,
        call_args: tuple[Any, ...] = (),
        call_kwargs: dict[str, Any] | None = None,
        outputs: Any = None,
    ) -> None:
        self.operation = operation
        self.call_args = call_args
        self.call_kwargs = call_kwargs or {}
        arguments = tree.flatten((self.call_args, self.call_kwargs))
        self.input_tensors = [leaf for leaf in arguments if isinstance(leaf, KerasTensor)]
        self.outputs: list[KerasTensor] = tree.flatten(outputs)
        for node in self.parent_nodes:
            node.operation._outbound_nodes.append(self)
        operation._inbound_nodes.append(self)
        index = len(operation._inbound_nodes) - 1
        for tensor_index, tensor in enumerate(self.outputs):
            if isinstance(tensor, KerasTensor):
                tensor._keras_history = KerasHistory(operation, index, tensor_index)

    def __repr__(self) -> str:
        return f"<Node operation={self.operation.name}>"

    @property
    def output_tensors(self) -> list[KerasTensor]:
        """The placeholders the call returned."""
        return self.outputs

    @property
    def is_input(self) -> bool:
        """Whether the call took no placeholder: an `Input`."""
        return not self.input_tensors

    @property
    def parent_nodes(self) -> list[Node]:
        """The calls that made this one's inputs."""
        histories = [getattr(tensor, "_keras_history", None) for tensor in self.input_tensors]
        return [
            history.operation._inbound_nodes[history.node_index]
            for history in histories
            if history is not None
        ]

    def fill_in(self, values: Mapping[int, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Returns the call's arguments with values in place of placeholders.

        Args:
            values: Values by `id` of the placeholder.

        Returns:
            `(args, kwargs)` to call the operation with.
        """

        def value_of(leaf: Any) -> Any:
            return values[id(leaf)] if isinstance(leaf, KerasTensor) else leaf

        args, kwargs = tree.map_structure(value_of, (self.call_args, self.call_kwargs))
        return args, kwargs
