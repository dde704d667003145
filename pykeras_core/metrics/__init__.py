"""`keras.metrics`: what training reports, as functions, classes and string names."""

from __future__ import annotations

import difflib
import inspect
from typing import Any

from pykeras_core.checks import checked
from pykeras_core.losses import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from pykeras_core.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from pykeras_core.metrics.auc import AUC
from pykeras_core.metrics.base import Metric
from pykeras_core.metrics.confusion import (
    FalseNegatives,
    FalsePositives,
    Precision,
    Recall,
    TrueNegatives,
    TruePositives,
)
from pykeras_core.metrics.correlation import (
    ConcordanceCorrelation,
    PearsonCorrelation,
    concordance_correlation,
    pearson_correlation,
)
from pykeras_core.metrics.fscore import F1Score, FBetaScore
from pykeras_core.metrics.iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from pykeras_core.metrics.probabilistic import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    Hinge,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)
from pykeras_core.metrics.reduction import Mean, MeanMetricWrapper, Sum
from pykeras_core.metrics.regression import (
    CosineSimilarity,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    R2Score,
    RootMeanSquaredError,
)
from pykeras_core.metrics.trade_offs import (
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)
from pykeras_core.naming import to_snake_case
from pykeras_core.saving import registration, serialization

__all__ = [
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "concordance_correlation",
    "deserialize",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "pearson_correlation",
    "poisson",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
]

# A name means a class, in its own spelling or in snake case, as in Keras.
_CLASSES = [globals()[name] for name in __all__ if inspect.isclass(globals().get(name))]
_NAMES: dict[str, Any] = {
    name: cls for cls in _CLASSES for name in (cls.__name__, to_snake_case(cls.__name__))
}
for _alias, _class in {
    "bce": BinaryCrossentropy,
    "mae": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError,
    "mse": MeanSquaredError,
    "msle": MeanSquaredLogarithmicError,
}.items():
    _NAMES[_alias] = _NAMES[_alias.upper()] = _class


@checked
def serialize(metric: Any) -> Any:
    """Returns the configuration of a metric.

    Args:
        metric: A `Metric` or a metric function.

    Returns:
        A JSON-ready dict.
    """
    return serialization.serialize_keras_object(metric)


@checked
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Makes a metric from its configuration or name; the reverse of `serialize`.

    Args:
        config: What `serialize` returned, or a string name.
        custom_objects: Your own metrics by name.

    Returns:
        The metric.
    """
    return serialization.deserialize_keras_object(
        config, module_objects=_NAMES, custom_objects=custom_objects
    )


@checked
def get(identifier: Any) -> Any:
    """Returns the metric meant by a name, a configuration, a class, a function or a metric.

    Args:
        identifier: For example `"mae"`, `"AUC"`, `keras.metrics.Precision(thresholds=0.7)`, your
            own function `f(y_true, y_pred)`, or `None`. What `"accuracy"` means depends on the
            loss, so `compile` decides it; here it means the plain `Accuracy`.

    Returns:
        A `Metric` or a function; `None` for `None`.

    Raises:
        ValueError: If nothing has that name, or the object cannot be called.

    Example:
        >>> get("mae")
        <MeanAbsoluteError name=mean_absolute_error>
    """
    if identifier is None:
        return None
    found = identifier
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    elif isinstance(identifier, str):
        found = registration.get_registered_object(identifier, module_objects=_NAMES)
        if found is None:
            raise ValueError(_unknown(identifier))
    if inspect.isclass(found):
        found = found()
    if not callable(found):
        raise ValueError(
            "A metric must be a name, a function or a `keras.metrics.Metric`, received "
            f"{identifier!r}."
        )
    return found


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, [*_NAMES, "accuracy"], n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return (
        f"Unknown metric {name!r}.{hint} Use a name from `keras.metrics`, such as 'accuracy' or "
        "'mae', or pass a function `f(y_true, y_pred)`."
    )
