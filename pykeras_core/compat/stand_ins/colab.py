"""`google.colab`: what notebooks of that service call at their beginning."""

from __future__ import annotations

import os
import sys

__all__ = ["drive", "files", "output"]


class drive:
    """`google.colab.drive`."""

    @staticmethod
    def mount(mountpoint: str, force_remount: bool = False, **kwargs: object) -> None:
        """Does nothing, and says where files are looked for."""
        print(
            f"Hint: there is no drive at {mountpoint!r} here; files are looked for in "
            f"{os.getcwd()!r}.",
            file=sys.stderr,
        )


class files:
    """`google.colab.files`."""

    @staticmethod
    def upload(*args: object, **kwargs: object) -> dict[str, bytes]:
        """Returns no files, and says how to bring some."""
        print("Hint: add files in the Files panel; programs find them by name.", file=sys.stderr)
        return {}

    @staticmethod
    def download(filename: str) -> None:
        """Says where the file is."""
        print(f"{filename} is in {os.getcwd()}")


class output:
    """`google.colab.output`."""

    @staticmethod
    def clear(*args: object, **kwargs: object) -> None:
        """Does nothing: what was printed stays."""
