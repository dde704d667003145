"""Parity cases of ops on placeholders: shapes and dtypes where sizes are not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .golden import Case, Framework

Shape = tuple[int | None, ...]

# Keras on TensorFlow has wider dtypes than the engine.
DTYPES = {"float64": "float32", "float16": "float32", "int64": "int32", "int8": "int32",
          "int16": "int32", "uint16": "int32", "uint64": "uint32"}  # fmt: skip


class Given:
    """What a case computes with: the ops of a Keras, and its placeholders."""

    def __init__(self, framework: Framework) -> None:
        self.ops = framework.keras.ops
        self.keras = framework.keras

    def __call__(self, *shape: int | None, dtype: str = "float32") -> Any:
        return self.keras.KerasTensor(shape, dtype=dtype)

    def ints(self, *shape: int | None) -> Any:
        return self.keras.KerasTensor(shape, dtype="int32")

    def bools(self, *shape: int | None) -> Any:
        return self.keras.KerasTensor(shape, dtype="bool")


def inferred(name: str, call: Callable[[Given], Any]) -> Case:
    """Shapes and dtypes of what `call` returns."""

    def run(framework: Framework) -> dict[str, Any]:
        result = call(Given(framework))
        leaves = framework.keras.tree.flatten(result)
        return {
            key: found
            for place, leaf in enumerate(leaves)
            for key, found in (
                (f"shape {place}", ["?" if size is None else size for size in leaf.shape]),
                (f"dtype {place}", DTYPES.get(leaf.dtype, leaf.dtype)),
            )
        }

    return Case(name, run)


UNARY = """absolute arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil conj cos cosh deg2rad
erf erfinv exp exp2 expm1 floor gelu hard_shrink hard_sigmoid hard_silu hard_tanh imag isfinite
isinf isnan isneginf isposinf isreal leaky_relu log log10 log1p log2 log_sigmoid log_softmax
logical_not nan_to_num negative ones_like real reciprocal relu relu6 round rsqrt selu sigmoid sign
signbit silu sin sinh soft_shrink softmax softplus softsign sparse_plus sparsemax sqrt square
squareplus stop_gradient tan tanh tanh_shrink trunc zeros_like celu elu glu logdet
copy sinc i0 angle""".split()
INTEGER = "bitwise_invert bitwise_not negative sign square absolute".split()
BINARY = """add arctan2 divide divide_no_nan equal floor_divide fmax fmin greater
greater_equal heaviside hypot isclose less less_equal logaddexp logaddexp2 logical_and logical_or
logical_xor maximum minimum mod multiply nextafter not_equal power subtract true_divide
ldexp""".split()
BITWISE = """bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift left_shift
right_shift gcd lcm""".split()
PAIRS: list[tuple[Shape, Shape]] = [
    ((None, 3), (2, None)),
    ((None, 3), (2, 1)),
    ((None, 1), (3,)),
    ((None, None), (1, 4)),
    ((None, None, 3), (None, 3)),
    ((2, None), (None, 2, None)),
    ((), (None,)),
    ((None, None, 8), (50, 8)),
    ((None, 60), (60, None)),
]
REDUCTIONS = "all amax amin any logsumexp max mean min prod std sum var nansum nanmax".split()
AXES = [None, 0, 1, -1, (0, 2)]


def elementwise() -> Iterator[Case]:
    for name in UNARY:
        shape = (None, 4, 4) if name == "logdet" else (None, 4)
        yield inferred(name, lambda g, n=name, s=shape: getattr(g.ops, n)(g(*s)))
    for name in INTEGER:
        yield inferred(f"{name} of ints", lambda g, n=name: getattr(g.ops, n)(g.ints(None, 4)))
    for name in BINARY:
        for one, other in PAIRS:
            yield inferred(
                f"{name} {one} {other}",
                lambda g, n=name, a=one, b=other: getattr(g.ops, n)(g(*a), g(*b)),
            )
    for name in BITWISE:
        for one, other in [((None, 3), (None, 3)), ((2, 1), (2, 1))]:
            yield inferred(
                f"{name} {one} {other}",
                lambda g, n=name, a=one, b=other: getattr(g.ops, n)(g.ints(*a), g.ints(*b)),
            )
    for name in "add subtract multiply maximum minimum power equal".split():
        yield inferred(f"{name} number", lambda g, n=name: getattr(g.ops, n)(g.ints(None, 2), 3))
        yield inferred(
            f"{name} int and float", lambda g, n=name: getattr(g.ops, n)(g.ints(None, 2), g(2, 1))
        )
    for one, other in PAIRS:
        yield inferred(
            f"where {one} {other}", lambda g, a=one, b=other: g.ops.where(g.bools(*a), g(*b), g(*a))
        )


def reductions() -> Iterator[Case]:
    for name in REDUCTIONS:
        for axis in AXES:
            for keepdims in (False, True):
                yield inferred(
                    f"{name} axis={axis} keepdims={keepdims}",
                    lambda g, n=name, a=axis, k=keepdims: getattr(g.ops, n)(
                        g(None, 3, None), axis=a, keepdims=k
                    ),
                )
    for name in ("argmax", "argmin", "cumsum", "cumprod", "sort", "argsort"):
        for axis in (0, 1, -1):
            yield inferred(
                f"{name} axis={axis}",
                lambda g, n=name, a=axis: getattr(g.ops, n)(g(None, 3, None), axis=a),
            )
    yield inferred("argmax of all", lambda g: g.ops.argmax(g(None, 3)))
    yield inferred("average", lambda g: g.ops.average(g(None, 3), axis=1))
    yield inferred("median", lambda g: g.ops.median(g(None, 3), axis=0))
    yield inferred("quantile", lambda g: g.ops.quantile(g(None, 3), [0.2, 0.5], axis=0))
    yield inferred("norm", lambda g: g.ops.norm(g(None, 3, None), axis=-1))
    yield inferred("norm of matrices", lambda g: g.ops.norm(g(None, 3, None), axis=(1, 2)))
    yield inferred("diff", lambda g: g.ops.diff(g(None, 3), axis=0))
    yield inferred("diff of known", lambda g: g.ops.diff(g(None, 3), axis=1))
    yield inferred("top_k", lambda g: g.ops.top_k(g(None, None), 2))
    yield inferred("in_top_k", lambda g: g.ops.in_top_k(g.ints(None), g(None, 5), 2))
    yield inferred("histogram", lambda g: g.ops.histogram(g(None), 5))
    yield inferred("ptp", lambda g: g.ops.ptp(g(None, 3), axis=1))
    yield inferred("unique", lambda g: g.ops.unique(g(None, 3)))
    yield inferred(
        "unique with all", lambda g: g.ops.unique(g(None), return_inverse=True, return_counts=True)
    )
    yield inferred("unique of a size", lambda g: g.ops.unique(g(None), size=4))
    yield inferred("nonzero", lambda g: g.ops.nonzero(g(None, 3)))


def shaping() -> Iterator[Case]:
    yield inferred("reshape", lambda g: g.ops.reshape(g(None, 6), (-1, 3)))
    yield inferred("reshape all", lambda g: g.ops.reshape(g(None, None), (-1,)))
    yield inferred("reshape by 7", lambda g: g.ops.reshape(g(None, None), (-1, 7)))
    yield inferred("reshape known", lambda g: g.ops.reshape(g(2, None), (3, 4)))
    yield inferred("reshape split", lambda g: g.ops.reshape(g(2, 12), (2, -1, 4)))
    yield inferred("ravel", lambda g: g.ops.ravel(g(None, 6)))
    yield inferred("ravel known", lambda g: g.ops.ravel(g(2, 6)))
    yield inferred("transpose", lambda g: g.ops.transpose(g(None, 2, None, 4), (3, 0, 2, 1)))
    yield inferred("swapaxes", lambda g: g.ops.swapaxes(g(None, 2, 3), 0, 2))
    yield inferred("moveaxis", lambda g: g.ops.moveaxis(g(None, 2, 3), 0, -1))
    yield inferred("expand_dims", lambda g: g.ops.expand_dims(g(None, 2), 1))
    yield inferred("squeeze", lambda g: g.ops.squeeze(g(None, 1, 3), 1))
    yield inferred("concatenate", lambda g: g.ops.concatenate([g(None, 2), g(None, 3)], axis=1))
    yield inferred("concatenate rows", lambda g: g.ops.concatenate([g(None, 2), g(3, 2)], axis=0))
    yield inferred(
        "concatenate unknown", lambda g: g.ops.concatenate([g(2, None), g(None, 3)], axis=1)
    )
    yield inferred("stack", lambda g: g.ops.stack([g(None, 3), g(None, 3)], axis=1))
    yield inferred("hstack", lambda g: g.ops.hstack([g(None, 3), g(None, 4)]))
    yield inferred("vstack", lambda g: g.ops.vstack([g(None, 3), g(2, 3)]))
    yield inferred("split", lambda g: g.ops.split(g(None, 6), 3, axis=1))
    yield inferred("split unknown", lambda g: g.ops.split(g(None, 6), 3, axis=0))
    yield inferred("split at", lambda g: g.ops.split(g(None, 6), [1, 4], axis=1))
    for at in ([1, 4], [2], [0, 2], [3, 3], [70, 300], [7, 200_000]):
        yield inferred(f"split unknown at {at}", lambda g, at=at: g.ops.split(g(None, 6), at))
    yield inferred("split both unknown", lambda g: g.ops.split(g(None, None), [2, 3], axis=1))
    yield inferred("array_split", lambda g: g.ops.array_split(g(None, 7), 3, axis=1))
    yield inferred("unstack", lambda g: g.ops.unstack(g(None, 3), axis=1))
    yield inferred("unstack num", lambda g: g.ops.unstack(g(None, 3), num=2, axis=0))
    yield inferred("tile", lambda g: g.ops.tile(g(None, 3), (2, 2)))
    yield inferred("repeat", lambda g: g.ops.repeat(g(None, 3), 2, axis=0))
    yield inferred("repeat known", lambda g: g.ops.repeat(g(None, 3), 2, axis=1))
    yield inferred("repeat flat", lambda g: g.ops.repeat(g(None, 3), 2))
    yield inferred("roll", lambda g: g.ops.roll(g(None, 3), 2, axis=0))
    yield inferred("flip", lambda g: g.ops.flip(g(None, 3), axis=0))
    yield inferred("rot90", lambda g: g.ops.rot90(g(None, 3)))
    yield inferred("pad", lambda g: g.ops.pad(g(None, 3), ((0, 0), (1, 2))))
    yield inferred("pad unknown", lambda g: g.ops.pad(g(None, 3), ((1, 1), (1, 2))))
    yield inferred("broadcast_to", lambda g: g.ops.broadcast_to(g(None, 3), (2, 3)))
    yield inferred("meshgrid", lambda g: g.ops.meshgrid(g(None), g(3)))
    yield inferred("diag", lambda g: g.ops.diag(g(None)))
    yield inferred("diagonal", lambda g: g.ops.diagonal(g(3, 4)))
    yield inferred("trace", lambda g: g.ops.trace(g(None, 3, 3), axis1=1, axis2=2))
    yield inferred("tril", lambda g: g.ops.tril(g(None, 3)))
    yield inferred("triu", lambda g: g.ops.triu(g(None, None)))
    yield inferred("full_like", lambda g: g.ops.full_like(g(None, 3), 2))
    yield inferred("full_like dtype", lambda g: g.ops.full_like(g(None, 3), 2, dtype="int32"))
    yield inferred("empty_like", lambda g: g.ops.empty_like(g(None, 3)))
    yield inferred("cast", lambda g: g.ops.cast(g(None, 3), "int32"))
    yield inferred("convert_to_tensor", lambda g: g.ops.convert_to_tensor(g(None, 3)))
    yield inferred("convert_to_tensor ints", lambda g: g.ops.convert_to_tensor(g(None, 3), "int32"))
    yield inferred("array", lambda g: g.ops.array(g(None, 3)))
    yield inferred("linspace", lambda g: g.ops.linspace(g(None, 3), 2.0, 5))
    yield inferred("linspace axis", lambda g: g.ops.linspace(g(None, 3), g(1, 3), 5, axis=-1))
    yield inferred("logspace", lambda g: g.ops.logspace(g(None, 3), 2.0, 5))
    yield inferred("geomspace", lambda g: g.ops.geomspace(g(None, 3), 2.0, 5))
    yield inferred("clip", lambda g: g.ops.clip(g(None, 3), 0, 1))
    yield inferred("size", lambda g: g.ops.size(g(None, 3)))
    yield inferred("vander", lambda g: g.ops.vander(g(3), 4))
    yield inferred("view ints", lambda g: g.ops.view(g(None, 3), "int32"))
    yield inferred("view alone", lambda g: g.ops.view(g(None, 3)))


def indexing() -> Iterator[Case]:
    yield inferred("get_item int", lambda g: g(None, 3)[0])
    yield inferred("get_item slice", lambda g: g(None, None, 3)[:, 1:, :2])
    yield inferred("get_item between", lambda g: g(None, None, 3)[:, 1:4])
    yield inferred("get_item step", lambda g: g(None, 7)[:, ::2])
    yield inferred("get_item new axis", lambda g: g(None, 3)[:, None])
    yield inferred("get_item ellipsis", lambda g: g(None, 2, 3)[..., -1])
    yield inferred("get_item far", lambda g: g(None, None)[:, 70])
    yield inferred("take", lambda g: g.ops.take(g(None, 3), g.ints(5), axis=0))
    yield inferred("take unknown", lambda g: g.ops.take(g(4, 3), g.ints(None, 5), axis=0))
    yield inferred("take flat", lambda g: g.ops.take(g(None, 3), g.ints(5)))
    yield inferred(
        "take_along_axis", lambda g: g.ops.take_along_axis(g(None, 3), g.ints(None, 2), axis=1)
    )
    yield inferred("one_hot", lambda g: g.ops.one_hot(g.ints(None, None), 5))
    yield inferred("slice", lambda g: g.ops.slice(g(None, 3), (0, 1), (2, 2)))
    yield inferred("slice of tensors", lambda g: g.ops.slice(g(None, 3), g.ints(2), (2, 2)))
    yield inferred("slice_update", lambda g: g.ops.slice_update(g(None, 3), (0, 1), g(2, 2)))
    yield inferred(
        "slice_update of tensors", lambda g: g.ops.slice_update(g(None, 3), g.ints(2), g(2, 2))
    )
    yield inferred("scatter", lambda g: g.ops.scatter(g.ints(None, 1), g(None, 3), (4, 3)))
    yield inferred(
        "scatter_update", lambda g: g.ops.scatter_update(g(4, 3), g.ints(None, 1), g(None, 3))
    )
    yield inferred(
        "segment_sum", lambda g: g.ops.segment_sum(g(None, 3), g.ints(None), num_segments=4)
    )
    yield inferred(
        "segment_max", lambda g: g.ops.segment_max(g(None, 3), g.ints(None), num_segments=4)
    )
    yield inferred("searchsorted", lambda g: g.ops.searchsorted(g(5), g(None, 2)))
    yield inferred("isin", lambda g: g.ops.isin(g(None, 2), g(None)))


def algebra() -> Iterator[Case]:
    for one, other in [
        ((None, 3), (3, 4)),
        ((None, None), (3, 4)),
        ((None, None), (5, None)),
        ((None, 2, 3), (3, 4)),
        ((None, 2, None), (7, 3, None)),
        ((None,), (3, 4)),
        ((None, 3), (3,)),
    ]:
        yield inferred(
            f"matmul {one} {other}", lambda g, a=one, b=other: g.ops.matmul(g(*a), g(*b))
        )
    for one, other in [((None, 3), (3, 4)), ((None, None), (3, 4)), ((None, 3), (3,))]:
        yield inferred(f"dot {one} {other}", lambda g, a=one, b=other: g.ops.dot(g(*a), g(*b)))
    for one, other in [((None, 3), (2, 3)), ((None, None), (2, 3)), ((3,), (None, 3))]:
        yield inferred(f"inner {one} {other}", lambda g, a=one, b=other: g.ops.inner(g(*a), g(*b)))
    yield inferred("outer", lambda g: g.ops.outer(g(None), g(3)))
    yield inferred("outer unknown", lambda g: g.ops.outer(g(None, 2), g(None)))
    yield inferred("vdot", lambda g: g.ops.vdot(g(None, 3), g(2, 3)))
    yield inferred("tensordot", lambda g: g.ops.tensordot(g(None, 3, 4), g(3, 4, 5), 2))
    yield inferred(
        "tensordot axes", lambda g: g.ops.tensordot(g(None, 3, 4), g(4, None), ([2], [0]))
    )
    for subscripts, one, other in [
        ("ij,jk->ik", (None, 3), (3, 4)),
        ("ij,jk->ik", (None, None), (3, 4)),
        ("bij,bjk->bik", (None, None, 3), (None, 3, None)),
        ("...ij,jk->...ik", (None, None, 3), (3, 4)),
        ("btnh,bsnh->bnts", (None, None, 2, 3), (None, None, 2, 3)),
    ]:
        yield inferred(
            f"einsum {subscripts} {one} {other}",
            lambda g, s=subscripts, a=one, b=other: g.ops.einsum(s, g(*a), g(*b)),
        )
    yield inferred("kron", lambda g: g.ops.kron(g(2, 3), g(4, 5)))
    yield inferred("cross", lambda g: g.ops.cross(g(None, 3), g(2, 3)))
    yield inferred("cholesky", lambda g: g.ops.cholesky(g(None, 3, 3)))
    yield inferred("det", lambda g: g.ops.det(g(None, 3, 3)))
    yield inferred("inv", lambda g: g.ops.inv(g(None, 3, 3)))
    yield inferred("qr", lambda g: g.ops.qr(g(None, 3, 2)))
    yield inferred("svd", lambda g: g.ops.svd(g(None, 3, 2)))
    yield inferred("eigh", lambda g: g.ops.eigh(g(None, 3, 3)))
    yield inferred("solve", lambda g: g.ops.solve(g(None, 3, 3), g(None, 3, 2)))
    yield inferred(
        "solve_triangular", lambda g: g.ops.solve_triangular(g(None, 3, 3), g(None, 3, 2))
    )
    yield inferred("correlate", lambda g: g.ops.correlate(g(5), g(3)))


def networks() -> Iterator[Case]:
    for padding in ("valid", "same"):
        yield inferred(
            f"conv {padding}",
            lambda g, p=padding: g.ops.conv(g(None, None, 28, 3), g(3, 3, 3, 8), 2, p),
        )
        yield inferred(
            f"conv_transpose {padding}",
            lambda g, p=padding: g.ops.conv_transpose(g(None, None, 14, 3), g(3, 3, 8, 3), 2, p),
        )
        yield inferred(
            f"max_pool {padding}",
            lambda g, p=padding: g.ops.max_pool(g(None, None, 9, 3), 2, None, p),
        )
        yield inferred(
            f"average_pool {padding}",
            lambda g, p=padding: g.ops.average_pool(g(None, 9, 3), 2, 1, p),
        )
    yield inferred(
        "depthwise_conv", lambda g: g.ops.depthwise_conv(g(None, None, 28, 3), g(3, 3, 3, 2), 1)
    )
    yield inferred(
        "separable_conv",
        lambda g: g.ops.separable_conv(g(None, 28, 28, 3), g(3, 3, 3, 2), g(1, 1, 6, 5), 1),
    )
    yield inferred(
        "batch_normalization", lambda g: g.ops.batch_normalization(g(None, 3), g(3), g(3), axis=-1)
    )
    yield inferred("layer_normalization", lambda g: g.ops.layer_normalization(g(None, None, 3)))
    yield inferred("rms_normalization", lambda g: g.ops.rms_normalization(g(None, None, 3)))
    yield inferred("normalize", lambda g: g.ops.normalize(g(None, 3)))
    yield inferred("moments", lambda g: g.ops.moments(g(None, None, 3), axes=[0, 1]))
    yield inferred(
        "dot_product_attention",
        lambda g: g.ops.dot_product_attention(
            g(None, None, 2, 8), g(None, None, 2, 8), g(None, None, 2, 8)
        ),
    )
    yield inferred(
        "dot_product_attention of known",
        lambda g: g.ops.dot_product_attention(g(None, 5, 2, 8), g(None, 7, 2, 8), g(None, 7, 2, 8)),
    )
    yield inferred(
        "binary_crossentropy", lambda g: g.ops.binary_crossentropy(g(None, 3), g(None, 3))
    )
    yield inferred(
        "categorical_crossentropy", lambda g: g.ops.categorical_crossentropy(g(None, 3), g(None, 3))
    )
    yield inferred(
        "sparse_categorical_crossentropy",
        lambda g: g.ops.sparse_categorical_crossentropy(g.ints(None), g(None, 3)),
    )
    yield inferred(
        "ctc_loss",
        lambda g: g.ops.ctc_loss(g.ints(None, None), g(None, 9, 5), g.ints(None), g.ints(None)),
    )
    yield inferred("ctc_decode", lambda g: g.ops.ctc_decode(g(None, 9, 5), g.ints(None)))
    yield inferred(
        "ctc_decode beams",
        lambda g: g.ops.ctc_decode(
            g(None, 9, 5), g.ints(None), strategy="beam_search", top_paths=2
        ),
    )
    yield inferred("psnr", lambda g: g.ops.psnr(g(None, 3), g(None, 3), 1.0))
    yield inferred("rfft", lambda g: g.ops.rfft(g(None, 8)))
    yield inferred("fft", lambda g: g.ops.fft((g(None, 8), g(None, 8))))
    yield inferred("stft", lambda g: g.ops.stft(g(None, 64), 16, 8, 16))
    yield inferred("extract_sequences", lambda g: g.ops.extract_sequences(g(None, 64), 16, 8))
    yield inferred("image resize", lambda g: g.ops.image.resize(g(None, None, None, 3), (8, 9)))
    yield inferred("image gray", lambda g: g.ops.image.rgb_to_grayscale(g(None, None, None, 3)))
    yield inferred("image hsv", lambda g: g.ops.image.rgb_to_hsv(g(None, None, 5, 3)))
    yield inferred("image patches", lambda g: g.ops.image.extract_patches(g(None, 20, 20, 3), 5))
    yield inferred("image pad", lambda g: g.ops.image.pad_images(g(None, None, 20, 3), 1, 2, 3, 4))
    yield inferred("image crop", lambda g: g.ops.image.crop_images(g(None, 20, 20, 3), 1, 2, 3, 4))
    yield inferred(
        "image transform", lambda g: g.ops.image.affine_transform(g(None, 20, 20, 3), g(None, 8))
    )
    yield inferred(
        "image blur", lambda g: g.ops.image.gaussian_blur(g(None, 20, 20, 3), (3, 3), (1.0, 1.0))
    )


def control() -> Iterator[Case]:
    yield inferred("cond", lambda g: g.ops.cond(g.bools(), lambda: g(None, 3), lambda: g(None, 3)))
    yield inferred("switch", lambda g: g.ops.switch(g.ints(), [g.ops.sin, g.ops.cos], g(None, 3)))
    yield inferred(
        "while_loop",
        lambda g: g.ops.while_loop(lambda x: g.ops.sum(x) < 9, lambda x: (x + 1,), (g(None, 3),)),
    )
    yield inferred(
        "while_loop limited",
        lambda g: g.ops.while_loop(
            lambda i, x: i < 9,
            lambda i, x: (i + 1, x * 2),
            (g.ints(), g(None, 3)),
            maximum_iterations=5,
        ),
    )
    yield inferred("fori_loop", lambda g: g.ops.fori_loop(0, 3, lambda i, x: x + 1, g(None, 3)))
    yield inferred("scan", lambda g: g.ops.scan(lambda c, x: (c + x, c * x), g(3), g(5, 3)))
    yield inferred("map", lambda g: g.ops.map(lambda x: x * 2, g(4, 3)))
    yield inferred("vectorized_map", lambda g: g.ops.vectorized_map(lambda x: x * 2, g(None, 3)))
    yield inferred(
        "associative_scan", lambda g: g.ops.associative_scan(lambda a, b: a + b, g(4, 3))
    )


CASES = (
    *elementwise(),
    *reductions(),
    *shaping(),
    *indexing(),
    *algebra(),
    *networks(),
    *control(),
)
