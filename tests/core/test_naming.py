"""Automatic names and name scopes."""

import pytest

from pykeras_core import naming


@pytest.fixture(autouse=True)
def _fresh():
    naming.reset_uids()
    yield
    naming.reset_uids()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dense", "dense"),
        ("BatchNormalization", "batch_normalization"),
        ("PReLU", "p_re_lu"),
        ("ReLU", "re_lu"),
        ("LSTM", "lstm"),
        ("Conv2D", "conv2d"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("L1L2", "l1l2"),
        ("SpatialDropout1D", "spatial_dropout1d"),
    ],
)
def test_snake_case_is_that_of_keras_files(name, expected):
    assert naming.to_snake_case(name) == expected


def test_names_count_up_per_class():
    names = [naming.auto_name(prefix) for prefix in ("Dense", "Dense", "LSTM", "dense")]
    assert names == ["dense", "dense_1", "lstm", "dense_2"]
    assert [naming.get_uid("x"), naming.get_uid("x")] == [1, 2]


def test_scopes_nest_and_close():
    with naming.name_scope("a"):
        with naming.name_scope("b"):
            assert naming.current_path() == "a/b"
        assert naming.current_path() == "a"
    assert naming.current_path() == ""


def test_a_scope_closes_on_an_error():
    with pytest.raises(KeyError), naming.name_scope("a"):
        raise KeyError
    assert naming.current_path() == ""


def test_reopening_ones_own_scope_adds_nothing():
    caller = object()
    with naming.name_scope("a", caller), naming.name_scope("a", caller):
        assert naming.current_path() == "a"


def test_a_scope_name_has_no_slash():
    with pytest.raises(ValueError, match="without '/'"):
        naming.name_scope("a/b")
