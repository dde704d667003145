"""Finding a Chromium: the system's first, then Playwright's, then the distribution's."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tasks import browser
from tasks.console import TaskError


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the ways of getting a browser that were tried, without taking any."""
    ways: list[str] = []
    monkeypatch.setattr(browser, "find", lambda: ways.append("find"))
    monkeypatch.setattr(browser, "_install_with_playwright", lambda: ways.append("playwright"))
    monkeypatch.setattr(browser, "_install_with_apt", lambda: ways.append("apt"))
    monkeypatch.setattr(browser, "_ensure_chinese_font", lambda: ways.append("font"))
    return ways


def fake_chromium(folder: Path, status: int, name: str = "chromium") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_chromium_on_the_path_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = fake_chromium(tmp_path, status=0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.find() == path


def test_chromium_without_windows_is_taken_before_the_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_chromium(tmp_path, status=0)
    lighter = fake_chromium(tmp_path, status=0, name="chromium-headless-shell")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.find() == lighter


def test_chromium_that_does_not_start_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = fake_chromium(tmp_path, status=1)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(browser, "NAMES", ("chromium",))
    with ThreadPoolExecutor() as elsewhere:  # a browser of other tests may run in this thread
        assert elsewhere.submit(browser.find).result() != path


def test_browser_that_is_there_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, tried: list[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(browser, "find", lambda: tmp_path)
    assert browser.ensure() == tmp_path
    assert tried == ["font"]


def test_playwright_is_asked_before_the_distribution_and_then_the_user(tried: list[str]) -> None:
    with pytest.raises(TaskError) as caught:
        browser.ensure()
    assert tried == ["find", "playwright", "find", "apt", "find"]
    assert "apt install chromium" in caught.value.mend


def test_a_distribution_without_the_lighter_chromium_gives_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def install(package: str) -> None:
        asked.append(package)
        if package != "chromium":
            raise TaskError("Unable to locate package", "Install it by hand.")

    monkeypatch.setattr(browser.apt, "may_install", lambda: True)
    monkeypatch.setattr(browser.apt, "install", install)
    browser._install_with_apt()
    assert asked == ["chromium-headless-shell", "chromium"]


def test_sandbox_is_given_up_only_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    assert "--no-sandbox" in browser.arguments()
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    assert "--no-sandbox" not in browser.arguments()
