"""Scaled dot-product attention, and the signal-to-noise ratio of images."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.linalg import einsum
from pykeras_core.ops.logic import logical_and, where
from pykeras_core.ops.manipulation import repeat
from pykeras_core.ops.math import log10, square
from pykeras_core.ops.reduction import mean
from pykeras_core.symbolic.op_call import operation

__all__ = ["dot_product_attention", "psnr"]

# What stands for minus infinity: sums of it stay finite, so that gradients are never NaN.
_EXCLUDED = 0.7 * float(np.finfo(np.float32).min)


@operation
def dot_product_attention(
    query: ArrayLike,
    key: ArrayLike,
    value: ArrayLike,
    bias: ArrayLike = None,
    mask: ArrayLike = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """softmax(query key^T scale + bias) value.

    Args:
        query: float32, shape (batch, T, heads, dim).
        key: float32, shape (batch, S, key heads, dim); fewer heads are shared by groups of the
            query's.
        value: float32, the shape of `key`.
        bias: Broadcasts to (batch, heads, T, S).
        mask: Booleans, likewise; False excludes.
        scale: Default: 1 / sqrt(dim).
        is_causal: Whether a place sees only those up to its own.
        flash_attention: Not offered; only None or False.
        attn_logits_soft_cap: Limits products softly, by cap * tanh(product / cap).

    Returns:
        float32, the shape of `query`.

    Raises:
        ValueError: If the shapes do not fit, or `flash_attention` is True.

    Source:
        Vaswani et al., Attention Is All You Need, 2017, equation 1.
    """
    if flash_attention:
        raise ValueError("`dot_product_attention` has no flash attention; leave it out")
    q, k, v = promote(query, key, value, at_least="float32")
    if not q.ndim == k.ndim == v.ndim == 4 or q.shape[2] % max(k.shape[2], 1):
        raise ValueError(
            "`dot_product_attention` expected shapes (batch, length, heads, dim) with the key's "
            f"heads dividing the query's, received {q.shape}, {k.shape} and {v.shape}"
        )
    if k.shape[2] != q.shape[2]:
        groups = q.shape[2] // k.shape[2]
        k, v = repeat(k, groups, axis=2), repeat(v, groups, axis=2)
    products = einsum("btnh,bsnh->bnts", q, k)
    products = products * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if attn_logits_soft_cap is not None:
        products = p.tanh(products / attn_logits_soft_cap) * attn_logits_soft_cap
    if bias is not None:
        products = products + convert_to_tensor(bias, "float32")
    allowed: Any = None if mask is None else convert_to_tensor(mask, "bool")
    if is_causal:
        past = convert_to_tensor(np.tri(q.shape[1], k.shape[1], dtype=bool))
        allowed = past if allowed is None else logical_and(allowed, past)
    if allowed is not None:
        products = where(allowed, products, _EXCLUDED)
    return einsum("bnts,bsnh->btnh", p.softmax(products, axis=3), v)


@operation
def psnr(x1: ArrayLike, x2: ArrayLike, max_val: ArrayLike) -> Tensor:
    """The peak signal-to-noise ratio in decibels: 20 log10(max_val) - 10 log10(mean square error).

    Args:
        x1: float32, any shape.
        x2: float32, the same shape.
        max_val: The largest value there can be.

    Raises:
        ValueError: If the shapes differ.
    """
    a, b = promote(x1, x2, at_least="float32")
    if a.shape != b.shape:
        raise ValueError(f"`psnr` expected two of one shape, received {a.shape} and {b.shape}")
    return 20.0 * log10(max_val) - 10.0 * log10(mean(square(a - b)))
