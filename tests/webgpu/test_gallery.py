"""The programs of the gallery: some steps on WebGPU give the losses that NumPy gives.

Their shaders take a software device minutes to compile, so they are run where that is asked for.
"""

import os
from pathlib import Path

import pytest

from pykeras_core import config
from pykeras_core.engine.backends.webgpu.backend import WebgpuBackend
from tests.gallery import EXAMPLES, assert_losses_of_numpy

pytestmark = pytest.mark.skipif(
    "PYKERAS_WEBGPU" not in os.environ, reason="takes minutes: scripts/test --webgpu desktop"
)


@pytest.mark.usefixtures("programs_can_run")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_losses_are_those_of_numpy(
    backend: WebgpuBackend, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.set_max_epochs(1)
    config.set_max_steps_per_epoch(4)  # so some programs find fewer predictions than they expect
    assert_losses_of_numpy(path, backend, monkeypatch)
