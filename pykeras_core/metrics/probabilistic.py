"""Owns the metrics that are losses of probabilities and margins: crossentropies, hinges."""

from __future__ import annotations

from pykeras_core.checks import DType, Fraction, checked
from pykeras_core.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    kl_divergence,
    sparse_categorical_crossentropy,
)
from pykeras_core.losses.hinge import categorical_hinge, hinge, squared_hinge
from pykeras_core.losses.regression import poisson
from pykeras_core.metrics.reduction import FunctionMetric

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "Hinge",
    "KLDivergence",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
]


class BinaryCrossentropy(FunctionMetric):
    """Mean of `keras.losses.binary_crossentropy`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
        from_logits: Whether predictions are logits. Default: probabilities.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / 2`.
    """

    _direction = "down"

    @checked
    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: DType = None,
        from_logits: bool = False,
        label_smoothing: Fraction = 0,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
        )


class CategoricalCrossentropy(FunctionMetric):
    """Mean of `keras.losses.categorical_crossentropy`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
        from_logits: Whether predictions are logits. Default: probabilities.
        label_smoothing: `s` in [0, 1] moves labels to `y * (1 - s) + s / classes`.
        axis: The axis of the classes.
    """

    _direction = "down"

    @checked
    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: DType = None,
        from_logits: bool = False,
        label_smoothing: Fraction = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(FunctionMetric):
    """Mean of `keras.losses.sparse_categorical_crossentropy`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
        from_logits: Whether predictions are logits. Default: probabilities.
        ignore_class: Positions with this label do not count. Default: all count.
        axis: The axis of the classes.
    """

    _direction = "down"

    @checked
    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: DType = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )


class KLDivergence(FunctionMetric):
    """Mean of `keras.losses.kl_divergence`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    @checked
    def __init__(self, name: str = "kl_divergence", dtype: DType = None) -> None:
        super().__init__(kl_divergence, name=name, dtype=dtype)


class Poisson(FunctionMetric):
    """Mean of `keras.losses.poisson`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    @checked
    def __init__(self, name: str = "poisson", dtype: DType = None) -> None:
        super().__init__(poisson, name=name, dtype=dtype)


class Hinge(FunctionMetric):
    """Mean of `keras.losses.hinge`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "hinge", dtype: DType = None) -> None:
        super().__init__(hinge, name=name, dtype=dtype)


class SquaredHinge(FunctionMetric):
    """Mean of `keras.losses.squared_hinge`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "squared_hinge", dtype: DType = None) -> None:
        super().__init__(squared_hinge, name=name, dtype=dtype)


class CategoricalHinge(FunctionMetric):
    """Mean of `keras.losses.categorical_hinge`.

    Args:
        name: Name in logs.
        dtype: As in `Metric`.
    """

    _direction = "down"

    @checked
    def __init__(self, name: str = "categorical_hinge", dtype: DType = None) -> None:
        super().__init__(categorical_hinge, name=name, dtype=dtype)
