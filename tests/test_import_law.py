"""The import law: which part of the house may know which.

The order below is the architecture: a module imports its own layer and the layers under it,
never one above. Reading it from the top tells what a change can break.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "pykeras_core"
WEB = REPOSITORY / "web"

# From the bottom up. A name stands for the module or package and everything in it that is not
# named by itself. Parts on one line may know each other.
LAYERS = [
    ["tree", "naming", "version", "checks"],
    ["engine.primitive", "engine.capacity"],
    ["engine.program"],
    ["engine.tensor", "engine.tracing", "engine.variable"],
    ["engine.primitives"],
    ["engine.autodiff"],
    ["engine", "config"],
    ["ops"],
    ["random"],
    ["saving.registration", "saving.serialization", "saving.lambdas", "saving.public_names"],
    ["dtype_policies"],
    ["symbolic"],
    [
        *("activations", "initializers", "regularizers", "constraints"),
        *("layers", "losses", "metrics", "optimizers"),
        *("datasets", "utils"),
    ],
    ["backend", "callbacks", "mixed_precision", "preprocessing"],
    ["saving"],
    ["training"],
    ["models"],
    ["", "compat", "playground"],
]

# The imports that do go up, inside a function, when a file is read.
LAZILY_UP = {
    ("config", "dtype_policies"): "`keras.config` shows the policies that layers take",
    ("saving.lambdas", ""): "a lambda from a file finds `keras` among its globals",
    ("saving.legacy_config", "models.wiring"): "Keras 2's files hold functional models in its form",
    ("saving.serialization", "symbolic.keras_tensor"): "a file may hold symbolic tensors",
}

# Beside the tower: they execute programs, know the engine's records, and are known by few.
EXECUTION = ("engine.plan", "engine.backends", "engine.kernels")
MAY_KNOW_EXECUTION = (*EXECUTION, "training")
EXECUTION_MAY_KNOW = (
    *EXECUTION,
    *("engine.capacity", "engine.primitive", "engine.primitives", "engine.program"),
)

# Written in ops alone, so that one definition runs on every backend.
WRITTEN_IN_OPS = (
    *("activations", "constraints", "regularizers"),
    *("layers", "losses", "metrics", "optimizers"),
)
# NumPy may make their constants, on the host and before tracing; arithmetic is for ops.
NUMPY_FOR_CONSTANTS = {
    *("allclose", "arange", "array", "asarray", "ndarray"),
    *("float32", "int32", "uint32", "uint8"),
}
NUMPY_ALLOWED = {
    "losses.labels": "it checks the caller's arrays before training starts",
    "layers.quantiles": "it looks at the caller's data before training starts",
}

BROWSER_MODULES = ("js", "pyodide", "pyodide_js")
MAY_KNOW_BROWSER = ("engine.backends.wasm", "engine.backends.webgpu", "saving", "playground")


def modules() -> dict[str, Path]:
    """Map each module's name below `pykeras_core` ("" for the package itself) to its file."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@cache
def syntax(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> list[tuple[str, bool]]:
    """List what a module imports, and whether it does so only inside a function."""
    return list(find_imports(module))


def find_imports(module: str) -> Iterator[tuple[str, bool]]:
    tree = syntax(module)
    inside_functions = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        lazily = id(node) in inside_functions
        if isinstance(node, ast.Import):
            yield from ((alias.name, lazily) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = origin(module, node)
            yield from ((f"{base}.{alias.name}", lazily) for alias in node.names)


def origin(module: str, node: ast.ImportFrom) -> str:
    """Return the absolute name of the module that a `from` import names."""
    if not node.level:
        return node.module or ""
    is_package = MODULES[module].name == "__init__.py"
    parts = ["pykeras_core", *(module.split(".") if module else [])]
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, node.module] if node.module else parts)


def own_imports(module: str, *, at_top_only: bool = False) -> Iterator[str]:
    """Yield the modules of this package that a module imports."""
    for name, lazily in imports(module):
        if is_in(name, "pykeras_core") and not (lazily and at_top_only):
            inside = name.removeprefix("pykeras_core").removeprefix(".")
            yield inside if inside in MODULES else inside.rpartition(".")[0]


