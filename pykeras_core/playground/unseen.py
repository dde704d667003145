"""Finds samples to ask a model about: those that its program keeps from it, if there are any."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core.playground.given import Given, Part, columns_of, name_of, shares_memory
from pykeras_core.playground.samples import class_labels
from pykeras_core.playground.structures import (
    Array,
    Structure,
    arrays_of,
    as_structure,
    count,
    same,
)

_TEST = ("test", "testing", "te", "unseen", "holdout", "eval")
_VALIDATION = ("val", "valid", "validation", "dev")
_TRAINING = ("train", "training", "tr")
_INPUTS = ("x", "xs", "images", "image", "imgs", "data", "features", "inputs", "input", "sequences",
           "texts", "reviews", "sentences", "samples")  # fmt: skip
_TARGETS = ("y", "ys", "labels", "label", "targets", "target", "answers", "classes", "onehot")

_ROWS_COMPARED = 2000


@dataclass(frozen=True, eq=False)
class SampleSet:
    """Samples with their targets, and what they are called.

    Args:
        x: The inputs.
        y: The targets; None where there are none.
        origin: As in `Part`, or ``"variables"``.
        name: ``"test"``, ``"validation"``, ``"training"``, or the program's own word.
        variables: The program's names for the inputs and the targets, those that are known.
        share: Which share of the training data is kept for validation.
        seen: Whether the model trains on them.
        partial: Whether there may be more of them, which are not at hand.
        columns: What the columns of a table are called.
    """

    x: Structure
    y: Structure | None
    origin: str
    name: str
    variables: tuple[str, ...] = ()
    share: float = 0.0
    seen: bool = False
    partial: bool = False
    columns: tuple[str, ...] = ()

    def describe(self, looked_at: int) -> dict[str, Any]:
        """What the page is told of it.

        Args:
            looked_at: How many of the samples the model was asked about.
        """
        return {
            "name": self.name,
            "origin": self.origin,
            "variables": list(self.variables),
            "share": self.share,
            "seen": self.seen,
            "partial": self.partial,
            "total": count(self.x),
            "lookedAt": looked_at,
        }


def candidates(model: Any, given: Given, namespace: Mapping[str, Any]) -> list[SampleSet]:
    """Samples that may say how good a model is, best first; those that it trains on come last.

    What the program's variables hold is believed where it is like what the model trains on: the
    images of ``x_test`` may still be numbers up to 255. What the program itself gave to evaluate()
    or as validation data needs no such check.

    Args:
        model: A model.
        given: What the program gave to it.
        namespace: The program's variables.
    """
    training = given.training
    named = [_with_fitting_targets(found, training) for found in named_sets(namespace)]
    given_sets = [
        _set_of(part, namespace)
        for part in (given.validation, given.evaluation)
        if part is not None
    ]
    if training is None:
        found = [*reversed(given_sets), *named, *named_sets(namespace, _TRAINING)]
    else:
        similar = [one for one in named if _similar(one, training)]
        found = [*similar, *given_sets, _set_of(training, namespace)]
    shapes = _row_shapes(training.x) if training else None
    fitting = [one for one in found if one.origin != "variables" or fits(model, one.x, shapes)]
    return _first_of_each(fitting, given_sets, training)


def _first_of_each(
    found: list[SampleSet], given_sets: list[SampleSet], training: Part | None
) -> list[SampleSet]:
    """Each array once, with the targets that the program gave with it."""
    kept: list[SampleSet] = []
    for one in found:
        if one.origin == "variables":
            if training is not None and same(one.x, training.x):
                continue
            one = next((other for other in given_sets if same(other.x, one.x)), one)
        if not any(same(one.x, other.x) and one.y is other.y for other in kept):
            kept.append(one)
    return kept


def _set_of(part: Part, namespace: Mapping[str, Any]) -> SampleSet:
    """Samples that were given, under the program's name for them."""
    names = [name_of(data, namespace) for data in (part.x, part.y) if data is not None]
    word = next((found for name in names if (found := _kind_of(name))), "")
    if part.origin == "fit":
        word = "training"
    elif part.origin == "validation_split":
        word, names = "validation", [shares_memory(part.x, namespace)]
    elif not word or word == "training":
        word = "validation" if part.origin == "validation_data" else names[0]
    known = tuple(dict.fromkeys(name for name in names if name))
    return SampleSet(
        part.x, part.y, part.origin, word, known, part.share,
        seen=part.origin == "fit", partial=part.partial, columns=part.columns,
    )  # fmt: skip


