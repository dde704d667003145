"""Puts bytecode into a wheel, so that the page imports it without compiling.

Bytecode belongs to one version of Python, so the browser's own Python makes it, in Node.js:
`web/compile-wheel.mjs` runs this module there. It therefore uses the standard library alone.
"""

import base64
import hashlib
import importlib.util
import marshal
import warnings
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

_CHECK_NOTHING = (1).to_bytes(4, "little")
"""Flags of PEP 552: named by the source's hash, which importing does not compare."""


def compile_wheel(source: str, target: str) -> None:
    """Write a wheel that holds the modules of another one and their bytecode.

    Args:
        source: Path of a wheel.
        target: Path of the new one.

    Raises:
        SyntaxError: If this Python cannot compile a module.
    """
    _compile(source, target, bytecode_of)


def compile_foreign_wheel(source: str, target: str) -> None:
    """Do the same with a wheel of others, in which not every file need be Python of today.

    Args:
        source: Path of a wheel.
        target: Path of the new one.
    """

    def if_possible(contents: bytes, name: str) -> bytes | None:
        with warnings.catch_warnings(action="ignore"):
            try:
                return bytecode_of(contents, name)
            except (SyntaxError, ValueError):
                return None

    _compile(source, target, if_possible)


def _compile(source: str, target: str, bytecode: Callable[[bytes, str], bytes | None]) -> None:
    with zipfile.ZipFile(source) as wheel, zipfile.ZipFile(target, "w") as compiled:
        entries = {entry.filename: entry for entry in wheel.infolist()}
        (record,) = (name for name in entries if name.endswith(".dist-info/RECORD"))
        lines = [wheel.read(record)]
        for name, entry in entries.items():
            if name == record:
                continue
            contents = wheel.read(entry)
            compiled.writestr(entry, contents, zipfile.ZIP_DEFLATED, 9)
            code = bytecode(contents, name) if name.endswith(".py") else None
            if code is not None:
                cached = zipfile.ZipInfo(cached_name(name), entry.date_time)
                cached.external_attr = entry.external_attr
                compiled.writestr(cached, code, zipfile.ZIP_DEFLATED, 9)
                lines.append(_record_line(cached.filename, code))
        compiled.writestr(entries[record], b"".join(lines), zipfile.ZIP_DEFLATED, 9)


def cached_name(module: str) -> str:
    """The path at which importing looks for the bytecode of a module's file."""
    path = PurePosixPath(importlib.util.cache_from_source(module))
    return str(PurePosixPath(module).parent / "__pycache__" / path.name)


def bytecode_of(contents: bytes, name: str) -> bytes:
    """A .pyc file that stays valid whatever the time stamp of its source is."""
    code = compile(contents, name, "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + _CHECK_NOTHING + importlib.util.source_hash(contents)
    return head + marshal.dumps(code)


def _record_line(name: str, contents: bytes) -> bytes:
    """A line of RECORD, as the specification of installed projects has it."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(contents)}\n".encode()
