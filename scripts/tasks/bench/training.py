"""A step of `model.fit`, shuffled, with Adam and the accuracy metric, on real MNIST digits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tasks import console
from tasks.bench.native import Native
from tasks.bench.page import Page, program
from tasks.bench.report import Row, compared

NATIVE = "tensorflow"


@dataclass(frozen=True)
class Peer:
    """Who else does the work.

    Args:
        name: `tfjs-` and a backend of TensorFlow.js, or `NATIVE`.
        at_least: How many times our time it is to take.
        samples: How many images it trains on, if not as many as we do.
    """

    name: str
    at_least: float | None = None
    samples: int | None = None


@dataclass(frozen=True)
class Case:
    """What to train: `epochs` passes over `samples` images, after one that does not count.

    The images fill every batch, so that all steps are alike.

    Args:
        title: What the report calls it.
        model: A file of `web/bench/models`, and an entry of `models.js`.
        batch: Images a step.
        peers: Who else trains it.
        samples: How many images.
        epochs: How many passes.
        cannot: Notes about runners that cannot train it.
    """

    title: str
    model: str
    batch: int
    peers: Sequence[Peer]
    samples: int
    epochs: int = 2
    cannot: Sequence[tuple[str, str]] = ()


_MLP = "MLP 784-128-10"
CASES: dict[str, list[Case]] = {
    "mlp": [
        Case(
            f"{_MLP}, batch 32", "mlp", 32, samples=3968,
            peers=[Peer("tfjs-wasm", 10), Peer("tfjs-cpu"), Peer(NATIVE, 2.5)],
        ),
        Case(
            f"{_MLP}, batch 128", "mlp", 128, samples=3968,
            peers=[Peer("tfjs-wasm", 8), Peer("tfjs-cpu"), Peer(NATIVE, 1.2)],
        ),
    ],
    "cnn": [
        Case(
            "CNN conv32-conv64, batch 32", "cnn", 32, samples=992,
            peers=[Peer("tfjs-cpu", 100, samples=64), Peer(NATIVE, 1 / 3)],
            cannot=[("tfjs-wasm", "cannot train it: no gradient of convolution's filters")],
        ),
    ],
    "lstm": [
        Case(
            "LSTM 128 over 28 rows, batch 32", "lstm", 32, samples=992,
            peers=[
                Peer("tfjs-wasm", 10, samples=128), Peer("tfjs-cpu", 10, samples=64),
                Peer(NATIVE, 1 / 2.5),
            ],
        ),
    ],
}  # fmt: skip


def measure(case: Case, page: Page, native: Native | None, runs: int, *before: str) -> list[Row]:
    """Rows for us and for every peer, which take turns.

    Args:
        case: What is trained.
        page: Where we are, and TensorFlow.js.
        native: Native TensorFlow, if it takes part.
        runs: How often.
        *before: Programs that we run between the model's and the measured one.
    """

    def ours() -> Any:
        return page.run(_program(case, case.samples, *before))

    jobs: dict[str, Callable[[], Any]] = {"ours": ours}
    peers = [peer for peer in case.peers if peer.name != NATIVE or native is not None]
    for peer in peers:
        jobs[peer.name] = _job(case, peer, page, native)
    found: dict[str, list[Any]] = {name: [] for name in jobs}
    for number in range(runs):
        console.say(f"{case.title}: measurement {number + 1} of {runs}")
        for name, job in jobs.items():
            found[name].append(job())
    first, *others = [_row(case.title, name, results) for name, results in found.items()]
    bounds = {peer.name: peer.at_least for peer in peers}
    return [
        first,
        *(compared(first, row, bounds[row.runner]) for row in others),
        *(Row(case.title, "", [], name, note=note) for name, note in case.cannot),
    ]


def _job(case: Case, peer: Peer, page: Page, native: Native | None) -> Callable[[], Any]:
    samples = peer.samples or case.samples
    if peer.name == NATIVE:
        assert native is not None
        return lambda: native.run(_program(case, samples))
    request = {
        "work": "training", "model": case.model, "batch": case.batch, "samples": samples,
        "epochs": case.epochs,
    }  # fmt: skip
    return lambda: page.ask(peer.name.removeprefix("tfjs-"), **request)


def _program(case: Case, samples: int, *before: str) -> str:
    parts = f"models/{case.model}", *before, "programs/training"
    return program(*parts, SAMPLES=samples, BATCH=case.batch, EPOCHS=case.epochs)


def _row(title: str, runner: str, results: Sequence[Any]) -> Row:
    times = [result["msPerStep"] for result in results]
    note = f"accuracy {results[-1]['accuracy']:.3f}"
    return Row(title, "ms/step", times, runner, note=note)
