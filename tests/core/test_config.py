"""Global settings of Keras."""

from collections.abc import Iterator

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import config, hosting, settings


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave the settings as they were."""
    epsilon, as_set = config.epsilon(), dict(settings._settings)
    yield
    config.set_epsilon(epsilon)
    settings._settings.update(as_set)
    config.set_dtype_policy(None)


def test_defaults_are_keras_s() -> None:
    assert config.floatx() == "float32"
    assert config.epsilon() == 1e-7
    assert config.image_data_format() == "channels_last"
    assert config.backend() == "numpy"


def test_settings_can_be_changed() -> None:
    config.set_epsilon(1e-3)
    config.set_image_data_format("channels_first")
    assert config.epsilon() == 1e-3
    assert config.image_data_format() == "channels_first"


def test_the_only_float_is_float32() -> None:
    config.set_floatx("float32")
    for other in ("float64", "float16", "int32"):
        with pytest.raises(ValueError, match=f"expected `value` as 'float32', received '{other}'"):
            config.set_floatx(other)


def test_an_unknown_data_format_is_refused() -> None:
    with pytest.raises(ValueError, match="'channels_last' or 'channels_first', received 'NHWC'"):
        config.set_image_data_format("NHWC")


def test_switches_keep_what_was_set() -> None:
    for name in ("interactive_logging", "traceback_filtering", "flash_attention"):
        for what, wanted in (("disable", False), ("enable", True)):
            getattr(config, f"{what}_{name}")()
            assert getattr(config, f"is_{name}_enabled")() is wanted
    assert config.is_nnx_enabled() is False
    config.set_backend("numpy")
    with pytest.raises(ValueError, match="expected `backend` as 'numpy', received 'jax'"):
        config.set_backend("jax")


def test_a_program_s_backend_goes_before_the_reader_s(monkeypatch: pytest.MonkeyPatch) -> None:
    config.set_compute_backend("auto")
    assert config.compute_backend() == "auto"
    monkeypatch.setattr(hosting._state, "preferred_backend", "auto")
    hosting.prefer_backend("webgpu")
    assert config.compute_backend() == "webgpu"
    config.set_compute_backend("numpy")
    assert config.compute_backend() == "numpy"
    with pytest.raises(ValueError, match="'webgpu' or 'numpy', received 'cuda'"):
        config.set_compute_backend("cuda")


def test_policies_have_their_older_home_too() -> None:
    with pytest.warns(UserWarning, match="arithmetic and weights are float32"):
        keras.mixed_precision.set_global_policy("mixed_float16")
    assert config.dtype_policy().name == keras.mixed_precision.global_policy().name
    assert keras.layers.Dense(1).dtype_policy.name == "mixed_float16"
    config.set_dtype_policy("float32")
    assert keras.layers.Dense(1).compute_dtype == "float32"


def test_limits_shorten_training() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    x = np.zeros((40, 1), np.float32)
    config.set_max_epochs(2)
    config.set_max_steps_per_epoch(3)
    assert (config.max_epochs(), config.max_steps_per_epoch()) == (2, 3)
    history = model.fit(x, x, batch_size=4, epochs=9, validation_data=(x, x), verbose=0)
    assert len(history.history["loss"]) == 2
    assert int(model.optimizer.iterations) == 6
    assert model.predict(x, batch_size=4, verbose=0).shape == (12, 1)
    with pytest.raises(ValueError, match="positive int or None, received 0"):
        config.set_max_epochs(0)


def test_lambdas_may_be_allowed_for_all_files(tmp_path) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x * 2)])
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="lambda"):
        keras.models.load_model(tmp_path / "m.keras")
    config.enable_unsafe_deserialization()
    again = keras.models.load_model(tmp_path / "m.keras")
    assert again(np.ones((1, 2))).tolist() == [[2, 2]]
