"""`compat.install()`: programs written for Keras and TensorFlow run on this package."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import pykeras_core
from pykeras_core import compat
from pykeras_core.compat.missing import keras_names
from pykeras_core.compat.namespace import find
from pykeras_core.compat.spellings import RENAMED


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    compat.install()
    yield
    compat.uninstall()


def run(program: str) -> dict[str, Any]:
    """Runs a program and returns its names."""
    names: dict[str, Any] = {}
    exec(program, names)
    return names


@pytest.mark.parametrize(
    "statement",
    [
        "from keras.layers import Dense as found",
        "from tensorflow.keras.layers import Dense as found",
        "import keras; found = keras.layers.Dense",
        "import keras.layers; found = keras.layers.Dense",
        "import keras.layers as layers; found = layers.Dense",
        "from keras import layers; found = layers.Dense",
        "from tensorflow import keras; found = keras.layers.Dense",
        "import tensorflow as tf; found = tf.keras.layers.Dense",
        "import tensorflow.keras.layers as layers; found = layers.Dense",
        "import tensorflow.keras as keras; found = keras.layers.Dense",
        "from keras.layers import *; found = Dense",
        "import pykeras_core as keras; found = keras.layers.Dense",
    ],
)
def test_every_way_to_import_a_layer_gives_the_same_class(statement):
    assert run(statement)["found"] is pykeras_core.layers.Dense


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("from keras.layers.core import Dense as found", "keras.layers.Dense"),
        ("from keras.layers.convolutional import Layer as found", "keras.layers.Layer"),
        ("from keras.utils.np_utils import to_categorical as found", "keras.utils.to_categorical"),
        ("from keras.utils import np_utils; found = np_utils.normalize", "keras.utils.normalize"),
        ("from keras.engine.topology import Layer as found", "keras.Layer"),
        ("from keras.engine import Model as found", "keras.Model"),
        ("from tensorflow.python.keras.models import Sequential as found", "keras.Sequential"),
        ("import tensorflow as tf; found = tf.train.AdamOptimizer", "keras.optimizers.Adam"),
        ("import keras; found = keras.optimizers.sgd", "keras.optimizers.SGD"),
        ("import tensorflow as tf; found = tf.VERSION", "tensorflow.__version__"),
        ("import tensorflow as tf; found = tf.set_random_seed", "tensorflow.random.set_seed"),
    ],
)
def test_older_name_works_and_gets_one_hint_on_today_s(old, today, capsys):
    assert run(old)["found"] == find(today)
    run(old)
    hints = capsys.readouterr().err.splitlines()
    assert 1 <= len(hints) <= 2
    assert all("is an older name; today it is `" in hint for hint in hints)


def test_hints_are_given_again_after_another_install(capsys):
    for _ in range(2):
        run("import tensorflow as tf; tf.VERSION")
        compat.install()
    assert capsys.readouterr().err.count("tensorflow.VERSION") == 2


@pytest.mark.parametrize("today", sorted(set(RENAMED.values())))
def test_every_older_name_leads_to_a_name_there_is(today):
    assert find(today) is not None


def test_backend_functions_work_and_get_one_hint_together(capsys):
    names = run(
        "import keras.backend as K\n"
        "mean = K.mean(K.square(K.constant([1.0, 3.0])))\n"
        "K.clear_session(); K.epsilon()\n"
    )
    assert names["mean"].numpy() == 5.0
    assert capsys.readouterr().err == (
        "Hint: `keras.backend.mean` is an older name; today it is `keras.ops.mean`.\n"
    )


def test_names_of_today_get_no_hint(capsys):
    run(
        "import keras\nfrom tensorflow.keras import layers, losses\nimport tensorflow as tf\n"
        "keras.layers.Dense(2); tf.nn.relu(tf.constant([1.0])); keras.backend.floatx()\n"
    )
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("from keras.layers import Desne", "no `keras.layers.Desne`. Did you mean `keras.layers.D"),
        ("import keras; keras.layers.dense", "Did you mean `keras.layers.Dense`"),
        ("import keras; keras.Dense", "Keras has no `keras.Dense`. Did you mean `keras.layers.De"),
        (
            "from keras.layers import TFSMLayer",
            "is not in PyKeras: it runs TensorFlow's SavedModel",
        ),
        (
            "from keras import distribution",
            "`keras.distribution` is not in PyKeras: it spreads work",
        ),
        ("from keras.applications.vgg16 import VGG19", "Did you mean `keras.applications.VGG19`"),
        (
            "from tensorflow.keras.applications import Xcepton",
            "Did you mean `keras.applications.Xception`",
        ),
        ("import keras; keras.ops.eig", "`keras.ops.eigh` takes symmetric matrices"),
        ("from keras import quantizers", "computes in float32"),
        ("import tensorflow as tf; tf.Session()", "belongs to TensorFlow 1"),
        ("from tensorflow.contrib import learn", "ended with TensorFlow 1"),
        ("import tensorflow as tf; tf.lite", "it converts models for phones"),
        ("import tensorflow as tf; tf.raw_ops", "has of TensorFlow only what small Keras programs"),
        ("import tensorflow as tf; tf.ragged.constant([[1]])", "there are no ragged tensors"),
        ("import tensorflow.compat.v1 as tf; tf.Session()", "belongs to TensorFlow 1"),
        ("import tensorflow as tf; tf.nn.relo", "Did you mean `tensorflow.nn.relu`"),
        ("import keras.layers.Dense", "no module. Write `from keras.layers import Dense`"),
        ("from keras import nonsense", "Keras has no `keras.nonsense`."),
        ("import tensorflow.nonsense.deep", "`tensorflow.nonsense` is not in PyKeras"),
    ],
)
def test_missing_name_is_explained(program, message):
    with pytest.raises((ImportError, AttributeError)) as caught:
        run(program)
    assert message in str(caught.value)


def test_ops_show_what_they_took_over_from_their_modules():
    import keras
    from keras.ops import matmul

    assert {"convert_to_tensor", "is_tensor", "matmul"} <= set(dir(keras.ops))
    assert not {"operation", "sys", "annotations"} & set(dir(keras.ops))
    assert keras.ops.linalg.matmul is matmul is keras.ops.numpy.matmul
    assert "resize" in dir(keras.ops.image)


def test_missing_attribute_is_an_attribute_error_so_that_hasattr_works():
    import keras

    assert not hasattr(keras.layers, "Desne")
    assert getattr(keras, "nonsense", None) is None


def test_namespaces_list_public_names_only():
    import keras
    import tensorflow as tf

    assert set(dir(keras)) == set(pykeras_core.__all__)
    assert {"relu", "softmax"} <= set(dir(tf.nn))
    assert not hasattr(keras, "training")
    assert not hasattr(keras.layers, "base")


def test_modules_know_their_names_and_can_be_found():
    import keras.layers

    assert keras.layers.__name__ == "keras.layers"
    assert repr(keras.layers).startswith("<module 'keras.layers'")
    assert importlib.util.find_spec("keras.layers") is not None
    assert importlib.import_module("keras.layers") is keras.layers


def test_versions_are_those_of_the_programs_stood_in_for():
    import keras
    import tensorflow as tf

    assert int(keras.__version__.split(".")[0]) == 3 == int(keras.version()[0])
    assert int(tf.__version__.split(".")[0]) == 2
    assert keras.__version__ != pykeras_core.__version__


def test_version_is_that_of_the_package_metadata(pytestconfig):
    metadata = (pytestconfig.rootpath / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{pykeras_core.__version__}"' in metadata


def test_install_twice_adds_one_finder():
    before = list(sys.meta_path)
    compat.install()
    assert sys.meta_path == before


def test_uninstall_takes_the_names_back():
    run("import keras, tensorflow")
    compat.uninstall()
    assert "keras" not in sys.modules
    assert not any(type(finder).__module__.startswith("pykeras") for finder in sys.meta_path)


@pytest.mark.parametrize("root", ["keras", "tensorflow"])
def test_install_refuses_when_the_real_one_is_imported(root, monkeypatch):
    compat.uninstall()
    real = types.ModuleType(root)
    real.__version__ = "9.9"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, root, real)
    with pytest.raises(RuntimeError, match=f"`{root}` 9.9 is imported already.*pykeras_core as k"):
        compat.install()
    assert sys.modules[root] is real


def test_install_wins_over_a_keras_that_is_only_installed(tmp_path):
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "__init__.py").write_text("raise RuntimeError('the real one')")
    (tmp_path / "keras" / "layers.py").write_text("raise RuntimeError('the real one')")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from pykeras_core import compat; compat.install()\n"
        "import keras.layers; print(keras.layers.Dense.__module__.split('.')[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("pykeras_core\n", "")


def test_other_modules_are_found_as_before():
    run("import colorsys")
    with pytest.raises(ModuleNotFoundError, match="kerasnonsense"):
        run("import kerasnonsense")


def test_names_of_real_keras_are_known_by_kind():
    names = keras_names()
    assert names["keras.layers"]["Dense"] == "class"
    assert names["keras.ops"]["matmul"] == "function"
    assert names["keras"]["layers"] == "module"


def test_tensorflow_functions_have_tensorflow_s_arguments():
    import tensorflow as tf

    assert tf.argmax([[1, 5], [7, 2]]).numpy().tolist() == [1, 0]
    assert tf.one_hot([1], 3, on_value=5).numpy().tolist() == [[0, 5, 0]]
    assert tf.reduce_sum([[1.0, 2.0]], axis=1, keepdims=True).shape == (1, 1)
    assert tf.matmul([[1.0], [2.0]], [[3.0], [4.0]], transpose_a=True).numpy().tolist() == [[11.0]]
    assert [part.shape for part in tf.split(tf.zeros((6, 2)), [1, 2, 3])] == [
        (1, 2),
        (2, 2),
        (3, 2),
    ]
    assert tf.reshape(tf.range(6), [2, -1]).shape == (2, 3)
    assert tf.fill([2], 3).dtype == tf.int32
    assert tf.constant(0, shape=(2, 2)).numpy().tolist() == [[0, 0], [0, 0]]
    assert tf.cast(tf.constant([1.7]), tf.int64).numpy().tolist() == [1]
    assert tf.where([True, False, True]).numpy().tolist() == [[0], [2]]
    assert tf.pad([1.0], [[1, 1]], constant_values=9).numpy().tolist() == [9, 1, 9]
    assert tf.concat([[1], [2]], 0).numpy().tolist() == [1, 2]
    assert tf.clip_by_value([-2.0, 0.5, 2.0], 0, 1).numpy().tolist() == [0, 0.5, 1]
    assert (tf.rank(tf.zeros((2, 3))), tf.size(tf.zeros((2, 3))), tf.shape([1, 2])) == (2, 6, (2,))


def test_tensorflow_crossentropies_agree_with_each_other():
    import tensorflow as tf

    logits = np.array([[0.5, -1.0, 2.0]], "float32")
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits([2], logits)
    dense = tf.nn.softmax_cross_entropy_with_logits([[0.0, 0.0, 1.0]], logits)
    np.testing.assert_allclose(sparse.numpy(), -np.log(tf.nn.softmax(logits).numpy()[:, 2]), 1e-6)
    np.testing.assert_allclose(dense.numpy(), sparse.numpy(), rtol=1e-6)


def test_gradient_descent_by_hand_in_tensorflow():
    names = run(
        "import tensorflow as tf\n"
        "tf.random.set_seed(1)\n"
        "w = tf.Variable(tf.random.normal([1, 1]), name='w')\n"
        "x = tf.constant([[1.0], [2.0], [3.0]])\n"
        "@tf.function\n"
        "def step():\n"
        "    with tf.GradientTape() as tape:\n"
        "        loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 2.0 * x))\n"
        "    w.assign_sub(0.1 * tape.gradient(loss, w))\n"
        "for _ in range(20):\n"
        "    step()\n"
    )
    assert names["w"].numpy().item() == pytest.approx(2.0, abs=1e-3)


def test_tensorflow_says_that_there_are_no_gpus_to_set_up():
    import tensorflow as tf

    assert tf.config.list_physical_devices("GPU") == []
    assert tf.config.experimental.list_physical_devices("GPU") == []
    assert not tf.test.is_gpu_available()
    with tf.device("/GPU:0"):
        assert tf.executing_eagerly()
