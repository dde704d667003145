"""Optimizers: tracing, descent, saved state, and options around the rule."""

import json

import numpy as np
import pytest

from pykeras_core import naming, ops, optimizers, saving
from pykeras_core.engine import GradientTape, Variable, convert_to_tensor
from pykeras_core.optimizers import schedules
from tests.core.optimizer_weights import gradients, weights
from tests.core.traced import run_traced
from tests.parity import optimizers_cases
from tests.parity.golden import values

ROWS = [
    pytest.param(getattr(optimizers, name), kwargs, id=f"{name}{kwargs or ''}")
    for name, kwargs in [
        *optimizers_cases.OPTIMIZERS,
        ("ScheduleFreeAdamW", {"learning_rate": 0.02, "warmup_steps": 2}),
        *(("Adam", {"learning_rate": 0.1, **kwargs}) for kwargs in optimizers_cases.BASE_ARGUMENTS),
    ]
]
SCHEDULES = [
    pytest.param(
        getattr(schedules, name), {"initial_learning_rate": 0.1, **kwargs}, id=f"{name}{i}"
    )
    for i, (name, kwargs) in enumerate(optimizers_cases.SCHEDULES)
] + [pytest.param(schedules.PiecewiseConstantDecay, {"boundaries": [2, 5], "values": [3, 2, 1]})]


@pytest.fixture(autouse=True)
def fresh_names():
    naming.reset_uids()


def arrays(variables):
    return [variable.numpy() for variable in variables]


@pytest.mark.parametrize(("cls", "kwargs"), ROWS)
def test_traced_steps_change_weights_and_state_as_eager_ones(cls, kwargs):
    eager, traced = cls(**kwargs), cls(**kwargs)
    eager_weights, traced_weights = weights(), weights()
    traced.build(traced_weights)
    for _ in range(4):
        eager.apply(gradients(), eager_weights)

    def step(*grads):
        traced.apply(grads, traced_weights)
        return traced.iterations

    count = run_traced(step, *(gradient.numpy() for gradient in gradients()), n_steps=4)
    assert count == eager.iterations.numpy()
    for ours, expected in zip(
        arrays([*traced_weights, *traced.variables]),
        arrays([*eager_weights, *eager.variables]),
        strict=True,
    ):
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("cls", "kwargs"), ROWS)
def test_every_rule_goes_downhill(cls, kwargs):
    optimizer = cls(**{**kwargs, "learning_rate": 0.02})
    weight = Variable(np.asarray([[1.5, -1.0], [0.7, 2.0]], "float32"), name="kernel")

    def loss():
        return ops.sum(ops.square(weight - 0.5))

    before = float(loss())
    for _ in range(20):
        with GradientTape() as tape:
            value = loss()
        optimizer.apply_gradients([(tape.gradient(value, weight), weight)])
    assert float(loss()) < before


@pytest.mark.parametrize(("cls", "kwargs"), ROWS)
def test_an_optimizer_survives_a_round_trip_through_json(cls, kwargs):
    optimizer = cls(name="mine", **kwargs)
    again = optimizers.deserialize(json.loads(json.dumps(optimizers.serialize(optimizer))))
    assert type(again) is cls
    assert again.get_config() == optimizer.get_config()


@pytest.mark.parametrize(("cls", "kwargs"), ROWS)
def test_saved_state_goes_on_as_if_never_stopped(cls, kwargs):
    whole, first = cls(**kwargs), cls(**kwargs)
    whole_weights, first_weights = weights(), weights()
    for step in range(4):
        whole.apply(gradients(step), whole_weights)
    for step in range(2):
        first.apply(gradients(step), first_weights)
    second = cls(**kwargs)
    second_weights = [Variable(weight.numpy(), name=weight.name) for weight in first_weights]
    second.build(second_weights)
    store = {}
    first.save_own_variables(store)
    second.load_own_variables(store)
    for step in range(2, 4):
        second.apply(gradients(step), second_weights)
    for ours, expected in zip(arrays(second_weights), arrays(whole_weights), strict=True):
        np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize(("cls", "kwargs"), SCHEDULES)
def test_a_traced_schedule_is_the_eager_schedule(cls, kwargs):
    schedule = cls(**kwargs)
    for step in (0, 1, 3, 7):
        traced = run_traced(schedule, np.asarray(step, "int32"))
        np.testing.assert_allclose(traced, schedule(step).numpy(), rtol=1e-6)


