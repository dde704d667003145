"""CIFAR-100, small photographs in a hundred classes: `keras.datasets.cifar100`."""

from __future__ import annotations

from functools import partial

from pykeras_core.checks import checked
from pykeras_core.datasets import cifar, folders, sources
from pykeras_core.datasets.folders import Split
from pykeras_core.utils.download import Download

__all__ = ["load_data"]


def _data_set(name: str, label_mode: str) -> sources.DataSet:
    return sources.DataSet(
        name=name,
        title=f"CIFAR-100 ({label_mode} labels)",
        downloads=(
            Download(
                "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
                "sha256:85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
                "cifar-100-python-target",
                unpack=True,
            ),
        ),
        check=partial(folders.check_images, image=(32, 32, 3), label=(1,)),
        read_other=cifar.reader("cifar-100-python", ["train"], "test", f"{label_mode}_labels"),
    )


FINE = sources.register(_data_set("cifar100", "fine"))
COARSE = sources.register(_data_set("cifar100_coarse", "coarse"))


@checked
def load_data(label_mode: str = "fine") -> tuple[Split, Split]:
    """Load CIFAR-100: 50,000 and 10,000 colour photographs of 32x32 pixels.

    The first place that has it gives it: `cifar100.npz` (with coarse labels:
    `cifar100_coarse.npz`), or the folder `cifar-100-python`, in `$PYKERAS_DATA_DIR`; Keras's
    cache; in a page, what its build baked in; on a desktop, the public address (169 MB).

    Args:
        label_mode: `"fine"`: 100 classes; `"coarse"`: the 20 groups they are in.

    Returns:
        `((x_train, y_train), (x_test, y_test))`. Images are uint8 of shape `(n, 32, 32, 3)`,
        labels uint8 of shape `(n, 1)`.

    Raises:
        ValueError: `label_mode` is something else; or a file is damaged or holds something else.
        FileNotFoundError: No place has the data; the message names each one that was tried.

    Source: Krizhevsky, "Learning multiple layers of features from tiny images" (2009).
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(
            f"`label_mode` must be one of 'fine', 'coarse'. Received: label_mode={label_mode!r}."
        )
    return folders.splits(sources.load(FINE if label_mode == "fine" else COARSE))
