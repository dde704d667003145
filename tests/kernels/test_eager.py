"""Eager calls on the kernels: which they are, and that they give what the definitions give."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import ops
from pykeras_core.engine import PRIMITIVES, Equation, GradientTape, Spec, Tensor, eager
from pykeras_core.engine.backends.wasm import library
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.backends.wasm.calls import KernelCalls
from pykeras_core.engine.primitive import Array
from tests.core.cases import CASES, Case
from tests.kernels.running import guarded_copy


class CountedCalls(KernelCalls):
    """Kernels that note which primitives they have run."""

    def __init__(self) -> None:
        super().__init__(library.load())
        self.ran: list[str] = []

    def run(self, equation: Equation, arrays: Sequence[Array]) -> list[Array] | None:
        results = super().run(equation, arrays)
        if results is not None:
            self.ran.append(equation.primitive.name)
        return results


@pytest.fixture
def calls(backend: WasmBackend, monkeypatch: pytest.MonkeyPatch) -> CountedCalls:
    """Eager calls have the kernels, as in a page."""
    counted = CountedCalls()
    monkeypatch.setattr(eager, "_calls", lambda: counted)
    return counted


def equation_of(name: str, *arrays: Array, **params: Any) -> Equation:
    """A primitive applied to arrays, not yet computed."""
    inputs = tuple(Tensor(Spec(array.shape, array.dtype.name), array) for array in arrays)
    specs = PRIMITIVES[name].output_specs(*(value.spec for value in inputs), **params)
    return Equation(PRIMITIVES[name], inputs, params, tuple(map(Tensor, specs)))


def numbers(*shape: int) -> Array:
    return np.random.default_rng(shape).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_calls_agree_with_the_oracle_and_leave_operands_alone(
    case: Case, backend: WasmBackend
) -> None:
    copies = [guarded_copy(array, shift=1) for array in case.arrays()]
    arrays = [array for array, _ in copies]
    equation = equation_of(case.primitive, *arrays, **case.params)
    results = KernelCalls(library.load()).run(equation, arrays)
    assert all(guard.is_whole() for _, guard in copies)
    for array, original in zip(arrays, case.arrays(), strict=True):
        np.testing.assert_array_equal(array, original)
    if results is not None:
        case.compare(results, arrays)
        assert not any(np.shares_memory(a, b) for a in results for b in arrays)


@pytest.mark.parametrize(
    ("compute", "ran"),
    [
        (lambda: ops.matmul(numbers(64, 64), numbers(64, 64)), ["matmul"]),
        (lambda: ops.matmul(numbers(16, 16), numbers(16, 16)), []),
        (lambda: ops.conv(numbers(8, 14, 14, 3), numbers(3, 3, 3, 8)), ["conv"]),
        (lambda: ops.max_pool(numbers(4, 64, 64, 5), 2), ["max_pool"]),
        (lambda: ops.sum(numbers(300, 300), axis=1), ["sum"]),
        (lambda: ops.sum(numbers(100, 100), axis=1), []),
        (lambda: ops.argsort(numbers(70_000)), ["argsort"]),
        (lambda: ops.sum(np.ones((300, 300), np.int32), axis=1), []),
        (lambda: ops.transpose(numbers(300, 300)), []),
        (lambda: ops.add(numbers(300, 300), 1.0), []),
    ],
)
def test_only_large_calls_with_a_kernel_of_their_own_run_on_the_kernels(
    calls: CountedCalls, compute: Callable[[], Any], ran: list[str]
) -> None:
    on_kernels = compute().numpy()
    assert calls.ran == ran
    calls.run = lambda *_: None  # type: ignore[method-assign]
    np.testing.assert_allclose(on_kernels, compute().numpy(), rtol=1e-5, atol=1e-4)


def test_results_of_one_shape_do_not_share_memory(calls: CountedCalls) -> None:
    x, y = numbers(64, 64), numbers(64, 65)[:, 1:]
    first = ops.matmul(x, x).numpy()
    kept = first.copy()
    second = ops.matmul(y, y).numpy()
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_allclose(second, y @ y, rtol=1e-4, atol=1e-4)
    assert calls.ran == ["matmul", "matmul"]


def test_arrays_that_are_not_contiguous_are_left_to_numpy(backend: WasmBackend) -> None:
    x = numbers(8, 8)
    equation = equation_of("matmul", x, x, transpose_x=False, transpose_y=False)
    assert KernelCalls(library.load()).run(equation, [x.T, x]) is None


def losses_of_a_tape() -> list[float]:
    """A training loop written by hand."""
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [keras.Input((96,)), keras.layers.Dense(80, "tanh"), keras.layers.Dense(5)]
    )
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    x, labels = numbers(64, 96), np.arange(64) % 5
    losses = []
    for _ in range(6):
        with GradientTape() as tape:
            loss = ops.mean(
                keras.losses.sparse_categorical_crossentropy(labels, model(x), from_logits=True)
            )
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        losses.append(float(loss))
    return losses


def losses_of_an_eager_fit() -> list[float]:
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((96,)), keras.layers.Dense(80), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    history = model.fit(numbers(128, 96), numbers(128, 1), batch_size=64, epochs=2, verbose=0)
    return list(history.history["loss"])


@pytest.mark.parametrize("train", [losses_of_a_tape, losses_of_an_eager_fit])
def test_eager_training_gives_the_same_losses(
    train: Callable[[], list[float]], monkeypatch: pytest.MonkeyPatch, calls: CountedCalls
) -> None:
    on_kernels = train()
    assert calls.ran.count("matmul") >= 4
    monkeypatch.setattr(eager, "_calls", lambda: None)
    # A few steps of a smooth model, whose optimizer multiplies no rounding.
    np.testing.assert_allclose(on_kernels, train(), rtol=1e-4)
    assert on_kernels[-1] < on_kernels[0]


def test_a_page_without_kernels_computes_with_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise OSError("this browser has no SIMD")

    monkeypatch.setattr(library, "load", load)
    monkeypatch.setattr(eager.sys, "platform", "emscripten")
    eager._calls.cache_clear()
    try:
        x = numbers(64, 64)
        np.testing.assert_allclose(ops.matmul(x, x).numpy(), x @ x, rtol=1e-5, atol=1e-5)
        assert eager._calls() is None
    finally:
        eager._calls.cache_clear()