@pytest.mark.parametrize(("cls", "kwargs"), SCHEDULES)
def test_a_schedule_survives_a_round_trip_inside_an_optimizer(cls, kwargs):
    schedule = cls(**kwargs)
    config = json.loads(json.dumps(optimizers.serialize(optimizers.SGD(schedule))))
    again = optimizers.deserialize(config)
    assert again._learning_rate.get_config() == schedule.get_config()
    assert float(again.learning_rate) == float(schedule(0))


def test_an_own_schedule_survives_a_round_trip():
    @saving.register_keras_serializable("test_optimizers")
    class Halving(schedules.LearningRateSchedule):
        def __init__(self, start):
            self.start = start

        def __call__(self, step):
            return self.start * ops.power(0.5, ops.cast(step, "float32"))

        def get_config(self):
            return {"start": self.start}

    again = schedules.deserialize(schedules.serialize(Halving(2.0)))
    assert float(again(3)) == 0.25


def test_schedule_free_adamw_follows_the_paper():
    """Algorithm 1 of The Road Less Scheduled, with bias correction and uniform averaging."""
    rate, beta_1, beta_2, epsilon = 0.1, 0.9, 0.99, 1e-8
    optimizer = optimizers.ScheduleFreeAdamW(rate, beta_1=beta_1, beta_2=beta_2)
    weight = Variable(np.asarray([1.0, -2.0], "float32"))
    x = z = weight.numpy().astype("float64")
    v = np.zeros(2)
    for t in range(1, 6):
        gradient = values(f"schedule free {t}", (2,))
        optimizer.apply([convert_to_tensor(gradient)], [weight])
        v = beta_2 * v + (1 - beta_2) * gradient**2
        z = z - rate * gradient / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
        x = (1 - 1 / t) * x + z / t
        y = (1 - beta_1) * z + beta_1 * x
        np.testing.assert_allclose(weight.numpy(), y, rtol=1e-4)


def test_accumulated_steps_are_one_step_by_the_mean_gradient():
    options = {"learning_rate": 0.1, "clipnorm": 0.3, "weight_decay": 0.1}
    apart = optimizers.Adam(gradient_accumulation_steps=3, **options)
    at_once = optimizers.Adam(**options)
    apart_weights, at_once_weights = weights(), weights()
    before = arrays(apart_weights)
    for step in range(3):
        for ours, expected in zip(arrays(apart_weights), before, strict=True):
            np.testing.assert_array_equal(ours, expected)
        apart.apply(gradients(step), apart_weights)
    means = [sum(parts) / 3.0 for parts in zip(*map(gradients, range(3)), strict=True)]
    at_once.apply(means, at_once_weights)
    assert int(apart.iterations) == int(at_once.iterations) == 1
    for ours, expected in zip(arrays(apart_weights), arrays(at_once_weights), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-6)


def test_clipnorm_leaves_small_gradients_alone_and_shortens_large_ones():
    optimizer = optimizers.SGD(1.0, clipnorm=5.0)
    weight = Variable(np.zeros(2, "float32"))
    optimizer.apply([convert_to_tensor([3.0, 0.0])], [weight])
    np.testing.assert_array_equal(weight.numpy(), [-3.0, 0.0])
    optimizer.apply([convert_to_tensor([-30.0, 40.0])], [weight])
    np.testing.assert_allclose(weight.numpy(), [0.0, -4.0], atol=1e-6)


def test_clipping_a_gradient_of_zero_gives_zero():
    weight = Variable(np.ones(2, "float32"))
    for clip in ("clipnorm", "global_clipnorm", "clipvalue"):
        optimizers.SGD(1.0, **{clip: 1.0}).apply([ops.zeros((2,))], [weight])
    np.testing.assert_array_equal(weight.numpy(), [1.0, 1.0])


def test_variables_left_out_of_weight_decay_keep_their_size():
    kept, decayed = weights()
    optimizer = optimizers.SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=[kept])
    before = arrays([kept, decayed])
    optimizer.apply([ops.zeros_like(kept), ops.zeros_like(decayed)], [kept, decayed])
    np.testing.assert_array_equal(kept.numpy(), before[0])
    np.testing.assert_allclose(decayed.numpy(), before[1] * 0.95, rtol=1e-6)


