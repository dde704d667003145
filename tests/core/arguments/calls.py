"""Every public callable with its valid call, and what is done with what it returns."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

import pykeras_core as keras
from tests.core.arguments import layer_rows, op_rows, other_rows
from tests.core.arguments.valid import CUBE, ONE_HOT, WORDS, Make, X

ROWS = {**op_rows.ROWS, **layer_rows.ROWS, **other_rows.ROWS}

# What is not called, and why.
LEFT_OUT = {
    "applications": "each call makes a network; tests/core/test_applications.py calls some",
    "datasets": "reads files that a machine may not have; `datasets.toys` is called",
    "optimizers.legacy": "the classes of `optimizers` once more",
}


# Of Keras 2, which looked at few of its arguments; so do these.
OF_KERAS2 = (
    *("backend.function", "backend.gradients", "preprocessing.image.DirectoryIterator"),
    *("preprocessing.image.ImageDataGenerator", "preprocessing.image.NumpyArrayIterator"),
    *("preprocessing.sequence.TimeseriesGenerator", "preprocessing.sequence.make_sampling_table"),
    *("preprocessing.sequence.skipgrams", "preprocessing.text"),
)


class Call(NamedTuple):
    """A public callable and the arguments of a valid call, which are made anew each time."""

    path: str
    function: Callable[..., Any]
    row: Any

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The arguments that have a name."""
        return _named_parameters(self.function)

    def __call__(self, **changed: Any) -> Any:
        """Calls it as the row says but for what is changed, and uses what it returns."""
        row = self.row.make() if isinstance(self.row, Make) else self.row
        kept = {key: v for key, v in row.items() if key not in changed}
        made = {key: v.make() if isinstance(v, Make) else v for key, v in kept.items()}
        arguments = {**made, **changed}
        rest = arguments.pop("*", ())
        first = (
            inspect.Parameter.POSITIONAL_ONLY,
            *[inspect.Parameter.POSITIONAL_OR_KEYWORD] * bool(rest),
        )
        in_order = [p.name for p in self.parameters if p.kind in first and p.name in arguments]
        placed = [arguments.pop(name) for name in in_order]
        result = self.function(*placed, *rest, **arguments)
        use(result)
        return result


@functools.cache
def _named_parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    found = inspect.signature(function).parameters.values()
    return [parameter for parameter in found if parameter.kind not in variadic]


def public_calls() -> Iterator[Call]:
    """All public callables that take named arguments, each once, under its first name."""
    seen: set[int] = set()
    for namespace, module in namespaces(keras, ""):
        for name in public_names(module):
            found = getattr(module, name)
            if not is_ours(found) or id(found) in seen:
                continue
            seen.add(id(found))
            yield from _call(f"{namespace}.{name}".lstrip("."), found)


def namespaces(module: Any, path: str) -> Iterator[tuple[str, Any]]:
    """A public module and those below it; the outermost last, since it repeats names."""
    left_out = any(path == each or path.startswith(each + ".") for each in LEFT_OUT)
    if path and (not left_out or path == "datasets.toys"):
        yield path, module
    below = ["image"] if path == "ops" else public_names(module)
    for name in below:
        if isinstance(found := getattr(module, name), types.ModuleType):
            yield from namespaces(found, f"{path}.{name}".lstrip("."))
    if not path:
        yield path, module


def public_names(module: Any) -> list[str]:
    listed = getattr(module, "__all__", None)
    return list(listed or [name for name in vars(module) if not name.startswith("_")])


def is_ours(found: Any) -> bool:
    home = getattr(found, "__module__", None) or ""
    return (
        callable(found)
        and home.startswith("pykeras_core.")
        and not isinstance(found, types.ModuleType)
    )


def _call(path: str, function: Callable[..., Any]) -> Iterator[Call]:
    call = Call(path, function, ROWS.get(path, {}))
    if not call.parameters or f"{path}.".startswith(tuple(f"{name}." for name in OF_KERAS2)):
        return
    if not isinstance(call.row, Make):
        needed = {
            p.name: WORDS[p.name]
            for p in call.parameters
            if p.default is p.empty and p.name in WORDS
        }
        call = call._replace(row={**needed, **call.row})
    yield call


def use(made: Any) -> None:
    """Does with an object what it is made for, so that what is noticed late is noticed too."""
    name = type(made).__name__
    if isinstance(made, keras.layers.Layer):
        inputs = layer_rows.INPUTS.get(name)
        if name in ("MultiHeadAttention", "GroupedQueryAttention"):
            made(CUBE, CUBE)
        elif name.endswith("Cell"):
            made(X, [X[:, :2]] * (2 if name == "LSTMCell" else 1))
        elif inputs is not None and name != "Layer":
            made(inputs[0], **inputs[1])
    elif isinstance(made, keras.losses.Loss) and name != "Loss":
        labels = (
            np.array([1, 2])
            if "Sparse" in name or name in ("Circle", "CategoricalGeneralizedCrossEntropy")
            else ONE_HOT
        )
        made(*((np.array([[1, 2], [1, 1]]), CUBE) if name == "CTC" else (labels, X)))
    elif isinstance(made, keras.metrics.Metric) and name != "Metric":
        use_metric(made, name)
    elif isinstance(made, keras.optimizers.Optimizer) and name not in (
        "Optimizer",
        "MultiOptimizer",
    ):
        variable = keras.Variable(X.copy())
        made.apply([variable * 0.1], [variable])
    elif isinstance(made, keras.optimizers.schedules.LearningRateSchedule):
        if name != "LearningRateSchedule":
            made(3)
    elif isinstance(made, keras.initializers.Initializer) and name != "Initializer":
        made((1, 4, 6) if name == "STFT" else (4, 4))
    elif isinstance(made, keras.regularizers.Regularizer | keras.constraints.Constraint):
        if name not in ("Regularizer", "Constraint"):
            made(X)


def use_metric(metric: Any, name: str) -> None:
    if name in ("Mean", "Sum"):
        metric.update_state(X)
    elif name in ("IoU", "MeanIoU", "BinaryIoU"):
        metric.update_state(np.array([1, 0]), np.array([1, 0]))
    else:
        metric.update_state(np.array([1, 2]) if "Sparse" in name else ONE_HOT, X)
    metric.result()
