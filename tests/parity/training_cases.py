"""Parity cases of whole models: compile, fit for twenty steps, evaluate, predict."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from .golden import Case, Framework, fill_weights, labels, probabilities, values

SAMPLES, FEATURES, CLASSES = 40, 6, 3
BATCH_SIZE, EPOCHS = 8, 4  # 40 samples in batches of 8, four times: twenty steps

RTOL = 1e-4  # twenty steps feed every rounding error back into the weights


def _features() -> np.ndarray:
    return values("training/x", (SAMPLES, FEATURES))


def _class_labels() -> np.ndarray:
    return labels("training/classes", (SAMPLES,), CLASSES)


def _one_hot() -> np.ndarray:
    return np.eye(CLASSES, dtype="float32")[_class_labels()]


def _bits() -> np.ndarray:
    return labels("training/bits", (SAMPLES, 1), 2).astype("float32")


def _targets() -> np.ndarray:
    return values("training/targets", (SAMPLES, 2))


def _positive_targets() -> np.ndarray:
    return values("training/positive targets", (SAMPLES, 2), 0.1, 3.0)


def _soft_labels() -> np.ndarray:
    return probabilities("training/soft", (SAMPLES, CLASSES))


def _signs() -> np.ndarray:
    return 2.0 * _bits() - 1.0


def _network(units: int, activation: str | None) -> Callable[[Any], Any]:
    def build(keras: Any) -> Any:
        return keras.Sequential(
            [
                keras.Input((FEATURES,)),
                keras.layers.Dense(5, activation="tanh"),
                keras.layers.Dense(units, activation=activation),
            ]
        )

    return build


def _classifier(keras: Any) -> Any:
    return _network(CLASSES, "softmax")(keras)


def _layer_zoo(keras: Any) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((2, 3)),
            layers.Flatten(),
            layers.Dense(6, use_bias=False),
            layers.ReLU(),
            layers.Dropout(0.0),
            layers.Reshape((3, 2)),
            layers.Dense(4),
            layers.Activation("sigmoid"),
            layers.Flatten(),
            layers.Dense(CLASSES),
            layers.Softmax(),
        ]
    )


def _regularized(keras: Any) -> Any:
    layers, regularizers = keras.layers, keras.regularizers
    return keras.Sequential(
        [
            keras.Input((FEATURES,)),
            layers.Dense(
                5,
                activation="relu",
                kernel_regularizer="l2",
                bias_regularizer=regularizers.L1(0.02),
            ),
            layers.Dense(
                CLASSES,
                activation="softmax",
                kernel_regularizer=regularizers.L1L2(l1=0.01, l2=0.02),
                activity_regularizer=regularizers.L2(0.01),
                kernel_constraint=keras.constraints.MaxNorm(1.0),
            ),
        ]
    )


def _partly_frozen(keras: Any) -> Any:
    model = _classifier(keras)
    model.layers[0].trainable = False
    return model


def _optimizer(name: str, **kwargs: Any) -> Callable[[Any], Any]:
    return lambda keras: getattr(keras.optimizers, name)(**kwargs)


_PLAIN_SGD = _optimizer("SGD", learning_rate=0.1)


@dataclasses.dataclass(frozen=True)
class Run:
    """How one model is trained.

    Attributes:
        name: Name of the case.
        build: Makes the model from a Keras module.
        y: Makes the targets.
        optimizer: As given to `compile`; a function of the Keras module when it is an object.
        loss: As given to `compile`; a function of the Keras module when it is an object.
        metrics: As given to `compile`, likewise.
        compile: Further arguments of `compile`.
        fit: Further arguments of `fit`; a function so that arrays are made per run.
        x: Makes the inputs.
    """

    name: str
    build: Callable[[Any], Any] = _classifier
    y: Callable[[], np.ndarray] = _class_labels
    optimizer: Any = _PLAIN_SGD
    loss: Any = "sparse_categorical_crossentropy"
    metrics: Any = ("accuracy",)
    compile: dict[str, Any] = dataclasses.field(default_factory=dict)
    fit: Callable[[], dict[str, Any]] = dict
    x: Callable[[], np.ndarray] = _features

    def __call__(self, framework: Framework) -> dict[str, Any]:
        """History, weights, evaluation and predictions of this run on one framework."""
        keras = framework.keras
        x, y = self.x(), self.y()
        model = self.build(keras)
        fill_weights(model, "training")
        model.compile(
            optimizer=self.optimizer(keras) if callable(self.optimizer) else self.optimizer,
            loss=self.loss(keras) if callable(self.loss) else self.loss,
            metrics=self.metrics(keras) if callable(self.metrics) else list(self.metrics),
            **self.compile,
        )
        results: dict[str, Any] = {"outputs before": model(x[:4])}
        options = {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "shuffle": False, "verbose": 0}
        history = model.fit(x, y, **{**options, **self.fit()})
        results["history"] = history.history
        results["order of history"] = list(history.history)
        results["epochs"] = list(history.epoch)
        results["weights"] = model.get_weights()
        results["iterations"] = int(model.optimizer.iterations)
        evaluated = model.evaluate(x, y, batch_size=16, verbose=0, return_dict=True)
        results["evaluate"] = evaluated
        results["predict"] = model.predict(x[:6], batch_size=4, verbose=0)
        return results


OPTIMIZERS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    ("RMSprop", {"learning_rate": 0.01}),
    ("Adam", {"learning_rate": 0.02}),
    ("AdamW", {"learning_rate": 0.02, "weight_decay": 0.05}),
    ("Adagrad", {"learning_rate": 0.1}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Adamax", {"learning_rate": 0.02}),
    ("Nadam", {"learning_rate": 0.02}),
    ("Ftrl", {"learning_rate": 0.1}),
    ("Lion", {"learning_rate": 0.002}),
    ("Lamb", {"learning_rate": 0.02}),
    ("Adafactor", {"learning_rate": 0.05}),
    ("Muon", {"learning_rate": 0.01}),
    ("Adam", {"learning_rate": 0.02, "clipnorm": 0.1, "use_ema": True, "ema_momentum": 0.9}),
    ("SGD", {"learning_rate": 0.2, "gradient_accumulation_steps": 4}),
]

LOSSES: list[tuple[str, Callable[[Any], Any], Callable[[], np.ndarray], tuple[str, ...]]] = [
    ("sparse_categorical_crossentropy", _classifier, _class_labels, ("accuracy",)),
    ("categorical_crossentropy", _classifier, _one_hot, ("accuracy", "precision")),
    ("categorical_focal_crossentropy", _classifier, _one_hot, ("acc",)),
    ("kl_divergence", _classifier, _soft_labels, ("categorical_accuracy",)),
    ("binary_crossentropy", _network(1, "sigmoid"), _bits, ("accuracy", "auc")),
    ("binary_focal_crossentropy", _network(1, "sigmoid"), _bits, ("binary_accuracy",)),
    ("hinge", _network(1, "tanh"), _signs, ("hinge",)),
    ("squared_hinge", _network(1, "tanh"), _bits, ("squared_hinge",)),
    ("categorical_hinge", _network(CLASSES, None), _one_hot, ("accuracy",)),
    ("mse", _network(2, None), _targets, ("mae", "r2_score")),
    ("mae", _network(2, None), _targets, ("mse", "root_mean_squared_error")),
    ("mape", _network(2, "softplus"), _positive_targets, ("msle",)),
    ("mean_squared_logarithmic_error", _network(2, "softplus"), _positive_targets, ("mape",)),
    ("huber", _network(2, None), _targets, ("mae",)),
    ("log_cosh", _network(2, None), _targets, ("cosine_similarity",)),
    ("poisson", _network(2, "softplus"), _positive_targets, ("poisson",)),
    ("cosine_similarity", _network(2, None), _targets, ("mse",)),
]


def _rate_for(loss: str) -> Callable[[Any], Any]:
    """Percentages have gradients a hundred times as large, which would magnify rounding errors."""
    return _optimizer("SGD", learning_rate=0.001 if loss == "mape" else 0.1)


def _scheduled(keras: Any) -> Any:
    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, decay_steps=15))


def _logit_loss(keras: Any) -> Any:
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def _smoothed_loss(keras: Any) -> Any:
    return keras.losses.CategoricalCrossentropy(label_smoothing=0.1, reduction="sum")


def _metric_objects(keras: Any) -> list[Any]:
    metrics = keras.metrics
    return [
        metrics.SparseCategoricalAccuracy(name="right"),
        metrics.SparseTopKCategoricalAccuracy(k=2),
        keras.losses.sparse_categorical_crossentropy,
    ]


def _sample_weight() -> dict[str, Any]:
    return {"sample_weight": values("training/sample weight", (SAMPLES,), 0.0, 2.0)}


def _validation_split() -> dict[str, Any]:
    return {"validation_split": 0.2, "epochs": 5}


def _validation_data() -> dict[str, Any]:
    x = values("training/validation x", (10, FEATURES))
    y = labels("training/validation y", (10,), CLASSES)
    return {"validation_data": (x, y, values("training/validation w", (10,), 0.0, 2.0))}


RUNS = (
    *(
        Run(f"optimizer {name} {kwargs}", optimizer=_optimizer(name, **kwargs))
        for name, kwargs in OPTIMIZERS
    ),
    *(
        Run(f"loss {loss}", build=build, y=y, loss=loss, metrics=metrics, optimizer=_rate_for(loss))
        for loss, build, y, metrics in LOSSES
    ),
    Run(
        "Flatten, Dense, ReLU, Dropout, Reshape, Activation, Softmax",
        build=_layer_zoo,
        x=lambda: _features().reshape(SAMPLES, 2, 3),
    ),
    Run("regularizers, activity and constraint", build=_regularized),
    Run("frozen layer", build=_partly_frozen),
    Run("from logits", build=_network(CLASSES, None), loss=_logit_loss),
    Run(
        "label smoothing, summed",
        y=_one_hot,
        loss=_smoothed_loss,
        optimizer=_optimizer("SGD", learning_rate=0.01),
    ),
    Run("metric objects and a function", metrics=_metric_objects),
    Run("labels in a column", y=lambda: _class_labels()[:, None]),
    Run("class_weight", fit=lambda: {"class_weight": {0: 0.5, 1: 2.0, 2: 1.0}}),
    Run("sample_weight", fit=_sample_weight, compile={"weighted_metrics": ["accuracy"]}),
    Run("validation_split", fit=_validation_split),
    Run("validation_data with weights", fit=_validation_data),
    Run("last batch smaller", fit=lambda: {"batch_size": 16, "epochs": 7}),
    Run(
        "initial_epoch and steps_per_epoch",
        fit=lambda: {"initial_epoch": 2, "epochs": 6, "steps_per_epoch": 5},
    ),
    Run("loss_weights", compile={"loss_weights": [0.5]}),
    Run("learning rate schedule", optimizer=_scheduled),
    Run("optimizer by name", optimizer="rmsprop"),
)

CASES = tuple(Case(run.name, run, rtol=RTOL) for run in RUNS)
