"""What a trained model says about samples it has not seen, in the plain form the page draws."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pykeras_core.playground.samples import (
    FEATURES_SHOWN,
    POINTS_SHOWN,
    Array,
    as_array,
    class_labels,
    describe_images,
)

ITEMS_SHOWN = 24
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
) -> Array:
    """Predicts `x` slice by slice for as long as `go_on()` says so; at least one slice.

    Args:
        predict: Maps samples (n, ...) to outputs (n, k).
        x: Samples, shape (n, ...); at most `MAX_SAMPLES` are used.
        go_on: Asked after each slice.

    Returns:
        The outputs of the first m samples, shape (m, k), m <= n.
    """
    outputs = []
    for start in range(0, min(len(x), MAX_SAMPLES), SLICE):
        outputs.append(np.asarray(predict(x[start : start + SLICE])))
        if not go_on():
            break
    return np.concatenate(outputs)


def describe_predictions(
    x: Array, y: Array, outputs: Array, loss_name: str
) -> dict[str, Any] | None:
    """Compares a model's outputs with the truth.

    Args:
        x: Samples, shape (n, ...).
        y: Targets: class numbers, one-hot rows, or numbers to regress.
        outputs: What the model says, shape (n, k).
        loss_name: Name of the model's loss; a crossentropy makes integer targets classes.

    Returns:
        A dictionary whose ``kind`` is ``"classes"`` (with ``total``, ``correct``, the first
        `ITEMS_SHOWN` samples in ``items`` and the surest mistakes in ``mistakes``) or
        ``"regression"`` (with ``total``, ``meanAbsoluteError``, ``rootMeanSquaredError`` and up
        to `POINTS_SHOWN` pairs of ``actual`` and ``predicted``); None where outputs and targets
        are something else, such as images.
    """
    if len(outputs) > len(y) or outputs.dtype.kind not in "buif":
        return None
    outputs.reshape(len(outputs), -1).astype("float32")
    labels = class_labels(y)
    one_hot = y.ndim == 2 and y.shape[1] > 1
    if labels is not None and (one_hot or "crossentropy" in loss_name or "hinge" in loss_name):
        return _describe_classes(x, labels, to_probabilities(outputs))
    if outputs.shape[1] != 1 or y.size != len(y):
        return None
    return _describe_regression(x, y, outputs)


def to_probabilities(outputs: Array) -> Array:
    """Reads outputs (n, k) as class probabilities (n, k), or (n, 2) for k = 1.

    Rows that are no distribution are taken for logits: softmax, or for k = 1 the sigmoid.

    Example:
        >>> to_probabilities(np.array([[0.25]], "float32")).tolist()
        [[0.75, 0.25]]
        >>> to_probabilities(np.array([[3.0, 3.0]], "float32")).tolist()
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
    expected = getattr(model, "input_shape", None)
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
            "probabilities": probabilities[indices].astype(float).tolist(),
            "features": x.reshape(len(x), -1)[indices, :FEATURES_SHOWN].tolist(),
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
    actual = y[:total].reshape(total, -1)[:, 0].astype(float)
    predicted = outputs[:, 0].astype(float)
    errors = predicted - actual
    shown = slice(0, POINTS_SHOWN)
    one_feature = x[:total].reshape(total, -1).shape[1] == 1
    return {
        "kind": "regression",
        "total": total,
        "meanAbsoluteError": float(np.abs(errors).mean()),
        "rootMeanSquaredError": float(np.sqrt((errors**2).mean())),
        "actual": actual[shown].tolist(),
        "predicted": predicted[shown].tolist(),
        "input": x[:total].reshape(-1)[shown].astype(float).tolist() if one_feature else None,
    }
