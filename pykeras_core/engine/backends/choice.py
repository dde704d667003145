"""Which backend runs a program.

This module owns `choose`. The SIMD kernels run what they can; a graphics processor is looked for
where a step has enough arithmetic for it, or where it was asked for, and measured against them
while training goes on (`changing.py`).
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pykeras_core.engine.backends.base import Backend
from pykeras_core.engine.backends.reasons import Reason
from pykeras_core.engine.backends.work import operations_of
from pykeras_core.engine.plan import Plan

if TYPE_CHECKING:
    from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
    from pykeras_core.engine.backends.webgpu.device import Device

__all__ = ["WORTHWHILE", "Choice", "choose", "forget_device", "why_not_kernels"]

WORTHWHILE = 20_000_000
"""Operations a step from which on a graphics processor may win: some dispatches and the way back
take about as long as the kernels take for so many."""

_MOST_LOSSES = 3
"""A driver that loses its device so often will lose the next one too."""

_SLOW = "Training runs on NumPy, which is slower: {}"


@dataclass(frozen=True)
class Choice:
    """What runs a program, and why.

    Args:
        backend: Compiles its plan.
        why: Why it is this one.
        refused: Which others cannot run it or are not worth it, and why.
        device: What the graphics processor calls itself, if it is one.
    """

    backend: Backend
    why: Reason
    refused: tuple[tuple[str, Reason], ...] = ()
    device: str | None = None


def choose(plan: Plan, wanted: str = "auto") -> Choice:
    """The backend for a plan.

    In a page, where the kernels belong to the package, their absence is a warning.

    Args:
        plan: What is to run.
        wanted: 'wasm', 'webgpu' or 'numpy'; 'auto' for whatever is fastest. One that cannot run
            the plan is not taken.
    """
    if wanted == "numpy":
        return Choice(_reference(), Reason("asked"))
    own = _own(wanted)
    if wanted == "wasm":
        return own
    operations = operations_of(plan)
    if wanted == "auto" and operations < WORTHWHILE:
        small = Reason("small", {"mflop": f"{operations / 1e6:.1f}"})
        return _refusing(own, small)
    device = _graphics(wanted == "webgpu")
    if isinstance(device, Reason):
        return _refusing(own, device)
    reason = device.refusal(plan)
    if reason is not None:
        return _refusing(own, reason)
    from pykeras_core.engine.backends.changing import Changing

    return Choice(Changing(own, device, wanted == "auto"), own.why, own.refused)


def forget_device(backend: WebgpuBackend, reason: Reason) -> None:
    """Use a graphics processor no more, because of what happened to it.

    What is compiled from now on looks for another one, until too many were lost.
    """
    if _state.graphics is backend:
        _state.losses += 1
        _state.graphics = reason if _state.losses >= _MOST_LOSSES else None


def why_not_kernels() -> str | None:
    """Why plans run on NumPy, in one line; None if they run on the kernels."""
    reason = _available()[1]
    return None if reason is None else _SLOW.format(reason)


def _own(wanted: str) -> Choice:
    """What runs a plan on the processor."""
    backend, reason = _available()
    if reason is None:
        return Choice(backend, Reason("asked" if wanted == "wasm" else "processor"))
    if sys.platform == "emscripten":
        warnings.warn(_SLOW.format(reason), RuntimeWarning, stacklevel=3)
    why = Reason("no-kernels", {"detail": reason})
    return Choice(backend, why, (("wasm", why),))


def _refusing(own: Choice, reason: Reason) -> Choice:
    return Choice(own.backend, own.why, (*own.refused, ("webgpu", reason)))


@cache
def _reference() -> Backend:
    from pykeras_core.engine.backends.reference.backend import NumpyBackend

    return NumpyBackend()


@cache
def _available() -> tuple[Backend, str | None]:
    from pykeras_core.engine.backends.wasm.backend import WasmBackend

    try:
        return WasmBackend(), None
    except OSError as error:
        return _reference(), str(error)


class _State:
    """What changes; beside the module's names, which are put back after a program of the page."""

    graphics: WebgpuBackend | Reason | None = None
    """What was found; or what has happened to it, after which none is looked for any more."""
    losses = 0


_state = _State()


def _graphics(takes_fallback: bool) -> WebgpuBackend | Reason:
    """The backend of the graphics processor; where there is none to be had, the reason."""
    from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
    from pykeras_core.engine.backends.webgpu.device import NoDeviceError

    if _state.graphics is None:
        try:
            _state.graphics = WebgpuBackend(_open())
        except NoDeviceError as error:  # a file may not have come: it is tried again
            return error.reason
        except (OSError, MemoryError) as error:
            return Reason("no-device", {"detail": str(error)})
    found = _state.graphics
    if isinstance(found, WebgpuBackend) and found.device.is_fallback and not takes_fallback:
        return Reason("fallback", {"device": found.device.description})
    return found


def _open() -> Device:
    """The device of the page, or of this machine."""
    if sys.platform == "emscripten":
        from pykeras_core.engine.backends.webgpu.browser import BrowserDevice

        return BrowserDevice()
    from pykeras_core.engine.backends.webgpu.desktop import DesktopDevice

    return DesktopDevice()
