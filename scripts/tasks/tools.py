"""What some tests need beside Python, Node.js and Chromium: Firefox, Vulkan, a checking compiler.

The test command installs them where the distribution has packages for them and it may; elsewhere
the tests that need them say so and are skipped.
"""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tasks import apt, console
from tasks.console import TaskError


def firefox() -> Path | None:
    """Return the Firefox that is installed."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    return Path(found) if found else None


def sanitizer_runtime() -> Path | None:
    """Return AddressSanitizer's library, which must be the first one of a process; needs GCC."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    asked = subprocess.run(
        [compiler, "-print-file-name=libasan.so"], capture_output=True, text=True, check=False
    )
    path = Path(asked.stdout.strip())
    return path if path.is_absolute() and path.exists() else None


def vulkan_driver() -> Path | None:
    """Return the description of a Vulkan driver; Mesa's brings one that needs no graphics card."""
    folders = [Path("/usr/share/vulkan/icd.d"), Path("/etc/vulkan/icd.d")]
    return next((path for folder in folders for path in sorted(folder.glob("*.json"))), None)


@dataclass(frozen=True)
class Tool:
    """Something that tests use if it is there.

    Args:
        name: What to call it.
        find: Returns where it is, or None.
        packages: Debian's packages that bring it.
    """

    name: str
    find: Callable[[], Path | None]
    packages: tuple[str, ...]


TOOLS = (
    Tool("Firefox", firefox, ("firefox-esr",)),
    Tool("a Vulkan driver", vulkan_driver, ("libvulkan1", "mesa-vulkan-drivers")),
    Tool("GCC with its sanitizers", sanitizer_runtime, ("gcc", "libc6-dev")),
)


def ensure(tools: tuple[Tool, ...] = TOOLS) -> None:
    """Install what is missing, where that is possible, and name what stays missing."""
    for tool in tools:
        if tool.find() is None and apt.may_install():
            console.say(f"Installing {tool.name} for its tests")
            try:
                apt.install(*tool.packages)
            except TaskError as error:
                console.say(f"{error.what} {error.mend}")
        if tool.find() is None:
            console.say(
                f"{tool.name} is not installed: its tests will be skipped "
                f"(Debian: `apt install {' '.join(tool.packages)}`)"
            )
