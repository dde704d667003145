"""`keras.Function`, and inputs of a model for which None may come."""

from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops

X = np.arange(8, dtype="float32").reshape(4, 2)


def test_a_function_computes_what_leads_from_placeholders_to_placeholders() -> None:
    a, b = keras.KerasTensor((None, 2)), keras.KerasTensor((None, 2))
    function = keras.Function({"a": a, "b": b}, [a + b, ops.sum(a * b, axis=-1)])
    total, product = function({"a": X, "b": X})
    np.testing.assert_array_equal(total.numpy(), 2 * X)
    np.testing.assert_array_equal(product.numpy(), (X * X).sum(-1))
    kinds = {type(operation).__name__ for operation in function.operations}
    assert kinds >= {"Add", "Multiply", "Sum"}
    assert [one.shape for one in function.inputs] == [(None, 2), (None, 2)]
    assert [one.shape for one in function.outputs] == [(None, 2), (None,)]


def test_a_function_of_the_middle_of_a_model_runs_the_model_s_layers() -> None:
    x = keras.Input((2,))
    hidden = layers.Dense(3)(x)
    y = layers.Dense(1)(hidden)
    whole, head = keras.Model(x, y), keras.Function(x, hidden)
    tail = keras.Function(hidden, y)
    np.testing.assert_allclose(tail(head(X)).numpy(), whole(X).numpy(), rtol=1e-6)
    assert isinstance(whole, keras.Function)
    assert whole.operations == whole.layers


def test_a_function_infers_shapes_and_is_itself_a_step_of_a_model() -> None:
    a = keras.KerasTensor((None, 2))
    function = keras.Function(a, ops.mean(a, axis=0))
    assert function.compute_output_shape((5, 2)) == (2,)
    assert function(keras.KerasTensor((7, 2))).shape == (2,)
    x = keras.Input((2,))
    np.testing.assert_allclose(keras.Model(x, function(x))(X).numpy(), X.mean(0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda a, b: keras.Function([], a), "expected `inputs`"),
        (lambda a, b: keras.Function(a, []), "expected `outputs`"),
        (lambda a, b: keras.Function(a, a + b), "not among the model's `inputs`"),
        (lambda a, b: keras.Function(a, 3), "expected what `keras.Input` or a layer"),
        (lambda a, b: keras.Function(a, a + 1)(np.ones((3, 5))), r"expected shape \(None, 2\)"),
        (lambda a, b: keras.Function([a, b], a + b)(X), "expected inputs in the structure"),
    ],
)
def test_what_a_function_cannot_do_is_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(keras.KerasTensor((None, 2)), keras.KerasTensor((None, 2)))


class Maybe(layers.Layer):
    """Adds a second tensor if there is one."""

    def call(self, x: Any, y: Any = None) -> Any:
        return x if y is None else x + y


def model_of_optional() -> Any:
    x, y = keras.Input((2,), name="a"), keras.Input((2,), name="b", optional=True)
    return keras.Model([x, y], layers.Dense(1, kernel_initializer="ones")(Maybe()(x, y)))


def test_an_optional_input_may_be_none_wherever_data_comes() -> None:
    model, labels = model_of_optional(), np.ones((4, 1))
    once = X.sum(-1, keepdims=True)
    np.testing.assert_allclose(model([X, None]).numpy(), once)
    np.testing.assert_allclose(model({"a": X, "b": None}).numpy(), once)
    np.testing.assert_allclose(model.predict([X, None], verbose=0), once)
    np.testing.assert_allclose(model.predict([X, X], verbose=0), 2 * once)
    model.compile("sgd", "mse")
    first = model.evaluate([X, None], labels, verbose=0)
    assert first == pytest.approx(float(((once - 1) ** 2).mean()))
    assert model.fit([X, None], labels, verbose=0).history["loss"] == pytest.approx([first])
    assert model.compute_output_spec([keras.KerasTensor((5, 2)), None]).shape == (5, 1)


def test_an_optional_input_stays_optional_in_a_file(tmp_path: Any) -> None:
    model = model_of_optional()
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras", custom_objects={"Maybe": Maybe})
    np.testing.assert_allclose(again([X, None]).numpy(), model([X, None]).numpy())


def test_none_for_an_input_that_is_not_optional_is_refused_by_name() -> None:
    x, y = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    with pytest.raises(ValueError, match=r"the input 'b' of 'functional.*' is not optional"):
        keras.Model([x, y], x + y)([X, None])