def named_sets(
    namespace: Mapping[str, Any], words: tuple[str, ...] = (*_TEST, *_VALIDATION)
) -> list[SampleSet]:
    """Pairs of variables whose names say that they are inputs and targets of one set.

    Args:
        namespace: The program's variables.
        words: What names such a set.

    Example:
        >>> names = {"X_test": np.zeros((3, 2)), "y_test": np.zeros(3), "X_new": np.zeros((3, 2))}
        >>> [(found.name, found.variables) for found in named_sets(names)]
        [('test', ('X_test', 'y_test'))]
    """
    variables = {name: value for name, value in _variables(namespace) if not name.startswith("_")}
    found: list[SampleSet] = []
    for word in words:
        of_word = {name: value for name, value in variables.items() if word in _words(name)}
        targets = {n: v for n, v in of_word.items() if _TARGET_WORDS & _words(n)}
        for name, value in sorted(
            of_word.items(), key=lambda item: not _INPUT_WORDS & _words(item[0])
        ):
            if name not in targets:
                found += _sets_named(name, value, targets, word in _TRAINING)
    return found


_INPUT_WORDS, _TARGET_WORDS = frozenset(_INPUTS), frozenset(_TARGETS)


def _sets_named(
    name: str, value: Any, targets: Mapping[str, Any], seen: bool
) -> Iterator[SampleSet]:
    kind = _kind_of(name)
    if isinstance(value, tuple) and len(value) == 2:  # test = (x, y)
        x, y = (as_structure(part) for part in value)
        if x is not None and y is not None and count(x) == count(y):
            yield SampleSet(x, y, "variables", kind, (name,), seen=seen)
            return
    x = as_structure(value)
    if x is None:
        return
    columns, rest = columns_of(value), _words(name) - _INPUT_WORDS
    for target in sorted(targets, key=lambda target: -len(rest & _words(target))):
        y = as_structure(targets[target])
        if y is not None and count(y) == count(x):
            yield SampleSet(x, y, "variables", kind, (name, target), seen=seen, columns=columns)
            break
    else:
        yield SampleSet(x, None, "variables", kind, (name,), seen=seen, columns=columns)


