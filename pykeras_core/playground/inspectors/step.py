"""One training step as a picture: from a batch to updated weights, and how a gradient comes about.

All of it is read off the traced program of the step: its equations, their numbers, their times.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.engine import GradientTape, Tensor, convert_to_tensor
from pykeras_core.engine.program import Equation, Value, needed
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.calls import Call
from pykeras_core.playground.inspectors.subject import Subject
from pykeras_core.playground.inspectors.tracing import TracedStep, trace_step
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.structures import Array, count, rows
from pykeras_core.training.explain import Choice, Timing, timed

__all__ = ["Stage", "chain_of", "slope_of_activation", "stages_of"]

BATCH = 32
SMALL_BATCH = 4
MOST_NUMBERS = 8_000_000
"""A step that defines more numbers than that is shown for a small batch."""

MOST_STAGES = 120
MOST_PRIMITIVES = 40
_ELEMENTWISE = ("linear", "relu", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "swish",
                "softplus", "leaky_relu", "hard_sigmoid", "relu6", "mish", "softsign")  # fmt: skip


def _fits(subject: Subject) -> bool:
    compiled = bool(getattr(subject.model, "compiled", False)) and not subject.model.run_eagerly
    return compiled and subject.training is not None and subject.training.y is not None


@inspector("step", fits=_fits)
def describe(
    model: Any,
    subject: Subject,
    *,
    weight: str = "",
    row: int | None = None,
    column: int = 0,
    **options: Any,
) -> Iterator[Report]:
    """What a training step does, part by part, and the gradient of one weight as a product.

    Args:
        model: The model.
        subject: The model and its data.
        weight: A dense layer; the first one by default.
        row: The input of the weight in its kernel; by default that of the steepest weight.
        column: Its unit.
        **options: Of other inspectors.
    """
    traced = _traced(subject)
    numbers = traced.numbers()
    stages = stages_of(model, traced)
    chain = chain_of(traced, numbers, weight, row, column) if traced.sums else None
    report = {
        "kind": "step",
        "batch": len(traced.arrays[0]),
        "loss": float("nan") if traced.loss is None else float(numbers[id(traced.loss)]),
        "weights": list(traced.sums),
        "chain": chain,
    }
    if "step times" not in subject.kept:
        yield {**report, **_timed(stages, None)}
    if subject.idle and "step times" not in subject.kept:
        subject.kept["step times"] = timed(traced.without_looks(), traced.arrays)
    if "step times" in subject.kept:
        yield {**report, **_timed(stages, subject.kept["step times"])}


class Stage:
    """A part of a step.

    Args:
        part: ``"forward"``, ``"loss"``, ``"backward"`` or ``"update"``.
        name: The layer, or what else it belongs to.
        kind: The layer's class; empty for what is none.
        equations: What it computes.
        shape: Of what comes out of it; None for several.
    """

    def __init__(
        self, part: str, name: str, kind: str, equations: list[Equation], shape: Any = None
    ):
        self.part, self.name, self.kind, self.equations = part, name, kind, equations
        self.shape = None if shape is None else [int(size) for size in shape]
        self.seconds: float | None = None

    def describe(self) -> dict[str, Any]:
        """As `StepStage` of ``web/protocol.js`` says."""
        names = [equation.primitive.name for equation in self.equations]
        return {
            "part": self.part,
            "name": self.name,
            "layerClass": self.kind,
            "equations": len(names),
            "primitives": names[:MOST_PRIMITIVES],
            "shape": self.shape,
            "seconds": self.seconds,
        }


def _traced(subject: Subject) -> TracedStep:
    """The step of this model, traced once: its numbers are of the weights of now all the same."""
    if "step" not in subject.kept:
        part = subject.training
        if part is None or part.y is None:
            raise NothingToSeeError("samples")
        for size in (BATCH, SMALL_BATCH):
            few = slice(0, min(size, count(part.x)))
            traced = trace_step(subject.model, rows(part.x, few), rows(part.y, few))
            subject.kept["step"] = traced
            if _size(traced) <= MOST_NUMBERS:
                break
    found: TracedStep = subject.kept["step"]
    return found


def _size(traced: TracedStep) -> int:
    """How many numbers the equations of a step define."""
    return sum(value.spec.size for one in traced.program.equations for value in one.outputs)


def stages_of(model: Any, traced: TracedStep) -> list[Stage]:
    """Every equation of a step once, in the part that it belongs to.

    Args:
        model: The model.
        traced: The step.
    """
    program = traced.program
    looks = {id(value) for pair in traced.sums.values() for value in pair[1:]}
    wanted = [*program.outputs, *(value for _, value in program.updates)]
    kept = needed(program.equations, [value for value in wanted if id(value) not in looks])
    left = {id(equation): equation for equation in kept}

    def take(values: Iterable[Value]) -> list[Equation]:
        found = [e for e in needed(kept, list(values)) if id(e) in left and not e.primitive.effect]
        for equation in found:
            del left[id(equation)]
        return found

    stages: list[Stage] = []
    for call in traced.calls:
        outputs = _values(call.output)
        shape = outputs[0].spec.shape if len(outputs) == 1 else None
        stages.append(Stage("forward", call.name, type(call.layer).__name__, take(outputs), shape))
    if traced.loss is not None:
        stages.append(Stage("loss", _name_of_loss(model), "", take([traced.loss]), ()))
    for call in reversed(traced.calls):
        gradients = [
            traced.gradients[id(one)][0]
            for one in call.layer.trainable_variables
            if id(one) in traced.gradients
        ]
        found = take(gradients)
        if found:
            stages.append(Stage("backward", call.name, type(call.layer).__name__, found))
    metrics = {id(one) for metric in model.metrics for one in metric.variables}
    updates = [value for one, value in program.updates if id(one) not in metrics]
    optimizer = text_of(getattr(model.optimizer, "name", ""))
    stages.append(Stage("update", optimizer, "", take(updates)))
    stages.append(Stage("update", "metrics", "", list(left.values())))
    return [stage for stage in stages if stage.equations or stage.part == "forward"]


def _values(output: Any) -> list[Value]:
    return [leaf for leaf in tree.flatten(output) if isinstance(leaf, Value)]


def _name_of_loss(model: Any) -> str:
    loss = getattr(model, "loss", None)
    name = loss if isinstance(loss, str) else getattr(loss, "name", None)
    return text_of(name or getattr(loss, "__name__", "loss"))


def _timed(stages: list[Stage], measured: tuple[list[Timing], Choice] | None) -> dict[str, Any]:
    """The stages with their times, in seconds, and what a step like it runs on.

    A measurement takes longer than training may be held up: it is made once, when nothing trains.
    """
    timings, name = ([], "") if measured is None else (measured[0], measured[1].backend.name)
    steady = [timing for timing in timings if not timing.last_step_only]
    place = {id(v): stage for stage in stages for e in stage.equations for v in e.outputs}
    found = [
        ([place[id(value)] for value in timing.values if id(value) in place], timing.seconds)
        for timing in steady
    ]
    if any(inside for inside, _ in found):  # else the backend does not say what its parts compute
        for stage in stages:
            # Equations that run as one are the first one's: the others come with it.
            stage.seconds = sum(seconds for inside, seconds in found if inside[:1] == [stage])
    return {
        "seconds": sum(timing.seconds for timing in steady) if timings else None,
        "backend": name,
        "stages": [stage.describe() for stage in stages[:MOST_STAGES]],
    }


def chain_of(
    traced: TracedStep, numbers: dict[int, Array], weight: str, row: int | None, column: int
) -> dict[str, Any] | None:
    """The gradient of a weight of a dense layer, sample by sample, as a product.

    A weight multiplies what comes in from input `row` into the sum of unit `column`. So each
    sample's share of its gradient is: what comes in, times the slope of the activation at the sum,
    times how the loss answers to what comes out.

    Args:
        traced: The step.
        numbers: The number of every value.
        weight: The layer; the first one by default.
        row: The input; by default that of the largest gradient.
        column: The unit, if `row` is given.

    Returns:
        As `StepChain` of ``web/protocol.js`` says; None where the layer is not differentiated.
    """
    name = weight if weight in traced.sums else next(iter(traced.sums))
    call = next(one for one in traced.calls if one.name == name)
    kernel = call.layer.kernel
    if id(kernel) not in traced.gradients or not isinstance(call.inputs, Value):
        return None
    gradient = numbers[id(traced.gradients[id(kernel)][0])]
    values = np.asarray(kernel.numpy())
    if row is None or not 0 <= row < values.shape[0]:
        finite = np.where(np.isfinite(gradient), np.abs(gradient), -1)
        row, column = (int(one) for one in np.unravel_index(finite.argmax(), gradient.shape))
    column = int(np.clip(column, 0, values.shape[1] - 1))
    incoming = numbers[id(call.inputs)].astype("float64")[:, row]
    summed, slope_of_loss = (numbers[id(one)].astype("float64") for one in traced.sums[name])
    shares = incoming * slope_of_loss[:, column]
    at = int(np.nan_to_num(np.abs(shares)).argmax())
    after = dict(_updates(traced, numbers)).get(id(kernel))
    return {
        "weight": name,
        "shape": list(values.shape),
        "row": row,
        "column": column,
        "value": float(values[row, column]),
        "gradient": float(gradient[row, column]),
        "after": float("nan") if after is None else float(after[row, column]),
        "sample": at,
        "share": float(shares[at]),
        "shares": shares.tolist(),
        "links": _links(call, incoming[at], summed[at, column], slope_of_loss[at, column], column),
    }


def _updates(traced: TracedStep, numbers: dict[int, Array]) -> list[tuple[int, Array]]:
    return [(id(one), numbers[id(value)]) for one, value in traced.program.updates]


def _links(
    call: Call, incoming: float, product: float, slope_of_loss: float, column: int
) -> list[dict[str, Any]]:
    """The factors of one sample's share."""
    first = {"name": "input", "value": float(incoming)}
    bias = getattr(call.layer, "bias", None)
    summed = product + (0.0 if bias is None else float(bias.numpy()[column]))
    slope = slope_of_activation(call.layer, summed)
    if slope is None or slope == 0.0 or not np.isfinite(slope):
        return [first, {"name": "sum", "value": float(slope_of_loss)}]
    return [
        first,
        {"name": "activation", "value": slope},
        {"name": "output", "value": float(slope_of_loss) / slope},
    ]


def slope_of_activation(layer: Any, summed: float) -> float | None:
    """The derivative of a layer's activation at a number; None for one that mixes units.

    Args:
        layer: A dense layer.
        summed: What the unit has summed up.
    """
    activation = getattr(layer, "activation", None)
    if getattr(activation, "__name__", "") not in _ELEMENTWISE or activation is None:
        return None
    place = convert_to_tensor(np.float32(summed))
    with GradientTape() as tape:
        tape.watch(place)
        out = activation(place)
    found = tape.gradient(out, place) if isinstance(out, Tensor) else None
    return None if found is None else float(np.asarray(found.numpy()))
