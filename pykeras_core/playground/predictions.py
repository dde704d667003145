"""What a trained model says about samples it has not seen, in the plain form the page draws."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pykeras_core.playground.samples import (
    FEATURES_SHOWN,
    POINTS_SHOWN,
    Array,
    as_array,
    class_labels,
    describe_images,
    table_of,
)

ITEMS_SHOWN = 24
CLASSES_SHOWN = 12
"""Classes whose probabilities the page draws; a vocabulary has thousands."""

SLICE = 500
"""Samples predicted between two looks at the page's messages."""

MAX_SAMPLES = 10_000

UNSEEN_NAMES = (
    ("x_test", "y_test"),
    ("X_test", "y_test"),
    ("test_images", "test_labels"),
    ("test_data", "test_targets"),
    ("test_x", "test_y"),
    ("x_val", "y_val"),
)
"""Names under which tutorials keep the samples that training does not see, best first."""


def find_unseen(
    model: Any, given: tuple[Any, Any] | None, namespace: Mapping[str, Any]
) -> tuple[Array, Array] | None:
    """Finds samples that `model` was not trained on.

    Args:
        model: A model whose ``input_shape`` says which samples fit.
        given: The arrays the program gave to evaluate() or as validation data, if any.
        namespace: The program's variables, searched for `UNSEEN_NAMES`.

    Returns:
        ``(x, y)`` with equal lengths and samples of the model's input shape, or None.
    """
    named = ((namespace.get(x), namespace.get(y)) for x, y in UNSEEN_NAMES)
    for x_given, y_given in (*([given] if given else []), *named):
        x, y = as_array(x_given), as_array(y_given)
        if x is None or y is None or not 0 < len(x) == len(y):
            continue
        if _fits(model, x):
            return x, y
    return None


def predict_in_slices(
    predict: Callable[[Array], Any], x: Array, go_on: Callable[[], bool]
) -> Array | None:
    """Predicts `x` slice by slice for as long as `go_on()` says so; at least one slice.

    Args:
        predict: Maps samples (n, ...) to outputs (n, ...).
        x: Samples, shape (n, ...); at most `MAX_SAMPLES` are used.
        go_on: Asked after each slice.

    Returns:
        The outputs of the first m samples, shape (m, ...), m <= n; None where they are not one
        row of numbers for each sample.
    """
    outputs: list[Array] = []
    for start in range(0, min(len(x), MAX_SAMPLES), SLICE):
        samples = x[start : start + SLICE]
        found = _rows_of_numbers(predict(samples), len(samples))
        if found is None or (outputs and found.shape[1:] != outputs[0].shape[1:]):
            return None
        outputs.append(found)
        if not go_on():
            break
    return np.concatenate(outputs) if outputs else None


def _rows_of_numbers(outputs: Any, rows: int) -> Array | None:
    """A model's answer as one array with so many rows; one that is alone in a dict or list counts.

    Several outputs have no one truth to be compared with.
    """
    while isinstance(outputs, (dict, list, tuple)):
        if len(outputs) != 1:
            return None
        (outputs,) = outputs.values() if isinstance(outputs, dict) else outputs
    found = as_array(outputs)
    return found if found is not None and len(found) == rows else None


def describe_predictions(
    x: Array, y: Array, outputs: Array, loss_name: str
) -> dict[str, Any] | None:
    """Compares a model's outputs with the truth.

    Args:
        x: Samples, shape (n, ...).
        y: Targets: class numbers, one-hot rows, or numbers to regress.
        outputs: What the model says, shape (n,) or (n, k), with axes of size 1 between or behind.
        loss_name: Name of the model's loss; a crossentropy makes integer targets classes.

    Returns:
        A dictionary whose ``kind`` is ``"classes"`` (with ``total``, ``correct``, the first
        `ITEMS_SHOWN` samples in ``items`` and the surest mistakes in ``mistakes``) or
        ``"regression"`` (with ``total``, ``meanAbsoluteError``, ``rootMeanSquaredError`` and up
        to `POINTS_SHOWN` pairs of ``actual`` and ``predicted``); None where outputs and targets
        are something else, such as images.
    """
    flat = _as_table(outputs)
    if flat is None or not 0 < len(flat) <= min(len(x), len(y)):
        return None
    labels = class_labels(y)
    one_hot = y.ndim == 2 and y.shape[1] > 1
    fits = flat.shape[1] == y.shape[1] if one_hot else True
    with np.errstate(all="ignore"):  # what is not finite is shown as such
        if fits and labels is not None and (one_hot or _tells_classes(loss_name)):
            return _describe_classes(x, labels, to_probabilities(flat))
        if flat.shape[1] != 1 or y.size != len(y):
            return None
        return _describe_regression(x, y, flat)


