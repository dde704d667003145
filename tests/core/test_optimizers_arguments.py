"""Names and arguments of optimizers: older ones are taken with a hint, wrong ones refused."""

import warnings

import numpy as np
import pytest

from pykeras_core import naming, ops, optimizers
from pykeras_core.engine import Variable
from pykeras_core.optimizers import schedules
from tests.core.optimizer_weights import gradients, weights


@pytest.fixture(autouse=True)
def fresh_names():
    naming.reset_uids()


def test_names_mean_optimizers_in_any_case():
    assert isinstance(optimizers.get("adam"), optimizers.Adam)
    assert isinstance(optimizers.get("AdamW"), optimizers.AdamW)
    assert isinstance(optimizers.get("RMSPROP"), optimizers.RMSprop)
    assert isinstance(optimizers.get({"class_name": "Adam", "config": {}}), optimizers.Adam)
    assert optimizers.get(None) is None


def test_decay_of_keras_2_lowers_the_rate_by_one_plus_decay_times_the_step():
    with pytest.warns(UserWarning, match=r"learning_rate / \(1 \+ 0.5 \* n\)"):
        optimizer = optimizers.SGD(0.1, decay=0.5)
    kernel = Variable(np.zeros(1, np.float32))
    steps = []
    for _ in range(3):
        before = kernel.numpy().copy()
        optimizer.apply([np.ones(1, np.float32)], [kernel])
        steps.append(float((before - kernel.numpy())[0]))
    np.testing.assert_allclose(steps, [0.1, 0.1 / 1.5, 0.1 / 2.0], rtol=1e-5)
    np.testing.assert_allclose(optimizer.learning_rate.numpy(), 0.1)  # what callbacks change
    assert optimizer.get_config()["decay"] == 0.5


NAMES_WITH_LR = (
    *("Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion"),
    *("Muon", "Nadam", "RMSprop", "SGD", "ScheduleFreeAdamW"),
)


@pytest.mark.parametrize("name", NAMES_WITH_LR)
def test_every_optimizer_takes_lr_and_decay_with_a_hint_and_keeps_them(name):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        optimizer = getattr(optimizers, name)(lr=0.25, decay=1e-3)
    assert ["`lr` is an older" in str(one.message) for one in said] == [True, False]
    with pytest.warns(UserWarning, match="`decay` is an older argument"):
        again = type(optimizer).from_config(optimizer.get_config())
    assert again.get_config() == optimizer.get_config()
    assert float(again.learning_rate.numpy()) == 0.25
    assert again.decay == 1e-3
    assert "decay" not in getattr(optimizers, name)().get_config()


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adagrad", "RMSprop", "Ftrl"])
def test_legacy_optimizers_are_today_s_with_a_hint(name):
    with pytest.warns(UserWarning, match=f"today it is `keras.optimizers.{name}`"):
        optimizer = getattr(optimizers.legacy, name)(learning_rate=0.1)
    assert type(optimizer) is getattr(optimizers, name)


def built(optimizer):
    optimizer.build(weights())
    return optimizer


