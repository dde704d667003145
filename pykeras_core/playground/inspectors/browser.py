"""The data: page by page, by class, by a search, and samples that are in two sets at once."""

import re
from typing import Any

import numpy as np

from pykeras_core.playground.inspectors.base import NothingToSeeError, Report, inspector
from pykeras_core.playground.inspectors.subject import Subject
from pykeras_core.playground.samples import class_labels
from pykeras_core.playground.structures import Array, Structure, arrays_of, count, rows

PAGE = 24
MOST_COMPARED = 20_000
"""So many samples of a set are compared with those of the other one."""

MOST_PAIRS = 12
MOST_CLASSES = 30
_CONDITION = re.compile(r"^\s*(.+?)\s*(<=|>=|<|>|=)\s*(-?[\d.]+(?:e-?\d+)?)\s*$")


def _sets(subject: Subject) -> dict[str, tuple[Structure, Structure | None]]:
    """The sets by name: what the model trains on, and what it is asked about."""
    found: dict[str, tuple[Structure, Structure | None]] = {}
    if subject.training is not None:
        found["training"] = (subject.training.x, subject.training.y)
    if subject.samples is not None and not subject.samples.set.seen:
        name = subject.samples.set.name
        found[name if name != "training" else "test"] = (
            subject.samples.set.x,
            subject.samples.set.y,
        )
    elif subject.samples is not None and not found:
        found["training"] = (subject.samples.set.x, subject.samples.set.y)
    return found


