"""MNIST handwritten digits: `keras.datasets.mnist`."""

from __future__ import annotations

from functools import partial

import numpy as np

from pykeras_core.checks import checked
from pykeras_core.datasets import folders, samples, sources
from pykeras_core.datasets.folders import Split
from pykeras_core.utils.download import Download

__all__ = ["load_data"]

_IDX_ADDRESS = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_IDX_MD5 = (
    "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "d53e105ee54ea40749a09fcbcd1e9432",
    "9fb629c4189551a2d022fa330f9573f3",
    "ec29112dd5afa0611ce80d1b7f02629c",
)

DATA = sources.register(
    sources.DataSet(
        name="mnist",
        title="MNIST",
        downloads=(
            Download(
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
                "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
                "mnist.npz",
            ),
        ),
        mirrored=tuple(
            Download(_IDX_ADDRESS + file, f"md5:{md5}", f"mnist/{file}")
            for file, md5 in zip(folders.IDX_FILES, _IDX_MD5, strict=True)
        ),
        check=partial(folders.check_images, image=(0, 0), label=()),
        read_other=lambda folder: folders.load_idx_files(folder / "mnist"),
    )
)


@checked
def load_data(path: str = "mnist.npz") -> tuple[Split, Split]:
    """Load MNIST: 28x28 grey images of handwritten digits and their labels.

    The first of these that exists is taken:

    1. `mnist.npz`, or the four original IDX `.gz` files under `mnist/`, in `$PYKERAS_DATA_DIR`;
    2. `path` in Keras's own cache, `$KERAS_HOME/datasets` or `~/.keras/datasets`;
    3. in a page, what its build baked in; on a desktop, the public address, unless the
       environment variable `PYKERAS_OFFLINE` is set;
    4. the built-in sample of 5,000 real digits. It prints a line that says so.

    Args:
        path: File name in Keras's cache, or an absolute path, of a `.npz` file with `x_train`,
            `y_train`, `x_test` and `y_test`.

    Returns:
        `((x_train, y_train), (x_test, y_test))`. Images are uint8 of shape `(n, 28, 28)`, 0 is
        paper and 255 is ink; labels are uint8 of shape `(n,)`, 0 to 9. The full set has 60,000
        and 10,000 images, the sample 4,000 and 1,000, the same number of each digit, in a
        fixed mixed order.

    Raises:
        ValueError: A file is there, but it is damaged or holds something else.
        FileNotFoundError: No source has the data; the message names each one that was tried.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        MNIST: ...
        >>> x_train.shape[1:], x_train.dtype
        ((28, 28), dtype('uint8'))

    Source: Keras 3 `keras.datasets.mnist` for the names, the address and the file's form.
    """
    sources.data_dir()  # a folder that is named and not there is a mistake, sample or not
    try:
        return folders.splits(sources.load(DATA, path))
    except FileNotFoundError as error:
        return load_sample(str(error))


def load_sample(otherwise: str = "") -> tuple[Split, Split]:
    """Load the built-in sample: 4,000 digits to train on and 1,000 to test with.

    Args:
        otherwise: What a message says beside, when there is no sample either.

    Raises:
        FileNotFoundError: The sample is not there and cannot be made.
    """
    if not samples.MNIST.is_current():
        print(f"MNIST: fetching the sample once, from {samples.DISTRIBUTION} ...", flush=True)
        try:
            samples.MNIST.make()
        except OSError as error:
            raise FileNotFoundError(
                f"The built-in sample of MNIST cannot be made ({error}). {otherwise}".rstrip()
            ) from error
    labels, ink_bits, ink = samples.read_mnist()
    y = np.frombuffer(labels, np.uint8).copy()
    is_ink = np.unpackbits(np.frombuffer(ink_bits, np.uint8)).astype(bool)
    pixels = np.zeros(is_ink.shape, np.uint8)
    pixels[is_ink] = np.frombuffer(ink, np.uint8)
    x = pixels.reshape(-1, 28, 28)
    train = samples.MNIST_TRAIN_SIZE
    print(
        f"MNIST: the built-in sample, {train:,} digits to train on and "
        f"{samples.MNIST_TEST_SIZE:,} to test with."
    )
    return (x[:train], y[:train]), (x[train:], y[train:])
