"""The kernels under AddressSanitizer and UndefinedBehaviorSanitizer, built with the system's C.

Python itself is not built with them, so their runtime is loaded first, in a process of its own.
Arrays that go in and out are separate allocations, with poisoned memory between them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tasks import tools

from pykeras_core.engine.kernels import build

REPOSITORY = Path(__file__).parents[2]
FLAGS = ("-O0", "-g", "-shared", "-fPIC", "-fno-strict-aliasing", "-fwrapv", "-fno-math-errno")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@pytest.fixture(scope="module")
def sanitized(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The kernels with sanitizers, and their runtime."""
    runtime = tools.sanitizer_runtime()
    if runtime is None:
        pytest.skip("GCC with libasan is not installed (Debian: `apt install gcc libc6-dev`)")
    target = tmp_path_factory.mktemp("sanitized") / "kernels.so"
    sources = [str(path) for path in build.sources() if path.suffix == ".c"]
    subprocess.run(["gcc", *FLAGS, *SANITIZERS, "-o", str(target), *sources], check=True)
    return target, runtime


def test_no_case_reads_or_writes_outside_or_is_undefined(sanitized: tuple[Path, Path]) -> None:
    library, runtime = sanitized
    done = subprocess.run(
        [sys.executable, "-m", "tests.kernels.sanitized", str(library)],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "LD_PRELOAD": str(runtime),
            # CPython keeps memory until it ends; NumPy's own allocations must be seen one by one.
            "ASAN_OPTIONS": "detect_leaks=0",
            "PYTHONMALLOC": "malloc",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) > 900


def test_the_sanitizers_notice(sanitized: tuple[Path, Path], tmp_path: Path) -> None:
    library, runtime = sanitized
    code = (
        "import numpy as np, pathlib, sys\n"
        "from pykeras_core.engine.backends.wasm.library import Library\n"
        "from pykeras_core.engine.backends.wasm.instructions import NUMBERS\n"
        "out = np.zeros(4, np.float32)\n"
        "table = np.array([out.ctypes.data], np.uintp)\n"
        "code = np.array([NUMBERS['INSTRUCTION_FILL'], 6, 0, 4, 5000, 0], np.int32)\n"
        "Library(pathlib.Path(sys.argv[1]), '').run(\n"
        "    code.ctypes.data, 6, table.ctypes.data, 1, 1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(library)],
        cwd=REPOSITORY,
        env={**os.environ, "LD_PRELOAD": str(runtime), "ASAN_OPTIONS": "detect_leaks=0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "heap-buffer-overflow" in done.stderr
