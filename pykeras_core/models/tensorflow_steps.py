"""Owns steps of TensorFlow in the graphs of Keras 2: `tf.reduce_mean(x)` between layers.

Keras 2 wrote such a call as a layer, `TFOpLambda`, with the function's name. Here the function is
called anew, from the part of TensorFlow that is written in `keras.ops`, so that the model is made
of today's ops and can be saved.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from pykeras_core import ops, tree
from pykeras_core.checks import checked
from pykeras_core.models.tensorflow_raw_steps import RAW_STEPS, raw_arguments
from pykeras_core.saving.keras2_words import layer_name
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["TensorFlowStep", "is_step"]

_CLASSES = ("TFOpLambda", "SlicingOpLambda", "ClassMethod", "TensorFlowOpLayer")


def is_step(entry: dict[str, Any]) -> bool:
    """Whether a layer's entry in a configuration is a step of TensorFlow."""
    return entry.get("class_name") in _CLASSES


class _Call(NamedTuple):
    """What one call of a step returned."""

    output_tensors: list[Any]


class TensorFlowStep:
    """A function of TensorFlow in the place of a layer.

    Args:
        entry: Its entry in the configuration.

    Raises:
        ValueError: If there is no such function here.
    """

    @checked
    def __init__(self, entry: dict[str, Any]) -> None:
        config = entry.get("config")
        self.name = layer_name(str(entry.get("name", entry["class_name"])))
        self._inbound_nodes: list[_Call] = []
        self._constants: dict[int, Any] = {}
        self._attributes: dict[str, Any] | None = None
        found: Callable[..., Any] | None
        if entry["class_name"] == "TensorFlowOpLayer":
            self.function_name, self._constants, self._attributes = raw_arguments(config)
            found = RAW_STEPS.get(self.function_name)
        else:
            named = config.get("function") if isinstance(config, dict) else None
            self.function_name = named if isinstance(named, str) else entry["class_name"]
            found = _function(self.function_name)
        if found is None:
            raise ValueError(
                f"the file has a step of TensorFlow ({self.function_name}) that is not known "
                "here, and which Keras 3 cannot read either. Rebuild that part with `keras.ops` "
                "and load the weights."
            )
        self.function = found

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Calls the function, and keeps what it returns as the outputs of the next node."""
        if self._attributes is None:
            outputs = self.function(*args, **self._taken(kwargs))
        else:
            inputs = list(args[0]) if isinstance(args[0], list) else [args[0]]
            for place in sorted(self._constants):
                inputs.insert(place, self._constants[place])
            outputs = self.function(inputs, self._attributes)
        self._name_ops(outputs, (args, kwargs))
        several = isinstance(outputs, list | tuple) and self.function_name.split(".")[-1] in _SPLITS
        self._inbound_nodes.append(_Call(list(outputs) if several else [outputs]))

    def _name_ops(self, outputs: Any, given: Any) -> None:
        """Names the ops that the function is made of after the step, whose name is unique.

        Args:
            outputs: What the function returned.
            given: What it was called on, where its own ops end.
        """
        met = {id(one) for one in tree.flatten(given)}
        waiting = [one for one in tree.flatten(outputs) if isinstance(one, KerasTensor)]
        number = 0
        while waiting:
            tensor = waiting.pop()
            operation = tensor._keras_history.operation
            if id(tensor) in met or id(operation) in met:
                continue
            met.add(id(operation))
            operation.name = f"{self.name}.{number}" if number else self.name
            number += 1
            waiting += operation._inbound_nodes[0].input_tensors

    def _taken(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments that the function takes; what it does not take must ask for nothing."""
        taken = inspect.signature(self.function).parameters
        if "y" in kwargs and "y" not in taken and "x2" in taken:
            kwargs["x2"] = kwargs.pop("y")  # what TensorFlow calls NumPy's second argument
        asked = [k for k, v in kwargs.items() if k not in taken and not _asks_nothing(k, v)]
        if asked:
            raise ValueError(
                f"the file's step `tf.{self.function_name}` ('{self.name}') has {asked}, which is "
                "not known here. Rebuild that part with `keras.ops` and load the weights."
            )
        return {key: value for key, value in kwargs.items() if key in taken}


_SPLITS = ("split", "Split", "unstack", "unique", "top_k", "moments", "meshgrid")
"""Functions with several outputs; the shape of a tensor is one."""

_NOTHING: dict[str, tuple[Any, ...]] = {
    "batch_dims": (0, None),
    "conjugate": (False,),
    "optimize": (True, None),
    "out_type": (None, "int32", "int64"),
    "output_type": (None, "int64", "int32"),
    "validate_indices": (None, True),
}
"""Arguments of TensorFlow's functions and the values under which they change no result."""


def _asks_nothing(key: str, value: Any) -> bool:
    plain = value is None or isinstance(value, bool | int | float | str)
    return key == "name" or (plain and value in _NOTHING.get(key, (None,)))


def _function(name: str) -> Callable[..., Any] | None:
    """The function of TensorFlow that a file names, such as `math.reduce_mean`."""
    name = name.removeprefix("tf.").removeprefix("compat.v1.").removeprefix("_api.v2.")
    if name in _OWN:
        return _OWN[name]
    from pykeras_core.compat import tensorflow

    place, _, last = name.rpartition(".")
    # Several functions have two homes in TensorFlow, and only one of them here.
    for home in (getattr(tensorflow, place, tensorflow), *_homes(tensorflow)):
        if last in getattr(home, "__all__", ()) and inspect.isfunction(getattr(home, last)):
            found: Callable[..., Any] = getattr(home, last)
            return found
    return None


