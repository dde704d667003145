"""Tracing: running a function once to write down what it does.

This module owns `bind`, through which every primitive is applied. On eager Tensors it
computes; while `trace` runs a function it appends an Equation instead. It also owns `Recorder`,
which lists the equations that pass by (for gradients), and conversion to Tensors.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pykeras_core.engine import eager
from pykeras_core.engine.capacity import LARGE_BYTES, require_bytes
from pykeras_core.engine.primitive import PRIMITIVES, Array, Primitive, Spec, canonical_dtype
from pykeras_core.engine.program import Equation, Program, VariableLike
from pykeras_core.engine.tensor import Operators, Tensor
from pykeras_core.tree import flatten, map_structure, pack_sequence_as

__all__ = [
    "Op",
    "Recorder",
    "apply",
    "bind",
    "canonical_array",
    "convert_to_tensor",
    "current_trace",
    "is_tensor",
    "not_recording",
    "op",
    "recording",
    "suspend_trace",
    "trace",
]


class Trace:
    """A program in the making.

    Args:
        inputs: The symbolic Tensors that the traced function takes.
        captured: Where to list symbolic Tensors from outside; None if they are refused.
    """

    def __init__(self, inputs: Sequence[Tensor], captured: list[Tensor] | None = None) -> None:
        self.inputs = tuple(inputs)
        self.equations: list[Equation] = []
        self.initial: dict[int, tuple[VariableLike, Tensor]] = {}
        self.current: dict[int, tuple[VariableLike, Tensor]] = {}
        self.updated: dict[int, VariableLike] = {}
        self._unread: set[int] = set()
        self._stand_ins: list[Tensor] = []
        self._captured = captured
        self._own = {id(tensor) for tensor in inputs}

    def read(self, variable: VariableLike) -> Tensor:
        """The variable's value at this point of the trace.

        A gradient does not flow through a variable: whoever reads it reads a value of its own,
        in a trace as well as outside of one.
        """
        key = id(variable)
        if key not in self.current:
            entry = (variable, Tensor(variable.spec))
            self.initial[key] = self.current[key] = entry
            self._own.add(id(entry[1]))
        elif key in self._unread:
            self._unread.discard(key)
            value = apply("stop_gradient", self.current[key][1])
            self.current[key] = (variable, value)
        return self.current[key][1]

    def stand_in(self, spec: Spec) -> Tensor:
        """A Tensor of this trace that nothing computes: for a look at shapes alone."""
        tensor = Tensor(spec)
        self._stand_ins.append(tensor)
        self._own.add(id(tensor))
        return tensor

    def write(self, variable: VariableLike, value: Tensor) -> None:
        """Record that the variable becomes `value` when the program ends."""
        self.require_own(value)
        self.current[id(variable)] = (variable, value)
        self.updated[id(variable)] = variable
        self._unread.add(id(variable))

    def append(self, equation: Equation) -> None:
        """Record an equation."""
        self.equations.append(equation)
        self._own.update(id(value) for value in equation.outputs)

    def require_own(self, *tensors: Tensor) -> None:
        """Capture a symbolic Tensor that is not of this trace, or raise TypeError for it."""
        for tensor in tensors:
            if tensor.array is not None or id(tensor) in self._own:
                continue
            if self._captured is None:
                raise _leaked(tensor)
            self._captured.append(tensor)
            self._own.add(id(tensor))


def _leaked(tensor: Tensor) -> TypeError:
    return TypeError(
        f"a symbolic Tensor ({tensor.spec}) is used outside of the function that was traced when "
        "it was made. Do not keep Tensors from one call to the next: keep state in a "
        "`keras.Variable` and `assign` to it."
    )


class Recorder:
    """The equations applied, and the variables read, while it is active.

    `reads` holds each variable with the values that were read from it: a new one after every
    assignment.
    """

    def __init__(self) -> None:
        self.equations: list[Equation] = []
        self.reads: dict[int, tuple[VariableLike, list[Tensor]]] = {}

    def read(self, variable: VariableLike, value: Tensor) -> None:
        """Note that `value` was read from a variable."""
        values = self.reads.setdefault(id(variable), (variable, []))[1]
        if not values or values[-1] is not value:
            values.append(value)


_trace: Trace | None = None
_recorders: list[Recorder] = []


def current_trace() -> Trace | None:
    """The trace being written, or None when ops compute at once."""
    return _trace


@contextlib.contextmanager
def _tracing_into(new: Trace | None) -> Iterator[None]:
    """Write to `new` (None: compute at once); what is done is no part of a recording outside."""
    global _trace
    outer, _trace = _trace, new
    paused = _recorders[:]
    _recorders.clear()
    try:
        yield
    finally:
        _trace = outer
        _recorders[:] = paused


@contextlib.contextmanager
def suspend_trace() -> Iterator[None]:
    """Compute at once inside the block, even in the middle of a trace.

    Variables created while a step is traced get their initial values this way.
    """
    with _tracing_into(None):
        yield


@contextlib.contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Send every equation applied inside the block to `recorder` as well."""
    _recorders.append(recorder)
    try:
        yield recorder
    finally:
        _recorders.remove(recorder)


