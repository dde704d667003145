"""CIFAR-10, small photographs in ten classes: `keras.datasets.cifar10`."""

from __future__ import annotations

from functools import partial

from pykeras_core.checks import checked
from pykeras_core.datasets import cifar, folders, sources
from pykeras_core.datasets.folders import Split
from pykeras_core.utils.download import Download

__all__ = ["CLASS_NAMES", "load_data"]

CLASS_NAMES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
"""What each label from 0 to 9 means."""

DATA = sources.register(
    sources.DataSet(
        name="cifar10",
        title="CIFAR-10",
        downloads=(
            Download(
                "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                "sha256:6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                "cifar-10-batches-py-target",
                unpack=True,
            ),
        ),
        check=partial(folders.check_images, image=(32, 32, 3), label=(1,)),
        read_other=cifar.reader(
            "cifar-10-batches-py",
            [f"data_batch_{number}" for number in range(1, 6)],
            "test_batch",
            "labels",
        ),
    )
)


@checked
def load_data() -> tuple[Split, Split]:
    """Load CIFAR-10: 50,000 and 10,000 colour photographs of 32x32 pixels.

    The first place that has it gives it: `cifar10.npz`, or the folder `cifar-10-batches-py`, in
    `$PYKERAS_DATA_DIR`; Keras's cache; in a page, what its build baked in; on a desktop, the
    public address (170 MB).

    Returns:
        `((x_train, y_train), (x_test, y_test))`. Images are uint8 of shape `(n, 32, 32, 3)`,
        labels uint8 of shape `(n, 1)`, see `CLASS_NAMES`.

    Raises:
        ValueError: A file is there, but it is damaged or holds something else.
        FileNotFoundError: No place has the data; the message names each one that was tried.

    Source: Krizhevsky, "Learning multiple layers of features from tiny images" (2009).
    """
    return folders.splits(sources.load(DATA))
