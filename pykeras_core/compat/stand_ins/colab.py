"""`google.colab`: what notebooks of that service call at their beginning."""

from __future__ import annotations

import os
import sys
from typing import Any

__all__ = ["auth", "cv2_imshow", "drive", "files", "output", "userdata"]


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


class auth:
    """`google.colab.auth`."""

    @staticmethod
    def authenticate_user(*args: object, **kwargs: object) -> None:
        """Does nothing: there is no service to sign in to."""


class userdata:
    """`google.colab.userdata`."""

    @staticmethod
    def get(key: str) -> str:
        """Raises an error: secrets of that service stay there.

        Raises:
            KeyError: Always.
        """
        raise KeyError(f"there is no secret {key!r} here; write what it stands for as a text")


def cv2_imshow(a: Any) -> None:
    """`google.colab.patches.cv2_imshow`: shows an image of blue, green, red.

    Args:
        a: Array of shape (height, width) or (height, width, 3).
    """
    import matplotlib.pyplot as plt
    import numpy as np

    pixels = np.asarray(a)
    plt.figure()
    plt.imshow(pixels[..., ::-1] if pixels.ndim == 3 else pixels, cmap="gray")
    plt.axis("off")
    plt.show()


class output:
    """`google.colab.output`."""

    @staticmethod
    def clear(*args: object, **kwargs: object) -> None:
        """Does nothing: what was printed stays."""
