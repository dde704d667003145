"""Parity cases of `keras.optimizers`: updates, slots, clipping, averaging, schedules, configs."""

from __future__ import annotations

from typing import Any

import numpy as np

from .golden import Case, Framework, frozen, values

SHAPES = {"kernel": (3, 4), "bias": (4,)}
STEPS = 5

# name of the class, its arguments. ScheduleFreeAdamW is not here: under TensorFlow, Keras 3.15
# reads its first slot after the update, where the rule (and Keras on JAX) reads it before.
OPTIMIZERS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.8, "nesterov": True}),
    ("RMSprop", {}),
    ("RMSprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.5, "centered": True}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "amsgrad": True}),
    ("AdamW", {"learning_rate": 0.02, "weight_decay": 0.1}),
    ("Adagrad", {"learning_rate": 0.1}),
    ("Adadelta", {"learning_rate": 0.5}),
    ("Adamax", {"learning_rate": 0.02}),
    ("Nadam", {"learning_rate": 0.02}),
    ("Ftrl", {"learning_rate": 0.1}),
    (
        "Ftrl",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.01,
            "l2_regularization_strength": 0.02,
            "l2_shrinkage_regularization_strength": 0.03,
            "beta": 0.1,
        },
    ),
    ("Lion", {"learning_rate": 0.01}),
    ("Lamb", {"learning_rate": 0.02, "weight_decay": 0.01}),
    ("Adafactor", {"learning_rate": 0.05}),
    ("Adafactor", {"learning_rate": 0.5, "relative_step": False, "clip_threshold": 0.5}),
    ("Muon", {"learning_rate": 0.02}),
    ("Muon", {"learning_rate": 0.02, "nesterov": False, "rms_rate": None, "ns_steps": 3}),
]

# arguments of the base class, tried on momentum SGD and on Adam
BASE_ARGUMENTS: list[dict[str, Any]] = [
    {"weight_decay": 0.1},
    {"clipnorm": 0.5},
    {"clipvalue": 0.2},
    {"global_clipnorm": 0.5},
    {"use_ema": True, "ema_momentum": 0.8},
    {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 2},
    {"gradient_accumulation_steps": 2},
    {"gradient_accumulation_steps": 2, "use_ema": True, "ema_overwrite_frequency": 1},
    {"loss_scale_factor": 4.0},
]

SCHEDULES: list[tuple[str, dict[str, Any]]] = [
    ("ExponentialDecay", {"decay_steps": 4, "decay_rate": 0.5}),
    ("ExponentialDecay", {"decay_steps": 4, "decay_rate": 0.5, "staircase": True}),
    ("PolynomialDecay", {"decay_steps": 6}),
    ("PolynomialDecay", {"decay_steps": 4, "power": 2.0, "cycle": True, "end_learning_rate": 0.01}),
    ("InverseTimeDecay", {"decay_steps": 3, "decay_rate": 0.5}),
    ("InverseTimeDecay", {"decay_steps": 3, "decay_rate": 0.5, "staircase": True}),
    ("CosineDecay", {"decay_steps": 8, "alpha": 0.1}),
    ("CosineDecay", {"decay_steps": 6, "warmup_target": 0.3, "warmup_steps": 4}),
    ("CosineDecayRestarts", {"first_decay_steps": 3}),
    ("CosineDecayRestarts", {"first_decay_steps": 3, "t_mul": 1.0, "m_mul": 0.5, "alpha": 0.1}),
]


def _text(kwargs: dict[str, Any]) -> str:
    return ",".join(f"{name}={value}" for name, value in kwargs.items())


def _weights(keras: Any) -> list[Any]:
    return [
        keras.Variable(values(f"optimizer/{name}", shape), name=name, dtype="float32")
        for name, shape in SHAPES.items()
    ]


def _gradients(step: int) -> list[np.ndarray]:
    return [values(f"gradient/{step}/{name}", shape) for name, shape in SHAPES.items()]


def _slots(optimizer: Any) -> list[list[Any]]:
    return [[slot.name, frozen(slot)] for slot in optimizer.variables]


def _train(keras: Any, optimizer: Any, weights: list[Any]) -> None:
    for step in range(STEPS):
        gradients = [keras.ops.convert_to_tensor(gradient) for gradient in _gradients(step)]
        optimizer.apply_gradients(list(zip(gradients, weights, strict=True)))


