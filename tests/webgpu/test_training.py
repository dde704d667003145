"""Models on WebGPU: what they learn, what lies on the device, and what crosses to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import hosting, layers
from pykeras_core.engine import Spec, Variable, trace
from pykeras_core.engine.backends import changing, choice
from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.choice import Choice
from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.backends.webgpu import residence
from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend, WebgpuExecutable
from pykeras_core.engine.backends.webgpu.device import Device, DeviceLostError
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array
from pykeras_core.training import steps
from tests.backends import always
from tests.trajectories import assert_trained_alike
from tests.webgpu.counted import Counted

ROWS = 32  # whole batches: each kind of step is a shader that takes long to compile


def dense() -> keras.Model:
    return keras.Sequential(
        [keras.Input((12,)), layers.Dense(16, "relu"), layers.Dropout(0.25), layers.Dense(3)]
    )


def convolutional() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


def recurrent() -> keras.Model:
    return keras.Sequential([keras.Input((5, 4)), layers.LSTM(6), layers.Dense(3)])


MODELS: dict[str, Callable[[], keras.Model]] = {
    "dense": dense,
    "convolutional": convolutional,
    "recurrent": recurrent,
}


def data(model: keras.Model) -> tuple[Array, Array]:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(ROWS, *model.input_shape[1:])).astype(np.float32)
    return x, generator.integers(0, 3, ROWS)


def trained(
    name: str, backend: Backend, monkeypatch: pytest.MonkeyPatch, **arguments: Any
) -> tuple[keras.Model, list[Array]]:
    """A model trained from one seed, and its weights and losses."""
    monkeypatch.setattr(steps, "choose", always(backend))
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    model = MODELS[name]()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    if name == "dense":
        model.compile("adam", loss, metrics=["accuracy"])
    else:
        model.compile("sgd", loss)
    x, y = data(model)
    fitting = {"epochs": 2, "batch_size": 16, "verbose": 0, **arguments}
    history = model.fit(x, y, **fitting).history
    return model, [*model.get_weights(), *map(np.array, history.values())]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_learns_what_it_learns_on_numpy(
    name: str, backend: WebgpuBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[list[Array]] = []

    def train(one: Backend) -> Sequence[Any]:
        found.append(trained(name, one, monkeypatch)[1])
        return found[-1]

    assert_trained_alike(train, backend)
    again = trained(name, backend, monkeypatch)[1]
    for first, second in zip(found[0], again, strict=True):  # the same seed, to the last bit
        np.testing.assert_array_equal(first, second)


def test_a_run_of_many_steps_brings_nothing_and_reads_the_outputs_once(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(device)
    backend = WebgpuBackend(counted)
    model, _ = trained("dense", backend, monkeypatch)
    program, executable = next(iter(model._step_function("train_step")._compiled.values()))
    assert isinstance(executable, WebgpuExecutable)
    assert executable.dispatches <= 8
    inputs = [np.zeros(value.spec.shape, value.spec.dtype) for value in program.inputs]
    stamps = list(range(len(inputs)))
    executable.run(inputs, 1, stamps)
    counted.counts.update(write=0, read=0, submit=0)
    executable.run(inputs, 20, stamps)
    assert (counted.counts["write"], counted.counts["read"]) == (0, 1)


def counting_program(variable: Variable) -> Plan:
    def step(x: Any) -> Any:
        variable.assign(variable + x)
        return variable * 2.0

    return Plan(trace(step, Spec((3,))))


def test_variables_stay_on_the_device_until_somebody_reads_them(device: Device) -> None:
    counted = Counted(device)
    variable = Variable(np.zeros(3, np.float32))
    executable = WebgpuBackend(counted).compile(counting_program(variable))
    ones = np.ones(3, np.float32)
    executable.run([ones], 1, [1])
    executable.run([ones], 10, [1])  # the first one compiled
    counted.counts.update(write=0, read=0, submit=0)
    executable.run([ones], 40, [1])
    assert (counted.counts["write"], counted.counts["read"]) == (0, 1)
    assert counted.counts["submit"] < 20
    np.testing.assert_array_equal(variable.numpy(), np.full(3, 51))
    assert counted.counts["read"] == 2
    np.testing.assert_array_equal(variable.numpy(), np.full(3, 51))  # it is here now
    assert counted.counts["read"] == 2
    variable.assign(np.array([1, 2, 3], np.float32))
    (output,) = executable.run([ones], 1, [1])
    np.testing.assert_array_equal(output, [4, 6, 8])
    np.testing.assert_array_equal(variable.numpy(), [2, 3, 4])


def test_arrays_are_brought_again_only_when_their_stamps_are_new(device: Device) -> None:
    counted = Counted(device)
    variable = Variable(np.zeros(3, np.float32))
    executable = WebgpuBackend(counted).compile(counting_program(variable))
    x = np.ones(3, np.float32)
    executable.run([x], 1, [1])
    x[:] = 10
    executable.run([x], 1, [1])
    executable.run([x], 1, [2])
    np.testing.assert_array_equal(variable.numpy(), np.full(3, 12))


def test_a_tensor_handed_out_keeps_its_elements(device: Device) -> None:
    variable = Variable(np.zeros(3, np.float32))
    before = variable.value
    executable = WebgpuBackend(device).compile(counting_program(variable))
    executable.run([np.ones(3, np.float32)])
    np.testing.assert_array_equal(before.numpy(), np.zeros(3))
    after = variable.value
    executable.run([np.ones(3, np.float32)])
    np.testing.assert_array_equal(after.numpy(), np.ones(3))
    np.testing.assert_array_equal(variable.numpy(), np.full(3, 2))


class Told(hosting.Host):
    """A host that keeps on what training runs."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, list[str]]] = []

    def report(self, event: dict[str, Any]) -> None:
        """Nothing of interest."""

    def backend(self, name: str, why: Any, refused: Any, device: str | None) -> None:
        """Notes it."""
        self.found.append((name, why["code"], [reason["code"] for _, reason in refused]))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    host = Told()
    monkeypatch.setattr(hosting._state, "host", host)
    return host