BAD_CALLS = [
    (lambda: optimizers.SGD(lr="a"), r"`SGD` expected `lr` as a number of 0 or more"),
    (lambda: optimizers.SGD(decay=-1), r"`SGD` expected `decay` as a number of 0 or more"),
    (lambda: optimizers.Adam(rho=0.1), r"`Adam` has no argument \['rho'\]"),
    (lambda: optimizers.SGD(1), "`learning_rate` to be a float, .*received 1. Write a float"),
    (lambda: optimizers.SGD(momentum=2.0), r"`momentum` as a number from 0 to 1"),
    (lambda: optimizers.SGD(momentum=-1), r"`momentum` as a number from 0 to 1"),
    (
        lambda: optimizers.AdamW(weight_decay=None),
        "`weight_decay` as a number of 0 or more, received None",
    ),
    (lambda: optimizers.Lion(beta_1=0.0), "`beta_1` expected a number above 0"),
    (lambda: optimizers.Ftrl(learning_rate_power=0.5), "`learning_rate_power` expected at most 0"),
    (lambda: optimizers.Ftrl(l1_regularization_strength=-1), "strength` expected at least 0"),
    (lambda: optimizers.SGD(clipnorm=1.0, clipvalue=1.0), "Set only one of `clipnorm`"),
    (
        lambda: optimizers.SGD(gradient_accumulation_steps=1),
        "`gradient_accumulation_steps` as 2 or more, received 1",
    ),
    (lambda: optimizers.SGD(use_ema=True, ema_momentum=1.5), r"`ema_momentum` as a number"),
    (
        lambda: optimizers.SGD(use_ema=True, ema_overwrite_frequency=0.5),
        "`ema_overwrite_frequency` as an int of 0 or more",
    ),
    (lambda: optimizers.SGD().apply(gradients()), "needs the variables on the first call"),
    (lambda: optimizers.SGD().apply(gradients()[:1], weights()), "received 1 gradients for 2"),
    (lambda: built(optimizers.SGD()).apply(gradients(), weights()), "Unknown variable 'kernel'"),
    (lambda: optimizers.SGD().apply([None, None], weights()), "No variable has a gradient"),
    (lambda: optimizers.SGD().set_weights([]), "needs a built optimizer"),
    (lambda: built(optimizers.SGD()).set_weights([]), "expected 2 arrays, received 0"),
    (
        lambda: built(optimizers.SGD()).exclude_from_weight_decay(var_names=["bias"]),
        "comes too late: the optimizer is built",
    ),
    (lambda: optimizers.get("adamm"), "Unknown optimizer 'adamm'. Did you mean 'adam'"),
    (lambda: optimizers.get(0.1), "must be a name or a `keras.optimizers.Optimizer`, received 0.1"),
    (lambda: schedules.ExponentialDecay(0.1, 0, 0.5), "`decay_steps` as a positive number"),
    (lambda: schedules.CosineDecayRestarts(0.1, -1), "`first_decay_steps` as a positive number"),
    (lambda: schedules.PiecewiseConstantDecay([1], [1.0]), "received 1 for 1 boundaries"),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS)
def test_bad_input_says_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_scheduled_learning_rate_cannot_be_set():
    optimizer = optimizers.SGD(schedules.CosineDecay(0.1, 10))
    with pytest.raises(TypeError, match="comes from a schedule, so it cannot be set"):
        optimizer.learning_rate = 0.1


def test_a_rule_without_update_step_says_so():
    with pytest.raises(NotImplementedError, match="has no `update_step"):
        optimizers.Optimizer(0.1).apply(gradients(), weights())


@pytest.mark.parametrize("name", ["clipvalue", "global_clipnorm"])
def test_a_second_way_to_clip_is_refused_when_it_is_set(name: str) -> None:
    optimizer = optimizers.Adam(clipnorm=1.0)
    with pytest.raises(ValueError, match=r"Set only one of .* Set the other to None before"):
        setattr(optimizer, name, 0.5)
    assert (optimizer.clipnorm, getattr(optimizer, name)) == (1.0, None)
    optimizer.clipnorm = None
    setattr(optimizer, name, 0.5)
    again = optimizers.Adam.from_config(optimizer.get_config())
    assert (again.clipnorm, getattr(again, name)) == (None, 0.5)


def test_steps_to_gather_that_the_constructor_refuses_cannot_be_set() -> None:
    optimizer = optimizers.SGD()
    with pytest.raises(ValueError, match="gradient_accumulation_steps"):
        optimizer.gradient_accumulation_steps = 1
    assert optimizer.gradient_accumulation_steps is None


def test_zero_turns_off_what_counts_steps() -> None:
    weight = Variable([1.0])
    plain = optimizers.SGD(0.5, ema_overwrite_frequency=0, use_ema=True)
    for optimizer in (plain, optimizers.SGD(0.5, gradient_accumulation_steps=0)):
        weight.assign([1.0])
        optimizer.apply([ops.array([1.0])], [weight])
        assert weight.numpy().tolist() == [0.5]
