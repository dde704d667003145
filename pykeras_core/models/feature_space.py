"""Owns `FeatureSpace`, which makes numbers of the columns of a table, each in its own way."""

from __future__ import annotations

from typing import Any, ClassVar

from pykeras_core import layers, ops, tree
from pykeras_core.checks import PathLike, PositiveInt, checked, refuse
from pykeras_core.layers.base import Layer
from pykeras_core.models.features import Cross, Feature, TFDConcat, TFDIdentity
from pykeras_core.naming import auto_name
from pykeras_core.saving.api import save_model
from pykeras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from pykeras_core.symbolic.strings import as_text, holds_text, is_text
from pykeras_core.utils.pipeline import Dataset

__all__ = ["FeatureSpace"]


class FeatureSpace(Layer):
    """Makes numbers of the columns of a table, each in its own way, side by side.

    Args:
        features: By name of a column what is made of it: "float", "float_rescaled",
            "float_normalized", "float_discretized", "integer_categorical", "string_categorical",
            "integer_hashed" or "string_hashed"; or what the methods of these names return, which
            take further options.
        output_mode: "concat" (default) for one row of numbers, "dict" for one for each column.
        crosses: Columns to be hashed together: tuples of names, or what `cross` returns.
        crossing_dim: How many bins such a cross has.
        hashing_dim: How many bins a hashed column has.
        num_discretization_bins: How many bins a discretized column has.
        name: Default: an automatic one.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> space = FeatureSpace({"age": "float", "pet": "string_categorical"})
        >>> table = {"age": [3.0, 7.0], "pet": ["cat", "dog"]}
        >>> space.adapt(table)
        >>> space({"age": 4.0, "pet": "cat"}).tolist()
        [4.0, 0.0, 0.0, 1.0]
    """

    KINDS: ClassVar = (
        *("float", "float_rescaled", "float_normalized", "float_discretized"),
        *("integer_categorical", "string_categorical", "integer_hashed", "string_hashed"),
    )

    @checked
    def __init__(
        self,
        features: dict[str, Any],
        output_mode: str = "concat",
        crosses: Any = None,
        crossing_dim: PositiveInt = 32,
        hashing_dim: PositiveInt = 32,
        num_discretization_bins: PositiveInt = 32,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if not features:
            raise refuse("FeatureSpace", "features", "a dict of columns", features)
        if output_mode not in ("concat", "dict"):
            raise refuse("FeatureSpace", "output_mode", "'concat' or 'dict'", output_mode)
        self.output_mode = output_mode
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.features = {key: self._feature(key, value) for key, value in features.items()}
        if crosses is not None and not isinstance(crosses, list | tuple):
            raise refuse("FeatureSpace", "crosses", "a list of tuples of names", crosses)
        self.crosses = [self._cross(value) for value in crosses or ()]
        self.preprocessors = {key: value.preprocessor for key, value in self.features.items()}
        self.crossers = {
            cross.name: layers.HashedCrossing(cross.crossing_dim, name=cross.name)
            for cross in self.crosses
        }
        self.inputs = {
            key: layers.Input((1,), dtype=value.dtype, name=key)
            for key, value in self.features.items()
        }
        self.one_hot_encoders: dict[str, Any] = {}
        self.concat: Any = None
        self.encoded_features: Any = None
        self._is_adapted = False
        self._convert_input_args = False

    def _feature(self, name: str, value: Any) -> Feature:
        """What a word, a configuration or a feature means."""
        if isinstance(value, dict):
            value = deserialize_keras_object(value)
        if isinstance(value, Feature):
            return value
        if value not in self.KINDS:
            raise ValueError(
                f"`FeatureSpace` expected `features['{name}']` to be one of {self.KINDS}, or "
                f"what their methods return, received {value!r}."
            )
        options: dict[str, Any] = {}
        if value == "float_discretized":
            options["num_bins"] = self.num_discretization_bins
        elif value.endswith("hashed"):
            options["num_bins"] = self.hashing_dim
        made: Feature = getattr(self, value)(name=name, **options)
        return made

    def _cross(self, value: Any) -> Cross:
        if isinstance(value, dict):
            value = deserialize_keras_object(value)
        if not isinstance(value, Cross | list | tuple):
            raise refuse("FeatureSpace", "crosses", "a list of tuples of names", value)
        made = value if isinstance(value, Cross) else Cross(value, self.crossing_dim)
        unknown = [name for name in made.feature_names if name not in self.features]
        if unknown:
            raise ValueError(
                f"`FeatureSpace` expected `crosses` of columns in `features`, received {unknown}."
            )
        return made

    @classmethod
    def cross(cls, feature_names: Any, crossing_dim: int, output_mode: str = "one_hot") -> Cross:
        """Returns what is made of columns together; see the class `Cross`."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """Returns what a layer of your own makes of a column.

        Args:
            dtype: Of the column: "string", "int32" or "float32".
            preprocessor: The layer.
            output_mode: "int", "one_hot" or "float".
        """
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """Returns a column of numbers as they are."""
        label = f"{name or auto_name('float')}_preprocessor"
        return Feature("float32", TFDIdentity(dtype="float32", name=label), "float")

    @classmethod
    def float_rescaled(
        cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None
    ) -> Feature:
        """Returns a column of numbers times `scale` plus `offset`."""
        label = f"{name or auto_name('float_rescaled')}_preprocessor"
        return Feature("float32", layers.Rescaling(scale, offset=offset, name=label), "float")

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Returns a column of numbers with mean 0 and variance 1."""
        label = f"{name or auto_name('float_normalized')}_preprocessor"
        return Feature("float32", layers.Normalization(axis=-1, name=label), "float")

    @classmethod
    def float_discretized(
        cls,
        num_bins: int | None,
        bin_boundaries: Any = None,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Returns a column of numbers as bins; see `layers.Discretization`."""
        label = f"{name or auto_name('float_discretized')}_preprocessor"
        layer = layers.Discretization(
            num_bins=num_bins, bin_boundaries=bin_boundaries, name=label
        )  # fmt: skip
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Returns a column of integers as categories; see `layers.IntegerLookup`."""
        label = f"{name or auto_name('integer_categorical')}_preprocessor"
        layer = layers.IntegerLookup(
            name=label, max_tokens=max_tokens, num_oov_indices=num_oov_indices
        )
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Returns a column of text as categories; see `layers.StringLookup`."""
        label = f"{name or auto_name('string_categorical')}_preprocessor"
        layer = layers.StringLookup(
            name=label, max_tokens=max_tokens, num_oov_indices=num_oov_indices
        )
        return Feature("string", layer, output_mode)

    @classmethod
    def string_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Returns a column of text as bins; see `layers.Hashing`."""
        label = f"{name or auto_name('string_hashed')}_preprocessor"
        return Feature("string", layers.Hashing(num_bins, name=label), output_mode)

    @classmethod
    def integer_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Returns a column of integers as bins; see `layers.Hashing`."""
        label = f"{name or auto_name('integer_hashed')}_preprocessor"
        return Feature("int32", layers.Hashing(num_bins, name=label), output_mode)

    def _to_adapt(self) -> list[str]:
        """Names of the columns whose layers learn from data and have not been given anything."""
        found = []
        for name, layer in self.preprocessors.items():
            given = (
                getattr(layer, "input_mean", None) is not None
                or (isinstance(layer, layers.Discretization) and layer.num_bins is None)
                or (hasattr(layer, "get_vocabulary") and layer.get_vocabulary(False))
            )
            if hasattr(layer, "adapt") and not given:
                found.append(name)
        return found

    def adapt(self, dataset: Any) -> None:
        """Looks at a table: which words there are, and how numbers are distributed.

        Args:
            dataset: A `tf.data.Dataset` of dicts by column, row by row or in batches; or a dict
                of arrays.

        Raises:
            ValueError: If it is neither.
        """
        if isinstance(dataset, dict):
            dataset = Dataset.from_tensor_slices({k: _column(v) for k, v in dataset.items()})
        if not isinstance(dataset, Dataset):
            raise refuse("FeatureSpace.adapt", "dataset", "a Dataset or a dict", dataset)
        for name in self._to_adapt():
            values = dataset.map(lambda row, name=name: row[name])
            rank = len(next(iter(values)).shape)
            values = values.batch(32) if rank == 0 else values
            if rank < 2:
                values = values.map(lambda column: _expanded(column))
            self.preprocessors[name].adapt(values)
        self._is_adapted = True
        self.get_encoded_features()

    def get_inputs(self) -> dict[str, Any]:
        """Returns a placeholder for each column, for a model that begins with them."""
        self.get_encoded_features()
        return self.inputs

    def get_encoded_features(self) -> Any:
        """Returns placeholders for what is made of `get_inputs()`.

        Raises:
            ValueError: If `adapt` has to be called before.
        """
        if self.encoded_features is None:
            waiting = [] if self._is_adapted else self._to_adapt()
            if waiting:
                raise ValueError(
                    f"`FeatureSpace` '{self.name}' has to learn from data about {waiting}. Call "
                    "`adapt(dataset)` first."
                )
            self.encoded_features = self._encode(self.inputs)
            self.built = True
        return self.encoded_features

    def _encode(self, columns: dict[str, Any]) -> Any:
        found = {name: self.preprocessors[name](columns[name]) for name in sorted(self.features)}
        crossed = {}
        for cross in sorted(self.crosses, key=lambda cross: cross.name):
            inputs = [found[name] for name in cross.feature_names]
            crossed[cross.name] = self.crossers[cross.name](inputs)
        modes = {name: feature.output_mode for name, feature in self.features.items()}
        modes |= {cross.name: cross.output_mode for cross in self.crosses}
        encoded = {
            name: self._one_hot(name, value) if modes[name] == "one_hot" else value
            for name, value in {**found, **crossed}.items()
        }
        if self.output_mode == "dict":
            return encoded
        for name, value in encoded.items():
            if not str(value.dtype).startswith("float"):
                raise ValueError(
                    f"`FeatureSpace` '{self.name}' cannot join '{name}', which has not been "
                    f"encoded and is {value.dtype}. Use `output_mode='dict'`."
                )
        if self.concat is None:
            self.concat = TFDConcat(axis=-1)
        return self.concat(list(encoded.values()))

    def _one_hot(self, name: str, value: Any) -> Any:
        if name not in self.one_hot_encoders:
            layer = self.preprocessors.get(name) or self.crossers[name]
            count = _categories(layer)
            if count is None or not str(value.dtype).startswith("int"):
                raise ValueError(
                    f"`FeatureSpace` '{self.name}' cannot encode '{name}' as 'one_hot': how many "
                    f"numbers `{type(layer).__name__}` gives is not known. Use "
                    "`output_mode='int'`, or 'float'."
                )
            self.one_hot_encoders[name] = layers.CategoryEncoding(count, output_mode="multi_hot")
        return self.one_hot_encoders[name](value)

    def __call__(self, data: Any) -> Any:
        """Returns what is made of a dict of columns: a row, or a batch of them.

        Args:
            data: By name of a column a value, or one for each row.

        Raises:
            ValueError: If it is no dict, or a column is missing.
        """
        self.get_encoded_features()
        missing = [] if not isinstance(data, dict) else sorted(set(self.features) - set(data))
        if not isinstance(data, dict) or missing:
            came = f"one without {missing}" if missing else f"{type(data).__name__} {data!r}"
            raise ValueError(
                f"`FeatureSpace` '{self.name}' expected a dict of its columns, received {came}."
            )
        columns = {name: _column(data[name]) for name in self.features}
        single = any(not len(column.shape) for column in columns.values())
        columns = {
            name: column.reshape((1, 1)) if not len(column.shape) else _expanded(column)
            for name, column in columns.items()
        }
        encoded = self._encode(columns)
        return tree.map_structure(lambda found: found[0], encoded) if single else encoded

    @checked
    def save(self, filepath: PathLike) -> None:
        """Writes what it is and what it has learned to a `.keras` file; `load_model` reads it.

        Args:
            filepath: The file's path.
        """
        save_model(self, filepath)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            "features": serialize_keras_object(self.features),
            "output_mode": self.output_mode,
            "crosses": serialize_keras_object(self.crosses),
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FeatureSpace:
        """Makes one from `get_config()`'s dict."""
        return cls(**config)

    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Makes what the file's weights are for."""
        for name, layer in self.preprocessors.items():
            if not layer.built:
                layer.build_from_config((config or {}).get(name) or {"input_shape": (None, 1)})
        self._is_adapted = True

    def get_build_config(self) -> dict[str, Any]:
        """Returns what `build_from_config` needs."""
        return {name: layer.get_build_config() for name, layer in self.preprocessors.items()}


def _column(values: Any) -> Any:
    """A value, or one for each row, as an array or text."""
    if is_text(values) or isinstance(values, str | bytes) or holds_text(values):
        return as_text(values)
    return ops.convert_to_numpy(values)


def _expanded(column: Any) -> Any:
    """Numbers or text of a column with an axis of their own."""
    return column.reshape((-1, 1)) if len(column.shape) == 1 else column


def _categories(layer: Any) -> int | None:
    """How many numbers a layer gives, if that is known."""
    if isinstance(layer, layers.IntegerLookup | layers.StringLookup):
        return layer.vocabulary_size()
    if isinstance(layer, layers.CategoryEncoding):
        return layer.num_tokens
    if isinstance(layer, layers.Discretization):
        known = layer.bin_boundaries
        return layer.num_bins if known is None else len(known) + 1
    if isinstance(layer, layers.HashedCrossing | layers.Hashing):
        return layer.num_bins
    return None
