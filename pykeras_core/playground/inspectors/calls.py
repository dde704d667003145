"""What goes in and out of each layer of a model while it answers: its calls, listened to."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core import tree
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.playground.answers import unchanged
from pykeras_core.playground.inspectors.subject import Subject, layers_of
from pykeras_core.playground.structures import Array, Structure, mapped

__all__ = ["Call", "array_of", "calls", "listening", "outputs_of"]

SAMPLES_AT_ONCE = 100
"""So many samples go through a model that cannot be cut at a layer, layer by layer."""


@dataclass
class Call:
    """A call of a layer.

    Args:
        name: The layer's path.
        layer: The layer.
        inputs: Its first argument.
        output: What it gave.
    """

    name: str
    layer: Any
    inputs: Any
    output: Any


@contextlib.contextmanager
def listening(model: Any) -> Iterator[list[Call]]:
    """Within it, the calls of a model's layers are noted, in their order.

    Args:
        model: A model.
    """
    heard: list[Call] = []
    listened = list(layers_of(model))
    own: list[tuple[Any, Any]] = []
    for name, layer in listened:
        own.append((layer, vars(layer).get("call")))
        object.__setattr__(layer, "call", _noting(name, layer, heard))
    try:
        yield heard
    finally:
        for layer, before in own:
            if before is None:
                object.__delattr__(layer, "call")
            else:
                object.__setattr__(layer, "call", before)


def _noting(name: str, layer: Any, heard: list[Call]) -> Any:
    call = layer.call

    def noted(*args: Any, **kwargs: Any) -> Any:
        output = call(*args, **kwargs)
        heard.append(Call(name, layer, args[0] if args else None, output))
        return output

    return noted


def calls(model: Any, x: Structure) -> list[Call]:
    """Asks a model for its answer layer by layer; nothing of it changes.

    Args:
        model: A model.
        x: A few samples.
    """
    with unchanged(model), listening(model) as heard:
        model(tensors(x), training=False)
    return heard


def tensors(x: Structure) -> Any:
    """Samples as a model is called with them: whole numbers stay such, others are float32."""

    def tensor(array: Array) -> Any:
        if array.dtype.kind not in "buif":
            return array
        return convert_to_tensor(array if array.dtype.kind in "bui" else array.astype("float32"))

    return mapped(tensor, x)


def array_of(value: Any) -> Array | None:
    """The numbers of one Tensor; None for what is not one."""
    leaves = tree.flatten(value)
    if len(leaves) != 1 or not isinstance(leaves[0], (Tensor, np.ndarray)):
        return None
    array = np.asarray(getattr(leaves[0], "numpy", lambda: leaves[0])())
    return array if array.dtype.kind in "buif" else None


def outputs_of(subject: Subject, layer: str, x: Structure) -> Array | None:
    """What a layer gives for samples; fewer of them where the model cannot be cut there.

    Args:
        subject: The model.
        layer: The layer's path.
        x: Samples.

    Returns:
        Shape (n, ...); None where the layer gives no one array.
    """
    cut = _cut(subject, layer)
    if cut is not None:
        with unchanged(subject.model):
            return array_of(cut.predict(x, batch_size=500, verbose=0))
    few = mapped(lambda array: array[:SAMPLES_AT_ONCE], x)
    found = [call for call in calls(subject.model, few) if call.name == layer]
    return array_of(found[-1].output) if found else None


def _cut(subject: Subject, layer: str) -> Any:
    """A model from the inputs to a layer, with the same weights; None where there is none."""
    key = ("cut", layer)
    if key not in subject.kept:
        subject.kept[key] = _make_cut(subject.model, layer)
    return subject.kept[key]


def _make_cut(model: Any, name: str) -> Any:
    from pykeras_core.models import Model

    try:
        layer = model.get_layer(name)
        return Model(model.inputs, layer.output, name="inspected")
    except Exception:  # a model of the program's own making, a layer within another one
        return None