def _tells_classes(loss_name: str) -> bool:
    return "crossentropy" in loss_name or "hinge" in loss_name


def _as_table(outputs: Array) -> npt.NDArray[np.float64] | None:
    """Outputs as numbers of shape (n, k), k > 0; None where a sample has more than one axis."""
    if outputs.ndim == 0 or outputs.dtype.kind not in "buif":
        return None
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


def _fits(model: Any, x: Array) -> bool:
    try:
        expected = model.input_shape
    except Exception:  # a model of the program's own making may say so in any way
        return True
    if not isinstance(expected, tuple):
        return True  # not built yet, or several inputs: predict() itself will say
    return len(expected) == x.ndim and all(
        size is None or size == found for size, found in zip(expected[1:], x.shape[1:], strict=True)
    )


def _describe_classes(x: Array, labels: Array, probabilities: Array) -> dict[str, Any]:
    total = len(probabilities)
    truth, guesses = labels[:total], probabilities.argmax(axis=1)
    wrong = np.flatnonzero(guesses != truth)
    surest_first = np.argsort(-probabilities[wrong, guesses[wrong]], kind="stable")

    def gallery(indices: Array) -> dict[str, Any]:
        return {
            "indices": indices.tolist(),
            "labels": truth[indices].tolist(),
            "guesses": guesses[indices].tolist(),
            "certainties": probabilities[indices, guesses[indices]].tolist(),
            "probabilities": probabilities[indices, :CLASSES_SHOWN].tolist(),
            "features": table_of(x[indices])[:, :FEATURES_SHOWN].tolist(),
            "images": describe_images(x[indices]),
        }

    return {
        "kind": "classes",
        "total": total,
        "correct": int(total - len(wrong)),
        "items": gallery(np.arange(min(total, ITEMS_SHOWN))),
        "mistakes": gallery(wrong[surest_first][:ITEMS_SHOWN]),
    }


def _describe_regression(x: Array, y: Array, outputs: Array) -> dict[str, Any]:
    total = len(outputs)
    actual = y[:total].reshape(total).astype(float)
    predicted = outputs[:, 0]
    errors = predicted - actual
    shown = slice(0, POINTS_SHOWN)
    features = table_of(x[:total])
    return {
        "kind": "regression",
        "total": total,
        "meanAbsoluteError": float(np.abs(errors).mean()),
        "rootMeanSquaredError": float(np.sqrt((errors**2).mean())),
        "actual": actual[shown].tolist(),
        "predicted": predicted[shown].tolist(),
        "input": features[shown, 0].astype(float).tolist() if features.shape[1] == 1 else None,
    }


def loss_name(model: Any) -> str:
    """The name of the loss a model was compiled with; empty where it has several, or none.

    Args:
        model: The model.
    """
    loss = getattr(model, "loss", None)
    name = loss if isinstance(loss, str) else getattr(loss, "name", None)
    return str(name or getattr(loss, "__name__", ""))


@contextlib.contextmanager
def unchanged(model: Any) -> Iterator[None]:
    """Within it, predicting moves no state of `model` on: none of its random seeds and counters.

    Args:
        model: The model.
    """
    state = [variable for variable in model.variables if not variable.trainable]
    before = [(variable, variable.numpy()) for variable in state]
    try:
        yield
    finally:
        for variable, value in before:
            if not np.array_equal(variable.numpy(), value):
                variable.assign(value)
