"""Finds the Chromium that tests and benchmarks drive, and gets one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tasks import apt, console, environment
from tasks.console import TaskError
from tasks.paths import venv_python

# The first two are Chromium without its windows: the same pages, at a quarter of the work.
NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Playwright starts browsers quietly; these are what it leaves to the caller.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

# WebGPU without a graphics processor: Chromium computes on the processor (SwiftShader).
SOFTWARE_WEBGPU = [
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--use-webgpu-adapter=swiftshader",
]


def arguments() -> list[str]:
    """Return the command-line switches to start Chromium with.

    As root, Chromium's sandbox cannot start; pages under test come from this machine only.
    """
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*ARGUMENTS, "--no-sandbox"] if is_root else list(ARGUMENTS)


def find() -> Path | None:
    """Return a Chromium that starts: the system's, or the one Playwright has downloaded."""
    for name in NAMES:
        if (found := shutil.which(name)) and _starts(Path(found)):
            return Path(found)
    with driver() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if _starts(path) else None


@contextmanager
def driver() -> Iterator[Playwright]:
    """Start Playwright, on the Node.js that is installed.

    The one that comes with Playwright needs a shared library that small systems lack.
    """
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = environment.program("node")
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def launched(*more_arguments: str) -> Iterator[Browser]:
    """Start a headless Chromium.

    Args:
        *more_arguments: Command-line switches beside `arguments()`.
    """
    executable = ensure()
    with driver() as playwright:
        running = playwright.chromium.launch(
            executable_path=executable, args=[*arguments(), *more_arguments]
        )
        yield running
        running.close()


def ensure() -> Path:
    """Return a Chromium, installing one if none is found, and a font with Chinese characters.

    Raises:
        TaskError: There is none, and neither Playwright nor the distribution gave one.
    """
    for install in (None, _install_with_playwright, _install_with_apt):
        if install is not None:
            install()
        if (path := find()) is not None:
            _ensure_chinese_font()
            return path
    raise TaskError(
        "No Chromium was found, and none could be installed.",
        "Install Chromium or Google Chrome so that `chromium` or `google-chrome` is on the PATH "
        "(Debian: `apt install chromium`), then run the same command again.",
    )


def _starts(path: Path) -> bool:
    if not path.is_file():
        return False
    return subprocess.run([path, "--version"], check=False, capture_output=True).returncode == 0


def _install_with_playwright() -> None:
    console.say("No Chromium on the PATH: asking Playwright for one")
    subprocess.run(
        [venv_python(), "-m", "playwright", "install", "chromium"],
        check=False,
        env=os.environ | {"PLAYWRIGHT_NODEJS_PATH": environment.program("node")},
    )


def _install_with_apt() -> None:
    if apt.may_install():
        console.say("Playwright gave none: installing the distribution's Chromium")
        try:
            apt.install("chromium-headless-shell")
        except TaskError:  # an older distribution has no such package
            apt.install("chromium")


def _ensure_chinese_font() -> None:
    """Screenshots show boxes instead of Chinese where no font has the characters."""
    if sys.platform != "linux" or _has_chinese_font():
        return
    if apt.may_install():
        console.say("Installing a font with Chinese characters, for the screenshots")
        apt.install("fontconfig", "fonts-noto-cjk")
    else:
        console.say(
            "No font with Chinese characters was found: screenshots may show boxes "
            "(Debian: `apt install fontconfig fonts-noto-cjk`)"
        )


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn"], check=False, capture_output=True)
    return bool(listed.stdout.strip())
