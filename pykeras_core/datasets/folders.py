"""Reads arrays from files: `.npz` as Keras caches them, and the original IDX files of images."""

from __future__ import annotations

import gzip
import pickle
import struct
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from pykeras_core.datasets import pickles

Arrays = dict[str, np.ndarray[Any, Any]]
Split = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]

NPZ_KEYS = ("x_train", "y_train", "x_test", "y_test")
IDX_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
_IDX_UINT8 = 0x08
# What zipfile and NumPy raise on bytes that are no archive, a cut one, or one with odd headers.
_DAMAGE = (
    *(OSError, EOFError, ValueError, RuntimeError, KeyError, MemoryError, SyntaxError),
    *(TypeError, OverflowError),
    *(zipfile.BadZipFile, zlib.error, struct.error, pickle.UnpicklingError),
)


_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What NumPy writes, and what unpacks piece by piece within a bound."""

_LARGEST_GROWTH = 200
_SMALL_BYTES = 2**24
"""An array larger than this may not unpack to more than that many times its packed size."""

_LARGEST_LABEL = 255


def load_npz(source: Path | bytes, name: str, keys: Iterable[str], ragged: bool = False) -> Arrays:
    """Load arrays from a `.npz`.

    Args:
        source: The file, or its bytes.
        name: What a message calls it.
        keys: The arrays it must hold.
        ragged: Whether arrays may hold lists of different lengths, which NumPy keeps pickled.

    Returns:
        The arrays by name.

    Raises:
        ValueError: The file is damaged, or an array is missing.
    """
    file: Any = BytesIO(source) if isinstance(source, bytes) else source
    try:
        with zipfile.ZipFile(file) as archive:
            members = set(archive.namelist())
            missing = [key for key in keys if f"{key}.npy" not in members]
            found = () if missing else keys
            arrays = {key: _member(_unpacked(archive, f"{key}.npy"), ragged) for key in found}
    except _DAMAGE as error:
        raise ValueError(
            f"{name} is not a readable .npz file ({error}). Delete it or put a whole copy there."
        ) from error
    if missing:
        raise ValueError(
            f"{name} was expected to hold the arrays {', '.join(keys)}; "
            f"it lacks {', '.join(missing)}."
        )
    return arrays


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member's bytes: no more than the archive says, which may not be far more than it has."""
    info = archive.getinfo(name)
    if info.compress_type not in _PACKINGS:
        raise ValueError(f"{name} is packed in a way that NumPy does not write")
    if info.file_size > max(_SMALL_BYTES, _LARGEST_GROWTH * info.compress_size):
        raise ValueError(
            f"{name} grows from {info.compress_size} to {info.file_size} bytes when it is "
            "unpacked, which is refused"
        )
    with archive.open(info) as member:
        data = member.read(info.file_size)
    if len(data) != info.file_size:
        raise ValueError(f"{name} ends too early")
    return data


def _member(data: bytes, ragged: bool) -> np.ndarray[Any, Any]:
    try:
        return np.lib.format.read_array(BytesIO(data), allow_pickle=False)
    except ValueError:
        if not ragged:
            raise
    stream = BytesIO(data)
    major, _ = np.lib.format.read_magic(stream)
    read_header = (
        np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    )
    read_header(stream)
    return np.asarray(pickles.load(stream.read()))


def load_idx(path: Path) -> np.ndarray[Any, Any]:
    """Load a gzipped IDX file of unsigned bytes.

    The format: two zero bytes, the type (8 is uint8), the number of axes, each axis's length as
    a big-endian 32-bit integer, then the values, the last axis varying fastest.

    Source: the description beside the original MNIST files by LeCun, Cortes and Burges.

    Raises:
        ValueError: The file is damaged, or not an IDX file of unsigned bytes.
    """
    try:
        contents = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is not a readable gzip file ({error}).") from error
    if len(contents) < 4 or contents[:3] != bytes([0, 0, _IDX_UINT8]):
        raise ValueError(
            f"{path} was expected to start as an IDX file of unsigned bytes (00 00 08), "
            f"it starts with {contents[:3].hex(' ')}."
        )
    axes = contents[3]
    header_bytes = 4 + 4 * axes
    if len(contents) < header_bytes:
        raise ValueError(f"{path} ends inside its header of {header_bytes} bytes.")
    shape = struct.unpack(f">{axes}I", contents[4:header_bytes])
    if len(contents) - header_bytes != prod(shape):
        raise ValueError(
            f"{path} announces shape {shape}, that is {prod(shape)} values, "
            f"and holds {len(contents) - header_bytes}."
        )
    return np.frombuffer(contents, np.uint8, offset=header_bytes).reshape(shape).copy()


def load_idx_files(folder: Path) -> Arrays | None:
    """Load the four IDX files of a data set from their folder; None unless all are there."""
    if not all((folder / file).is_file() for file in IDX_FILES):
        return None
    loaded = (load_idx(folder / file) for file in IDX_FILES)
    return dict(zip(NPZ_KEYS, loaded, strict=True))


def check_images(arrays: Arrays, name: str, image: tuple[int, ...], label: tuple[int, ...]) -> None:
    """Make sure that arrays are images with their labels, and labels uint8.

    Args:
        arrays: `x_train`, `y_train`, `x_test`, `y_test`; labels are converted in place.
        name: What a message calls their file.
        image: Shape of one image; 0 for any length.
        label: Shape of one label: `()` or `(1,)`.

    Raises:
        ValueError: They are something else.
    """
    for split in ("train", "test"):
        x, y = arrays[f"x_{split}"], arrays[f"y_{split}"]
        fits = (
            x.dtype == np.uint8
            and x.ndim == 1 + len(image)
            and all(want in (0, got) for want, got in zip(image, x.shape[1:], strict=True))
        )
        if not fits or y.shape != (len(x), *label) or y.dtype.kind not in "iu":
            sizes = ", ".join(str(size) if size else "any" for size in image)
            raise ValueError(
                f"{name} was expected to hold uint8 images of shape (n, {sizes}) and integer "
                f"labels of shape {('n', *label)}; x_{split} is {x.dtype} {x.shape}, "
                f"y_{split} is {y.dtype} {y.shape}.".replace("'n'", "n")
            )
        if y.size and not 0 <= y.min() <= y.max() <= _LARGEST_LABEL:
            raise ValueError(
                f"{name} was expected to hold labels from 0 to {_LARGEST_LABEL}; y_{split} holds "
                f"{y.min()} to {y.max()}."
            )
        arrays[f"y_{split}"] = y.astype(np.uint8)


def splits(arrays: Arrays) -> tuple[Split, Split]:
    """Return `((x_train, y_train), (x_test, y_test))`."""
    x_train, y_train, x_test, y_test = (arrays[key] for key in NPZ_KEYS)
    return (x_train, y_train), (x_test, y_test)
