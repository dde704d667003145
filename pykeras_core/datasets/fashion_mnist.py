"""Fashion-MNIST, Zalando's images of clothes: `keras.datasets.fashion_mnist`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pykeras_core.checks import checked
from pykeras_core.datasets import folders, sources
from pykeras_core.datasets.folders import Arrays, Split
from pykeras_core.utils.download import Download

__all__ = ["CLASS_NAMES", "load_data"]

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""What each label from 0 to 9 means."""

_FOLDER = "fashion-mnist"
_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_MD5 = (
    "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "25c81989df183df01b3e8a0aad5dffbe",
    "bef4ecab320f06d8554ea6380940ec79",
    "bb300cfdad3c16e7a12a480ee83cd310",
)


def _read_idx(folder: Path) -> Arrays | None:
    found = folders.load_idx_files(folder / _FOLDER)
    return found if found is not None else folders.load_idx_files(folder / "fashion_mnist")


DATA = sources.register(
    sources.DataSet(
        name="fashion_mnist",
        title="Fashion-MNIST",
        downloads=tuple(
            Download(_ADDRESS + file, f"md5:{md5}", f"{_FOLDER}/{file}")
            for file, md5 in zip(folders.IDX_FILES, _MD5, strict=True)
        ),
        check=partial(folders.check_images, image=(0, 0), label=()),
        read_other=_read_idx,
    )
)


@checked
def load_data() -> tuple[Split, Split]:
    """Load Fashion-MNIST: 28x28 grey images of clothes in ten classes.

    The first place that has it gives it: `fashion_mnist.npz`, or the four original IDX `.gz`
    files under `fashion_mnist/`, in `$PYKERAS_DATA_DIR`; Keras's cache; in a page, what its
    build baked in; on a desktop, the public address.

    Returns:
        `((x_train, y_train), (x_test, y_test))`. Images are uint8 of shape `(n, 28, 28)`, labels
        uint8 of shape `(n,)`, see `CLASS_NAMES`. The full set has 60,000 and 10,000 images.

    Raises:
        ValueError: A file is there, but it is damaged or holds something else.
        FileNotFoundError: No place has the data; the message names each one that was tried.

    Source: Xiao, Rasul and Vollgraf (2017), arXiv:1708.07747; digests as its authors publish them.
    """
    return folders.splits(sources.load(DATA))