def test_slots_are_named_after_the_paths_of_their_variables():
    kernel = Variable(np.zeros(2, "float32"), name="kernel")
    kernel.path = "sequential/dense/kernel"
    optimizer = optimizers.Adam()
    optimizer.build([kernel])
    assert [(variable.name, variable.path) for variable in optimizer.variables] == [
        ("iteration", "adam/iteration"),
        ("learning_rate", "adam/learning_rate"),
        ("sequential_dense_kernel_momentum", "adam/sequential_dense_kernel_momentum"),
        ("sequential_dense_kernel_velocity", "adam/sequential_dense_kernel_velocity"),
    ]
    assert not any(variable.trainable for variable in optimizer.variables)


def test_the_learning_rate_can_be_set():
    optimizer = optimizers.SGD(0.5)
    optimizer.learning_rate = 0.25
    assert float(optimizer.learning_rate) == 0.25
    assert optimizer.get_config()["learning_rate"] == 0.25
    optimizer.learning_rate = schedules.ExponentialDecay(0.1, 10, 0.5)
    assert [variable.name for variable in optimizer.variables] == ["iteration"]


def test_a_learning_rate_function_is_called_in_every_step():
    rates = iter([1.0, 0.5])
    optimizer = optimizers.SGD(lambda: next(rates))
    weight = Variable(np.zeros(1, "float32"))
    for _ in range(2):
        optimizer.apply([convert_to_tensor([1.0])], [weight])
    assert float(weight[0]) == -1.5


def test_an_overflow_leaves_weights_alone_and_halves_the_scale():
    optimizer = optimizers.LossScaleOptimizer(optimizers.Adam(0.1), initial_scale=16.0)
    weight = Variable(np.ones(2, "float32"))
    optimizer.apply([convert_to_tensor([np.inf, 1.0])], [weight])
    np.testing.assert_array_equal(weight.numpy(), [1.0, 1.0])
    assert float(optimizer.dynamic_scale) == 8.0
    assert int(optimizer.iterations) == 0
    assert np.isfinite(optimizer.inner_optimizer.variables[2].numpy()).all()


@pytest.mark.parametrize(
    "make",
    [
        lambda: optimizers.LossScaleOptimizer(optimizers.SGD(0.1), initial_scale=4.0),
        lambda: optimizers.MultiOptimizer(
            optimizers.OptimizerMap(optimizers.SGD(0.1), {".*bias": optimizers.Adam(0.2)})
        ),
    ],
)
def test_an_optimizer_of_optimizers_survives_a_round_trip(make):
    optimizer = make()
    again = optimizers.deserialize(json.loads(json.dumps(optimizers.serialize(optimizer))))
    assert again.get_config() == optimizer.get_config()
    ours, theirs = weights(), weights()
    again.apply(gradients(), ours)
    optimizer.apply(gradients(), theirs)
    for one, other in zip(arrays(ours), arrays(theirs), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_map_of_optimizers_is_read_by_patterns():
    table = optimizers.OptimizerMap(optimizers.SGD())
    table["dense/.*"] = optimizers.Adam()
    assert isinstance(table["dense/kernel"], optimizers.Adam)
    assert isinstance(table["conv/kernel"], optimizers.SGD)
    table[".*/kernel"] = optimizers.Lion()
    with pytest.raises(ValueError, match="'dense/kernel' matches several patterns"):
        table["dense/kernel"]
    with pytest.raises(ValueError, match="has an optimizer already"):
        table["dense/.*"] = optimizers.Adam()
    with pytest.raises(ValueError, match="`MultiOptimizer` cannot be one of several"):
        table["x"] = optimizers.MultiOptimizer(table)


def test_a_missing_gradient_is_warned_about_and_its_weight_stays():
    kernel, bias = weights()
    before = bias.numpy()
    with pytest.warns(UserWarning, match=r"does not depend on the variables \['bias'\]"):
        optimizers.SGD(0.1, momentum=0.9).apply([gradients()[0], None], [kernel, bias])
    np.testing.assert_array_equal(bias.numpy(), before)


def test_a_state_of_another_size_is_not_loaded_with_a_warning():
    optimizer = optimizers.Adam()
    optimizer.build(weights())
    with pytest.warns(UserWarning, match="is not loaded: it has 6 variables, the saved one 1"):
        optimizer.load_own_variables({"0": np.zeros(())})
