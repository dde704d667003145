"""Finds in which ways a model can be tried, by its inputs and by the samples that it is given."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core import Model
from pykeras_core.layers import TextVectorization
from pykeras_core.playground.given import Given, Part
from pykeras_core.playground.images import image_shape
from pykeras_core.playground.known_names import feature_names
from pykeras_core.playground.structures import Array, Structure, arrays_of, names_of
from pykeras_core.playground.trying import ink
from pykeras_core.playground.trying.latent import latent_way
from pykeras_core.playground.trying.ranges import UNKNOWN, Range, ink_in, range_of
from pykeras_core.playground.trying.texts import TextWay, numbered_by, texts_as_they_are
from pykeras_core.playground.trying.ways import MOST_FIELDS, ImageWay, NumbersWay, Way, some, widths
from pykeras_core.playground.unseen import fits, named_sets

Predict = Callable[[Structure], Any]

_READ = 300
"""So many samples are looked at, for the range of their numbers and the size of what they show."""

_TRAINING = ("train", "training")
_MNIST = re.compile(r"(?<!fashion_)\bmnist\b")
_TEXT_NAMES = ("texts", "sentences", "reviews", "train_texts", "texts_train", "x_train", "samples")
_PLAIN_IMAGES = (3, 4)
"""A model's input of so many axes is an image where nothing else says so."""


@dataclass(frozen=True, eq=False)
class Found:
    """What can be tried.

    Args:
        ways: How.
        why: Why there are none: ``"model"`` (there is none), ``"unbuilt"`` (its inputs are not
            known yet), ``"several"`` (inputs), ``"form"`` (of the inputs); else None.
        shapes: Of the inputs.
        truth: What the model's answers were to be, where that is known.
    """

    ways: tuple[Way, ...]
    why: str | None
    shapes: tuple[tuple[int | None, ...], ...]
    truth: Structure | None


def model_in(namespace: Mapping[str, Any]) -> Any:
    """The last model that a program has made; None without one."""
    found = [value for value in list(namespace.values()) if isinstance(value, Model)]
    return found[-1] if found else None


def find_ways(
    model: Any,
    given: Given,
    namespace: Mapping[str, Any],
    source: str,
    ask: Callable[[Any], Predict],
) -> Found:
    """Finds how a model can be tried.

    Args:
        model: The model; None where there is none.
        given: What the program gave to its models.
        namespace: The program's variables.
        source: The program's text.
        ask: Makes of a model what it is asked by.
    """
    if model is None:
        return Found((), "model", (), None)
    part = _like(model, given, namespace)
    like = None if part is None else some(part.x, _READ)
    shapes = _input_shapes(model)
    if not shapes and like is not None:
        shapes = tuple((None, *array.shape[1:]) for array in arrays_of(like))
    truth = None if part is None or part.y is None else some(part.y, _READ)
    if not shapes:
        return Found((), "unbuilt", (), truth)
    latent = latent_way(model, namespace, like, ask)
    way, why = _way(model, like, shapes, _Program(namespace, source, part))
    if latent is not None and (way is None or latent.decoder is model):
        way, why = None, None
    return Found(tuple(one for one in (way, latent) if one is not None), why, shapes, truth)


@dataclass(frozen=True)
class _Program:
    namespace: Mapping[str, Any]
    source: str
    part: Part | None


def _like(model: Any, given: Given, namespace: Mapping[str, Any]) -> Part | None:
    """Samples such as the model is given."""
    training = given.training
    if training is not None and fits(model, training.x):
        return training
    for found in (*named_sets(namespace, _TRAINING), *named_sets(namespace)):
        if fits(model, found.x, []):
            return Part(found.x, found.y, "fit", columns=found.columns)
    return None


def _input_shapes(model: Any) -> tuple[tuple[int | None, ...], ...]:
    """The shapes of a model's inputs; none where they are not known."""
    try:
        shape = model.input_shape
    except Exception:  # not known yet, or of the program's own making
        return ()
    if isinstance(shape, dict):
        shape = list(shape.values())
    several = isinstance(shape, list) or (shape and isinstance(shape[0], (tuple, list)))
    return tuple(tuple(one) for one in (shape if several else [shape]))


