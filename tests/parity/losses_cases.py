"""Parity cases of `keras.losses`: values, gradients, reductions, weights, masks and configs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, labels, probabilities, values

Data = tuple[np.ndarray, np.ndarray]


def _regression() -> Data:
    return values("loss/true", (4, 3)), values("loss/pred", (4, 3))


def _positive() -> Data:
    return values("loss/true+", (4, 3), 0.0, 3.0), values("loss/pred+", (4, 3), 0.1, 3.0)


def _column_against_vector() -> Data:
    return values("loss/vector", (5,)), values("loss/column", (5, 1))


def _binary() -> Data:
    return (
        labels("loss/bits", (4, 3), 2).astype("float32"),
        values("loss/sigmoid", (4, 3), 0.02, 0.98),
    )


def _binary_logits() -> Data:
    return _binary()[0], values("loss/logits", (4, 3), -4.0, 4.0)


def _signed() -> Data:
    return 2.0 * _binary()[0] - 1.0, values("loss/margin", (4, 3))


def _one_hot() -> Data:
    return np.eye(4, dtype="float32")[_classes()[0]], _classes()[1]


def _one_hot_logits() -> Data:
    return _one_hot()[0], values("loss/logits4", (5, 4), -3.0, 3.0)


def _soft_labels() -> Data:
    return probabilities("loss/soft", (5, 4)), _one_hot()[1]


def _classes() -> Data:
    return labels("loss/classes", (5,), 4), probabilities("loss/softmax", (5, 4))


def _class_logits() -> Data:
    return _classes()[0], _one_hot_logits()[1]


def _class_column() -> Data:
    return _classes()[0][:, None], _classes()[1]


def _class_maps() -> Data:
    return labels("loss/maps", (2, 3), 4), probabilities("loss/map softmax", (2, 3, 4))


def _embeddings() -> Data:
    raw = values("loss/embeddings", (6, 4))
    unit = raw / np.sqrt((raw * raw).sum(axis=-1, keepdims=True))
    return np.asarray([0, 1, 0, 2, 1, 0], dtype="int32"), unit.astype("float32")


def _sequences() -> Data:
    y_true = np.asarray([[1, 2, 2, 0], [3, 1, 0, 0], [2, 0, 0, 0]], dtype="int32")
    return y_true, values("loss/ctc", (3, 6, 5))


# name of the function, its data, its arguments
FUNCTIONS: list[tuple[str, Callable[[], Data], dict[str, Any]]] = [
    ("mean_squared_error", _regression, {}),
    ("mean_squared_error", _column_against_vector, {}),
    ("mean_absolute_error", _regression, {}),
    ("mean_absolute_percentage_error", _regression, {}),
    ("mean_squared_logarithmic_error", _positive, {}),
    ("cosine_similarity", _regression, {}),
    ("cosine_similarity", _regression, {"axis": 0}),
    ("huber", _regression, {}),
    ("huber", _regression, {"delta": 0.5}),
    ("log_cosh", _regression, {}),
    ("hinge", _signed, {}),
    ("hinge", _binary, {}),
    ("squared_hinge", _signed, {}),
    ("squared_hinge", _binary, {}),
    ("categorical_hinge", _one_hot_logits, {}),
    ("kl_divergence", _soft_labels, {}),
    ("poisson", _positive, {}),
    ("binary_crossentropy", _binary, {}),
    ("binary_crossentropy", _binary, {"label_smoothing": 0.2}),
    ("binary_crossentropy", _binary_logits, {"from_logits": True}),
    ("binary_focal_crossentropy", _binary, {}),
    ("binary_focal_crossentropy", _binary, {"apply_class_balancing": True, "gamma": 1.5}),
    ("binary_focal_crossentropy", _binary_logits, {"from_logits": True, "label_smoothing": 0.1}),
    ("categorical_crossentropy", _one_hot, {}),
    ("categorical_crossentropy", _soft_labels, {}),
    ("categorical_crossentropy", _one_hot, {"label_smoothing": 0.1}),
    ("categorical_crossentropy", _one_hot_logits, {"from_logits": True}),
    ("categorical_focal_crossentropy", _one_hot, {}),
    ("categorical_focal_crossentropy", _one_hot_logits, {"from_logits": True, "alpha": 0.5}),
    ("sparse_categorical_crossentropy", _classes, {}),
    ("sparse_categorical_crossentropy", _class_column, {}),
    ("sparse_categorical_crossentropy", _class_maps, {}),
    ("sparse_categorical_crossentropy", _class_logits, {"from_logits": True}),
    ("sparse_categorical_crossentropy", _class_maps, {"ignore_class": 1}),
    ("dice", _binary, {}),
    ("dice", _binary, {"axis": -1}),
    ("tversky", _binary, {"alpha": 0.3, "beta": 0.7}),
    ("circle", _embeddings, {"gamma": 8}),
    ("categorical_generalized_cross_entropy", _classes, {"q": 0.7}),
    ("ctc", _sequences, {}),
]

# name of the class, its data, its arguments
CLASSES: list[tuple[str, Callable[[], Data], dict[str, Any]]] = [
    ("MeanSquaredError", _regression, {}),
    ("MeanAbsoluteError", _column_against_vector, {}),
    ("MeanAbsolutePercentageError", _regression, {}),
    ("MeanSquaredLogarithmicError", _positive, {}),
    ("CosineSimilarity", _regression, {"axis": 1}),
    ("Huber", _regression, {"delta": 0.7}),
    ("LogCosh", _regression, {}),
    ("Hinge", _binary, {}),
    ("SquaredHinge", _signed, {}),
    ("CategoricalHinge", _one_hot_logits, {}),
    ("KLDivergence", _soft_labels, {}),
    ("Poisson", _positive, {}),
    ("BinaryCrossentropy", _binary_logits, {"from_logits": True, "label_smoothing": 0.1}),
    ("BinaryFocalCrossentropy", _binary, {"apply_class_balancing": True}),
    ("CategoricalCrossentropy", _one_hot, {"label_smoothing": 0.05}),
    ("CategoricalFocalCrossentropy", _one_hot, {"gamma": 1.0}),
    ("SparseCategoricalCrossentropy", _class_maps, {"ignore_class": 2}),
    ("Dice", _binary, {"axis": -1}),
    ("Tversky", _binary, {"alpha": 0.2, "beta": 0.8, "axis": -1}),
    ("Circle", _embeddings, {"gamma": 8.0, "margin": 0.3}),
    ("CategoricalGeneralizedCrossEntropy", _classes, {"q": 0.3}),
    ("CTC", _sequences, {}),
]

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)
# Keras 3 leaves these arguments out of the config, so a reloaded loss forgets them. Ours does not.
FORGOTTEN_BY_KERAS = {
    "CosineSimilarity": {"axis"},
    "Huber": {"delta"},
    "SparseCategoricalCrossentropy": {"axis"},
}


def _arguments(kwargs: dict[str, Any]) -> str:
    return ",".join(f"{name}={value}" for name, value in kwargs.items())


def _function_case(name: str, data: Callable[[], Data], kwargs: dict[str, Any]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        y_true, y_pred = data()
        function = getattr(framework.keras.losses, name)
        value, (gradient,) = framework.gradients(
            lambda prediction: function(y_true, prediction, **kwargs), y_pred
        )
        return {"value": value, "gradient": gradient}

    return Case(
        f"{name}({data.__name__.strip('_')}{',' if kwargs else ''}{_arguments(kwargs)})", run
    )


def _class_case(name: str, data: Callable[[], Data], kwargs: dict[str, Any]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        losses = framework.keras.losses
        y_true, y_pred = data()
        weight = values(f"loss/weight/{name}", (len(y_pred), 1), 0.0, 2.0)
        results: dict[str, Any] = {}
        for reduction in REDUCTIONS:
            loss = getattr(losses, name)(reduction=reduction, **kwargs)
            results[str(reduction)] = loss(y_true, y_pred)
        if name not in ("Dice", "Tversky"):  # these reduce over the batch before weights apply
            loss = getattr(losses, name)(**kwargs)
            results["weighted"], (results["weighted gradient"],) = framework.gradients(
                lambda prediction: loss(y_true, prediction, weight), y_pred
            )
        config = getattr(losses, name)(**kwargs).get_config()
        for forgotten in FORGOTTEN_BY_KERAS.get(name, ()):
            config.pop(forgotten, None)
        results["config"] = config
        return results

    return Case(f"{name}({_arguments(kwargs)})", run)


def _mask_case(reduction: str) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        keras = framework.keras
        y_true, y_pred = values("loss/mask true", (2, 3, 2)), values("loss/mask pred", (2, 3, 2))
        mask = np.asarray([[True, True, False], [True, False, False]])
        weight = values("loss/mask weight", (2, 3), 0.0, 2.0)
        results = {}
        for name, sample_weight in (("masked", None), ("masked and weighted", weight)):
            prediction = keras.ops.convert_to_tensor(y_pred)
            prediction._keras_mask = keras.ops.convert_to_tensor(mask)
            loss = keras.losses.MeanSquaredError(reduction=reduction)
            results[name] = loss(y_true, prediction, sample_weight)
        return results

    return Case(f"mask with reduction {reduction}", run)


def _weight_shapes(framework: Framework) -> dict[str, Any]:
    loss = framework.keras.losses.MeanSquaredError()
    y_true, y_pred = values("loss/map true", (2, 3, 4)), values("loss/map pred", (2, 3, 4))
    return {
        "scalar": loss(y_true, y_pred, 0.5),
        "per sample, column": loss(y_true, y_pred, values("loss/w column", (2, 1))),
        "per value": loss(y_true, y_pred, values("loss/w value", (2, 3))),
        "per value, column": loss(y_true, y_pred, values("loss/w value column", (2, 3, 1))),
    }


def _saturated(framework: Framework) -> dict[str, Any]:
    """Probabilities of exactly 0 and 1 are clipped, so the loss stays finite."""
    losses = framework.keras.losses
    certain = np.asarray([[1.0, 0.0], [0.0, 1.0]], dtype="float32")
    wrong = certain[::-1].copy()
    return {
        "binary": losses.binary_crossentropy(certain, wrong),
        "categorical": losses.categorical_crossentropy(certain, wrong),
        "sparse": losses.sparse_categorical_crossentropy(np.asarray([0, 1]), wrong),
        "huge logits": losses.sparse_categorical_crossentropy(
            np.asarray([0, 1]), wrong * 200.0, from_logits=True
        ),
    }


def _after_activation(framework: Framework) -> dict[str, Any]:
    """Crossentropy of a softmax or sigmoid output is computed from its logits: no saturation."""
    keras = framework.keras
    logits = np.asarray([[60.0, 0.0, -3.0], [1.0, -50.0, 2.0]], dtype="float32")
    sparse, dense = np.asarray([2, 1]), np.eye(3, dtype="float32")[[2, 1]]
    losses, activations = keras.losses, keras.activations
    functions = {
        "sparse": lambda x: losses.sparse_categorical_crossentropy(sparse, activations.softmax(x)),
        "categorical": lambda x: losses.categorical_crossentropy(dense, activations.softmax(x)),
        "binary": lambda x: losses.binary_crossentropy(dense, activations.sigmoid(x)),
    }
    results: dict[str, Any] = {}
    for name, function in functions.items():
        value, (gradient,) = framework.gradients(function, logits)
        results[name] = {"value": value, "gradient": gradient}
    return results


def _strings(framework: Framework) -> dict[str, Any]:
    losses = framework.keras.losses
    names = ["bce", "BCE", "kld", "KLD", "mae", "MAE", "mse", "MSE", "mape", "MAPE", "msle", "MSLE"]
    names += ["mean_squared_error", "MeanSquaredError", "sparse_categorical_crossentropy", "huber"]
    found = {name: losses.get(name) for name in names}
    return {name: getattr(loss, "__name__", type(loss).__name__) for name, loss in found.items()}


CASES = (
    *(_function_case(*row) for row in FUNCTIONS),
    *(_class_case(*row) for row in CLASSES),
    *(_mask_case(str(reduction)) for reduction in REDUCTIONS if reduction),
    Case("shapes of sample_weight", _weight_shapes),
    Case("saturated probabilities", _saturated),
    Case("crossentropy after an activation", _after_activation),
    Case("string names", _strings),
)
