"""Chromium's graphics processor for tests under CPython: the page's own device, in a tab.

What Pyodide does for `BrowserDevice` in a page is done here by Playwright: calls go to `gpu.js` in
a tab, arrays as texts. So all that runs on `wgpu` can be run on the browser's WebGPU, and every
shader goes through the browser's compiler.
"""

from __future__ import annotations

import base64
import sys
import threading
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page
from tasks import browser as chromium

from pykeras_core.engine.backends.webgpu import browser
from pykeras_core.engine.backends.webgpu.device import DISPATCH_WORDS
from pykeras_core.engine.primitive import Array

__all__ = ["ChromiumDevice", "chromium_device"]

_FOLDER = Path(__file__).parents[2] / "web" / "worker"

_CALLS = {
    "allocate",
    "copy",
    "group",
    "map",
    "pending",
    "pipeline",
    "release",
    "submit",
    "wait",
    "write",
}

_BRIDGE = """
async () => {
  const { openDevice } = await import("./gpu.js");
  const gpu = await openDevice(navigator.gpu);
  const arrayOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  const view = { u8: Uint8Array, i32: Int32Array };
  const given = (value) =>
    value?.bytes === undefined
      ? value
      : { getBuffer: (kind) => ({ data: new view[kind](arrayOf(value.bytes)), release() {} }) };
  globalThis.call = async ([name, values]) => {
    const found = await gpu[name](...values.map(given));
    if (name !== "map" || typeof found === "string") {
      return found ?? null;
    }
    let bytes = "";
    const data = new Uint8Array(found.size);
    found.copyTo({ getBuffer: () => ({ data, release() {} }) });
    for (const byte of data) {
      bytes += String.fromCharCode(byte);
    }
    return { bytes: btoa(bytes) };
  };
  const { description, isFallback, mostBindingBytes, mostStorageBuffers } = gpu;
  const { mostWorkgroups, mostBufferBytes } = gpu;
  return { description, isFallback, mostBindingBytes, mostStorageBuffers, mostWorkgroups,
    mostBufferBytes };
}
"""


class _Gpu:
    """The device of `gpu.js`, as Python sees it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        vars(self).update(page.evaluate(_BRIDGE))

    def __getattr__(self, name: str) -> Any:
        if name not in _CALLS:
            raise AttributeError(name)

        def call(*values: Any) -> Any:
            found = self._page.evaluate("call", [name, [_sent(value) for value in values]])
            return _Mapped(found["bytes"]) if isinstance(found, dict) else found

        return call


class _Mapped:
    """What a read has brought."""

    def __init__(self, text: str) -> None:
        self._bytes = base64.b64decode(text)

    def copyTo(self, array: Array) -> None:
        array.view(np.uint8)[:] = np.frombuffer(self._bytes, np.uint8)


def _sent(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"bytes": base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()}
    return value


class ChromiumDevice(browser.BrowserDevice):
    """The page's device; each submit waits for its shaders, as that of a desktop does."""

    def __init__(self) -> None:
        super().__init__()
        self._unused: list[int] = []

    def release(self, buffer: int) -> None:
        """Buffers are given back before the next submit: Playwright cannot be called just now.

        What is collected may be collected while Playwright waits for an answer.
        """
        self._unused.append(buffer)

    def pending(self, pipelines: Sequence[int]) -> bool:
        """Whether the device refuses one; else they are made before this returns."""
        self._gpu.wait(np.array(pipelines, np.int32))
        return super().pending(pipelines)

    def submit(self, words: Array) -> None:
        while self._unused:
            super().release(self._unused.pop())
        self.pending(sorted(set(words[::DISPATCH_WORDS].tolist())))
        super().submit(words)


@contextmanager
def chromium_device() -> Iterator[ChromiumDevice]:
    """Start a Chromium that computes on the processor, and open its device."""
    handler = partial(_Quiet, directory=str(_FOLDER))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with chromium.launched(*chromium.SOFTWARE_WEBGPU) as running:
            page = running.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/tsconfig.json")
            yield _opened(page)
    finally:
        server.shutdown()
        server.server_close()


def _opened(page: Page) -> ChromiumDevice:
    ffi = types.ModuleType("pyodide.ffi")
    ffi.__dict__.update(run_sync=lambda found: found, can_run_sync=lambda: True)
    offered = types.SimpleNamespace(canPause=True, open=lambda: _Gpu(page))
    sys.modules["pyodide.ffi"] = ffi
    browser.connect(offered)
    try:
        return ChromiumDevice()
    finally:
        browser.connect(None)
        del sys.modules["pyodide.ffi"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *given: object) -> None:
        pass
