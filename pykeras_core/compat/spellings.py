"""Owns the older names of Keras and TensorFlow that still work, and the hints on today's names."""

from __future__ import annotations

import sys

from pykeras_core import ops

__all__ = ["RENAMED", "forget_hints", "note_use"]

_LAYER_MODULES = (
    *("advanced_activations", "convolutional", "core", "embeddings", "experimental", "local"),
    *("merge", "noise", "normalization", "pooling", "preprocessing", "recurrent", "wrappers"),
)
_UTILS_MODULES = ("data_utils", "generic_utils", "layer_utils", "np_utils", "vis_utils")
_ENGINE_MODULES = ("base_layer", "input_layer", "sequential", "topology", "training")
_OPTIMIZERS = ("Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "RMSprop", "SGD")
_SHORT_LOSSES = {
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
_TF1_OPTIMIZERS = {
    "AdadeltaOptimizer": "Adadelta",
    "AdagradOptimizer": "Adagrad",
    "AdamOptimizer": "Adam",
    "FtrlOptimizer": "Ftrl",
    "GradientDescentOptimizer": "SGD",
    "MomentumOptimizer": "SGD",
    "RMSPropOptimizer": "RMSprop",
}
_TF1_FUNCTIONS = {
    "arg_max": "argmax",
    "ceil": "math.ceil",
    "div": "divide",
    "log": "math.log",
    "mod": "math.mod",
    "mul": "multiply",
    "neg": "negative",
    "random_normal": "random.normal",
    "random_shuffle": "random.shuffle",
    "random_uniform": "random.uniform",
    "set_random_seed": "random.set_seed",
    "sub": "subtract",
    "truncated_normal": "random.truncated_normal",
}

RENAMED = {
    "keras.engine": "keras",
    "keras.objectives": "keras.losses",
    **{f"keras.engine.{name}": "keras" for name in _ENGINE_MODULES},
    **{f"keras.layers.{name}": "keras.layers" for name in _LAYER_MODULES},
    **{
        f"keras.{module}.{old}": f"keras.{module}.{today}"
        for module in ("losses", "metrics")
        for short, today in _SHORT_LOSSES.items()
        for old in (short, short.upper())
    },
    **{f"keras.utils.{name}": "keras.utils" for name in _UTILS_MODULES},
    **{f"keras.optimizers.{name.lower()}": f"keras.optimizers.{name}" for name in _OPTIMIZERS},
    "tensorflow.VERSION": "tensorflow.__version__",
    "tensorflow.python": "tensorflow",
    "tensorflow.gfile": "tensorflow.io.gfile",
    "tensorflow.compat.v1": "tensorflow",
    "tensorflow.compat.v2": "tensorflow",
    **{f"tensorflow.train.{old}": f"keras.optimizers.{o}" for old, o in _TF1_OPTIMIZERS.items()},
    **{f"tensorflow.{old}": f"tensorflow.{new}" for old, new in _TF1_FUNCTIONS.items()},
}
"""Today's name of each older one, both in full."""

_BACKEND_TODAY = (
    *("backend", "clear_session", "epsilon", "floatx", "get_uid", "image_data_format"),
    *("is_float_dtype", "is_int_dtype", "is_keras_tensor", "result_type", "set_epsilon"),
    *("set_floatx", "set_image_data_format", "standardize_dtype"),
)

_given: set[str] = set()


def note_use(full_name: str) -> None:
    """Prints a hint to standard error, once, if a name is an older one.

    Args:
        full_name: What a program uses, for example `tensorflow.train.AdamOptimizer`.
    """
    module, _, name = full_name.rpartition(".")
    if module == "keras.backend" and name not in _BACKEND_TODAY:
        # One hint serves all of these functions.
        today = f"it is `keras.ops.{name}`" if hasattr(ops, name) else "use `keras.ops`"
        _give_hint(module, f"`{full_name}` is an older name; today {today}.")
    elif full_name in RENAMED:
        today = RENAMED[full_name]
        _give_hint(today, f"`{full_name}` is an older name; today it is `{today}`.")


def _give_hint(key: str, text: str) -> None:
    if key not in _given:
        _given.add(key)
        print(f"Hint: {text}", file=sys.stderr)


def forget_hints() -> None:
    """Lets every hint be given once more."""
    _given.clear()
