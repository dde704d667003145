"""The public names: those of Keras, documented, and quick to import."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from tasks import names

import pykeras_core as keras
from pykeras_core import backend
from pykeras_core.compat.missing import explain, keras_names
from pykeras_core.compat.namespace import Namespace, namespace

# What stands beside Keras's own names, and why.
OURS = {
    "keras": {"__version__"},
    # The functions of older tutorials, which Keras 3 keeps for `tf.keras` only.
    "keras.backend": set(backend.__all__),
    # Layers and operations are made of these; Keras has them at its top level.
    "keras.layers": {"KerasTensor", "Operation"},
    # Data sets that need no download.
    # Where steps are computed: NumPy, WebAssembly or WebGPU.
    "keras.config": {"compute_backend", "set_compute_backend"},
    "keras.datasets": {"iris", "toys", "wine"},
    "keras.datasets.cifar10": {"CLASS_NAMES"},
    "keras.datasets.fashion_mnist": {"CLASS_NAMES"},
    "keras.datasets.iris": {"CLASS_NAMES", "FEATURE_NAMES", "load_data"},
    "keras.datasets.toys": {"circles", "gaussians", "moons", "spirals", "xor"},
    "keras.datasets.wine": {"FEATURE_NAMES", "load_data"},
    # What Keras 3 keeps for `tf.keras` only.
    "keras.losses": {"Reduction"},
    "keras.preprocessing": {"text"},
    "keras.preprocessing.image": {
        *("DirectoryIterator", "ImageDataGenerator", "NumpyArrayIterator"),
    },
    "keras.preprocessing.sequence": {"TimeseriesGenerator", "make_sampling_table", "skipgrams"},
    "keras.preprocessing.text": {
        *("Tokenizer", "hashing_trick", "one_hot", "text_to_word_sequence"),
        "tokenizer_from_json",
    },
    "keras.dtype_policies": {"dtype_policy", "set_dtype_policy"},
    "keras.models": {"Functional", "model_from_config"},
    "keras.ops": {"mish", "remainder", "result_type"},
    "keras.random": {"make_default_seed"},
}

# Namespaces in which nothing of Keras is missing.
COMPLETE = (
    *("keras.activations", "keras.backend", "keras.constraints", "keras.datasets"),
    "keras.initializers",
    *("keras.losses", "keras.metrics", "keras.models", "keras.optimizers"),
    *("keras.optimizers.schedules", "keras.regularizers", "keras.tree"),
)

# The surface that small tutorials stand on.
NEEDED = """
keras: Input Layer Model Sequential Variable name_scope activations backend callbacks config
 constraints datasets initializers layers losses metrics models ops optimizers preprocessing random
 regularizers saving tree utils
keras.callbacks: BackupAndRestore CSVLogger Callback CallbackList EarlyStopping History
 LambdaCallback LearningRateScheduler ModelCheckpoint ProgbarLogger ReduceLROnPlateau
 SwapEMAWeights TerminateOnNaN
keras.datasets: boston_housing california_housing cifar10 cifar100 fashion_mnist imdb mnist reuters
keras.layers: Activation Dense Dropout Flatten Input ReLU Reshape Softmax
keras.preprocessing: image sequence
keras.random: SeedGenerator categorical dropout normal randint shuffle truncated_normal uniform
keras.utils: Progbar clear_session normalize pad_sequences set_random_seed split_dataset
 to_categorical
