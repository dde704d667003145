"""Owns `Layer`, the base class of everything that has weights and is called on tensors."""

from __future__ import annotations

import copy
import inspect
from typing import Any

from pykeras_core import dtype_policies, engine, regularizers, tree
from pykeras_core.checks import DType, checked
from pykeras_core.layers.building import LayerBuild, pop_input_shape
from pykeras_core.layers.call_spec import (
    CallSpec,
    align_shapes,
    inside_call,
    is_tensor_like,
    running_call,
)
from pykeras_core.layers.losses import LayerLosses
from pykeras_core.layers.masking import LayerMasks
from pykeras_core.layers.state import LayerState
from pykeras_core.layers.stateless import LayerStateless
from pykeras_core.layers.tracking import TrackedDict, TrackedList, TrackedSet
from pykeras_core.symbolic.keras_tensor import (
    KerasTensor,
    Node,
    any_symbolic_tensors,
)
from pykeras_core.symbolic.operation import Operation
from pykeras_core.symbolic.shape_inference import infer_output_spec
from pykeras_core.symbolic.strings import StringTensor, as_text, is_text

__all__ = ["Layer"]


def _constructor_arguments(cls: type) -> list[str]:
    parameters = inspect.signature(cls).parameters.values()
    return [p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


class Layer(LayerState, LayerBuild, LayerLosses, LayerMasks, LayerStateless, Operation):
    """Base class of layers: configuration in `__init__`, weights in `build`, formula in `call`.

    Args:
        activity_regularizer: Penalty on the outputs: name, `Regularizer` or function.
        trainable: Whether the weights are trained, default `True`.
        dtype: Dtype or dtype policy; default the global policy, float32.
        autocast: Whether float inputs are converted to the layer's dtype, default `True`.
        name: Default: the class name in snake case, numbered from the second on.
        **kwargs: The input's shape, for a first layer, in any of Keras's spellings:
            `input_shape` (without batch axis), `input_dim` (one axis; with `input_length`, two),
            `batch_size`, `batch_input_shape` or `batch_shape` (with batch axis). `weights`: a
            list of arrays to start from.

    Raises:
        ValueError: For a keyword that is none of these, or if `trainable` is no bool.

    Example:
        >>> import pykeras_core as keras
        >>> class Scale(keras.layers.Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(
        ...             shape=(input_shape[-1],), initializer="ones", name="factor"
        ...         )
        ...
        ...     def call(self, inputs):
        ...         return inputs * self.factor
        >>> layer = Scale()
        >>> layer(keras.ops.ones((2, 3))).shape, [w.path for w in layer.weights]
        ((2, 3), ['scale/factor'])
    """

    _written_by_bases = frozenset(["name", "trainable", "dtype", "activity_regularizer"])
    _reads_text = False
    _on_host = False  # whether a model calls it before a step begins

    @checked
    def __init__(
        self,
        *,
        activity_regularizer: regularizers.RegularizerLike = None,
        trainable: bool = True,
        dtype: DType = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._ensure_tracker()
        Operation.__init__(self, name=name)
        self.built = False
        self._dtype_policy = dtype_policies.get(dtype)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self._batch_input_shape = pop_input_shape(kwargs)
        self._initial_weights = kwargs.pop("weights", None)
        if kwargs:
            raise ValueError(
                f"`{type(self).__name__}` does not take {sorted(kwargs)}. It takes "
                f"{_constructor_arguments(type(self))} and the arguments of every layer."
            )
        if not isinstance(trainable, bool):
            raise ValueError(f"`trainable` must be True or False, received {trainable!r}.")
        self._trainable = trainable
        self.autocast = autocast
        self.input_spec: Any = None
        self._path: str | None = None
        self._parent_path: str | None = None
        self._build_shapes: dict[str, Any] | None = None
        self._build_depth = 0
        self._shape_of_first_call: Any = None
        self._reset_losses()
        self._call_signature = inspect.signature(self.call)
        self._supports_masking = type(self).compute_mask is not Layer.compute_mask
        # Subclasses with integer or non-tensor arguments switch these off.
        self._convert_input_args = True
        self._allow_non_tensor_positional_args = False

    def _ensure_tracker(self) -> None:
        if "_tracker" not in self.__dict__:
            self._initialize_tracker()

    def __setattr__(self, name: str, value: Any) -> None:
        self._ensure_tracker()
        descriptor = getattr(type(self), name, None)
        if not isinstance(descriptor, property):
            value = self._tracker.track(value)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        value = getattr(self, name)
        super().__delattr__(name)
        self._tracker.untrack(value)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle holds; containers are told that are watched for sublayers."""
        state = super().__getstate__()
        del state["_call_signature"]
        watched = (TrackedDict, TrackedList, TrackedSet)
        state["_watched"] = [name for name, value in state.items() if isinstance(value, watched)]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        watched = state.pop("_watched", [])
        self.__dict__.update(state)
        self.__dict__["_call_signature"] = inspect.signature(self.call)
        for name in watched:
            self.__dict__[name] = self._tracker.track(self.__dict__[name])

    def __copy__(self) -> Any:
        """A layer of its own: two layers that share weights would share what is tracked too."""
        return copy.deepcopy(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Computes the outputs; subclasses write it.

        Args:
            *args: Input tensors.
            **kwargs: Further arguments; `training` and `mask` are filled in if `call` names them.

        Returns:
            Tensor or nested structure of tensors.
        """
        raise NotImplementedError(
            f"`{type(self).__name__}` has no `call()` method. Write `def call(self, inputs)`."
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Builds the layer if need be, then runs `call` on tensors or wires it to placeholders.

        Args:
            *args: Arrays, tensors or placeholders, possibly nested.
            **kwargs: Further arguments of `call`. `training` not given is the surrounding
                call's, otherwise the default in `call`'s signature.

        Returns:
            What `call` returns; for placeholders, placeholders.

        Raises:
            ValueError: If the inputs do not fit the layer.
        """
        self._check_initialized()
        symbolic_args, symbolic_kwargs = args, kwargs
        if self._convert_input_args:
            args, kwargs = tree.map_structure(self._convert_input, (args, kwargs))
        self._check_positional(args)
        kwargs = dict(kwargs)
        spec = CallSpec(self._call_signature, args, kwargs, owner=self)
        self._check_inputs(spec.first_arg)
        if running_call() is None:
            self._clear_losses()
        with self._open_name_scope():
            self._maybe_build(spec)
        training = self._resolve_training(spec)
        if training is not None and "training" in self._call_signature.parameters:
            kwargs["training"] = training
        previous_mask = self._fill_in_masks(spec, kwargs)
        with inside_call(training), self._open_name_scope():
            outputs = self._run(args, kwargs)
            self._finish_build_by_call()
            self._charge_activity(outputs)
        self._pass_mask_on(spec.first_arg, outputs, previous_mask)
        if any_symbolic_tensors(symbolic_args, symbolic_kwargs):
            Node(self, call_args=symbolic_args, call_kwargs=symbolic_kwargs, outputs=outputs)
        return outputs

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            if any_symbolic_tensors(args, kwargs):
                return self.compute_output_spec(*args, **kwargs)
            return self.call(*args, **kwargs)
        except Exception as error:
            if not getattr(error, "__notes__", None):  # the innermost layer says it
                shapes = tree.map_structure(lambda x: getattr(x, "shape", x), args)
                given = shapes[0] if len(shapes) == 1 else shapes
                error.add_note(
                    f"In `{type(self).__name__}` '{self.name}', called on inputs of shape {given}."
                )
            raise

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Returns placeholders for the outputs; `__call__` records the node."""
        return self.compute_output_spec(*args, **kwargs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Returns placeholders for what `call` would return on these arguments.

        Args:
            *args: Arguments of `call`, placeholders for tensors.
            **kwargs: Its keyword arguments.

        Returns:
            Nested structure of `KerasTensor`.
        """
        if type(self).compute_output_shape is Layer.compute_output_shape:
            return infer_output_spec(self.call, *args, **kwargs)
        spec = CallSpec(self._call_signature, args, dict(kwargs), owner=self)
        function = self.compute_output_shape
        shapes = align_shapes(function, spec.shapes(), spec, owner=self)
        return tree.map_shape_structure(
            lambda shape: KerasTensor(shape, dtype=self.compute_dtype), function(**shapes)
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the outputs, found by tracing `call`.

        Args:
            input_shape: Shape (or nested structure of shapes) of the first argument, batch axis
                included, `None` where unknown.

        Returns:
            Shape or nested structure of shapes.
        """
        inputs = tree.map_shape_structure(
            lambda shape: KerasTensor(shape, dtype=self.compute_dtype), input_shape
        )
        if not self.built:
            self.build(input_shape)
        outputs = infer_output_spec(self.call, inputs)
        return tree.map_structure(lambda tensor: tensor.shape, outputs)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments as a dict.

        Subclasses write `return {**super().get_config(), "units": self.units}`.
        """
        self._check_initialized()
        config = {
            **super().get_config(),
            "trainable": self.trainable,
            "dtype": dtype_policies.serialize(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return config

    get_config._is_base = True  # type: ignore[attr-defined]

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`'s dict.

        Args:
            config: The constructor's arguments.

        Returns:
            A new layer, without weights.

        Raises:
            TypeError: If the constructor refuses the arguments.
        """
        dtype = config.get("dtype")
        if isinstance(dtype, dict):
            config = {**config, "dtype": dtype_policies.deserialize(dtype)}
        return super().from_config(config)

    @property
    def add_metric(self) -> Any:
        """Says what stands for a method of Keras 2.

        Raises:
            AttributeError: Always.
        """
        raise AttributeError(
            "Keras 3 has no `add_metric`: make a `keras.metrics.Mean(name=...)` in the "
            "constructor, and call its `update_state(value)` in `call`."
        )

    @property
    def add_update(self) -> Any:
        """Says what stands for a method of Keras 2.

        Raises:
            AttributeError: Always.
        """
        raise AttributeError(
            "Keras 3 has no `add_update`: call `variable.assign(value)` in `call`."
        )

    def _convert_input(self, x: Any) -> Any:
        if isinstance(x, KerasTensor | StringTensor) or not hasattr(x, "__array__"):
            return x
        return as_text(x) if is_text(x) else engine.convert_to_tensor(x)

    def _check_positional(self, args: tuple[Any, ...]) -> None:
        if self._allow_non_tensor_positional_args:
            return
        for leaf in tree.flatten(args):
            if not is_tensor_like(leaf, allow_none=True):
                raise ValueError(
                    f"`{type(self).__name__}` '{self.name}' expected arrays or tensors, received "
                    f"{leaf!r} of type {type(leaf).__name__}. Convert lists with `np.array(...)`; "
                    "pass other arguments by keyword."
                )

    def _resolve_training(self, spec: CallSpec) -> Any:
        if spec.user_arguments.get("training") is not None:
            return spec.user_arguments["training"]
        outer = running_call()
        if outer is not None and outer.training is not None:
            return outer.training
        return spec.arguments.get("training")

    def _charge_activity(self, outputs: Any) -> None:
        if self.activity_regularizer is None:
            return
        for output in tree.flatten(outputs):
            if engine.is_tensor(output):
                penalty = self.activity_regularizer(output)
                batch_size = output.shape[0] if output.ndim else 1
                self.add_loss(penalty / max(batch_size, 1))
