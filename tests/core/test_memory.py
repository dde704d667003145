"""Memory: fit holds the data once, and what is too large is refused before it begins."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core.engine import capacity, made_when_used
from pykeras_core.training.batching import ArrayBatches

ROWS, FEATURES = 20_000, 784
MEGABYTE = 10**6


def classifier(optimizer: str = "adam") -> keras.Model:
    model = keras.Sequential([keras.Input((FEATURES,)), keras.layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Pretend that only so many bytes are free."""

    def set_limit(size_bytes: int) -> None:
        monkeypatch.setattr(capacity, "available_bytes", lambda: size_bytes)

    return set_limit


def traced_fit(x: np.ndarray, epochs: int = 2, **arguments: object) -> tuple[int, list[int]]:
    """Bytes that fit takes at its height, and those it holds after each epoch."""
    model, held = classifier(), []
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]

        def note(epoch: int, logs: object) -> None:
            held.append(tracemalloc.get_traced_memory()[0] - before)

        callback = keras.callbacks.LambdaCallback(on_epoch_end=note)
        model.fit(
            x, np.zeros(len(x), np.int32), batch_size=500, epochs=epochs, verbose=0,
            callbacks=[callback], **arguments,
        )  # fmt: skip
        return tracemalloc.get_traced_memory()[1] - before, held
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("dtype", ["float32", "uint8", "int32", "bool"])
def test_fit_makes_no_copy_of_data_in_a_dtype_of_the_engine(dtype: str) -> None:
    peak, _ = traced_fit(np.zeros((ROWS, FEATURES), dtype))
    assert peak < 8 * MEGABYTE, "the set is 16 MB as uint8, 63 MB as float32"


def test_fit_copies_nothing_for_a_validation_split() -> None:
    peak, _ = traced_fit(np.zeros((ROWS, FEATURES), np.float32), validation_split=0.25)
    assert peak < 8 * MEGABYTE


@pytest.mark.parametrize("dtype", ["float64", "int64"])
def test_data_in_a_wider_dtype_is_converted_once(dtype: str) -> None:
    peak, _ = traced_fit(np.zeros((ROWS, FEATURES), dtype))
    assert peak < ROWS * FEATURES * 4 + 8 * MEGABYTE


def test_memory_is_flat_over_epochs() -> None:
    _, held = traced_fit(np.zeros((2_000, FEATURES), np.uint8), epochs=50)
    assert held[-1] - held[1] < MEGABYTE / 10


def test_batches_are_cut_from_the_array_itself() -> None:
    x = np.zeros((6, 3), np.uint8)
    assert ArrayBatches(x, shuffle=True).arrays[0] is x


def test_a_layer_too_large_says_what_it_needs_and_what_there_is(limit: Callable) -> None:
    limit(3_900 * MEGABYTE)
    with pytest.raises(
        MemoryError,
        match=r"`Dense` 'huge' is too large: variable 'kernel' of shape \(100000, 100000\) needs "
        r"40\.0 GB of memory, and 3\.9 GB is free\. Use fewer units",
    ):
        keras.Sequential([keras.Input((100_000,)), keras.layers.Dense(100_000, name="huge")])


@pytest.mark.parametrize("make", [keras.ops.zeros, keras.ops.ones, keras.random.normal])
def test_an_array_too_large_says_so(make: Callable, limit: Callable) -> None:
    limit(3_900 * MEGABYTE)
    with pytest.raises(MemoryError, match=r"shape \(100000, 100000\).* needs 40\.0 GB.*is free"):
        make((100_000, 100_000))


def test_this_machine_has_less_than_a_petabyte() -> None:
    with pytest.raises(MemoryError, match=r"needs 4,000,000\.0 GB of memory, and [\d.,]+ [MG]B is"):
        keras.ops.zeros((10**9, 10**6))


def test_optimizer_slots_and_activations_are_asked_for_before_the_first_step(
    limit: Callable,
) -> None:
    x = np.zeros((8, 2_000), np.float32)
    model = keras.Sequential([keras.Input((2_000,)), keras.layers.Dense(2_000)])
    model.compile(optimizer="adam", loss="mse")
    limit(30 * MEGABYTE)
    with pytest.raises(
        MemoryError,
        match=r"weights take 16 MB, needs \d\d MB of memory \(\d+.* for activations and "
        r"gradients, 32 MB for the optimizer's slots\), and 30 MB is free\. .*smaller `batch_size`"
        r".*without slots, such as SGD",
    ):
        model.fit(x, x, verbose=0)
    slots = [v for v in model.optimizer.variables if v.shape == (2_000, 2_000)]
    assert [v.missing_bytes for v in slots] == [16 * MEGABYTE] * 2, "nothing was taken"
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x, x, verbose=0)


def test_a_batch_too_large_says_so_and_a_smaller_one_trains(limit: Callable) -> None:
    x = np.zeros((128, 32, 32, 3), np.uint8)
    layers = [keras.layers.Conv2D(64, 3), keras.layers.GlobalAveragePooling2D()]
    model = keras.Sequential([keras.Input((32, 32, 3)), *layers])
    model.compile(optimizer="sgd", loss="mse")
    limit(20 * MEGABYTE)
    with pytest.raises(MemoryError, match="Use a smaller `batch_size`, fewer units or filters\\."):
        model.fit(x, np.zeros((128, 64)), batch_size=128, verbose=0)
    with pytest.raises(MemoryError, match="Use a smaller `batch_size`"):
        model.predict(x, batch_size=128, verbose=0)
    model.fit(x, np.zeros((128, 64)), batch_size=4, verbose=0)


def test_a_variable_made_when_used_takes_memory_with_its_first_value() -> None:
    with made_when_used():
        variable = keras.Variable(keras.initializers.Ones(), shape=(2, 3))
    assert (variable.shape, variable.missing_bytes) == ((2, 3), 24)
    assert variable.numpy().tolist() == [[1.0] * 3] * 2
    assert variable.missing_bytes == 0


def test_a_container_s_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory, group = tmp_path / "meminfo", tmp_path / "memory.max"
    memory.write_text("MemTotal: 9 kB\nMemAvailable: 8000 kB\nSwapFree: 192 kB\n")
    monkeypatch.setattr(capacity, "_MEMINFO", memory)
    monkeypatch.setattr(capacity, "_CONTAINER_LIMIT", group)
    assert capacity.available_bytes() == 8192 * 1024
    group.write_text("max\n")
    assert capacity.available_bytes() == 8192 * 1024
    group.write_text("1000000\n")
    assert capacity.available_bytes() == 1_000_000
