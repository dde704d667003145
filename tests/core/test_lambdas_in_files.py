"""Lambdas in model files: what they read of their program, and what is refused."""

from __future__ import annotations

import base64
import marshal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops
from tests.core import keras2_files as k2

pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")

X = np.arange(6, dtype=np.float32).reshape(2, 3)


def made_elsewhere(source: str, **names: Any) -> Any:
    """A lambda of another program, with its own globals."""
    return eval(source, dict(names))


def saved(path: Path, function: Any) -> Path:
    x = keras.Input((3,))
    keras.Model(x, layers.Lambda(function)(x)).save(path)
    return path


def load(path: Path, **custom_objects: Any) -> Any:
    return keras.models.load_model(path, custom_objects=custom_objects, safe_mode=False)


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_a_lambda_reads_custom_objects(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path / name, made_elsewhere("lambda x: x * scale", scale=10.0))
    np.testing.assert_allclose(load(path, scale=10.0).predict(X, verbose=0), 10 * X)
    with keras.saving.custom_object_scope({"scale": 3.0}):
        np.testing.assert_allclose(load(path).predict(X, verbose=0), 3 * X)


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_what_a_lambda_misses_is_said_when_it_is_read(tmp_path: Path, name: str) -> None:
    function = made_elsewhere("lambda x: outer(x) + shift", outer=abs, shift=1.0)
    path = saved(tmp_path / name, function)
    with pytest.raises(ValueError, match=r"'outer' and 'shift'.*custom_objects=\{'outer': outer"):
        load(path)


def test_a_lambda_inside_of_a_lambda_is_looked_into(tmp_path: Path) -> None:
    function = made_elsewhere("lambda x: (lambda y: y * deep)(x)", deep=2.0)
    path = saved(tmp_path / "m.keras", function)
    with pytest.raises(ValueError, match="'deep'"):
        load(path)
    np.testing.assert_allclose(load(path, deep=2.0).predict(X, verbose=0), 2 * X)


def test_a_lambda_finds_the_globals_of_the_running_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "m.keras", made_elsewhere("lambda x: x + offset", offset=1.0))
    monkeypatch.setattr(sys.modules["__main__"], "offset", 5.0, raising=False)
    np.testing.assert_allclose(load(path).predict(X, verbose=0), X + 5)


def test_the_usual_names_are_there(tmp_path: Path) -> None:
    function = made_elsewhere(
        "lambda x: K.sum(ops.abs(x), axis=1) + np.float32(len([1, 2]))",
        K=keras.backend,
        ops=ops,
        np=np,
    )
    path = saved(tmp_path / "m.keras", function)
    np.testing.assert_allclose(load(path).predict(X, verbose=0), X.sum(axis=1) + 2)


def keras_2_lambda(function: Any, **config: Any) -> dict[str, Any]:
    code = base64.encodebytes(marshal.dumps(function.__code__)).decode()
    return k2.layer(
        "Lambda",
        "l",
        function=[code, None, None],
        function_type="lambda",
        module="__main__",
        output_shape=None,
        output_shape_type="raw",
        output_shape_module=None,
        arguments={},
        **config,
    )


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_lambda_of_keras_2_is_refused_in_safe_mode_and_else_read(
    tmp_path: Path, wrapped: bool
) -> None:
    entry = keras_2_lambda(made_elsewhere("lambda xs: tf.expand_dims(xs, 1)", tf=ops))
    if wrapped:
        entry = {"class_name": "Sequential", "config": {"name": "inner", "layers": [entry]}}
    first = k2.input_layer("x", 3)
    config = {"class_name": "Sequential", "config": {"name": "old", "layers": [first, entry]}}
    k2.write(tmp_path / "m.h5", config, {})
    with pytest.raises(ValueError, match="safe_mode=False"):
        keras.models.load_model(tmp_path / "m.h5", custom_objects={"tf": ops})
    model = load(tmp_path / "m.h5", tf=ops)
    np.testing.assert_array_equal(model.predict(X, verbose=0), X[:, None])


def test_a_named_function_of_keras_2_comes_from_custom_objects(tmp_path: Path) -> None:
    entry = k2.layer(
        "Lambda",
        "l",
        function="twice",
        function_type="function",
        module="__main__",
        output_shape=[3],
        output_shape_type="raw",
        arguments={"by": 4.0},
    )
    first = k2.input_layer("x", 3)
    config = {"class_name": "Sequential", "config": {"name": "old", "layers": [first, entry]}}
    k2.write(tmp_path / "m.h5", config, {})
    with pytest.raises(TypeError, match=r"function 'twice'.*custom_objects"):
        keras.models.load_model(tmp_path / "m.h5")
    model = keras.models.load_model(
        tmp_path / "m.h5", custom_objects={"twice": lambda x, by=2.0: x * by}
    )
    np.testing.assert_array_equal(model.predict(X, verbose=0), 4 * X)