def _optimizer_case(name: str, kwargs: dict[str, Any]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        keras = framework.keras
        optimizer = getattr(keras.optimizers, name)(**kwargs)
        config = optimizer.get_config()
        weights = _weights(keras)
        _train(keras, optimizer, weights)
        results = {"config": config, "slots": _slots(optimizer)}
        results["learning rate"] = frozen(optimizer.learning_rate)
        results["weights"] = [frozen(weight) for weight in weights]
        optimizer.finalize_variable_values(weights)
        results["final weights"] = [frozen(weight) for weight in weights]
        return results

    return Case(f"{name}({_text(kwargs)})", run)


def _schedule_case(name: str, kwargs: dict[str, Any]) -> Case:
    def run(framework: Framework) -> dict[str, Any]:
        schedules = framework.keras.optimizers.schedules
        schedule = getattr(schedules, name)(0.1, **kwargs)
        rates = [schedule(step) for step in range(13)]
        return {"rates": rates, "config": schedule.get_config()}

    return Case(f"{name}({_text(kwargs)})", run)


def _piecewise(framework: Framework) -> dict[str, Any]:
    schedule = framework.keras.optimizers.schedules.PiecewiseConstantDecay(
        boundaries=[3, 5], values=[0.1, 0.05, 0.01]
    )
    return {"rates": [schedule(step) for step in range(8)], "config": schedule.get_config()}


def _scheduled(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    schedule = keras.optimizers.schedules.ExponentialDecay(0.2, decay_steps=2, decay_rate=0.5)
    optimizer = keras.optimizers.SGD(schedule, momentum=0.5)
    weights = _weights(keras)
    _train(keras, optimizer, weights)
    return {
        "weights": [frozen(weight) for weight in weights],
        "slots": _slots(optimizer),
        "rate": optimizer.learning_rate,
    }


def _excluded_from_weight_decay(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    optimizer = keras.optimizers.AdamW(0.02, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    weights = _weights(keras)
    _train(keras, optimizer, weights)
    return {"weights": [frozen(weight) for weight in weights]}


def _constrained(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    optimizer = keras.optimizers.SGD(0.3)
    weights = _weights(keras)
    weights[0].constraint = keras.constraints.NonNeg()
    _train(keras, optimizer, weights)
    return {"weights": [frozen(weight) for weight in weights]}


def _new_rate(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    optimizer = keras.optimizers.Adam()
    weights = _weights(keras)
    optimizer.build(weights)
    optimizer.learning_rate = 0.25
    _train(keras, optimizer, weights)
    return {"weights": [frozen(weight) for weight in weights], "config": optimizer.get_config()}


def _several_optimizers(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    table = keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.1))
    table[".*bias"] = keras.optimizers.Adam(0.2)
    optimizer = keras.optimizers.MultiOptimizer(table)
    weights = _weights(keras)
    _train(keras, optimizer, weights)
    return {"weights": [frozen(weight) for weight in weights], "slots": _slots(optimizer)}


def _dynamic_loss_scale(framework: Framework) -> dict[str, Any]:
    keras = framework.keras
    inner = keras.optimizers.SGD(0.1, momentum=0.5)
    optimizer = keras.optimizers.LossScaleOptimizer(
        inner, initial_scale=8.0, dynamic_growth_steps=2
    )
    weights = _weights(keras)
    optimizer.build(weights)
    for step in range(STEPS):
        scale = float(optimizer.scale_loss(keras.ops.convert_to_tensor(1.0)))
        gradients = [gradient * np.float32(scale) for gradient in _gradients(step)]
        if step == 2:
            gradients[0][0, 0] = np.inf
        tensors = [keras.ops.convert_to_tensor(gradient) for gradient in gradients]
        optimizer.apply(tensors, weights)
    return {
        "weights": [frozen(weight) for weight in weights],
        "slots": _slots(optimizer),
        "scale": optimizer.dynamic_scale,
    }


def _strings(framework: Framework) -> dict[str, Any]:
    optimizers = framework.keras.optimizers
    names = ["sgd", "SGD", "rmsprop", "adam", "adamw", "adagrad", "adadelta", "adamax", "nadam"]
    names += ["ftrl", "lion", "adafactor", "muon", "ScheduleFreeAdamW"]
    return {
        name: [type(optimizers.get(name)).__name__, optimizers.get(name).name] for name in names
    }


CASES = (
    *(_optimizer_case(*row) for row in OPTIMIZERS),
    *(
        _optimizer_case(name, {**own, **kwargs})
        for name, own in (("SGD", {"momentum": 0.5}), ("Adam", {"learning_rate": 0.1}))
        for kwargs in BASE_ARGUMENTS
    ),
    *(_schedule_case(*row) for row in SCHEDULES),
    Case("PiecewiseConstantDecay", _piecewise),
    Case("a schedule drives SGD", _scheduled),
    Case("exclude_from_weight_decay", _excluded_from_weight_decay),
    Case("constraint after the update", _constrained),
    Case("learning rate set after build", _new_rate),
    Case("MultiOptimizer", _several_optimizers),
    Case("LossScaleOptimizer", _dynamic_loss_scale),
    Case("string names", _strings),
)
