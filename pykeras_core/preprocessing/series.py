"""Owns what Keras 2 had for sequences: `TimeseriesGenerator`, and pairs of words to compare."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from pykeras_core.utils.py_dataset import PyDataset

__all__ = ["TimeseriesGenerator", "make_sampling_table", "skipgrams"]


class TimeseriesGenerator(PyDataset):
    """Batches of windows of a series, each with the value that follows.

    Args:
        data: Array or list, a row a point in time.
        targets: What belongs to each point, as long as `data`.
        length: How long windows are.
        sampling_rate: Distance of the points in a window.
        stride: Distance of the windows.
        start_index: The first point to use.
        end_index: The last point to use; default the data's.
        shuffle: Whether windows are drawn by chance.
        reverse: Whether time runs backwards in a window.
        batch_size: How many windows a batch has at most.

    Raises:
        ValueError: If the lengths differ, or there is no window.

    Example:
        >>> windows = TimeseriesGenerator(np.arange(6), np.arange(6), length=3, batch_size=2)
        >>> windows[0][0].tolist(), windows[0][1].tolist()
        ([[0, 1, 2], [1, 2, 3]], [3, 4])
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
    ) -> None:
        super().__init__()
        if len(data) != len(targets):
            raise ValueError(
                "`TimeseriesGenerator` expected a target for each point, received "
                f"{len(data)} points and {len(targets)} targets"
            )
        self.data, self.targets = np.asarray(data), np.asarray(targets)
        self.length, self.sampling_rate, self.stride = length, sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise ValueError(
                f"`TimeseriesGenerator` expected more than {self.start_index} points, received "
                f"{self.end_index + 1}: no window of length {length} fits"
            )

    def __len__(self) -> int:
        points = self.end_index - self.start_index + self.batch_size * self.stride
        return points // (self.batch_size * self.stride)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if self.shuffle:
            rows = np.random.randint(self.start_index, self.end_index + 1, self.batch_size)
        else:
            first = self.start_index + self.batch_size * self.stride * index
            last = min(first + self.batch_size * self.stride, self.end_index + 1)
            rows = np.arange(first, last, self.stride)
        windows = [self.data[row - self.length : row : self.sampling_rate] for row in rows]
        samples = np.array(windows)
        return (samples[:, ::-1] if self.reverse else samples), self.targets[rows]


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> Any:
    """Returns how likely words are to be kept, the most frequent first, by Zipf's law.

    Args:
        size: How many words there are.
        sampling_factor: How strongly frequent words are left out.

    Source:
        Mikolov et al. 2013, https://arxiv.org/abs/1310.4546, equation 5, with the frequency of
        the word of rank r as 1 / (r (ln r + gamma) + 1/2 - 1 / (12 r)).
    """
    rank = np.arange(size)
    rank[0] = 1
    inverse = rank * (np.log(rank) + 0.577) + 0.5 - 1.0 / (12.0 * rank)
    frequency = sampling_factor * inverse
    return np.minimum(1.0, frequency / np.sqrt(frequency))


def skipgrams(
    sequence: Any,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Returns pairs of words that stand near each other, and pairs that do not, with labels.

    Args:
        sequence: Numbers of words; 0 is left out.
        vocabulary_size: How many words there are.
        window_size: How far apart words of a pair may stand.
        negative_samples: How many pairs by chance there are for each true one.
        shuffle: Whether pairs come in random order.
        categorical: Whether labels are [0, 1] and [1, 0] instead of 1 and 0.
        sampling_table: How likely each word is to be kept.
        seed: Where the order begins.
    """
    pairs: list[list[int]] = []
    labels: list[Any] = []
    yes, no = ([0, 1], [1, 0]) if categorical else (1, 0)
    for place, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        near = range(max(0, place - window_size), min(len(sequence), place + window_size + 1))
        found = [[word, sequence[at]] for at in near if at != place and sequence[at]]
        pairs += found
        labels += [yes] * len(found)
    if negative_samples > 0:
        words = [pair[0] for pair in pairs]
        count = int(len(labels) * negative_samples)
        random.shuffle(words)
        chosen = (words[number % len(words)] for number in range(count))
        pairs += [[word, random.randint(1, vocabulary_size - 1)] for word in chosen]
        labels += [no] * count
    if shuffle:
        order = list(range(len(pairs)))
        random.Random(random.randint(0, 10**7) if seed is None else seed).shuffle(order)
        pairs, labels = [pairs[at] for at in order], [labels[at] for at in order]
    return pairs, labels
