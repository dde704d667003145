"""The import law: which part of the house may know which.

The order below is the architecture: a module imports its own layer and the layers under it,
never one above. Reading it from the top tells what a change can break.
"""

import ast
import importlib
import re
import subprocess
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "pykeras_core"
WEB = REPOSITORY / "web"

# From the bottom up. A name stands for the module or package and everything in it that is not
# named by itself. Parts on one line may know each other.
LAYERS = [
    ["tree", "naming", "settings", "version", "checks", "hosting"],
    ["engine.primitive", "engine.capacity", "engine.axes", "engine.sizes", "engine.properties"],
    ["engine.program"],
    ["engine.eager"],
    [
        *("engine.tensor", "engine.tracing"),
        *(
            "engine.promotion",
            "engine.arithmetic",
            "engine.bounds",
            "engine.indexing",
            "engine.numpy_calls",
        ),
    ],
    ["engine.stateless", "engine.variable", "engine.variable_table"],
    ["engine.primitives"],
    ["engine.autodiff"],
    ["engine"],
    ["symbolic"],
    ["ops"],
    ["random"],
    [
        *("saving.registration", "saving.serialization", "saving.lambdas", "saving.public_names"),
        *("saving.keras2_words", "saving.keras2_optimizers", "saving.sharing"),
    ],
    ["dtype_policies"],
    [
        *("activations", "initializers", "regularizers", "constraints"),
        *("layers", "losses", "metrics", "optimizers", "utils"),
    ],
    ["backend", "callbacks", "config", "datasets", "mixed_precision", "preprocessing"],
    ["saving"],
    ["training"],
    ["models"],
    ["applications"],
    ["", "compat", "playground"],
]

# The imports that do go up, inside a function, when a file is read or an op draws.
LAZILY_UP = {
    ("saving.lambdas", ""): "a lambda from a file finds `keras` among its globals",
    ("ops.image.warping", "random"): "`elastic_transform` draws where pixels go",
    ("models.tensorflow_steps", "compat.tensorflow"): "Keras 2's files hold calls of TensorFlow",
}

# Beside the tower: they execute programs, know the engine's records, and are known by few.
EXECUTION = ("engine.plan", "engine.backends", "engine.kernels")
MAY_KNOW_EXECUTION = (*EXECUTION, "engine.eager", "training")
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

# Tables into which what stands above signs up when it is made, so that it is found by name.
SIGNED_UP = {
    ("engine.variable", "_initializers"): "what finds an initializer by its name",
    ("engine.numpy_calls", "_answers"): "what answers NumPy's functions on Tensors",
    ("symbolic.registry", "OPS"): "the ops that placeholders' operators and files name",
}


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


def of_each(items: Iterable[Any]) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """Make a law for one thing a test of all: a thousand tests take longer than their laws."""

    def made(law: Callable[[Any], None]) -> Callable[[], None]:
        def test() -> None:
            broken = []
            for item in items:
                try:
                    law(item)
                except AssertionError as error:
                    broken.append(f"{item}: {error}")
            assert not broken, "\n".join(broken)

        test.__name__, test.__doc__ = law.__name__, law.__doc__
        return test

    return made


TOWER = [name for name in MODULES if not is_in_any(name, EXECUTION)]


@of_each(TOWER)
def test_module_imports_only_its_own_layer_and_the_layers_below(module: str) -> None:
    lazily_up = {target for source, target in LAZILY_UP if source == module}
    targets = {target for target in own_imports(module) if not is_in_any(target, EXECUTION)}
    above = {target for target in targets if height(target) > height(module)}
    assert above == lazily_up, f"{module} reaches up to {sorted(above)}"
    assert lazily_up.isdisjoint(own_imports(module, at_top_only=True))


def part_of(module: str) -> str:
    """Return the longest name in `LAYERS` or `EXECUTION` that covers a module."""
    names = [*(part for parts in LAYERS for part in parts), *EXECUTION]
    return max((name for name in names if is_in(module, name) or module == name), key=len)


