"""HDF5 in the page: the trees of `pykeras_core.saving.h5` through the worker's h5wasm.

The library is four megabytes of WebAssembly, so it is fetched when a program first needs it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from pykeras_core.saving.h5 import Group, H5Codec

Convert = Callable[[Any], Any]


def page_codec(library: Callable[[], Any], to_js: Convert, errors: type[Exception]) -> H5Codec:
    """The codec of the page.

    Args:
        library: Gives the worker's `h5.js`, with its functions `read` and `write`.
        to_js: Makes JavaScript values of lists, dictionaries, strings, numbers and bytes.
        errors: What calls into JavaScript raise.
    """

    def write(root: Group) -> bytes:
        data: bytes = library().write(to_js(flatten(root))).to_bytes()
        return data

    def read(data: bytes) -> Group:
        reader = library()
        try:
            tree = reader.read(to_js(data))
        except errors as error:
            raise ValueError(f"the HDF5 file is damaged: {error}") from None
        return unflatten(tree.to_py())

    return H5Codec(write, read)


def flatten(root: Group) -> dict[str, Any]:
    """A tree as lists: paths of groups, arrays as bytes, attributes.

    Args:
        root: The tree.
    """
    flat: dict[str, list[Any]] = {"groups": [], "arrays": [], "attributes": []}

    def visit(group: Group, path: str) -> None:
        flat["attributes"] += [[path, name, value] for name, value in group.attributes.items()]
        for name, member in group.members.items():
            inner = f"{path}/{name}" if path else name
            if isinstance(member, Group):
                flat["groups"].append(inner)
                visit(member, inner)
            else:
                array = np.asarray(member)
                narrow = array.astype(_NARROWER.get(array.dtype.name, array.dtype))
                flat["arrays"].append(
                    [inner, narrow.dtype.name, list(narrow.shape), narrow.tobytes()]
                )

    visit(root, "")
    return flat


def unflatten(flat: dict[str, Any]) -> Group:
    """The tree of lists that `flatten` or the worker made."""
    root = Group()
    for path in flat["groups"]:
        root.group(path)
    for path, dtype, shape, data in flat["arrays"]:
        root.put(path, np.frombuffer(bytes(data), dtype).reshape(shape))
    for path, name, value in flat["attributes"]:
        holder = root.find(path)
        if isinstance(holder, Group):
            holder.attributes[name] = value
    return root


# h5wasm takes 64-bit integers only as objects of their own.
_NARROWER = {"int64": "int32", "uint64": "uint32"}
