"""Gradients by reverse accumulation over recorded equations.

This module owns `value_and_grad` and `GradientTape`. Both record the equations of a
computation, then walk them backwards applying each primitive's VJP. VJPs are written in ops,
so inside a trace the gradients become equations of the same program.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pykeras_core import hosting
from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Spec
from pykeras_core.engine.program import Equation, Value, dependent
from pykeras_core.engine.tensor import Operators, Tensor
from pykeras_core.engine.tracing import (
    Recorder,
    active_recorders,
    convert_to_tensor,
    not_recording,
    recording,
)
from pykeras_core.tree import flatten, is_nested, pack_sequence_as

__all__ = ["GradientTape", "backward", "differentiate", "value_and_grad"]


def backward(
    equations: Sequence[Equation],
    target: Tensor,
    sources: Sequence[Value],
    seed: Tensor | None = None,
) -> list[Tensor | None]:
    """Differentiate `target` with respect to `sources`.

    Args:
        equations: What was computed, in order.
        target: float32 Tensor of any shape; its elements are summed.
        sources: The values to differentiate by.
        seed: Cotangent of `target`, of its shape. Default: ones.

    Returns:
        One Tensor of each source's shape, or None where `target` does not depend on it.

    Raises:
        ValueError: If `seed` has another shape than `target`.
    """
    if seed is not None and seed.shape != target.shape:
        raise ValueError(
            f"expected a cotangent of the target's shape {target.shape}, received {seed.shape}"
        )
    if seed is None:
        seed = p.broadcast_to(p.constant(1.0, "float32"), shape=target.shape)
    return differentiate(equations, [(target, seed)], sources)


def differentiate(
    equations: Sequence[Equation],
    seeds: Sequence[tuple[Value, Tensor]],
    sources: Sequence[Value],
) -> list[Tensor | None]:
    """Differentiate several values at once, each weighed with a cotangent.

    Args:
        equations: What was computed, in order.
        seeds: float32 values and their cotangents, of equal shapes.
        sources: The values to differentiate by.

    Returns:
        One Tensor of each source's shape, or None where no seed depends on it.
    """
    active = dependent(equations, sources)
    cotangents: dict[int, Tensor] = {}
    for value, seed in seeds:
        if id(value) in active:
            _add(cotangents, value, seed)
    wanted = {id(source) for source in sources}
    for equation in reversed(equations):
        _pull_back(equation, active, cotangents, wanted)
    return [cotangents.get(id(source)) for source in sources]


def _add(cotangents: dict[int, Tensor], value: Value, part: Tensor) -> None:
    """Add to a value's cotangent."""
    sofar = cotangents.get(id(value))
    cotangents[id(value)] = part if sofar is None else p.add(sofar, part)


def _pull_back(
    equation: Equation, active: set[int], cotangents: dict[int, Tensor], wanted: set[int]
) -> None:
    """Send the cotangents of an equation's outputs to its operands."""
    arrived = [
        cotangents.get(id(value)) if id(value) in wanted else cotangents.pop(id(value), None)
        for value in equation.outputs
    ]
    if all(ct is None for ct in arrived):
        return
    parts = _gradients_of_operands(equation, arrived, [id(v) in active for v in equation.inputs])
    for value, part in zip(equation.inputs, parts, strict=True):
        if part is not None:
            _add(cotangents, value, part)


def _gradients_of_operands(
    equation: Equation, arrived: Sequence[Tensor | None], wanted: Sequence[bool]
) -> Iterable[Tensor | None]:
    """Apply an equation's rules; None for an operand that is not wanted or gets no gradient."""
    primitive, inputs, params = equation.primitive, equation.inputs, equation.params
    if primitive.pull_back is not None:
        yield from primitive.pull_back(
            differentiate, arrived, equation.outputs, *inputs, wanted=wanted, **params
        )
        return
    filled = tuple(
        _zeros(value.spec) if ct is None else ct
        for ct, value in zip(arrived, equation.outputs, strict=True)
    )
    several = len(filled) > 1
    outputs: Any = equation.outputs if several else equation.outputs[0]
    for position in range(len(inputs)):
        rule = primitive.rule_for(position)
        place = {"position": position} if primitive.variadic else {}
        if rule is None or not wanted[position]:
            yield None
        else:
            yield rule(filled if several else filled[0], outputs, *inputs, **params, **place)


