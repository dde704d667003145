"""Parity cases of `keras.metrics`: results, state, weights, resets, configs and functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, frozen, labels, probabilities, values

Batches = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _two(make: Callable[[str], tuple[np.ndarray, np.ndarray]]) -> Batches:
    return make("metric/first"), make("metric/second")


def _regression() -> Batches:
    return _two(lambda name: (values(f"{name} t", (6, 3)), values(f"{name} p", (6, 3))))


def _positive() -> Batches:
    return _two(
        lambda name: (values(f"{name} t+", (6, 3), 0.1, 3), values(f"{name} p+", (6, 3), 0.1, 3))
    )


def _column() -> Batches:
    return _two(lambda name: (values(f"{name} vec", (6,)), values(f"{name} col", (6, 1))))


def _binary() -> Batches:
    return _two(
        lambda name: (labels(f"{name} bit", (8, 1), 2), values(f"{name} sig", (8, 1), 0.0, 1.0))
    )


def _multi_label() -> Batches:
    return _two(
        lambda name: (labels(f"{name} bits", (8, 3), 2), values(f"{name} sigs", (8, 3), 0.0, 1.0))
    )


def _logits() -> Batches:
    return _two(
        lambda name: (labels(f"{name} bit", (8, 1), 2), values(f"{name} logit", (8, 1), -3.0, 3.0))
    )


def _signed() -> Batches:
    return _two(lambda name: (2 * labels(name, (6, 3), 2) - 1, values(f"{name} m", (6, 3))))


def _sparse() -> Batches:
    return _two(lambda name: (labels(name, (6,), 4), probabilities(f"{name} softmax", (6, 4))))


def _sparse_column() -> Batches:
    return _two(lambda name: (labels(name, (6, 1), 4), probabilities(f"{name} softmax", (6, 4))))


def _sparse_maps() -> Batches:
    return _two(lambda name: (labels(name, (6, 5), 4), probabilities(f"{name} maps", (6, 5, 4))))


def _one_hot() -> Batches:
    return _two(
        lambda name: (
            np.eye(4, dtype="float32")[labels(name, (6,), 4)],
            probabilities(f"{name} softmax", (6, 4)),
        )
    )


def _class_ids() -> Batches:
    return _two(lambda name: (labels(name, (6,), 3), labels(f"{name} guess", (6,), 3)))


def _sorted_ids() -> Batches:
    guess = np.asarray([[0, 1, 2, 3], [3, 2, 1, 0]], dtype="float32").repeat(3, axis=0)
    return _two(lambda name: (labels(name, (6,), 4), guess))


# name of the class, its data, its arguments
METRICS: list[tuple[str, Callable[[], Batches], dict[str, Any]]] = [
    ("MeanSquaredError", _regression, {}),
    ("MeanSquaredError", _column, {}),
    ("RootMeanSquaredError", _regression, {}),
    ("MeanAbsoluteError", _regression, {}),
    ("MeanAbsolutePercentageError", _regression, {}),
    ("MeanSquaredLogarithmicError", _positive, {}),
    ("CosineSimilarity", _regression, {}),
    ("LogCoshError", _regression, {}),
    ("R2Score", _regression, {}),
    ("R2Score", _regression, {"class_aggregation": None}),
    ("R2Score", _regression, {"class_aggregation": "variance_weighted_average"}),
    ("R2Score", _regression, {"num_regressors": 2}),
    ("PearsonCorrelation", _regression, {}),
    ("ConcordanceCorrelation", _regression, {"axis": -1}),
    ("Accuracy", _class_ids, {}),
    ("BinaryAccuracy", _binary, {}),
    ("BinaryAccuracy", _multi_label, {"threshold": 0.3}),
    ("CategoricalAccuracy", _one_hot, {}),
    ("SparseCategoricalAccuracy", _sparse, {}),
    ("SparseCategoricalAccuracy", _sparse_column, {}),
    ("SparseCategoricalAccuracy", _sparse_maps, {}),
    ("TopKCategoricalAccuracy", _one_hot, {"k": 2}),
    ("SparseTopKCategoricalAccuracy", _sparse, {"k": 2}),
    ("SparseTopKCategoricalAccuracy", _sparse_maps, {"k": 3}),
    ("SparseTopKCategoricalAccuracy", _sorted_ids, {"k": 2, "from_sorted_ids": True}),
    ("BinaryCrossentropy", _multi_label, {"label_smoothing": 0.1}),
    ("BinaryCrossentropy", _logits, {"from_logits": True}),
    ("CategoricalCrossentropy", _one_hot, {}),
    ("SparseCategoricalCrossentropy", _sparse, {}),
    ("SparseCategoricalCrossentropy", _sparse_maps, {"ignore_class": 1}),
    ("KLDivergence", _one_hot, {}),
    ("Poisson", _positive, {}),
    ("Hinge", _signed, {}),
    ("SquaredHinge", _signed, {}),
    ("CategoricalHinge", _one_hot, {}),
    ("TruePositives", _binary, {}),
    ("TrueNegatives", _multi_label, {"thresholds": [0.2, 0.5, 0.9]}),
    ("FalsePositives", _multi_label, {"thresholds": [0.0, 0.5, 1.0]}),
    ("FalseNegatives", _binary, {"thresholds": 0.7}),
    ("Precision", _binary, {}),
    ("Precision", _multi_label, {"thresholds": [0.3, 0.6], "class_id": 1}),
    ("Precision", _one_hot, {"top_k": 2}),
    ("Recall", _binary, {}),
    ("Recall", _one_hot, {"top_k": 2, "class_id": 2}),
    ("SensitivityAtSpecificity", _binary, {"specificity": 0.6}),
    ("SpecificityAtSensitivity", _binary, {"sensitivity": 0.5, "num_thresholds": 1}),
    ("PrecisionAtRecall", _binary, {"recall": 0.6, "num_thresholds": 11}),
    ("RecallAtPrecision", _multi_label, {"precision": 0.5, "class_id": 0}),
    ("AUC", _binary, {}),
    ("AUC", _binary, {"curve": "PR", "num_thresholds": 20}),
    ("AUC", _binary, {"curve": "PR", "summation_method": "majoring"}),
    ("AUC", _binary, {"curve": "PRGAIN", "num_thresholds": 9}),
    ("AUC", _binary, {"thresholds": [0.1, 0.45, 0.8], "summation_method": "minoring"}),
    ("AUC", _logits, {"from_logits": True}),
    ("AUC", _multi_label, {"multi_label": True, "num_thresholds": 30}),
    ("AUC", _multi_label, {"multi_label": True, "thresholds": [0.3, 0.4], "num_labels": 3}),
    ("AUC", _multi_label, {"num_thresholds": 7, "label_weights": [0.5, 1.0, 2.0]}),
    ("FBetaScore", _multi_label, {"beta": 2.0, "threshold": 0.4}),
    ("FBetaScore", _one_hot, {"average": "weighted"}),
    ("F1Score", _multi_label, {"average": "macro", "threshold": 0.6}),
    ("F1Score", _one_hot, {"average": "micro"}),
    ("IoU", _class_ids, {"num_classes": 3, "target_class_ids": [0, 2]}),
    ("IoU", _class_ids, {"num_classes": 3, "target_class_ids": [1], "ignore_class": 0}),
    ("BinaryIoU", _binary, {"threshold": 0.4}),
    ("MeanIoU", _class_ids, {"num_classes": 3}),
    ("OneHotIoU", _one_hot, {"num_classes": 4, "target_class_ids": [1, 3]}),
    ("OneHotMeanIoU", _one_hot, {"num_classes": 4}),
]

# name of the function, its data, its arguments
FUNCTIONS: list[tuple[str, Callable[[], Batches], dict[str, Any]]] = [
    ("binary_accuracy", _multi_label, {"threshold": 0.4}),
    ("binary_accuracy", _binary, {}),
    ("categorical_accuracy", _one_hot, {}),
    ("sparse_categorical_accuracy", _sparse, {}),
    ("sparse_categorical_accuracy", _sparse_column, {}),
    ("sparse_categorical_accuracy", _sparse_maps, {}),
    ("top_k_categorical_accuracy", _one_hot, {"k": 3}),
    ("sparse_top_k_categorical_accuracy", _sparse_maps, {"k": 2}),
    ("pearson_correlation", _regression, {}),
    ("concordance_correlation", _regression, {}),
    ("mean_squared_error", _regression, {}),
    ("binary_crossentropy", _multi_label, {}),
]


def _describe(metric: Any) -> dict[str, Any]:
    return {variable.name: frozen(variable) for variable in metric.variables}


def _weights(name: str, y_true: np.ndarray, ignores_class: bool) -> np.ndarray:
    if "IoU" in name:  # integer state: a fractional weight would be cut off, with a warning
        return labels(f"metric/weight {name}", y_true.shape[:1], 4)
    shape = y_true.shape if ignores_class else y_true.shape[:1]  # its mask has y_true's shape
    return values(f"metric/weight {name}", shape, 0.0, 2.0)


def _metric_case(name: str, data: Callable[[], Batches], kwargs: dict[str, Any]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        metric = getattr(framework.keras.metrics, name)(**kwargs)
        (first_true, first_pred), (second_true, second_pred) = data()
        config = metric.get_config()
        results: dict[str, Any] = {"name": metric.name}
        if config.get("label_weights") is not None:  # a tensor in Keras's own config
            config["label_weights"] = np.asarray(config["label_weights"])
        if name == "CosineSimilarity":  # Keras leaves it out, so a reloaded metric forgets it
            config.pop("axis", None)
        if config["dtype"] == "int64":  # the engine counts in int32
            config["dtype"] = "int32"
        results["config"] = config
        metric.update_state(first_true, first_pred)
        results["first"] = frozen(metric.result())
        weight = _weights(name, second_true, "ignore_class" in kwargs)
        metric.update_state(second_true, second_pred, sample_weight=weight)
        results["both, second weighted"] = frozen(metric.result())
        results["state"] = _describe(metric)
        metric.reset_state()
        results["state after reset"] = _describe(metric)
        return results

    arguments = ",".join(f"{key}={value}" for key, value in kwargs.items())
    return Case(f"{name}({data.__name__.strip('_')}{',' if kwargs else ''}{arguments})", run)


def _function_case(name: str, data: Callable[[], Batches], kwargs: dict[str, Any]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        (y_true, y_pred), _ = data()
        return {"value": getattr(framework.keras.metrics, name)(y_true, y_pred, **kwargs)}

    return Case(f"{name}({data.__name__.strip('_')})", run)


def _reductions(framework: Framework) -> dict[str, Any]:
    metrics = framework.keras.metrics
    results: dict[str, Any] = {}
    for name in ("Mean", "Sum"):
        metric = getattr(metrics, name)()
        metric.update_state(3.0)
        metric.update_state(values("metric/mean", (4,)))
        results[f"{name} of a number and a vector"] = frozen(metric.result())
        metric.update_state(
            values("metric/mean matrix", (4, 2)), sample_weight=[1.0, 0.0, 2.0, 3.0]
        )
        results[f"{name} with a weighted matrix"] = frozen(metric.result())
        metric.update_state(values("metric/mean map", (2, 3, 4)), values("metric/w", (2, 3), 0, 1))
        results[f"{name} with a weighted map"] = frozen(metric.result())
        results[f"{name} state"] = _describe(metric)
        results[f"{name} config"] = metric.get_config()
        results[f"{name} called"] = metric(values("metric/mean", (4,)))
    results["Mean of nothing"] = metrics.Mean().result()
    return results


def _wrapped_function(framework: Framework) -> dict[str, Any]:
    keras = framework.keras

    def worst(y_true: Any, y_pred: Any) -> Any:
        return keras.ops.max(keras.ops.abs(y_true - y_pred), axis=-1)

    metric = keras.metrics.MeanMetricWrapper(worst, name="worst")
    (y_true, y_pred), _ = _regression()
    metric.update_state(y_true, y_pred, sample_weight=[1.0, 2.0, 0.0, 1.0, 0.5, 1.0])
    return {"result": metric.result(), "name": metric.name, "state": _describe(metric)}


def _masked(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    y_true, y_pred = values("metric/masked t", (3, 4, 2)), values("metric/masked p", (3, 4, 2))
    prediction = keras.ops.convert_to_tensor(y_pred)
    prediction._keras_mask = keras.ops.convert_to_tensor(
        np.asarray([[True, True, False, False], [True, False, False, False], [True] * 4])
    )
    metric = keras.metrics.MeanSquaredError()
    metric.update_state(y_true, prediction)
    results = {"masked": frozen(metric.result())}
    metric.update_state(y_true, prediction, sample_weight=values("metric/masked w", (3, 4), 0, 1))
    results["masked and weighted"] = frozen(metric.result())
    return results


def _strings(framework: Framework) -> dict[str, Any]:
    metrics = framework.keras.metrics
    names = ["mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE", "bce", "BCE", "auc", "AUC"]
    names += ["Precision", "recall", "true_positives", "f1_score", "r2_score", "log_cosh_error"]
    names += ["sparse_categorical_accuracy", "top_k_categorical_accuracy", "BinaryAccuracy"]
    return {name: [type(metrics.get(name)).__name__, metrics.get(name).name] for name in names}


CASES = (
    *(_metric_case(*row) for row in METRICS),
    *(_function_case(*row) for row in FUNCTIONS),
    Case("Mean and Sum", _reductions),
    Case("MeanMetricWrapper of a function", _wrapped_function),
    Case("masked predictions", _masked),
    Case("string names", _strings),
)
