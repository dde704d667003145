"""What an inspector is: a function that looks into a model, and where it is found by its name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pykeras_core.playground.inspectors.subject import Subject

__all__ = ["Inspector", "NothingToSeeError", "Report", "inspector", "inspector_named", "offered"]

Report = dict[str, Any]
Describe = Callable[..., "Report | Iterator[Report | None]"]


class NothingToSeeError(LookupError):
    """There is nothing that an inspector could show of this model.

    Args:
        why: A word of ``web/protocol.js`` that the page says in the reader's language.
    """

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Inspector:
    """One way to look into a model.

    Args:
        name: Its name on the page.
        describe: `describe(model, subject, **options)` gives a report of ``web/protocol.js``; one
            that takes long is a generator, which yields at every place where it may be left for a
            while: the report so far, or None.
        fits: Whether there is something to see of a model and its data.
        moves: Whether it changes while the model trains.
    """

    name: str
    describe: Describe
    fits: Callable[[Subject], bool]
    moves: bool


_INSPECTORS: dict[str, Inspector] = {}


def inspector(
    name: str, fits: Callable[[Subject], bool] = lambda subject: True, *, moves: bool = True
) -> Callable[[Describe], Describe]:
    """Signs a `describe` up as an inspector.

    Args:
        name: As in `Inspector`.
        fits: As in `Inspector`.
        moves: As in `Inspector`.

    Raises:
        ValueError: There is one of that name already.
    """

    def sign_up(describe: Describe) -> Describe:
        if name in _INSPECTORS:
            raise ValueError(f"an inspector named {name!r} exists already")
        _INSPECTORS[name] = Inspector(name, describe, fits, moves)
        return describe

    return sign_up


def inspector_named(name: str) -> Inspector:
    """The inspector of a name.

    Args:
        name: As in `Inspector`.

    Raises:
        ValueError: There is none.
    """
    if name not in _INSPECTORS:
        known = ", ".join(_INSPECTORS)
        raise ValueError(f"expected the name of an inspector ({known}), received {name!r}")
    return _INSPECTORS[name]


def offered(subject: Subject) -> list[str]:
    """The inspectors that have something to show of a model, by name.

    Args:
        subject: The model and its data.
    """
    return [one.name for one in _INSPECTORS.values() if _fits(one, subject)]


def _fits(one: Inspector, subject: Subject) -> bool:
    try:
        return one.fits(subject)
    except Exception:  # objects of the program answer as they like
        return False
