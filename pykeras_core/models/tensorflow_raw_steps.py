"""Owns the steps of TensorFlow that Keras of TensorFlow 2.0 to 2.3 wrote: `TensorFlowOpLayer`.

Such a layer holds one node of TensorFlow's graph: the name of an operation, its attributes, and
those of its inputs that were constants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pykeras_core import ops

__all__ = ["RAW_STEPS", "raw_arguments"]

Attributes = dict[str, Any]

_DTYPES = {"DT_FLOAT": "float32", "DT_HALF": "float16", "DT_DOUBLE": "float64", "DT_BOOL": "bool"}


def raw_arguments(config: Any) -> tuple[str, dict[int, Any], Attributes]:
    """Reads a layer's configuration.

    Args:
        config: The configuration of a `TensorFlowOpLayer`.

    Returns:
        The operation's name, its constants by their place among the inputs, its attributes.

    Raises:
        ValueError: If it is of another form.
    """
    node = config.get("node_def") if isinstance(config, dict) else None
    if not isinstance(node, dict) or not isinstance(node.get("op"), str):
        raise ValueError(f"a step of TensorFlow was expected to name its operation, found {node!r}")
    constants = {int(place): value for place, value in (config.get("constants") or {}).items()}
    attributes = {name: _value(value) for name, value in (node.get("attr") or {}).items()}
    return node["op"], constants, attributes


def _value(written: Any) -> Any:
    """An attribute's value: TensorFlow writes its kind, and numbers as texts."""
    if not isinstance(written, dict) or len(written) != 1:
        return written
    kind, value = next(iter(written.items()))
    if kind == "list":
        return [int(item) for item in value.get("i", [])]
    if kind == "i":
        return int(value)
    if kind == "type":
        return _DTYPES.get(value, value.removeprefix("DT_").lower())
    return float(value) if kind == "f" else value


def _unary(function: Callable[..., Any]) -> Callable[[Sequence[Any], Attributes], Any]:
    return lambda inputs, attributes: function(inputs[0])


def _binary(function: Callable[..., Any]) -> Callable[[Sequence[Any], Attributes], Any]:
    return lambda inputs, attributes: function(inputs[0], inputs[1])


def _reduction(function: Callable[..., Any]) -> Callable[[Sequence[Any], Attributes], Any]:
    def run(inputs: Sequence[Any], attributes: Attributes) -> Any:
        axis = tuple(inputs[1]) if isinstance(inputs[1], list) else inputs[1]
        return function(inputs[0], axis=axis, keepdims=bool(attributes.get("keep_dims")))

    return run


def _product(inputs: Sequence[Any], attributes: Attributes) -> Any:
    left, right = inputs
    if attributes.get("adj_x") or attributes.get("transpose_a"):
        left = ops.swapaxes(left, -1, -2)
    if attributes.get("adj_y") or attributes.get("transpose_b"):
        right = ops.swapaxes(right, -1, -2)
    return ops.matmul(left, right)


def _strided_slice(inputs: Sequence[Any], attributes: Attributes) -> Any:
    """Brackets: masks tell, bit by bit, which of begin and end count, and which axes go."""
    tensor, begin, end, strides = inputs
    found: list[Any] = []
    for place, (start, stop, step) in enumerate(zip(begin, end, strides, strict=True)):
        bit = 1 << place
        if attributes.get("ellipsis_mask", 0) & bit:
            found.append(Ellipsis)
        elif attributes.get("new_axis_mask", 0) & bit:
            found.append(None)
        elif attributes.get("shrink_axis_mask", 0) & bit:
            found.append(start)
        else:
            first = None if attributes.get("begin_mask", 0) & bit else start
            last = None if attributes.get("end_mask", 0) & bit else stop
            found.append(slice(first, last, step))
    is_shape = isinstance(tensor, tuple)  # what `Shape` gives
    return tensor[found[0]] if is_shape else tensor[tuple(found)]


def _squeezed(inputs: Sequence[Any], attributes: Attributes) -> Any:
    return ops.squeeze(inputs[0], axis=tuple(attributes.get("squeeze_dims") or ()) or None)


def _packed(inputs: Sequence[Any], attributes: Attributes) -> Any:
    if all(value is None or isinstance(value, int) for value in inputs):
        return tuple(inputs)  # the parts of a shape
    return ops.stack(list(inputs), axis=attributes.get("axis", 0))


