"""Owns weights that Keras 2 kept in another form: of the GPU's recurrent layers, and of Theano."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["todays_weights"]


def todays_weights(
    variables: Sequence[Any], arrays: Sequence[np.ndarray], by_theano: bool = False
) -> list[np.ndarray]:
    """Returns a layer's stored weights in today's form.

    Args:
        variables: The layer's variables.
        arrays: What the file has for them.
        by_theano: Whether Keras ran on Theano, whose convolutions run through their kernels
            from the last entry to the first.

    Returns:
        Arrays for the variables, those that need no change as they are.
    """
    found = [_turned(array) if by_theano else array for array in arrays]
    if len(found) != len(variables):
        return found
    for index in range(2, len(found)):
        kernel, recurrent, bias = variables[index - 2 : index + 1]
        # Only of CuDNN's layers a bias has twice the entries, in one row.
        if (
            found[index].ndim == 1
            and len(recurrent.shape) == 2
            and found[index].size == _cudnn_bias_size(recurrent.shape)
            and found[index].shape != bias.shape
            and found[index - 1].shape == tuple(recurrent.shape)
            and found[index - 2].shape == tuple(kernel.shape)
        ):
            found[index - 2 : index + 1] = _of_cudnn(*found[index - 2 : index + 1])
    return found


def _turned(array: np.ndarray) -> np.ndarray:
    """A kernel of a convolution with its spatial axes, all but the last two, reversed."""
    if array.ndim < 3:
        return array
    return np.ascontiguousarray(np.flip(array, axis=tuple(range(array.ndim - 2))))


def _cudnn_bias_size(recurrent_shape: Sequence[int]) -> int:
    return 2 * recurrent_shape[1]


def _of_cudnn(
    kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """CuDNN's weights as those of `LSTM` and of `GRU(reset_after=True)`.

    Each gate's matrix lies transposed in CuDNN, and each gate has two biases: an LSTM adds them,
    a GRU keeps both.
    """
    inputs, units = kernel.shape[0], recurrent.shape[0]
    gates = recurrent.shape[1] // units
    kernels = [part.reshape(units, inputs).T for part in np.hsplit(kernel, gates)]
    recurrents = [part.T for part in np.hsplit(recurrent, gates)]
    biases = bias.reshape(2, gates * units)
    today = biases.sum(axis=0) if gates == 4 else biases
    return np.hstack(kernels), np.hstack(recurrents), today
