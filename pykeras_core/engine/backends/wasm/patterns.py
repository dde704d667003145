"""Patterns: small trees of operations that a loop does in one pass.

This module owns `fuse`. A pass over a block costs a load for each operand and a
store, so one operation in place of three saves most of their time. The patterns are what
optimizers are made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence, Set

from pykeras_core.engine.backends.loop import Operation

__all__ = ["fuse"]


Tree = tuple[str, tuple["Tree | str", ...]]
"""An operation and its operands: trees, or letters that stand for anything."""

_COMMUTES = ("ADD_F32", "MULTIPLY_F32")
_ROOT = ("SQRT_F32", ("d",))
_PATTERNS: tuple[tuple[str, Tree], ...] = (
    (
        "DESCEND_F32",
        (
            "SUBTRACT_F32",
            (
                "a",
                ("DIVIDE_F32", (("MULTIPLY_F32", ("b", "c")), ("ADD_F32", (_ROOT, "e")))),
            ),
        ),
    ),
    (
        "DESCEND_ROOT_F32",
        (
            "SUBTRACT_F32",
            (
                "a",
                (
                    "DIVIDE_F32",
                    (("MULTIPLY_F32", ("b", "c")), ("SQRT_F32", (("ADD_F32", ("d", "e")),))),
                ),
            ),
        ),
    ),
    (
        "LERP_SQUARE_F32",
        (
            "ADD_F32",
            (
                "b",
                ("MULTIPLY_F32", (("SUBTRACT_F32", (("MULTIPLY_F32", ("a", "a")), "b")), "c")),
            ),
        ),
    ),
    ("LERP_F32", ("ADD_F32", ("b", ("MULTIPLY_F32", (("SUBTRACT_F32", ("a", "b")), "c"))))),
    ("MULTIPLY_ADD_F32", ("ADD_F32", (("MULTIPLY_F32", ("a", "b")), "c"))),
    ("SUBTRACT_PRODUCT_F32", ("SUBTRACT_F32", ("a", ("MULTIPLY_F32", ("b", "c"))))),
)


def fuse(
    operations: Sequence[Operation],
    kept: Container[object],
    overwrites: Mapping[object, Set[object]],
) -> list[Operation]:
    """Replace trees of operations by fused ones, each in the place of its last operation.

    Args:
        operations: In order.
        kept: Keys of results that must be made, since someone outside reads them.
        overwrites: For a result, the keys of the memory read that it takes the place of.

    Returns:
        Operations that make all kept results, in order.
    """
    fused = _Fusing(operations, kept, overwrites).run()
    return _join_adam(fused, overwrites)


class _Fusing:
    def __init__(
        self,
        operations: Sequence[Operation],
        kept: Container[object],
        overwrites: Mapping[object, Set[object]],
    ) -> None:
        self._operations = operations
        self._overwrites = overwrites
        self._numbers = {op.results[0]: number for number, op in enumerate(operations)}
        self._makers = {op.results[0]: op for op in operations}
        self._uses = Counter(key for op in operations for key in op.operands)
        self._kept = kept

    def run(self) -> list[Operation]:
        """From the last operation back, so that the largest trees are found first."""
        swallowed: set[object] = set()
        fused = []
        for op in reversed(self._operations):
            if op.results[0] in swallowed:
                continue
            found = next(self._matches(op), None)
            if found is None:
                fused.append(op)
            else:
                fused.append(found[0])
                swallowed |= found[1]
        return fused[::-1]

    def _matches(self, op: Operation) -> Iterator[tuple[Operation, set[object]]]:
        """The operation under each pattern that fits, and the results it makes needless."""
        for name, tree in _PATTERNS:
            for letters, inner in self._match(tree, op.results[0], {}, set()):
                operands = tuple(letters[letter] for letter in sorted(letters))
                if not self._is_overwritten(operands, inner):
                    yield Operation(name, op.results, operands), inner - set(op.results)
                    break

    def _is_overwritten(self, operands: tuple[object, ...], inner: set[object]) -> bool:
        """Whether memory read by a tree's first operation is gone when its last one runs."""
        numbers = [self._numbers[key] for key in inner]
        between = self._operations[min(numbers) : max(numbers)]
        return _overwritten(between, operands, self._overwrites)

    def _match(
        self, tree: Tree | str, key: object, letters: dict[str, object], inner: set[object]
    ) -> Iterator[tuple[dict[str, object], set[object]]]:
        """All ways in which what `key` stands for fits a tree."""
        if isinstance(tree, str):
            if letters.get(tree, key) == key:
                yield {**letters, tree: key}, inner
            return
        name, branches = tree
        maker = self._makers.get(key)
        if maker is None or maker.name != name or (inner and not self._is_inner(key)):
            return
        orders = [maker.operands]
        if name in _COMMUTES:
            orders.append(maker.operands[::-1])
        for operands in orders:
            yield from self._match_all(branches, operands, letters, inner | {key})

    def _match_all(
        self,
        branches: Sequence[Tree | str],
        keys: Sequence[object],
        letters: dict[str, object],
        inner: set[object],
    ) -> Iterator[tuple[dict[str, object], set[object]]]:
        if not branches:
            yield letters, inner
            return
        for found, swallowed in self._match(branches[0], keys[0], letters, inner):
            yield from self._match_all(branches[1:], keys[1:], found, swallowed)

    def _is_inner(self, key: object) -> bool:
        """Whether a result serves one operation alone, and no one outside."""
        return self._uses[key] == 1 and key not in self._kept


def _overwritten(
    between: Sequence[Operation],
    operands: Sequence[object],
    overwrites: Mapping[object, Set[object]],
) -> bool:
    """Whether one of the operations takes the place of memory among the operands."""
    return any(
        overwrites.get(result, set()) & set(operands) for op in between for result in op.results
    )


def _join_adam(
    operations: Sequence[Operation], overwrites: Mapping[object, Set[object]]
) -> list[Operation]:
    """Put the three parts of an Adam step together, in the place of the last."""
    joined = list(operations)
    for op in operations:
        if op.name != "DESCEND_F32":
            continue
        w, mean, rate, variance, small = op.operands
        first = next((o for o in joined if o.results == (mean,) and o.name == "LERP_F32"), None)
        second = next(
            (o for o in joined if o.results == (variance,) and o.name == "LERP_SQUARE_F32"), None
        )
        if first is None or second is None or first.operands[0] != second.operands[0]:
            continue
        (gradient, m, c), (_, v, d) = first.operands, second.operands
        operands = (gradient, m, v, w, c, d, rate, small)
        moved = joined[min(joined.index(first), joined.index(second)) : joined.index(op)]
        others = [other for other in moved if other not in (first, second)]
        early = any({mean, variance} & set(other.operands) for other in others)
        if early or _overwritten(others, operands, overwrites):
            continue
        joined[joined.index(op)] = Operation("ADAM_F32", (mean, variance, *op.results), operands)
        joined.remove(first)
        joined.remove(second)
    return joined
