"""Cases of `keras2_models`: optimizers, also those from before Keras 2.11."""

from __future__ import annotations

from tests.parity.keras2_builders import case, compiled, draw, small


@case
def sgd(K):
    return compiled(K, small(K), (4,), K.optimizers.SGD(0.1, momentum=0.9), draw(8, 2, seed=1))


@case
def adam(K):
    optimizer = K.optimizers.Adam(0.01, beta_1=0.8)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1), metrics=["mae"])


@case
def rmsprop(K):
    return compiled(K, small(K), (4,), K.optimizers.RMSprop(0.01, rho=0.8), draw(8, 2, seed=1))


@case
def rmsprop_centered(K):
    optimizer = K.optimizers.RMSprop(0.01, momentum=0.5, centered=True)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def adam_with_schedule(K):
    rate = K.optimizers.schedules.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)
    return compiled(K, small(K), (4,), K.optimizers.Adam(rate), draw(8, 2, seed=1))


@case
def adagrad(K):
    return compiled(K, small(K), (4,), K.optimizers.Adagrad(0.1), draw(8, 2, seed=1))


@case
def adadelta(K):
    return compiled(K, small(K), (4,), K.optimizers.Adadelta(1.0), draw(8, 2, seed=1))


@case
def adamax(K):
    return compiled(K, small(K), (4,), K.optimizers.Adamax(0.01), draw(8, 2, seed=1))


@case
def nadam(K):
    return compiled(K, small(K), (4,), K.optimizers.Nadam(0.01), draw(8, 2, seed=1))


@case
def amsgrad(K):
    return compiled(K, small(K), (4,), K.optimizers.Adam(0.01, amsgrad=True), draw(8, 2, seed=1))


@case
def ftrl(K):
    return compiled(K, small(K), (4,), K.optimizers.Ftrl(0.1), draw(8, 2, seed=1))


@case
def legacy_sgd(K):
    optimizer = K.optimizers.legacy.SGD(0.1, momentum=0.9, nesterov=True)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def legacy_adam(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Adam(0.01), draw(8, 2, seed=1))


@case
def legacy_adam_with_decay(K):
    optimizer = K.optimizers.legacy.Adam(0.1, decay=0.5)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def legacy_amsgrad(K):
    optimizer = K.optimizers.legacy.Adam(0.01, amsgrad=True)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def legacy_rmsprop(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.RMSprop(0.01), draw(8, 2, seed=1))


@case
def legacy_nadam(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Nadam(0.01), draw(8, 2, seed=1))


@case
def legacy_adagrad(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Adagrad(0.1), draw(8, 2, seed=1))


@case
def legacy_adadelta(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Adadelta(1.0), draw(8, 2, seed=1))


@case
def legacy_adamax(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Adamax(0.01), draw(8, 2, seed=1))
