"""`model.explain_backend()`: where a step runs and where its time goes, as a table to read."""

from __future__ import annotations

from collections.abc import Sequence

from pykeras_core import settings
from pykeras_core.engine import Program
from pykeras_core.engine.backends.base import Timing
from pykeras_core.engine.backends.choice import Choice, choose
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitive import Array

__all__ = ["Choice", "Timing", "explain_timings", "timed"]


NAMES = {"numpy": "NumPy", "wasm": "WASM SIMD kernels", "webgpu": "WebGPU"}


def timed(program: Program, inputs: Sequence[Array]) -> tuple[list[Timing], Choice]:
    """Time each part of a program where a step like it would run; variables stay as they are.

    Args:
        program: A traced step.
        inputs: What it is fed.

    Returns:
        The times, and what runs it.
    """
    plan = Plan(program)
    choice = choose(plan, settings.compute_backend())
    return choice.backend.compile(plan).profile(inputs), choice


def explain_timings(timings: Sequence[Timing], choice: Choice, rows: int = 20) -> str:
    """Write a profile of one step as text.

    Args:
        timings: The parts of a step, in the order in which they run.
        choice: What runs the step.
        rows: How many parts to list, the slowest first.

    Returns:
        The text: what runs the step, its time, then a line for each part.
    """
    steady = [timing for timing in timings if not timing.last_step_only]
    total = sum(timing.seconds for timing in steady) or 1.0
    kernels = sum(timing.kernel is not None for timing in timings)
    device = f" on {choice.device}" if choice.device else ""
    lines = [
        f"Backend: {NAMES[choice.backend.name]}{device} ({choice.why})",
        *(f"Not on {NAMES[name]}: {reason}" for name, reason in choice.refused),
        f"A training step takes about {total * 1e3:.3f} ms in {len(steady)} parts; "
        f"{kernels} of {len(timings)} parts have a kernel.",
        f"{'time':>10} {'share':>6}  {'runs as':<16} equations",
    ]
    slowest = sorted(steady, key=lambda timing: -timing.seconds)
    for timing in slowest[:rows]:
        names = ", ".join(timing.primitives)
        names = names if len(names) <= 60 else f"{names[:57]}..."
        lines.append(
            f"{_microseconds(timing.seconds)} {timing.seconds / total:6.1%}  "
            f"{timing.kernel or 'NumPy':<16} {names}"
        )
    rest = slowest[rows:]
    if rest:
        seconds = sum(timing.seconds for timing in rest)
        lines.append(f"{_microseconds(seconds)} {seconds / total:6.1%}  {len(rest)} more")
    return "\n".join(lines)


def _microseconds(seconds: float) -> str:
    """Ten characters; parts of small models take less than a tenth of a microsecond."""
    microseconds = seconds * 1e6
    return f"{microseconds:7.{1 if microseconds >= 10 else 2}f} us"
