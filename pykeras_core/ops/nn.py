"""Activations and what goes with them, as ops.

Activations are elementwise unless they take an `axis`. They cast integers to float32.

Example:
    >>> from pykeras_core import ops
    >>> ops.relu([-1.0, 2.0]).tolist(), ops.softmax([0.0, 0.0]).tolist()
    ([0.0, 2.0], [0.5, 0.5])
"""

from __future__ import annotations

import math
import warnings
from typing import Any

from pykeras_core import settings
from pykeras_core.checks import ArrayLike, DType, Integers, NonNegativeInt
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axes, canonical_axis, whole
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.indexing import one_hot
from pykeras_core.ops.logic import where
from pykeras_core.ops.manipulation import squeeze
from pykeras_core.ops.math import clip, erf, maximum, minimum
from pykeras_core.ops.reduction import max as max_over
from pykeras_core.ops.reduction import mean, sum, var
from pykeras_core.symbolic.op_call import alias, operation

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "in_top_k",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "moments",
    "multi_hot",
    "normalize",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "squareplus",
    "swish",
    "tanh_shrink",
    "threshold",
]

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def _floating(x: Any) -> Tensor:
    return promote(x, at_least="float32")[0]


def _number(x: Any) -> Tensor:
    """What keeps its dtype if it is a number; bools are cast to float32."""
    tensor = convert_to_tensor(x)
    return convert_to_tensor(tensor, "float32") if tensor.dtype == "bool" else tensor


@operation
def relu(x: ArrayLike) -> Tensor:
    """max(x, 0); integers stay integers."""
    tensor = _number(x)
    return p.relu(tensor) if tensor.dtype == "float32" else maximum(tensor, 0)


@operation
def relu6(x: ArrayLike) -> Tensor:
    """min(max(x, 0), 6); integers stay integers."""
    tensor = relu(x)
    return minimum(
        p.constant(6, tensor.dtype), tensor
    )  # in this order no gradient flows at 6, as in TensorFlow


@operation
def sigmoid(x: ArrayLike) -> Tensor:
    """1 / (1 + e^-x)."""
    result: Tensor = p.sigmoid(_floating(x))
    return result


@operation
def softplus(x: ArrayLike) -> Tensor:
    """log(1 + e^x)."""
    result: Tensor = p.softplus(_floating(x))
    return result


@operation
def log_sigmoid(x: ArrayLike) -> Tensor:
    """log(1 / (1 + e^-x))."""
    result: Tensor = p.negative(p.softplus(p.negative(_floating(x))))
    return result


@operation
def softsign(x: ArrayLike) -> Tensor:
    """`x / (1 + |x|)`."""
    tensor = _floating(x)
    result: Tensor = tensor / (1.0 + p.abs_(tensor))
    return result


@operation
def silu(x: ArrayLike) -> Tensor:
    """`x * sigmoid(x)`."""
    tensor = _floating(x)
    result: Tensor = tensor * p.sigmoid(tensor)
    return result


swish = alias("swish", silu)


@operation
def hard_sigmoid(x: ArrayLike) -> Tensor:
    """`x / 6 + 1/2`, limited to the range from 0 to 1."""
    return clip(_floating(x) / 6.0 + 0.5, 0.0, 1.0)


@operation
def hard_silu(x: ArrayLike) -> Tensor:
    """`x * hard_sigmoid(x)`."""
    tensor = _floating(x)
    result: Tensor = tensor * hard_sigmoid(tensor)
    return result


hard_swish = alias("hard_swish", hard_silu)


@operation
def hard_tanh(x: ArrayLike) -> Tensor:
    """x, limited to the range from -1 to 1."""
    return clip(_floating(x), -1.0, 1.0)


@operation
def leaky_relu(x: ArrayLike, negative_slope: float = 0.2) -> Tensor:
    """`x` where positive, `negative_slope * x` elsewhere."""
    tensor = _floating(x)
    return where(tensor > 0.0, tensor, tensor * negative_slope)


@operation
def elu(x: ArrayLike, alpha: float = 1.0) -> Tensor:
    """`x` where positive, `alpha * (e^x - 1)` elsewhere."""
    tensor = _floating(x)
    return where(tensor > 0.0, tensor, alpha * p.expm1(minimum(tensor, 0.0)))


