"""What the tests of WebGPU share: a device of this machine, a software one if need be.

With `PYKERAS_WEBGPU=chromium` it is the browser's (`scripts/test --webgpu chromium`).
"""

import os
from collections.abc import Iterator

import pytest

from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
from pykeras_core.engine.backends.webgpu.desktop import DesktopDevice
from pykeras_core.engine.backends.webgpu.device import Device


@pytest.fixture(scope="session")
def device() -> Iterator[Device]:
    """The device that `wgpu` finds, or Chromium's."""
    if os.environ.get("PYKERAS_WEBGPU") == "chromium":
        from tests.webgpu.chromium import chromium_device

        with chromium_device() as found:
            yield found
        return
    try:
        yield DesktopDevice()
    except OSError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def backend(device: Device) -> WebgpuBackend:
    """The backend on it; one for all tests, so that equal shaders are compiled once."""
    return WebgpuBackend(device)
