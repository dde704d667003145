"""What a case of a primitive is: operands, parameters, an oracle and a tolerance.

One table of cases drives every check: the definition against its oracle, the shape rule, the
gradient, and each backend. Nothing here knows a backend.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from pykeras_core.engine import PRIMITIVES, Primitive, Program, Spec
from pykeras_core.engine.primitive import Array

KINK_GAP = 0.05
"""How far random operands stay away from a kink: far more than a step of a difference."""


@dataclasses.dataclass(frozen=True)
class Operand:
    """How to make one operand of a case.

    Args:
        shape: Its shape.
        dtype: Its dtype.
        low: Smallest random element.
        high: Largest random element (not reached by integers).
        kinks: Floats stay `KINK_GAP` away from these places, where a function has no gradient.
        distinct: Whether no two elements may be equal.
        grid: Floats are rounded to a multiple of the first number, plus the second.
        values: The elements themselves, instead of random ones.
    """

    shape: tuple[int, ...] = ()
    dtype: str = "float32"
    low: float = -2.0
    high: float = 2.0
    kinks: tuple[float, ...] = ()
    distinct: bool = False
    grid: tuple[float, float] | None = None
    values: tuple[Any, ...] | None = None

    @property
    def spec(self) -> Spec:
        """Shape and dtype."""
        return Spec(self.shape, self.dtype)

    def array(self, generator: np.random.Generator) -> Array:
        """The elements: always the same for a generator in the same state."""
        if self.values is not None:
            return np.array(self.values, self.dtype).reshape(self.shape)
        if self.dtype == "bool":
            return generator.integers(0, 2, self.shape).astype(bool)
        if self.dtype != "float32":
            return generator.integers(int(self.low), int(self.high), self.shape).astype(self.dtype)
        if self.distinct:
            ladder = np.linspace(self.low, self.high, self.spec.size, dtype=np.float32)
            return generator.permutation(ladder).reshape(self.shape)
        array = generator.uniform(self.low, self.high, self.shape)
        if self.grid is not None:
            array = np.round(array / self.grid[0]) * self.grid[0] + self.grid[1]
        for kink in self.kinks:
            near = np.abs(array - kink) < KINK_GAP
            array = np.where(near, kink + np.where(array < kink, -KINK_GAP, KINK_GAP), array)
        return np.asarray(array, np.float32)


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """How far a result may be from its oracle: `atol + rtol * |oracle|`.

    Args:
        rtol: Relative part.
        atol: Absolute part.
        why: Where the error comes from.
    """

    rtol: float
    atol: float
    why: str


EXACT = Tolerance(0, 0, "moves or compares elements, or IEEE rounds it correctly")


@dataclasses.dataclass(frozen=True)
class Case:
    """One application of a primitive.

    Args:
        primitive: Its name.
        operands: How to make its operands.
        oracle: The result from another source: float operands come in float64.
        params: The primitive's parameters.
        tolerance: How far the definition may be from the oracle.
        orders: How many times the function can be differentiated here: 0, 1 or 2.
        note: What is special, for the case's name.
    """

    primitive: str
    operands: tuple[Operand, ...]
    oracle: Callable[..., Any]
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    tolerance: Tolerance = EXACT
    orders: int = 2
    note: str = ""

    @property
    def record(self) -> Primitive:
        """The primitive."""
        return PRIMITIVES[self.primitive]

    @property
    def specs(self) -> tuple[Spec, ...]:
        """Shapes and dtypes of the operands."""
        return tuple(operand.spec for operand in self.operands)

    @property
    def name(self) -> str:
        """A name that says all, for the test's id."""
        specs = " ".join(str(spec) for spec in self.specs)
        params = ",".join(f"{key}={value}" for key, value in _plain(self.params).items())
        return " ".join(filter(None, (self.primitive, specs, params, self.note)))

    def arrays(self) -> list[Array]:
        """The operands; the same at every call."""
        generator = np.random.default_rng(zlib.crc32(self.name.encode()))
        return [operand.array(generator) for operand in self.operands]

    def expected(self, arrays: Sequence[Array]) -> tuple[Array, ...]:
        """What the oracle says, before rounding to the dtype of the outputs."""
        exact = [np.asarray(a, np.float64) if a.dtype.kind == "f" else a for a in arrays]
        with np.errstate(all="ignore"):
            result = self.oracle(*exact, **self.params)
        return tuple(map(np.asarray, result if isinstance(result, tuple) else (result,)))

    def differentiable(self) -> tuple[int, ...]:
        """Positions of the operands that get a gradient in this case."""
        return tuple(
            position
            for position, operand in enumerate(self.operands)
            if self.orders
            and operand.dtype == "float32"
            and self.record.rule_for(position) is not None
        )

    def compare(self, results: Sequence[Array], arrays: Sequence[Array]) -> None:
        """Raise AssertionError where a result is not what the oracle says."""
        expected = self.expected(arrays)
        assert len(results) == len(expected), f"{self.name}: number of outputs"
        for result, exact in zip(results, expected, strict=True):
            wanted = rounded(exact, result.dtype)
            np.testing.assert_allclose(
                result,
                wanted,
                rtol=self.tolerance.rtol,
                atol=self.tolerance.atol,
                err_msg=self.name,
            )
            assert result.shape == exact.shape, f"{self.name}: shape"


@dataclasses.dataclass(frozen=True)
class Refusal:
    """Operands that a shape rule must refuse, with a message that starts like `message`."""

    primitive: str
    specs: tuple[Spec, ...]
    message: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def name(self) -> str:
        """For the test's id."""
        return f"{self.primitive} {' '.join(map(str, self.specs))} {_plain(self.params)}"


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that have a short name of their own: no programs."""
    return {key: value for key, value in params.items() if not isinstance(value, Program)}


def rounded(exact: Array, dtype: np.dtype[Any]) -> Array:
    """The nearest value of a dtype; an integer out of its range wraps around."""
    if dtype.kind in "iu":
        bits = dtype.itemsize * 8
        return np.asarray(exact.astype(object) % 2**bits, f"uint{bits}").astype(dtype)
    with np.errstate(all="ignore"):
        return exact.astype(dtype)


def by_element(function: Callable[..., Any]) -> Callable[..., Array]:
    """An oracle that broadcasts its operands and calls `function` on Python numbers."""

    def oracle(*arrays: Array, **params: Any) -> Array:
        stretched = np.broadcast_arrays(*arrays)
        columns = [array.ravel().tolist() for array in stretched]
        results = [function(*numbers, **params) for numbers in zip(*columns, strict=True)]
        integers = bool(results) and isinstance(results[0], int)
        return np.array(results, object if integers else None).reshape(stretched[0].shape)

    return oracle
