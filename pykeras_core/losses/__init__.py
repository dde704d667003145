"""`keras.losses`: what training minimises, as functions, classes and string names."""

from __future__ import annotations

import difflib
import inspect
from typing import Any

from pykeras_core.checks import checked
from pykeras_core.losses.base import Loss, LossFunctionWrapper, Reduction
from pykeras_core.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    KLDivergence,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    kl_divergence,
    sparse_categorical_crossentropy,
)
from pykeras_core.losses.ctc import CTC, ctc
from pykeras_core.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
)
from pykeras_core.losses.hinge import (
    CategoricalHinge,
    Circle,
    Hinge,
    SquaredHinge,
    categorical_hinge,
    circle,
    hinge,
    squared_hinge,
)
from pykeras_core.losses.overlap import Dice, Tversky, dice, tversky
from pykeras_core.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
)
from pykeras_core.saving import registration, serialization

__all__ = [
    "CTC",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Reduction",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]

_NAMES: dict[str, Any] = {
    **{
        name: globals()[name] for name in __all__ if name not in ("deserialize", "get", "serialize")
    },
    "LossFunctionWrapper": LossFunctionWrapper,
}
for _alias, _function in {
    "bce": binary_crossentropy,
    "kld": kl_divergence,
    "mae": mean_absolute_error,
    "mape": mean_absolute_percentage_error,
    "mse": mean_squared_error,
    "msle": mean_squared_logarithmic_error,
}.items():
    _NAMES[_alias] = _NAMES[_alias.upper()] = _function


@checked
def serialize(loss: Any) -> Any:
    """Returns the configuration of a loss.

    Args:
        loss: A `Loss` or a loss function.

    Returns:
        A JSON-ready dict.
    """
    return serialization.serialize_keras_object(loss)


@checked
def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Makes a loss from its configuration or name; the reverse of `serialize`.

    Args:
        name: What `serialize` returned, or a string name.
        custom_objects: Your own losses by name.

    Returns:
        The loss.
    """
    return serialization.deserialize_keras_object(
        name, module_objects=_NAMES, custom_objects=custom_objects
    )


@checked
def get(identifier: Any) -> Any:
    """Returns the loss meant by a name, a configuration, a class, a function or a loss.

    Args:
        identifier: For example `"mse"`, `"MeanSquaredError"`, `keras.losses.Huber(delta=2.0)`,
            your own function `f(y_true, y_pred)`, or `None`.

    Returns:
        A `Loss` or a function; `None` for `None`.

    Raises:
        ValueError: If nothing has that name, or the object cannot be called.

    Example:
        >>> get("mse").__name__
        'mean_squared_error'
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
            f"A loss must be a name, a function or a `keras.losses.Loss`, received {identifier!r}."
        )
    return found


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, _NAMES, n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return (
        f"Unknown loss {name!r}.{hint} Use a name from `keras.losses`, such as 'mse' or "
        "'sparse_categorical_crossentropy', or pass a function `f(y_true, y_pred)`."
    )
