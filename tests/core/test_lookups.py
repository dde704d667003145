"""Integers that look something up are refused where there is nothing: eagerly and before a step."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops
from pykeras_core.engine import GradientTape

GOOD = np.random.default_rng(0).integers(0, 5, (70, 4))
LABELS = np.zeros((70, 1))
HIGH, LOW = GOOD.copy(), GOOD.copy()
HIGH[69, 3], LOW[3, 0] = 5, -1
REFUSED = r"`Embedding` 'words' expected integers from 0 to 4, received (5|-1)"


def model_of_words(before: Callable[[Any], Any] = lambda x: x, **options: Any) -> Any:
    """An embedding of five words, with something before it."""
    inputs = layers.Input((4,))
    vectors = layers.Embedding(5, 2, name="words")(before(inputs))
    model = keras.Model(inputs, layers.Dense(1)(layers.Flatten()(vectors)))
    model.compile("sgd", "mse", **options)
    return model


def batches_of(x: Any) -> Any:
    for start in range(0, 70, 14):
        yield x[start : start + 14], LABELS[start : start + 14]


USES = {
    "call": lambda model, x: model(x),
    "fit": lambda model, x: model.fit(x, LABELS, batch_size=16, verbose=0),
    "fit on batches": lambda model, x: model.fit(batches_of(x), verbose=0),
    "evaluate": lambda model, x: model.evaluate(x, LABELS, verbose=0),
    "predict": lambda model, x: model.predict(x, verbose=0),
    "train_on_batch": lambda model, x: model.train_on_batch(x, LABELS),
    "predict_on_batch": lambda model, x: model.predict_on_batch(x),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])
def test_an_embedding_refuses_numbers_that_it_has_no_row_for(
    use: Callable[[Any, Any], Any], eager: bool
) -> None:
    model = model_of_words(run_eagerly=eager)
    for x in (HIGH, LOW, HIGH.astype("float32")):
        with pytest.raises(ValueError, match=REFUSED):
            use(model, x)
    use(model, GOOD)


@pytest.mark.parametrize(
    ("x", "options"),
    [
        (HIGH, {}),
        (LOW, {"shuffle": False}),
        (GOOD, {"validation_data": (HIGH, LABELS)}),
        (HIGH, {"validation_split": 0.2}),
    ],
    ids=["data", "unshuffled data", "validation data", "validation split"],
)
def test_fit_refuses_them_before_any_weight_changes(x: Any, options: dict[str, Any]) -> None:
    model = model_of_words()
    before = model.get_weights()
    with pytest.raises(ValueError, match=REFUSED):
        model.fit(x, LABELS, batch_size=16, verbose=0, **options)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_numbers_computed_from_the_data_are_looked_at_as_the_embedding_gets_them() -> None:
    shifted = layers.Lambda(lambda x: x - 1)
    model_of_words(shifted).fit(GOOD + 1, LABELS, verbose=0)
    for x in (GOOD, HIGH + 1):
        with pytest.raises(ValueError, match=REFUSED):
            model_of_words(shifted).fit(x, LABELS, batch_size=16, verbose=0)


def test_columns_that_are_not_looked_up_may_hold_anything() -> None:
    model_of_words(lambda x: x[:, :3]).fit(HIGH, LABELS, verbose=0)
    with pytest.raises(ValueError, match=REFUSED):
        model_of_words(lambda x: x[:, 1:]).fit(HIGH, LABELS, verbose=0)


def test_only_the_input_of_the_embedding_is_looked_at() -> None:
    words, numbers = layers.Input((4,), name="ids"), layers.Input((2,), name="size")
    pooled = layers.GlobalAveragePooling1D()(layers.Embedding(5, 2, name="words")(words))
    model = keras.Model([words, numbers], layers.Dense(1)(layers.Concatenate()([pooled, numbers])))
    model.compile("sgd", "mse")
    far = np.full((70, 2), 99.0)
    model.fit({"ids": GOOD, "size": far}, LABELS, verbose=0)
    with pytest.raises(ValueError, match=REFUSED):
        model.fit({"ids": HIGH, "size": far}, LABELS, verbose=0)


@pytest.mark.parametrize(("units", "refused"), [(5, False), (6, True)])
def test_numbers_that_the_model_makes_are_watched_while_it_runs(units: int, refused: bool) -> None:
    inputs = layers.Input((3,))
    scores = layers.Dense(units, kernel_initializer="ones")(inputs) + np.arange(units)
    outputs = layers.Embedding(5, 2, name="words")(ops.argmax(scores, axis=-1))
    model = keras.Model(inputs, outputs)
    for _ in range(2):
        if refused:
            with pytest.raises(ValueError, match="received 5 in a step that has run"):
                model.predict(np.ones((8, 3)), verbose=0)
        else:
            assert model.predict(np.ones((8, 3)), verbose=0).shape == (8, 2)


class OwnStep(keras.Model):
    """A model whose step computes its own loss from class numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.words = layers.Embedding(5, 3, name="words")

    def call(self, x: Any) -> Any:
        return ops.mean(self.words(x), axis=1)

    def train_step(self, data: Any) -> dict[str, Any]:
        x, y = data
        with GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, self(x), from_logits=True)
            loss = ops.mean(losses)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


