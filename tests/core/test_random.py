"""Random numbers: the generator's published vectors, distributions, seeds, and traces."""

import math
import random as python_random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pykeras_core import ops, random
from pykeras_core.engine import PRIMITIVES, Spec, convert_to_tensor, trace
from pykeras_core.engine.backends.reference.backend import NumpyBackend
from pykeras_core.engine.plan import Plan
from pykeras_core.engine.primitives.random import threefry_2x32
from pykeras_core.random import distributions, seeds
from tests.core.cases.random import threefry_2x32_20
from tests.core.op_checks import gradient

SAMPLES = 40_000
CRITICAL = 1.95 / math.sqrt(SAMPLES)
"""A Kolmogorov-Smirnov distance that a true sample exceeds once in a thousand seeds."""

# The known answers that the authors of "Parallel random numbers: as easy as 1, 2, 3" publish:
# counter, key, result.
KNOWN = [
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize(("counter", "key", "known"), KNOWN)
def test_threefry_gives_the_published_answers(
    counter: tuple[int, int], key: tuple[int, int], known: tuple[int, int]
) -> None:
    left, right = (np.array([word], np.uint32) for word in counter)
    found = threefry_2x32(np.array(key, np.uint32), left, right)
    assert [int(word[0]) for word in found] == list(known)
    assert threefry_2x32_20(key, counter) == known


def test_bits_of_a_shape_are_the_first_bits_of_a_longer_one() -> None:
    bits = PRIMITIVES["random_bits"].numpy
    state = np.array([7, 1], np.uint32)
    long = bits(state, shape=(101,))
    np.testing.assert_array_equal(bits(state, shape=(5, 3)).ravel(), long[:15])


def distance(sample: Any, cumulative: Callable[[float], float]) -> float:
    """Largest distance between a sample's and a distribution's cumulative function."""
    ordered = np.sort(np.asarray(sample).ravel())
    exact = np.array([cumulative(float(value)) for value in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max(np.abs(exact - steps[1:]).max(), np.abs(exact - steps[:-1]).max()))


def normal_cumulative(x: float) -> float:
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def test_uniform_fills_its_range_evenly() -> None:
    x = random.uniform((SAMPLES,), -2.0, 3.0, seed=1).numpy()
    assert x.dtype == np.float32
    assert x.min() >= -2
    assert x.max() < 3
    assert distance(x, lambda v: (v + 2) / 5) < CRITICAL


def test_uniform_never_reaches_its_upper_end(monkeypatch: pytest.MonkeyPatch) -> None:
    top = convert_to_tensor(np.float32([1 - 2.0**-24]))
    monkeypatch.setattr(distributions, "random_fractions", lambda shape, seed: top)
    for low, high in ((1.0, 2.0), (-0.05, 0.05), (0.0, 1.0), (100.0, 100.1)):
        value = random.uniform((1,), low, high).numpy()
        assert np.float32(low) <= value < np.float32(high)


def test_normal_has_its_mean_deviation_and_shape() -> None:
    x = random.normal((SAMPLES,), 2.0, 3.0, seed=2).numpy()
    assert distance((x - 2) / 3, normal_cumulative) < CRITICAL
    assert x.mean() == pytest.approx(2, abs=4 * 3 / math.sqrt(SAMPLES))
    assert x.std() == pytest.approx(3, rel=0.02)
    assert np.isfinite(x).all()


def test_truncated_normal_stays_within_two_deviations() -> None:
    x = random.truncated_normal((SAMPLES,), 1.0, 0.5, seed=3).numpy()
    share = math.erf(2 / math.sqrt(2))
    assert np.abs(x - 1).max() <= 1
    assert distance((x - 1) / 0.5, lambda v: (normal_cumulative(v) - 0.5) / share + 0.5) < CRITICAL
    assert x.std() == pytest.approx(0.5 * 0.87962566, rel=0.02)


@pytest.mark.parametrize(("low", "high"), [(0, 2), (-3, 4), (5, 6), (0, 10)])
def test_randint_draws_each_integer_as_often(low: int, high: int) -> None:
    x = random.randint((SAMPLES,), low, high, seed=4).numpy()
    assert x.dtype == np.int32
    counts = np.bincount(x - low, minlength=high - low)
    expected = SAMPLES / (high - low)
    assert len(counts) == high - low
    assert np.abs(counts - expected).max() <= 5 * math.sqrt(expected)


@pytest.mark.parametrize(
    ("low", "high"), [(0, 2**31 - 1), (-(2**31), 2**31), (-(2**31), 0), (0, 2**24 + 1)]
)
def test_randint_covers_large_ranges_evenly(low: int, high: int) -> None:
    x = random.randint((SAMPLES,), low, high, seed=5).numpy().astype(np.int64)
    assert low <= x.min()
    assert x.max() < high
    assert distance(x, lambda v: (v - low) / (high - low)) < CRITICAL


def test_categorical_draws_by_softmax_and_never_the_impossible() -> None:
    logits = np.log(np.float32([[0.1, 0.2, 0.7], [0.5, 0.5, 1e-30]]))
    logits[1, 2] = -np.inf
    x = random.categorical(logits, SAMPLES, seed=6).numpy()
    assert (x.shape, x.dtype) == ((2, SAMPLES), np.int32)
    shares = [np.bincount(row, minlength=3) / SAMPLES for row in x]
    np.testing.assert_allclose(shares, [[0.1, 0.2, 0.7], [0.5, 0.5, 0]], atol=0.012)
    assert shares[1][2] == 0


def test_shuffle_is_a_permutation_of_the_slices() -> None:
    x = np.arange(60).reshape(20, 3)
    mixed = random.shuffle(x, seed=7).numpy()
    assert mixed.tolist() != x.tolist()
    assert sorted(mixed.tolist()) == x.tolist()
    columns = random.shuffle(x, axis=-1, seed=7).numpy()
    assert sorted(columns.T.tolist()) == x.T.tolist()


def test_shuffle_puts_every_element_everywhere() -> None:
    generator = random.SeedGenerator(8)
    places = np.array([random.shuffle(np.arange(4), seed=generator).numpy() for _ in range(800)])
    counts = np.array([np.bincount(places[:, place], minlength=4) for place in range(4)])
    assert np.abs(counts - 200).max() < 5 * math.sqrt(200)


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    x = np.ones((200, 200), np.float32)
    dropped = random.dropout(x, 0.3, seed=9).numpy()
    assert (dropped == 0).mean() == pytest.approx(0.3, abs=0.01)
    np.testing.assert_allclose(np.unique(dropped), [0, 1 / 0.7], rtol=1e-6)
    np.testing.assert_array_equal(random.dropout(x, 0.0, seed=9), x)
    np.testing.assert_array_equal(random.dropout(x, 1.0, seed=9), 0 * x)


def test_dropout_shares_its_mask_along_axes_of_the_noise_shape() -> None:
    x = np.ones((50, 4, 3), np.float32)
    dropped = random.dropout(x, 0.5, noise_shape=(None, 1, 3), seed=10).numpy()
    assert (dropped == dropped[:, :1]).all()
    assert 0 < (dropped[:, 0] == 0).sum() < 150


def test_dropout_s_gradient_is_its_mask() -> None:
    x = np.full((50,), 3, np.float32)
    (slope,) = gradient(lambda t: random.dropout(t, 0.5, seed=11), x)
    np.testing.assert_array_equal(slope, random.dropout(x, 0.5, seed=11).numpy() / 3)


# --- Seeds ------------------------------------------------------------------------------------


def test_an_int_seed_gives_the_same_numbers_every_time() -> None:
    a, b, c = (random.normal((5,), seed=seed).tolist() for seed in (1, 1, 2))
    assert a == b
    assert a != c


def test_a_generator_gives_new_numbers_and_repeats_from_its_beginning() -> None:
    generator = random.SeedGenerator(1)
    first, second = (random.normal((5,), seed=generator).tolist() for _ in range(2))
    assert first != second
    again = random.SeedGenerator.from_config(generator.get_config())
    assert [random.normal((5,), seed=again).tolist() for _ in range(2)] == [first, second]


def test_draws_of_a_generator_are_uncorrelated() -> None:
    generator = random.SeedGenerator(2)
    a, b = (random.normal((SAMPLES,), seed=generator).numpy() for _ in range(2))
    other = random.normal((SAMPLES,), seed=3).numpy()
    for x, y in ((a, b), (a, other), (a[:-1], a[1:])):
        assert abs(np.corrcoef(x, y)[0, 1]) < 5 / math.sqrt(SAMPLES)


def test_the_global_generator_follows_python_s_seed() -> None:
    def draw() -> list[Any]:
        python_random.seed(7)
        seeds.reset_global_generator()
        return [random.uniform((3,)).tolist() for _ in range(2)]

    state = python_random.getstate()
    first = draw()
    assert draw() == first
    assert first[0] != first[1]
    seeds.reset_global_generator()
    python_random.setstate(state)


def test_default_seeds_differ() -> None:
    assert random.SeedGenerator().get_config() != random.SeedGenerator().get_config()


def test_a_traced_generator_advances_at_every_run() -> None:
    generator, eager = random.SeedGenerator(3), random.SeedGenerator(3)

    def draw(x: Any) -> Any:
        return random.normal((4,), seed=generator) + x, random.uniform((2,), seed=generator)

    program = trace(draw, Spec(()))
    step = NumpyBackend().compile(Plan(program))
    for _ in range(3):
        traced = step.run([np.float32(0)])
        wanted = [random.normal((4,), seed=eager), random.uniform((2,), seed=eager)]
        for got, tensor in zip(traced, wanted, strict=True):
            np.testing.assert_array_equal(got, tensor)
    assert generator.state.numpy().tolist() == [3, 6]


def test_a_traced_int_seed_gives_the_same_numbers_at_every_run() -> None:
    step = NumpyBackend().compile(Plan(trace(lambda: ops.copy(random.normal((4,), seed=5)))))
    assert step.run([])[0].tolist() == step.run([])[0].tolist()


# --- Refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random.normal((2,), seed="seven"), "`seed` as an int, a `SeedGenerator`"),
        (lambda: random.normal((2,), seed=True), "`seed` as an int, a `SeedGenerator`"),
        (lambda: random.SeedGenerator(-1), "`seed` as an int from 0 to 4294967295"),
        (lambda: random.SeedGenerator(1.5), "`seed` as an int from 0 to 4294967295"),
        (lambda: random.normal((None, 2)), r"`shape` as an int of 0 or more"),
        (lambda: random.uniform((-1,)), "`shape` as an int of 0 or more"),
        (lambda: random.randint((2,), 5, 5), r"range .* not empty, received \[5, 5\)"),
        (lambda: random.randint((2,), 0, 2**32), "range of int32 integers"),
        (lambda: random.randint((2,), 0.5, 2), "`randint` expected `minval` as an int"),
        (lambda: random.categorical([0.5, 0.5], 3), r"logits of shape \(batch, classes\)"),
        (lambda: random.shuffle(np.zeros(3), axis=2), "`shuffle` expected an axis"),
        (lambda: random.dropout([1.0], 1.5), "rate from 0 to 1, received 1.5"),
        (lambda: random.dropout([1.0], 0.5, (1, 1)), "noise_shape of 1 axes"),
    ],
)
def test_a_bad_argument_is_refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        call()


