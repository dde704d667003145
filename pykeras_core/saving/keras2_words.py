"""Owns the words of Keras 2: what its configurations say differently, in today's words.

`serialization` asks here for every object it reads, so that `.h5`, `.keras`, JSON and dicts
understand them alike, and as deep as wrappers and models go. An argument is left out only where
today's class does not take it and its value asks for nothing; any other is refused by name.
"""

from __future__ import annotations

import functools
import inspect
import json
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import Any

from pykeras_core.saving.public_names import PACKAGE, symbol_from_name
from pykeras_core.saving.registration import get_registered_object

__all__ = [
    "WrittenBy",
    "class_named",
    "is_written_by_keras_2",
    "layer_name",
    "read_json",
    "todays",
    "todays_build",
    "todays_compile",
]

Config = dict[str, Any]

_HOMES = ("keras", "tensorflow", "tf_keras", "tf")
"""Packages that Keras 2 lived in, as the first word of the `module` in a file."""

_FAMILIES = (
    *("keras.models", "keras.layers", "keras.optimizers", "keras.optimizers.schedules"),
    *("keras.initializers", "keras.regularizers", "keras.constraints"),
    *("keras.losses", "keras.metrics", "keras.dtype_policies"),
)

_CLASSES = {
    "Model": "Functional",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "LossScaleOptimizerV3": "LossScaleOptimizer",
    "Policy": "DTypePolicy",
    "PolicyV1": "DTypePolicy",
    "ThresholdedReLU": "ReLU",
}
_STEPS_OF_TENSORFLOW = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod")

_ARGUMENTS: dict[str, dict[str, str]] = {
    "CategoryEncoding": {"max_tokens": "num_tokens"},
    "Discretization": {"bins": "bin_boundaries"},
    "InputLayer": {"batch_input_shape": "batch_shape"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "ThresholdedReLU": {"theta": "threshold"},
}
"""Arguments by the class's old name, and what they are called today."""

_ANY = object()
_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "adjustment": (None,),
    "causal": (False,),
    "dtype": (_ANY,),  # of initializers; layers take it
    "dynamic": (False,),
    "groups": (1,),
    "initial_decay": (0, None),
    "noise_shape": (None,),
    "ragged": (False, None),
    "sparse": (False, None),
    "time_major": (False,),
    "virtual_batch_size": (None,),
    # These tell how something was computed or built, and change no result.
    "experimental_run_tf_function": (_ANY,),
    "fn": (_ANY,),
    "fused": (_ANY,),
    "implementation": (_ANY,),
    "input_dtype": (_ANY,),
    "input_length": (_ANY,),
    "is_legacy_optimizer": (_ANY,),
    "jit_compile": (_ANY,),
    "key_shape": (_ANY,),
    "query_shape": (_ANY,),
    "rng_type": (_ANY,),
    "schedule_decay": (_ANY,),
    "softmax_robust_masking": (_ANY,),
    "value_shape": (_ANY,),
}
"""Arguments that are gone, and the values that ask for nothing."""

_ADVICE = {
    "time_major": "Build the model with the batch on the first axis, and load the weights into it.",
    "ragged": "Pad the rows to one length (`keras.utils.pad_sequences`), and build the model anew.",
    "sparse": "Build the model for dense arrays, and load the weights into it.",
}

_WITHOUT_KERNEL = ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D")
_ACTIVATIONS = ("activation", "recurrent_activation")

_versions: list[str] = []


class WrittenBy:
    """Says, inside a `with` block, which Keras wrote what is being read.

    Args:
        version: Its version, `"2.15.0"`; None where the file does not tell.
    """

    def __init__(self, version: Any) -> None:
        self.version = version if isinstance(version, str) else ""

    def __enter__(self) -> WrittenBy:
        _versions.append(self.version)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _versions.pop()


def is_written_by_keras_2() -> bool:
    """Returns whether the innermost `WrittenBy` names a Keras 2."""
    return bool(_versions) and _versions[-1].split(".")[0] in ("1", "2")


def read_json(text: str | bytes) -> Any:
    """Returns what a JSON text of either Keras says.

    Keras 2 marks tuples, shapes and arrays; they become lists and numbers.

    Raises:
        ValueError: If the text is no JSON.
    """
    return json.loads(text, object_hook=_plain)


def _plain(value: Config) -> Any:
    if value.get("class_name") in ("__tuple__", "TensorShape") and "items" in value:
        return value["items"]
    if set(value) == {"type", "value"} and value["type"] in ("ndarray", "float32", "float64"):
        return value["value"]
    return value


def layer_name(name: Any) -> Any:
    """Returns a layer's name without the slashes that Keras 2 allowed in it."""
    return name.replace("/", "_") if isinstance(name, str) else name