@contextlib.contextmanager
def not_recording(recorder: Recorder) -> Iterator[None]:
    """Send nothing to `recorder` inside the block."""
    place = _recorders.index(recorder)
    del _recorders[place]
    try:
        yield
    finally:
        _recorders.insert(place, recorder)


def active_recorders() -> Sequence[Recorder]:
    """The recorders that listen now."""
    return _recorders


def is_tensor(x: Any) -> bool:
    """Whether `x` is a Tensor or a variable."""
    return isinstance(x, Operators)


def convert_to_tensor(x: Any, dtype: Any = None) -> Tensor:
    """Make an eager Tensor of anything array-like; Tensors and variables pass through.

    Args:
        x: Array, number, nested lists of numbers or Tensors, Tensor or Variable.
        dtype: Wanted dtype; default: `x`'s own, made canonical (float64 becomes float32).

    Returns:
        A Tensor.

    Raises:
        ValueError: If `x` is ragged, or an integer does not fit into the dtype.
        TypeError: If `x` holds something other than numbers or bools.
    """
    wanted = None if dtype is None else canonical_dtype(dtype)
    if isinstance(x, Operators):
        tensor: Tensor = x if isinstance(x, Tensor) else x.value  # type: ignore[attr-defined]  # a Variable
        if wanted is not None and tensor.dtype != wanted:
            return apply("cast", tensor, dtype=wanted)
        return tensor
    array = canonical_array(x, wanted)
    if not isinstance(x, int | float | list | tuple) and np.may_share_memory(array, x):
        array = array.copy()  # whoever owns it may write to it; a Tensor never changes
    return Tensor(Spec(array.shape, array.dtype.name), array)


def canonical_array(x: Any, dtype: str | None = None) -> Array:
    """A contiguous array of an engine dtype; `x` itself, uncopied, where it is one already.

    Args:
        x: As `convert_to_tensor` takes it.
        dtype: Wanted dtype; default: `x`'s own, made canonical.

    Returns:
        An array that may share its memory with `x`.

    Raises:
        ValueError: If `x` is ragged, or an integer does not fit into the dtype.
        TypeError: If `x` holds something other than numbers or bools, or is symbolic.
    """
    if isinstance(x, Operators):
        x = x.numpy()
    if isinstance(x, list | tuple) and any(isinstance(leaf, Operators) for leaf in flatten(x)):
        x = map_structure(lambda leaf: leaf.numpy() if isinstance(leaf, Operators) else leaf, x)
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise ValueError(
            f"expected an array or nested lists of one shape, received {type(x).__name__}: {error}"
        ) from None
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"expected numbers or bools, received {type(x).__name__} of dtype {array.dtype}. "
            "Convert it to a numeric array first."
        )
    target = dtype or canonical_dtype(array.dtype)
    if array.dtype.name == target:
        return np.require(array, requirements="C")
    if array.dtype.kind in "iu" and target not in ("float32", "bool") and array.size:
        _check_range(array, target)
    with np.errstate(over="ignore", invalid="ignore"):
        (converted,) = PRIMITIVES["cast"].evaluate(array, dtype=target)
    return np.require(converted, requirements="C")


def _check_range(array: Array, target: str) -> None:
    limits = np.iinfo(target)
    if array.max() > limits.max or array.min() < limits.min:
        raise ValueError(
            f"integers from {array.min()} to {array.max()} do not fit into {target}. "
            "Cast them to float32 or scale them first."
        )


