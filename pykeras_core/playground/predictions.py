"""What a trained model says about samples, compared with the truth, in the form the page draws."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pykeras_core.playground.displays import STEPS_SHOWN, Display
from pykeras_core.playground.galleries import TILES, ClassGalleries, Indices, confusion
from pykeras_core.playground.images import describe_images, image_shape
from pykeras_core.playground.samples import POINTS_SHOWN, class_labels
from pykeras_core.playground.structures import Array, Structure, rows

_PAIRS_SHOWN = 12
_MOST_TARGETS = 8
"""A regression of more numbers than that at once is no few plots."""

_REPRODUCED = 16
"""So many numbers out for as many in are the samples over again rather than classes."""

_REGRESSIONS = ("mean_", "mse", "mae", "msle", "mape", "huber", "log_cosh", "logcosh", "poisson")

Report = dict[str, Any]
Cell = tuple[int, int]


@dataclass(frozen=True)
class Question:
    """Samples that a model was asked about, and what is known of both.

    Args:
        display: The samples as they are shown.
        truth: The targets, with as many rows; None where there are none.
        rows: Where each sample stands in the set that it is from.
        loss: Name of the loss; empty where it is not known.
        sigmoid: Whether the model's last layer is a sigmoid.
        classes: What the classes are called; empty where they have no names.
        gallery: How many of the first samples are the balanced gallery.
        cell: A cell of the confusion matrix, (true class, answer), whose samples are wanted.
    """

    display: Display
    truth: Array | None
    rows: Indices
    loss: str = ""
    sigmoid: bool = False
    classes: tuple[str, ...] = ()
    gallery: int = TILES
    cell: Cell | None = None


def describe_predictions(question: Question, outputs: Array) -> Report | None:
    """Compares what a model says with the truth.

    Args:
        question: What it was asked.
        outputs: Its answers, shape (n, ...).

    Returns:
        A report as in ``web/protocol.js``, its ``kind`` is ``"classes"``, ``"labels"``,
        ``"regression"``, ``"several"``, ``"sequences"`` or ``"pairs"``; None where the answers
        are something else.
    """
    if not 0 < len(outputs) <= len(question.rows) or outputs.dtype.kind not in "buif":
        return None
    truth = None if question.truth is None else question.truth[: len(outputs)]
    if truth is not None and (len(truth) != len(outputs) or 0 in outputs.shape):
        return None
    with np.errstate(all="ignore"):  # what is not finite is shown as such
        for describe in (_describe_sequences, _describe_classes, _describe_pairs):
            report = describe(question, truth, outputs)
            if report is not None:
                return report
        return _describe_labels(question, truth, outputs) or _describe_numbers(
            question, truth, outputs
        )


def _as_table(outputs: Array) -> npt.NDArray[np.float64] | None:
    """Outputs as numbers of shape (n, k), k > 0; None where a sample has more than one axis."""
    sizes = [size for size in outputs.shape[1:] if size != 1]
    if len(sizes) > 1 or 0 in sizes:
        return None
    return outputs.reshape(len(outputs), *(sizes or [1])).astype("float64")


def to_probabilities(outputs: Array) -> Array:
    """Reads outputs (n, k) as class probabilities (n, k), or (n, 2) for k = 1.

    Rows that are no distribution are taken for logits: softmax, or for k = 1 the sigmoid.

    Example:
        >>> to_probabilities(np.array([[0.25]])).tolist()
        [[0.75, 0.25]]
        >>> to_probabilities(np.array([[3.0, 3.0]])).tolist()
        [[0.5, 0.5]]
    """
    if outputs.shape[1] == 1:
        if outputs.min() < 0 or outputs.max() > 1:
            outputs = 1 / (1 + np.exp(-np.clip(outputs, -60, 60)))
        return np.concatenate([1 - outputs, outputs], axis=1)
    if outputs.min() >= 0 and np.allclose(outputs.sum(axis=1), 1, atol=1e-3):
        return outputs
    exponents: Array = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    probabilities: Array = exponents / exponents.sum(axis=1, keepdims=True)
    return probabilities


def class_answers(
    question: Question, truth: Array, outputs: Array
) -> tuple[Array, Array, tuple[str, ...]] | None:
    """Reads what a model says as classes.

    Args:
        question: What it was asked.
        truth: The targets.
        outputs: Its answers, shape (n, ...).

    Returns:
        True classes (n,), probabilities (n, classes) and the classes' names; None where the
        answers are something else.
    """
    flat = _as_table(outputs)
    if flat is None or _reproduces(question, truth, outputs):
        return None
    found = _class_numbers(question, truth, flat.shape[1])
    if found is None:
        return None
    labels, names = found
    if "hinge" in question.loss and flat.shape[1] == 1:
        flat = (np.clip(flat, -1, 1) + 1) / 2  # -1 and 1 are the two sure answers
    return labels, to_probabilities(flat), names


def _describe_classes(question: Question, truth: Array | None, outputs: Array) -> Report | None:
    found = None if truth is None else class_answers(question, truth, outputs)
    if found is None:
        return None
    labels, probabilities, names = found
    cut = ClassGalleries(question.display, question.rows, labels, probabilities)
    classes = max(probabilities.shape[1], int(labels.max(initial=-1)) + 1)
    total = len(labels)
    report = {
        "kind": "classes",
        "total": total,
        "correct": total - len(cut.wrong),
        "classes": classes,
        "names": list(names) if len(names) == classes else None,
        "balanced": cut.of(np.arange(min(total, question.gallery or TILES))),
        "wrong": cut.of(cut.surest_mistakes()),
        "unsure": cut.of(cut.least_sure()),
        "matrix": confusion(labels, cut.guesses, classes),
        "cell": None,
    }
    if question.cell is not None:
        true, guess = question.cell
        report["cell"] = {"truth": true, "guess": guess, **cut.of(cut.cell(true, guess))}
    return report


def _reproduces(question: Question, truth: Array, outputs: Array) -> bool:
    """Whether answers are the samples over again, so that a label beside them is no truth."""
    many = outputs[0].size >= _REPRODUCED and truth.size == len(truth)
    return many and _like(question.display.x, outputs) is not None


def _class_numbers(
    question: Question, truth: Array, answers: int
) -> tuple[Array, tuple[str, ...]] | None:
    """True classes where so many answers a sample mean classes, and their names."""
    return class_numbers(
        truth, answers, loss=question.loss, sigmoid=question.sigmoid, classes=question.classes
    )


def class_numbers(
    truth: Array, answers: int, *, loss: str, sigmoid: bool, classes: tuple[str, ...]
) -> tuple[Array, tuple[str, ...]] | None:
    """Reads targets as classes, where the answers of a model mean such.

    Args:
        truth: The targets, shape (n, ...).
        answers: How many numbers a sample the model says.
        loss: Name of its loss; empty where it is not known.
        sigmoid: Whether its last layer is a sigmoid.
        classes: What the classes are called; empty where they have no names.

    Returns:
        The class of each sample, and the names of the classes; None where answers mean no classes.
    """
    if "hinge" in loss and truth.size == len(truth) and answers == 1:
        sides = truth.reshape(-1)
        if np.isin(sides, (-1, 1)).all():
            return (sides > 0).astype(np.int64), classes or ("-1", "1")
    labels = class_labels(truth)
    if labels is None or not len(labels):
        return None
    if truth.ndim == 2 and truth.shape[1] > 1:
        return (labels, classes) if truth.shape[1] == answers else None
    if labels.min() < 0 or labels.max() >= max(answers, 2):
        return None
    if answers > 1 and "binary" in loss:
        return None  # that many yes or no, and one number: they do not belong together
    if "crossentropy" in loss or "hinge" in loss or "focal" in loss:
        return labels, classes
    whole = truth.dtype.kind in "bui"
    many = answers > 1 and whole and not loss.startswith(_REGRESSIONS)
    return (labels, classes) if many or (answers == 1 and sigmoid) else None


def _describe_pairs(question: Question, truth: Array | None, outputs: Array) -> Report | None:
    """Answers of the samples' own form: what came in beside what comes out, and what should."""
    wanted = _wanted(question, truth, outputs)
    if wanted is None:
        return None
    errors = np.abs(outputs.astype("float64") - wanted)
    finite = errors[np.isfinite(errors)]
    shown = np.arange(min(len(outputs), _PAIRS_SHOWN))
    own = _like(question.display.x, outputs)
    return {
        "kind": "pairs",
        "total": len(outputs),
        "meanAbsoluteError": float(finite.mean()) if finite.size else float("nan"),
        "indices": question.rows[shown].tolist(),
        "inputs": question.display.describe(shown),
        "outputs": _drawn(outputs, shown, wanted),
        "targets": None if _equal(wanted, own) else _drawn(wanted, shown, wanted),
    }


