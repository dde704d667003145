"""Texts as a model reads them: their tokens, and how the answer changes without each."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pykeras_core.layers import Embedding, StringLookup, TextVectorization
from pykeras_core.playground.inspectors.activations import about_sample, one_of
from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.calls import array_of
from pykeras_core.playground.inspectors.subject import Subject, layers_of
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.structures import Array, Structure, arrays_of

__all__ = ["vocabulary"]

MOST_TOKENS = 120


def _reads(subject: Subject) -> bool:
    x = None if subject.samples is None else arrays_of(subject.samples.set.x)
    if x is None or len(x) != 1:
        return False
    if x[0].dtype.kind not in "buif":
        return True
    embeds = any(isinstance(layer, Embedding) for _, layer in layers_of(subject.model))
    whole = x[0].dtype.kind in "ui" or bool((x[0][:20] == np.floor(x[0][:20])).all())
    return embeds and x[0].ndim == 2 and whole


@inspector("tokens", fits=_reads)
def describe(model: Any, subject: Subject, *, sample: int = 0, **options: Any) -> Report:
    """The tokens of a text, and by how much the answer falls without each.

    Args:
        model: The model.
        subject: The model and its data.
        sample: Which of the samples that the page looks at.
        **options: Of other inspectors.
    """
    if subject.samples is None:
        raise NothingToSeeError("samples")
    at = int(np.clip(sample, 0, len(subject.samples.order) - 1))
    x = arrays_of(one_of(subject, at))[0]
    is_text = x.dtype.kind not in "buif"
    tokens, without = _of_text(subject, x) if is_text else _of_numbers(subject, x)
    about = about_sample(subject, at, x)
    falls = _falls(subject, x, without)
    return {
        "kind": "tokens",
        **about,
        "tokens": [{**token, "fall": fall} for token, fall in zip(tokens, falls, strict=True)],
        "hidden": _length(x) - len(tokens),
        "known": any(token["word"] for token in tokens),
    }


def _length(x: Array) -> int:
    """How many words a text has; 0 is no word but what short texts are filled up with."""
    if x.dtype.kind in "buif":
        return int(np.count_nonzero(x))
    return len(str(x[0]).split())


def _of_text(subject: Subject, x: Array) -> tuple[list[dict[str, Any]], Structure]:
    """The words of a text with their numbers, and the text without each."""
    words = str(x[0]).split()[:MOST_TOKENS]
    numbers = _numbers_of(subject, words)
    tokens = [{"word": word, "number": number} for word, number in zip(words, numbers, strict=True)]
    without = [" ".join(words[:at] + words[at + 1 :]) for at in range(len(words))]
    return tokens, np.array(without or [""], x.dtype if x.dtype.kind == "O" else "U")


def _numbers_of(subject: Subject, words: list[str]) -> list[int]:
    """What a layer of the model makes of single words; -1 where it says nothing of one."""
    reader = next(
        (layer for _, layer in layers_of(subject.model) if isinstance(layer, TextVectorization)),
        None,
    )
    if reader is None or not words:
        return [-1] * len(words)
    found = array_of(reader(np.array(words, "U")))
    if found is None or len(found) != len(words):
        return [-1] * len(words)
    return [int(number) for number in found.reshape(len(words), -1)[:, 0]]


def _of_numbers(subject: Subject, x: Array) -> tuple[list[dict[str, Any]], Structure]:
    """The numbers of a text that has been cut up, with their words, and the row without each."""
    row = x.reshape(-1)
    places = np.flatnonzero(row)[:MOST_TOKENS]  # 0 is what short texts are filled up with
    known = vocabulary(subject, int(row.max(initial=0)) + 1)
    tokens = [
        {"word": known.get(int(row[at]), ""), "number": int(row[at])} for at in places.tolist()
    ]
    without = np.repeat(x, max(len(places), 1), axis=0).reshape(max(len(places), 1), -1)
    without[np.arange(len(places)), places] = 0
    return tokens, without.reshape(-1, *x.shape[1:])


def _falls(subject: Subject, x: Array, without: Structure) -> list[float]:
    said = next(iter(subject.said(x).values())).reshape(1, -1).astype("float64")[0]
    unit = int(np.argmax(np.nan_to_num(said, nan=-np.inf)))
    others = next(iter(subject.said(without).values()))
    falls: list[float] = (said[unit] - others.reshape(len(others), -1)[:, unit]).tolist()
    return falls


def vocabulary(subject: Subject, size: int) -> dict[int, str]:
    """The words of numbers, as far as a layer of the model or the program's variables say them.

    Args:
        subject: The model and its data.
        size: How many numbers there are.
    """
    held = [layer for _, layer in layers_of(subject.model)] + list(subject.variables.values())
    for one in held:
        if isinstance(one, (TextVectorization, StringLookup)):
            words = one.get_vocabulary()
            return {at: text_of(word) for at, word in enumerate(words) if word}
    for name, value in subject.variables.items():
        found = _words_in(name.lower(), value)
        if found:
            return found
    return {}


def _words_in(name: str, value: Any) -> dict[int, str]:
    """Words in a dict of words to numbers or back, or in a list of them."""
    if "word" not in name and "vocab" not in name and "token" not in name:
        return {}
    if isinstance(value, Mapping) and value:
        pairs = list(value.items())
        if all(isinstance(k, str) and isinstance(v, (int, np.integer)) for k, v in pairs):
            return {int(number): word for word, number in pairs}
        if all(isinstance(k, (int, np.integer)) and isinstance(v, str) for k, v in pairs):
            return {int(number): word for number, word in pairs}
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return dict(enumerate(value))
    return {}
