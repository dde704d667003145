"""Owns the activations that are linear, or nearly so, for large inputs."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import checked

__all__ = [
    "celu",
    "elu",
    "gelu",
    "hard_shrink",
    "hard_silu",
    "leaky_relu",
    "linear",
    "mish",
    "relu",
    "relu6",
    "selu",
    "silu",
    "soft_shrink",
    "softplus",
    "sparse_plus",
    "squareplus",
    "tanh_shrink",
    "threshold",
]


def celu(x: Any, alpha: float = 1.0) -> Any:
    """Continuous ELU: `max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)`.

    Args:
        x: Tensor of any shape.
        alpha: Scale of the negative part, default 1.

    Returns:
        Tensor like `x`.
    """
    return ops.celu(x, alpha=alpha)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """Exponential linear unit: `x` where `x > 0`, else `alpha * (exp(x) - 1)`.

    Args:
        x: Tensor of any shape.
        alpha: Scale of the negative part, default 1.

    Returns:
        Tensor like `x`.

    Source:
        Clevert et al. 2016, arXiv:1511.07289.
    """
    return ops.elu(x, alpha=alpha)


def gelu(x: Any, approximate: bool = False) -> Any:
    """Gaussian error linear unit: `x * P(X <= x)` for a standard normal `X`.

    Args:
        x: Tensor of any shape.
        approximate: Use the tanh approximation; default `False`.

    Returns:
        Tensor like `x`.

    Source:
        Hendrycks and Gimpel 2016, arXiv:1606.08415.
    """
    return ops.gelu(x, approximate=approximate)


def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """`x` where `|x| > threshold`, else 0.

    Args:
        x: Tensor of any shape.
        threshold: Width of the zero part on either side, default 0.5.

    Returns:
        Tensor like `x`.
    """
    return ops.hard_shrink(x, threshold=threshold)


def hard_silu(x: Any) -> Any:
    """Piecewise swish: `x * hard_sigmoid(x)`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.

    Source:
        Howard et al. 2019, arXiv:1905.02244.
    """
    return ops.hard_silu(x)


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """Leaky ReLU: `x` where `x > 0`, else `negative_slope * x`.

    Args:
        x: Tensor of any shape.
        negative_slope: Slope of the negative part, default 0.2.

    Returns:
        Tensor like `x`.
    """
    return ops.leaky_relu(x, negative_slope=negative_slope)


def linear(x: Any) -> Any:
    """`x` itself.

    Args:
        x: Tensor of any shape.

    Returns:
        `x`.
    """
    return x


def mish(x: Any) -> Any:
    """`x * tanh(softplus(x))`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.

    Source:
        Misra 2019, arXiv:1908.08681.
    """
    return ops.mish(x)


@checked
def relu(
    x: Any,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> Any:
    """Rectified linear unit: `max(x, 0)` with the default arguments.

    In general `min(x, max_value)` where `x > threshold`, else
    `negative_slope * (x - threshold)`.

    Args:
        x: Tensor of any shape.
        negative_slope: Slope below the threshold, default 0.
        max_value: Largest value returned; `None` (default) for no bound.
        threshold: Where the linear part begins, default 0.

    Returns:
        Tensor like `x`.

    Example:
        >>> relu([-10.0, -5.0, 5.0], negative_slope=0.5, max_value=4.0).tolist()
        [-5.0, -2.5, 4.0]
    """
    x = ops.convert_to_tensor(x)
    if negative_slope and max_value is None and not threshold:
        return ops.leaky_relu(x, negative_slope=negative_slope)
    if max_value == 6 and not negative_slope and not threshold:
        return ops.relu6(x)
    positive = ops.where(x > threshold, x, ops.zeros_like(x)) if threshold else ops.relu(x)
    if max_value is not None:
        positive = ops.clip(positive, 0.0, max_value)
    if not negative_slope:
        return positive
    return positive - negative_slope * ops.relu(threshold - x)


def relu6(x: Any) -> Any:
    """ReLU bounded by 6: `min(max(x, 0), 6)`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.relu6(x)


def selu(x: Any) -> Any:
    """Scaled ELU: `1.0507... * elu(x, 1.6732...)`; keeps unit variance with `LecunNormal`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.

    Source:
        Klambauer et al. 2017, arXiv:1706.02515.
    """
    return ops.selu(x)


def silu(x: Any) -> Any:
    """Swish: `x * sigmoid(x)`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.

    Source:
        Ramachandran et al. 2017, arXiv:1710.05941.
    """
    return ops.silu(x)


def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """Shrinks towards 0 by `threshold`; 0 within it.

    Args:
        x: Tensor of any shape.
        threshold: Width of the flat part on either side, default 0.5.

    Returns:
        Tensor like `x`.
    """
    return ops.soft_shrink(x, threshold=threshold)


def softplus(x: Any) -> Any:
    """Smooth ReLU: `log(1 + exp(x))`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.softplus(x)


def sparse_plus(x: Any) -> Any:
    """0 below -1, `(x + 1) ** 2 / 4` between -1 and 1, `x` above.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.sparse_plus(x)


def squareplus(x: Any, b: float = 4) -> Any:
    """`(x + sqrt(x ** 2 + b)) / 2`.

    Args:
        x: Tensor of any shape.
        b: Smoothness, default 4.

    Returns:
        Tensor like `x`.
    """
    return ops.squareplus(x, b=b)


def tanh_shrink(x: Any) -> Any:
    """`x - tanh(x)`.

    Args:
        x: Tensor of any shape.

    Returns:
        Tensor like `x`.
    """
    return ops.tanh_shrink(x)


def threshold(x: Any, threshold: float, default_value: float) -> Any:
    """`x` where `x > threshold`, else `default_value`.

    Args:
        x: Tensor of any shape.
        threshold: The bound.
        default_value: What replaces values at or below it.

    Returns:
        Tensor like `x`.
    """
    return ops.threshold(x, threshold, default_value)
