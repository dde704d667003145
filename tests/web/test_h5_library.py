"""The page's reader of HDF5 files, in Node: what no model needs is refused, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.web.node import run_js

h5py = pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")
LIBRARY = Path(__file__).parents[2] / "web" / "worker" / "h5.js"
READ = """
const { read } = await import(LIBRARY);
const { readFileSync } = await import("node:fs");
let said;
try {
  const tree = read(new Uint8Array(readFileSync(PATH)));
  said = tree.arrays.map(([path, dtype, shape]) => `${path} ${dtype} ${shape}`).join("; ");
} catch (error) {
  said = String(error);
}
answer(said);
"""


def soft_link(file: Any) -> str:
    file["again"] = h5py.SoftLink("/dense")
    return "links 'again' to somewhere else"


def soft_link_to_nothing(file: Any) -> str:
    file["dense/again"] = h5py.SoftLink("/nothing")
    return "links 'dense/again' to somewhere else"


def external_link(file: Any) -> str:
    file["elsewhere"] = h5py.ExternalLink("other.h5", "/data")
    return "links 'elsewhere' to somewhere else"


def cycle(file: Any) -> str:
    file["dense/one"] = file["dense"]
    file["dense/two"] = file["dense"]
    return "more than 64 deep in each other"


def virtual_array(file: Any) -> str:
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (3,))
    file.create_virtual_dataset("array", layout)
    return "keeps 'array' in another file"


def huge_array(file: Any) -> str:
    file.create_dataset("huge", (10**6, 10**6), "f4", chunks=(10, 10))
    return "'huge' has shape (1000000, 1000000), far more than a file of its size holds"


def packed_zeros(file: Any) -> str:
    file.create_dataset("zeros", (3000, 3000), "f4", compression="gzip")[...] = 0
    return "'zeros' has shape (3000, 3000), far more than a file of its size holds"


def text(file: Any) -> str:
    file.create_dataset("text", data=["some"])
    return "'text' was expected to be an array of numbers"


def kind_of_values(file: Any) -> str:
    file["kind"] = np.dtype("f4")
    return "'kind' was expected to be an array, it is something else"


def nothing_else(_file: Any) -> str:
    return "dense/kernel float32 4,5"


@pytest.mark.parametrize(
    "damage",
    [
        soft_link,
        soft_link_to_nothing,
        external_link,
        cycle,
        virtual_array,
        huge_array,
        packed_zeros,
        text,
        kind_of_values,
        nothing_else,
    ],
)
def test_the_page_says_what_is_wrong_with_an_h5_file(
    tmp_path: Path, damage: Callable[[Any], str]
) -> None:
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file["dense/kernel"] = np.ones((4, 5), "f4")
        message = damage(file)
    code = READ.replace("LIBRARY", repr(LIBRARY.as_uri())).replace("PATH", repr(str(path)))
    assert message in run_js(code)
