"""Connectionist temporal classification: sequences of labels without an alignment to time steps."""

from __future__ import annotations

import numpy as np

from pykeras_core.checks import ArrayLike, PositiveInt
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.axes import whole
from pykeras_core.engine.primitive import Array
from pykeras_core.engine.promotion import promote
from pykeras_core.ops.creation import full
from pykeras_core.ops.logic import logical_and, logical_not, where
from pykeras_core.ops.manipulation import concatenate, expand_dims, pad, reshape, squeeze, stack
from pykeras_core.ops.reduction import argmax, argsort, logsumexp, max, sum
from pykeras_core.symbolic.op_call import operation
from pykeras_core.symbolic.shape_inference import known_by_values_alone

__all__ = ["ctc_decode", "ctc_loss"]

# Stands for log(0): sums of it stay finite, so gradients are never nan.
# Small beside any alignment, and not so large that one row without an alignment (labels longer
# than its steps) hides the loss of the others; as in Keras on JAX.
_LOG_ZERO = -1e5


@operation
def ctc_loss(
    target: ArrayLike,
    output: ArrayLike,
    target_length: ArrayLike,
    output_length: ArrayLike,
    mask_index: int = 0,
) -> Tensor:
    """`-log(p)`, `p` summed over all alignments of the labels to the time steps.

    Args:
        target: Class numbers; shape (batch, max_labels).
        output: Logits; shape (batch, steps, classes).
        target_length: How many labels of each row count; integers, shape (batch,).
        output_length: How many steps of each row count; integers, shape (batch,).
        mask_index: The class that means "nothing here"; None: the last one.

    Returns:
        One value per row; shape (batch,).

    Raises:
        ValueError: If `target` is not a matrix or `output` not of rank three.

    Source:
        Graves et al., Connectionist Temporal Classification, 2006, equations 6 to 8.
    """
    labels, logits = convert_to_tensor(target), convert_to_tensor(output, "float32")
    if labels.ndim != 2 or logits.ndim != 3 or labels.shape[0] != logits.shape[0]:
        raise ValueError(
            "`ctc_loss` expected class numbers of shape (batch, max_labels) and logits of shape "
            f"(batch, steps, classes), received shapes {labels.shape} and {logits.shape}"
        )
    blank = whole("ctc_loss", "mask_index", mask_index) % logits.shape[2]
    lengths = convert_to_tensor(target_length, "int32")
    steps = expand_dims(convert_to_tensor(output_length, "int32"), -1)
    path = _with_blanks(convert_to_tensor(labels, "int32"), blank)
    may_skip = _may_skip(path, blank)
    log_probs = p.log_softmax(logits, axis=2)
    alpha = _first_step(_emissions(log_probs, path, 0))
    for step in range(1, logits.shape[1]):
        advanced = _advance(alpha, may_skip) + _emissions(log_probs, path, step)
        alpha = where(steps > step, advanced, alpha)
    # An alignment ends on the last label or on the blank after it.
    last = lengths * 2
    ends = stack([_at(alpha, last), _at(alpha, p.maximum(last - 1, 0))], axis=-1)
    ends_twice = stack([lengths < 0, p.equal(lengths, 0)], axis=-1)  # no labels: one end only
    result: Tensor = p.negative(logsumexp(where(ends_twice, _LOG_ZERO, ends), axis=-1))
    return result


def _with_blanks(labels: Tensor, blank: int) -> Tensor:
    """Labels with a blank before, between and after them; shape (batch, 2 * max_labels + 1)."""
    batch, length = labels.shape
    blanks = full((batch, length + 1), blank, dtype="int32")
    woven = reshape(stack([blanks[:, :length], labels], axis=-1), (batch, 2 * length))
    return concatenate([woven, blanks[:, :1]], axis=-1)


def _may_skip(path: Tensor, blank: int) -> Tensor:
    """Where an alignment may jump over a blank: on a label that differs from the one before."""
    two_before = pad(path[:, :-2], ((0, 0), (2, 0)), constant_values=blank)[:, : path.shape[1]]
    return logical_and(p.not_equal(path, blank), p.not_equal(path, two_before))


def _emissions(log_probs: Tensor, path: Tensor, step: int) -> Tensor:
    # Of a row's padding there may be any number, so the nearest class stands for what is none.
    result: Tensor = p.take_along_axis(log_probs[:, step, :], path, axis=1)
    return result


def _first_step(emissions: Tensor) -> Tensor:
    """An alignment begins with the first blank or the first label."""
    return where(np.arange(emissions.shape[-1]) < 2, emissions, _LOG_ZERO)


def _advance(alpha: Tensor, may_skip: Tensor) -> Tensor:
    stay = alpha
    step = _shift(alpha, 1)
    skip = where(may_skip, _shift(alpha, 2), _LOG_ZERO)
    return logsumexp(stack([stay, step, skip], axis=-1), axis=-1)


def _shift(alpha: Tensor, places: int) -> Tensor:
    head = full((alpha.shape[0], places), _LOG_ZERO, dtype=alpha.dtype)
    return concatenate([head, alpha[:, :-places]], axis=-1)[:, : alpha.shape[1]]


def _at(alpha: Tensor, index: Tensor) -> Tensor:
    return squeeze(p.take_along_axis(alpha, expand_dims(index, -1), axis=1), axis=-1)


