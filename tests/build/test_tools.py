"""What tests need beside the basics is brought where it can be, and named where it cannot."""

from pathlib import Path

import pytest
from tasks import apt, real_keras, tools
from tasks.console import TaskError
from tasks.tools import Tool


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the packages asked for; each then counts as there."""
    names: list[str] = []
    monkeypatch.setattr(apt, "may_install", lambda: True)
    monkeypatch.setattr(apt, "install", lambda *packages: names.extend(packages))
    return names


def tool(installed: list[str]) -> Tool:
    return Tool(
        "A tool", lambda: Path("tool") if "tool-package" in installed else None, ("tool-package",)
    )


def test_a_missing_tool_is_installed_once(installed: list[str]) -> None:
    for _ in range(2):
        tools.ensure((tool(installed),))
    assert installed == ["tool-package"]


def test_a_tool_that_cannot_be_had_is_named_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*packages: str) -> None:
        raise TaskError("apt-get ended with status 100.", "Install it by hand.")

    monkeypatch.setattr(apt, "may_install", lambda: True)
    monkeypatch.setattr(apt, "install", refuse)
    tools.ensure((tool([]),))
    assert "A tool is not installed: its tests will be skipped" in capsys.readouterr().out


def test_nothing_is_installed_without_the_right_to(
    monkeypatch: pytest.MonkeyPatch, installed: list[str]
) -> None:
    monkeypatch.setattr(apt, "may_install", lambda: False)
    tools.ensure((tool(installed),))
    assert installed == []


def test_a_keras_that_is_named_is_taken_as_it_is_and_one_too_old_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[str] = []
    monkeypatch.setattr(real_keras, "ensure", lambda keras: made.append(keras.name) or Path("it"))
    monkeypatch.setenv("PYKERAS_REAL_KERAS_PYTHON", "somewhere/bin/python")
    monkeypatch.delenv("PYKERAS_KERAS2_PYTHON", raising=False)
    monkeypatch.setattr(real_keras.sys, "version_info", (3, 14, 0))
    assert dict(real_keras.variables()) == {}
    assert "Keras 2 needs Python 3.11 or older" in capsys.readouterr().out
    monkeypatch.setattr(real_keras.sys, "version_info", (3, 11, 7))
    assert dict(real_keras.variables()) == {"PYKERAS_KERAS2_PYTHON": "it"}
    assert made == ["Keras 2"]
