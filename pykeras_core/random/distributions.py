"""Owns random numbers by their distribution: uniform, normal, gamma and what is made of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, DType, NonNegativeInts, Seed, checked
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_shape, whole
from pykeras_core.engine.sizes import broadcast_shapes
from pykeras_core.ops import clip, concatenate, erfinv, log, where
from pykeras_core.random.seeds import random_fractions, random_words

__all__ = [
    "beta",
    "binomial",
    "gamma",
    "normal",
    "randint",
    "truncated_normal",
    "uniform",
]


@checked
def uniform(
    shape: NonNegativeInts,
    minval: ArrayLike = 0.0,
    maxval: ArrayLike = 1.0,
    dtype: DType = None,
    seed: Seed = None,
) -> Tensor:
    """Numbers spread evenly over [minval, maxval).

    Args:
        shape: Tuple of ints.
        minval: Lower end; a number, or what broadcasts to `shape`.
        maxval: Upper end; likewise.
        dtype: Default float32; an integer dtype draws integers.
        seed: Int, `SeedGenerator` or None.

    Returns:
        Tensor of that shape.
    """
    if dtype is not None and "int" in str(dtype):
        return randint(shape, int(minval), int(maxval), dtype, seed)
    unit = random_fractions(shape, seed)
    low, high = (_spread("uniform", end, unit) for end in (minval, maxval))
    values = unit * (high - low) + low
    ends = [end if isinstance(end, float) else end.array for end in (high, low)]
    if ends[0] is not None and ends[1] is not None:
        # The sum may be rounded up to the end that is left out.
        values = p.minimum(values, np.nextafter(np.float32(ends[0]), np.float32(ends[1])))
    return convert_to_tensor(values, dtype)


def _spread(name: str, value: Any, unit: Tensor) -> Any:
    """A parameter of a distribution: a float, or a Tensor of one for each number drawn."""
    tensor = convert_to_tensor(value, "float32")
    if not tensor.ndim and tensor.array is not None:
        return float(value)  # not yet rounded to float32
    if broadcast_shapes(name, tensor.shape, unit.shape) != unit.shape:
        raise ValueError(
            f"`{name}` expected parameters that broadcast to shape {unit.shape}, received shape "
            f"{tensor.shape}"
        )
    return tensor


@checked
def randint(
    shape: NonNegativeInts, minval: int, maxval: int, dtype: DType = "int32", seed: Seed = None
) -> Tensor:
    """Integers spread evenly over [minval, maxval).

    Each is the remainder of 32 random bits, so in a range of n integers some are up to n / 2^32
    likelier than others.

    Args:
        shape: Tuple of ints.
        minval: Lowest integer.
        maxval: The integer after the highest.
        dtype: Integer dtype.
        seed: Int, `SeedGenerator` or None.

    Returns:
        Tensor of that shape.

    Raises:
        ValueError: If the range is empty or does not fit into int32.
    """
    low, high = whole("randint", "minval", minval), whole("randint", "maxval", maxval)
    if not -(2**31) <= low < high <= 2**31:
        raise ValueError(
            f"`randint` expected a range of int32 integers that is not empty, received "
            f"[{minval}, {maxval})"
        )
    steps = random_words(shape, seed)
    if high - low < 2**32:
        steps = p.remainder(steps, high - low)
    return convert_to_tensor(p.cast(steps, dtype="int32") + low, dtype)


def _central(shape: Any, seed: Any) -> Tensor:
    """Uniform float32 strictly between -1 and 1, symmetric: an odd multiple of 2^-24."""
    return random_fractions(shape, seed) * 2.0 - (1.0 - 2.0**-24)


@checked
def normal(
    shape: NonNegativeInts,
    mean: ArrayLike = 0.0,
    stddev: ArrayLike = 1.0,
    dtype: DType = None,
    seed: Seed = None,
) -> Tensor:
    """Numbers of a normal distribution, by its inverse distribution function.

    Args:
        shape: Tuple of ints.
        mean: Its mean; a number, or what broadcasts to `shape`.
        stddev: Its standard deviation; likewise, 0 or more.
        dtype: Default float32.
        seed: Int, `SeedGenerator` or None.

    Returns:
        Tensor of that shape.
    """
    standard = erfinv(_central(shape, seed))
    return _scaled("normal", standard, mean, stddev, dtype, unit=math.sqrt(2))


def _scaled(
    name: str, standard: Tensor, mean: Any, stddev: Any, dtype: Any, unit: float = 1.0
) -> Tensor:
    """Numbers of mean 0 and deviation 1 (in `unit`), moved to others."""
    around, width = (_spread(name, value, standard) for value in (mean, stddev))
    known = width if isinstance(width, float) else width.array
    if known is not None and np.min(known, initial=0) < 0:
        raise ValueError(f"`{name}` expected `stddev` to be 0 or more, received {stddev}")
    return convert_to_tensor(standard * (unit * width) + around, dtype)


@checked
def truncated_normal(
    shape: NonNegativeInts,
    mean: ArrayLike = 0.0,
    stddev: ArrayLike = 1.0,
    dtype: DType = None,
    seed: Seed = None,
) -> Tensor:
    """Numbers of a normal distribution cut at two standard deviations from its mean."""
    values = erfinv(_central(shape, seed) * math.erf(2 / math.sqrt(2))) * math.sqrt(2)
    return _scaled("truncated_normal", clip(values, -2.0, 2.0), mean, stddev, dtype)


# Marsaglia and Tsang's method refuses at most 5 % of its candidates, so that of 16 one is
# accepted but for one draw in 10^20.
_CANDIDATES = 16


@checked
def gamma(
    shape: NonNegativeInts, alpha: ArrayLike, dtype: DType = None, seed: Seed = None
) -> Tensor:
    """Numbers of a gamma distribution of scale 1.

    Args:
        shape: Tuple of ints.
        alpha: Its shape parameter, above 0; a number, or what broadcasts to `shape`.
        dtype: Default float32.
        seed: Int, `SeedGenerator` or None.

    Returns:
        Tensor of that shape.

    Source:
        G. Marsaglia and W. Tsang, "A simple method for generating gamma variables", 2000.
    """
    sizes = canonical_shape("gamma", shape)
    wanted = convert_to_tensor(alpha, "float32")
    # Below 1 a draw of one parameter more is scaled down by a power of a uniform number.
    small = p.broadcast_to(wanted < 1.0, shape=sizes)
    raised = where(small, wanted + 1.0, wanted)
    d = raised - 1.0 / 3.0
    c = 1.0 / p.sqrt(d * 9.0)
    drawn = random_fractions((2 * _CANDIDATES + 1, *sizes), seed)
    normals = erfinv(drawn[:_CANDIDATES] * 2.0 - (1.0 - 2.0**-24)) * math.sqrt(2)
    chances = log(p.maximum(drawn[_CANDIDATES:-1], 2.0**-25))
    found = d
    for i in reversed(range(_CANDIDATES)):
        root = c * normals[i] + 1.0
        v = root * root * root
        positive = p.maximum(v, 1e-30)
        limit = normals[i] * normals[i] * 0.5 + d - d * v + d * log(positive)
        accepted = p.bitwise_and(v > 0.0, chances[i] < limit)
        found = where(accepted, d * v, found)
    scale = p.power(p.maximum(drawn[-1], 2.0**-25), 1.0 / p.maximum(wanted, 1e-6))
    return convert_to_tensor(where(small, found * scale, found), dtype)


@checked
def beta(
    shape: NonNegativeInts,
    alpha: ArrayLike,
    beta: ArrayLike,
    dtype: DType = None,
    seed: Seed = None,
) -> Tensor:
    """Numbers of a beta distribution, as the share of one of two gamma draws.

    Args:
        shape: Tuple of ints.
        alpha: First shape parameter, above 0.
        beta: Second shape parameter, above 0.
        dtype: Default float32.
        seed: Int, `SeedGenerator` or None.

    Returns:
        Tensor of that shape.
    """
    sizes = canonical_shape("beta", shape)
    ones = p.broadcast_to(p.constant(1.0, "float32"), shape=(1, *sizes))
    both = concatenate([ones * alpha, ones * beta])
    first, second = gamma((2, *sizes), both, seed=seed)
    return convert_to_tensor(first / (first + second), dtype)


@checked
def binomial(
    shape: NonNegativeInts,
    counts: ArrayLike,
    probabilities: ArrayLike,
    dtype: DType = None,
    seed: Seed = None,
) -> Tensor:
    """How many of `counts` trials succeed; each trial is drawn.

    Args:
        shape: Tuple of ints.
        counts: Numbers of trials, known; a number, or what broadcasts to `shape`.
        probabilities: Of success; a number, or what broadcasts to `shape`.
        dtype: Default float32.
        seed: Int, `SeedGenerator` or None.

    Returns:
        Tensor of that shape.
    """
    sizes = canonical_shape("binomial", shape)
    trials = convert_to_tensor(counts, "float32")
    most = int(trials.numpy().max(initial=0))
    drawn = random_fractions((most, *sizes), seed) < convert_to_tensor(probabilities, "float32")
    number = p.reshape(p.constant(np.arange(most), "float32"), shape=(most, *(1,) * len(sizes)))
    counted = p.bitwise_and(drawn, p.broadcast_to(number < trials, shape=(most, *sizes)))
    total = p.sum_(p.cast(counted, dtype="float32"), axis=(0,), keepdims=False)
    return convert_to_tensor(total, dtype)