def value_and_grad(
    function: Callable[..., Any], variables: Sequence[Any], has_aux: bool = False
) -> Callable[..., tuple[Any, list[Tensor]]]:
    """Return a function that gives `function`'s value and its gradients.

    Args:
        function: Returns a float32 Tensor, whose elements are summed, or with `has_aux` a pair
            of it and anything else.
        variables: Variables to differentiate by.
        has_aux: Whether `function` returns a pair.

    Returns:
        A function of the same arguments that returns `(value, gradients)`; a gradient has its
        variable's shape and is zero where the value does not depend on the variable. It raises
        TypeError if the value is not float32.

    Example:
        >>> from pykeras_core.engine import Variable
        >>> w = Variable(3.0)
        >>> value, (gradient,) = value_and_grad(lambda: w * w, [w])()
        >>> float(value), float(gradient)
        (9.0, 6.0)
    """

    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, list[Tensor]]:
        with recording(Recorder()) as recorder:
            for variable in variables:
                recorder.read(variable, variable.value)
            result = function(*args, **kwargs)
        target = convert_to_tensor(result[0] if has_aux else result)
        if target.dtype != "float32":
            raise TypeError(
                f"expected a float32 value to differentiate, received {target.dtype}. "
                "Cast what it is computed from with `keras.ops.cast`."
            )
        sources = [recorder.reads[id(variable)][1] for variable in variables]
        gradients = _gradients(recorder.equations, target, sources)
        return result, [
            _zeros(variable.spec) if gradient is None else gradient
            for gradient, variable in zip(gradients, variables, strict=True)
        ]

    return differentiated


def _zeros(spec: Spec) -> Tensor:
    return p.broadcast_to(p.constant(0.0, spec.dtype), shape=spec.shape)


def _total(parts: Iterable[Tensor | None]) -> Tensor | None:
    """The sum of the gradients that are there."""
    found = [part for part in parts if part is not None]
    return functools.reduce(p.add, found) if found else None


def _gradients(
    equations: Sequence[Equation],
    target: Tensor,
    sources: Sequence[Sequence[Value]],
    seed: Tensor | None = None,
) -> list[Tensor | None]:
    """Differentiate by sources of which each is one value or, read several times, several."""
    flat = iter(
        backward(equations, target, [value for source in sources for value in source], seed)
    )
    return [_total([next(flat) for _ in source]) for source in sources]


def _seeds(target: Any, output_gradients: Any) -> list[Tensor | None]:
    """A cotangent, or None for ones, for each Tensor of a target."""
    if output_gradients is None:
        return [None] * len(flatten(target))
    given = flatten(output_gradients) if is_nested(target) else [output_gradients]
    if len(given) != len(flatten(target)):
        raise ValueError(
            f"`GradientTape.gradient` expected one of output_gradients for each of "
            f"{len(flatten(target))} targets, received {len(given)}"
        )
    return [None if seed is None else convert_to_tensor(seed, "float32") for seed in given]


