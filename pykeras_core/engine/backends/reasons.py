"""Reasons: why a program runs on one backend and not on another.

This module owns `Reason`, which a page can tell in its reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["REASONS", "Reason"]

REASONS = {
    "asked": "it was asked for",
    "no-kernels": "the SIMD kernels are not there: {detail}",
    "processor": "the SIMD kernels run it",
    "small": "a step takes {mflop} million operations, too few to gain from a graphics processor",
    "no-device": "{detail}",
    "no-webgpu": "this browser has no WebGPU",
    "no-https": "browsers offer WebGPU only to pages that come over HTTPS, or from this machine",
    "no-adapter": "this browser finds no graphics processor that it can use",
    "not-given": "the browser did not give its graphics processor: {detail}",
    "not-fetched": "a file of the page could not be fetched: {detail}",
    "no-jspi": "this browser cannot suspend Python while it waits (it lacks JSPI)",
    "fallback": "{device} is no graphics processor, it only acts as one",
    "primitives": "it has no WGSL for {names}",
    "inputs": "the {megabytes} MB of its data are more than a shader can see",
    "no-room": "{detail}",
    "shader": "the graphics processor refuses a shader: {detail}",
    "wrong": "its results are not those of the processor",
    "lost": "the graphics processor was lost; training goes on from the weights of {seconds} s ago",
    "compiling": "its shaders are being compiled; until then the SIMD kernels run it",
    "measured": "measured on this model: {own_ms} ms a step, {other_ms} ms on {other}",
    "known": "measured before on the same model",
}
"""By code, the words of each reason; what stands in braces is among its values."""


@dataclass(frozen=True)
class Reason:
    """Why something was chosen or refused.

    Args:
        code: A key of `REASONS`.
        values: What its words name.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return REASONS[self.code].format(**self.values)