def _wanted(question: Question, truth: Array | None, outputs: Array) -> Array | None:
    """What outputs that can be laid beside the samples should be; None for other outputs."""
    if outputs[0].size < 2 or "sparse" in question.loss:
        return None
    own = _like(question.display.x, outputs)
    target = truth if truth is not None and truth.size == outputs.size else None
    paints = image_shape(outputs.shape[1:]) is not None
    if own is None:
        wanted = target if paints else None
    elif paints or target is None:
        wanted = own if target is None else target
    else:
        wanted = target if _equal(target, own) or target[0].size > _MOST_TARGETS else None
    return None if wanted is None else wanted.reshape(outputs.shape).astype("float64")


def _equal(first: Array, second: Array | None) -> bool:
    return second is not None and np.array_equal(first.reshape(second.shape), second)


def _like(x: Structure, outputs: Array) -> Array | None:
    """The samples in the outputs' shape, where they have it but for axes of size 1."""
    if isinstance(x, (dict, list)) or x.dtype.kind not in "buif":
        return None
    own = x[: len(outputs)]
    inner, outer = (tuple(s for s in part.shape[1:] if s != 1) for part in (own, outputs))
    return own.reshape(outputs.shape) if inner == outer else None


def _drawn(values: Array, shown: Indices, like: Array) -> dict[str, Any]:
    """Answers as the page draws samples, images in the range of what they should be."""
    drawn = Display(values).describe(shown)
    if drawn["images"] is not None:
        drawn["images"] = describe_images(values[shown], like=like[shown])
    return drawn


