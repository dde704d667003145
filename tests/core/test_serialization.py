"""The configuration format: round trips, registered names, safe mode, hostile input."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pykeras_core as keras
from pykeras_core import dtype_policies, engine, layers, losses, regularizers, saving
from pykeras_core.saving.public_names import symbol_from_name
from pykeras_core.saving.serialization import SafeModeScope

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=3).filter(lambda k: k != "class_name"), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@pytest.fixture(autouse=True)
def _clean_registry():
    yield
    saving.get_custom_objects().clear()


def round_trip(value, **arguments):
    written = json.loads(json.dumps(saving.serialize_keras_object(value)))
    return saving.deserialize_keras_object(written, **arguments)


@given(plain)
def test_plain_structures_come_back_equal(value):
    assert round_trip(value) == value


@pytest.mark.parametrize(
    "value", [b"bytes", slice(1, None, 2), Ellipsis, np.float32(0.5), np.int64(3), np.array(2.0)]
)
def test_special_values_come_back_equal(value):
    assert round_trip(value) == value


def test_arrays_and_tensors_come_back_with_their_dtypes():
    array = round_trip(np.array([[1, 2]], "uint8"))
    assert (array.dtype, array.tolist()) == (np.uint8, [[1, 2]])
    tensor = round_trip(engine.convert_to_tensor([1.5, 2.0]))
    assert engine.is_tensor(tensor)
    assert tensor.tolist() == [1.5, 2.0]


def test_placeholders_keep_shape_dtype_and_the_name_of_their_maker():
    x = layers.Input((3,), name="image")
    again = round_trip(x)
    assert (again.shape, again.dtype) == ((None, 3), "float32")
    assert again._pre_serialization_keras_history == ["image", 0, 0]


def test_objects_nest_in_lists_and_dicts():
    value = {"penalties": [regularizers.L1(0.1), regularizers.L2(0.2)]}
    again = round_trip(value)
    assert [type(item).__name__ for item in again["penalties"]] == ["L1", "L2"]


def test_functions_go_by_name():
    written = saving.serialize_keras_object(losses.mean_squared_error)
    assert written == {
        "module": "builtins",
        "class_name": "function",
        "config": "mean_squared_error",
        "registered_name": "function",
    }
    assert saving.deserialize_keras_object(written) is losses.mean_squared_error


def test_a_layer_written_by_keras_is_read():
    written = {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {
            "name": "dense",
            "trainable": True,
            "dtype": {
                "module": "keras",
                "class_name": "DTypePolicy",
                "config": {"name": "float32"},
                "registered_name": None,
            },
            "units": 3,
            "activation": "relu",
            "use_bias": True,
            "kernel_initializer": {
                "module": "keras.initializers",
                "class_name": "GlorotUniform",
                "config": {"seed": None},
                "registered_name": None,
            },
            "kernel_regularizer": None,
            "quantization_config": None,
        },
        "registered_name": None,
        "build_config": {"input_shape": [None, 4]},
    }
    layer = saving.deserialize_keras_object(written)
    assert (layer.units, layer.built, layer.kernel.shape) == (3, True, (4, 3))
    assert layer.dtype_policy == dtype_policies.DTypePolicy("float32")


def test_a_class_is_found_in_an_inner_module_of_keras():
    written = layers.serialize(layers.Flatten())
    written["module"] = "keras.src.layers.reshaping.flatten"
    assert isinstance(layers.deserialize(written), layers.Flatten)


def test_registered_classes_and_functions_are_found_by_package_and_name():
    @saving.register_keras_serializable("shop", name="Hat")
    class Custom(regularizers.L2):
        pass

    written = saving.serialize_keras_object(Custom(0.5))
    assert written["registered_name"] == "shop>Hat"
    assert type(saving.deserialize_keras_object(written)) is Custom
    assert saving.get_registered_object("shop>Hat") is Custom
    assert saving.get_registered_name(Custom) == "shop>Hat"


def test_custom_objects_come_by_argument_or_scope():
    class Custom(regularizers.L2):
        pass

    written = saving.serialize_keras_object(Custom(0.5))
    with pytest.raises(TypeError, match=r"Cannot find the class 'Custom'.*custom_objects"):
        saving.deserialize_keras_object(written)
    found = saving.deserialize_keras_object(written, custom_objects={"Custom": Custom})
    assert type(found) is Custom
    with saving.custom_object_scope({"Custom": Custom}):
        assert type(saving.deserialize_keras_object(written)) is Custom
    with pytest.raises(TypeError, match="Cannot find the class"):
        saving.deserialize_keras_object(written)


def test_registering_needs_get_config():
    with pytest.raises(ValueError, match=r"no `get_config\(\)` method"):
        saving.register_keras_serializable()(type("Bare", (), {}))


def test_an_object_without_get_config_cannot_be_written():
    with pytest.raises(TypeError, match=r"Cannot serialize .* of type object"):
        saving.serialize_keras_object(object())


def test_get_config_must_return_a_dict():
    class Odd:
        def get_config(self):
            return [1]

    with pytest.raises(TypeError, match="must return a dict"):
        saving.serialize_keras_object(Odd())


def test_a_lambda_warns_when_written_and_is_refused_when_read():
    with pytest.warns(UserWarning, match="is being serialized as bytecode"):
        written = saving.serialize_keras_object(lambda x: x + 1)
    with pytest.raises(ValueError, match="safe_mode=False"):
        saving.deserialize_keras_object(written)
    with SafeModeScope(True), pytest.raises(ValueError, match="safe_mode=False"):
        saving.deserialize_keras_object(written, safe_mode=False)
    assert saving.deserialize_keras_object(written, safe_mode=False)(2) == 3


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("subprocess", "Popen"),
        ("keras.utils", "get_file"),
        ("keras.saving", "load_model"),
        ("keras.models", "load_model"),
        ("keras.src.saving.saving_api", "load_model"),
        ("keras.src.utils.python_utils", "func_load"),
        ("keras.layers", "Nothing"),
        ("pykeras_core.layers", "Dense"),
        (None, "Dense"),
    ],
)
def test_a_file_can_name_only_building_blocks_of_keras(module, name):
    config = {"module": module, "class_name": name, "config": {}, "registered_name": None}
    with pytest.raises(TypeError, match=f"Cannot find the class '{name}'"):
        saving.deserialize_keras_object(config)
    function = {**config, "class_name": "function", "config": name}
    with pytest.raises(TypeError, match=f"Cannot find the function '{name}'"):
        saving.deserialize_keras_object(function)


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        ("keras.src.backend.torch.optimizers.torch_adam", "Adam", keras.optimizers.Adam),
        ("keras.src.backend.torch.optimizers.torch_rmsprop", "RMSprop", keras.optimizers.RMSprop),
        ("keras.src.models.functional", "Functional", keras.models.Functional),
        ("keras.src.engine.sequential", "Sequential", keras.Sequential),
        ("keras.engine.functional", "Functional", keras.models.Functional),
        ("keras.layers.core.dense", "Dense", keras.layers.Dense),
        ("keras_core.src.layers.core.dense", "Dense", keras.layers.Dense),
        ("tf_keras.src.losses", "MeanSquaredError", keras.losses.MeanSquaredError),
        ("keras.src.losses.losses", "MeanSquaredError", keras.losses.MeanSquaredError),
        (
            "keras.src.metrics.regression_metrics",
            "MeanSquaredError",
            keras.metrics.MeanSquaredError,
        ),
        (
            "keras.src.optimizers.schedules.learning_rate_schedule",
            "ExponentialDecay",
            keras.optimizers.schedules.ExponentialDecay,
        ),
    ],
)
def test_a_private_module_of_any_keras_means_the_public_class(module, name, expected):
    assert symbol_from_name(module, name) is expected


@pytest.mark.parametrize("inner", [3, "x", [1]])
def test_a_class_needs_a_dict_of_arguments(inner):
    config = {"module": "keras.layers", "class_name": "Dense", "config": inner}
    with pytest.raises(TypeError, match="Expected a dict under 'config'"):
        saving.deserialize_keras_object(config)


def test_dtype_policies_round_trip_and_compute_in_float32():
    policy = dtype_policies.get("float32")
    assert dtype_policies.deserialize(dtype_policies.serialize(policy)) == policy
    with pytest.warns(UserWarning, match="arithmetic and weights are float32"):
        mixed = layers.Dense(1, dtype="mixed_float16")
    assert (mixed.dtype_policy.name, mixed.compute_dtype) == ("mixed_float16", "float32")
    with pytest.raises(ValueError, match="Unknown dtype policy 'float33'"):
        dtype_policies.get("float33")
    with pytest.raises(ValueError, match="Cannot read a dtype policy"):
        dtype_policies.get(3)


def test_the_global_dtype_policy_can_be_set():
    with pytest.warns(UserWarning, match="float32"):
        dtype_policies.set_dtype_policy("mixed_bfloat16")
    try:
        assert layers.Dense(1).dtype_policy.name == "mixed_bfloat16"
    finally:
        dtype_policies.set_dtype_policy(None)
    assert layers.Dense(1).dtype_policy.name == "float32"