def _reshaped(inputs: Sequence[Any], attributes: Attributes) -> Any:
    return ops.reshape(inputs[0], [-1 if size is None else size for size in inputs[1]])


RAW_STEPS: dict[str, Callable[[Sequence[Any], Attributes], Any]] = {
    "Abs": _unary(ops.abs),
    "Add": _binary(ops.add),
    "AddV2": _binary(ops.add),
    "ArgMax": lambda inputs, attributes: ops.argmax(inputs[0], axis=inputs[1]),
    "ArgMin": lambda inputs, attributes: ops.argmin(inputs[0], axis=inputs[1]),
    "BatchMatMul": _product,
    "BatchMatMulV2": _product,
    "Cast": lambda inputs, attributes: ops.cast(inputs[0], attributes["DstT"]),
    "ConcatV2": lambda inputs, attributes: ops.concatenate(list(inputs[:-1]), axis=inputs[-1]),
    "Cos": _unary(ops.cos),
    "Div": _binary(ops.divide),
    "Elu": _unary(ops.elu),
    "Equal": _binary(ops.equal),
    "Exp": _unary(ops.exp),
    "ExpandDims": lambda inputs, attributes: ops.expand_dims(inputs[0], axis=inputs[1]),
    "FloorDiv": _binary(ops.floor_divide),
    "GatherV2": lambda inputs, attributes: ops.take(
        inputs[0], ops.convert_to_tensor(inputs[1]), axis=inputs[2]
    ),
    "Greater": _binary(ops.greater),
    "GreaterEqual": _binary(ops.greater_equal),
    "Identity": _unary(lambda x: x),
    "LeakyRelu": lambda inputs, attributes: ops.leaky_relu(
        inputs[0], negative_slope=attributes.get("alpha", 0.2)
    ),
    "Less": _binary(ops.less),
    "LessEqual": _binary(ops.less_equal),
    "Log": _unary(ops.log),
    "Log1p": _unary(ops.log1p),
    "LogicalAnd": _binary(ops.logical_and),
    "LogicalNot": _unary(ops.logical_not),
    "LogicalOr": _binary(ops.logical_or),
    "MatMul": _product,
    "Max": _reduction(ops.max),
    "Maximum": _binary(ops.maximum),
    "Mean": _reduction(ops.mean),
    "Min": _reduction(ops.min),
    "Minimum": _binary(ops.minimum),
    "Mul": _binary(ops.multiply),
    "Neg": _unary(ops.negative),
    "NotEqual": _binary(ops.not_equal),
    "Pack": _packed,
    "Pad": lambda inputs, attributes: ops.pad(inputs[0], inputs[1]),
    "Pow": _binary(ops.power),
    "Prod": _reduction(ops.prod),
    "RealDiv": _binary(ops.divide),
    "Relu": _unary(ops.relu),
    "Relu6": _unary(ops.relu6),
    "Reshape": _reshaped,
    "Round": _unary(ops.round),
    "Rsqrt": _unary(ops.rsqrt),
    "Select": lambda inputs, attributes: ops.where(*inputs),
    "SelectV2": lambda inputs, attributes: ops.where(*inputs),
    "Shape": lambda inputs, attributes: tuple(inputs[0].shape),
    "Sigmoid": _unary(ops.sigmoid),
    "Sign": _unary(ops.sign),
    "Sin": _unary(ops.sin),
    "Softmax": _unary(ops.softmax),
    "Softplus": _unary(ops.softplus),
    "Split": lambda inputs, attributes: ops.split(
        inputs[1], attributes["num_split"], axis=inputs[0]
    ),
    "Sqrt": _unary(ops.sqrt),
    "Square": _unary(ops.square),
    "SquaredDifference": _binary(lambda x, y: ops.square(ops.subtract(x, y))),
    "Squeeze": _squeezed,
    "StridedSlice": _strided_slice,
    "Sub": _binary(ops.subtract),
    "Sum": _reduction(ops.sum),
    "Tanh": _unary(ops.tanh),
    "Tile": lambda inputs, attributes: ops.tile(inputs[0], inputs[1]),
    "Transpose": lambda inputs, attributes: ops.transpose(inputs[0], axes=inputs[1]),
}
"""TensorFlow's operations by name: `(inputs, attributes) -> output`, or a list of outputs."""
