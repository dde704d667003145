"""Global settings of Keras."""

from collections.abc import Iterator

import pytest

from pykeras_core import config


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave the settings as they were."""
    epsilon, data_format = config.epsilon(), config.image_data_format()
    yield
    config.set_epsilon(epsilon)
    config.set_image_data_format(data_format)


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
        with pytest.raises(ValueError, match=f"expected 'float32', received '{other}'"):
            config.set_floatx(other)


def test_an_unknown_data_format_is_refused() -> None:
    with pytest.raises(ValueError, match="'channels_last' or 'channels_first', received 'NHWC'"):
        config.set_image_data_format("NHWC")
