"""Functions of elements, or of vectors and matrices, applied throughout larger arrays.

Example:
    >>> from pykeras_core import ops
    >>> total = ops.vectorize(lambda row: ops.sum(row), signature="(n)->()")
    >>> total([[1.0, 2.0], [3.0, 4.0]]).tolist()
    [3.0, 7.0]
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Annotated, Any

from pykeras_core import tree
from pykeras_core.checks import Kind, checked
from pykeras_core.checks.refusal import REFUSED
from pykeras_core.engine import Tensor, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.sizes import broadcast_shapes
from pykeras_core.ops.control import Function, map

__all__ = ["vectorize"]

_TERM = r"\((?:\w+(?:,\w+)*)?\)"
_TERMS = rf"{_TERM}(?:,{_TERM})*"

_Term = tuple[str, ...]


def _accept_positions(value: Any) -> Any:
    listed = tuple(value) if isinstance(value, set | frozenset) else value
    plain = isinstance(listed, list | tuple) and all(isinstance(i, int | str) for i in listed)
    return listed if plain else REFUSED


Positions = Annotated[
    Iterable[Any], Kind("a set or list of positions of arguments", _accept_positions)
]


@checked
def vectorize(
    pyfunc: Function, *, excluded: Positions | None = None, signature: str | None = None
) -> Function:
    """A function that applies `pyfunc` to each element, or to each vector or matrix.

    Args:
        pyfunc: Takes scalars, or arrays of the signature's shapes; computes with ops.
        excluded: Positions of arguments that are passed whole.
        signature: The shapes that `pyfunc` takes and returns, by names of axes, such as
            `"(m,n),(n)->(m)"` for the product of a matrix with a vector. Axes before them
            broadcast. Default: all are scalars.

    Returns:
        The function.

    Raises:
        ValueError: For another form of signature; and when it is called, if arguments or
            results do not have its shapes.
    """
    terms = None if signature is None else _parsed(signature)
    whole_ones = set(excluded or ())

    @functools.wraps(pyfunc)
    def run(*args: Any, **kwargs: Any) -> Any:
        spread = {i: convert_to_tensor(x) for i, x in enumerate(args) if i not in whole_ones}
        taken, given = terms or ([()] * len(spread), None)
        sizes, loop = _sizes(pyfunc, taken, list(spread.values()))
        flat = {
            i: _slices_of(x, loop, tuple(sizes[axis] for axis in term))
            for (i, x), term in zip(spread.items(), taken, strict=True)
        }

        def one(elements: Any) -> Any:
            return pyfunc(*(elements.get(i, x) for i, x in enumerate(args)), **kwargs)

        results = map(one, flat)
        if given is not None:
            _check_results(pyfunc, given, results, sizes)
        return tree.map_structure(
            lambda leaf: p.reshape(leaf, shape=(*loop, *leaf.shape[1:])), results
        )

    return run


def _parsed(signature: str) -> tuple[list[_Term], list[_Term]]:
    """The names of the axes of every argument, and of every result."""
    plain = signature.replace(" ", "")
    if not re.fullmatch(rf"{_TERMS}->{_TERMS}", plain):
        raise ValueError(
            f"`vectorize` expected a signature such as '(m,n),(n)->(m)', received {signature!r}"
        )
    taken, given = (
        [tuple(name for name in term[1:-1].split(",") if name) for term in re.findall(_TERM, side)]
        for side in plain.split("->")
    )
    return taken, given


def _sizes(
    function: Any, terms: list[_Term], tensors: list[Tensor]
) -> tuple[dict[str, int], tuple[int, ...]]:
    """The sizes of named axes, and the shape over which the function is repeated."""
    name = getattr(function, "__name__", "function")
    if len(terms) != len(tensors):
        raise ValueError(
            f"`vectorize`: the signature of `{name}` names {len(terms)} arguments, received "
            f"{len(tensors)}"
        )
    sizes: dict[str, int] = {}
    loops = []
    for term, tensor in zip(terms, tensors, strict=True):
        start = tensor.ndim - len(term)
        own = dict(zip(term, tensor.shape[max(start, 0) :], strict=False))
        if start < 0 or any(sizes.setdefault(axis, n) != n for axis, n in own.items()):
            raise ValueError(
                f"`vectorize`: `{name}` expected an argument that ends in axes {term} "
                f"(known sizes: {sizes}), received shape {tensor.shape}"
            )
        loops.append(tensor.shape[:start])
    return sizes, tuple(broadcast_shapes("vectorize", *loops))


def _slices_of(x: Tensor, loop: tuple[int, ...], core: tuple[int, ...]) -> Tensor:
    """What the function takes, one after another along the first axis."""
    stretched = p.broadcast_to(x, shape=(*loop, *core))
    count = 1
    for size in loop:
        count *= size
    result: Tensor = p.reshape(stretched, shape=(count, *core))
    return result


def _check_results(function: Any, terms: list[_Term], results: Any, sizes: dict[str, int]) -> None:
    name = getattr(function, "__name__", "function")
    leaves = tuple(results) if isinstance(results, list | tuple) else (results,)
    if len(leaves) != len(terms):
        raise ValueError(
            f"`vectorize`: the signature of `{name}` names {len(terms)} results, it returned "
            f"{len(leaves)}"
        )
    for term, leaf in zip(terms, leaves, strict=True):
        shape = leaf.shape[1:]
        own = dict(zip(term, shape, strict=False))
        if len(shape) != len(term) or any(sizes.get(axis, n) != n for axis, n in own.items()):
            raise ValueError(
                f"`vectorize`: `{name}` should return axes {term} (known sizes: {sizes}), it "
                f"returned shape {shape}"
            )