"""


def spaces(root: Namespace) -> Iterator[Namespace]:
    """The namespace and all below it."""
    yield root
    for name in root.__all__:
        value = getattr(root, name)
        if isinstance(value, Namespace):
            yield from spaces(value)


SPACES = {space.__name__: space for space in spaces(namespace(keras))}


def needed() -> Iterator[tuple[str, str]]:
    for line in NEEDED.replace("\n ", " ").strip().splitlines():
        where, names = line.split(": ")
        yield from ((where, name) for name in names.split())


@pytest.mark.parametrize(("where", "name"), list(needed()))
def test_needed_name_is_there(where, name):
    assert name in SPACES[where].__all__


@pytest.mark.parametrize("where", list(SPACES))
def test_every_name_is_one_of_keras_or_listed_here(where):
    ours = set(SPACES[where].__all__) - set(keras_names().get(where, ()))
    assert ours <= OURS.get(where, set())


@pytest.mark.parametrize("where", COMPLETE)
def test_nothing_of_keras_is_missing(where):
    assert set(keras_names()[where]) <= set(SPACES[where].__all__)


def absent_names() -> list[str]:
    """Every public name of Keras that is not here, in full."""
    full = [f"{space}.{name}" for space, names in keras_names().items() for name in names]
    return sorted(name for name in full if names.find(name) is None)


@pytest.mark.parametrize("file", names.DOCS, ids=lambda file: file.parent.name)
def test_docs_list_every_absent_name_and_no_other(file):
    listed, absent = names.absent(file), absent_names()
    assert [n for n in absent if not any(f"{n}.".startswith(f"{one}.") for one in listed)] == []
    assert [name for name in listed if names.find(name) is not None] == []


def test_every_absent_name_is_explained():
    for full in absent_names():
        space, _, name = full.rpartition(".")
        assert f"`{full}` is not in PyKeras: " in explain(space, name, ()), full


def test_names_are_counted_by_namespace_with_their_parameters(tmp_path):
    api = tmp_path / "api.json"
    entries = {"Dense": {"src": "a"}, "JaxLayer": {"src": "b"}, "Nothing": {"src": "c"}}
    plot = {"plot_model": {"src": "d"}}
    api.write_text(json.dumps({"namespaces": {"keras.layers": entries, "keras.utils": plot}}))
    counts = names.compare(api)
    layers = counts["keras.layers"]
    assert (layers.here, layers.reasoned, layers.missing) == (["Dense"], ["JaxLayer"], ["Nothing"])
    assert counts["keras.utils"].parameters == {"plot_model": ["splines"]}
    assert "missing: Nothing" in names.report(counts)


# What no program names, beside the bases of other classes.
INSIDE = {"layers": {"ConvLSTMCell"}}  # Keras's own is no public name either

# By package, what its modules define for programs to use.
KINDS = {
    "layers": keras.Layer,
    "losses": keras.Loss,
    "metrics": keras.Metric,
    "optimizers": keras.Optimizer,
    "optimizers.schedules": keras.optimizers.schedules.LearningRateSchedule,
    "callbacks": keras.callbacks.Callback,
    "initializers": keras.Initializer,
    "constraints": keras.constraints.Constraint,
    "regularizers": keras.Regularizer,
}


def is_base(cls: type) -> bool:
    """Whether another class of ours builds on it (OpCall makes some as it is used)."""
    return any(heir.__module__.startswith("pykeras_core.") for heir in cls.__subclasses__())


def defined(package: str, base: type) -> set[type]:
    """The classes of a kind that the modules of a package define and no other builds on."""
    found = set()
    home = f"pykeras_core.{package.split('.')[0]}"
    for name, module in list(sys.modules.items()):
        if name == home or name.startswith(f"{home}."):
            for value in vars(module).values():
                own = isinstance(value, type) and value.__module__ == name
                if own and issubclass(value, base) and not is_base(value):
                    found.add(value)
    return found


@pytest.mark.parametrize("package", KINDS)
def test_everything_that_a_package_defines_is_exported(package):
    for module in pkgutil.walk_packages(keras.__path__, "pykeras_core."):
        if module.name.startswith(f"pykeras_core.{package.split('.')[0]}."):
            importlib.import_module(module.name)
    space = SPACES[f"keras.{package}"]
    shown = {id(getattr(space, name)) for name in space.__all__}
    hidden = {cls.__name__ for cls in defined(package, KINDS[package]) if id(cls) not in shown}
    assert hidden == INSIDE.get(package, set()), "export it in the package's `__init__`"


@pytest.mark.parametrize("where", list(SPACES))
def test_every_public_object_is_documented(where):
    space = SPACES[where]
    objects = {name: getattr(space, name) for name in space.__all__ if name != "__version__"}
    bare = [name for name, value in objects.items() if not getattr(value, "__doc__", None)]
    assert bare == []


def test_import_loads_no_package_but_numpy():
    program = (
        "import sys; before = set(sys.modules); import pykeras_core\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - sys.stdlib_module_names - {'numpy', 'pykeras_core'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_import_loads_neither_compat_nor_playground_nor_the_browser():
    program = (
        "import sys, pykeras_core\n"
        "names = ('pykeras_core.compat', 'pykeras_core.playground', 'js', 'pyodide')\n"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("argmax", ([[1, 5], [7, 2]],), [1, 0]),
        ("batch_flatten", (np.zeros((2, 3, 4)),), np.zeros((2, 12))),
        ("bias_add", ([[1.0, 2.0]], [1.0, -1.0]), [[2.0, 1.0]]),
        ("concatenate", ([[[1.0]], [[2.0]]],), [[1.0, 2.0]]),
        ("constant", (3, None, (2,)), [3.0, 3.0]),
        ("cumsum", ([[1.0], [2.0]],), [[1.0], [3.0]]),
        ("eye", (2,), [[1.0, 0.0], [0.0, 1.0]]),
        ("flatten", ([[1, 2], [3, 4]],), [1, 2, 3, 4]),
        ("gather", ([[1], [2], [3]], [2, 0]), [[3], [1]]),
        ("hard_sigmoid", ([-3.0, 0.0, 1.0],), [0.0, 0.5, 0.7]),
        ("in_top_k", ([[0.1, 0.9]], [1], 1), [True]),
        ("l2_normalize", ([3.0, 4.0],), [0.6, 0.8]),
        ("map_fn", (lambda row: row * 2, [[1.0], [2.0]]), [[2.0], [4.0]]),
        ("permute_dimensions", ([[1, 2]], (1, 0)), [[1], [2]]),
        ("pow", ([2.0], 3), [8.0]),
        ("relu", ([-2.0, 0.5, 9.0], 0.1, 6.0), [-0.2, 0.5, 6.0]),
        ("repeat", ([[1, 2]], 2), [[[1, 2], [1, 2]]]),
        ("repeat_elements", ([[1, 2]], 2, 1), [[1, 1, 2, 2]]),
        ("reverse", ([[1, 2]], 1), [[2, 1]]),
        ("sqrt", ([4.0, -1.0],), [2.0, 0.0]),
        ("switch", ([True, False], [[1.0], [1.0]], [[2.0], [2.0]]), [[1.0], [2.0]]),
        ("zeros", ((2,),), [0.0, 0.0]),
    ],
)
def test_backend_function_of_older_keras(function, arguments, expected):
    result = getattr(backend, function)(*arguments)
    np.testing.assert_allclose(result.numpy(), expected, rtol=1e-6)


def test_backend_variables_change():
    x = backend.variable([1.0, 2.0])
    backend.update_add(x, [1.0, 1.0])
    backend.update_sub(x, [0.5, 0.5])
    backend.set_value(x, backend.get_value(x) * 2)
    backend.moving_average_update(x, [0.0, 0.0], momentum=0.5)
    assert backend.batch_get_value([x])[0].tolist() == [1.5, 2.5]
    backend.batch_set_value([(x, [0.0, 0.0])])
    assert backend.eval(backend.update(x, [7.0, 8.0])).tolist() == [7.0, 8.0]


def test_backend_tells_about_tensors_and_dtypes():
    x = backend.ones((2, 3), dtype="int32")
    assert (backend.ndim(x), backend.int_shape(x), backend.count_params(x)) == (2, (2, 3), 6)
    assert (backend.dtype(x), backend.is_int_dtype("uint8"), backend.is_float_dtype("bool")) == (
        "int32",
        True,
        False,
    )
    assert backend.cast_to_floatx(np.zeros(2)).dtype == "float32"
    assert backend.result_type("int64", "float16") == "float32"


def test_backend_random_tensors_have_the_range_asked_for():
    assert set(backend.random_bernoulli((100,), p=0.5, seed=1).numpy()) == {0.0, 1.0}
    assert abs(backend.truncated_normal((1000,), stddev=2.0, seed=1).numpy()).max() <= 4.0
    assert backend.random_uniform((100,), 2.0, 3.0, seed=1).numpy().min() >= 2.0
    assert backend.random_normal((4,), seed=1).shape == (4,)
    assert backend.dropout(backend.ones((100,)), 0.5, seed=1).numpy().max() == 2.0
