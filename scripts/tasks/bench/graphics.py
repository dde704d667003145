"""A graphics processor under CPython: our WebGPU backend, and PyTorch on the same card.

Each figure is the median of some turns; in each turn we go first, then PyTorch. Nothing is held to
a target here: what the card can do is printed beside.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from pykeras_core import Sequential, config, layers, losses
from pykeras_core.engine import Spec, primitives, trace
from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
from pykeras_core.engine.backends.webgpu.desktop import DesktopDevice
from pykeras_core.engine.plan import Plan

TURNS = 3
_UNTIL_DECIDED = 4
"""Epochs after which `auto` has compiled, checked, measured and chosen."""
PEAKS_TFLOPS = {"H200": 67.0, "H100": 67.0, "A100": 19.5, "L4": 30.3, "T4": 8.1, "RTX 4090": 82.6}
"""Float32 peaks without tensor cores, by a part of a card's name, from NVIDIA's data sheets."""

Row = dict[str, Any]


def measure(*, small: bool, peak_tflops: float | None) -> list[Row]:
    """Measure all, and print each row when it is there.

    Args:
        small: Sizes that a software device computes in a minute.
        peak_tflops: The card's float32 peak; None for that of its name, where it is known.

    Raises:
        OSError: This machine has no device that `wgpu` can use.
    """
    device = DesktopDevice()
    peer = _Torch.find()
    known = (peak for name, peak in PEAKS_TFLOPS.items() if name in device.description)
    peak = peak_tflops or next(known, None)
    print(f"ours: {device.description}; peer: {peer.description if peer else 'torch is not here'}")
    rows = [_product(WebgpuBackend(device), peer, n, peak) for n in _sizes(small)]
    wide, images = ((64,), (8,)) if small else ((1024,), (32, 128, 512))
    for kind, batches in (("wide", wide), ("cnn", images)):
        rows += [_model(kind, batch, peer, small=small) for batch in batches]
    return rows


def _sizes(small: bool) -> tuple[int, ...]:
    return (128, 256) if small else (1024, 2048, 4096)


def _told(row: Row) -> Row:
    print("  ".join(f"{key}: {value}" for key, value in row.items()), flush=True)
    return row


def _product(backend: WebgpuBackend, peer: _Torch | None, n: int, peak: float | None) -> Row:
    """A square product, its device time alone."""
    plan = Plan(trace(primitives.matmul, Spec((n, n)), Spec((n, n))))
    inputs = [np.random.default_rng(k).normal(size=(n, n)).astype(np.float32) for k in range(2)]
    executable = backend.compile(plan)
    if executable.tune():
        executable = backend.compile(plan)
    (found,) = executable.run(inputs)
    wanted = inputs[0][:8] @ inputs[1]
    error = float(np.abs(found[:8] - wanted).max() / np.abs(wanted).max())
    ours, theirs = [], []
    for _ in range(TURNS):
        ours.append(sum(timing.seconds for timing in executable.profile(inputs)))
        if peer:
            theirs.append(peer.product(n))
    tflops = 2 * n**3 / statistics.median(ours) / 1e12
    row: Row = {
        "work": f"matmul {n}",
        "ms": _ms(ours),
        "TFLOP/s": round(tflops, 3),
        "relative error": f"{error:.1e}",
    }
    if peak:
        row["share of the peak"] = f"{tflops / peak:.1%}"
    return _told(_with_peer(row, ours, theirs))


def _model(kind: str, batch: int, peer: _Torch | None, *, small: bool) -> Row:
    """A step of training on the processor, on the card, and as `auto` decides."""
    steps = 2 if small else 8
    features = (28, 28, 1) if kind == "cnn" else (784,)
    rng = np.random.default_rng(0)
    x = rng.random((batch * steps, *features)).astype(np.float32)
    y = rng.integers(0, 10, batch * steps)
    width = 128 if small else 4096
    seconds: dict[str, list[float]] = {"wasm": [], "webgpu": [], "auto": []}
    models = {wanted: _made(kind, width) for wanted in seconds}

    def epoch(wanted: str) -> float:
        config.set_compute_backend(wanted)
        began = time.perf_counter()
        models[wanted].fit(x, y, batch_size=batch, epochs=1, shuffle=False, verbose=0)
        return (time.perf_counter() - began) / steps

    first = {wanted: epoch(wanted) for wanted in ("wasm", "auto")}
    for wanted in ("webgpu", "auto"):  # shaders, the check against the processor, measuring
        for _ in range(_UNTIL_DECIDED):
            epoch(wanted)
    seconds["wasm"].append(epoch("wasm"))  # once: of a wide model it takes long
    theirs_epoch = peer.training(kind, x, y, batch, width) if peer else None
    theirs = []
    for _ in range(TURNS):
        for wanted in ("webgpu", "auto"):
            seconds[wanted].append(epoch(wanted))
        if theirs_epoch:
            theirs.append(theirs_epoch())
    better = min(statistics.median(seconds[wanted]) for wanted in ("wasm", "webgpu"))
    row: Row = {
        "work": f"wide {width}, batch {batch}" if kind == "wide" else f"cnn, batch {batch}",
        "ms": _ms(seconds["webgpu"]),
        "processor ms": _ms(seconds["wasm"]),
        "auto over the better": round(statistics.median(seconds["auto"]) / better, 2),
        "auto's first epoch over the processor's": round(first["auto"] / first["wasm"], 2),
        "runs on": models["webgpu"].explain_backend().splitlines()[0],
    }
    return _told(_with_peer(row, seconds["webgpu"], theirs))


def _made(kind: str, width: int) -> Sequential:
    model = Sequential(
        [
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
        if kind == "cnn"
        else [layers.Dense(width, "relu"), layers.Dense(width, "relu"), layers.Dense(10)]
    )
    model.compile("adam", losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def _ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1e3, 3)


def _with_peer(row: Row, ours: list[float], theirs: list[float]) -> Row:
    if not theirs:
        return row
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return {**row, "torch ms": _ms(theirs), "times torch's": round(ratio, 2)}


class _Torch:
    """PyTorch, eager, in float32.

    Args:
        torch: The module.
    """

    def __init__(self, torch: Any) -> None:
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        name = torch.cuda.get_device_name() if self._device == "cuda" else "the processor"
        self.description = f"torch {torch.__version__} on {name}"

    @classmethod
    def find(cls) -> _Torch | None:
        """It, if it is installed."""
        try:
            torch = import_module("torch")
        except ImportError:
            return None
        return cls(torch)

    def _wait(self) -> None:
        if self._device == "cuda":
            self._torch.cuda.synchronize()

    def product(self, n: int, times: int = 10) -> float:
        """Seconds of a product of two matrices that lie there."""
        torch = self._torch
        x, y = (torch.randn(n, n, device=self._device) for _ in range(2))
        torch.matmul(x, y)
        self._wait()
        began = time.perf_counter()
        for _ in range(times):
            torch.matmul(x, y)
        self._wait()
        return (time.perf_counter() - began) / times

    def training(self, kind: str, x: Any, y: Any, batch: int, width: int) -> Callable[[], float]:
        """What trains an epoch of data that lie there, and gives the seconds of a step."""
        torch = self._torch
        nn = torch.nn
        inputs = torch.tensor(x, device=self._device)
        if kind == "cnn":
            inputs = inputs.permute(0, 3, 1, 2).contiguous()
            parts = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3)]
            parts += [nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1600, 10)]
        else:
            parts = [nn.Linear(784, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()]
            parts += [nn.Linear(width, 10)]
        model = nn.Sequential(*parts).to(self._device)
        labels = torch.tensor(y, device=self._device)
        optimizer = torch.optim.Adam(model.parameters(), eps=1e-7)
        loss_of = nn.CrossEntropyLoss()

        def epoch() -> float:
            self._wait()
            began = time.perf_counter()
            for at in range(0, len(labels), batch):
                optimizer.zero_grad()
                loss = loss_of(model(inputs[at : at + batch]), labels[at : at + batch])
                loss.backward()
                optimizer.step()
            self._wait()
            return (time.perf_counter() - began) * batch / len(labels)

        epoch()
        return epoch
