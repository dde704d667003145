"""`Model`: a layer that can be trained.

Subclass it and write `call`, or give it `inputs` and `outputs` and it becomes a functional
model. Training itself is `training.trainer`'s.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pykeras_core import tree
from pykeras_core.checks import checked
from pykeras_core.layers.base import Layer
from pykeras_core.layers.call_spec import CallSpec
from pykeras_core.models.state_tree import assign_state_tree, state_tree
from pykeras_core.saving.api import load_weights, save_model, save_weights
from pykeras_core.saving.registration import custom_object_scope
from pykeras_core.saving.serialization import serialize_keras_object
from pykeras_core.symbolic.keras_tensor import KerasTensor
from pykeras_core.symbolic.shape_inference import infer_output_spec
from pykeras_core.training.trainer import Trainer

__all__ = ["Model"]


def _is_functional(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether constructor arguments are those of a functional model."""
    return (
        len(args) == 2
        or (len(args) == 1 and "outputs" in kwargs)
        or {"inputs", "outputs"} <= set(kwargs)
    )


def _with_functional_base(cls: type) -> type:
    """Put `Functional` in the place of `Model` among the bases of a user's class."""
    from pykeras_core.models.functional import Functional

    if cls is Model:
        return Functional
    if cls is object or issubclass(cls, Functional):
        return cls
    cls.__bases__ = tuple(_with_functional_base(base) for base in cls.__bases__)
    return cls


class Model(Trainer, Layer):
    """A layer with `compile`, `fit`, `evaluate` and `predict`.

    Args:
        inputs: Placeholder from `keras.Input`, or a structure of them (functional models only).
        outputs: What layers called on them returned (functional models only).
        name: Name of the model.
        trainable: Whether its weights are trained.
        dtype: As in `Layer`.

    Example:
        >>> import pykeras_core as keras
        >>> inputs = keras.Input((4,))
        >>> model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
        >>> model.output_shape
        (None, 2)
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make a functional model where inputs and outputs are given."""
        if cls is Model and _is_functional(args, kwargs):
            from pykeras_core.models.functional import Functional

            return super().__new__(Functional, *args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    @checked
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if _is_functional(args, kwargs):
            from pykeras_core.models.functional import Functional

            _with_functional_base(type(self))
            Functional.__init__(self, *args, **kwargs)  # type: ignore[arg-type]  # it is one now
            return
        if args and type(self) is Model:
            raise TypeError(
                "`Model` expected `outputs` beside `inputs`, received one argument. Write "
                "`Model(inputs, outputs)`, or subclass it."
            )
        Layer.__init__(self, *args, **kwargs)
        Trainer.__init__(self)

    def build(self, input_shape: Any) -> None:
        """Create the weights of a subclassed model by tracing `call` on inputs of this shape.

        Args:
            input_shape: Shape, or structure of shapes, batch axis included.
        """
        if any(not layer.built for layer in self._tracked_layers):
            inputs = tree.map_shape_structure(lambda shape: KerasTensor(shape), input_shape)
            infer_output_spec(self.call, inputs)

    def _maybe_build(self, spec: CallSpec) -> None:
        """Build a subclassed model on the arguments of its first call, whatever they are."""
        if self.built or type(self).build is not Model.build:
            super()._maybe_build(spec)
            return
        self._build_by_call(spec)

    def _built_by_step(self) -> None:
        """A model that its own steps use, without a `call`, is built when its parts are."""
        layers = self._flatten_layers(include_self=False)
        own_build = type(self).build is not Model.build
        if not (self.built or own_build) and layers and all(layer.built for layer in layers):
            self.built = True

    @property
    def layers(self) -> list[Any]:
        """The layers of the model."""
        return self._flatten_layers(include_self=False, recursive=False)

    @checked
    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """Find a layer by its name or its place.

        Raises:
            ValueError: If there is none, or not exactly one of the two is given.
        """
        layers = self.layers
        if (name is None) == (index is None):
            raise ValueError("`get_layer` expected either `name` or `index`")
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(
                    f"`get_layer` has no layer for `index={index}`: the model has {len(layers)}"
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(
            f"the model has no layer named {name!r}; it has {[layer.name for layer in layers]}"
        )

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print the layers with their output shapes and numbers of weights.

        Args:
            line_length: Width in characters.
            positions: Where columns end, as shares of the width.
            print_fn: What to print with; default `print`.
            expand_nested: Whether to list the layers of nested models.
            show_trainable: Whether to show which layers are trained.
            layer_range: Names of the first and last layer to list.
        """
        from pykeras_core.utils.summary import print_summary

        print_summary(
            self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range
        )

    def save(
        self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kw: Any
    ) -> None:
        """Save the model to a file; see `keras.saving.save_model`."""
        save_model(self, filepath, overwrite, zipped, **kw)

    def export(self, filepath: Any, format: str = "tf_saved_model", **kwargs: Any) -> None:
        """Refuses: TensorFlow's SavedModel, ONNX and the other formats are not written here.

        Raises:
            NotImplementedError: Always; it says what can be done instead.
        """
        raise NotImplementedError(
            f"`export` to {format!r} needs TensorFlow or another library, which PyKeras does "
            "without. `model.save('model.keras')` writes a file that Keras opens; there "
            "`keras.models.load_model('model.keras').export(...)` does it."
        )

    def save_weights(
        self, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None
    ) -> None:
        """Save the weights alone; see `keras.saving.save_weights`."""
        save_weights(self, filepath, overwrite, max_shard_size)

    def load_weights(
        self, filepath: Any, skip_mismatch: bool = False, by_name: bool = False
    ) -> None:
        """Load weights from a file; see `keras.saving.load_weights`."""
        load_weights(self, filepath, skip_mismatch, by_name)

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """The values of all variables, in dicts nested by the parts of the variables' paths.

        Args:
            value_format: `"backend_tensor"` (default) or `"numpy_array"`.

        Returns:
            Dict of `trainable_variables`, `non_trainable_variables`, `optimizer_variables` and
            `metrics_variables`.

        Raises:
            ValueError: If two variables have one path.
        """
        return state_tree(self, value_format)

    @checked
    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Sets the variables that a tree names, as `get_state_tree` returns it.

        Args:
            state_tree: The tree, or parts of it.

        Raises:
            ValueError: If it names what the model does not have.
        """
        assign_state_tree(self, state_tree)

    def to_json(self, **kwargs: Any) -> str:
        """The model's configuration as JSON, without weights; `kwargs` go to `json.dumps`."""
        return json.dumps(serialize_keras_object(self), **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments; a subclassed model with others writes its own."""
        return super().get_config()

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make the model that `get_config` described, with new weights.

        Args:
            config: What `get_config` returned: the wiring of a functional model, or the
                constructor's arguments.
            custom_objects: Classes and functions by name that the layers refer to.

        Returns:
            The model.

        Raises:
            ValueError: If the wiring is broken.
            TypeError: If the constructor refuses the arguments.
        """
        from pykeras_core.models.functional import functional_from_config, takes_wiring

        wiring = {"name", "layers", "input_layers", "output_layers"}
        if wiring <= set(config) and takes_wiring(cls):
            return functional_from_config(cls, config, custom_objects)
        with custom_object_scope(custom_objects or {}):
            return super().from_config(config)
