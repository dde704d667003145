"""Bakes a data folder into a site: `python -m pykeras_core.datasets.bake FOLDER TARGET`.

The build runs this. Every data set that lies in the folder, in any of its forms, becomes one
checked, compressed `<name>.npz`, from which the page's `load_data` takes it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from pykeras_core.datasets.sources import DATA_SETS

__all__ = ["bake"]


def bake(folder: Path, target: Path) -> list[str]:
    """Write the data sets of a folder as `<name>.npz`.

    Args:
        folder: The data folder.
        target: Receives the files; made if it is not there.

    Returns:
        The names of the data sets.

    Raises:
        ValueError: A file is damaged or holds something else, or there is no data set at all.
    """
    found = {
        name: arrays
        for name, data_set in sorted(DATA_SETS.items())
        if (arrays := data_set.read(folder)) is not None
    }
    if not found:
        raise ValueError(
            f"{folder} holds no data set. Expected one of {', '.join(sorted(DATA_SETS))}, each as "
            "`<name>.npz` or in the form in which it is published."
        )
    target.mkdir(parents=True, exist_ok=True)
    for name, arrays in found.items():
        np.savez_compressed(target / f"{name}.npz", allow_pickle=DATA_SETS[name].ragged, **arrays)
    return list(found)


def main(arguments: list[str]) -> int:
    """Bake, as a command."""
    folder, target = map(Path, arguments)
    try:
        bake(folder, target)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
