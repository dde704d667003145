"""The programs of the gallery: an epoch on the kernels gives the losses that NumPy gives."""

from pathlib import Path

import pytest

from pykeras_core import config
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from tests.gallery import EXAMPLES, assert_losses_of_numpy


@pytest.mark.usefixtures("programs_can_run")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_losses_are_those_of_numpy(
    backend: WasmBackend, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.set_max_epochs(1)
    assert assert_losses_of_numpy(path, backend, monkeypatch) == "completed"
