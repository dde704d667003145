"""The side modules for pages: small, self-contained, and only as modern as they say."""

import gzip
import re
from pathlib import Path

import pytest

from pykeras_core.engine.backends.wasm.instructions import NUMBERS
from pykeras_core.engine.kernels import build

MOST_BYTES = 96 * 1024


@pytest.fixture(scope="module")
def modules() -> list[bytes]:
    """Both modules, the one with relaxed SIMD first."""
    if not build.has_compiler():
        pytest.skip("the compiler of the kernels, `ziglang`, is not installed")
    build.ensure_wasm()
    return [path.read_bytes() for path in build.wasm_files()]


def test_both_modules_together_are_small(modules: list[bytes]) -> None:
    assert sum(len(gzip.compress(module, 9)) for module in modules) <= MOST_BYTES


def test_modules_are_side_modules_that_need_only_memory(modules: list[bytes]) -> None:
    for module in modules:
        assert module.startswith(b"\0asm")
        assert b"dylink.0" in module
        imported = {name for name in (b"memcpy", b"memset", b"malloc", b"expf") if name in module}
        assert imported == set()


def test_the_modules_differ(modules: list[bytes]) -> None:
    relaxed, plain = modules
    assert relaxed != plain


def test_building_again_builds_nothing(modules: list[bytes]) -> None:
    before = [path.stat().st_mtime_ns for path in build.wasm_files()]
    build.ensure_wasm()
    assert [path.stat().st_mtime_ns for path in build.wasm_files()] == before


def test_a_compiler_s_complaint_is_passed_on(tmp_path: Path) -> None:
    if not build.has_compiler():
        pytest.skip("the compiler of the kernels, `ziglang`, is not installed")
    broken = build.Variant("broken.so", "broken", ("-DINLINE=syntax-error",))
    with pytest.raises(OSError, match=r"the compiler failed on the kernels: (?s:.)*error:"):
        build.build(broken, tmp_path / broken.file)
    assert list(tmp_path.iterdir()) == []


def test_without_a_compiler_the_message_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "has_compiler", lambda: False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(OSError, match="pip install ziglang"):
        build.ensure_host()


def test_numbers_of_names_are_those_of_the_enumeration_in_c() -> None:
    source = (build.FOLDER / "names.def").read_text()
    names = re.findall(r"NAME\((\w+)\)", source)
    assert list(NUMBERS) == names
    assert [NUMBERS[name] for name in names] == list(range(len(names)))
