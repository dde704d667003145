"""Parity cases of the rest of `keras.ops`: linear algebra, signals, sets, updates, loops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .golden import Case, Framework, labels, values
from .ops_cases import CUBE, POSITIVE, UNIT, X, _named, differentiated, valued

SQUARE = values("numeric/square", (2, 3, 3)) + 3 * np.eye(3, dtype="float32")
EVEN = (SQUARE @ np.swapaxes(SQUARE, 1, 2)).astype("float32")
LONG = values("numeric/long", (4, 3))
IDS = np.array([2, 0, 2, 0, 1, 1], "int32")
ROWS = values("numeric/rows", (6, 2))
HOLES = np.where(CUBE > 1.2, np.nan, CUBE).astype("float32")
SIGNAL = values("numeric/signal", (2, 40))


def matrices() -> Iterator[Case]:
    """Factors up to their signs, and what does not depend on these."""
    for name in ("inv", "det", "logdet", "cholesky", "pinv"):
        matrix = EVEN if name in ("logdet", "cholesky") else SQUARE
        if name == "pinv":
            yield valued(name, lambda ops: ops.pinv(LONG))
        else:
            yield differentiated(name, _named(name), matrix, rtol=1e-4)
    yield differentiated(
        "solve", _named("solve"), SQUARE, values("numeric/b", (2, 3, 2)), rtol=1e-4
    )
    yield differentiated(
        "solve_triangular", _named("solve_triangular", lower=True), SQUARE,
        values("numeric/b", (2, 3, 2)), rtol=1e-4,
    )  # fmt: skip
    yield valued("lstsq", lambda ops: ops.lstsq(LONG, values("numeric/c", (4,))))
    yield valued("slogdet", lambda ops: ops.slogdet(SQUARE))
    yield valued("eigh-values", lambda ops: ops.eigh(EVEN)[0])
    yield valued("svd-values", lambda ops: ops.svd(LONG, compute_uv=False))
    yield valued("svd-product", lambda ops: _svd_product(ops))
    yield valued("qr-sizes", lambda ops: [ops.abs(part) for part in ops.qr(LONG)])
    yield valued("cholesky_inverse", lambda ops: ops.cholesky_inverse(ops.cholesky(EVEN)))
    yield valued("matrix_rank", lambda ops: ops.matrix_rank(LONG))


def _svd_product(ops):
    u, s, vt = ops.svd(LONG, full_matrices=False)
    return [ops.matmul(u * s, vt), ops.abs(u)]


def elements() -> Iterator[Case]:
    """Elementwise functions and their dtypes."""
    for name in ("cbrt", "deg2rad", "erfc", "fabs", "rad2deg", "sinc"):
        yield differentiated(name, _named(name), X)
    for name in ("angle", "i0", "isneginf", "isposinf", "isreal", "signbit", "trunc"):
        yield valued(name, lambda ops, name=name: getattr(ops, name)(X))
    for name in ("fmax", "fmin", "fmod", "heaviside", "hypot", "logaddexp2"):
        yield valued(name, lambda ops, name=name: getattr(ops, name)(X, POSITIVE))
    whole = np.array([12, 7, 0], "int32"), np.array([18, 21, 5], "int32")
    yield valued("gcd-lcm", lambda ops: [ops.gcd(*whole), ops.lcm(*whole)])
    yield valued("saturate_cast", lambda ops: ops.saturate_cast(X * 100, "uint8"))
    for name in ("bartlett", "blackman", "hamming", "hanning"):
        yield valued(name, lambda ops, name=name: getattr(ops, name)(7))
    yield valued("kaiser", lambda ops: ops.kaiser(7, 8.0))
    yield valued("allclose", lambda ops: ops.allclose(X, X + 1e-9))


def arrangements() -> Iterator[Case]:
    """Diagonals, flips and blocks."""
    yield valued("tril-triu", lambda ops: [ops.tril(CUBE, 1), ops.triu(CUBE, -1)])
    yield valued("diag", lambda ops: [ops.diag(X, 1), ops.diag(X[0], -1), ops.diagflat(X[0], 2)])
    yield valued("diagonal", lambda ops: ops.diagonal(CUBE, 1, 1, 2))
    yield valued("rot90", lambda ops: [ops.rot90(CUBE, k, (1, 2)) for k in (0, 1, 3)])
    yield valued("splits", lambda ops: [*ops.array_split(X, 3, axis=1), *ops.hsplit(X, 2)])
    yield valued("vander", lambda ops: [ops.vander(X[0]), ops.vander(X[0], 2, increasing=True)])
    yield valued("kron", lambda ops: ops.kron(X, X[:2, :2]))
    yield valued("cross", lambda ops: ops.cross(CUBE[0, :, :3], CUBE[1, :, :3]))
    yield valued("dstack", lambda ops: ops.dstack([X, X + 1]))
    deep = values("numeric/deep", (1, 2, 3, 8))
    for order in ("channels_last", "channels_first"):
        images = deep if order == "channels_last" else np.moveaxis(deep, -1, 1).copy()
        yield valued(
            f"depth_to_space-{order}", lambda ops, i=images, o=order: ops.depth_to_space(i, 2, o)
        )
    yield valued("space_to_depth", lambda ops: ops.space_to_depth(deep[:, :, :2], 2))
    yield valued("rearrange", lambda ops: ops.rearrange(CUBE, "a b (c d) -> (a c) d b", d=2))
    blocks = values("numeric/blocks", (1, 2, 4, 5))
    settings = {"kernel_size": (2, 3), "stride": 2, "padding": 1}
    yield valued("unfold", lambda ops: ops.unfold(blocks, **settings))
    yield valued("fold", lambda ops: ops.fold(ops.unfold(blocks, **settings), (4, 5), **settings))


def statistics() -> Iterator[Case]:
    """Quantiles, reductions without NaN, counts."""
    for method in ("linear", "lower", "higher", "midpoint", "nearest"):
        yield valued(
            f"quantile-{method}",
            lambda ops, m=method: ops.quantile(CUBE, np.array([0.1, 0.5], "float32"), 1, method=m),
        )
    yield valued("percentile", lambda ops: ops.percentile(X, 30.0, axis=1, keepdims=True))
    for name in (
        *("nanmax", "nanmean", "nanmedian", "nanmin", "nanprod", "nanstd", "nansum", "nanvar"),
        *("nanargmax", "nanargmin", "nancumsum", "nancumprod"),
    ):
        yield valued(name, lambda ops, name=name: getattr(ops, name)(HOLES, axis=2))
    yield valued("nanquantile", lambda ops: ops.nanquantile(HOLES, 0.3, axis=2))
    yield valued("cumprod", lambda ops: [ops.cumprod(X, axis=1), ops.cumprod(X)])
    yield valued("ptp", lambda ops: ops.ptp(X, axis=0))
    whole = labels("numeric/whole", (9,), 5)
    scale = values("numeric/scale", (9,))
    yield valued("bincount", lambda ops: [ops.bincount(whole), ops.bincount(whole, scale, 7)])
    yield valued("histogram", lambda ops: ops.histogram(X.ravel(), 5))
    edges = np.array([-2, 0, 0.5, 2], "float32")
    yield valued(
        "searchsorted", lambda ops: [ops.searchsorted(edges, X[0]), ops.digitize(X, edges)]
    )
    yield valued("isin", lambda ops: ops.isin(whole, np.array([1, 4], "int32")))
    yield valued("unique", lambda ops: ops.unique(whole, return_inverse=True, return_counts=True))
    yield valued("nonzero", lambda ops: ops.nonzero(X > 0))
    yield valued("unravel_index", lambda ops: ops.unravel_index(whole, (2, 3)))
    yield valued("diff", lambda ops: [ops.diff(X), ops.diff(X, 2, axis=0)])
    yield valued("trapezoid", lambda ops: [ops.trapezoid(X, dx=0.5), ops.trapezoid(X, X[0])])
    yield valued("corrcoef", lambda ops: ops.corrcoef(X))
    for mode in ("valid", "same", "full"):
        yield valued(f"correlate-{mode}", lambda ops, m=mode: ops.correlate(X[0], X[1, :3], m))
    yield differentiated("cdist", _named("cdist"), X, UNIT)


def updates() -> Iterator[Case]:
    """Scatter, slices and segments; loops and branches."""
    places = np.array([[2, 1], [0, 3]], "int32")
    new = np.array([7.0, 8.0], "float32")
    yield differentiated("scatter", lambda ops, u: ops.scatter(places, u, (3, 4)) ** 2, new)
    for reduction in (None, "add", "max", "min", "mul"):
        yield valued(
            f"scatter_update-{reduction}",
            lambda ops, r=reduction: ops.scatter_update(X, places, new, reduction=r),
        )
    yield valued("slice_update", lambda ops: ops.slice_update(X, (1, 2), X[:2, :2]))
    for name in ("segment_max", "segment_min", "segment_prod"):
        yield valued(name, lambda ops, name=name: getattr(ops, name)(ROWS, IDS, num_segments=3))
    yield valued("select", lambda ops: ops.select([X > 1, X > 0], [X, X * 2], -1.0))
    yield valued(
        "associative_scan", lambda ops: ops.associative_scan(ops.add, ops.array(X), axis=1)
    )
    yield valued(
        "scan", lambda ops: ops.scan(lambda c, x: (c + x, c * x), ops.zeros(4), ops.array(X))
    )
    yield valued("map", lambda ops: ops.map(lambda row: ops.sum(row) * row, ops.array(X)))
    yield valued("switch", lambda ops: ops.switch(2, [ops.sin, ops.cos, ops.exp], ops.array(X)))
    yield valued(
        "while_loop",
        lambda ops: ops.while_loop(
            lambda i, t: i < 5, lambda i, t: (i + 1, t * 2), (0, ops.array(X))
        ),
    )


def signals() -> Iterator[Case]:
    """Fourier transforms, attention, CTC."""
    pair = (SIGNAL, SIGNAL[::-1].copy())
    yield valued("fft", lambda ops: ops.fft(pair))
    yield valued("fft2", lambda ops: ops.fft2(pair))
    yield valued("ifft2", lambda ops: ops.ifft2(pair))
    yield valued("rfft", lambda ops: [*ops.rfft(SIGNAL), *ops.rfft(SIGNAL, 32)])
    yield valued("irfft", lambda ops: ops.irfft(ops.rfft(SIGNAL), 40))
    yield valued("stft", lambda ops: ops.stft(SIGNAL, 12, 4, 16))
    yield valued("stft-start", lambda ops: ops.stft(SIGNAL, 12, 4, 12, "hamming", center=False))
    yield valued(
        "istft", lambda ops: ops.istft(ops.stft(SIGNAL, 12, 4, 16), 12, 4, 16, 40)[:, 8:32]
    )
    yield valued("extract_sequences", lambda ops: ops.extract_sequences(SIGNAL, 12, 5))
    q, k = values("numeric/q", (2, 3, 2, 4)), values("numeric/k", (2, 3, 2, 4))
    for causal in (False, True):
        yield differentiated(
            f"attention-{causal}", _named("dot_product_attention", is_causal=causal), q, k, q + k
        )
    yield valued("psnr", lambda ops: ops.psnr(X, X + 0.1, 2.0))
    logits = values("numeric/logits", (2, 5, 4))
    target = np.array([[1, 2], [3, 0]], "int32")
    lengths = np.array([2, 1], "int32"), np.array([5, 4], "int32")
    yield differentiated("ctc_loss", lambda ops, x: ops.ctc_loss(target, x, *lengths), logits)
    yield valued("ctc_decode-greedy", lambda ops: ops.ctc_decode(logits, lengths[1]))
    yield valued(
        "ctc_decode-beam",
        lambda ops: ops.ctc_decode(logits, lengths[1], "beam_search", top_paths=2),
    )


def images() -> Iterator[Case]:
    """Colours, blur and patches of images."""
    colours = values("numeric/colours", (2, 3, 4, 3), 0.0, 1.0)
    colours[0, 0, :2] = [[0.5, 0.5, 0.5], [0.0, 0.0, 0.0]]
    for name in ("rgb_to_hsv", "hsv_to_rgb"):
        yield valued(name, lambda ops, name=name: getattr(ops.image, name)(colours))
    yield valued(
        "gaussian_blur",
        lambda ops: [
            ops.image.gaussian_blur(colours, (3, 3), (0.8, 1.5)),
            ops.image.gaussian_blur(colours[0]),
        ],
    )
    for name, arguments in (
        ("plain", {"size": 2}),
        ("strides", {"size": (2, 3), "strides": 1, "padding": "same"}),
        ("dilated", {"size": 2, "strides": 1, "dilation_rate": 2}),
    ):
        yield valued(
            f"extract_patches-{name}",
            lambda ops, a=arguments: ops.image.extract_patches(colours, **a),
        )

    def cropped(framework: Framework) -> dict[str, Any]:
        layers = framework.keras.layers
        return {
            str(size): np.asarray(layers.RandomCrop(*size)(colours, training=size != (2, 2)))
            for size in ((2, 2), (2, 4), (5, 3))
        }

    yield Case("random_crop", cropped)


CASES: tuple[Case, ...] = (
    *images(),
    *matrices(),
    *elements(),
    *arrangements(),
    *statistics(),
    *updates(),
    *signals(),
)
