"""`keras.random`: random Tensors from a counter, the same on every backend.

Every function takes `seed`: an int gives the same numbers at each call; a `SeedGenerator`
gives new ones each time and remembers how far it is; None draws from one global generator
that `keras.utils.set_random_seed` resets.
"""

from __future__ import annotations

import math
import random as _python_random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from pykeras_core.checks import (
    ArrayLike,
    DType,
    NonNegativeInts,
    PositiveInt,
    Seed,
    Sizes,
    WordSeed,
    checked,
)
from pykeras_core.engine import Tensor, Variable, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis, canonical_shape, whole
from pykeras_core.engine.sizes import broadcast_shapes
from pykeras_core.ops import argmax, argsort, cast, clip, concatenate, erfinv, log, where
from pykeras_core.ops.indexing import rows_at

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "make_default_seed",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]


class SeedGenerator:
    """A seed that advances: each use gives numbers independent of the last.

    Its state is a variable, so a traced step advances it at every run.

    Args:
        seed: Int from 0 to 2^32 - 1, or None for one from Python's `random`.
        name: Name of the state variable.

    Raises:
        ValueError: If the seed is not such an int.

    Example:
        >>> generator = SeedGenerator(7)
        >>> a, b = uniform((2,), seed=generator), uniform((2,), seed=generator)
        >>> bool((a == b).numpy().any())
        False
    """

    @checked
    def __init__(
        self, seed: WordSeed | None = None, name: str | None = None, **kwargs: Any
    ) -> None:
        if seed is None:
            seed = make_default_seed()
        self.name = name or "seed_generator"
        self._initial_seed = seed
        self.state = Variable(
            np.array([seed, 0], np.uint32), trainable=False, name=f"{self.name}_state"
        )

    def next(self, ordered: bool = True) -> Tensor:
        """The state to draw from, uint32 of shape (2,); the generator moves on."""
        state = self.state.value
        self.state.assign(p.add(state, np.array([0, 1], np.uint32)))
        return state

    def get_config(self) -> dict[str, Any]:
        """The initial seed."""
        return {"seed": self._initial_seed}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """A generator at its beginning."""
        return cls(**config)


_global: SeedGenerator | None = None


@checked
def make_default_seed() -> int:
    """A seed drawn from Python's `random`, from 1 to 10^9."""
    return _python_random.randint(1, int(1e9))