def reached(start: str, graph: dict[str, set[str]]) -> set[str]:
    """Return what a part imports, and what that imports, and so on."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def test_no_import_circle_runs_through_two_parts() -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        targets = {part_of(name) for name in own_imports(module) if (module, name) not in LAZILY_UP}
        graph.setdefault(part_of(module), set()).update(targets - {part_of(module)})
    knot = {part for part in graph if part in reached(part, graph)}
    # A Tensor's operators apply primitives, which give Tensors: these are one thing in six files.
    assert knot == set(LAYERS[4])


def held_from_above(module: str, value: object, depth: int = 0) -> set[str]:
    """Return the modules above `module` that a value is, or comes from."""
    if isinstance(value, types.ModuleType):
        origin_of = value.__name__
    elif isinstance(value, dict | list | tuple | set) and depth < 2:
        items = [*value, *value.values()] if isinstance(value, dict) else value
        return {name for item in items for name in held_from_above(module, item, depth + 1)}
    elif isinstance(value, type) or callable(value):
        origin_of = getattr(value, "__module__", None) or ""
    else:
        origin_of = type(value).__module__
    name = origin_of.removeprefix("pykeras_core").removeprefix(".")
    known = origin_of.startswith("pykeras_core") and name in MODULES
    above = known and not is_in_any(name, EXECUTION) and height(name) > height(module)
    return {name} if above else set()


@of_each(TOWER)
def test_nothing_from_above_is_put_into_a_module_at_run_time(module: str) -> None:
    space = vars(importlib.import_module(f"pykeras_core.{module}".rstrip(".")))
    found = {
        name: above
        for name, value in list(space.items())
        if not name.startswith("__")
        and name not in ("pykeras_core", *MODULES)
        and (module, name) not in SIGNED_UP
        and not is_submodule(module, name, value)
        and (above := held_from_above(module, value))
    }
    assert not found, f"{module} holds what stands above it: {found}"


def is_submodule(module: str, name: str, value: object) -> bool:
    """Whether a package's attribute is its own submodule, which Python puts there."""
    full = f"pykeras_core.{module}".rstrip(".")
    return isinstance(value, types.ModuleType) and value.__name__ == f"{full}.{name}"


STANDS_ALONE = """
import importlib, pathlib, sys, types
package = types.ModuleType("pykeras_core")
package.__path__ = [{package!r}]
sys.modules["pykeras_core"] = package
for name in {below!r}:
    importlib.import_module("pykeras_core." + name)
above = sorted(set({above!r}) & {{name.removeprefix("pykeras_core.") for name in sys.modules}})
assert not above, f"{{above}} came along"
import numpy as np
from pykeras_core.engine import Spec, Variable, trace, value_and_grad
x = Variable(np.arange(6, dtype=np.float32).reshape(2, 3))
def loss():
    return ((x * 2 - 1)[:, 1:] @ np.ones((2, 1), np.float32) / 4).sum() ** 2 + (-x).max()
value, (gradient,) = value_and_grad(loss, [x])()
program = trace(lambda y: (y.T > 1).astype("float32").mean(axis=0), Spec((2, 3)))
print(float(value), gradient.shape, program.outputs[0].spec.shape, np.sum(x.value[0]))
"""


def test_the_engine_stands_alone() -> None:
    """Operators, indexing, tracing and gradients need nothing of what stands above the engine."""
    inside = [name for name in MODULES if is_in(name, "engine")]
    above = [name for name in MODULES if name and not is_in(name, "engine") and height(name) > 0]
    below = [name for name in inside if not is_in_any(name, EXECUTION)]
    code = STANDS_ALONE.format(package=str(PACKAGE), below=below, above=above)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "25.0 (2, 3) (2,) 3.0"


@of_each(TOWER)
def test_only_training_reaches_plan_and_backends(module: str) -> None:
    reached = {target for target in own_imports(module) if is_in_any(target, EXECUTION)}
    assert not reached or is_in_any(module, MAY_KNOW_EXECUTION), (
        f"{module} reaches {sorted(reached)}; only training may"
    )


@of_each([name for name in MODULES if is_in_any(name, EXECUTION)])
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


@of_each([name for name in MODULES if is_in_any(name, WRITTEN_IN_OPS)])
def test_keras_parts_are_written_in_ops(module: str) -> None:
    arithmetic = numpy_names(module) - NUMPY_FOR_CONSTANTS
    kernels = [target for target in own_imports(module) if is_in(target, "engine.primitives")]
    assert not arithmetic or module in NUMPY_ALLOWED, (
        f"{module} uses NumPy's {sorted(arithmetic)}: write it in ops"
    )
    assert not kernels, f"{module} imports {kernels}: write it in ops"


@of_each(MODULES)
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


@of_each(js_files())
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