@operation
def selu(x: ArrayLike) -> Tensor:
    """Scaled elu (Klambauer et al., 2017): SELU_SCALE * elu(x, SELU_ALPHA)."""
    result: Tensor = SELU_SCALE * elu(x, SELU_ALPHA)
    return result


@operation
def celu(x: ArrayLike, alpha: float = 1.0) -> Tensor:
    """max(x, 0) + min(0, alpha * (e^(x / alpha) - 1))."""
    tensor = _floating(x)
    below = alpha * p.expm1(minimum(tensor, 0.0) / alpha)
    result: Tensor = p.relu(tensor) + below
    return result


@operation
def gelu(x: ArrayLike, approximate: bool = True) -> Tensor:
    """`x * P(X <= x)` for a standard normal X; by default its approximation with tanh."""
    tensor = _floating(x)
    if approximate:
        inner = math.sqrt(2 / math.pi) * (tensor + 0.044715 * tensor * tensor * tensor)
        result: Tensor = 0.5 * tensor * (1.0 + p.tanh(inner))
    else:
        result = 0.5 * tensor * (1.0 + erf(tensor / math.sqrt(2)))
    return result


@operation
def glu(x: ArrayLike, axis: int = -1) -> Tensor:
    """The first half along `axis` times the sigmoid of the second half."""
    tensor = _floating(x)
    at = canonical_axis("glu", axis, tensor.ndim)
    if tensor.shape[at] % 2:
        raise ValueError(f"`glu` expected an even axis {axis}, received shape {tensor.shape}")
    half = tensor.shape[at] // 2
    place = (slice(None),) * at
    result: Tensor = tensor[(*place, slice(half))] * sigmoid(tensor[(*place, slice(half, None))])
    return result


@operation
def tanh_shrink(x: ArrayLike) -> Tensor:
    """`x - tanh(x)`."""
    tensor = _floating(x)
    result: Tensor = tensor - p.tanh(tensor)
    return result


@operation
def soft_shrink(x: ArrayLike, threshold: float = 0.5) -> Tensor:
    """`x` moved towards zero by `threshold`, and 0 within it."""
    tensor = _floating(x)
    result: Tensor = p.relu(tensor - threshold) - p.relu(-tensor - threshold)
    return result


@operation
def hard_shrink(x: ArrayLike, threshold: float = 0.5) -> Tensor:
    """`x` where `|x|` exceeds `threshold`, else 0."""
    tensor = _floating(x)
    return where(p.abs_(tensor) > threshold, tensor, 0.0)


@operation
def threshold(x: ArrayLike, threshold: float, default_value: float) -> Tensor:
    """`x` where it exceeds `threshold`, else `default_value`."""
    tensor = _number(x)
    return where(tensor > threshold, tensor, default_value)


@operation
def squareplus(x: ArrayLike, b: float = 4.0) -> Tensor:
    """(x + sqrt(x^2 + b)) / 2."""
    tensor = _floating(x)
    result: Tensor = (tensor + p.sqrt(tensor * tensor + b)) * 0.5
    return result


@operation
def sparse_plus(x: ArrayLike) -> Tensor:
    """0 below -1, (x + 1)^2 / 4 up to 1, x above."""
    tensor = _floating(x)
    middle = 0.25 * (tensor + 1.0) * (tensor + 1.0)
    return where(tensor <= -1.0, 0.0, where(tensor < 1.0, middle, tensor))


def _over_axis(primitive: Any, name: str, x: Any, axis: Any) -> Tensor:
    """Apply a function along one axis; for a tuple of axes, along all of them at once."""
    tensor = _floating(x)
    if isinstance(axis, int):
        result: Tensor = primitive(tensor, axis=canonical_axis(name, axis, tensor.ndim))
        return result
    axes = canonical_axes(name, axis, tensor.ndim)
    rest = tuple(a for a in range(tensor.ndim) if a not in axes)
    order = rest + axes
    moved = p.transpose(tensor, axes=order)
    flat = p.reshape(moved, shape=(*(tensor.shape[a] for a in rest), _count(tensor, axes)))
    done = p.reshape(primitive(flat, axis=len(rest)), shape=moved.shape)
    back: Tensor = p.transpose(done, axes=tuple(order.index(a) for a in range(tensor.ndim)))
    return back


