"""Fourier transforms, attention and connectionist temporal classification."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops
from tests.core.op_checks import check, check_gradient, values


def _parts(z: Any) -> tuple[Any, Any]:
    return np.real(z), np.imag(z)


@pytest.mark.parametrize("length", [1, 2, 7, 12, 127, 128, 131, 360, 1024])
def test_transforms_are_numpy_s(length: int) -> None:
    a, b = values((2, length)), values((2, length), seed=1)
    scale = 1e-6 * length
    check(
        lambda a, b: ops.fft((a, b)),
        lambda a, b: _parts(np.fft.fft(a + 1j * b)),
        a,
        b,
        atol=scale,
        rtol=1e-5,
    )
    check(ops.rfft, lambda a: _parts(np.fft.rfft(a)), a, atol=scale, rtol=1e-5)
    again = ops.irfft(ops.rfft(a), length)
    np.testing.assert_allclose(again, a, atol=2e-6)


def test_lengths_are_cut_or_filled() -> None:
    a = values((3, 10))
    for length in (6, 7, 16):
        check(
            lambda a, n=length: ops.rfft(a, n),
            lambda a, n=length: _parts(np.fft.rfft(a, n)),
            a,
            atol=1e-5,
        )
        real, imaginary = values((3, 6)), values((3, 6), seed=1)
        check(
            lambda r, i, n=length: ops.irfft((r, i), n),
            lambda r, i, n=length: np.fft.irfft(r + 1j * i, n),
            real,
            imaginary,
            atol=1e-6,
        )


def test_transforms_of_two_axes_are_undone() -> None:
    a, b = values((2, 6, 5)), values((2, 6, 5), seed=1)
    check(
        lambda a, b: ops.fft2((a, b)), lambda a, b: _parts(np.fft.fft2(a + 1j * b)), a, b, atol=1e-4
    )
    for found, wanted in zip(ops.ifft2(ops.fft2((a, b))), (a, b), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_short_time_transform_is_undone() -> None:
    signal = values((2, 100))
    for window in ("hann", "hamming", None):
        parts = ops.stft(signal, 16, 4, 20, window)
        assert parts[0].shape == (2, 26, 11)
        again = ops.istft(parts, 16, 4, 20, 100, window)
        np.testing.assert_allclose(again, signal, atol=1e-5)
    frames = ops.extract_sequences(signal, 16, 8)
    assert frames.shape == (2, 11, 16)
    np.testing.assert_array_equal(frames[1, 2], signal[1, 16:32])
    check_gradient(
        lambda x: ops.sum(ops.rfft(x)[0] ** 2),
        lambda x: np.sum(np.real(np.fft.rfft(x)) ** 2),
        signal[0, :9],
    )
    with pytest.raises(ValueError, match="fft_length to be at least sequence_length"):
        ops.stft(signal, 16, 4, 8)
    with pytest.raises(ValueError, match="expected `x` as a pair"):
        ops.fft(signal)


def test_attention_looks_only_where_it_may() -> None:
    q, k, v = (values((2, 3, 4, 5), seed=i) for i in range(3))
    past = np.tri(3, dtype=bool)

    def softmax(x: Any) -> Any:
        e = np.exp(x - x.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    def reference(q: Any, k: Any, v: Any) -> Any:
        scores = np.einsum("btnh,bsnh->bnts", q, k) / np.sqrt(5)
        return np.einsum("bnts,bsnh->btnh", softmax(np.where(past, scores, -1e30)), v)

    check(lambda *x: ops.dot_product_attention(*x, is_causal=True), reference, q, k, v, rtol=1e-5)
    check(lambda *x: ops.dot_product_attention(*x, mask=past), reference, q, k, v, rtol=1e-5)
    shared = ops.dot_product_attention(q, k[:, :, :2], v[:, :, :2])
    spread = ops.dot_product_attention(q, k[:, :, [0, 0, 1, 1]], v[:, :, [0, 0, 1, 1]])
    np.testing.assert_allclose(shared, spread, rtol=1e-6)
    with pytest.raises(ValueError, match="heads dividing the query's"):
        ops.dot_product_attention(q, k[:, :, :3], v[:, :, :3])
    assert ops.psnr([0.0, 0.0], [1.0, 1.0], 10.0).item() == pytest.approx(20)


LOGITS = values((2, 4, 3), seed=6)
LOG_P = LOGITS - np.log(np.exp(LOGITS).sum(-1, keepdims=True))


def _probability(row: int, steps: int, wanted: tuple[int, ...]) -> float:
    """Of all alignments that read `wanted`, blanks (class 0) and repeats left out."""
    total = 0.0
    for path in itertools.product(range(3), repeat=steps):
        labels = tuple(c for c, _ in itertools.groupby(path) if c)
        if labels == wanted:
            total += float(np.exp(sum(LOG_P[row, t, c] for t, c in enumerate(path))))
    return total


def test_ctc_loss_adds_up_all_alignments() -> None:
    found = ops.ctc_loss([[1, 2], [2, 0]], LOGITS, [2, 1], [4, 3])
    wanted = [-np.log(_probability(0, 4, (1, 2))), -np.log(_probability(1, 3, (2,)))]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    moved = ops.ctc_loss([[0, 1]], LOGITS[:1][..., [1, 2, 0]], [2], [4], mask_index=2)
    np.testing.assert_allclose(moved, wanted[:1], rtol=1e-5)
    with pytest.raises(ValueError, match="`ctc_loss` expected class numbers"):
        ops.ctc_loss([1], LOGITS, [1], [4])


def test_ctc_decode_finds_the_likeliest_labels() -> None:
    every = [()] + [p for n in (1, 2, 3, 4) for p in itertools.product((1, 2), repeat=n)]
    best = sorted(every, key=lambda labels: -_probability(0, 4, labels))[:2]
    paths, scores = ops.ctc_decode(LOGITS, [4, 4], "beam_search", top_paths=2)
    for place, labels in enumerate(best):
        assert paths[place, 0].tolist() == [*labels, *[-1] * (4 - len(labels))]
        assert np.exp(scores[0, place].item()) == pytest.approx(
            _probability(0, 4, labels), rel=1e-4
        )
    sure = np.eye(3, dtype=np.float32)[[[1, 1, 0, 1, 2]]] * 9
    paths, scores = ops.ctc_decode(sure, [4])
    assert paths.tolist() == [[[1, 1, -1, -1, -1]]]
    assert scores.tolist() == [[-36]]
    assert ops.ctc_decode(sure, [5], merge_repeated=False)[0].tolist() == [[[1, 1, 1, 2, -1]]]
    with pytest.raises(ValueError, match="received 'best'"):
        ops.ctc_decode(sure, [5], "best")
