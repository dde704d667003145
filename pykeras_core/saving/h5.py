"""Owns HDF5 as this package needs it: a tree of groups, arrays and attributes, as bytes.

On the desktop h5py reads and writes it; in the page a host puts h5wasm in its place with
`set_h5_codec`. Everything above deals with `Group` only.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from pykeras_core.engine.primitive import Array

__all__ = ["Group", "H5Codec", "read_h5", "set_h5_codec", "write_h5"]


_SMALL_VARIABLE = 2**20
"""Elements of variables that files leave out, such as those of metrics."""

_LARGEST_GROWTH = 100
"""How many times larger than its file an array may be; weights hardly compress."""

_DEEPEST = 64
"""Groups in each other: deeper than any model, and before Python's own limit."""

_MOST_MEMBERS = 50_000
"""Groups and arrays of a file: more than any model has, and soon read."""


_DEFLATE, _SAME_SIZE = 1, (2,)
"""HDF5's numbers of the ways to pack that are read: gzip, and shuffling bytes before it."""


@dataclass
class Group:
    """A group of an HDF5 file.

    Args:
        members: Groups and arrays by name.
        attributes: Strings, numbers and lists of strings by name.
    """

    members: dict[str, Group | Array] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)

    def group(self, path: str) -> Group:
        """The group at a path like `"layers/dense"`, made if it is not there."""
        found = self
        for name in filter(None, path.split("/")):
            member = found.members.setdefault(name, Group())
            if not isinstance(member, Group):
                raise ValueError(f"expected a group at '{path}' of the file, found an array")
            found = member
        return found

    def find(self, path: str) -> Group | Array | None:
        """What is at a path, or None."""
        found: Group | Array = self
        for name in filter(None, path.split("/")):
            if not isinstance(found, Group) or name not in found.members:
                return None
            found = found.members[name]
        return found

    def put(self, path: str, array: Any) -> None:
        """Put an array at a path, making groups on the way."""
        parent, _, name = path.rpartition("/")
        self.group(parent).members[name] = np.asarray(array)

    def largest_variable(self) -> int:
        """Elements that no variable of a model in this file exceeds."""
        return max((array.size for _, array in self.arrays()), default=0) + _SMALL_VARIABLE

    def arrays(self, prefix: str = "") -> Iterator[tuple[str, Array]]:
        """Every array below, with its path."""
        for name, member in self.members.items():
            if isinstance(member, Group):
                yield from member.arrays(f"{prefix}{name}/")
            else:
                yield f"{prefix}{name}", member


class H5Codec(NamedTuple):
    """What turns a tree into the bytes of an HDF5 file and back."""

    write: Callable[[Group], bytes]
    read: Callable[[bytes], Group]


_codec: H5Codec | None = None


def set_h5_codec(codec: H5Codec | None) -> None:
    """Name the codec to use in place of h5py; None for h5py."""
    global _codec
    _codec = codec


def write_h5(root: Group) -> bytes:
    """The bytes of an HDF5 file.

    Raises:
        ImportError: If h5py is not there.
    """
    return (_codec or _h5py_codec()).write(root)


def read_h5(data: bytes) -> Group:
    """The tree in an HDF5 file.

    Args:
        data: The file's bytes.

    Raises:
        ValueError: If they are no HDF5 file, or a damaged one.
        ImportError: If h5py is not there.
    """
    if not data.startswith(b"\x89HDF\r\n\x1a\n"):
        raise ValueError(
            "expected an HDF5 file, but it does not begin like one: it may be truncated, or of "
            "another format with this ending"
        )
    return (_codec or _h5py_codec()).read(data)


def _h5py_codec() -> H5Codec:
    try:
        import h5py
    except ImportError:
        raise ImportError(
            "model files need h5py, which is not installed. Run `pip install h5py`."
        ) from None

    def fill(target: Any, group: Group) -> None:
        for name, value in group.attributes.items():
            if isinstance(value, list):
                value = np.array([item.encode() for item in value], dtype="S")
            target.attrs[name] = value
        for name, member in group.members.items():
            if isinstance(member, Group):
                fill(target.create_group(name), member)
            else:
                target.create_dataset(name, data=member)

    def write(root: Group) -> bytes:
        buffer = io.BytesIO()
        with h5py.File(buffer, "w") as file:
            fill(file, root)
        return buffer.getvalue()

    def read(data: bytes) -> Group:
        try:
            # In memory, several times faster than through a file object.
            image = h5py.h5f.open_file_image(data)
        except (OSError, RuntimeError, ValueError, MemoryError) as error:
            raise ValueError(f"the HDF5 file is damaged or cut: {error}") from None
        try:
            with h5py.File(image) as file:
                return _Reading(h5py, len(data)).group(file)
        # Whatever h5py meets in bytes that are no whole HDF5 file.
        except (OSError, RuntimeError, LookupError, TypeError, MemoryError) as error:
            raise ValueError(f"the HDF5 file is damaged: {error}") from None

    return H5Codec(write, read)


