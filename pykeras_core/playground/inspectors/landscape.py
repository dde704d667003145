"""The loss around the present weights, along two directions."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from pykeras_core.playground.answers import unchanged
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.calls import tensors
from pykeras_core.playground.inspectors.maps import describe_maps
from pykeras_core.playground.inspectors.subject import Subject
from pykeras_core.playground.structures import Array, Structure, count, rows

SIZE = 13
"""So many points along each direction; odd, so that one is at the present weights."""

REACH = 1.0
"""The last point along a direction is as far away as the weights are long."""

MOST_SAMPLES = 200
LARGEST = 5_000_000
"""A model of more weights is changed and put back too slowly."""


def _weights(subject: Subject) -> list[Any]:
    return [
        one
        for one in subject.model.trainable_variables
        if not one.missing_bytes and one.spec.dtype == "float32"
    ]


def _fits(subject: Subject) -> bool:
    compiled = bool(getattr(subject.model, "compiled", False))
    return compiled and _data(subject) is not None and bool(_weights(subject))


def _data(subject: Subject) -> tuple[Structure, Structure] | None:
    """What the loss is of: some of what the model trains on, else of what it is asked about."""
    part, samples = subject.training, subject.samples
    if part is not None and part.y is not None:
        few = slice(0, MOST_SAMPLES)
        return rows(part.x, few), rows(part.y, few)
    y = None if samples is None else samples.targets(MOST_SAMPLES)
    return None if samples is None or y is None else (samples.inputs(MOST_SAMPLES), y)


@inspector("landscape", fits=_fits)
def describe(model: Any, subject: Subject, **options: Any) -> Iterator[Report | None]:
    """The loss at 13 x 13 points, row by row from the middle on.

    The directions are random, the same ones at every look, and as long as the weights that they
    belong to, filter by filter (Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets").
    At every place where it may be left, the model has its own weights.

    Args:
        model: The model.
        subject: The model and its data.
        **options: Of other inspectors.
    """
    data = _data(subject)
    if data is None:
        raise NothingToSeeError("samples")
    weights = _weights(subject)
    if sum(one.spec.size for one in weights) > LARGEST:
        raise NothingToSeeError("large")
    x, y = data
    present = [one.numpy().copy() for one in weights]
    across, up = (directions(present, seed) for seed in (0, 1))
    losses = np.full((SIZE, SIZE), np.nan)
    steps = np.linspace(-REACH, REACH, SIZE)
    middle = SIZE // 2
    order = sorted(range(SIZE), key=lambda row: abs(row - middle))
    for done, row in enumerate(order):
        for column in range(SIZE):
            places = [
                one + steps[column] * d + steps[SIZE - 1 - row] * e
                for one, d, e in zip(present, across, up, strict=True)
            ]
            with _moved(weights, places):
                losses[row, column] = loss_of(subject, x, y)
            yield None
        yield _report(losses, done + 1, count(x))


def _report(losses: Array, rows: int, samples: int) -> Report:
    middle = SIZE // 2
    above, below = rows // 2, (rows + 1) // 2  # those that are done lie around the middle
    done = losses[middle - above : middle + below]
    known = losses[np.isfinite(losses)]
    logs = np.log(np.clip(done, 1e-12, None))
    return {
        "kind": "landscape",
        "size": SIZE,
        "reach": REACH,
        "losses": losses.reshape(-1).tolist(),
        "heights": describe_maps((logs - np.nanmin(logs) if known.size else logs)[None]),
        "centre": float(losses[middle, middle]),
        "lowest": float(known.min()) if known.size else float("nan"),
        "highest": float(known.max()) if known.size else float("nan"),
        "rows": rows,
        "samples": samples,
    }


@contextlib.contextmanager
def _moved(weights: list[Any], places: list[Array]) -> Iterator[None]:
    """Within it, the weights are others; whatever happens, they are then what they were."""
    before = [one.numpy().copy() for one in weights]
    try:
        for one, place in zip(weights, places, strict=True):
            one.assign(place.astype("float32"))
        yield
    finally:
        for one, value in zip(weights, before, strict=True):
            one.assign(value)


def directions(weights: list[Array], seed: int) -> list[Array]:
    """A random direction, in which every filter is as long as the weights' own.

    Args:
        weights: Arrays of weights; those of one axis, biases and scales, stay where they are.
        seed: Which direction.

    Returns:
        An array for each of the weights.
    """
    rng = np.random.default_rng(seed)
    found: list[Array] = []
    for weight in weights:
        drawn = rng.normal(size=weight.shape)
        if weight.ndim < 2:
            found.append(np.zeros_like(weight))
            continue
        axes = tuple(range(weight.ndim - 1))
        lengths = np.sqrt((weight.astype("float64") ** 2).sum(axis=axes, keepdims=True))
        norms = np.sqrt((drawn**2).sum(axis=axes, keepdims=True))
        found.append(drawn * lengths / np.where(norms > 0, norms, 1))
    return found


def loss_of(subject: Subject, x: Structure, y: Structure | None) -> float:
    """The loss of a model for some samples, with its penalties; nothing of it changes.

    Args:
        subject: The model.
        x: Samples.
        y: Their targets.
    """
    model = subject.model
    metrics = [variable for metric in model.metrics for variable in metric.variables]
    before = [(one, one.numpy().copy()) for one in metrics]
    with unchanged(model):
        said = subject.ask(x)
        try:
            loss = model.compute_loss(
                x=None, y=y, y_pred=tensors(said) if isinstance(said, np.ndarray) else said,
                sample_weight=None, training=False,
            )  # fmt: skip
        finally:
            for one, value in before:
                one.assign(value)
    return float(np.asarray(getattr(loss, "numpy", lambda: loss)()))