def reset_global_generator() -> None:
    """Forget the generator behind `seed=None`; the next use makes it anew."""
    global _global
    _global = None


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within it, what is drawn moves neither the global generator nor Python's `random` on.

    Example:
        >>> first = uniform((2,), seed=None)
        >>> with undisturbed():
        ...     aside = uniform((2,)).numpy()
        >>> bool((uniform((2,)).numpy() == aside).all())
        True
    """
    python_state = _python_random.getstate()
    state = None if _global is None else _global.state.numpy()
    try:
        yield
    finally:
        _python_random.setstate(python_state)
        if _global is not None:  # one that was made in between stays, and begins anew
            initial = np.array([_global._initial_seed, 0], np.uint32)
            _global.state.assign(initial if state is None else state)


def _state(seed: Any) -> Tensor:
    """The two words to draw from."""
    global _global
    if seed is None:
        if _global is None:
            _global = SeedGenerator(name="global_seed_generator")
        seed = _global
    if isinstance(seed, SeedGenerator):
        return seed.next()
    return convert_to_tensor(np.array([int(seed) % 2**32, 0], np.uint32))


def _bits(shape: Any, seed: Any) -> Tensor:
    """A random uint32 an element."""
    return p.random_bits(_state(seed), shape=canonical_shape("random", shape))


def _unit(shape: Any, seed: Any) -> Tensor:
    """Uniform float32 in [0, 1): the upper 24 bits of each word."""
    bits = _bits(shape, seed)
    high = p.cast(p.right_shift(bits, 8), dtype="float32")
    result: Tensor = p.multiply(high, 2.0**-24)
    return result


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
    unit = _unit(shape, seed)
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
    steps = _bits(shape, seed)
    if high - low < 2**32:
        steps = p.remainder(steps, high - low)
    return convert_to_tensor(p.cast(steps, dtype="int32") + low, dtype)


def _central(shape: Any, seed: Any) -> Tensor:
    """Uniform float32 strictly between -1 and 1, symmetric: an odd multiple of 2^-24."""
    return _unit(shape, seed) * 2.0 - (1.0 - 2.0**-24)


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


@checked
def categorical(
    logits: ArrayLike, num_samples: PositiveInt, dtype: DType = "int32", seed: Seed = None
) -> Tensor:
    """Class numbers drawn with probabilities softmax(logits), by the Gumbel-max trick.

    Args:
        logits: float32, shape (batch, classes).
        num_samples: Draws per row.
        dtype: Integer dtype.
        seed: Int, `SeedGenerator` or None.

    Returns:
        Integers, shape (batch, num_samples).

    Raises:
        ValueError: If `logits` does not have two axes, or no class to draw.
    """
    scores = convert_to_tensor(logits, "float32")
    if scores.ndim != 2 or not scores.shape[1]:
        raise ValueError(
            f"`categorical` expected logits of shape (batch, classes), received {scores.shape}"
        )
    batch, classes = scores.shape
    # Kept from 0 and so from the infinite noise that would win over a class of logit -inf.
    unit = p.maximum(_unit((batch, num_samples, classes), seed), 2.0**-25)
    noise = -log(-log(unit))
    return cast(argmax(p.reshape(scores, shape=(batch, 1, classes)) + noise, axis=-1), dtype)


@checked
def shuffle(x: ArrayLike, axis: int = 0, seed: Seed = None) -> Tensor:
    """The slices along `axis` in random order."""
    tensor = convert_to_tensor(x)
    at = canonical_axis("shuffle", axis, tensor.ndim)
    return rows_at(tensor, argsort(_unit((tensor.shape[at],), seed)), axis=at)


@checked
def dropout(
    inputs: ArrayLike, rate: float, noise_shape: Sizes | None = None, seed: Seed = None
) -> Tensor:
    """Set a share of the elements to zero and scale up the others by 1 / (1 - rate).

    Args:
        inputs: float32, any shape.
        rate: Share of zeros, from 0 to 1.
        noise_shape: Shape of the mask, which broadcasts to the inputs'; default theirs. None
            within it stands for the inputs' own axis.
        seed: Int, `SeedGenerator` or None.

    Returns:
        float32, the inputs' shape.

    Raises:
        ValueError: If `rate` is no share, or `noise_shape` does not have the inputs' axes.
    """
    tensor = convert_to_tensor(inputs)
    if not 0 <= rate <= 1:
        raise ValueError(f"`dropout` expected a rate from 0 to 1, received {rate}")
    shape = tensor.shape
    if noise_shape is not None:
        if len(noise_shape) != tensor.ndim:
            raise ValueError(
                f"`dropout` expected a noise_shape of {tensor.ndim} axes for inputs of shape "
                f"{tensor.shape}, received {noise_shape}"
            )
        shape = tuple(n if s is None else s for s, n in zip(noise_shape, tensor.shape, strict=True))
    keep: Any = _unit(shape, seed) >= rate
    scale = 1.0 / (1.0 - rate) if rate < 1 else 0.0
    return where(p.broadcast_to(keep, shape=tensor.shape), tensor * scale, 0.0)


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
    drawn = _unit((2 * _CANDIDATES + 1, *sizes), seed)
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
    drawn = _unit((most, *sizes), seed) < convert_to_tensor(probabilities, "float32")
    number = p.reshape(p.constant(np.arange(most), "float32"), shape=(most, *(1,) * len(sizes)))
    counted = p.bitwise_and(drawn, p.broadcast_to(number < trials, shape=(most, *sizes)))
    total = p.sum_(p.cast(counted, dtype="float32"), axis=(0,), keepdims=False)
    return convert_to_tensor(total, dtype)
