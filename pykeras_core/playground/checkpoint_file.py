"""Checkpoint files: the state of a `fit` as bytes, and back; what is damaged is refused.

They are NumPy archives, whose parts carry sums: a file that was cut off or has changed is known.
Nothing in them is code.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from pykeras_core.engine.primitive import Array
from pykeras_core.training.course import CourseState

__all__ = ["Checkpoint", "fingerprint_of_arrays", "fingerprint_of_source", "pack", "unpack"]

_VERSION = 1
_WHOLE_BYTES = 2**24
"""Of an array that is larger, parts stand for the whole."""

_PARTS = 64
_DAMAGE = (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Checkpoint:
    """A `fit` of a program at a moment.

    Args:
        source: Fingerprint of the program.
        data: Fingerprint of what the fit trains on.
        fit: Its number in the run, from 1.
        chance: What the run began to draw random numbers from, where the program says nothing.
        seed: The seed that the reader has chosen for it, if any.
        settings: The numbers of the optimizer that the reader has set.
        logs: What was reported last of the epoch.
        state: All that the next step depends on.
    """

    source: str
    data: str
    fit: int
    chance: int
    seed: int | None
    settings: dict[str, float]
    logs: dict[str, float]
    state: CourseState


def pack(checkpoint: Checkpoint) -> bytes:
    """A checkpoint as bytes.

    Args:
        checkpoint: The checkpoint.
    """
    facts = {**vars(checkpoint), "state": checkpoint.state.facts, "version": _VERSION}
    text = json.dumps(facts).encode()
    parts = {f"a{number}": array for number, array in enumerate(checkpoint.state.arrays)}
    file = io.BytesIO()
    np.savez(file, facts=np.frombuffer(text, np.uint8), **parts)  # type: ignore[arg-type]
    return file.getvalue()


def unpack(data: bytes) -> Checkpoint:
    """The checkpoint that `pack` has made bytes of.

    Args:
        data: The bytes.

    Raises:
        ValueError: If they are no such thing, damaged, or of another version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            facts = json.loads(archive["facts"].tobytes())
            arrays = [archive[f"a{number}"] for number in range(len(archive.files) - 1)]
        if facts.pop("version") != _VERSION:
            raise ValueError("of another version")
        state = CourseState(facts.pop("state"), arrays)
        return Checkpoint(**facts, state=state)
    except _DAMAGE as error:
        raise ValueError(f"the checkpoint cannot be read: {error}") from error


def fingerprint_of_source(source: str) -> str:
    """A text that is the same for the same program alone.

    Args:
        source: The program's text.
    """
    return sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint_of_arrays(arrays: Iterable[Array]) -> str:
    """A text that differs for arrays of other shapes, types or, with near certainty, contents.

    Args:
        arrays: What a fit trains on.
    """
    return ";".join(f"{one.dtype}{one.shape}:{_sum(one):08x}" for one in arrays)


def _sum(array: Array) -> int:
    if array.nbytes <= _WHOLE_BYTES:
        return zlib.crc32(np.ascontiguousarray(array).tobytes())
    flat = np.ascontiguousarray(array).reshape(-1)
    length = _WHOLE_BYTES // array.itemsize // _PARTS
    total = 0
    for start in np.linspace(0, flat.size - length, _PARTS).astype(int):
        total = zlib.crc32(flat[start : start + length].tobytes(), total)
    return total
