"""Owns finding a function's output shapes and dtypes by tracing it, without computing anything.

A size that is not known stands for every size that fits. The function is traced with several of
them: a size of the output is known if it is the same in all traces. So `(None, 3) + (2, None)` is
`(2, 3)`, and `(None,) + (1,)` is `(None,)`, for every op and layer by the same rule.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from pykeras_core import engine, tree
from pykeras_core.symbolic.fitting import Attempt, Unknown, distinct_sizes, fit
from pykeras_core.symbolic.keras_tensor import KerasTensor

__all__ = ["infer_output_spec", "inferring", "known_by_values_alone", "note_clipping"]

# What stands for unknown sizes at first. They divide by most strides and are far enough apart to
# differ after any of them.
_STAND_INS = (60, 180)
_MOST_CANDIDATES = 10
_LARGER = (100, 1000, 10**5, 10**6)

_depth = 0
_sizes_of_values = itertools.count(23, 7)
_asked_values = False
_clipped = False


def note_clipping() -> None:
    """While shapes are inferred, notes that a size is smaller than what was asked of it.

    A size that is not known is taken to be large enough: `split(x, [1, 4])` of an unknown length
    gives pieces of 1, 3 and the rest.
    """
    global _clipped
    _clipped = True


def known_by_values_alone(
    name: str, *results: tuple[Sequence[int | None], str]
) -> list[engine.Tensor]:
    """While shapes are inferred, Tensors in place of what only values could tell.

    Args:
        name: Of the op, for the message.
        *results: Shape and dtype of each; None for a size that depends on values.

    Returns:
        A Tensor for each result. Another size stands for None in each trace, so that it is not
        known in what is inferred.

    Raises:
        TypeError: A training step is being traced: it has no values either, and would need them.
    """
    global _asked_values
    active = engine.current_trace()
    if not inferring() or active is None:
        raise TypeError(
            f"`{name}` needs the values of its arguments, so it cannot be part of a training step "
            "that is traced. Call it on your data before training, or compile with "
            "`run_eagerly=True`."
        )
    _asked_values = True
    size = next(_sizes_of_values)
    return [
        active.stand_in(engine.Spec(tuple(size if n is None else n for n in shape), dtype))
        for shape, dtype in results
    ]


def inferring() -> bool:
    """Returns whether shapes are being inferred now, so that losses must not be recorded."""
    return _depth > 0


@contextlib.contextmanager
def _inference() -> Iterator[None]:
    global _depth
    _depth += 1
    try:
        # The trace below must not reach gradient recorders that are listening.
        with engine.suspend_trace():
            yield
    finally:
        _depth -= 1


def infer_output_spec(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Returns what `function` would return, as placeholders.

    Args:
        function: Computes with ops and layers. It is traced more than once where sizes are not
            known.
        *args: Its arguments; placeholders and Tensors stand for any value of their shape.
        **kwargs: Its keyword arguments.

    Returns:
        The structure `function` returns, each Tensor a `KerasTensor` whose sizes are `None`
        where they differ from one size to another that fits the unknown sizes of the arguments.

    Raises:
        ValueError: No sizes fit, or the number of results depends on a size that is not known.

    Example:
        >>> from pykeras_core import ops
        >>> infer_output_spec(ops.transpose, KerasTensor((None, 3))).shape
        (3, None)
        >>> infer_output_spec(ops.add, KerasTensor((None, 3)), KerasTensor((2, None))).shape
        (2, 3)
    """
    leaves = tree.flatten((args, kwargs))
    unknowns = [
        Unknown(place, axis)
        for place, leaf in enumerate(leaves)
        if isinstance(leaf, KerasTensor)
        for axis, size in enumerate(leaf.shape)
        if size is None
    ]

    def trial(sizes: Sequence[int]) -> Attempt:
        return _trace(function, (args, kwargs), leaves, dict(zip(unknowns, sizes, strict=True)))

    with _inference():
        if not unknowns:
            global _asked_values
            _asked_values = False
            only = trial([])
            if only.error is not None:
                _raise(only, leaves)
            return _merge([only.specs, *([trial([]).specs] if _asked_values else [])])
        attempts = _unclipped(trial, _attempts(trial, unknowns, leaves))
        return _merge([attempt.specs for attempt in attempts])


def _attempts(
    trial: Callable[[Sequence[int]], Attempt], unknowns: list[Unknown], leaves: list[Any]
) -> list[Attempt]:
    """Traces with different sizes that fit."""
    small, large = _STAND_INS
    candidates = _sizes_among(leaves)
    first = fit(trial, unknowns, small, candidates)
    if first.error is None and set(first.sizes) == {small}:
        second = trial(distinct_sizes(unknowns, small))
        if second.error is None:
            return [first, second, *_variations(trial, [first, second])]
    second = fit(trial, unknowns, large, candidates)
    found = [attempt for attempt in (first, second) if attempt.error is None]
    if not found:
        # Where several sizes multiply to a known one, all but one of them may be 1.
        third = fit(trial, unknowns, 1, candidates)
        found = [third] if third.error is None else _raise(first, leaves)
    return found + _variations(trial, found)