def _way(
    model: Any, like: Structure | None, shapes: tuple[tuple[int | None, ...], ...],
    program: _Program,
) -> tuple[Way | None, str | None]:  # fmt: skip
    """The way to try it by its inputs, or why there is none."""
    if len(shapes) > 1 or (like is not None and len(arrays_of(like)) > 1):
        if like is not None and widths(like) <= MOST_FIELDS:
            return NumbersWay(like, _names(like, program)), None
        return None, "several"
    array = None if like is None else arrays_of(like)[0]
    row = tuple(shapes[0][1:])
    text = _text_way(model, array, row, program)
    if text is not None:
        return text, None
    if array is not None:
        row = tuple(array.shape[1:])
    if None in row or (array is not None and array.dtype.kind not in "buif"):
        return None, "form"
    known = tuple(size for size in row if size is not None)
    shape = image_shape(known)
    plain = known == (784,) or len(known) + 1 in _PLAIN_IMAGES
    if shape is not None and (array is not None or plain):
        return _image_way(array, shape, known, program), None
    table = like if like is not None else np.zeros((1, *known), "float32")
    if len(known) == 1 and 0 < widths(table) <= MOST_FIELDS:
        return NumbersWay(table, _names(table, program), known=like is not None), None
    return None, "form"


def _names(like: Structure, program: _Program) -> tuple[str, ...]:
    width = widths(like)
    part = program.part
    if part is not None and len(part.columns) == width:
        return part.columns
    if isinstance(like, dict):
        names: list[str] = []
        for name, array in zip(names_of(like), arrays_of(like), strict=True):
            size = int(np.prod(array.shape[1:], dtype=np.int64))
            names += [name] if size == 1 else [f"{name}[{at}]" for at in range(size)]
        return tuple(names)
    return feature_names(program.namespace, program.source, width)


def _image_way(
    array: Array | None, shape: tuple[int, int, int], row: tuple[int, ...], program: _Program
) -> ImageWay:
    values, share, dtype = UNKNOWN, ink.BOX, np.dtype("float32")
    if array is not None and len(array):
        images = array.reshape(len(array), *shape)
        values, dtype = range_of(images), array.dtype
        if shape[2] == 1 and not _MNIST.search(program.source):
            share = ink.share_of(ink_in(images[..., 0].astype("float64"), values))
    return ImageWay(shape, row, values, share, dtype if _holds(dtype, values) else "float32")


def _holds(dtype: Any, values: Range) -> bool:
    """Whether samples of this type hold shades between paper and ink."""
    return bool(dtype.kind == "f" or (dtype.kind in "ui" and np.max(np.abs(values.full)) > 1))


def _text_way(
    model: Any, array: Array | None, row: tuple[Any, ...], program: _Program
) -> TextWay | None:
    texts = array if array is not None and array.dtype.kind not in "buif" else None
    inputs = getattr(model, "inputs", None) or []
    if texts is not None or (len(inputs) == 1 and str(getattr(inputs[0], "dtype", "")) == "string"):
        layers = getattr(model, "layers", [])
        own = [layer for layer in layers if isinstance(layer, TextVectorization)]
        inner = tuple(1 if size is None else size for size in row)
        examples = _examples(texts) or _kept_texts(program.namespace)
        return TextWay(texts_as_they_are(inner, own[0] if own else None), examples)
    make_numbers = numbered_by(model, program.namespace, program.source, array, row)
    return None if make_numbers is None else TextWay(make_numbers, _kept_texts(program.namespace))


def _examples(texts: Array | None) -> tuple[str, ...]:
    few = [] if texts is None else texts.reshape(-1)[:4].tolist()
    return tuple(str(text)[:300] for text in few)


def _kept_texts(namespace: Mapping[str, Any]) -> tuple[str, ...]:
    """Texts that the program holds under such a name, whole or in words."""
    for name in _TEXT_NAMES:
        value = namespace.get(name)
        if isinstance(value, (list, tuple, np.ndarray)) and len(value):
            few = [text if isinstance(text, str) else _joined(text) for text in value[:4]]
            if all(few):
                return tuple(text[:300] for text in few)
    return ()


def _joined(words: Any) -> str:
    listed = isinstance(words, (list, tuple)) and all(isinstance(word, str) for word in words)
    return " ".join(words) if listed else ""
