"""Owns the golden format: what a parity case is, how its results are stored and compared.

A golden file holds one family as JSON, one case a line: a mapping from result names to numbers,
nested lists of numbers, strings or plain configuration values. Floats keep nine significant
digits, which is what a float32 needs to survive a round trip through text.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import json
import math
import pathlib
import types
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

FOLDER = pathlib.Path(__file__).parent
GOLDENS = FOLDER / "goldens"
SIGNIFICANT_DIGITS = 9


@dataclasses.dataclass(frozen=True)
class Framework:
    """One of the two sides: a Keras module and the gradient tape that goes with it."""

    keras: ModuleType
    gradient_tape: Callable[..., Any]

    def gradients(self, function: Callable[..., Any], *arrays: np.ndarray) -> tuple[Any, list[Any]]:
        """Value of ``function(*arrays)`` and the gradients of its sum with respect to each."""
        tensors = [self.keras.ops.convert_to_tensor(array) for array in arrays]
        with self.gradient_tape() as tape:
            for tensor in tensors:
                tape.watch(tensor)
            value = function(*tensors)
            total = self.keras.ops.sum(value)
        return value, tape.gradient(total, tensors)

    def weight_gradients(
        self, function: Callable[[], Any], variables: Sequence[Any]
    ) -> tuple[Any, list[Any]]:
        """Value of ``function()`` and the gradients of its sum with respect to ``variables``."""
        with self.gradient_tape() as tape:
            value = function()
            total = self.keras.ops.sum(value)
        return value, tape.gradient(total, list(variables))


@dataclasses.dataclass(frozen=True)
class Case:
    """One row of a parity table.

    Attributes:
        name: Unique within its family; the key in the golden file.
        run: Takes a `Framework`, returns named results (arrays, numbers, strings, configs).
        rtol: Allowed difference relative to the largest magnitude of each result array. Measured
            against the whole array because an element near zero carries the rounding error of
            the terms that cancelled in it.
    """

    name: str
    run: Callable[[Framework], Mapping[str, Any]]
    rtol: float = 1e-5


def values(name: str, shape: Sequence[int], low: float = -2.0, high: float = 2.0) -> np.ndarray:
    """Reproducible float32 inputs: multiples of 1/1000 in [low, high), the same on any platform."""
    state = np.random.RandomState(zlib.crc32(name.encode()))
    grid = state.randint(round(low * 1000), round(high * 1000), size=tuple(shape))
    return (grid / 1000.0).astype("float32")


def labels(name: str, shape: Sequence[int], classes: int) -> np.ndarray:
    """Reproducible int32 class labels in [0, classes)."""
    state = np.random.RandomState(zlib.crc32(name.encode()))
    return state.randint(0, classes, size=tuple(shape)).astype("int32")


def probabilities(name: str, shape: Sequence[int]) -> np.ndarray:
    """Reproducible float32 rows that are positive and add up to one."""
    raw = values(name, shape, 0.05, 1.0)
    return (raw / raw.sum(axis=-1, keepdims=True)).astype("float32")


def fill_weights(model: Any, name: str) -> None:
    """Gives ``model`` weights that depend only on ``name`` and their shapes."""
    model.set_weights(
        [
            values(f"{name}/{index}", weight.shape, -0.6, 0.6)
            for index, weight in enumerate(model.get_weights())
        ]
    )


def frozen(value: Any) -> np.ndarray:
    """A copy of a variable or tensor as it is now; later updates do not reach it."""
    return np.array(value)


def families() -> list[str]:
    """Names of the case tables in this folder, sorted."""
    return sorted(path.name.removesuffix("_cases.py") for path in FOLDER.glob("*_cases.py"))


def cases(family: str) -> tuple[Case, ...]:
    """The table of one family."""
    module = importlib.import_module(f".{family}_cases", __package__)
    table: tuple[Case, ...] = module.CASES
    names = [case.name for case in table]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"Family '{family}' names these cases more than once: {repeated}.")
    return table


def plain(result: Any) -> Any:
    """``result`` as JSON values: floats rounded, arrays as nested lists."""
    if result is None or isinstance(result, bool):
        return result
    if isinstance(result, str):
        return str(result)  # a dtype is a string with methods
    if isinstance(result, Mapping):
        return {str(key): plain(value) for key, value in result.items()}
    if isinstance(result, list | tuple):
        return [plain(value) for value in result]
    if isinstance(result, int):
        return result
    if isinstance(result, float):
        return _rounded(result)
    return plain(np.asarray(result).tolist())


def _rounded(number: float) -> float | str:
    if not math.isfinite(number):
        return repr(number)  # strict JSON has no nan and no inf
    return float(f"{number:.{SIGNIFICANT_DIGITS}g}")


def save(family: str, results: Mapping[str, Any], keras_version: str) -> pathlib.Path:
    """Writes one family's goldens, one case a line, and returns the path."""
    lines = [f' "keras_version": {json.dumps(keras_version)}']
    lines += [
        f" {json.dumps(name)}: {json.dumps(result, separators=(',', ':'), allow_nan=False)}"
        for name, result in results.items()
    ]
    path = GOLDENS / f"{family}.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return path


