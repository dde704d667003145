"""What a command says while it works, and how it says that it failed."""

import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class TaskError(Exception):
    """A step failed for a reason the user can act on.

    Args:
        what: What failed, in a sentence.
        mend: What to do about it.
    """

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


def say(text: str) -> None:
    """Print one line of progress at once, even into a pipe."""
    print(f"-- {text}", flush=True)


def megabytes(size_bytes: float) -> str:
    """Format a size in the unit people compare downloads in: `12.3 MB`."""
    return f"{size_bytes / 1e6:.1f} MB"


class ByteProgress:
    """Shows how much of a download has arrived: one line rewritten, or a few lines in a log.

    Args:
        name: What is being fetched.
        total_bytes: Its size, or None where the server does not tell.
    """

    _LOG_EVERY_S = 5.0

    def __init__(self, name: str, total_bytes: int | None) -> None:
        self._name = name
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self._live = sys.stdout.isatty()
        self._told_at = time.monotonic()

    def add(self, size_bytes: int) -> None:
        """Count `size_bytes` more."""
        self._done_bytes += size_bytes
        interval_s = 0.1 if self._live else self._LOG_EVERY_S
        if time.monotonic() - self._told_at >= interval_s:
            self._tell(end="" if self._live else "\n")

    def finish(self) -> None:
        """Show the final size and end the line."""
        self._tell(end="\n")

    def _tell(self, end: str) -> None:
        self._told_at = time.monotonic()
        total = f" of {megabytes(self._total_bytes)}" if self._total_bytes else ""
        start = "\r" if self._live else ""
        print(f"{start}   {self._name}: {megabytes(self._done_bytes)}{total}", end=end, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    mend: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    quiet: bool = False,
) -> None:
    """Run a command and raise `TaskError` if it fails.

    Args:
        command: The program and its arguments.
        mend: What the user can do if it fails.
        cwd: The folder to run in.
        env: The whole environment; the current one by default.
        quiet: Hold the output back and show it only on failure.

    Raises:
        TaskError: The program is missing or exited with a non-zero status.
    """
    shown = shlex.join(str(part) for part in command)
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            check=False,
            text=True,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
        )
    except FileNotFoundError as error:
        raise TaskError(f"`{command[0]}` was not found ({error}).", mend) from error
    if done.returncode:
        if quiet:
            print(done.stdout)
        raise TaskError(f"`{shown}` ended with status {done.returncode}.", mend)


def command_line(main: Callable[[], int]) -> int:
    """Run a command's `main` and turn a `TaskError` into a plain message and status 1."""
    try:
        return main()
    except TaskError as error:
        print(f"\nFailed: {error.what}\nTo mend it: {error.mend}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