@inspector("browser", fits=lambda subject: bool(_sets(subject)), moves=False)
def describe(
    model: Any,
    subject: Subject,
    *,
    set: str = "",
    label: int | None = None,
    search: str = "",
    page: int = 0,
    **options: Any,
) -> Report:
    """A page of samples.

    Args:
        model: The model.
        subject: The model and its data.
        set: Which set; the first one by default.
        label: The class whose samples are wanted; None for all.
        search: A sample's number, words of a text, or a condition such as ``age > 30``.
        page: Which page of those that are found.
        **options: Of other inspectors.
    """
    sets = _sets(subject)
    if not sets:
        raise NothingToSeeError("samples")
    name = set if set in sets else next(iter(sets))
    x, y = sets[name]
    labels = _labels(y)
    found, understood = _search(subject, x, search)
    if label is not None and labels is not None:
        found = found[labels[found] == label]
    pages = max(-(-len(found) // PAGE), 1)
    at = int(np.clip(page, 0, pages - 1))
    shown = found[at * PAGE : (at + 1) * PAGE]
    return {
        "kind": "browser",
        "sets": [{"name": one, "total": count(data[0])} for one, data in sets.items()],
        "set": name,
        "label": label,
        "understood": understood,
        "found": len(found),
        "page": at,
        "pages": pages,
        "indices": shown.tolist(),
        "labels": None if labels is None else labels[shown].tolist(),
        "targets": _targets(y, labels, shown),
        "samples": subject.display(x).describe(shown),
        "classes": _classes(subject, labels),
        "duplicates": _duplicates(subject, sets),
    }


def _labels(y: Structure | None) -> Array | None:
    parts = [] if y is None else arrays_of(y)
    if len(parts) != 1:
        return None
    labels = class_labels(parts[0])
    many = labels is not None and len(np.unique(labels)) > max(len(labels) // 2, 2)
    return None if many else labels


def _targets(y: Structure | None, labels: Array | None, shown: Array) -> list[float] | None:
    """Targets that are one number each."""
    parts = [] if y is None else arrays_of(y)
    if labels is not None or len(parts) != 1 or parts[0].dtype.kind not in "buif":
        return None
    if parts[0].size != len(parts[0]):
        return None
    found: list[float] = parts[0].reshape(-1)[shown].astype("float64").tolist()
    return found


def _classes(subject: Subject, labels: Array | None) -> list[dict[str, Any]]:
    if labels is None:
        return []
    values, counts = np.unique(labels, return_counts=True)
    names = subject.classes(int(values.max()) + 1) if len(values) and values.min() >= 0 else ()
    return [
        {
            "value": int(value),
            "name": names[value] if value < len(names) else str(value),
            "count": int(found),
        }
        for value, found in zip(values[:MOST_CLASSES], counts, strict=False)
    ]


def _search(subject: Subject, x: Structure, search: str) -> tuple[Array, bool]:
    """Indices of the samples that a search finds, and whether it is one that is understood."""
    every = np.arange(count(x))
    wanted = search.strip()
    if not wanted:
        return every, True
    texts = [part for part in arrays_of(x) if part.dtype.kind not in "buif"]
    if wanted.isdigit() and not texts:
        return every[int(wanted) : int(wanted) + 1], True
    if texts:
        low = wanted.lower()
        hits = [at for at, text in enumerate(texts[0].tolist()) if low in str(text).lower()]
        return np.array(hits, np.int64), True
    condition = _CONDITION.match(wanted)
    if condition is None:
        return every, False
    column = _column(subject, x, condition[1])
    if column is None:
        return every, False
    value = float(condition[3])
    compare: Any = {
        "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
        "=": np.isclose,
    }[condition[2]]  # fmt: skip
    return np.flatnonzero(compare(column, value)), True


def _column(subject: Subject, x: Structure, name: str) -> Array | None:
    """A column of a table by its name or as x1, x2 and so on."""
    parts = arrays_of(x)
    if len(parts) != 1:
        return None
    table = parts[0].reshape(len(parts[0]), -1)
    names = [one.lower() for one in subject.features]
    if name.lower() in names:
        return table[:, names.index(name.lower())]
    number = re.fullmatch(r"x(\d+)", name.lower())
    if number is None or not 1 <= int(number[1]) <= table.shape[1]:
        return None
    return table[:, int(number[1]) - 1]


def _duplicates(
    subject: Subject, sets: dict[str, tuple[Structure, Structure | None]]
) -> dict[str, Any] | None:
    """Samples that are in both sets; found once, since the data stays as it is."""
    if len(sets) < 2:
        return None
    if "duplicates" not in subject.kept:
        (first, _), (second, _) = sets.values()
        subject.kept["duplicates"] = duplicates(first, second)
    pairs, compared, within = subject.kept["duplicates"]
    (x, _), _ = sets.values()
    shown = pairs[:MOST_PAIRS]
    return {
        "count": len(pairs),
        "within": within,
        "compared": compared,
        "pairs": [{"first": int(one), "second": int(other)} for one, other in shown],
        "samples": subject.display(x).describe([int(one) for one, _ in shown]),
    }


def duplicates(first: Structure, second: Structure) -> tuple[list[tuple[int, int]], int, int]:
    """Samples of the second set that are in the first one too.

    Args:
        first: Samples.
        second: Samples of the same form.

    Returns:
        Pairs of their places, one for each sample of the second set; how many samples of each
        were compared at most; and how many samples of the first are in it twice.

    Example:
        >>> duplicates(np.array([[1.0], [2.0], [1.0]]), np.array([[2.0], [3.0]]))
        ([(1, 0)], 20000, 1)
    """
    places: dict[bytes, int] = {}
    within = 0
    for at, key in enumerate(_keys(first)):
        within += key in places
        places.setdefault(key, at)
    pairs = [(places[key], at) for at, key in enumerate(_keys(second)) if key in places]
    return pairs, MOST_COMPARED, within


def _keys(x: Structure) -> list[bytes]:
    few = [np.ascontiguousarray(part) for part in arrays_of(rows(x, slice(0, MOST_COMPARED)))]
    numbers = [
        part.astype("float32") if part.dtype.kind in "buif" else part.astype("U") for part in few
    ]
    total = len(few[0])
    return [b"|".join(part[at].tobytes() for part in numbers) for at in range(total)]