def offering(counted: Counted, *, measures: bool) -> Callable[[Plan, str], Choice]:
    """What chooses a graphics processor beside NumPy, whatever the size of the program."""
    backend = WebgpuBackend(counted)
    own = Choice(NumpyBackend(), Reason("processor"))
    changing_over = changing.Changing(own, backend, measures)
    return lambda plan, wanted="auto": Choice(changing_over, own.why)


def test_training_goes_on_when_the_device_is_lost(
    device: Device, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(device)
    monkeypatch.setattr(steps, "choose", offering(counted, measures=False))
    model = dense()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = data(model)
    history = model.fit(x, y, epochs=3, batch_size=16, verbose=0).history["loss"]

    class Loses(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            counted.is_lost = epoch == 1

    more = model.fit(x, y, epochs=4, batch_size=16, verbose=0, callbacks=[Loses()])
    assert len(more.history["loss"]) == 4
    assert np.isfinite([*history, *more.history["loss"]]).all()
    assert all(np.isfinite(weights).all() for weights in model.get_weights())
    assert ("webgpu", "asked", []) in told.found
    assert told.found[-1] == ("numpy", "processor", ["lost"])


def test_a_device_that_refuses_a_shader_or_has_no_room_is_left_alone(
    device: Device, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*given: Any) -> Any:
        raise ValueError("line 1: no such thing")

    def is_full(*given: Any) -> Any:
        raise MemoryError("no room for 12 bytes")

    faults = {"pending": (refuses, "shader"), "data": (is_full, "no-room")}
    for name, (fault, code) in faults.items():
        counted = Counted(device)
        choose = offering(counted, measures=False)
        if name == "pending":
            counted.pending = fault
        else:
            monkeypatch.setattr(residence.Residence, "data", fault)
        monkeypatch.setattr(steps, "choose", choose)
        model = dense()
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        x, y = data(model)
        losses = model.fit(x, y, epochs=2, batch_size=16, verbose=0).history["loss"]
        assert np.isfinite(losses).all()
        assert told.found[-1] == ("numpy", "processor", [code])


def test_a_device_that_is_lost_while_it_is_measured_takes_nothing_along(
    device: Device, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loses(executable: WebgpuExecutable) -> bool:
        raise DeviceLostError

    monkeypatch.setattr(WebgpuExecutable, "tune", loses)
    monkeypatch.setattr(steps, "choose", offering(Counted(device), measures=True))
    model = dense()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = data(model)
    losses = model.fit(x, y, epochs=2, batch_size=16, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    assert told.found[-1] == ("numpy", "processor", ["lost"])


def test_a_device_whose_results_are_wrong_trains_nothing(
    device: Device, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "choose", offering(Counted(device), measures=False))
    right = WebgpuExecutable.run

    def wrong(self: WebgpuExecutable, *given: Any) -> list[Array]:
        outputs = right(self, *given)
        for variable in self._plan.variables:
            if variable.trainable:
                variable.storage()[...] *= 1.5
        return outputs

    monkeypatch.setattr(WebgpuExecutable, "run", wrong)
    keras.utils.clear_session(free_memory=False)
    losses = []
    for backend in ("webgpu", "numpy"):
        if backend == "numpy":
            monkeypatch.setattr(steps, "choose", always(NumpyBackend()))
        keras.utils.set_random_seed(0)
        model = dense()
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        x, y = data(model)
        losses.append(model.fit(x, y, epochs=3, batch_size=16, verbose=0).history["loss"])
    assert ("numpy", "processor", ["wrong"]) in told.found
    np.testing.assert_array_equal(*losses)


def test_weights_that_a_lost_device_has_taken_along_are_told(device: Device) -> None:
    counted = Counted(device)
    variable = Variable(np.zeros(3, np.float32))
    executable = WebgpuBackend(counted).compile(counting_program(variable))
    executable.run([np.ones(3, np.float32)])
    counted.is_lost = True
    with pytest.warns(RuntimeWarning, match="The graphics processor was lost"):
        np.testing.assert_array_equal(variable.numpy(), np.zeros(3))


def test_what_is_faster_on_the_real_steps_runs_them(
    device: Device, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing._known().clear()
    monkeypatch.setattr(steps, "choose", offering(Counted(device), measures=True))
    model = dense()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = data(model)
    model.fit(x, y, epochs=12, batch_size=8, verbose=0)
    assert told.found[0] == ("numpy", "processor", ["compiling"])
    assert told.found[-1] in [
        ("webgpu", "measured", []),
        ("numpy", "processor", ["measured"]),
    ]
    assert len(changing._known()) > 0


def test_a_device_that_is_lost_is_looked_for_again_but_not_for_ever(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "_state", choice._State())
    monkeypatch.setattr(choice, "_open", lambda: Counted(device))
    lost = Reason("lost", {"seconds": "1"})
    first = choice._graphics(True)
    assert choice._graphics(True) is first
    found = [first]
    while isinstance(found[-1], WebgpuBackend):
        choice.forget_device(found[-1], lost)
        choice.forget_device(found[-1], lost)  # another program that ran there says so too
        found.append(choice._graphics(True))
    assert len(set(map(id, found))) == 4
    assert found[-1] is lost


@pytest.mark.parametrize(
    ("wanted", "name", "refused"),
    [("numpy", "numpy", []), ("auto", "wasm", ["small"]), ("wasm", "wasm", [])],
)
def test_a_small_program_is_not_measured(wanted: str, name: str, refused: list[str]) -> None:
    plan = counting_program(Variable(np.zeros(3, np.float32)))
    found = choice.choose(plan, wanted)
    assert found.backend.name == name
    assert [reason.code for _, reason in found.refused] == refused


def test_two_hundred_programs_leave_no_buffers_behind(device: Device) -> None:
    counted = Counted(device)
    backend = WebgpuBackend(counted)
    x = np.ones(3, np.float32)
    for _ in range(200):
        variable = Variable(np.zeros(3, np.float32))
        backend.compile(counting_program(variable)).run([x])
    made, released = counted.counts["buffer"], counted.counts["release"]
    assert made - released < 12
