"""Owns when and how a layer creates its weights: `build`, its name scope and its input shapes."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from pykeras_core import tree
from pykeras_core.checks import checked, refuse
from pykeras_core.layers.call_spec import CallSpec, align_shapes
from pykeras_core.layers.input_spec import assert_input_compatibility
from pykeras_core.layers.tracking import Tracker
from pykeras_core.naming import current_path, name_scope
from pykeras_core.symbolic.keras_tensor import any_symbolic_tensors, standardize_shape
from pykeras_core.symbolic.shape_inference import infer_output_spec

__all__ = ["LayerBuild", "pop_input_shape"]


def _finishing(build: Callable[..., None]) -> Callable[..., None]:
    """Wraps a `build` method: opens the name scope, and marks the layer as built at the end.

    Inside a `build` that calls `super().build()` only the outermost one does so.
    """
    signature = inspect.signature(build)
    takes_shape = [name for name in list(signature.parameters)[1:2] if "shape" in name]

    @functools.wraps(build)
    def run(self: LayerBuild, *args: Any, **kwargs: Any) -> None:
        self._check_initialized()
        if args and takes_shape and isinstance(args[0], int | float | str):
            what = "a tuple of ints and None, such as `(None, 784)`"
            raise refuse(f"{type(self).__name__}.build", takes_shape[0], what, args[0])
        if self._build_depth:
            build(self, *args, **kwargs)
            return
        self._build_depth = 1
        try:
            with self._open_name_scope():
                self._path = current_path()
                build(self, *args, **kwargs)
        finally:
            self._build_depth = 0
        shapes = dict(signature.bind(self, *args, **kwargs).arguments)
        del shapes[next(iter(shapes))]  # self
        self._finish_build(shapes)

    return run


def pop_input_shape(kwargs: dict[str, Any]) -> tuple[int | None, ...] | None:
    """Takes Keras's spellings of the input shape out of `kwargs`.

    Args:
        kwargs: Keyword arguments of a layer; the spellings are removed from it.

    Returns:
        The shape, batch axis included; `None` if none was given.
    """
    batch_size = kwargs.pop("batch_size", None)
    input_length = kwargs.pop("input_length", None)
    input_dim = kwargs.pop("input_dim", None)
    shape = kwargs.pop("input_shape", None)
    batch_shapes = [kwargs.pop(name, None) for name in ("batch_input_shape", "batch_shape")]
    for batch_shape in batch_shapes:
        if batch_shape is not None:
            return standardize_shape(batch_shape)
    if shape is None and input_dim is not None:
        shape = (input_dim,) if input_length is None else (input_length, input_dim)
    elif shape is None and input_length is not None:
        shape = (input_length,)
    return None if shape is None else (batch_size, *standardize_shape(shape))


class LayerBuild:
    """The part of `Layer` that builds it."""

    name: str
    built: bool
    input_spec: Any
    call: Callable[..., Any]
    set_weights: Callable[[Any], None]
    _tracker: Tracker
    _tracked_layers: list[Any]
    _path: str | None
    _parent_path: str | None
    _batch_input_shape: tuple[int | None, ...] | None
    _initial_weights: Any
    _build_shapes: dict[str, Any] | None
    _build_depth: int
    _shape_of_first_call: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = _finishing(cls.build)  # type: ignore[method-assign]

    @property
    def path(self) -> str | None:
        """The names of the enclosing layers and this one, joined by `/`; `None` before build."""
        return self._path

    @property
    def batch_input_shape(self) -> tuple[int | None, ...] | None:
        """The input shape given to the constructor, batch axis included; `None` if none was."""
        return self._batch_input_shape

    @_finishing
    def build(self, input_shape: Any) -> None:
        """Creates the weights; called once, before the first `call`.

        Args:
            input_shape: Shape of the first input, `None` for the batch axis; a layer of several
                inputs may take `<argument>_shape` for each instead.
        """
        default = type(self).build is LayerBuild.build
        if default and any(not layer.built for layer in self._tracked_layers):
            warnings.warn(
                f"`{type(self).__name__}` '{self.name}' has sublayers that are not built, and no "
                "`build()` that builds them. Write one, or call the layer on data.",
                stacklevel=3,
            )

    def _finish_build(self, shapes: dict[str, Any]) -> None:
        self._build_shapes = shapes
        self.built = True
        if self._initial_weights is not None:
            self.set_weights(self._initial_weights)
            self._initial_weights = None
        self._lock_state()

    def _lock_state(self) -> None:
        """Refuses new variables and sublayers from now on; mutable models override it."""
        self._tracker.locked = True

    def _maybe_build(self, spec: CallSpec) -> None:
        if self.built:
            return
        shapes = spec.shapes()
        if type(self).build is not LayerBuild.build:
            self.build(**align_shapes(self.build, shapes, spec, owner=self))
            self._check_inputs(spec.first_arg)  # `build` may have set `input_spec`
            return
        self._build_by_call(spec)

    def _build_by_call(self, spec: CallSpec) -> None:
        """Build on the arguments of a first call, where there is no `build()` to do it.

        On placeholders a trace of `call` builds the sublayers. On values the call itself does,
        once: it may look at them, print them, or do something else each time.
        """
        shape = next(iter(spec.shapes().values()), None)
        if all(layer.built for layer in self._tracked_layers):
            self.build(shape)
        elif any_symbolic_tensors(spec.bound.args, spec.bound.kwargs):
            infer_output_spec(self.call, *spec.bound.args, **spec.bound.kwargs)
            self.build(shape)
        else:
            self._defer_build(spec)

    def _defer_build(self, spec: CallSpec) -> None:
        self._path = current_path()
        self._shape_of_first_call = next(iter(spec.shapes().values()), None)

    def _finish_build_by_call(self) -> None:
        """The first call has built the sublayers."""
        if not self.built:
            self._finish_build({"input_shape": self._shape_of_first_call})

    def get_build_config(self) -> dict[str, Any] | None:
        """Returns the shapes the layer was built with, or `None` if it was not built."""
        shapes = self._build_shapes
        if shapes is None:
            return None
        if len(shapes) == 1:
            return {"input_shape": next(iter(shapes.values()))}
        return {"shapes_dict": shapes}

    @checked
    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Builds the layer for the shapes that `get_build_config` returned.

        Args:
            config: Its dict.
        """
        if not config:
            return
        if "input_shape" in config:
            self.build(tree.map_shape_structure(tuple, config["input_shape"]))
        elif "shapes_dict" in config:
            shapes = config["shapes_dict"]
            if not isinstance(shapes, Mapping):
                raise refuse("build_from_config", "config['shapes_dict']", "a dict", shapes)
            self.build(**{n: tree.map_shape_structure(tuple, s) for n, s in shapes.items()})

    def _check_initialized(self) -> None:
        if "_build_depth" not in self.__dict__:
            raise RuntimeError(
                f"`{type(self).__name__}.__init__()` did not call `super().__init__()`. Make it "
                "the first line of `__init__`."
            )

    def _check_inputs(self, first_arg: Any) -> None:
        if self.input_spec:
            assert_input_compatibility(self.input_spec, first_arg, layer=self)

    def _open_name_scope(self) -> name_scope:
        if self._parent_path is None:
            self._parent_path = current_path()
        return name_scope(self.name, caller=self)