def test_a_step_of_the_user_s_own_has_its_words_and_its_labels_looked_at() -> None:
    model = OwnStep()
    model.compile("sgd")
    model.fit(GOOD, np.full(70, 2), verbose=0)
    with pytest.raises(ValueError, match=REFUSED):
        model.fit(HIGH, np.zeros(70, int), verbose=0)
    with pytest.raises(ValueError, match="expected integers from 0 to 2, received 3 in the data"):
        model.fit(GOOD, np.full(70, 3), verbose=0)


ROWS = np.arange(6, dtype="float32").reshape(3, 2)


@pytest.mark.parametrize(
    "look_up",
    [
        lambda i: ops.take(ROWS, [i], axis=0),
        lambda i: ops.take(ROWS, [[0], [i]], axis=-2),
        lambda i: ops.take_along_axis(ROWS, [[i, 0]], axis=0),
        lambda i: ops.get_item(ops.convert_to_tensor(ROWS), ops.convert_to_tensor([i])),
        lambda i: ops.convert_to_tensor(ROWS)[[i]],
        lambda i: ops.scatter([[i]], [1.0], (3,)),
        lambda i: ops.scatter_update([0.0, 0.0, 0.0], [[i]], [1.0]),
    ],
    ids=["take", "take of two axes", "take_along_axis", "get_item", "[]", "scatter", "update"],
)
def test_ops_count_negative_indices_from_the_end_and_refuse_others(
    look_up: Callable[[int], Any],
) -> None:
    np.testing.assert_array_equal(look_up(-1), look_up(2))
    np.testing.assert_array_equal(look_up(-3), look_up(0))
    for index in (3, -4):
        with pytest.raises(IndexError, match=f"from -3 to 2, received {index}"):
            look_up(index)


def test_take_of_the_flat_input_counts_all_elements() -> None:
    assert float(ops.take(ROWS, 5)) == 5.0
    with pytest.raises(IndexError, match="from -6 to 5, received 6"):
        ops.take(ROWS, 6)


def test_a_traced_take_is_refused_with_the_name_of_its_layer() -> None:
    class Picks(layers.Layer):
        def call(self, x: Any) -> Any:
            return ops.take(ops.convert_to_tensor(ROWS), x, axis=0)

    model = keras.Sequential([layers.Input((1,), dtype="int32"), Picks(name="picks")])
    assert model.predict(np.array([[-1], [2]]), verbose=0).tolist() == [[[4.0, 5.0]]] * 2
    with pytest.raises(IndexError, match=r"`take` in '.*picks' expected integers from -3 to 2"):
        model.predict(np.array([[0], [3]]), verbose=0)


@pytest.mark.parametrize("label", [3, -1])
def test_crossentropy_refuses_numbers_of_no_class(label: int) -> None:
    with pytest.raises(ValueError, match=f"from 0 to 2, received {label}"):
        keras.losses.SparseCategoricalCrossentropy()([label], [[0.2, 0.3, 0.5]])
    ignoring = keras.losses.SparseCategoricalCrossentropy(ignore_class=label)
    assert float(ignoring([label], [[0.2, 0.3, 0.5]])) == 0.0


def test_counting_refuses_negative_numbers_as_keras_does() -> None:
    with pytest.raises(ValueError, match="`bincount` expected integers from 0, received -1"):
        ops.bincount([-1])
    for mode in ("multi_hot", "count"):
        encode = layers.CategoryEncoding(3, mode, name="encode")
        assert encode(np.array([[3]])).tolist() == [[0.0, 0.0, 0.0]]
        with pytest.raises(ValueError, match="'encode' expected integers from 0, received -1"):
            encode(np.array([[-1]]))
    assert layers.CategoryEncoding(3, "one_hot")(np.array([[-1]])).tolist() == [[0.0, 0.0, 0.0]]
