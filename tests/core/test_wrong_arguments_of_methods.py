"""Methods name an argument of the wrong kind where it arrives, and take what Keras takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import callbacks, layers, optimizers

X, Y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
NAN = float("nan")


def compiled(**arguments: Any) -> Any:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="d")])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **arguments})
    return model


def fit(**arguments: Any) -> Any:
    return compiled().fit(**{"x": X, "y": Y, "verbose": 0, **arguments})


def trained(**arguments: Any) -> Any:
    return compiled(**arguments).fit(X, Y, verbose=0)


def one_argument(y_true: Any) -> Any:
    return y_true


WRONG_FIT = {
    "epochs": ["a", 2.5, None, [1], np.ones(2)],
    "initial_epoch": ["a", 2.5, -1, None],
    "steps_per_epoch": ["a", 2.5, -1, np.array([1])],
    "validation_steps": ["a", 2.5, -1],
    "validation_batch_size": ["a", 2.5, -1],
    "validation_split": ["a", -0.1, 1, 1.5, NAN, [0.1], np.ones(2)],
    "validation_freq": ["a", 0, -1, 1.5, None, ["a"], {"a"}],
    "validation_data": [3, "a", (), (X, Y, Y, Y), object(), (X, "a"), (["a"], Y)],
    "batch_size": ["a", 0, -1, 2.5, np.ones(2)],
    "verbose": ["loud", -1, 1.5, [1]],
    "shuffle": ["a", 3],
    "callbacks": [3, "a", [3], [None], callbacks.History, [callbacks.History], len],
    "sample_weight": ["a", ["a"] * 4, 3, np.ones(3), np.array(["a"] * 4)],
    "class_weight": [3, "a", [1, 2], {"a": 1}, {0.5: 1}, {0: "a"}, {0: None}, np.ones(2)],
    "x": [3, "a", None, object(), len],
    "y": [3, "a", None, object(), ["a"], len],
}
WRONG_COMPILE = {
    "optimizer": [3, "no", None, object(), optimizers.SGD, [1]],
    "loss": [3, "no", object(), one_argument, lambda: 1, lambda a, b, c: 1],
    "metrics": [3, "mae", one_argument, [one_argument], [lambda: 1]],
    "weighted_metrics": [3, [one_argument]],
    "loss_weights": ["a", ["a"], [1, 2], {"z": 1}, object()],
    "run_eagerly": [3, "a"],
    "steps_per_execution": [-1, 0, "a", 2.5, None, [1]],
    "jit_compile": [3, "yes"],
    "auto_scale_loss": [3, "a"],
}
WRONG_EVALUATE = {
    "steps": ["a", 2.5, -1],
    "batch_size": ["a", 2.5, -2, 0],
    "callbacks": [3, [len]],
    "verbose": ["loud"],
    "return_dict": [3, "a"],
    "sample_weight": ["a", 3, np.ones(3)],
    "y": [3, "a", None, object()],
}
WRONG_ON_BATCH = {
    "x": [3, "a", None, object()],
    "y": [3, "a", object()],
    "sample_weight": ["a", 3, np.ones(3)],
    "class_weight": [3, [1], {"a": 1}],
    "return_dict": ["a", 3],
}


def calls_of(call: Callable[..., Any], table: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(call, name, value, id=f"{call.__name__}-{name}-{place}")
        for name, values in table.items()
        for place, value in enumerate(values)
    ]


def evaluate(**arguments: Any) -> Any:
    return compiled().evaluate(**{"x": X, "y": Y, "verbose": 0, **arguments})


def predict(**arguments: Any) -> Any:
    return compiled().predict(**{"x": X, "verbose": 0, **arguments})


def train_on_batch(**arguments: Any) -> Any:
    return compiled().train_on_batch(**{"x": X, "y": Y, **arguments})


def test_on_batch(**arguments: Any) -> Any:
    return compiled().test_on_batch(**{"x": X, "y": Y, **arguments})


test_on_batch.__test__ = False  # type: ignore[attr-defined]  # a helper with a method's name


def some(table: dict[str, list[Any]], *names: str) -> dict[str, list[Any]]:
    return {name: table[name] for name in names}


@pytest.mark.parametrize(
    ("call", "argument", "value"),
    [
        *calls_of(fit, WRONG_FIT),
        *calls_of(trained, WRONG_COMPILE),
        *calls_of(evaluate, WRONG_EVALUATE),
        *calls_of(predict, some(WRONG_EVALUATE, "steps", "batch_size", "callbacks", "verbose")),
        *calls_of(train_on_batch, WRONG_ON_BATCH),
        *calls_of(test_on_batch, some(WRONG_ON_BATCH, "x", "y", "sample_weight", "return_dict")),
    ],
)
def test_a_wrong_argument_of_a_pass_is_named(
    call: Callable[..., Any], argument: str, value: Any
) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        call(**{argument: value})
    message = str(caught.value)
    of_its_kind = {
        "optimizer": "optimizer",
        "loss": "loss",
        "metrics": "metric",
        "weighted_metrics": "metric",
    }
    named = f"`{argument}" in message or of_its_kind.get(argument, "\0") in message
    assert named or (argument == "sample_weight" and "sample_weight has 3" in message)


CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "Sequential(layer)": (lambda: keras.Sequential(layers.Dense(3)), "a list of layers"),
    "Sequential(class)": (lambda: keras.Sequential(layers.Dense), "a list of layers"),
    "Sequential(input)": (lambda: keras.Sequential(keras.Input((2,))), "a list of layers"),
    "Sequential(dict)": (lambda: keras.Sequential({"a": layers.Dense(1)}), "a list of layers"),
    "Sequential(function)": (lambda: keras.Sequential([lambda x: x]), "Lambda"),
    "Sequential(list in list)": (lambda: keras.Sequential([[layers.Dense(1)]]), "in one list"),
    "add(rebuild)": (lambda: compiled().add(layers.Dense(1), rebuild="a"), "`rebuild`"),
    "pop(rebuild)": (lambda: compiled().pop(rebuild="a"), "`rebuild`"),
    "Model(inputs)": (lambda: keras.Model(keras.Input((2,))), "`outputs`"),
    "Model(3, 4)": (lambda: keras.Model(3, 4), "`inputs`"),
    "Model(inputs, 3)": (lambda: keras.Model(keras.Input((2,)), 3), "`outputs`"),
    "Input('a')": (lambda: keras.Input("a"), "`shape`"),
    "Input(2.5)": (lambda: keras.Input(2.5), "`shape`"),
    "Input(negative)": (lambda: keras.Input((2, -1)), "`shape`"),
    "Input(batch_size)": (lambda: keras.Input((2,), batch_size="a"), "`batch_size`"),
    "Input(batch_shape)": (lambda: keras.Input(batch_shape=3), "`batch_shape`"),
    "Input(tensor)": (lambda: keras.Input(tensor=3), "`tensor`"),
    "get_layer(index out of range)": (lambda: compiled().get_layer(index=99), "`index=99`"),
    "get_layer(index below)": (lambda: compiled().get_layer(index=-9), "`index=-9`"),
    "get_layer(index='a')": (lambda: compiled().get_layer(index="a"), "`index`"),
    "get_layer(index=0.5)": (lambda: compiled().get_layer(index=0.5), "`index`"),
    "get_layer(0)": (lambda: compiled().get_layer(0), "`name`"),
    "get_layer()": (lambda: compiled().get_layer(), "`name` or `index`"),
    "summary(line_length)": (lambda: compiled().summary(line_length="a"), "`line_length`"),
    "summary(positions)": (lambda: compiled().summary(positions=["a"]), "`positions`"),
    "summary(print_fn)": (lambda: compiled().summary(print_fn=3), "`print_fn`"),
    "summary(layer_range)": (lambda: compiled().summary(layer_range=3), "`layer_range`"),
    "set_weights(3)": (lambda: compiled().set_weights(3), "`weights`"),
    "set_weights(None)": (lambda: compiled().set_weights(None), "`weights`"),
    "set_weights('ab')": (lambda: compiled().set_weights("ab"), "`weights`"),
    "set_weights(text)": (lambda: compiled().set_weights([X[:2, :1], "a"]), r"`weights\[1\]`"),
    "set_weights(hole)": (lambda: compiled().set_weights([None, Y[0]]), r"`weights\[0\]`"),
    "save": (lambda: compiled().save(3), "`filepath`"),
    "save_weights": (lambda: compiled().save_weights(3), "`filepath`"),
    "load_weights": (lambda: compiled().load_weights(3), "`filepath`"),
    "clone_model(3)": (lambda: keras.models.clone_model(3), "`model`"),
    "clone_model(function)": (
        lambda: keras.models.clone_model(compiled(), clone_function=lambda: 1),
        "`clone_function`",
    ),
    "clone_model(cache)": (lambda: keras.models.clone_model(compiled(), cache=3), "`cache`"),
    "Sequential.from_config": (lambda: keras.Sequential.from_config(3), "`config`"),
    "Dense.from_config": (lambda: layers.Dense.from_config(3), "`config`"),
    "Dropout.from_config": (lambda: layers.Dropout.from_config(3), "`config`"),
    "set_state_tree": (lambda: compiled().set_state_tree(3), "`state_tree`"),
    "add_weight(2.5)": (lambda: layers.Layer().add_weight(2.5), "`shape`"),
    "add_weight((2.5,))": (lambda: layers.Layer().add_weight((2.5,)), "`shape`"),
    "add_weight(negative)": (lambda: layers.Layer().add_weight((-1,)), "`shape`"),
    "add_weight(name)": (lambda: layers.Layer().add_weight((1,), name=3), "`name`"),
    "add_weight(trainable)": (
        lambda: layers.Layer().add_weight((1,), trainable="a"),
        "`trainable`",
    ),
    "add_weight(aggregation)": (
        lambda: layers.Layer().add_weight((1,), aggregation="max"),
        "`aggregation`",
    ),
    "add_weight of a metric": (lambda: keras.metrics.Mean().add_weight(2.5), "`shape`"),
    "add_weight of a metric, name": (lambda: keras.metrics.Mean().add_weight(name=3), "`name`"),
    "build(3)": (lambda: layers.Dense(2).build(3), "`input_shape`"),
    "build('a')": (lambda: layers.Dense(2).build("a"), "`input_shape`"),
    "build_from_config": (lambda: layers.Dense(2).build_from_config(3), "`config`"),
    "build_from_config(shapes)": (
        lambda: layers.Dense(2).build_from_config({"shapes_dict": 3}),
        "shapes_dict",
    ),
    "count_params": (lambda: layers.Dense(2).count_params(), "Build it first"),
    "Normalization.adapt": (lambda: layers.Normalization().adapt(3), "adapt` expected an array"),
    "Discretization.adapt": (lambda: layers.Discretization(num_bins=2).adapt(["a"]), "`data`"),
    "IntegerLookup.adapt": (lambda: layers.IntegerLookup().adapt([1], steps="a"), "`steps`"),
    "StringLookup.adapt": (lambda: layers.StringLookup().adapt(["a"], steps=-1), "`steps`"),
    "TextVectorization.adapt": (
        lambda: layers.TextVectorization().adapt(["a"], batch_size="a"),
        "`batch_size`",
    ),
    "Optimizer.build(3)": (lambda: optimizers.Adam().build(3), "`variables`"),
    "Optimizer.build(array)": (lambda: optimizers.Adam().build([X]), "`variables`"),
    "apply(3)": (lambda: optimizers.SGD().apply(3), "`grads`"),
    "apply(variables)": (lambda: optimizers.SGD().apply([X], 3), "`trainable_variables`"),
    "apply_gradients(3)": (lambda: optimizers.SGD().apply_gradients(3), "`grads_and_vars`"),
    "apply_gradients(None)": (lambda: optimizers.SGD().apply_gradients(None), "`grads_and_vars`"),
    "apply_gradients([])": (lambda: optimizers.SGD().apply_gradients([]), "`grads_and_vars`"),
    "apply_gradients([3])": (lambda: optimizers.SGD().apply_gradients([3]), "`grads_and_vars`"),
    "learning_rate": (lambda: optimizers.SGD(learning_rate=NAN), "`learning_rate`"),
    "learning_rate, set": (
        lambda: setattr(optimizers.SGD(), "learning_rate", "a"),
        "learning_rate",
    ),
    "optimizers.get": (lambda: optimizers.get({"a": 1}), "`config`"),
    "mode": (lambda: callbacks.EarlyStopping(mode=3), "`mode`"),
    "save_freq='a'": (lambda: callbacks.ModelCheckpoint("a.keras", save_freq="a"), "`save_freq`"),
    "save_freq=0": (lambda: callbacks.ModelCheckpoint("a.keras", save_freq=0), "`save_freq`"),
    "save_freq=-1": (lambda: callbacks.BackupAndRestore("a", save_freq=-1), "`save_freq`"),
    "factor": (lambda: callbacks.ReduceLROnPlateau(factor=NAN), "`factor`"),
    "factor=-1": (lambda: callbacks.ReduceLROnPlateau(factor=-1), "`factor`"),
    "factor=2": (lambda: callbacks.ReduceLROnPlateau(factor=2), "`factor`"),
    "schedule": (lambda: callbacks.LearningRateScheduler(lambda: 1), "`schedule`"),
    "schedule(3)": (lambda: callbacks.LearningRateScheduler(3), "`schedule`"),
    "hook": (lambda: callbacks.LambdaCallback(on_epoch_end=lambda epoch: 1), "`on_epoch_end`"),
    "other hook": (lambda: callbacks.LambdaCallback(on_test_end=3), "`on_test_end`"),
    "separator": (lambda: callbacks.CSVLogger("a.csv", separator="ab"), "`separator`"),
    "update_freq": (lambda: callbacks.TensorBoard("a", update_freq=0), "`update_freq`"),
    "pad_sequences": (lambda: keras.utils.pad_sequences([[1], ["a"]]), r"`sequences\[1\]`"),
    "pad_sequences(None)": (lambda: keras.utils.pad_sequences([[None]]), r"`sequences\[0\]`"),
    "pad_sequences(dict)": (lambda: keras.utils.pad_sequences([{"a": 1}]), "`sequences`"),
    "pad_sequences(dtype)": (lambda: keras.utils.pad_sequences([[1]], dtype="foo"), "`dtype`"),
    "pad_sequences(value)": (lambda: keras.utils.pad_sequences([[1]], value=[1, 2]), "`value`"),
    "to_categorical('a')": (lambda: keras.utils.to_categorical(["a"]), "`x`"),
    "to_categorical(NaN)": (lambda: keras.utils.to_categorical([NAN]), "`x`"),
    "AUC.update_state": (
        lambda: keras.metrics.AUC().update_state(X, X, np.ones(9)),
        "`sample_weight`",
    ),
    "MeanIoU.update_state": (
        lambda: keras.metrics.MeanIoU(2).update_state(X, X, np.ones(9, int)),
        "`sample_weight`",
    ),
    "R2Score.update_state": (
        lambda: keras.metrics.R2Score().update_state(X, X, np.ones(9)),
        "`sample_weight`",
    ),
    "MeanSquaredError.update_state": (
        lambda: keras.metrics.MeanSquaredError().update_state(X, X, np.ones(9)),
        "`sample_weight`",
    ),
    "Lambda(3)": (lambda: layers.Lambda(3), "`function`"),
    "data_format": (lambda: layers.Conv2D(1, 1, data_format="foo"), "`data_format`"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_of_a_method_is_named(name: str) -> None:
    call, message = CALLS[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()


@pytest.mark.parametrize("argument", ["loss", "metrics", "weighted_metrics"])
def test_a_function_of_one_argument_is_named_with_what_it_is_called_with(argument: str) -> None:
    value = one_argument if argument == "loss" else [one_argument]
    message = rf"`{argument}` expected functions of \(y_true, y_pred\), `one_argument`"
    with pytest.raises(TypeError, match=message):
        trained(**{argument: value})


def test_a_loss_whose_call_takes_no_predictions_is_named() -> None:
    class Careless(keras.losses.Loss):
        def call(self, y_true: Any) -> Any:
            return y_true

    with pytest.raises(TypeError, match="`Careless` cannot be called"):
        trained(loss=Careless())


ACCEPTED: dict[str, Callable[[], Any]] = {
    "NumPy epochs": lambda: fit(epochs=np.int64(1)),
    "0-d epochs": lambda: fit(epochs=np.array(1)),
    "no epochs": lambda: fit(epochs=0),
    "negative epochs": lambda: fit(epochs=-1),
    "NumPy steps": lambda: fit(steps_per_epoch=np.int64(1)),
    "no steps": lambda: fit(steps_per_epoch=0),
    "no split": lambda: fit(validation_split=None),
    "NumPy split": lambda: fit(validation_split=np.float32(0.5)),
    "validation in a list": lambda: fit(validation_data=[X, Y]),
    "validation batches of the default size": lambda: fit(
        validation_data=(X, Y), validation_batch_size=0
    ),
    "epochs of validation": lambda: fit(validation_data=(X, Y), validation_freq=[1]),
    "set of epochs": lambda: fit(validation_data=(X, Y), validation_freq={1}),
    "array of epochs": lambda: fit(validation_data=(X, Y), validation_freq=np.array([1])),
    "NumPy batch size": lambda: fit(batch_size=np.int64(2)),
    "NumPy flag": lambda: fit(shuffle=np.bool_(True)),
    "no shuffle": lambda: fit(shuffle=None),
    "a callback alone": lambda: fit(callbacks=callbacks.History()),
    "whole floats as classes": lambda: fit(class_weight={1.0: 2, np.int64(0): np.float32(1)}),
    "no flags": lambda: trained(run_eagerly=None, jit_compile=None),
    "NumPy steps per execution": lambda: trained(steps_per_execution=np.int64(2)),
    "loss of more arguments": lambda: trained(loss=lambda a, b, c=1: keras.ops.mean(b - a) * c),
    "loss of any arguments": lambda: trained(loss=lambda *a: keras.ops.mean(a[0] - a[1])),
    "class of a loss": lambda: trained(loss=keras.losses.MeanSquaredError),
    "generator of layers": lambda: keras.Sequential(one for one in [layers.Dense(1)]),
    "NumPy index": lambda: compiled().get_layer(index=np.int64(-1)),
    "array as shape": lambda: keras.Input(np.array([2])),
    "array as a weight's shape": lambda: layers.Layer().add_weight(np.array([2])),
    "nothing to build": lambda: layers.Dense(2).build_from_config(None) or "built",
    "lists as weights": lambda: compiled().set_weights([[[1], [2]], [3]]) or "set",
    "schedule of one": lambda: callbacks.LearningRateScheduler(lambda epoch: 0.1),
    "schedule of two": lambda: callbacks.LearningRateScheduler(lambda epoch, rate: rate),
    "NumPy frequency": lambda: callbacks.ModelCheckpoint("a.keras", save_freq=np.int64(2)),
    "hook of any arguments": lambda: callbacks.LambdaCallback(on_epoch_end=lambda *a: None),
    "text that is numbers": lambda: keras.utils.pad_sequences([["1", "2"]]),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_keras_takes_is_taken(name: str) -> None:
    assert ACCEPTED[name]() is not None
