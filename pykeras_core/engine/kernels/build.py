"""Builds the kernels: WebAssembly side modules for pages, a shared library for this machine.

This module owns the compiler's switches. It stands alone (no import of this package), because
the wheel's build loads it from its file. The compiler is Clang, from the `ziglang` package.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    *("HOST", "WASM_VARIANTS", "Variant", "build", "ensure_host", "ensure_wasm", "has_compiler"),
    *("is_current", "wasm_files"),
]

FOLDER = Path(__file__).parent
_STAMP = FOLDER / "kernels.stamp"

_COMMON = (
    *("-O3", "-fPIC", "-fno-strict-aliasing", "-fwrapv", "-fno-math-errno"),
    *("-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"),
)
_WASM = ("-target", "wasm32-emscripten", "-nostdlib")


@dataclass(frozen=True)
class Variant:
    """One build of the kernels.

    Args:
        file: Name of the result.
        title: What it is, for people.
        flags: The compiler's switches, beside those that all builds share.
    """

    file: str
    title: str
    flags: tuple[str, ...]


WASM_VARIANTS = (
    Variant(
        "kernels-relaxed.wasm",
        "WebAssembly, relaxed SIMD",
        (*_WASM, "-mcpu=generic+simd128+bulk_memory+relaxed_simd"),
    ),
    Variant(
        "kernels.wasm",
        "WebAssembly, SIMD",
        (*_WASM, "-mcpu=generic+simd128+bulk_memory"),
    ),
)
"""The fastest first; an engine that lacks an instruction refuses to load it."""

HOST = Variant("kernels.so", "this machine's own SIMD", ("-ffp-contract=fast", "-s"))


def sources() -> list[Path]:
    """All files that the kernels are made of."""
    return sorted(path for path in FOLDER.iterdir() if path.suffix in (".c", ".h", ".def"))


def digest(*variants: Variant) -> str:
    """A name for what the sources and switches are now."""
    total = hashlib.sha256(repr((_COMMON, variants)).encode())
    for path in sources():
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def has_compiler() -> bool:
    """Whether `ziglang` is installed."""
    return importlib.util.find_spec("ziglang") is not None


def build(variant: Variant, target: Path, files: Sequence[Path] | None = None) -> None:
    """Compile and link one variant.

    Args:
        variant: Which.
        target: The file to make; it appears whole or not at all.
        files: The C files; default: those of the kernels.

    Raises:
        OSError: If the compiler fails; the message holds what it said.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        if files is None:
            files = [path for path in sources() if path.suffix == ".c"]
        objects = [folder / f"{path.stem}.o" for path in files]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            compile_one = pool.map(
                lambda pair: _zig("cc", *_COMMON, *variant.flags, "-c", pair[0], "-o", pair[1]),
                zip(files, objects, strict=True),
            )
            list(compile_one)
        result = folder / variant.file
        if variant is HOST:
            _zig("cc", *variant.flags, "-shared", "-o", result, *objects)
        else:
            link = ("-shared", "--experimental-pic", "--export-dynamic", "--strip-all")
            _zig("wasm-ld", *link, "-o", result, *objects)
        result.replace(target)


def _zig(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "ziglang", *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"the compiler failed on the kernels: {done.stderr.strip()[-2000:]}")


def ensure_host() -> Path:
    """The library for this machine, built once for these sources and kept in the user's cache.

    Raises:
        OSError: If it is not there and cannot be built.
    """
    path = _cache_dir() / digest(HOST)[:16] / HOST.file
    if not path.exists():
        if not has_compiler():
            raise OSError("no kernels for this machine: `pip install ziglang` lets them be built")
        build(HOST, path)
    return path


def _cache_dir() -> Path:
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "pykeras-core" / "kernels"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "pykeras-core" / "kernels"
    return Path.home() / ".cache" / "pykeras-core" / "kernels"


def is_current() -> bool:
    """Whether both side modules are there, built from these sources with these switches."""
    return (
        all(path.is_file() for path in wasm_files())
        and _STAMP.is_file()
        and _STAMP.read_text() == digest(*WASM_VARIANTS)
    )


def wasm_files() -> list[Path]:
    """Where the side modules are, or will be: beside the sources."""
    return [FOLDER / variant.file for variant in WASM_VARIANTS]


def ensure_wasm() -> None:
    """Build both side modules unless they are current.

    Raises:
        OSError: If the compiler is missing or fails.
    """
    if is_current():
        return
    if not has_compiler():
        raise OSError("the kernels need a compiler: `pip install ziglang`")
    for variant, path in zip(WASM_VARIANTS, wasm_files(), strict=True):
        build(variant, path)
    _STAMP.write_text(digest(*WASM_VARIANTS))
