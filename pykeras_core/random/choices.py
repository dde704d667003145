"""Owns random choices: of classes, of an order, and of what is dropped."""

from __future__ import annotations

from typing import Any

from pykeras_core.checks import ArrayLike, DType, PositiveInt, Seed, Sizes, checked
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import canonical_axis
from pykeras_core.ops import argmax, argsort, cast, log, where
from pykeras_core.ops.indexing import rows_at
from pykeras_core.random.seeds import random_fractions

__all__ = ["categorical", "dropout", "shuffle"]


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
    unit = p.maximum(random_fractions((batch, num_samples, classes), seed), 2.0**-25)
    noise = -log(-log(unit))
    return cast(argmax(p.reshape(scores, shape=(batch, 1, classes)) + noise, axis=-1), dtype)


@checked
def shuffle(x: ArrayLike, axis: int = 0, seed: Seed = None) -> Tensor:
    """The slices along `axis` in random order."""
    tensor = convert_to_tensor(x)
    at = canonical_axis("shuffle", axis, tensor.ndim)
    return rows_at(tensor, argsort(random_fractions((tensor.shape[at],), seed)), axis=at)


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
    shape: tuple[Any, ...] = tensor.shape
    if noise_shape is not None:
        if len(noise_shape) != tensor.ndim:
            raise ValueError(
                f"`dropout` expected a noise_shape of {tensor.ndim} axes for inputs of shape "
                f"{tensor.shape}, received {noise_shape}"
            )
        sizes = zip(noise_shape, tensor.shape, strict=True)
        shape = tuple(n if s is None else s for s, n in sizes)
    keep: Any = random_fractions(shape, seed) >= rate
    scale = 1.0 / (1.0 - rate) if rate < 1 else 0.0
    return where(p.broadcast_to(keep, shape=tensor.shape), tensor * scale, 0.0)