def _describe_sequences(question: Question, truth: Array | None, outputs: Array) -> Report | None:
    """A class for every step of a sequence."""
    if truth is None or outputs.ndim != 3 or truth.shape[:2] != outputs.shape[:2]:
        return None
    n, steps, answers = outputs.shape
    if steps < 2:
        return None
    if truth.size == n * steps:
        wanted = class_labels(truth.reshape(-1))
    else:
        wanted = (
            class_labels(truth.reshape(n * steps, -1)) if truth.shape == outputs.shape else None
        )
    tells = "crossentropy" in question.loss or (answers > 1 and truth.dtype.kind in "bui")
    if wanted is None or not tells or wanted.min() < 0 or wanted.max() >= max(answers, 2):
        return None
    probabilities = to_probabilities(outputs.reshape(n * steps, answers).astype("float64"))
    guesses = probabilities.argmax(axis=1).reshape(n, steps)
    wanted = wanted.reshape(n, steps)
    shown = np.arange(min(n, _PAIRS_SHOWN))
    return {
        "kind": "sequences",
        "total": n,
        "steps": steps,
        "correct": int((guesses == wanted).sum()),
        "indices": question.rows[shown].tolist(),
        "inputs": _steps_of(question.display.x, shown),
        "labels": wanted[shown, :STEPS_SHOWN].tolist(),
        "guesses": guesses[shown, :STEPS_SHOWN].tolist(),
        "names": list(question.classes) if len(question.classes) == max(answers, 2) else None,
    }


def _steps_of(x: Structure, shown: Indices) -> list[list[float]] | None:
    """The one number that goes in at each step; None where there are more."""
    if isinstance(x, (dict, list)) or x.dtype.kind not in "buif" or x.ndim < 2:
        return None
    if x[0].size != x.shape[1]:
        return None
    steps: list[list[float]] = x[shown].reshape(len(shown), -1)[:, :STEPS_SHOWN].tolist()
    return steps


def _describe_labels(question: Question, truth: Array | None, outputs: Array) -> Report | None:
    """Several labels at once, each of which a sample may have or not."""
    if truth is None or outputs.ndim != 2 or truth.shape != outputs.shape or truth.shape[1] < 2:
        return None
    two = bool(np.isin(truth, (0, 1)).all())
    if not two or not (question.sigmoid or "binary" in question.loss):
        return None
    flat = outputs.astype("float64")
    says = flat > (0.5 if flat.min() >= 0 and flat.max() <= 1 else 0.0)
    wanted = truth == 1
    shown = np.arange(min(len(flat), TILES))
    return {
        "kind": "labels",
        "total": len(flat),
        "labels": truth.shape[1],
        "exact": int((says == wanted).all(axis=1).sum()),
        "correct": int((says == wanted).sum()),
        "names": list(question.classes) if len(question.classes) == truth.shape[1] else None,
        "indices": question.rows[shown].tolist(),
        "samples": question.display.describe(shown),
        "truths": [np.flatnonzero(row).tolist() for row in wanted[shown]],
        "guesses": [np.flatnonzero(row).tolist() for row in says[shown]],
    }


def _describe_numbers(question: Question, truth: Array | None, outputs: Array) -> Report | None:
    flat = _as_table(outputs)
    if flat is None or truth is None or truth.size != flat.size or flat.shape[1] > _MOST_TARGETS:
        return None
    if "crossentropy" in question.loss or "hinge" in question.loss:
        return None
    wanted = truth.reshape(flat.shape).astype("float64")
    if flat.shape[1] == 1:
        return _describe_regression(question, wanted[:, 0], flat[:, 0])
    names = question.classes if len(question.classes) == flat.shape[1] else ()
    return {
        "kind": "several",
        "outputs": [
            {
                "name": names[at] if names else f"y[{at}]",
                "report": _describe_regression(question, wanted[:, at], flat[:, at]),
            }
            for at in range(flat.shape[1])
        ],
    }


def _describe_regression(question: Question, actual: Array, predicted: Array) -> Report:
    errors = predicted - actual
    finite = np.isfinite(errors)
    known = errors[finite] if finite.any() else np.array([np.nan])
    shown = slice(0, POINTS_SHOWN)
    display = question.display
    along = None
    if display.single:
        (values,) = display.table(rows(display.x, shown))[0].T
        along = values[: len(actual)].astype(float).tolist()
    return {
        "kind": "regression",
        "total": len(actual),
        "notNumbers": int(len(errors) - finite.sum()),
        "meanAbsoluteError": float(np.abs(known).mean()),
        "rootMeanSquaredError": float(np.sqrt((known**2).mean())),
        "actual": actual[shown].tolist(),
        "predicted": predicted[shown].tolist(),
        "input": along,
    }
