"""Which equations have WGSL, as the grouping asks for it.

This module owns `Wgsl`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pykeras_core.engine.backends.grouping import units_of
from pykeras_core.engine.backends.webgpu.convolution import convolution
from pykeras_core.engine.backends.webgpu.factors import Factors, Matrices, Tile
from pykeras_core.engine.backends.webgpu.moves import MOVES
from pykeras_core.engine.backends.webgpu.products import product_units
from pykeras_core.engine.backends.webgpu.reductions import REDUCTIONS
from pykeras_core.engine.backends.webgpu.scans import scan_work
from pykeras_core.engine.backends.webgpu.sliding import SLIDING
from pykeras_core.engine.backends.webgpu.work import LoopWork, Work
from pykeras_core.engine.plan import Plan, Unit
from pykeras_core.engine.program import Equation, Value

__all__ = ["Wgsl"]


class _Several(Unit):
    """An equation that takes several units, one after the other."""

    def __init__(self, equation: Equation, units: Sequence[Unit]) -> None:
        super().__init__([equation])
        self.units = units


class _Product(Unit):
    """An equation that is a product, which may still take in the loop that reads it."""

    def __init__(self, equation: Equation, factors: Factors) -> None:
        super().__init__([equation])
        self.factors = factors


class _Empty(Work):
    """An equation whose result has no elements."""

    def __init__(self, equation: Equation) -> None:
        super().__init__([equation], 0)

    def lines(self, shader: object) -> list[str]:
        """Nothing to do."""
        return []


class Wgsl:
    """See `Kernels`.

    Args:
        tile_of: Gives rows and columns of the tile that a thread makes of a product.
    """

    most_slots = 64

    def __init__(self, tile_of: Callable[[Equation, Factors], Tile]) -> None:
        self._tile_of = tile_of

    def loop(self, equations: Iterable[Equation], root: Callable[[Value], Value]) -> Unit:
        """A loop."""
        return LoopWork(equations, root)

    def single(self, equation: Equation) -> Unit | None:
        """One unit, or several, in the place of the equation."""
        name = equation.primitive.name
        if name == "scan":
            return scan_work(equation, lambda plan: units_of(plan, self))
        if not any(value.spec.size for value in equation.outputs):
            known = name in (*MOVES, *REDUCTIONS, *SLIDING, "matmul")
            return _Empty(equation) if known else None
        if name == "matmul":
            return _Product(equation, Matrices(equation))
        if name in ("conv", "conv_input_grad", "conv_kernel_grad"):
            factors = convolution(equation)
            if factors is not None:
                return _Product(equation, factors)
        if name in MOVES:
            return MOVES[name](equation)
        several = REDUCTIONS.get(name) or SLIDING.get(name)
        return _Several(equation, several(equation)) if several else None

    def joined(self, plan: Plan, units: Sequence[Unit]) -> list[Unit]:
        """Products take in the loops that read them; what takes several units becomes these."""
        first_reader: dict[int, int] = {}
        for number, unit in enumerate(units):
            for value in unit.inputs:
                first_reader.setdefault(id(plan.root(value)), number)
        found: dict[int, list[Unit]] = {number: [unit] for number, unit in enumerate(units)}
        for number, unit in enumerate(units):
            if isinstance(unit, _Several):
                found[number] = list(unit.units)
            elif isinstance(unit, _Product):
                reader = self._reader(plan, units, found, number, first_reader)
                loop = None if reader is None else units[reader]
                assert loop is None or isinstance(loop, LoopWork)
                tile = self._tile_of(unit.equations[0], unit.factors)
                made = product_units(unit.equations[0], unit.factors, loop, tile)
                if reader is None:
                    found[number] = made
                else:
                    del found[number]
                    found[reader] = made
        return [unit for number in sorted(found) for unit in found[number]]

    def _reader(
        self,
        plan: Plan,
        units: Sequence[Unit],
        found: dict[int, list[Unit]],
        number: int,
        first_reader: dict[int, int],
    ) -> int | None:
        """The loop that a product may take in; None if there is none."""
        (out,) = units[number].equations[0].outputs
        reader = first_reader.get(id(out), number)
        loop = units[reader]
        if not isinstance(loop, LoopWork) or found[reader] != [loop]:
            return None
        if loop.elements != out.spec.size or not loop.reads_in_order(out):
            return None
        same = plan.last_step_only(units[number]) == plan.last_step_only(loop)
        return reader if same else None
