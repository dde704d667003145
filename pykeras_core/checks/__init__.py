"""Checks of arguments, where they arrive: a signature says what a function takes.

`checked` compares the arguments of a call with the annotations of the function. A plain
annotation (`int`, `float`, `bool`, `str`, `Callable`, a class, unions of them) is checked as it
stands; the kinds below are annotations too, with a narrower meaning. Whatever is refused is
refused in the same words: who expected which argument as what, and what came.

Example:
    >>> from pykeras_core.checks import Fraction, PositiveInt, checked
    >>> @checked
    ... def thin(count: PositiveInt, share: Fraction = 0.5) -> float:
    ...     return count * share
    >>> thin(4)
    2.0
    >>> thin(4, share=3)
    Traceback (most recent call last):
    ...
    pykeras_core.checks.refusal.ArgumentError: `thin` expected `share` as a number from 0 to 1, \
received 3.
"""

from __future__ import annotations

from pykeras_core.checks.arrays import ArrayLike, Arrays, ArrayTree, Shares, Sizes, Vector, array
from pykeras_core.checks.kinds import (
    AnyCallable,
    BuiltLike,
    DType,
    Flag,
    Fraction,
    Integers,
    IntTuple,
    NonNegative,
    NonNegativeInt,
    NonNegativeInts,
    Of0,
    Of1,
    Of2,
    PathLike,
    PathOrFile,
    Positive,
    PositiveInt,
    PositiveInts,
    Rate,
    Seed,
    Shape,
    Verbose,
    WordSeed,
    axes_within,
    function_of,
    integer,
    known_by,
    number,
    one_of,
    one_or_several,
    per_axis,
    several,
)
from pykeras_core.checks.lists import Functions, Numbers, PositivePair, Vocabulary, Words
from pykeras_core.checks.order import in_order, order_of
from pykeras_core.checks.refusal import ArgumentError, Kind, describe, refuse
from pykeras_core.checks.signature import checked, signature_of

__all__ = [
    "AnyCallable",
    "ArgumentError",
    "ArrayLike",
    "ArrayTree",
    "Arrays",
    "BuiltLike",
    "DType",
    "Flag",
    "Fraction",
    "Functions",
    "IntTuple",
    "Integers",
    "Kind",
    "NonNegative",
    "NonNegativeInt",
    "NonNegativeInts",
    "Numbers",
    "Of0",
    "Of1",
    "Of2",
    "PathLike",
    "PathOrFile",
    "Positive",
    "PositiveInt",
    "PositiveInts",
    "PositivePair",
    "Rate",
    "Seed",
    "Shape",
    "Shares",
    "Sizes",
    "Vector",
    "Verbose",
    "Vocabulary",
    "WordSeed",
    "Words",
    "array",
    "axes_within",
    "checked",
    "describe",
    "function_of",
    "in_order",
    "integer",
    "known_by",
    "number",
    "one_of",
    "one_or_several",
    "order_of",
    "per_axis",
    "refuse",
    "several",
    "signature_of",
]
