"""Owns a layer's state: its weights, its sublayers' weights, and getting them in and out."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar

from pykeras_core import constraints, dtype_policies, engine, initializers, random, regularizers
from pykeras_core.checks import checked, integer, one_or_several, refuse
from pykeras_core.checks.arrays import array
from pykeras_core.layers.tracking import Tracker
from pykeras_core.naming import auto_name, current_path, name_scope

__all__ = ["LayerState"]

Method = TypeVar("Method", bound=Callable[..., Any])

_WEIGHT_SHAPE = one_or_several(integer(0), "an int of 0 or more or a tuple of them")


def _is_trained(value: Any) -> bool:
    return isinstance(value, engine.Variable) and value.trainable


def _is_untrained(value: Any) -> bool:
    return isinstance(value, engine.Variable) and not value.trainable


def _is_layer(value: Any) -> bool:
    return isinstance(value, LayerState)


def _is_seed_generator(value: Any) -> bool:
    return isinstance(value, random.SeedGenerator)


def _is_metric(value: Any) -> bool:
    """Whether `value` is a metric; told by its methods, for metrics stand beside layers."""
    methods = ("update_state", "reset_state", "result")
    return not isinstance(value, type) and all(hasattr(value, method) for method in methods)


def _unique(values: list[Any]) -> list[Any]:
    return list({id(value): value for value in values}.values())


_ORDER_OF_KERAS2 = ("name", "shape", "dtype", "initializer", "regularizer", "trainable",
                    "constraint")  # fmt: skip


def _in_order_of_keras2(method: Method) -> Method:
    """Lets `add_weight` be called with the name first, as in Keras 2."""

    @functools.wraps(method)
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], str):
            kwargs.update(zip(_ORDER_OF_KERAS2, args, strict=False))
            args = ()
        return method(self, *args, **kwargs)

    return run  # type: ignore[return-value]


class LayerState:
    """The part of `Layer` that creates, lists, reads and writes weights."""

    name: str
    built: bool
    _tracker: Tracker
    _trainable: bool
    _tracked_trainable: list[engine.Variable]
    _tracked_non_trainable: list[engine.Variable]
    _tracked_layers: list[Any]
    _tracked_metrics: list[Any]
    _tracked_seed_generators: list[random.SeedGenerator]
    _dtype_policy: dtype_policies.DTypePolicy

    def _initialize_tracker(self) -> None:
        kinds: dict[str, tuple[Callable[[Any], bool], list[Any]]] = {
            "_tracked_trainable": (_is_trained, []),
            "_tracked_non_trainable": (_is_untrained, []),
            "_tracked_layers": (_is_layer, []),
            "_tracked_metrics": (_is_metric, []),
            "_tracked_seed_generators": (_is_seed_generator, []),
        }
        object.__setattr__(self, "_tracker", Tracker(kinds, owner=self))
        for name, (_, store) in kinds.items():
            object.__setattr__(self, name, store)

    @_in_order_of_keras2
    @checked
    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: Literal["none", "mean", "sum", "only_first_replica"] | None = None,
        name: str | None = None,
    ) -> engine.Variable:
        """Creates a weight of this layer.

        Args:
            shape: Tuple of ints; default `()`, a scalar.
            initializer: Name, `Initializer` or function; default `"glorot_uniform"` for floats,
                `"zeros"` for integers.
            dtype: Default: the layer's dtype.
            trainable: Whether optimizers update it, default `True`.
            autocast: Accepted as in Keras; weights are float32 already.
            regularizer: Name, `Regularizer` or function, or `None`.
            constraint: Name, `Constraint` or function, or `None`.
            aggregation: Accepted as in Keras; there is one replica.
            name: Default: an automatic one.

        Returns:
            The variable.

        Raises:
            ValueError: If `shape` holds `None`, or the layer is built already.
            MemoryError: If there is not enough memory for it.
        """
        shape = self._weight_shape(shape)
        dtype = self.variable_dtype if dtype is None else engine.canonical_dtype(dtype)
        if initializer is None:
            initializer = "glorot_uniform" if dtype == "float32" else "zeros"
        try:
            variable = engine.Variable(
                initializers.get(initializer),
                shape=shape,
                dtype=dtype,
                trainable=trainable,
                name=name or auto_name("variable"),
                regularizer=regularizers.get(regularizer),
                constraint=constraints.get(constraint),
            )
        except MemoryError as error:
            raise MemoryError(
                f"`{type(self).__name__}` '{self.name}' is too large: {error}"
            ) from None
        with name_scope(self.name, caller=self):
            variable.path = f"{current_path()}/{variable.name}"
        self._tracker.add("_tracked_trainable" if trainable else "_tracked_non_trainable", variable)
        if not self.trainable:
            variable.trainable = False
        return variable

    def _weight_shape(self, shape: Any) -> tuple[int, ...]:
        if isinstance(shape, list | tuple) and any(size is None for size in shape):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' cannot create a weight of shape "
                f"{tuple(shape)}: every size must be known. Give the input a full shape, as in "
                "`Input((784,))`."
            )
        sizes = () if shape is None else _WEIGHT_SHAPE("add_weight", "shape", shape)
        return (sizes,) if isinstance(sizes, int) else tuple(sizes)

    def add_variable(self, *args: Any, **kwargs: Any) -> engine.Variable:
        """Creates a weight; the same as `add_weight`."""
        return self.add_weight(*args, **kwargs)

    @property
    def dtype_policy(self) -> dtype_policies.DTypePolicy:
        """The policy that gives `compute_dtype` and `variable_dtype`."""
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value: Any) -> None:
        self._dtype_policy = dtype_policies.get(value)

    @property
    def dtype(self) -> str:
        """The dtype of the weights."""
        return self.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype of the computation."""
        return self.dtype_policy.compute_dtype

    @property
    def input_dtype(self) -> str:
        """The dtype float inputs are converted to."""
        return self.compute_dtype

    @property
    def trainable(self) -> bool:
        """Whether the weights are trained; setting it reaches all sublayers."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: Any) -> None:
        self._trainable = bool(value)
        for variable in self._tracked_trainable:
            variable.trainable = self._trainable
        for layer in self._tracked_layers:
            layer.trainable = self._trainable

    @property
    def weights(self) -> list[engine.Variable]:
        """The variables of this layer and its sublayers, without metrics and random seeds."""
        inner = [weight for layer in self._tracked_layers for weight in layer.weights]
        return _unique([*self._tracked_trainable, *self._tracked_non_trainable, *inner])

    @property
    def trainable_weights(self) -> list[engine.Variable]:
        """The weights that optimizers update; none if the layer is not `trainable`."""
        return [weight for weight in self.weights if weight.trainable] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[engine.Variable]:
        """The weights that optimizers leave alone."""
        if not self.trainable:
            return self.weights
        return [weight for weight in self.weights if not weight.trainable]

    @property
    def variables(self) -> list[engine.Variable]:
        """`weights` and the states of the random generators."""
        seeds = [generator.state for generator in self._tracked_seed_generators]
        inner = [variable for layer in self._tracked_layers for variable in layer.variables]
        own = [*self._tracked_trainable, *self._tracked_non_trainable]
        return _unique([*own, *seeds, *inner])

    @property
    def trainable_variables(self) -> list[engine.Variable]:
        """The same as `trainable_weights`."""
        return [item for item in self.variables if item.trainable] if self.trainable else []

    @property
    def non_trainable_variables(self) -> list[engine.Variable]:
        """`non_trainable_weights` and the states of the random generators."""
        if not self.trainable:
            return self.variables
        return [variable for variable in self.variables if not variable.trainable]

    @property
    def metrics(self) -> list[Any]:
        """The metrics assigned to this layer and its sublayers."""
        return [
            *self._tracked_metrics,
            *(metric for layer in self._tracked_layers for metric in layer.metrics),
        ]

    @property
    def metrics_variables(self) -> list[engine.Variable]:
        """The variables of `metrics`."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def get_weights(self) -> list[Any]:
        """Returns the weights' values, as a list of arrays in the order of `weights`."""
        return [weight.numpy() for weight in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Sets the weights' values.

        Args:
            weights: List of arrays, in the order and of the shapes of `get_weights()`.

        Raises:
            ValueError: If their number or a shape differs; then no weight changes.
        """
        who = f"`{type(self).__name__}` '{self.name}'"
        if not isinstance(weights, Iterable) or isinstance(weights, str | bytes | Mapping):
            what = "a list of arrays, as `get_weights()` returns it"
            raise refuse("set_weights", "weights", what, weights)
        mine, values = self.weights, list(weights)
        if len(mine) != len(values):
            advice = "" if self.built else " Build it first: call it, or `build(input_shape)`."
            raise ValueError(
                f"{who} has {len(mine)} weights, received {len(values)} arrays.{advice}"
            )
        tensors = [
            engine.convert_to_tensor(array("set_weights", f"weights[{place}]", value))
            for place, value in enumerate(values)
        ]
        for weight, tensor in zip(mine, tensors, strict=True):
            if weight.shape != tensor.shape:
                raise ValueError(
                    f"{who}: weight '{weight.path}' has shape {weight.shape}, "
                    f"received an array of shape {tensor.shape}."
                )
        for weight, tensor in zip(mine, tensors, strict=True):
            weight.assign(tensor)

    def count_params(self) -> int:
        """Returns the number of scalars in the weights.

        Raises:
            ValueError: If the layer is not built.
        """
        if not self.built:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' has no weights to count yet. Build it "
                "first: call it on data, or call `build(input_shape)`."
            )
        return sum(math.prod(weight.shape) for weight in self.weights)

    def save_own_variables(self, store: Any) -> None:
        """Writes this layer's own variables (not its sublayers') into a dict-like store.

        Args:
            store: Gets the arrays under `"0"`, `"1"`, ...
        """
        for index, variable in enumerate(self._own_variables()):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Reads what `save_own_variables` wrote.

        Args:
            store: Dict-like, arrays under `"0"`, `"1"`, ...

        Raises:
            ValueError: If the number of arrays differs.
        """
        own = self._own_variables()
        if len(store.keys()) != len(own):
            advice = "" if self.built else " It was not built: build the model before loading."
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' has {len(own)} variables "
                f"({[variable.name for variable in own]}), the file has "
                f"{len(store.keys())} for it.{advice}"
            )
        for index, variable in enumerate(own):
            variable.assign(store[str(index)])

    def _own_variables(self) -> list[engine.Variable]:
        return [*self._tracked_trainable, *self._tracked_non_trainable]
