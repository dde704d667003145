"""Convolution over 1 to 3 spatial axes, channels last, and its two gradients.

A convolution is linear in its inputs and in its kernel. The three primitives here are the three
ways to hold two of (inputs, kernel, outputs) and compute the third, so each is the gradient of
the others and derivatives of any order stay inside the family.

Inputs are (batch, *spatial, channels), kernels (*window, channels / groups, filters). Group g
connects the g-th part of the channels with the g-th part of the filters.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pykeras_core.engine import primitives as p
from pykeras_core.engine.primitive import Array, Primitive, Spec
from pykeras_core.engine.primitives.shape_rules import require
from pykeras_core.engine.primitives.windows import (
    Padding,
    Sizes,
    check_rank,
    output_sizes,
    padded,
    taps,
    unpadded,
    windows,
)
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import op

__all__ = ["conv", "conv_input_grad", "conv_kernel_grad"]


def _check(name: str, groups: int, channels: int, filters: int) -> None:
    if groups < 1 or channels % groups or filters % groups:
        raise ValueError(
            f"`{name}` expected groups that divide the {channels} channels of the inputs and the "
            f"{filters} filters of the kernel, received groups={groups}"
        )


def _check_ranks(name: str, x: Spec, y: Spec, operands: tuple[str, str]) -> None:
    for operand, spec in zip(operands, (x, y), strict=True):
        require(name, spec, "float32")
        check_rank(name, operand, spec)
    if len(x.shape) != len(y.shape):
        raise ValueError(
            f"`{name}` expected {operands[0]} and {operands[1]} of one rank, received shapes "
            f"{x.shape} and {y.shape}"
        )


def _infer_conv(
    x: Spec, kernel: Spec, *, strides: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> Spec:
    _check_ranks("conv", x, kernel, ("inputs", "a kernel"))
    channels, filters = x.shape[-1], kernel.shape[-1]
    _check("conv", groups, channels, filters)
    if kernel.shape[-2] * groups != channels:
        raise ValueError(
            f"`conv` expected inputs with {kernel.shape[-2] * groups} channels for a kernel of "
            f"shape {kernel.shape} and groups={groups}, received shape {x.shape}"
        )
    out = output_sizes("conv", x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
    return Spec((x.shape[0], *out, filters))


def _infer_input_grad(
    ct: Spec,
    kernel: Spec,
    *,
    spatial: Sizes,
    strides: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Spec:
    name = "conv_input_grad"
    _check_ranks(name, ct, kernel, ("a cotangent", "a kernel"))
    channels = kernel.shape[-2] * groups
    _check(name, groups, channels, kernel.shape[-1])
    out = output_sizes(name, spatial, kernel.shape[:-2], strides, padding, dilation)
    if ct.shape[1:] != (*out, kernel.shape[-1]):
        raise ValueError(
            f"`{name}` expected a cotangent of shape (batch, *{out}, {kernel.shape[-1]}) for "
            f"inputs of spatial sizes {spatial} and a kernel of shape {kernel.shape}, received "
            f"shape {ct.shape}"
        )
    return Spec((ct.shape[0], *spatial, channels))


def _infer_kernel_grad(
    x: Spec,
    ct: Spec,
    *,
    size: Sizes,
    strides: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Spec:
    name = "conv_kernel_grad"
    _check_ranks(name, x, ct, ("inputs", "a cotangent"))
    channels, filters = x.shape[-1], ct.shape[-1]
    _check(name, groups, channels, filters)
    out = output_sizes(name, x.shape[1:-1], size, strides, padding, dilation)
    if ct.shape[:-1] != (x.shape[0], *out):
        raise ValueError(
            f"`{name}` expected a cotangent of shape ({x.shape[0]}, *{out}, filters) for inputs "
            f"of shape {x.shape} and a window {size}, received shape {ct.shape}"
        )
    return Spec((*size, channels // groups, filters))


def _by_group(rows: Array, groups: int) -> Array:
    """(m, window, channels) as (groups, m, everything of the group)."""
    m, window, channels = rows.shape
    split = np.moveaxis(rows.reshape(m, window, groups, channels // groups), 2, 0)
    return split.reshape(groups, m, window * (channels // groups))


def _rows(ct: Array) -> Array:
    """(batch, *positions, filters) as (m, 1, filters)."""
    return ct.reshape(math.prod(ct.shape[:-1]), 1, ct.shape[-1])


def _kernel_by_group(kernel: Array, groups: int) -> Array:
    """(*window, channels, filters) as (groups, window * channels, filters of the group)."""
    filters = kernel.shape[-1]
    split = kernel.reshape(-1, groups, filters // groups)
    return np.moveaxis(split, 1, 0)


def _conv(
    x: Array, kernel: Array, *, strides: Sizes, padding: Padding, dilation: Sizes, groups: int
) -> Array:
    size = kernel.shape[:-2]
    out = output_sizes("conv", x.shape[1:-1], size, strides, padding, dilation)
    rows = windows(padded(x, padding), out, size, strides, dilation)
    products = _by_group(rows, groups) @ _kernel_by_group(kernel, groups)
    return np.moveaxis(products, 0, 1).reshape(x.shape[0], *out, kernel.shape[-1])


def _input_grad(
    ct: Array,
    kernel: Array,
    *,
    spatial: Sizes,
    strides: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Array:
    size, channels, out = kernel.shape[:-2], kernel.shape[-2], ct.shape[1:-1]
    kernels = np.swapaxes(_kernel_by_group(kernel, groups), 1, 2)
    shares = (_by_group(_rows(ct), groups) @ kernels).reshape(
        groups, ct.shape[0], *out, math.prod(size), channels
    )
    lengths = (n + low + high for n, (low, high) in zip(spatial, padding, strict=True))
    result = np.zeros((ct.shape[0], *lengths, groups * channels), np.float32)
    for place, tap in enumerate(taps(result, out, size, strides, dilation)):
        tap += np.moveaxis(shares[..., place, :], 0, -2).reshape(tap.shape)
    return unpadded(result, padding)


def _kernel_grad(
    x: Array,
    ct: Array,
    *,
    size: Sizes,
    strides: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Array:
    filters = ct.shape[-1]
    rows = windows(padded(x, padding), ct.shape[1:-1], size, strides, dilation)
    cotangents = _by_group(_rows(ct), groups)
    kernels = np.swapaxes(_by_group(rows, groups), 1, 2) @ cotangents
    return np.moveaxis(kernels, 0, 1).reshape(*size, x.shape[-1] // groups, filters)


def _conv_rule_x(ct: Tensor, out: Tensor, x: Tensor, kernel: Tensor, **sliding: Any) -> Any:
    return p.conv_input_grad(ct, kernel, spatial=x.shape[1:-1], **sliding)


def _conv_rule_kernel(ct: Tensor, out: Tensor, x: Tensor, kernel: Tensor, **sliding: Any) -> Any:
    return p.conv_kernel_grad(x, ct, size=kernel.shape[:-2], **sliding)


def _input_grad_rule_ct(
    ct: Tensor, out: Tensor, outer: Tensor, kernel: Tensor, *, spatial: Sizes, **sliding: Any
) -> Any:
    return p.conv(ct, kernel, **sliding)


def _input_grad_rule_kernel(
    ct: Tensor, out: Tensor, outer: Tensor, kernel: Tensor, *, spatial: Sizes, **sliding: Any
) -> Any:
    return p.conv_kernel_grad(ct, outer, size=kernel.shape[:-2], **sliding)


def _kernel_grad_rule_x(
    ct: Tensor, out: Tensor, x: Tensor, outer: Tensor, *, size: Sizes, **sliding: Any
) -> Any:
    return p.conv_input_grad(outer, ct, spatial=x.shape[1:-1], **sliding)


def _kernel_grad_rule_ct(
    ct: Tensor, out: Tensor, x: Tensor, outer: Tensor, *, size: Sizes, **sliding: Any
) -> Any:
    return p.conv(x, ct, **sliding)


conv = op(Primitive("conv", _conv, _infer_conv, (_conv_rule_x, _conv_rule_kernel)))
conv_input_grad = op(
    Primitive(
        "conv_input_grad",
        _input_grad,
        _infer_input_grad,
        (_input_grad_rule_ct, _input_grad_rule_kernel),
    )
)
conv_kernel_grad = op(
    Primitive(
        "conv_kernel_grad",
        _kernel_grad,
        _infer_kernel_grad,
        (_kernel_grad_rule_x, _kernel_grad_rule_ct),
    )
)