def _unclipped(trial: Callable[[Sequence[int]], Attempt], found: list[Attempt]) -> list[Attempt]:
    """The traces whose sizes were large enough, if there are any, and larger ones if needed."""
    enough = [attempt for attempt in found if not attempt.clipped]
    fixed = _fixed(found)
    sizes = found[0].sizes
    for factor in _LARGER:
        if len(enough) > 1:  # one alone would tell that all sizes are known
            return enough
        larger = [size if place in fixed else size * factor for place, size in enumerate(sizes)]
        attempt = trial(larger)
        if attempt.error is None and _alike(attempt.specs, found[0].specs):
            enough += [] if attempt.clipped else [attempt]
    return enough if len(enough) > 1 else found


def _fixed(found: list[Attempt]) -> list[int]:
    """The places of the sizes that no trace could change."""
    columns = zip(*(one.sizes for one in found), strict=True)
    return [place for place, sizes in enumerate(columns) if len(set(sizes)) == 1]


def _variations(trial: Callable[[Sequence[int]], Attempt], found: list[Attempt]) -> list[Attempt]:
    """Traces with sizes that may tell more: small ones, and others for those that were fixed."""
    fitting = found[0].sizes
    fixed = _fixed(found)
    # With small sizes, what is the least of an unknown and a known size is the unknown one.
    tried = [[size if place in fixed else 1 for place, size in enumerate(fitting)]]
    tried += [
        [*fitting[:place], value, *fitting[place + 1 :]]
        for place in fixed
        for value in (1, 2 * fitting[place], 3 * fitting[place])
    ]
    attempts = [trial(sizes) for sizes in tried if sizes != list(fitting)]
    return [one for one in attempts if one.error is None and _alike(one.specs, found[0].specs)]


def _alike(specs: Any, others: Any) -> bool:
    """Whether two traces gave results of one structure, with as many axes."""
    flat, other = tree.flatten(specs), tree.flatten(others)
    return len(flat) == len(other) and all(
        (a is None) == (b is None) and (a is None or len(a.shape) == len(b.shape))
        for a, b in zip(flat, other, strict=True)
    )


def _sizes_among(leaves: list[Any]) -> list[int]:
    """Sizes that arguments have or are, with which unknown ones may have to agree."""
    found = [size for leaf in leaves for size in getattr(leaf, "shape", ()) if size]
    found += [leaf for leaf in leaves if isinstance(leaf, int) and leaf > 0]
    return list(dict.fromkeys([*found, 1, 2, 3, 4]))[:_MOST_CANDIDATES]


def _raise(attempt: Attempt, leaves: list[Any]) -> NoReturn:
    """Raises what a trace raised, with `None` in its messages where a stand-in was."""
    error = attempt.error
    assert error is not None
    strange = set(attempt.sizes) - set(_sizes_among(leaves))
    pattern = re.compile(rf"(?<![\w.])(?:{'|'.join(map(str, strange)) or '$^'})(?!\w|\.\d)")
    error.args = tuple(pattern.sub("None", a) if isinstance(a, str) else a for a in error.args)
    if getattr(error, "__notes__", None):
        error.__notes__ = [pattern.sub("None", note) for note in error.__notes__]
    raise error


def _trace(
    function: Callable[..., Any], arguments: Any, leaves: list[Any], sizes: dict[Unknown, int]
) -> Attempt:
    def spec(place: int, leaf: Any) -> Any:
        if isinstance(leaf, KerasTensor):
            pairs = enumerate(leaf.shape)
            shape = tuple(sizes[Unknown(place, a)] if n is None else n for a, n in pairs)
            return engine.Spec(shape, leaf.dtype)
        return leaf.spec if engine.is_tensor(leaf) else leaf

    global _clipped
    outside, _clipped = _clipped, False
    progress = 0

    def noted(positional: Any, named: Any) -> Any:
        nonlocal progress
        active = engine.current_trace()
        assert active is not None
        try:
            return tree.map_structure(_without_placeholder, function(*positional, **named))
        finally:
            progress = len(active.equations)

    specs = tree.pack_sequence_as(arguments, [spec(*pair) for pair in enumerate(leaves)])
    tried = tuple(sizes.values())
    try:
        program = engine.trace(noted, *specs)
    except (ValueError, IndexError) as error:
        return Attempt(tried, None, error, progress)
    else:
        specs = program.pack([value.spec for value in program.outputs])
        return Attempt(tried, specs, None, progress, _clipped)
    finally:
        _clipped = outside


def _without_placeholder(leaf: Any) -> Any:
    """A result; for a placeholder that a function closed over, a Tensor of its shape."""
    if not isinstance(leaf, KerasTensor):
        return leaf
    return known_by_values_alone("a placeholder from outside", (leaf.shape, leaf.dtype))[0]


def _merge(traces: list[Any]) -> Any:
    """Placeholders for the outputs of several traces."""
    try:
        return tree.map_structure(_merge_specs, *traces)
    except (ValueError, TypeError):
        raise ValueError(
            "the number of results depends on a size that is not known (None). Give the `Input` "
            "that size, or take the results apart inside of a layer."
        ) from None


def _merge_specs(*specs: Any) -> Any:
    """One placeholder from the specs of an output under different sizes."""
    first = specs[0]
    if first is None:
        return None
    if any(len(spec.shape) != len(first.shape) for spec in specs):
        raise ValueError("the number of axes depends on a size that is not known")
    sizes = zip(*(spec.shape for spec in specs), strict=True)
    shape = [size[0] if len(set(size)) == 1 else None for size in sizes]
    return KerasTensor(shape, dtype=first.dtype)
