"""Owns what a `FeatureSpace` is made of: `Feature`, `Cross`, and its two layers."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import PositiveInt, checked, refuse
from pykeras_core.layers.data_layer import DataLayer
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object

__all__ = ["Cross", "Feature", "TFDConcat", "TFDIdentity"]


class TFDIdentity(DataLayer):
    """Gives what comes."""

    def call(self, x: Any) -> Any:
        """Returns `x`."""
        return x


class TFDConcat(DataLayer):
    """Joins columns.

    Args:
        axis: Along which axis.
        **kwargs: Arguments of every layer.
    """

    def __init__(self, axis: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, xs: Any) -> Any:
        """Returns the columns side by side."""
        return ops.concatenate(xs, axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {**super().get_config(), "axis": self.axis}


class Feature:
    """What is made of one column.

    Args:
        dtype: Of the column: "string", "int32" or "float32".
        preprocessor: The layer that makes numbers of it.
        output_mode: "int", "one_hot" or "float".

    Raises:
        ValueError: If `output_mode` is another word.
    """

    @checked
    def __init__(self, dtype: str, preprocessor: Any, output_mode: str) -> None:
        if output_mode not in ("int", "one_hot", "float"):
            raise refuse("feature", "output_mode", "'int', 'one_hot' or 'float'", output_mode)
        if isinstance(preprocessor, dict):
            preprocessor = deserialize_keras_object(preprocessor)
        self.dtype = dtype
        self.preprocessor = preprocessor
        self.output_mode = output_mode

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        layer = serialize_keras_object(self.preprocessor)
        return {"dtype": self.dtype, "preprocessor": layer, "output_mode": self.output_mode}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Feature:
        """Makes one from `get_config()`'s dict."""
        return cls(**config)


class Cross:
    """What is made of two columns or more together.

    Args:
        feature_names: Names of the columns.
        crossing_dim: How many bins there are.
        output_mode: "int" or "one_hot".

    Raises:
        ValueError: If `output_mode` is another word.
    """

    @checked
    def __init__(
        self, feature_names: Any, crossing_dim: PositiveInt, output_mode: str = "one_hot"
    ) -> None:
        if output_mode not in ("int", "one_hot"):
            raise refuse("cross", "output_mode", "'int' or 'one_hot'", output_mode)
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    @property
    def name(self) -> str:
        """The names of the columns, joined."""
        return "_X_".join(self.feature_names)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Cross:
        """Makes one from `get_config()`'s dict."""
        return cls(**config)
