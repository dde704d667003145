"""Steps of TensorFlow in the graphs of Keras 2, and how models of several outputs were compiled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from tests.core import keras2_files as k2

pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")

X = np.random.default_rng(2).normal(size=(3, 4)).astype(np.float32)
CALL = ["a", 0, 0, {}]


def raw_step(op: str, constants: dict[str, Any], attributes: dict[str, Any]) -> dict[str, Any]:
    """A node of TensorFlow's graph as Keras of TensorFlow 2.0 to 2.3 wrote it."""
    node = {"name": op, "op": op, "input": [], "attr": attributes}
    config = {"name": op, "trainable": True, "node_def": node, "constants": constants}
    return {"class_name": "TensorFlowOpLayer", "config": config, "name": f"tf_op_layer_{op}"}


def load(path: Path, *entries: dict[str, Any], output: list[Any]) -> Any:
    config = {
        "name": "f",
        "layers": [k2.input_layer("a", 4), *entries],
        "input_layers": [["a", 0, 0]],
        "output_layers": [output],
    }
    k2.write(path / "m.h5", {"class_name": "Model", "config": config}, {"a": {}})
    return keras.models.load_model(path / "m.h5")


SLICE = {
    "begin_mask": {"i": "1"},
    "end_mask": {"i": "3"},
    "shrink_axis_mask": {"i": "0"},
    "ellipsis_mask": {"i": "0"},
    "new_axis_mask": {"i": "0"},
}
RAW = [
    ("Mul", [CALL], {"1": 2.0}, {}, 2 * X),
    ("Sub", [CALL], {"0": 1.0}, {}, 1 - X),
    ("AddV2", [CALL, CALL], {}, {}, X + X),
    ("Mean", [CALL], {"1": [1]}, {"keep_dims": {"b": True}}, X.mean(axis=1, keepdims=True)),
    ("Sum", [CALL], {"1": -1}, {"keep_dims": {"b": False}}, X.sum(axis=1)),
    ("ConcatV2", [CALL, CALL], {"2": 1}, {"N": {"i": "2"}}, np.hstack([X, X])),
    ("Reshape", [CALL], {"1": [-1, 2, 2]}, {}, X.reshape(3, 2, 2)),
    ("Pack", [CALL, CALL], {}, {"axis": {"i": "1"}}, np.stack([X, X], axis=1)),
    ("Cast", [CALL], {}, {"DstT": {"type": "DT_INT32"}}, X.astype(np.int32)),
    ("StridedSlice", [CALL], {"1": [0, 1], "2": [0, 0], "3": [1, 1]}, SLICE, X[:, 1:]),
    ("Squeeze", [CALL], {}, {"squeeze_dims": {"list": {}}}, X),
]


@pytest.mark.parametrize(("op", "call", "constants", "attributes", "right"), RAW)
def test_a_node_of_tensorflow_s_graph_is_an_op(
    tmp_path: Path, op: str, call: Any, constants: Any, attributes: Any, right: np.ndarray
) -> None:
    entry = {**raw_step(op, constants, attributes), "inbound_nodes": [call]}
    model = load(tmp_path, entry, output=[f"tf_op_layer_{op}", 0, 0])
    np.testing.assert_allclose(model.predict(X, verbose=0), right, rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(again.predict(X, verbose=0), right, rtol=1e-5, atol=1e-6)


def test_a_node_that_is_not_known_is_named(tmp_path: Path) -> None:
    entry = {**raw_step("FFT2D", {}, {}), "inbound_nodes": [[CALL]]}
    with pytest.raises(ValueError, match=r"FFT2D.*Rebuild that part"):
        load(tmp_path, entry, output=["tf_op_layer_FFT2D", 0, 0])


def step(name: str, function: str, call: list[Any]) -> dict[str, Any]:
    config = {"name": name, "trainable": True, "function": function}
    return k2.in_graph({"class_name": "TFOpLambda", "config": config}, call)


def test_steps_keep_their_names_beside_layers_of_the_usual_ones(tmp_path: Path) -> None:
    layer = k2.in_graph(k2.layer("Multiply", "multiply"), [["a", 0, 0, {}], ["a", 0, 0, {}]])
    entries = [
        {**layer, "inbound_nodes": [[["a", 0, 0, {}], ["a", 0, 0, {}]]]},
        step("tf.math.multiply", "math.multiply", ["multiply", 0, 0, {"y": 3.0}]),
        step("tf.math.l2_normalize", "math.l2_normalize", ["tf.math.multiply", 0, 0, {"axis": 1}]),
    ]
    model = load(tmp_path, *entries, output=["tf.math.l2_normalize", 0, 0])
    assert model.output_names == ["tf.math.l2_normalize"]
    names = [operation.name for operation in model._graph.operations]
    assert len(set(names)) == len(names)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)


@pytest.mark.parametrize("argument", ["frame_step", "batch_dims"])
def test_an_argument_of_a_step_that_is_not_known_is_named(tmp_path: Path, argument: str) -> None:
    call = ["a", 0, 0, {"indices": [0], "axis": 1, argument: 1}]
    entry = step("tf.compat.v1.gather", "compat.v1.gather", call)
    with pytest.raises(ValueError, match=f"`tf.compat.v1.gather`.*{argument}"):
        load(tmp_path, entry, output=["tf.compat.v1.gather", 0, 0])


def my_loss(y_true: Any, y_pred: Any) -> Any:
    return keras.ops.mean(keras.ops.abs(y_true - y_pred))


def test_two_outputs_are_compiled_as_they_were_with_the_user_s_own_loss(tmp_path: Path) -> None:
    def head(name: str) -> dict[str, Any]:
        return k2.in_graph(k2.dense(name, 2), [["a", 0, 0, {}]])

    config = {
        "name": "f",
        "layers": [k2.input_layer("a", 4), head("one"), head("two")],
        "input_layers": [["a", 0, 0]],
        "output_layers": [["one", 0, 0], ["two", 0, 0]],
    }
    weights = {
        name: {f"{name}/kernel:0": np.ones((4, 2), np.float32), f"{name}/bias:0": np.zeros(2)}
        for name in ("one", "two")
    }
    mean = {
        "class_name": "MeanMetricWrapper",
        "config": {"name": "two_my_loss", "dtype": "float32", "fn": "my_loss"},
    }
    training = {
        "loss": {"one": "mse", "two": "my_loss"},
        "metrics": [[None], [mean]],
        "loss_weights": {"one": 0.5, "two": 2.0},
        "weighted_metrics": None,
        "optimizer_config": {
            "class_name": "Custom>RMSprop",
            "config": {
                "learning_rate": {
                    "class_name": "ExponentialDecay",
                    "config": {
                        "initial_learning_rate": 0.1,
                        "decay_steps": 5,
                        "decay_rate": 0.5,
                        "name": None,
                    },
                },
                "jit_compile": False,
                "is_legacy_optimizer": False,
            },
        },
    }
    k2.write(tmp_path / "m.h5", {"class_name": "Functional", "config": config}, weights, training)
    model = keras.models.load_model(tmp_path / "m.h5", custom_objects={"my_loss": my_loss})
    y = np.zeros((3, 2), np.float32)
    found = model.evaluate(X, [y, y], verbose=0, return_dict=True)
    sums = X.sum(axis=1)
    assert found["two_my_loss"] == pytest.approx(np.abs(sums).mean(), rel=1e-5)
    right = 0.5 * (sums**2).mean() + 2 * np.abs(sums).mean()
    assert found["loss"] == pytest.approx(right, rel=1e-5)
    assert type(model.optimizer).__name__ == "RMSprop"
    model.fit(X, [y, y], verbose=0)