@operation
def ctc_decode(
    inputs: ArrayLike,
    sequence_lengths: ArrayLike,
    strategy: str = "greedy",
    beam_width: PositiveInt = 100,
    top_paths: PositiveInt = 1,
    merge_repeated: bool = True,
    mask_index: int | None = 0,
) -> tuple[Tensor, Tensor]:
    """The labels that logits stand for.

    Args:
        inputs: Logits; shape (batch, steps, classes).
        sequence_lengths: How many steps of each row count; integers, shape (batch,).
        strategy: "greedy": the likeliest class of each step; "beam_search": the likeliest
            labels over all alignments, among the best `beam_width` (eager only).
        beam_width: How many beginnings are kept from step to step.
        top_paths: How many answers "beam_search" gives.
        merge_repeated: Whether "greedy" makes one label of a class that repeats.
        mask_index: The class that means "nothing here"; None: the last one.

    Returns:
        Labels, int32, shape (paths, batch, steps), filled with -1 at the end; and scores, shape
        (batch, paths): minus the sum of the greatest logits, or logarithms of probabilities.

    Raises:
        ValueError: For another strategy, or other shapes.
    """
    logits = promote(inputs, at_least="float32")[0]
    lengths = convert_to_tensor(sequence_lengths, "int32")
    if logits.ndim != 3 or lengths.shape != logits.shape[:1]:
        raise ValueError(
            "`ctc_decode` expected logits of shape (batch, steps, classes) and a length for each "
            f"row, received shapes {logits.shape} and {lengths.shape}"
        )
    blank = -1 if mask_index is None else whole("ctc_decode", "mask_index", mask_index)
    blank %= logits.shape[2]
    if lengths.array is not None and int(lengths.array.max(initial=0)) > logits.shape[1]:
        raise ValueError(
            f"`ctc_decode` expected `sequence_lengths` up to the {logits.shape[1]} steps of "
            f"`inputs`, received {lengths.tolist()}"
        )
    if strategy == "greedy":
        return _greedy(logits, lengths, blank, merge_repeated)
    if strategy != "beam_search":
        raise ValueError(
            f"`ctc_decode` expected strategy 'greedy' or 'beam_search', received {strategy!r}"
        )
    if logits.array is None or lengths.array is None:
        batch, steps = logits.shape[:2]
        shapes = ((top_paths, batch, steps), "int32"), ((batch, top_paths), "float32")
        found, chances = known_by_values_alone("ctc_decode", *shapes)
        return found, chances
    rows = [
        _beam_search(scores[:length], blank, beam_width, top_paths)
        for scores, length in zip(
            p.log_softmax(logits, axis=2).numpy().astype(np.float64), lengths.tolist(), strict=True
        )
    ]
    paths = np.full((top_paths, len(rows), logits.shape[1]), -1, np.int32)
    scores = np.full((len(rows), top_paths), -np.inf, np.float32)
    for row, answers in enumerate(rows):
        for place, (labels, score) in enumerate(answers):
            paths[place, row, : len(labels)] = labels
            scores[row, place] = score
    return convert_to_tensor(paths), convert_to_tensor(scores)


def _greedy(
    logits: Tensor, lengths: Tensor, blank: int, merge_repeated: bool
) -> tuple[Tensor, Tensor]:
    best = argmax(logits, axis=-1)
    steps = best.shape[1]
    within = np.arange(steps, dtype=np.int32) < expand_dims(lengths, -1)
    kept = logical_and(within, p.not_equal(best, blank))
    if merge_repeated:
        before = pad(best[:, :-1], ((0, 0), (1, 0)), constant_values=-1)[:, :steps]
        kept = logical_and(kept, p.not_equal(best, before))
    # What is kept comes first, in its order; a stable sort of "left out" does it.
    order = argsort(p.cast(logical_not(kept), dtype="int32"), axis=-1)
    count = sum(p.cast(kept, dtype="int32"), axis=-1, keepdims=True)
    moved = p.take_along_axis(best, order, axis=1)
    labels = where(np.arange(steps, dtype=np.int32) < count, moved, -1)
    score = p.negative(sum(where(within, max(logits, axis=-1), 0.0), axis=-1, keepdims=True))
    return expand_dims(labels, 0), score


def _beam_search(
    log_probs: Array, blank: int, beam_width: int, top_paths: int
) -> list[tuple[tuple[int, ...], float]]:
    """The likeliest labels of one row, with their log probabilities.

    Each beginning has two: that its alignments end on a blank, and that they end on its last
    label. A repeated class prolongs a label, unless a blank came between.
    """
    nothing = -np.inf
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, nothing)}
    for scores in log_probs:
        new: dict[tuple[int, ...], list[float]] = {}
        for labels, (on_blank, on_label) in beams.items():
            both = np.logaddexp(on_blank, on_label)
            entry = new.setdefault(labels, [nothing, nothing])
            entry[0] = np.logaddexp(entry[0], both + scores[blank])
            if labels:
                entry[1] = np.logaddexp(entry[1], on_label + scores[labels[-1]])
            for label, score in enumerate(scores):
                if label == blank:
                    continue
                longer = new.setdefault((*labels, label), [nothing, nothing])
                start = on_blank if labels[-1:] == (label,) else both
                longer[1] = np.logaddexp(longer[1], start + score)
        ranked = sorted(new.items(), key=lambda item: -float(np.logaddexp(item[1][0], item[1][1])))
        beams = {labels: (pair[0], pair[1]) for labels, pair in ranked[:beam_width]}
    ranked_beams = sorted(beams.items(), key=lambda item: -np.logaddexp(*item[1]))
    return [(labels, float(np.logaddexp(*pair))) for labels, pair in ranked_beams[:top_paths]]