def class_named(described: Config) -> Any:
    """Finds a class of Keras that a configuration names in the way of Keras 2.

    Args:
        described: Dict with `class_name`, and with no `module` or one of Keras 2.

    Returns:
        The class, or None.

    Raises:
        ValueError: If it is a step of TensorFlow outside of a functional model.
    """
    name, inner = described["class_name"], described.get("config")
    home = described.get("module", _HOMES[0])  # None: a class of some program
    if not isinstance(name, str) or not isinstance(home, str) or home.split(".")[0] not in _HOMES:
        return None
    if name in _STEPS_OF_TENSORFLOW:
        raise ValueError(f"the file has a step of TensorFlow ({name}) outside of a model's graph")
    if name.startswith("Custom>"):  # what TensorFlow 2.11 and later called their own optimizers
        return symbol_from_name("keras.optimizers", name.removeprefix("Custom>"))
    is_op = isinstance(inner, dict) and "trainable" not in inner  # as every layer's has
    families = ("keras.src.ops", *_FAMILIES) if is_op and name != "InputLayer" else _FAMILIES
    names = [_CLASSES.get(name, name)]
    if name.endswith(("V1", "V2")):
        names.append(name[:-2])
    found = (symbol_from_name(family, today) for today in names for family in families)
    return next((cls for cls in found if inspect.isclass(cls)), None)


def todays(cls: Any, name: str, config: Any) -> Any:
    """Returns the arguments of a class in today's words.

    Args:
        cls: Today's class. The user's own keep their words.
        name: The file's name for it.
        config: The file's arguments.

    Raises:
        ValueError: If an argument asks for what is not there any more.
    """
    if (
        isinstance(config, list) and name == "Sequential"
    ):  # the first Keras 2: a Sequential was the list of its layers
        config = {"name": "sequential", "layers": config}
    if not isinstance(config, dict):
        return config
    config = {**config}
    if "name" in config and "layers" not in config:
        config["name"] = layer_name(config["name"])
    if config.get("name", "") is None:  # so Keras 2 wrote schedules
        del config["name"]
    module: str = getattr(cls, "__module__", "")
    if module.split(".")[0] != PACKAGE or getattr(cls, "form", None) is not None:
        return config  # Keras 2 had no ops as steps of a model
    config = _rewritten(cls, name, config)
    taken = _taken(cls)
    for key in [key for key in config if key not in taken]:
        if key in _NEUTRAL:
            _check_neutral(name, key, config)
            del config[key]
        elif config[key] is None and is_written_by_keras_2():
            del config[key]
    return config


def todays_build(cls: Any, build_config: Any) -> Any:
    """Returns a file's `build_config` if today's class can be built from it.

    Keras 2 wrote one `input_shape` for every layer; one with several inputs, such as
    `MultiHeadAttention` or an `LSTM` with states, is built by its first call then.
    """
    if not isinstance(build_config, dict) or list(build_config) != ["input_shape"]:
        return build_config
    shape = build_config["input_shape"]
    several = isinstance(shape, list) and any(isinstance(one, list) for one in shape)
    if several and is_written_by_keras_2():
        return None
    parameters = inspect.signature(getattr(cls, "build", cls)).parameters.values()
    needed = [p for p in parameters if p.default is p.empty and p.kind == p.POSITIONAL_OR_KEYWORD]
    return None if len(needed) > 2 else build_config  # `self` and one shape


def todays_compile(model: Any, compile_config: Any) -> Any:
    """Returns a file's arguments of `compile` in today's words.

    In Keras 2 a plain list of metrics was for every output, and None, of `steps_per_execution`
    too, asked for the default.
    """
    if not is_written_by_keras_2() or not isinstance(compile_config, dict):
        return compile_config
    found = {key: value for key, value in compile_config.items() if value is not None}
    outputs = getattr(model, "output_names", None) or []
    if len(outputs) < 2:
        return found
    for key in ("metrics", "weighted_metrics"):
        given = found.get(key)
        if isinstance(given, list) and given and not any(isinstance(one, list) for one in given):
            found[key] = [given] * len(outputs)
    return found


def _rewritten(cls: Any, name: str, config: Config) -> Config:
    """The configuration with arguments that are called or meant otherwise today."""
    names = _ARGUMENTS.get(name, {})
    config = {names.get(key, key): value for key, value in config.items()}
    if name in _WITHOUT_KERNEL:
        config = {
            key: v
            for key, v in config.items()
            if not key.startswith("kernel_") or key == "kernel_size"
        }
    rewrite = _REWRITES.get(name)
    if rewrite is not None:
        rewrite(config)
    if "axis" in config and isinstance(config["axis"], list) and len(config["axis"]) == 1:
        config["axis"] = config["axis"][0]  # as Keras 2 wrote normalization
    if config.get("reduction") == "auto":
        config["reduction"] = "sum_over_batch_size"
    if hasattr(cls, "apply_gradients"):
        _optimizer(cls.__name__, config)
    if is_written_by_keras_2():
        for key in _ACTIVATIONS:
            if config.get(key) == "hard_sigmoid":
                config[key] = "hard_sigmoid_of_keras2"
        if name == "GRU":
            config.setdefault("reset_after", False)  # the first Keras 2 knew nothing else
    return config