def is_in(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def is_in_any(module: str, parts: tuple[str, ...]) -> bool:
    return any(is_in(module, part) for part in parts)


def height(module: str) -> int:
    """Return the layer of the longest name in `LAYERS` that covers a module."""
    covering = [
        (len(part), number)
        for number, parts in enumerate(LAYERS)
        for part in parts
        if (is_in(module, part) if part else module == "")
    ]
    assert covering, f"{module} stands in no layer: give it its place in LAYERS"
    return max(covering)[1]


TOWER = [name for name in MODULES if not is_in_any(name, EXECUTION)]


@pytest.mark.parametrize("module", TOWER)
def test_module_imports_only_its_own_layer_and_the_layers_below(module: str) -> None:
    lazily_up = {target for source, target in LAZILY_UP if source == module}
    targets = {target for target in own_imports(module) if not is_in_any(target, EXECUTION)}
    above = {target for target in targets if height(target) > height(module)}
    assert above == lazily_up, f"{module} reaches up to {sorted(above)}"
    assert lazily_up.isdisjoint(own_imports(module, at_top_only=True))


@pytest.mark.parametrize("module", TOWER)
def test_only_training_reaches_plan_and_backends(module: str) -> None:
    reached = {target for target in own_imports(module) if is_in_any(target, EXECUTION)}
    assert not reached or is_in_any(module, MAY_KNOW_EXECUTION), (
        f"{module} reaches {sorted(reached)}; only training may"
    )


@pytest.mark.parametrize("module", [name for name in MODULES if is_in_any(name, EXECUTION)])
def test_plan_and_backends_know_only_the_engine_s_records(module: str) -> None:
    others = {name for name in own_imports(module) if not is_in_any(name, EXECUTION_MAY_KNOW)}
    assert not others, f"{module} reaches {sorted(others)}"


def numpy_names(module: str) -> set[str]:
    """Return what a module uses of NumPy: the `exp` of `np.exp`."""
    return {
        node.attr
        for node in ast.walk(syntax(module))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("np", "numpy")
    }


@pytest.mark.parametrize("module", [name for name in MODULES if is_in_any(name, WRITTEN_IN_OPS)])
def test_keras_parts_are_written_in_ops(module: str) -> None:
    arithmetic = numpy_names(module) - NUMPY_FOR_CONSTANTS
    kernels = [target for target in own_imports(module) if is_in(target, "engine.primitives")]
    assert not arithmetic or module in NUMPY_ALLOWED, (
        f"{module} uses NumPy's {sorted(arithmetic)}: write it in ops"
    )
    assert not kernels, f"{module} imports {kernels}: write it in ops"


@pytest.mark.parametrize("module", MODULES)
def test_only_backends_saving_and_playground_know_the_browser_and_lazily(module: str) -> None:
    browser = [
        (name, lazily) for name, lazily in imports(module) if name.split(".")[0] in BROWSER_MODULES
    ]
    assert not browser or is_in_any(module, MAY_KNOW_BROWSER), f"{module} imports {browser}"
    assert all(lazily for _, lazily in browser), f"{module} imports {browser} at its top"


JS_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\.{1,2}/[^"']+)["']""")


def js_files() -> list[Path]:
    return sorted(
        path for path in WEB.rglob("*.js") if "node_modules" not in path.relative_to(WEB).parts
    )


def js_imports(path: Path) -> set[Path]:
    """Return the files of the page that a module imports, types in comments included."""
    found = JS_IMPORT.findall(path.read_text(encoding="utf-8"))
    return {(path.parent / name).resolve().relative_to(WEB) for name in found}


@pytest.mark.parametrize("path", js_files(), ids=lambda path: str(path.relative_to(WEB)))
def test_page_and_worker_share_only_the_protocol_and_widgets_stand_alone(path: Path) -> None:
    folder = path.relative_to(WEB).parts[0]
    for target in js_imports(path):
        if folder == "worker":
            assert target.parts[0] == "worker" or target == Path("protocol.js"), (
                f"the worker's {path.name} imports {target}; it may know protocol.js alone"
            )
        else:
            assert target.parts[0] != "worker", f"{path.name} imports the worker's {target}"
        if folder == "widgets":
            assert target.parts[0] != "widgets", f"widget {path.name} imports widget {target}"