class _Reading:
    """Reads one file, and refuses what no model file needs and a hostile one might use."""

    def __init__(self, h5py: Any, size_bytes: int) -> None:
        self.h5py = h5py
        self.budget_bytes = _LARGEST_GROWTH * size_bytes
        self.members = 0
        self.visited: set[int] = set()

    def group(self, source: Any, depth: int = 0) -> Group:
        """A group with everything in it."""
        if depth > _DEEPEST:
            raise ValueError(
                f"the file's groups lie more than {_DEEPEST} deep in each other, which is refused"
            )
        address = self.h5py.h5o.get_info(source.id).addr
        if address in self.visited:
            raise ValueError(f"the file's group '{source.name}' holds itself, which is refused")
        self.visited.add(address)
        group = Group(attributes=self.attributes(source))
        for raw in source.id:
            self.members += 1
            if self.members > _MOST_MEMBERS:
                raise ValueError(
                    f"the file has more than {_MOST_MEMBERS} groups and arrays, which is refused"
                )
            name = _text(raw)
            if source.id.links.get_info(raw).type != self.h5py.h5l.TYPE_HARD:
                raise ValueError(f"the file links '{name}' to somewhere else, which is refused")
            group.members[name] = self.member(name, self.h5py.h5o.open(source.id, raw), depth)
        return group

    def attributes(self, source: Any) -> dict[str, Any]:
        """What is written beside a group."""
        if not self.h5py.h5a.get_num_attrs(source.id):
            return {}  # looking is slow, and most groups have none
        return {name: _plain(value) for name, value in source.attrs.items()}

    def member(self, name: str, found: Any, depth: int) -> Group | Array:
        """What lies in a group."""
        if isinstance(found, self.h5py.h5g.GroupID):
            return self.group(self.h5py.Group(found), depth + 1)
        if not isinstance(found, self.h5py.h5d.DatasetID):
            raise ValueError(f"the file's '{name}' was expected to be an array, it is a type")
        return self.array(name, self.h5py.Dataset(found))

    def array(self, name: str, member: Any) -> Array:
        """A dataset's values."""
        if member.shape is None or member.dtype.kind not in "biuf":
            given = "empty" if member.shape is None else f"of {member.dtype}"
            raise ValueError(
                f"the file's '{name}' was expected to be an array of numbers, it is {given}"
            )
        if member.external or member.is_virtual:
            raise ValueError(f"the file keeps '{name}' in another file, which is refused")
        self.budget_bytes -= member.nbytes
        if self.budget_bytes < 0:
            raise ValueError(
                f"the file says that '{name}' has shape {member.shape}, far more than a file of "
                "its size holds, which is refused"
            )
        self.check_chunks(name, member)
        return np.asarray(member)

    def check_chunks(self, name: str, member: Any) -> None:
        """Unpack pieces within a bound: HDF5 unpacks any size, and reads past a short one."""
        packing = member.id.get_create_plist()
        steps = [packing.get_filter(index)[0] for index in range(packing.get_nfilters())]
        if not steps:
            return
        if not set(steps) <= {_DEFLATE, *_SAME_SIZE}:
            raise ValueError(f"the file packs '{name}' in a way that Keras does not, it is refused")
        size = math.prod(member.chunks) * member.dtype.itemsize
        for index in range(member.id.get_num_chunks()):
            left_out, data = member.id.read_direct_chunk(
                member.id.get_chunk_info(index).chunk_offset
            )
            unpacked = len(data)
            if _DEFLATE in steps and not left_out:
                unpacked = _unpacked_size(name, data, size)
            if unpacked != size:
                raise ValueError(
                    f"the file says that a piece of '{name}' has {size} bytes, it unpacks to "
                    f"{'more' if unpacked > size else unpacked}, which is refused"
                )


def _unpacked_size(name: str, data: bytes, limit: int) -> int:
    """How many bytes a piece unpacks to; one more than the limit stands for any more."""
    try:
        return len(zlib.decompressobj().decompress(data, limit + 1))
    except zlib.error as error:
        raise ValueError(f"the file's piece of '{name}' is damaged: {error}") from None


def _text(raw: bytes) -> str:
    """A member's name; other bytes than UTF-8 are no name that Keras writes."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise ValueError(f"the file has a member named {raw!r}, which is no text") from None


def _plain(value: Any) -> Any:
    """Attributes as Python strings, numbers and lists."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    return value.item() if isinstance(value, np.generic) else value
