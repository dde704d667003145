"""Ops as steps of functional models: how they are recorded, written down and read."""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops
from pykeras_core.compat.namespace import public_names
from pykeras_core.symbolic import op_call

X = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)


def entry_of(model: Any, number: int = 1) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(model.to_json())["config"]["layers"][number]
    return entry


def test_an_op_is_written_as_keras_writes_it() -> None:
    keras.utils.clear_session(free_memory=False)  # names begin without a number
    x = keras.Input((4,), name="x")
    model = keras.Model(x, ops.mean(x, axis=1))
    assert entry_of(model) == {
        "module": "keras.src.ops.numpy",
        "class_name": "Mean",
        "config": {"name": "mean", "axis": 1, "keepdims": False},
        "registered_name": None,
        "name": "mean",
        "inbound_nodes": [
            {
                "args": [
                    {
                        "class_name": "__keras_tensor__",
                        "config": {
                            "shape": [None, 4],
                            "dtype": "float32",
                            "keras_history": ["x", 0, 0],
                        },
                    }
                ],
                "kwargs": {},
            }
        ],
    }


MODELS = {
    "arithmetic": lambda x: (2 - x) * x / (ops.abs(x) + 1) ** 2 @ ops.ones((4, 2)),
    "comparison": lambda x: ops.cast((x > 0) & ~(x >= 1) | (x != x), "float32"),
    "remainders": lambda x: ops.round(x * 5) // 2 + x % 2,
    "slices": lambda x: x[:, 1:3] + x[..., :2] + x[:, None, 0] * x[1:][:1, 2:],
    "arrays": lambda x: ops.add(x, np.arange(4, dtype=np.float32)),
    "lists": lambda x: ops.concatenate([x, ops.stack([x, -x], axis=-1)[..., 0]], axis=1),
    "several results": lambda x: ops.split(x, 2, axis=1)[1] + ops.top_k(x, 2)[0],
    "operands of any number": lambda x: ops.einsum("ij,kj,kl->il", x, x, x),
    "arguments by name": lambda x: ops.clip(x=x, x_min=-0.5, x_max=x),
    "defaults in between": lambda x: ops.average(x, axis=-1, weights=ops.exp(x)),
    "shapes": lambda x: ops.pad(ops.reshape(x, (-1, 2, 2)), ((0, 0), (1, 0), (0, 1))),
    "activations": lambda x: keras.activations.gelu(ops.swish(ops.log_softmax(x))),
}


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_a_model_of_ops_computes_the_same_when_it_comes_back(make, tmp_path) -> None:
    x = keras.Input((4,))
    model = keras.Model(x, make(x))
    expected = np.asarray(make(ops.convert_to_tensor(X)))
    np.testing.assert_allclose(model(X), expected, rtol=1e-6)
    model.save(tmp_path / "m.keras")
    model.save(tmp_path / "m.h5")
    for name in ("m.keras", "m.h5"):
        again = keras.models.load_model(tmp_path / name)
        np.testing.assert_array_equal(again(X), model(X))


def test_shape_of_a_placeholder_is_known_at_once() -> None:
    x = keras.Input((4, 5))
    assert ops.shape(x) == (None, 4, 5)
    assert ops.reshape(x, (-1, ops.shape(x)[1] * ops.shape(x)[2])).shape == (None, 20)


def test_every_op_that_keras_writes_as_a_class_has_a_form_whose_arguments_it_takes() -> None:
    without = {"convert_to_numpy", "empty", "eye", "identity", "is_tensor", "linspace", "ones"}
    without |= {"shape", "tri", "zeros", "mish", "remainder", "result_type", "abs"}
    without |= {"bartlett", "blackman", "hamming", "hanning", "kaiser", "dtype"}
    without |= {"custom_gradient", "vectorize"}
    forms = op_call._forms()
    # `abs` is `absolute`: its function's name is what counts.
    functions = {n: f for n in public_names(ops) if inspect.isfunction(f := getattr(ops, n))}
    missing = {name for name, function in functions.items() if function.__name__ not in forms}
    assert missing <= without
    for name in set(forms) & set(functions):
        cls = op_call.class_from_name(forms[name].module, forms[name].class_name)
        assert cls is not None


def test_an_op_that_keras_lacks_is_refused_when_the_model_is_written() -> None:
    x = keras.Input((4,))
    model = keras.Model(x, ops.mish(x))
    assert model(X).shape == (3, 4)
    with pytest.raises(ValueError, match=r"`mish`.*no op of Keras"):
        model.to_json()


def test_an_argument_that_the_op_does_not_take_is_refused_by_name() -> None:
    x = keras.Input((4,))
    config = json.loads(keras.Model(x, ops.mean(x)).to_json())
    config["config"]["layers"][1]["config"]["where"] = True
    with pytest.raises(TypeError, match=r"`mean` of 'mean\w*' takes no `where`"):
        keras.models.model_from_json(json.dumps(config))


def test_models_inside_are_counted_from_0_and_read_from_0_or_1() -> None:
    inner_x = keras.Input((4,))
    inner = keras.Model(inner_x, layers.Dense(4)(inner_x), name="inner")
    x = keras.Input((4,))
    model = keras.Model(x, inner(inner(x)))
    config = json.loads(model.to_json())
    assert ["inner", 1, 0] in (
        config["config"]["output_layers"],
        *config["config"]["output_layers"],
    )
    from_one = json.loads(
        json.dumps(config)
        .replace('["inner", 1, 0]', '["inner", 2, 0]')
        .replace('["inner", 0, 0]', '["inner", 1, 0]')
    )
    for described in (config, from_one):
        again = keras.models.model_from_json(json.dumps(described))
        again.set_weights(model.get_weights())
        np.testing.assert_array_equal(again(X), model(X))