def _variables(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The program's variables, and those that objects of its own classes hold."""
    for name, value in list(namespace.items()):
        yield name, value
        own = type(value).__module__ == "__main__" and not isinstance(value, type)
        try:
            inside = list(vars(value).items()) if own and not hasattr(value, "trainable") else []
        except Exception:  # it has no variables, or keeps them to itself
            inside = []
        for attribute, held in inside:
            if isinstance(held, np.ndarray):
                yield f"{name}.{attribute}", held


def _words(name: str) -> frozenset[str]:
    """The words a variable's name is made of.

    Example:
        >>> sorted(_words("X_test_scaled")), sorted(_words("testX")), sorted(_words("xtest"))
        (['scaled', 'test', 'x'], ['test', 'x'], ['test', 'x'])
    """
    spaced = re.sub(r"([a-z])([A-Z])", r"\1_\2", name.rpartition(".")[2])
    glued = re.fullmatch(
        r"([xy])(test|val|valid|train)|(test|val|valid|train)([xy])", spaced.lower()
    )
    parts = glued.groups("") if glued else re.split(r"[_\d]+", spaced.lower())
    return frozenset(part for part in parts if part)


def _kind_of(name: str) -> str:
    words = _words(name)
    for kind, known in (("test", _TEST), ("validation", _VALIDATION), ("training", _TRAINING)):
        if words & set(known):
            return kind
    return ""


def _with_fitting_targets(found: SampleSet, training: Part | None) -> SampleSet:
    """A set without its targets where the model was trained on targets of another kind."""
    if training is None or found.y is None or _same_kind(found.y, training.y):
        return found
    return SampleSet(
        found.x, None, found.origin, found.name, found.variables[:1], columns=found.columns
    )


def _same_kind(y: Structure, trained: Structure | None) -> bool:
    if trained is None:
        return False
    first, second = arrays_of(y), arrays_of(trained)
    if len(first) != len(second):
        return False
    for one, other in zip(first, second, strict=True):
        classes = [class_labels(array) is not None for array in (one, other)]
        if all(classes):
            continue
        if any(classes) and one.dtype.kind != other.dtype.kind:
            return False
        if one.reshape(len(one), -1).shape[1:] != other.reshape(len(other), -1).shape[1:]:
            return False
    return True


def _similar(found: SampleSet, training: Part) -> bool:
    """Whether samples are numbers of the same size as those that the model trains on."""
    pairs = list(zip(arrays_of(found.x), arrays_of(training.x), strict=False))
    if found.y is not None and training.y is not None:
        targets = zip(arrays_of(found.y), arrays_of(training.y), strict=False)
        pairs += [pair for pair in targets if class_labels(pair[0]) is None]
    return all(_alike(one, other) for one, other in pairs)


def _alike(one: Array, other: Array) -> bool:
    """Whether two arrays have about the same mean and spread.

    Example:
        >>> grey = np.linspace(0, 1, 50)
        >>> _alike(grey, grey[10:]), _alike(255 * grey, grey)
        (True, False)
    """
    kinds = {array.dtype.kind in "buif" for array in (one, other)}
    if len(kinds) > 1 or kinds == {False}:
        return kinds == {False}
    (mean, spread), (other_mean, other_spread) = _scale(one), _scale(other)
    widest = max(spread, other_spread)
    near = abs(mean - other_mean) <= 1.5 * widest + 1e-6 * abs(mean)
    return bool(near and 3 * min(spread, other_spread) >= widest)


def _scale(array: Array) -> tuple[float, float]:
    few = array[:: max(len(array) // _ROWS_COMPARED, 1)].astype("float64")
    finite = few[np.isfinite(few)]
    return (float(finite.mean()), float(finite.std())) if finite.size else (0.0, 0.0)


def _row_shapes(x: Structure) -> list[tuple[int, ...]]:
    return [array.shape[1:] for array in arrays_of(x)]


def fits(model: Any, x: Structure, shapes: list[tuple[int, ...]] | None = None) -> bool:
    """Whether samples have the shape of a model's inputs.

    Args:
        model: A model.
        x: Samples.
        shapes: Of what it was trained on; a model of the program's own may not know its inputs.
    """
    try:
        expected = model.input_shape
    except Exception:  # a model of the program's own making may say so in any way
        expected = None
    rows = _row_shapes(x)
    if isinstance(expected, dict):
        expected = list(expected.values())
    if isinstance(expected, list) or (
        isinstance(expected, tuple) and expected and isinstance(expected[0], (tuple, list))
    ):
        return len(rows) == len(expected) > 0
    if isinstance(expected, tuple) and expected:
        return len(rows) == 1 and _matches(expected[1:], rows[0])
    return shapes is None or [_form(row) for row in rows] == [_form(row) for row in shapes]


def _form(shape: tuple[int, ...]) -> tuple[int, int]:
    """What does not vary from data set to data set: a sequence may have any length."""
    return len(shape), shape[-1] if shape else 0


def _matches(expected: tuple[Any, ...], found: tuple[int, ...]) -> bool:
    return len(expected) == len(found) and all(
        size is None or size == other for size, other in zip(expected, found, strict=True)
    )