def _count(tensor: Tensor, axes: tuple[int, ...]) -> int:
    return math.prod(tensor.shape[a] for a in axes)


@operation
def softmax(x: ArrayLike, axis: Integers | None = -1) -> Tensor:
    """e^x / sum(e^x) along `axis`, an int, a tuple of ints, or None for all axes."""
    x = convert_to_tensor(x)
    shape = x.shape
    if isinstance(axis, int) and -len(shape) <= axis < len(shape) and shape[axis] == 1:
        warnings.warn(
            f"softmax over axis {axis} of shape {shape}, whose size is 1, gives 1 whatever "
            "comes in. Use `sigmoid` for one output of two classes.",
            stacklevel=3,
        )
    return _over_axis(p.softmax, "softmax", x, axis)


@operation
def log_softmax(x: ArrayLike, axis: Integers | None = -1) -> Tensor:
    """log(softmax(x)) along `axis`, computed without overflow."""
    return _over_axis(p.log_softmax, "log_softmax", x, axis)


@operation
def normalize(
    x: ArrayLike, axis: Integers = -1, order: int = 2, epsilon: float | None = None
) -> Tensor:
    """`x` divided by its norm along `axis`; norms below `epsilon` count as `epsilon`."""
    tensor = _floating(x)
    small = settings.epsilon() if epsilon is None else epsilon
    if order == 2:
        squared = sum(tensor * tensor, axis, keepdims=True)
        result: Tensor = tensor / p.sqrt(maximum(squared, small * small))
        return result
    total = sum(p.power(p.abs_(tensor), float(order)), axis, keepdims=True)
    result = tensor / maximum(p.power(total, 1 / order), small)
    return result


@operation
def moments(
    x: ArrayLike, axes: Integers, keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """Mean and variance over `axes`."""
    return mean(x, axes, keepdims), var(x, axes, keepdims)


@operation
def multi_hot(
    inputs: ArrayLike,
    num_classes: NonNegativeInt | None = None,
    axis: int = -1,
    dtype: DType = None,
    sparse: bool = False,
    **kwargs: Any,
) -> Tensor:
    """1 for each class that occurs among a sample's integer labels, else 0.

    Args:
        inputs: Integer labels: (labels,) of one sample, or (batch, labels, ...); the second
            axis is what is gathered into one.
        num_classes: Length of the axis of the classes.
        axis: Where that axis stands before the labels are gathered, as in `one_hot`.
        dtype: Default float32.
        sparse: Not offered; only False.
        **kwargs: `num_tokens`, the older name of `num_classes`.

    Returns:
        Tensor, shape (classes,) or (batch, ..., classes) with the default axis.

    Raises:
        ValueError: If the number of classes is missing, or `sparse` is True.
    """
    if num_classes is None and "num_tokens" in kwargs:
        num_classes = whole("multi_hot", "num_tokens", kwargs.pop("num_tokens"))
    if kwargs:
        raise ValueError(f"`multi_hot` has no argument {sorted(kwargs)}")
    if num_classes is None:
        raise ValueError("`multi_hot` needs `num_classes`, the number of classes")
    labels = convert_to_tensor(inputs)
    hot = one_hot(labels, num_classes, axis=axis, dtype=dtype, sparse=sparse)
    return max_over(hot, axis=1 if labels.ndim > 1 else 0, initial=0)


@operation
def in_top_k(targets: ArrayLike, predictions: ArrayLike, k: int) -> Tensor:
    """Whether each target is among the `k` largest predictions of its row.

    Ties with the target do not push it out, as in TensorFlow.

    Args:
        targets: int32, shape (batch,).
        predictions: float32, shape (batch, classes).
        k: How many to look at.

    Returns:
        bool, shape (batch,).
    """
    scores = _floating(predictions)
    labels = convert_to_tensor(convert_to_tensor(targets), "int32")
    own = p.take_along_axis(scores, p.reshape(labels, shape=(labels.size, 1)), axis=1)
    above = sum(scores > own, axis=-1)
    valid = p.bitwise_and(labels >= 0, labels < scores.shape[-1])
    result: Tensor = p.bitwise_and(p.bitwise_and(above < k, valid), p.isfinite(squeeze(own, -1)))
    return result
