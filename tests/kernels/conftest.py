"""What the tests of the kernels share: the backend, built for this machine."""

import pytest

from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.kernels import build


@pytest.fixture(scope="session")
def backend() -> WasmBackend:
    """The kernels of these sources, built for this machine."""
    if not build.has_compiler():
        pytest.skip("the compiler of the kernels, `ziglang`, is not installed")
    return WasmBackend()
