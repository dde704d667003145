"""What the tests of data sets share: this machine's own data sets stay out of them."""

from pathlib import Path

import pytest

from pykeras_core.datasets import sources
from pykeras_core.utils import download


@pytest.fixture(autouse=True)
def no_data_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PYKERAS_DATA_DIR", raising=False)
    monkeypatch.setenv("PYKERAS_OFFLINE", "1")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(download, "_silent_hosts", set())
    monkeypatch.setattr(sources, "_site", None)