def _operands(args: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """Tensors for all operands; Python numbers take the dtype of the first Tensor."""
    dtype = next((arg.dtype for arg in args if isinstance(arg, Operators)), None)
    return tuple(
        convert_to_tensor(arg, dtype if isinstance(arg, bool | int | float) else None)
        for arg in args
    )


def bind(primitive: Primitive, *args: Any, **params: Any) -> Any:
    """Apply a primitive: compute on eager Tensors, append an Equation on symbolic ones.

    Args:
        primitive: What to apply.
        *args: Operands: Tensors, variables, arrays or numbers.
        **params: The primitive's own parameters.

    Returns:
        One Tensor, or a tuple of them for a primitive with several outputs.

    Raises:
        ValueError: If the operands do not fit (from the shape rule).
        TypeError: If a symbolic Tensor is used outside of its trace.
        MemoryError: If there is not enough memory for what it computes.
    """
    inputs = _operands(args)
    specs = primitive.output_specs(*(value.spec for value in inputs), **params)
    outputs = tuple(Tensor(spec) for spec in specs)
    equation = Equation(primitive, inputs, params, outputs)
    arrays = [value.array for value in inputs if value.array is not None]
    if len(arrays) == len(inputs) and not (primitive.effect and _trace is not None):
        _compute(equation, arrays)
    elif _trace is None:
        raise _leaked(next(value for value in inputs if value.array is None))
    else:
        _trace.require_own(*inputs)
        _trace.append(equation)
    for recorder in _recorders:
        recorder.equations.append(equation)
    return outputs[0] if len(outputs) == 1 else outputs


def apply(name: str, *args: Any, **params: Any) -> Tensor:
    """Apply the primitive of this name, which has one output."""
    result: Tensor = bind(PRIMITIVES[name], *args, **params)
    return result


def _compute(equation: Equation, arrays: Sequence[Array]) -> None:
    """Give the outputs of an equation their arrays."""
    for output in equation.outputs:
        if output.spec.size_bytes >= LARGE_BYTES and not equation.primitive.alias:
            require_bytes(
                f"an array of shape {output.spec.shape} ({output.spec.dtype})",
                {"its elements": output.spec.size_bytes},
                "Make it smaller, or compute it in parts.",
            )
    results: Sequence[Array] | None = eager.evaluate(equation, arrays)
    if results is None:
        with np.errstate(all="ignore"):
            results = equation.primitive.evaluate(*arrays, **equation.params)
    for output, result in zip(equation.outputs, results, strict=True):
        array = np.ascontiguousarray(result, dtype=output.spec.dtype)
        shape = output.spec.shape  # NumPy's scalars have come out as arrays of one element
        output.array = array if array.shape == shape else array.reshape(shape)


Op = Callable[..., Tensor]
"""What applies one primitive."""


def op(primitive: Primitive) -> Op:
    """The function that applies `primitive`, which has one output."""

    def apply(*args: Any, **params: Any) -> Tensor:
        result: Tensor = bind(primitive, *args, **params)
        return result

    apply.__name__ = apply.__qualname__ = primitive.name
    apply.__doc__ = f"Apply the primitive `{primitive.name}`."
    return apply


def trace(
    function: Callable[..., Any], *args: Any, captured: list[Tensor] | None = None
) -> Program:
    """Run `function` once on symbolic Tensors and return what it did as a Program.

    Args:
        function: Takes Tensors (in nested structures, like `args`), returns a structure of
            Tensors. It must compute with ops only and not look at values.
        *args: Specs, in nested lists, tuples and dicts; anything else is passed as it is.
        captured: Where to list the symbolic Tensors of an outer trace that `function` uses;
            default: such a Tensor is refused. The caller makes inputs of them.

    Returns:
        The Program. `program.pack(outputs)` puts a flat list of outputs back into the
        structure that `function` returned.

    Example:
        >>> from pykeras_core import ops
        >>> program = trace(lambda x: ops.sum(ops.exp(x)), Spec((2, 3)))
        >>> [equation.primitive.name for equation in program.equations]
        ['exp', 'sum']
    """
    leaves = [Tensor(leaf) if isinstance(leaf, Spec) else leaf for leaf in flatten(args)]
    pairs = zip(flatten(args), leaves, strict=True)
    new = Trace([leaf for given, leaf in pairs if isinstance(given, Spec)], captured)
    with _tracing_into(new):
        result = function(*pack_sequence_as(args, leaves))
        outputs = [convert_to_tensor(leaf) for leaf in flatten(result) if leaf is not None]
        new.require_own(*outputs)
    present = [leaf is not None for leaf in flatten(result)]

    def pack(leaves: Sequence[Any]) -> Any:
        remaining = iter(leaves)
        return pack_sequence_as(result, [next(remaining) if there else None for there in present])

    return Program(
        inputs=new.inputs,
        variables=tuple(new.initial.values()),
        equations=tuple(new.equations),
        outputs=tuple(outputs),
        updates=tuple((variable, new.current[key][1]) for key, variable in new.updated.items()),
        pack=pack,
    )
