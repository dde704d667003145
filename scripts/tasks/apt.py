"""Installs packages of the distribution where that is allowed: as root, on Debian and its kin."""

import os
import shutil

from tasks import console


def may_install() -> bool:
    """Say whether packages can be installed without asking anyone."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install packages by name.

    Raises:
        TaskError: The distribution does not give them.
    """
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    mend = f"Install {' and '.join(packages)} by hand, then run the same command again."
    console.run(["apt-get", "-q", "update"], env=quietly, mend=mend, quiet=True)
    command = ["apt-get", "-q", "install", "-y", "--no-install-recommends", *packages]
    console.run(command, env=quietly, mend=mend, quiet=True)