class GradientTape:
    """Record a computation and differentiate it afterwards, as TensorFlow's tape does.

    Trainable variables that are read are watched by themselves; Tensors need `watch`.

    Args:
        persistent: Whether `gradient` may be called more than once.
        watch_accessed_variables: Whether variables that are read are watched.

    Example:
        >>> from pykeras_core.engine import Variable
        >>> x = Variable(3.0)
        >>> with GradientTape() as tape:
        ...     y = x * x
        >>> float(tape.gradient(y, x))
        6.0
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._watch_accessed_variables = watch_accessed_variables
        self._recorder = Recorder()
        self._watched: set[int] = set()
        self._keep: list[Any] = []
        self._context: Any = None
        self._used = False

    def __enter__(self) -> GradientTape:
        if self._context is not None:
            raise ValueError("this `GradientTape` is recording already; make another one")
        if not active_recorders():
            hosting.loop("tape")
        self._context = recording(self._recorder)
        self._context.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._context.__exit__(*exception)
        self._context = None

    def watch(self, tensor: Any) -> None:
        """Differentiate by this Tensor or variable, or by all in this structure, too.

        Raises:
            TypeError: If something in it is not a Tensor.
        """
        for leaf in flatten(tensor):
            if not isinstance(leaf, Operators):
                raise TypeError(
                    f"`GradientTape.watch` expected a Tensor or variable, received "
                    f"{type(leaf).__name__}. Make one with `keras.ops.convert_to_tensor(x)` "
                    "and compute with that."
                )
            self._watched.add(id(leaf))
            self._keep.append(leaf)

    @contextlib.contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A context in which nothing is recorded.

        Raises:
            ValueError: If the tape is not recording.
        """
        if self._context is None:
            raise ValueError("`stop_recording` expected to be called inside of `with tape:`")
        with not_recording(self._recorder):
            yield

    def reset(self) -> None:
        """Forget what was recorded."""
        self._recorder.equations.clear()
        self._recorder.reads.clear()
        self._used = False

    def watched_variables(self) -> tuple[Any, ...]:
        """The trainable variables read so far, and those watched by hand, in order of reading."""
        return tuple(
            variable for variable, _ in self._recorder.reads.values() if self._watches(variable)
        )

    def _watches(self, variable: Any) -> bool:
        """Whether a variable is watched: by hand, or by itself when it is read."""
        by_itself = self._watch_accessed_variables and bool(variable.trainable)
        return by_itself or id(variable) in self._watched

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: str = "none",
    ) -> Any:
        """Differentiate the recorded computation.

        Args:
            target: Tensor, or a structure of Tensors whose gradients are added up.
            sources: Variables or watched Tensors, in any structure.
            output_gradients: Cotangents in the structure of `target`; default ones.
            unconnected_gradients: 'none' or 'zero': what to give for a source on which the
                target does not depend.

        Returns:
            Gradients in the structure of `sources`.

        Raises:
            RuntimeError: On a second call, unless the tape is persistent.
            ValueError: If `unconnected_gradients` is neither of the two, or a cotangent does not
                have the shape of its target.
            TypeError: If a source is neither a variable nor a Tensor.
        """
        if unconnected_gradients not in ("none", "zero"):
            raise ValueError(
                "`GradientTape.gradient` expected unconnected_gradients to be 'none' or 'zero', "
                f"received {unconnected_gradients!r}"
            )
        if self._used and not self._persistent:
            raise RuntimeError(
                "`gradient` was called twice on a `GradientTape` that keeps its record for one "
                "call. Make it with `GradientTape(persistent=True)`."
            )
        self._used = True
        leaves = flatten(sources)
        others = [one for one in active_recorders() if one is not self._recorder]
        if not others:  # else it is part of what another tape differentiates
            hosting.loop("gradient", target=target, sources=leaves)
        equations = list(self._recorder.equations)
        values = self._recorded(leaves, equations)
        targets = [convert_to_tensor(leaf) for leaf in flatten(target)]
        parts = [
            _gradients(equations, one, values, seed)
            for one, seed in zip(targets, _seeds(target, output_gradients), strict=True)
        ]
        if not self._persistent:
            self._recorder.equations.clear()
        totals = [_total(column) for column in zip(*parts, strict=True)]
        if unconnected_gradients == "zero":
            pairs = zip(totals, leaves, strict=True)
            totals = [_zeros(leaf.spec) if total is None else total for total, leaf in pairs]
        return pack_sequence_as(sources, totals)

    def _recorded(self, leaves: list[Any], equations: Sequence[Equation]) -> list[list[Value]]:
        """The recorded values of each source: none for one that is not watched.

        A Tensor counts if it is watched, or was computed from something that is.
        """
        variables = self._recorder.reads.values()
        watched = [leaf for leaf in self._keep if isinstance(leaf, Tensor)]
        watched += [v for one, reads in variables if self._watches(one) for v in reads]
        connected = dependent(equations, watched)
        found: list[list[Value]] = []
        for leaf in leaves:
            if isinstance(leaf, Tensor):
                found.append([leaf] if id(leaf) in connected else [])
            elif isinstance(leaf, Operators):
                read = self._recorder.reads.get(id(leaf))
                found.append([*read[1]] if read is not None and self._watches(leaf) else [])
            else:
                raise TypeError(
                    "`GradientTape.gradient` expected variables or Tensors as sources, received "
                    f"{type(leaf).__name__}"
                )
        return found