@functools.cache
def load(family: str) -> Mapping[str, Any]:
    """One family's goldens by case name."""
    path = GOLDENS / f"{family}.json"
    if not path.exists():
        raise FileNotFoundError(
            f"No goldens for family '{family}': expected {path.name} in tests/parity/goldens. "
            "Make it with `python -m tests.parity.make_goldens` (see that module's docstring)."
        )
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    stored.pop("keras_version")
    return types.MappingProxyType(stored)


def differences(ours: Any, golden: Any, rtol: float, where: str = "") -> Iterable[str]:
    """Yields one line for every result that is not the golden one within ``rtol``."""
    if isinstance(golden, dict):
        if not isinstance(ours, dict) or set(ours) != set(golden):
            names = sorted(ours) if isinstance(ours, dict) else ours
            yield f"{where or 'results'}: expected the names {sorted(golden)}, got {names}"
            return
        for name, expected in golden.items():
            yield from differences(ours[name], expected, rtol, f"{where}/{name}")
    elif _is_numeric(golden) and _is_numeric(ours):
        yield from _array_difference(_array(ours), _array(golden), rtol, where)
    elif isinstance(golden, list) and isinstance(ours, list) and len(ours) == len(golden):
        for index, expected in enumerate(golden):
            yield from differences(ours[index], expected, rtol, f"{where}[{index}]")
    elif ours != golden or type(ours) is not type(golden):
        yield f"{where}: expected {golden!r}, got {ours!r}"


def _is_numeric(result: Any) -> bool:
    """True for a number, or for nested lists of numbers that form one rectangular array."""
    if isinstance(result, bool):
        return False
    if isinstance(result, int | float):
        return True
    if result in ("nan", "inf", "-inf"):
        return True
    if not isinstance(result, list) or not all(_is_numeric(item) for item in result):
        return False
    shapes = {_array(item).shape for item in result}
    return len(shapes) <= 1


def _array(result: Any) -> np.ndarray:
    return np.asarray(result, dtype="float64")


def _array_difference(
    ours: np.ndarray, golden: np.ndarray, rtol: float, where: str
) -> Iterable[str]:
    if ours.shape != golden.shape:
        yield f"{where}: expected shape {golden.shape}, got {ours.shape}"
        return
    finite = np.isfinite(golden)
    if not np.array_equal(finite, np.isfinite(ours)) or not np.array_equal(
        ours[~finite], golden[~finite], equal_nan=True
    ):
        yield f"{where}: nan or inf in other places than the golden"
        return
    if not finite.any():
        return
    error = np.abs(ours[finite] - golden[finite]).max()
    scale = np.abs(golden)[finite].max()
    if error > rtol * scale:
        relative = f"{error / scale:.3g} relative" if scale else f"{error:.3g} where all are zero"
        yield f"{where}: differs by {relative}, allowed {rtol:.3g}"
