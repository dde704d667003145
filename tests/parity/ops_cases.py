"""Parity cases of `keras.ops`: values, gradients and dtypes where Keras and NumPy may differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .golden import Case, Framework, labels, probabilities, values

X = values("ops/x", (3, 4), -3.0, 3.0)
POSITIVE = values("ops/positive", (3, 4), 0.1, 3.0)
UNIT = values("ops/unit", (3, 4), -0.9, 0.9)
CUBE = values("ops/cube", (2, 3, 4))
TIES = np.array([[1.0, 3.0, 3.0, -2.0], [0.0, 0.0, 0.0, 0.0]], "float32")
KINKS = np.array([-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0], "float32")
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, 1.0], "float32")

Call = Callable[..., Any]


def differentiated(name: str, call: Call, *arrays: np.ndarray, rtol: float = 1e-5) -> Case:
    """Value and gradients; `call` receives `keras.ops` and the Tensors."""

    def run(framework: Framework) -> dict[str, Any]:
        ops = framework.keras.ops
        value, gradients = framework.gradients(lambda *ts: call(ops, *ts), *arrays)
        return {
            "value": ops.convert_to_numpy(value),
            **{
                f"gradient {position}": ops.convert_to_numpy(gradient)
                for position, gradient in enumerate(gradients)
            },
        }

    return Case(name, run, rtol)


def valued(name: str, call: Call) -> Case:
    """Only values and dtypes; `call` receives `keras.ops`."""

    def run(framework: Framework) -> dict[str, Any]:
        ops, results = framework.keras.ops, call(framework.keras.ops)
        results = results if isinstance(results, list | tuple) else [results]
        arrays = [ops.convert_to_numpy(result) for result in results]
        return {
            key: found
            for position, array in enumerate(arrays)
            for key, found in (
                (f"value {position}", array.astype("float32")),
                (f"shape {position}", list(array.shape)),
                (f"dtype {position}", array.dtype.name),
            )
        }

    return Case(name, run)


def _named(name: str, *args: Any, **kwargs: Any) -> Call:
    return lambda ops, *tensors: getattr(ops, name)(*tensors, *args, **kwargs)


def elementwise() -> Iterator[Case]:
    """Functions of one operand, and activations also at their kinks."""
    for name in (
        *("abs", "arctan", "ceil", "cos", "cosh", "erf", "exp", "expm1", "floor", "sign"),
        *("sin", "sinh", "square", "tan", "tanh"),
    ):
        if name not in ("ceil", "floor", "sign"):
            yield differentiated(name, _named(name), X)
        yield valued(f"{name}-kinks", lambda ops, name=name: getattr(ops, name)(KINKS))
    for name in ("log", "log10", "log1p", "log2", "reciprocal", "rsqrt", "sqrt"):
        yield differentiated(name, _named(name), POSITIVE)
    for name in ("arccos", "arcsin", "arctanh", "erfinv"):
        yield differentiated(name, _named(name), UNIT)
    yield differentiated("arcsinh", _named("arcsinh"), X)
    yield differentiated("arccosh", _named("arccosh"), POSITIVE + 1)
    for name in (
        *("celu", "elu", "gelu", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu"),
        *("log_sigmoid", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink"),
        *("softplus", "softsign", "sparse_plus", "squareplus", "tanh_shrink"),
    ):
        yield differentiated(name, _named(name), X)
        yield valued(f"{name}-kinks", lambda ops, name=name: getattr(ops, name)(KINKS))
    for name in ("relu", "relu6", "leaky_relu", "elu", "abs", "hard_tanh"):
        yield differentiated(f"{name}-gradient-at-kinks", _named(name), KINKS)
    yield differentiated("gelu-exact", _named("gelu", approximate=False), X)
    yield differentiated("clip-gradient-at-ends", _named("clip", -1.0, 1.0), KINKS)
    yield valued("round-halves", lambda ops: ops.round(KINKS * 0.5))
    yield valued("nan_to_num", lambda ops: ops.nan_to_num(SPECIAL))
    yield valued(
        "isnan-isinf-isfinite",
        lambda ops: [ops.isnan(SPECIAL), ops.isinf(SPECIAL), ops.isfinite(SPECIAL)],
    )
    yield valued("relu-special", lambda ops: ops.relu(SPECIAL))
    yield valued("sigmoid-special", lambda ops: ops.sigmoid(SPECIAL))


def pairs() -> Iterator[Case]:
    """Functions of two operands, with broadcasting, ties and mixed dtypes."""
    row = values("ops/row", (4,), 0.5, 2.0)
    for name in (
        "add",
        "subtract",
        "multiply",
        "divide",
        "arctan2",
        "logaddexp",
        "maximum",
        "minimum",
    ):
        yield differentiated(name, _named(name), X, row)
    yield differentiated("power", _named("power"), POSITIVE, row)
    for name in ("maximum", "minimum"):
        yield differentiated(f"{name}-gradient-at-ties", _named(name), TIES, np.zeros_like(TIES))
    for name in ("mod", "floor_divide"):
        yield valued(name, lambda ops, name=name: getattr(ops, name)(X, row))
        yield valued(
            f"{name}-negative-integers",
            lambda ops, name=name: getattr(ops, name)(
                np.array([7, -7, 7, -7], "int32"), np.array([3, 3, -3, -3], "int32")
            ),
        )
    yield differentiated(
        "divide_no_nan", _named("divide_no_nan"), X[0], np.array([0, 1, 2, 0], "float32")
    )
    ints, floats = np.array([1, 2], "int32"), np.array([0.5, 1.5], "float32")
    yield valued("int-and-float", lambda ops: ops.add(ints, floats))
    yield valued("int-and-python-float", lambda ops: ops.multiply(ints, 2.0))
    yield valued("float-and-python-int", lambda ops: ops.multiply(floats, 2))
    yield valued("bool-and-int", lambda ops: ops.add(np.array([True, False]), ints))
    yield valued("int-division", lambda ops: ops.divide(ints, np.array([2, 2], "int32")))
    yield valued(
        "comparisons",
        lambda ops: [ops.less(X, row), ops.equal(ints, floats), ops.greater_equal(X, X)],
    )
    yield valued("where", lambda ops: ops.where(X > 0, X, row))


def reductions() -> Iterator[Case]:
    """Reductions: axes, ties, dtypes of counts."""
    for name in ("sum", "mean", "max", "min", "prod", "std", "var", "logsumexp"):
        for axis in (None, 1, (0, 2)):
            yield differentiated(f"{name}-{axis}", _named(name, axis=axis), CUBE, rtol=2e-5)
    yield differentiated("norm", _named("norm", axis=1), X)
    yield differentiated("norm-flat", _named("norm"), X)
    for name in ("max", "min"):
        yield differentiated(f"{name}-gradient-at-ties", _named(name, axis=-1), TIES)
    yield valued("argmax-ties", lambda ops: [ops.argmax(TIES, axis=1), ops.argmin(TIES, axis=1)])
    yield valued("argmax-flat", lambda ops: ops.argmax(X))
    yield valued("argsort-ties", lambda ops: ops.argsort(TIES))
    yield valued("sort", lambda ops: ops.sort(X, axis=0))
    yield valued("cumsum", lambda ops: [ops.cumsum(X, axis=1), ops.cumsum(X)])
    yield valued("top_k-ties", lambda ops: ops.top_k(TIES, 3))
    yield valued("count_nonzero", lambda ops: ops.count_nonzero(TIES, axis=1))
    yield valued("any-all", lambda ops: [ops.any(TIES > 2, axis=1), ops.all(TIES > -9, axis=1)])
    yield valued("median", lambda ops: [ops.median(CUBE, axis=1), ops.median(CUBE, axis=(0, 2))])
    yield valued(
        "average", lambda ops: ops.average(X, axis=1, weights=np.array([1, 2, 3, 4], "float32"))
    )
    yield valued("sum-of-bools", lambda ops: ops.sum(np.array([True, True, False])))
    yield valued("mean-of-ints", lambda ops: ops.mean(np.array([1, 2], "int32")))
    yield valued(
        "norm-orders", lambda ops: [ops.norm(X, ord=order, axis=1) for order in (1, 2, 3, np.inf)]
    )
    yield valued(
        "norm-matrix", lambda ops: [ops.norm(X, ord=order) for order in ("fro", 1, np.inf)]
    )


def shapes() -> Iterator[Case]:
    """Places: index conventions that libraries disagree about."""
    yield valued(
        "one_hot-out-of-range", lambda ops: ops.one_hot(np.array([0, 2, -1, 3], "int32"), 3)
    )
    yield valued("one_hot-axis", lambda ops: ops.one_hot(labels("ops/hot", (2, 3), 4), 4, axis=1))
    yield valued("take-negative", lambda ops: ops.take(CUBE, np.array([[-1, 0]], "int32"), axis=1))
    yield valued("take-flat", lambda ops: ops.take(CUBE, np.array([5, 23], "int32")))
    yield valued(
        "take_along_axis",
        lambda ops: ops.take_along_axis(X, labels("ops/along", (3, 2), 4), axis=1),
    )
    yield valued("repeat", lambda ops: [ops.repeat(X, 2, axis=1), ops.repeat(X, 2)])
    yield valued("tile", lambda ops: ops.tile(X, (2, 1, 2)))
    yield valued("roll", lambda ops: [ops.roll(X, 1), ops.roll(X, -1, axis=1)])
    yield valued(
        "pad-modes",
        lambda ops: [
            ops.pad(X, [[1, 1], [0, 2]], mode=m) for m in ("constant", "reflect", "symmetric")
        ],
    )
    yield valued("split", lambda ops: [*ops.split(X, 2, axis=1), *ops.split(X, [1, 3], axis=1)])
    yield valued("meshgrid", lambda ops: ops.meshgrid(X[0], X[1, :3]))
    yield valued(
        "linspace-arange",
        lambda ops: [ops.linspace(0, 1, 5), ops.arange(5), ops.arange(0, 1, 0.25)],
    )
    yield valued("slice", lambda ops: ops.slice(CUBE, (0, 1, 1), (2, 2, 3)))
    yield valued(
        "segment_sum",
        lambda ops: ops.segment_sum(X, np.array([0, 2, 0], "int32"), num_segments=4),
    )
    yield valued("cast-truncates", lambda ops: ops.cast(np.array([1.9, -1.9], "float32"), "int32"))
    yield valued(
        "expand-squeeze", lambda ops: [ops.expand_dims(X, (0, -1)), ops.squeeze(X[:, None])]
    )


def products() -> Iterator[Case]:
    """Products of matrices."""
    matrix, column = values("ops/matrix", (4, 2)), values("ops/column", (4,))
    yield differentiated("matmul", _named("matmul"), X, matrix)
    yield differentiated("matmul-vector", _named("matmul"), X, column)
    yield differentiated("matmul-vectors", _named("matmul"), column, column + 1)
    yield differentiated("matmul-batches", _named("matmul"), CUBE, values("ops/batch", (2, 4, 5)))
    yield differentiated("dot-cube", _named("dot"), CUBE, values("ops/cube2", (3, 4, 2)))
    yield differentiated("tensordot", _named("tensordot", axes=[[2], [0]]), CUBE, matrix)
    yield differentiated("einsum", lambda ops, a, b: ops.einsum("bij,jk->bki", a, b), CUBE, matrix)
    yield differentiated("outer", _named("outer"), X, column)


def losses() -> Iterator[Case]:
    """Softmax and crossentropies, normal and saturated."""
    wide = values("ops/wide", (3, 4), -30.0, 30.0)
    bits = labels("ops/bits", (3, 4), 2).astype("float32")
    classes, hot = labels("ops/classes", (3,), 4), np.eye(4, dtype="float32")[[1, 0, 3]]
    sure = np.array([[0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]], "float32")
    soft = probabilities("ops/soft", (3, 4))
    for name in ("softmax", "log_softmax"):
        yield differentiated(name, lambda ops, t, name=name: getattr(ops, name)(t) * soft, wide)
        yield valued(f"{name}-axes", lambda ops, name=name: getattr(ops, name)(CUBE, axis=(0, 2)))
    for name, output in (("probabilities", soft), ("certain", sure), ("unscaled", soft * 3)):
        yield differentiated(
            f"categorical-{name}", lambda ops, t: ops.categorical_crossentropy(hot, t), output
        )
    for name, output in (("probabilities", soft), ("certain", sure)):
        yield differentiated(
            f"sparse-{name}",
            lambda ops, t: ops.sparse_categorical_crossentropy(classes, t),
            output,
        )
        yield differentiated(
            f"binary-{name}", lambda ops, t: ops.binary_crossentropy(bits, t), output
        )
    for name, target, loss in (
        ("categorical", hot, "categorical_crossentropy"),
        ("sparse", classes, "sparse_categorical_crossentropy"),
        ("binary", bits, "binary_crossentropy"),
    ):
        yield differentiated(
            f"{name}-logits",
            lambda ops, t, loss=loss, target=target: getattr(ops, loss)(
                target, t, from_logits=True
            ),
            wide,
        )
    yield differentiated("normalize", _named("normalize"), X)
    yield differentiated("glu", _named("glu"), X)
    yield valued("in_top_k", lambda ops: ops.in_top_k(np.array([1, 3], "int32"), TIES, 2))
    yield valued("moments", lambda ops: ops.moments(CUBE, axes=[0, 1]))
    yield valued("multi_hot", lambda ops: ops.multi_hot(np.array([[0, 2, 2]], "int32"), 4))


CASES: tuple[Case, ...] = (
    *elementwise(),
    *pairs(),
    *reductions(),
    *shapes(),
    *products(),
    *losses(),
)
