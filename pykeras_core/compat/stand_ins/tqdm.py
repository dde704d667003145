"""`tqdm`: loops that show how far they are, on one line of `Progbar`'s."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pykeras_core.callbacks import Callback
from pykeras_core.utils.progbar import Progbar

__all__ = ["TqdmCallback", "tqdm", "tqdm_notebook", "trange"]


class tqdm:
    """Iterates over something and shows how far it is.

    Args:
        iterable: What to iterate over, or `None` to call `update` by hand.
        desc: Accepted as in tqdm.
        total: How many steps there are; default the length of `iterable`.
        **kwargs: Accepted as in tqdm.
    """

    def __init__(
        self, iterable: Iterable[Any] | None = None, desc: Any = None, total: Any = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self._iterable = iterable
        self.total = total if total is not None else _length(iterable)
        self.desc = desc
        self.n = 0
        self._bar = None if kwargs.get("disable") else Progbar(self.total)

    def __iter__(self) -> Iterator[Any]:
        for item in self._iterable or ():
            yield item
            self.update()

    def update(self, n: int = 1) -> None:
        """Goes on by some steps."""
        self.n += n
        if self._bar is not None:
            self._bar.update(self.n, finalize=self.n == self.total)

    def set_description(self, desc: Any = None, refresh: bool = True) -> None:
        """Keeps a description."""
        self.desc = desc

    def set_postfix(self, *args: Any, **kwargs: Any) -> None:
        """Does nothing: the line has no room for it."""

    set_description_str = set_description
    set_postfix_str = set_postfix

    def close(self) -> None:
        """Does nothing: the line has ended."""

    def __enter__(self) -> tqdm:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    @staticmethod
    def write(s: Any, **kwargs: Any) -> None:
        """Prints a line."""
        print(s)


class TqdmCallback(Callback):
    """`tqdm.keras.TqdmCallback`: does nothing, since the page and `fit` show how far they are.

    Args:
        *args: Accepted as in tqdm.
        **kwargs: Accepted as in tqdm.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()


def _length(iterable: Any) -> int | None:
    try:
        return len(iterable)
    except TypeError:
        return None


tqdm_notebook = tqdm


def trange(*args: int, **kwargs: Any) -> tqdm:
    """Returns `tqdm(range(...))`."""
    return tqdm(range(*args), **kwargs)