@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.5])
def test_gamma_has_mean_and_variance_of_its_parameter(alpha: float) -> None:
    drawn = random.gamma((20000,), alpha, seed=3).numpy()
    assert drawn.min() > 0
    assert drawn.mean() == pytest.approx(alpha, rel=0.05)
    assert drawn.var() == pytest.approx(alpha, rel=0.1)
    several = random.gamma((2, 5000), [[0.5], [9.0]], seed=random.SeedGenerator(1)).numpy()
    np.testing.assert_allclose(several.mean(1), [0.5, 9], rtol=0.1)


def test_beta_and_binomial_have_their_means() -> None:
    drawn = random.beta((20000,), 2.0, 6.0, seed=4).numpy()
    assert 0 <= drawn.min() <= drawn.max() <= 1
    assert drawn.mean() == pytest.approx(0.25, rel=0.05)
    assert drawn.var() == pytest.approx(0.25 * 0.75 / 9, rel=0.1)
    counts = random.binomial((20000, 2), [3, 10], 0.4, seed=5).numpy()
    assert set(counts[:, 0]) == {0, 1, 2, 3}
    np.testing.assert_allclose(counts.mean(0), [1.2, 4], rtol=0.05)
    np.testing.assert_allclose(counts.var(0), [0.72, 2.4], rtol=0.1)


def test_parameters_may_be_one_for_each_number_drawn() -> None:
    ends = np.array([0.0, 10.0, 20.0], "float32")
    drawn = random.uniform((100, 3), ends, list(ends + 1), seed=1).numpy()
    assert ((drawn >= ends) & (drawn < ends + 1)).all()
    assert random.normal((2, 3), ops.array(ends), 0.0).tolist() == [ends.tolist()] * 2
    wide = random.truncated_normal((100, 3), 0.0, [0.0, 1.0, 100.0], seed=1).numpy()
    assert (np.abs(wide) <= [0.0, 2.0, 200.0]).all()
    assert np.abs(wide[:, 2]).max() > 2


def test_parameters_do_not_enlarge_what_is_drawn() -> None:
    with pytest.raises(ValueError, match=r"broadcast to shape \(3,\), received shape \(2, 3\)"):
        random.normal((3,), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="`stddev` to be 0 or more"):
        random.normal((3,), 0.0, [1.0, -1.0, 1.0])
