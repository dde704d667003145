"""Moving through the space of codes that a decoder makes images of."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core import Model
from pykeras_core.playground.images import image_shape
from pykeras_core.playground.structures import Array, Structure
from pykeras_core.playground.trying.ways import Input, Made

MOST_AXES = 64
CODES_READ = 200
REACH = 3.0
"""Where no codes are known, so far from 0 on each side: nearly all of a standard normal one."""

_STALE_S = 2.0
"""Codes move while a model trains; they are looked at so often, at most."""


@dataclass(frozen=True, eq=False)
class LatentWay:
    """Codes for a decoder, which is asked in place of the whole model.

    Args:
        decoder: Makes images of codes.
        axes: How many numbers a code has.
        codes: Gives codes of images that the model was trained on, None where that is not known.
    """

    decoder: Any
    axes: int
    codes: Callable[[], Array | None]

    kind = "latent"

    def describe(self) -> dict[str, Any]:
        """As `Way` says."""
        codes = self.codes()
        if codes is None:
            low, high, start = (np.full(self.axes, value) for value in (-REACH, REACH, 0.0))
        else:
            low, start, high = np.quantile(codes.astype("float64"), (0.02, 0.5, 0.98), axis=0)
            flat = high - low < 1e-6
            low, high = np.where(flat, start - 1, low), np.where(flat, start + 1, high)
        return {
            "kind": self.kind, "low": low.tolist(), "high": high.tolist(), "start": start.tolist(),
            "known": codes is not None, "decoder": str(getattr(self.decoder, "name", "")),
        }  # fmt: skip

    def make(self, given: Input) -> Made | None:
        """As `Way` says, of ``{kind: "latent", values}``."""
        values = np.array(given["values"], "float32")
        if values.shape != (self.axes,) or not np.isfinite(values).all():
            raise ValueError(f"expected {self.axes} numbers, received {given['values']}")
        return Made(values.reshape(1, -1))


def latent_way(
    model: Any, namespace: Mapping[str, Any], like: Structure | None,
    ask: Callable[[Any], Callable[[Structure], Any]],
) -> LatentWay | None:  # fmt: skip
    """The decoder that a model holds, or a program has beside it; None where that is not clear.

    It is a model of its own that makes images of a few numbers and has weights of the model that
    is tried.

    Args:
        model: The model that is tried.
        namespace: The program's variables.
        like: What the model was trained on.
        ask: Makes of a model what it is asked by.
    """
    own = {id(variable) for variable in model.variables}
    found = [
        (part, axes)
        for part in _models(model, namespace)
        if (axes := _axes(part)) and own & {id(variable) for variable in part.variables}
    ]
    if len({id(part) for part, _ in found}) != 1:
        return None
    (decoder, axes) = found[0]
    encoder = _encoder(model, namespace, like, axes)
    return LatentWay(decoder, axes, _fresh(lambda: _read_codes(encoder, like, ask)))


def _models(model: Any, namespace: Mapping[str, Any]) -> Iterator[Any]:
    """The models that there are, each once, the tried one among them."""
    seen: set[int] = set()
    own = [value for name, value in vars(model).items() if not name.startswith("_")]
    values = [*namespace.values(), *own, *getattr(model, "layers", []), model]
    for value in values:
        if isinstance(value, Model) and id(value) not in seen:
            seen.add(id(value))
            yield value


def _axes(part: Any) -> int:
    """How many numbers a model makes an image of; 0 for one that does not."""
    try:
        inputs, outputs = part.input_shape, part.output_shape
        one = len(inputs) == 2 and isinstance(inputs[1], int) and len(outputs) > 1
        axes = inputs[1] if one and image_shape((inputs[1],)) is None else 0
        image = image_shape(tuple(outputs[1:])) if axes else None
    except Exception:  # a model of the program's own making may say so in any way, or not at all
        return 0
    return axes if image is not None and 0 < axes <= MOST_AXES else 0


def _encoder(model: Any, namespace: Mapping[str, Any], like: Structure | None, axes: int) -> Any:
    """The model that gives the codes of images; None where there is none, or more than one."""
    if not isinstance(like, np.ndarray):
        return None
    fitting = []
    for part in _models(model, namespace):
        try:
            inputs, outputs = part.input_shape, part.output_shape
            if isinstance(outputs, list):
                outputs = outputs[0]  # the mean of a variational one comes first
            if tuple(inputs[1:]) == like.shape[1:] and tuple(outputs[1:]) == (axes,):
                fitting.append(part)
        except Exception:  # as above
            continue
    return fitting[0] if len(fitting) == 1 else None


def _read_codes(
    encoder: Any, like: Structure | None, ask: Callable[[Any], Callable[[Structure], Any]]
) -> Array | None:
    if encoder is None or not isinstance(like, np.ndarray):
        return None
    said = ask(encoder)(like[:: max(len(like) // CODES_READ, 1)][:CODES_READ])
    codes = np.asarray(said[0] if isinstance(said, (list, tuple)) else said)
    return codes if np.isfinite(codes).all() else None


def _fresh(read: Callable[[], Array | None]) -> Callable[[], Array | None]:
    """The same, read again only after a while."""
    last: list[tuple[float, Array | None]] = []

    def codes() -> Array | None:
        if not last or time.monotonic() - last[-1][0] >= _STALE_S:
            found = read()
            last[:] = [(time.monotonic(), found)]
        return last[-1][1]

    return codes
