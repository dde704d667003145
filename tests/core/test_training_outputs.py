"""What users say about outputs: losses, weights, metrics and labels, matched by name or place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras

X = np.ones((4, 3), np.float32)
A = np.full((4, 1), 11.0, np.float32)  # every output of the models here is 1
B = np.full((4, 1), 3.0, np.float32)
HALF = np.array([1.0, 0.0, 1.0, 0.0], np.float32)


def two_outputs(form: str) -> keras.Model:
    """A model with the outputs `b` and `a`, in this order, which both give 1."""
    inputs = keras.Input((3,), name="i")

    def ones(name: str) -> Any:
        layer = keras.layers.Dense(1, "linear", True, "zeros", "ones", name=name)
        return layer(inputs)

    b, a = ones("b"), ones("a")
    return keras.Model(inputs, {"list": [b, a], "tuple": (b, a), "dict": {"b": b, "a": a}}[form])


def evaluated(model: Any, y: Any, sample_weight: Any = None, **compile_arguments: Any) -> Any:
    model.compile(**{"optimizer": "sgd", "loss": "mse", **compile_arguments})
    return model.evaluate(X, y, sample_weight=sample_weight, verbose=0, return_dict=True)


FORMS = pytest.mark.parametrize("form", ["list", "tuple", "dict"])


@FORMS
@pytest.mark.parametrize("loss", [["mse", None], {"b": "mse"}, {"b": "mse", "a": None}])
def test_labels_of_some_outputs_meet_these_outputs(form: str, loss: Any) -> None:
    if form == "dict" and isinstance(loss, list):
        loss = loss[::-1]  # places in a list are those of the sorted keys
    assert evaluated(two_outputs(form), {"b": B}, loss=loss) == {"loss": pytest.approx(4.0)}


@FORMS
def test_labels_as_a_dict_meet_the_outputs_of_their_names(form: str) -> None:
    found = evaluated(
        two_outputs(form),
        {"a": A, "b": B},
        loss={"a": "mae", "b": "mse"},
        loss_weights={"a": 0.5, "b": 2.0},
        metrics={"b": ["mae"], "a": "mse"},
    )
    wanted = {"a_loss": 10.0, "b_loss": 4.0, "loss": 13.0, "b_mae": 2.0, "a_mse": 100.0}
    assert found == pytest.approx(wanted)


@FORMS
def test_sample_weights_as_a_dict_meet_the_outputs_of_their_names(form: str) -> None:
    found = evaluated(two_outputs(form), {"a": A, "b": B}, {"a": HALF, "b": 3 * HALF})
    assert found["a_loss"] == pytest.approx(50.0)
    assert found["b_loss"] == pytest.approx(6.0)


@FORMS
def test_a_weight_for_some_outputs_leaves_the_others_alone(form: str) -> None:
    found = evaluated(two_outputs(form), {"a": A, "b": B}, {"a": HALF}, loss_weights={"b": 2.0})
    assert found == pytest.approx({"a_loss": 50.0, "b_loss": 4.0, "loss": 58.0})


@FORMS
@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("loss", {"a": "mse", "b": "mse", "zz": "mse"}),
        ("loss_weights", {"a": 1.0, "zz": 1.0}),
        ("metrics", {"zz": ["mae"]}),
        ("weighted_metrics", {"a": ["mae"], "zz": ["mae"]}),
        ("y", {"a": A, "zz": B}),
        ("y", {"a": A, "b": B, "zz": B}),
        ("sample_weight", {"a": HALF, "b": HALF, "zz": HALF}),
    ],
)
def test_a_key_that_names_no_output_is_refused_by_name(
    form: str, argument: str, value: Any
) -> None:
    given = {"y": {"a": A, "b": B}, argument: value}
    with pytest.raises(ValueError, match=rf"`{argument}` expected .*zz") as error:
        evaluated(two_outputs(form), **given)
    assert isinstance(error.value, KeyError)  # Keras raises the one or the other


@FORMS
def test_an_output_with_a_loss_but_no_labels_is_named(form: str) -> None:
    with pytest.raises(ValueError, match=r"`y` expected .*\['b'\] missing"):
        evaluated(two_outputs(form), {"a": A})


@FORMS
def test_a_single_array_is_no_label_of_two_outputs(form: str) -> None:
    with pytest.raises(KeyError, match=r"`y` expected labels for the 2 outputs"):
        evaluated(two_outputs(form), A)


def test_labels_of_some_outputs_in_a_list_are_those_with_a_loss() -> None:
    found = evaluated(
        two_outputs("list"), [A], loss=[None, "mse"], metrics=[None, ["mae"]], sample_weight=[HALF]
    )
    assert found == pytest.approx({"loss": 50.0, "a_mae": 10.0})


def nested() -> keras.Model:
    """A model whose outputs are {"p": [b, a], "q": c}."""
    base = two_outputs("list")
    c = keras.layers.Dense(1, "linear", True, "zeros", "ones", name="c")(base.input)
    return keras.Model(base.input, {"p": base.output, "q": c})


def test_nested_outputs_take_nested_losses_weights_and_metrics() -> None:
    found = evaluated(
        nested(),
        {"p": [B, A], "q": B},
        {"p": [HALF, None], "q": None},
        loss={"q": "mae", "p": ["mse", "mae"]},
        loss_weights={"p": [1.0, 2.0], "q": 3.0},
        metrics={"q": ["mae"], "p": [None, ["mse"]]},
    )
    losses = {"p/b_loss": 2.0, "p/a_loss": 10.0, "q_loss": 2.0, "loss": 28.0}
    assert found == pytest.approx({**losses, "c_mae": 2.0, "a_mse": 100.0})


def test_a_key_that_is_not_in_nested_outputs_is_refused() -> None:
    with pytest.raises(KeyError, match=r"`loss` expected .*\['p', 'q'\].*\['zz'\]"):
        evaluated(nested(), {"p": [B, A], "q": B}, loss={"zz": "mse"})


def test_metrics_of_an_only_output_are_taken_under_any_name_with_a_warning() -> None:
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(1, name="only")(inputs))
    with pytest.warns(UserWarning, match="'only'"):
        assert "mae" in evaluated(model, A, metrics={"zz": "mae"})


def test_a_loss_weight_may_be_a_variable_that_changes() -> None:
    factor = keras.Variable(1.0, trainable=False)
    model = two_outputs("list")
    model.compile("sgd", ["mse", "mse"], loss_weights=[factor, 0.0])
    assert model.evaluate(X, [B, A], verbose=0)[0] == pytest.approx(4.0)
    factor.assign(10.0)
    assert model.evaluate(X, [B, A], verbose=0)[0] == pytest.approx(40.0)


def two_inputs(form: str) -> keras.Model:
    """A model of the inputs `z` and `a`: 10 z + a."""
    z, a = keras.Input((1,), name="z"), keras.Input((1,), name="a")
    return keras.Model({"list": [z, a], "dict": {"z": z, "a": a}}[form], 10 * z + a)


Z = np.array([[2.0], [3.0]], np.float32)
ONE = np.array([[7.0], [8.0]], np.float32)
RIGHT = [[27.0], [38.0]]


@pytest.mark.parametrize("form", ["list", "dict"])
@pytest.mark.parametrize("how", ["__call__", "predict_on_batch", "predict"])
def test_inputs_as_a_dict_are_matched_by_name(form: str, how: str) -> None:
    model = two_inputs(form)
    for given in ({"a": ONE, "z": Z}, {"z": Z, "a": ONE}):
        np.testing.assert_allclose(getattr(model, how)(given), RIGHT)


def test_entries_that_are_no_inputs_are_left_out() -> None:
    given = {"a": ONE, "aa": Z, "z": Z}
    np.testing.assert_allclose(two_inputs("list").predict(given, verbose=0), RIGHT)
    with pytest.warns(UserWarning, match=r"ignores the inputs \['aa'\]"):
        np.testing.assert_allclose(two_inputs("dict").predict(given, verbose=0), RIGHT)


@pytest.mark.parametrize("form", ["list", "dict"])
def test_a_missing_input_is_named(form: str) -> None:
    with pytest.raises(ValueError, match=r"\['z'\] missing"):
        two_inputs(form).predict({"a": ONE, "b": Z}, verbose=0)


def test_a_list_for_inputs_in_a_dict_is_refused_where_places_mislead() -> None:
    with pytest.raises(ValueError, match="Pass a dict"):
        two_inputs("dict").predict([Z, ONE], verbose=0)


def test_dicts_come_from_generators_data_sets_and_validation_data_alike() -> None:
    class Batches(keras.utils.PyDataset):
        def __len__(self) -> int:
            return 1

        def __getitem__(self, index: int) -> Any:
            return {"a": ONE, "z": Z}, {"out": np.zeros((2, 1), np.float32)}

    base = two_inputs("list")
    output = keras.layers.Rescaling(1.0, name="out")(base.output)
    model = keras.Model(base.input, output)
    model.compile(keras.optimizers.SGD(0.0), {"out": "mae"})
    data = Batches(workers=1)
    history = model.fit(data, validation_data=data[0], verbose=0).history
    assert history == {"loss": [pytest.approx(32.5)], "val_loss": [pytest.approx(32.5)]}
    assert model.evaluate(iter([data[0]]), verbose=0) == pytest.approx(32.5)
    assert model.train_on_batch(*data[0]) == pytest.approx(32.5)


def test_masks_stay_with_their_inputs_when_a_model_is_called_with_a_dict() -> None:
    def last_step(name: str) -> Any:
        inputs = keras.Input((3, 1), name=name)
        ones = {"kernel_initializer": "ones", "recurrent_initializer": "ones"}
        return inputs, keras.layers.SimpleRNN(1, **ones)(inputs)

    (z, from_z), (a, from_a) = last_step("z"), last_step("a")
    inner = keras.Model([z, a], keras.layers.Concatenate()([from_z, from_a]))
    p, q = keras.Input((3, 1)), keras.Input((3, 1))
    masked = keras.layers.Masking()(p)
    x = np.array([[[1.0], [0.0], [0.0]]], np.float32)
    by_place = keras.Model([p, q], inner([masked, q])).predict([x, x], verbose=0)
    by_name = keras.Model([p, q], inner({"z": masked, "a": q})).predict([x, x], verbose=0)
    np.testing.assert_array_equal(by_name, by_place)
    assert by_name[0, 0] != by_name[0, 1]


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("sequential", [True, False])
def test_a_missing_last_axis_of_one_is_added_also_for_a_single_sample(
    samples: int, sequential: bool
) -> None:
    inputs = keras.Input((1,))
    layer = keras.layers.Dense(1, kernel_initializer="ones")
    model = keras.Sequential([inputs, layer]) if sequential else keras.Model(inputs, layer(inputs))
    x = np.arange(samples, dtype=np.float32) + 10
    assert model.predict(x, batch_size=2, verbose=0).tolist() == x[:, None].tolist()
    model.compile("sgd", "mse")
    model.fit(x, x, batch_size=2, verbose=0)  # with 3 samples a last batch of one


@pytest.mark.parametrize("shape", [(1,), (1, 1), (3,), (3, 1)])
def test_an_extra_last_axis_of_one_is_dropped_but_never_the_batch_axis(shape: Any) -> None:
    inputs = keras.Input(())
    model = keras.Model(inputs, inputs * 10.0)
    assert model.predict(np.ones(shape, np.float32), verbose=0).shape == shape[:1]


def test_data_of_another_width_is_refused_also_where_a_last_axis_is_one() -> None:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    with pytest.raises(ValueError, match=r"\(None, 4\).*\(4,\)"):
        model.predict(np.ones((4,), np.float32), verbose=0)


@pytest.mark.parametrize("labels", ["list", "dict"])
@pytest.mark.parametrize("method", ["evaluate", "test_on_batch"])
def test_an_output_without_labels_is_named_where_something_needs_them(
    labels: str, method: str
) -> None:
    entry = keras.Input((3,))
    outputs = [keras.layers.Dense(1, name=name)(entry) for name in ("left", "right")]
    model = keras.Model(entry, outputs)
    x, y = np.ones((4, 3), "float32"), np.zeros((4, 1), "float32")
    given = [y, None] if labels == "list" else {"left": y, "right": None}
    model.compile("sgd", ["mse", None], weighted_metrics=[["mae"], []])
    getattr(model, method)(x, given)
    model.compile("sgd", ["mse", "mse"])
    with pytest.raises(ValueError, match=r"received None for \['right'\]"):
        getattr(model, method)(x, given)
    model.compile("sgd", ["mse", None], weighted_metrics=[["mae"], ["mae"]])
    with pytest.raises(ValueError, match="`weighted_metrics` measures output 'right'"):
        getattr(model, method)(x, given)