def _homes(tensorflow: Any) -> list[Any]:
    return [tensorflow, tensorflow.math, tensorflow.nn, tensorflow.linalg]


def _sliced(tensor: Any, slice_spec: Any) -> Any:
    """What brackets give: `x[:, 0]`."""
    spec = slice_spec if isinstance(slice_spec, list | tuple) else [slice_spec]
    found = tuple(_index(part) for part in spec)
    return tensor[found if len(found) > 1 or not isinstance(tensor, tuple) else found[0]]


def _index(part: Any) -> Any:
    if isinstance(part, dict) and "start" in part:
        return slice(part.get("start"), part.get("stop"), part.get("step"))
    if isinstance(part, dict) and part.get("class_name") == "__ellipsis__":
        return Ellipsis
    return part


def _reshaped(tensor: Any, shape: Any) -> Any:
    """`tf.reshape`, where a size that is not known before the run may stand once."""
    sizes = list(shape) if isinstance(shape, list | tuple) else shape
    return ops.reshape(tensor, [-1 if size is None else size for size in sizes])


def _reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(input_tensor: Any, axis: Any = None, keepdims: Any = False) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        return function(input_tensor, axis=axis, keepdims=bool(keepdims))

    return call


def _softmax(logits: Any, axis: int | None = None) -> Any:
    return ops.softmax(logits, axis=-1 if axis is None else axis)


def _floordiv(x: Any, y: Any) -> Any:
    return ops.floor_divide(x, y)


def _einsum(equation: str, *operands: Any) -> Any:
    if not operands:
        raise ValueError(
            f"the file does not tell what `tf.einsum('{equation}')` was computed of: Keras 2 left "
            "it out. Rebuild that part with `keras.ops.einsum` and load the weights."
        )
    return ops.einsum(equation, *operands)


def _gathered(params: Any, indices: Any, axis: int | None = None) -> Any:
    return ops.take(params, ops.convert_to_tensor(indices), axis=0 if axis is None else axis)


def _norm(tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: Any = None) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    order = None if ord == "euclidean" else ord
    return ops.norm(tensor, ord=order, axis=axis, keepdims=bool(keepdims))


def _resized(images: Any, size: Any, method: str = "bilinear", antialias: bool = False) -> Any:
    height, width = size
    return ops.image.resize(images, (height, width), interpolation=method, antialias=antialias)


def _pooled(pool: Callable[..., Any]) -> Callable[..., Any]:
    def call(input: Any, ksize: Any, strides: Any, padding: str) -> Any:
        sizes = [_spatial(value) for value in (ksize, strides)]
        return pool(input, sizes[0], sizes[1], padding.lower())

    return call


def _spatial(value: Any) -> Any:
    """The sizes of height and width, where TensorFlow writes one for each axis."""
    return tuple(value[1:3]) if isinstance(value, list) and len(value) == 4 else value


def _average_pool(inputs: Any, size: Any, strides: Any, padding: str) -> Any:
    return ops.average_pool(inputs, size, strides, padding)


def _max_pool(inputs: Any, size: Any, strides: Any, padding: str) -> Any:
    return ops.max_pool(inputs, size, strides, padding)


_OWN: dict[str, Callable[..., Any]] = {
    "__operators__.add": lambda x, y: ops.add(x, y),
    "__operators__.getitem": _sliced,
    "__operators__.eq": lambda self, other: ops.equal(self, other),
    "__operators__.ne": lambda self, other: ops.not_equal(self, other),
    "einsum": _einsum,
    "floor_div": _floordiv,
    "gather": _gathered,
    "image.resize": _resized,
    "math.floordiv": _floordiv,
    "math.floormod": lambda x, y: ops.mod(x, y),
    "math.reduce_max": _reduced(ops.max),
    "math.reduce_mean": _reduced(ops.mean),
    "math.reduce_min": _reduced(ops.min),
    "math.reduce_prod": _reduced(ops.prod),
    "math.reduce_std": _reduced(ops.std),
    "math.reduce_sum": _reduced(ops.sum),
    "math.reduce_variance": _reduced(ops.var),
    "math.truediv": lambda x, y: ops.divide(x, y),
    "nn.avg_pool": _pooled(_average_pool),
    "nn.avg_pool2d": _pooled(_average_pool),
    "nn.elu": lambda features: ops.elu(features),
    "nn.gelu": lambda features, approximate=False: ops.gelu(features, approximate=approximate),
    "nn.log_softmax": lambda logits, axis=-1: ops.log_softmax(logits, axis=axis),
    "nn.max_pool": _pooled(_max_pool),
    "nn.max_pool2d": _pooled(_max_pool),
    "nn.relu6": lambda features: ops.relu6(features),
    "nn.selu": lambda features: ops.selu(features),
    "nn.silu": lambda features: ops.silu(features),
    "nn.softmax": _softmax,
    "norm": _norm,
    "reshape": _reshaped,
    "roll": lambda input, shift, axis: ops.roll(input, shift, axis),
    "tensordot": lambda a, b, axes: ops.tensordot(a, b, axes=axes),
    "sort": lambda values, axis=-1: ops.sort(values, axis=axis),
}
"""Functions whose arguments a file holds in another form than programs do."""
