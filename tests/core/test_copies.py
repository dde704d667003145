"""Models, layers and everything around them can be pickled and copied, trained or not."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, ops

X = np.random.default_rng(0).random((20, 3)).astype("float32")
Y = np.random.default_rng(1).integers(0, 2, (20, 1))


def through_pickle(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


COPIES = {"pickle": through_pickle, "deepcopy": copy.deepcopy, "copy": copy.copy}
copied_by = pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)


def sequential() -> Any:
    model = keras.Sequential(
        [
            layers.Input((3,)),
            layers.Dense(4, activation="relu"),
            layers.Dropout(0.2),
            layers.BatchNormalization(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy", keras.metrics.AUC()])
    return model


def functional() -> Any:
    inputs = layers.Input((3,), name="data")
    shared = layers.Dense(3)
    both = layers.Concatenate()([shared(inputs), shared(ops.square(inputs)) * 2.0])
    model = keras.Model({"data": inputs}, layers.Lambda(lambda x: x + 1.0)(layers.Dense(1)(both)))
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse")
    return model


class Blocks(keras.Model):
    """A model that no file could be made of: it says nothing of its arguments."""

    def __init__(self, width: Any) -> None:
        super().__init__()
        self.blocks = [layers.Dense(int(width)), layers.Dense(int(width))]
        self.last = layers.Dense(1)

    def call(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return self.last(x)


def subclassed() -> Any:
    model = Blocks(np.int64(4))
    model.compile(keras.optimizers.RMSprop(), keras.losses.Huber(), weighted_metrics=["mae"])
    return model


MODELS = {"sequential": sequential, "functional": functional, "subclassed": subclassed}


@copied_by
@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_a_trained_model_goes_on_in_its_copy(
    make: Callable[[], Any], copied: Callable[[Any], Any]
) -> None:
    model = make()
    model.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    twin = copied(model)
    assert (type(twin), twin.name, twin.built) == (type(model), model.name, True)
    assert [w.path for w in twin.weights] == [w.path for w in model.weights]
    assert int(twin.optimizer.iterations.numpy()) == 2
    np.testing.assert_array_equal(twin.predict(X, verbose=0), model.predict(X, verbose=0))
    before = model.get_weights()
    twin.fit(X, Y, verbose=0, shuffle=False)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert int(twin.optimizer.iterations.numpy()) == 3
    changed = zip(twin.get_weights(), before, strict=True)
    assert not all(np.array_equal(new, old) for new, old in changed)


@copied_by
def test_a_copied_model_can_be_saved_summarized_and_built_upon(
    copied: Callable[[Any], Any], tmp_path: Any
) -> None:
    model = functional()
    model.fit(X, Y, verbose=0)
    twin = copied(model)
    twin.summary(print_fn=lambda line: None)
    twin.save(tmp_path / "twin.keras")
    again = keras.models.load_model(tmp_path / "twin.keras", safe_mode=False)
    np.testing.assert_array_equal(again(X), twin({"data": X}))
    hidden = keras.Model(twin.inputs, twin.layers[-2].output)
    assert hidden(X).shape == (20, 1)


@copied_by
def test_a_deep_model_is_not_too_deep(copied: Callable[[Any], Any]) -> None:
    inputs = x = layers.Input((2,))
    for _ in range(400):
        x = layers.Activation("tanh")(x)
    assert len(copied(keras.Model(inputs, x)).layers) == 401


@copied_by
def test_a_history_takes_its_model_along(copied: Callable[[Any], Any]) -> None:
    history = sequential().fit(X, Y, epochs=2, verbose=0)
    twin = copied(history)
    assert twin.history == history.history
    assert (twin.epoch, twin.params) == (history.epoch, history.params)
    assert twin.model.predict(X, verbose=0).shape == (20, 1)


@copied_by
def test_a_layer_is_copied_without_the_model_around_it(copied: Callable[[Any], Any]) -> None:
    model = sequential()
    layer = model.layers[0]
    twin = copied(layer)
    assert twin.built
    assert twin.name == layer.name
    np.testing.assert_array_equal(twin(X), layer(X))
    assert twin._inbound_nodes == []
    twin.kernel.assign(twin.kernel * 0)
    assert not np.array_equal(twin(X), layer(X))


@copied_by
def test_containers_of_a_copy_are_watched_by_the_copy(copied: Callable[[Any], Any]) -> None:
    class Stack(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.parts = [layers.Dense(2)]
            self.named = {"a": [layers.Dense(3)]}

    globals()["Stack"] = Stack
    Stack.__qualname__ = "Stack"
    stack = Stack()
    twin = copied(stack)
    twin.parts.append(layers.Dense(4))
    twin.named["a"].append(layers.Dense(5))
    assert len(twin._flatten_layers(include_self=False)) == 4
    assert len(stack._flatten_layers(include_self=False)) == 2


@copied_by
def test_metrics_and_optimizers_are_copied_with_their_state(copied: Callable[[Any], Any]) -> None:
    mean = keras.metrics.Mean()
    mean.update_state([1.0, 2.0])
    twin = copied(mean)
    twin.update_state([6.0])
    assert (float(mean.result()), float(twin.result())) == (1.5, 3.0)
    variable = keras.Variable([1.0])
    optimizer = keras.optimizers.AdamW(0.1)
    optimizer.exclude_from_weight_decay([variable])
    optimizer.apply([ops.ones((1,))], [variable])
    other = copied(optimizer)
    assert [v.path for v in other.variables] == [v.path for v in optimizer.variables]
    other.iterations.assign(7)
    assert int(optimizer.iterations.numpy()) == 1


OTHERS = {
    "loss": lambda: keras.losses.SparseCategoricalCrossentropy(),
    "schedule": lambda: keras.optimizers.schedules.CosineDecay(0.1, 5),
    "initializer": lambda: keras.initializers.GlorotUniform(seed=3),
    "regularizer": lambda: keras.regularizers.L2(0.1),
    "constraint": lambda: keras.constraints.MaxNorm(2),
    "callback": lambda: keras.callbacks.EarlyStopping(patience=3),
    "seed generator": lambda: keras.random.SeedGenerator(3),
    "variable": lambda: keras.Variable([1.0, 2.0]),
    "placeholder": lambda: keras.Input((3,)),
    "input spec": lambda: layers.InputSpec(ndim=2),
    "dtype policy": lambda: keras.dtype_policies.DTypePolicy("float32"),
    "tensor": lambda: ops.ones((2,)),
}


@copied_by
@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS)
def test_everything_around_a_model_is_copied(
    make: Callable[[], Any], copied: Callable[[Any], Any]
) -> None:
    thing = make()
    assert type(copied(thing)) is type(thing)
