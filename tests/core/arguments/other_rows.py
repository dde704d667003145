"""Rows of the table of valid calls: all but layers and ops."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np

import pykeras_core as keras
from tests.core.arguments.valid import CUBE, IMAGES, SIGNAL, Make, X, tiny_model

ROWS: dict[str, Any] = {
    "losses.categorical_generalized_cross_entropy": {"q": 0.5, "y_true": np.array([1, 2])},
    "losses.sparse_categorical_crossentropy": {"y_true": np.array([1, 2])},
    "backend.set_learning_phase": {"value": True},
    "preprocessing.image.smart_resize": {"x": IMAGES, "size": (2, 3)},
    "losses.get": {"identifier": "mse"},
    "losses.serialize": {"loss": Make(lambda: keras.losses.MeanSquaredError())},
    "losses.deserialize": {"name": "mse"},
    "losses.ctc": {"y_true": np.array([[1, 2], [1, 1]]), "y_pred": CUBE},
    "losses.circle": {"y_true": np.array([0, 1])},
    "metrics.get": {"identifier": "mse"},
    "metrics.serialize": {"metric": Make(lambda: keras.metrics.Mean())},
    "metrics.deserialize": {"config": "mse"},
    "metrics.MeanMetricWrapper": {"fn": lambda a, b: a},
    "metrics.IoU": {"num_classes": 3, "target_class_ids": [0]},
    "metrics.OneHotIoU": {"num_classes": 3, "target_class_ids": [0]},
    "metrics.RecallAtPrecision": {"precision": 0.5},
    "metrics.PrecisionAtRecall": {"recall": 0.5},
    "metrics.SpecificityAtSensitivity": {"sensitivity": 0.5},
    "metrics.SensitivityAtSpecificity": {"specificity": 0.5},
    "metrics.sparse_categorical_accuracy": {"y_true": np.array([1, 2])},
    "metrics.sparse_top_k_categorical_accuracy": {"y_true": np.array([1, 2])},
    "metrics.concordance_correlation": {},
    "optimizers.deserialize": {
        "config": Make(lambda: keras.optimizers.serialize(keras.optimizers.SGD()))
    },
    "optimizers.OptimizerMap": {"default_optimizer": Make(lambda: keras.optimizers.SGD())},
    "optimizers.get": {"identifier": "sgd"},
    "optimizers.Optimizer": {"learning_rate": 0.1},
    "optimizers.serialize": {"optimizer": Make(lambda: keras.optimizers.SGD())},
    "optimizers.MultiOptimizer": {
        "optimizer_map": Make(lambda: keras.optimizers.OptimizerMap(keras.optimizers.SGD()))
    },
    "optimizers.LossScaleOptimizer": {"inner_optimizer": Make(lambda: keras.optimizers.SGD())},
    "mixed_precision.LossScaleOptimizer": {"inner_optimizer": Make(lambda: keras.optimizers.SGD())},
    "optimizers.schedules.PiecewiseConstantDecay": {
        "boundaries": [1, 2],
        "values": [0.1, 0.2, 0.3],
    },
    "optimizers.schedules.deserialize": {
        "config": Make(
            lambda: keras.optimizers.schedules.serialize(
                keras.optimizers.schedules.CosineDecay(0.1, 10)
            )
        )
    },
    "optimizers.schedules.serialize": {
        "learning_rate_schedule": Make(lambda: keras.optimizers.schedules.CosineDecay(0.1, 10))
    },
    "callbacks.BackupAndRestore": {"backup_dir": "b"},
    "callbacks.CSVLogger": {"filename": "l.csv"},
    "callbacks.ModelCheckpoint": {"filepath": "m.keras"},
    "callbacks.LearningRateScheduler": {"schedule": lambda e: 0.1},
    "initializers.deserialize": {"config": "zeros"},
    "initializers.get": {"identifier": "zeros"},
    "initializers.serialize": {"initializer": Make(lambda: keras.initializers.Zeros())},
    "regularizers.deserialize": {"config": "l2"},
    "regularizers.get": {"identifier": "l2"},
    "regularizers.serialize": {"regularizer": Make(lambda: keras.regularizers.L2())},
    "constraints.deserialize": {"config": "non_neg"},
    "constraints.get": {"identifier": "non_neg"},
    "constraints.serialize": {"constraint": Make(lambda: keras.constraints.NonNeg())},
    "activations.deserialize": {"config": "relu"},
    "activations.get": {"identifier": "relu"},
    "activations.serialize": {"activation": keras.activations.relu},
    "activations.glu": {"x": np.ones((2, 4), "float32")},
    "models.Model": {},
    "models.model_from_config": {
        "config": Make(lambda: {"class_name": "Sequential", "config": tiny_model().get_config()})
    },
    "models.model_from_json": {"json_string": Make(lambda: tiny_model().to_json())},
    "models.load_model": {"filepath": "given.keras"},
    "models.save_model": {"filepath": "t2.keras"},
    "models.Functional": Make(lambda: (lambda x: {"inputs": x, "outputs": x})(keras.Input((3,)))),
    "saving.deserialize_keras_object": {
        "config": Make(lambda: keras.saving.serialize_keras_object(keras.layers.Dense(2)))
    },
    "saving.CustomObjectScope": {"custom_objects": {}},
    "saving.get_registered_object": {"name": "a"},
    "saving.get_registered_name": {"obj": keras.layers.Dense},
    "saving.serialize_keras_object": {"obj": Make(lambda: keras.layers.Dense(2))},
    "saving.load_weights": {"filepath": "given.weights.h5"},
    "saving.save_weights": {"filepath": "t3.weights.h5"},
    "tree.assert_same_paths": {"a": [1], "b": [2]},
    "tree.assert_same_structure": {"a": [1], "b": [2]},
    "tree.map_structure": {"func": lambda x: x, "*": ([1, 2],)},
    "tree.map_shape_structure": {"func": lambda x: x, "structure": [(1, 2)]},
    "tree.traverse": {"func": lambda x: None},
    "tree.map_structure_up_to": {"shallow_structure": [1], "func": lambda x: x, "*": ([1],)},
    "tree.pack_sequence_as": {"structure": [1, (2, 3)], "flat_sequence": [1, 2, 3]},
    "utils.FeatureSpace": {"features": {"a": "float"}},
    "saving.KerasFileEditor": {"filepath": "given.weights.h5"},
    "utils.audio_dataset_from_directory": {"directory": "sounds"},
    "utils.get_source_inputs": {"tensor": Make(lambda: keras.Input((2,)))},
    "utils.get_file": {
        "fname": "a.png",
        "origin": Make(lambda: Path("given.png").resolve().as_uri()),
        "cache_dir": ".",
    },
    "utils.unpack_x_y_sample_weight": {"data": (X, X)},
    "utils.split_dataset": {"dataset": X, "left_size": 0.5},
    "utils.plot_model": {"to_file": "p.svg"},
    "preprocessing.image_dataset_from_directory": {"directory": "pictures"},
    "preprocessing.text_dataset_from_directory": {"directory": "texts"},
    "Function": Make(lambda: (lambda x: {"inputs": x, "outputs": x})(keras.Input((3,)))),
    "Variable": {"initializer": X},
    "name_scope": {"name": "here"},
    "utils.set_random_seed": {"seed": 3},
    "utils.Progbar": {"target": 3},
    "utils.to_categorical": {"x": [1, 2]},
    "utils.pad_sequences": {"sequences": [[1], [2, 3]]},
    "preprocessing.sequence.pad_sequences": {"sequences": [[1], [2, 3]]},
    "utils.timeseries_dataset_from_array": {"data": SIGNAL, "targets": SIGNAL},
    "preprocessing.timeseries_dataset_from_array": {"data": SIGNAL, "targets": SIGNAL},
    "preprocessing.image.img_to_array": {"img": X},
    "preprocessing.image.array_to_img": {"x": IMAGES[0]},
    "utils.array_to_img": {"x": IMAGES[0]},
    "utils.img_to_array": {"img": X},
    "utils.save_img": {"path": "i.png", "x": IMAGES[0]},
    "utils.load_img": {"path": "given.png"},
    "random.dropout": {"inputs": X, "rate": 0.5},
    "random.categorical": {"logits": X, "num_samples": 2},
    "random.binomial": {"counts": 3, "probabilities": 0.5},
    "random.randint": {"minval": 0, "maxval": 3},
    "config.set_backend": {"backend": "numpy"},
    "config.set_compute_backend": {"name": "auto"},
    "config.set_dtype_policy": {"policy": "float32"},
    "config.set_floatx": {"value": "float32"},
    "config.set_image_data_format": {"data_format": "channels_last"},
    "config.set_max_epochs": {"max_epochs": None},
    "config.set_max_steps_per_epoch": {"max_steps_per_epoch": None},
    "config.set_epsilon": {"value": 1e-07},
    "dtype_policies.deserialize": {"config": "float32"},
    "dtype_policies.get": {"identifier": "float32"},
    "dtype_policies.serialize": {
        "dtype_policy": Make(lambda: keras.dtype_policies.DTypePolicy("float32"))
    },
    "dtype_policies.set_dtype_policy": {"policy": "float32"},
}
for n in (
    "CustomObjectScope",
    "get_registered_name",
    "get_registered_object",
    "serialize_keras_object",
    "deserialize_keras_object",
    "load_img",
    "save_img",
):
    for space in ("preprocessing.image", "utils"):
        ROWS[f"{space}.{n}"] = ROWS.get(f"saving.{n}", ROWS.get(f"utils.{n}"))
ROWS |= {
    "backend.batch_get_value": {"tensors": Make(lambda: [keras.Variable(X)])},
    "backend.batch_set_value": {"tuples": Make(lambda: [(keras.Variable(X), X)])},
    "backend.bias_add": {"bias": np.ones(3, "float32")},
    "backend.clip": {"x": X, "x_min": 0.0, "x_max": 1.0},
    "backend.concatenate": {"tensors": [X, X]},
    "backend.dot": {"x1": X, "x2": X.T},
    "backend.dropout": {"level": 0.5},
    "backend.gather": {"reference": X, "indices": np.array([0, 1])},
    "backend.in_top_k": {"predictions": X, "targets": np.array([1, 2])},
    "backend.map_fn": {"fn": lambda x: x, "elems": X},
    "backend.moving_average_update": {
        "x": Make(lambda: keras.Variable(X)), "value": X, "momentum": 0.9,
    },
    "backend.name_scope": {"name": "here"},
    "backend.permute_dimensions": {"pattern": (1, 0)},
    "backend.pow": {"a": 2.0},
    "backend.repeat_elements": {"rep": 2},
    "backend.reshape": {"newshape": (3, 2)},
    "backend.set_floatx": {"value": "float32"},
    "backend.set_image_data_format": {"data_format": "channels_last"},
    "backend.set_value": {"x": Make(lambda: keras.Variable(X)), "value": X},
    "backend.sparse_categorical_crossentropy": {"target": np.array([1, 2])},
    "backend.switch": {"condition": X > 0.3, "then_expression": X, "else_expression": X},
    "backend.update": {"x": Make(lambda: keras.Variable(X)), "new_x": X},
    "backend.update_add": {"x": Make(lambda: keras.Variable(X)), "increment": X},
    "backend.update_sub": {"x": Make(lambda: keras.Variable(X)), "decrement": X},
}  # fmt: skip


def write_files() -> None:
    """Writes what the rows name into the current folder."""
    model = tiny_model()
    model.save("given.keras")
    model.save_weights("given.weights.h5")
    keras.utils.save_img("given.png", IMAGES[0])
    for kind in "ab":
        for folder in ("pictures", "texts"):
            Path(folder, kind).mkdir(parents=True)
        keras.utils.save_img(f"pictures/{kind}/1.png", IMAGES[0])
        Path(f"texts/{kind}/1.txt").write_text("some words")
        Path("sounds", kind).mkdir(parents=True)
        with wave.open(f"sounds/{kind}/1.wav", "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(8))
