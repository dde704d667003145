"""Matrix products: how MATMUL goes through one, and loops that run while its rows are still warm.

This module owns `ProductUnit` and the words of MATMUL. A product whose second operand is small
goes row by row, and a loop over its elements can run after every few rows: an optimizer reads a
gradient from the nearest cache, and the gradient needs no memory of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pykeras_core.engine.backends.wasm.instructions import NUMBERS, Code, KernelUnit
from pykeras_core.engine.backends.wasm.loops import LoopUnit
from pykeras_core.engine.plan import Plan, Unit
from pykeras_core.engine.program import Equation, Value

__all__ = ["ProductUnit", "encode_product", "is_quickly_packed", "packed_bytes", "with_loops"]

_WORD_BYTES = 4
_PANEL, _TILE_ROWS, _LANES = 8, 6, 4
_M_BLOCK, _K_BLOCK = 384, 256
_STRIPS = _M_BLOCK // _TILE_ROWS + 2
_UNPACKED_DEPTH = 128
_RESIDENT_WORDS, _GROUPS = 6144, 5
_HEAD_BYTES = 64
"""As in `matmul.c`."""

_MATRIX_AXES = 2

_MOST_PACKED_WORDS, _MOST_WITH_LOOP = 32768, 131072
"""How large a second operand may be, packed, to be read anew for every few rows: 128 KB, which
stay in the second-level cache; 512 KB where a loop then spares a result that is larger still its
way to memory and back."""

_ALIASED_WORDS = 1024
"""As in `matmul.c`."""

_BAND_WORDS = 4096
"""A loop runs over at least as many elements at once."""


@dataclass(frozen=True)
class _Product:
    """The sizes of a product.

    Args:
        count: How many products of this size follow each other.
        rows: Of the result.
        columns: Of the result.
        depth: Of the sums.
        transposed: Whether the first and the second operand are.
        has_loop: Whether a loop runs over its elements as they are made.
    """

    count: int
    rows: int
    columns: int
    depth: int
    transposed: tuple[bool, bool]
    has_loop: bool

    @classmethod
    def of(cls, equation: Equation, *, has_loop: bool = False) -> _Product:
        (out,), shape = equation.outputs, equation.inputs[0].spec.shape
        transposed = equation.params["transpose_x"], equation.params["transpose_y"]
        rows, columns = out.spec.shape[-2:]
        depth = shape[-2 if transposed[0] else -1]
        return cls(math.prod(out.spec.shape[:-2]), rows, columns, depth, transposed, has_loop)

    @property
    def packed_words(self) -> int:
        """Of the second operand, in panels."""
        return -(-self.columns // _PANEL) * _PANEL * self.depth

    @property
    def is_by_rows(self) -> bool:
        """Whether the second operand is packed as a whole and the result made row by row."""
        deepest = _UNPACKED_DEPTH if self.transposed[0] else _K_BLOCK
        spares_memory = self.has_loop and self.rows * self.columns > _MOST_WITH_LOOP
        most = _MOST_WITH_LOOP if spares_memory else _MOST_PACKED_WORDS
        return self.depth <= deepest and self.packed_words <= most

    @property
    def scratch_bytes(self) -> int:
        """What `matmul.c` packs into."""
        if self.is_by_rows:
            kept = _TILE_ROWS * (self.depth + 1) + _LANES
            return (self.packed_words + kept + self.depth + 1) * _WORD_BYTES
        kept = _M_BLOCK * _K_BLOCK + _TILE_ROWS + _LANES
        return (_GROUPS * _RESIDENT_WORDS + kept + _STRIPS * _K_BLOCK + 1) * _WORD_BYTES

    @property
    def band_rows(self) -> int:
        """How many rows a loop takes at once: whole tiles, so that it begins at even elements."""
        tiles = -(-_BAND_WORDS // (self.columns * _TILE_ROWS))
        return min(tiles * _TILE_ROWS, self.rows)

    @property
    def band_bytes(self) -> int:
        """Room for a band; the last may be longer, since its tiles are cut otherwise."""
        return min(self.band_rows + _TILE_ROWS, self.rows) * self.columns * _WORD_BYTES


def packed_bytes(equation: Equation) -> int | None:
    """Size of a copy of the second operand in panels; None where there can be none.

    Args:
        equation: A product.
    """
    (out,) = equation.outputs
    product = _Product.of(equation)
    is_matrix = len(equation.inputs[1].spec.shape) == _MATRIX_AXES
    if out.spec.dtype != "float32" or product.count != 1 or not is_matrix:
        return None
    return _HEAD_BYTES + product.packed_words * _WORD_BYTES


def is_quickly_packed(equation: Equation) -> bool:
    """Whether the second operand is so small that packing it is hardly any work.

    Args:
        equation: A product.
    """
    return _Product.of(equation).is_by_rows


def encode_product(equation: Equation) -> Callable[[Code], None]:
    """What appends the MATMUL of an equation."""
    return lambda code: _write(code, equation)


def _write(code: Code, equation: Equation, loop: LoopUnit | None = None) -> None:
    x, y = equation.inputs
    (out,) = equation.outputs
    product = _Product.of(equation, has_loop=loop is not None)
    name = "MATMUL" if out.spec.dtype == "float32" else "MATMUL_INT32"
    packed, packing = code.scratch(product.scratch_bytes), "NOTHING"
    if copy := code.kept.get((id(y), product.transposed[1])):
        packed, packing = code.operand_at(copy), "B"
    weights = loop.adam_weights(code.has_place) if loop and code.kept else None
    if copy := code.kept.get((id(weights), False)):
        packed, packing = code.operand_at(copy), "WEIGHTS"
    band = product.band_rows if loop else 0
    in_band = not code.has_place(out)
    if in_band:
        target = code.scratch(product.band_bytes, 2)
    else:
        target = code.operand(out)
    code.add(
        name,
        (target, code.operand(x), code.operand(y), code.scratch(product.scratch_bytes)),
        (packed, NUMBERS[f"PACKED_{packing}"]),
        (product.count, product.rows, product.columns, product.depth),
        _strides(x, product.transposed[0]),
        _strides(y, product.transposed[1]),
        (int(product.is_by_rows), band, int(in_band)),
        loop.words_within(code, {id(out): target} if in_band else {}) if loop else (),
    )


def _strides(value: Value, is_transposed: bool) -> tuple[int, int, int]:
    height, width = value.spec.shape[-2:]
    step = (1, width) if is_transposed else (width, 1)
    return (*step, height * width)


class ProductUnit(KernelUnit):
    """A product and the loop over its elements.

    Args:
        product: The equation of the product.
        loop: Reads the product element by element.
        root: Gives the value whose memory a value shares.
    """

    def __init__(self, product: Equation, loop: LoopUnit, root: Callable[[Value], Value]) -> None:
        super().__init__([product, *loop.equations], lambda code: _write(code, product, loop))
        self._product = product
        self._loop = loop
        self._root = root

    def adam_weights(self, has_place: Callable[[Value], bool]) -> Value | None:
        """The weights that it makes, if its loop is a step of Adam that takes its tiles.

        Args:
            has_place: Whether a value lives somewhere.
        """
        (gradient,) = self._product.outputs
        product = _Product.of(self._product)
        aliased = product.columns % _ALIASED_WORDS == 0
        takes_tiles = product.transposed[0] and not aliased and not has_place(gradient)
        return self._loop.adam_weights(has_place) if takes_tiles else None

    def may_overwrite(self, old: Value, new: Value) -> bool:
        """What the loop may overwrite, except what the product still reads for later rows."""
        if new is self._product.outputs[0]:
            return False
        if any(self._root(value) is old for value in self._product.inputs):
            return False
        return self._loop.may_overwrite(old, new)


def with_loops(plan: Plan, units: Sequence[Unit]) -> list[Unit]:
    """Join products with the loops that read them, where rows are made one after the other.

    Args:
        plan: Whose equations are grouped.
        units: In an order that runs.

    Returns:
        Units in an order that runs; a joined product runs where its loop did.
    """
    first_reader: dict[int, int] = {}
    for number, unit in enumerate(units):
        for value in unit.inputs:
            first_reader.setdefault(id(plan.root(value)), number)
    joined = dict(enumerate(units))
    for number, unit in enumerate(units):
        if not _may_take_loop(unit):
            continue
        (product,) = unit.equations
        (out,) = product.outputs
        reader = first_reader.get(id(out), number)
        loop = joined[reader]
        if not isinstance(loop, LoopUnit) or not loop.reads_in_order(out):
            continue
        if plan.last_step_only(unit) == plan.last_step_only(loop):
            del joined[number]
            joined[reader] = ProductUnit(product, loop, plan.root)
    return [joined[number] for number in sorted(joined)]


def _may_take_loop(unit: Unit) -> bool:
    """Whether a unit is one product whose rows are made one after the other."""
    if not isinstance(unit, KernelUnit) or unit.primitives != ("matmul",):
        return False
    (out,) = unit.equations[0].outputs
    product = _Product.of(unit.equations[0], has_loop=True)
    floats = out.spec.dtype == "float32" and out.spec.size > 0
    return floats and product.count == 1 and product.is_by_rows