def _optimizer(name: str, config: Config) -> None:
    """An optimizer of Keras 2: `lr`, `decay`, and None for the usual `epsilon`."""
    if "lr" in config:
        config["learning_rate"] = config.pop("lr")
    if "epsilon" in config and config["epsilon"] is None:
        del config["epsilon"]
    decay = config.pop("decay", None)
    rate = config.get("learning_rate")
    # Nadam's was the decay of its momentum, which is fixed today.
    if decay and isinstance(rate, int | float) and name != "Nadam":
        warnings.warn(
            f"the file's optimizer lowers its learning rate by decay={decay}; here it has the "
            "schedule `keras.optimizers.schedules.InverseTimeDecay` for it",
            stacklevel=2,
        )
        config["learning_rate"] = {
            "module": "keras.optimizers.schedules",
            "class_name": "InverseTimeDecay",
            "config": {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay},
            "registered_name": None,
        }


def _check_neutral(name: str, key: str, config: Config) -> None:
    value = config[key]
    allowed = _NEUTRAL[key]
    if _ANY in allowed or any(
        value is one or (one is not None and value == one) for one in allowed
    ):
        return
    whose = f" '{config['name']}'" if isinstance(config.get("name"), str) else ""
    raise ValueError(
        f"the file's `{name}`{whose} has `{key}={value!r}`, which Keras 3 does not have. "
        + _ADVICE.get(key, "Build that part anew, and load the weights into it.")
    )


@functools.cache
def _taken(cls: Any) -> frozenset[str]:
    """The arguments that a class takes, by itself or by the classes it hands them on to."""
    names: set[str] = set()
    for base in getattr(cls, "__mro__", (cls,)):
        init = vars(base).get("__init__") if inspect.isclass(base) else base
        if init is None:
            continue
        parameters = inspect.signature(init).parameters.values()
        names.update(p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL))
        if not any(p.kind == p.VAR_KEYWORD for p in parameters):
            break
    return frozenset(names - {"self"})


def _lambda(config: Config) -> None:
    """Keras 2's Lambda: `function` and `output_shape` with their kinds beside them."""
    for key in ("function", "output_shape", "mask"):
        value, kind = config.get(key), config.pop(f"{key}_type", None)
        if isinstance(value, list) and (
            kind == "lambda" or (key == "function" and len(value) == 3)
        ):
            inner = dict(zip(("code", "defaults", "closure"), value, strict=False))
            config[key] = {"class_name": "__lambda__", "config": inner}
        elif isinstance(value, str):
            config[key] = {"class_name": "function", "config": value, "module": "builtins"}
        config.pop(f"{key}_module" if key != "function" else "module", None)


def _dtype_policy(config: Config) -> None:
    """Keras 2's policies named their loss scale too."""
    for key in [key for key in config if key != "name"]:
        del config[key]
    if config.get("name") in ("_infer", "infer", None):
        config["name"] = "float32"


def _cudnn(config: Config) -> None:
    config.pop("activation", None)
    config["recurrent_activation"] = "sigmoid"


def _cudnn_gru(config: Config) -> None:
    _cudnn(config)
    config["reset_after"] = True


def _loss_scale(config: Config) -> None:
    """A scale that stays as it is: today's would grow after so many steps."""
    if config.pop("dynamic", True) is False:
        config["dynamic_growth_steps"] = 2**31 - 1
    config.pop("loss_scale", None)


def _wrapped_function(config: Config) -> None:
    """A metric or loss around a function that is named."""
    if isinstance(config.get("fn"), str):
        name = config["fn"]
        found = get_registered_object(name) or symbol_from_name("keras.metrics", name)
        config["fn"] = found or symbol_from_name("keras.losses", name)
        if config["fn"] is None:
            raise ValueError(f"the function {name!r} is not known; pass it in `custom_objects`")


_REWRITES: dict[str, Callable[[Config], None]] = {
    "CuDNNGRU": _cudnn_gru,
    "CuDNNLSTM": _cudnn,
    "Lambda": _lambda,
    "LossScaleOptimizer": _loss_scale,
    "LossScaleOptimizerV3": _loss_scale,
    "LossFunctionWrapper": _wrapped_function,
    "MeanMetricWrapper": _wrapped_function,
    "Policy": _dtype_policy,
    "PolicyV1": _dtype_policy,
}
