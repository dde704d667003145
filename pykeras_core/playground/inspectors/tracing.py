"""A training step of a model, traced for those who look on, with the number of every value."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.engine import GradientTape, Program, Spec, Tensor, Variable, trace
from pykeras_core.engine.program import Equation, Value, needed
from pykeras_core.optimizers.base import noted_gradients
from pykeras_core.playground.inspectors.calls import Call, listening
from pykeras_core.playground.structures import Array, Structure, arrays_of, mapped

__all__ = ["TracedStep", "trace_step"]


@dataclass(eq=False)
class TracedStep:
    """A step, and what is known of it.

    Args:
        program: The step: from a batch to the updates of variables.
        arrays: The batch.
        calls: The calls of layers in it.
        loss: Its loss; None where the step computes none that is known.
        gradients: What the optimizer is given, by the id of its variable.
        sums: For each dense layer, by name: its product before bias and activation, and the
            gradient of the loss by it.
    """

    program: Program
    arrays: list[Array]
    calls: list[Call]
    loss: Value | None
    gradients: dict[int, tuple[Value, Variable]]
    sums: dict[str, tuple[Value, Value]]

    def numbers(self) -> dict[int, Array]:
        """The number of every value, by its id, at the weights of now.

        They are computed by the definitions of the primitives; what has an effect is left out.
        """
        found = {id(v): a for v, a in zip(self.program.inputs, self.arrays, strict=True)}
        found |= {id(value): variable.elements() for variable, value in self.program.variables}
        found |= {id(value): np.asarray(value.array) for value in self.program.constants()}
        with np.errstate(all="ignore"):
            for equation in self.program.equations:
                if equation.primitive.effect:
                    continue
                operands = [found[id(value)] for value in equation.inputs]
                results = equation.primitive.evaluate(*operands, **equation.params)
                for value, result in zip(equation.outputs, results, strict=True):
                    found[id(value)] = np.asarray(result, value.spec.dtype)
        return found

    def without_looks(self) -> Program:
        """The program as it trains, without what was added to look at it."""
        equations = self.program.equations
        wanted = [*self.program.outputs, *(value for _, value in self.program.updates)]
        kept = tuple(needed([e for e in equations if not e.primitive.effect], wanted))
        used = {id(value) for equation in kept for value in equation.inputs}
        used |= {id(value) for value in wanted}
        variables = tuple(pair for pair in self.program.variables if id(pair[1]) in used)
        return Program(
            self.program.inputs, variables, kept, self.program.outputs, self.program.updates
        )


def trace_step(model: Any, x: Structure, y: Structure) -> TracedStep:
    """Traces the `train_step` of a compiled model; nothing of the model changes.

    Args:
        model: The model.
        x: A batch.
        y: Its targets.
    """
    batch = (_canonical(x), _canonical(y))
    arrays = [*arrays_of(batch[0]), *arrays_of(batch[1])]
    losses: list[Any] = []
    sums: dict[str, tuple[Value, Value]] = {}
    heard: list[Call] = []

    def step(x: Any, y: Any) -> Any:
        with GradientTape(persistent=True) as tape:
            logs = model.train_step((x, y))
        loss = losses[0] if losses and isinstance(losses[0], Tensor) else None
        if loss is not None:
            sums.update(_slopes(tape, loss, heard))
        return [] if logs is None else [loss] if loss is not None else []

    with noted_gradients() as noted, _noting_loss(model, losses), listening(model) as calls:
        heard = calls
        program = trace(step, *(mapped_specs(part) for part in batch))
    loss = losses[0] if losses and isinstance(losses[0], Tensor) else None
    return TracedStep(program, arrays, list(calls), loss, dict(noted), sums)


def mapped_specs(data: Structure) -> Any:
    """The shape and dtype of each array, in the structure of the data."""
    return tree.map_structure(lambda array: Spec(array.shape, array.dtype.name), data)


def _canonical(data: Structure) -> Structure:
    def one(array: Array) -> Array:
        dtype = (
            "float32" if array.dtype.kind == "f" else "int32" if array.dtype.kind in "iu" else None
        )
        return np.ascontiguousarray(array if dtype is None else array.astype(dtype))

    return mapped(one, data)


@contextmanager
def _noting_loss(model: Any, losses: list[Any]) -> Iterator[None]:
    """Within it, what `compute_loss` of a model gives is noted."""
    compute_loss = model.compute_loss
    own = vars(model).get("compute_loss")

    @functools.wraps(compute_loss)
    def noted(*args: Any, **kwargs: Any) -> Any:
        losses.append(compute_loss(*args, **kwargs))
        return losses[-1]

    object.__setattr__(model, "compute_loss", noted)
    try:
        yield
    finally:
        if own is None:
            object.__delattr__(model, "compute_loss")
        else:
            object.__setattr__(model, "compute_loss", own)


def _slopes(tape: GradientTape, loss: Tensor, calls: list[Call]) -> dict[str, tuple[Value, Value]]:
    """What each dense layer sums up before its activation, and the gradient of the loss by it."""
    found: dict[str, tuple[Value, Value]] = {}
    recorded: list[Equation] = list(tape._recorder.equations)
    for call in calls:
        kernel = getattr(call.layer, "kernel", None)
        if (
            type(call.layer).__name__ != "Dense"
            or not isinstance(call.inputs, Tensor)
            or kernel is None
        ):
            continue
        product = next((e for e in recorded if _multiplies(e, call, kernel)), None)
        if product is None or not isinstance(product.outputs[0], Tensor):
            continue
        gradient = tape.gradient(loss, product.outputs[0])
        if isinstance(gradient, Tensor):
            found[call.name] = (product.outputs[0], gradient)
    return found


def _multiplies(equation: Equation, call: Call, kernel: Variable) -> bool:
    """Whether an equation is the product of a dense layer's inputs and its kernel."""
    if equation.primitive.name != "matmul":
        return False
    first, second = equation.inputs[:2]
    return first is call.inputs and second.spec.shape == tuple(kernel.shape)
