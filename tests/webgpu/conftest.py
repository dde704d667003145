"""What the tests of WebGPU share: a device of this machine, a software one if need be."""

import pytest

from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
from pykeras_core.engine.backends.webgpu.desktop import DesktopDevice


@pytest.fixture(scope="session")
def device() -> DesktopDevice:
    """The device that `wgpu` finds."""
    try:
        return DesktopDevice()
    except OSError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def backend(device: DesktopDevice) -> WebgpuBackend:
    """The backend on it; one for all tests, so that equal shaders are compiled once."""
    return WebgpuBackend(device)
