"""Owns what a program is told when it asks for a name that this package does not have."""

from __future__ import annotations

import difflib
import functools
import importlib.resources
import re
import sys
from collections.abc import Iterable

__all__ = ["explain", "keras_names"]

# Names that call for more than "not here". A name stands for everything below it too.
_REASONS = {
    "keras.callbacks.OrbaxCheckpoint": "it writes the files of a JAX library. "
    "`keras.callbacks.ModelCheckpoint` saves weights or whole models.",
    "keras.distillation": "it is not written here. A subclass of `keras.Model` with a "
    "`train_step` or `compute_loss` of its own can learn from another model.",
    "keras.distribution": "it spreads work over several devices, and there is one here. "
    "Leave it out.",
    "keras.dtype_policies": "the engine computes in float32. Use `DTypePolicy('float32')`.",
    "keras.export": "it writes TensorFlow's SavedModel. `model.save('m.keras')` writes a file "
    "that Keras reads.",
    "keras.layers.FlaxLayer": "it wraps a JAX library. Write a `keras.layers.Layer`.",
    "keras.layers.JaxLayer": "it wraps JAX. Write a `keras.layers.Layer`.",
    "keras.layers.TFSMLayer": "it runs TensorFlow's SavedModel. Use `keras.models.load_model`.",
    "keras.layers.TorchModuleWrapper": "it wraps PyTorch. Write a `keras.layers.Layer`.",
    "keras.legacy": "it reads configurations of Keras 2. `keras.models.load_model` reads its "
    "files.",
    "keras.ops.eig": "its results are complex numbers, which the engine does not have. "
    "`keras.ops.eigh` takes symmetric matrices.",
    "keras.ops.polar": "its result is complex, and the engine has no complex numbers. "
    "Keep the real part `r * cos(a)` and the imaginary part `r * sin(a)` as a pair.",
    "keras.ops.view_as_complex": "the engine has no complex numbers. "
    "`keras.ops.fft` and its like take pairs (real, imaginary).",
    "keras.ops.view_as_real": "the engine has no complex numbers. "
    "`keras.ops.fft` and its like give pairs (real, imaginary).",
    "keras.quantizers": "the engine computes in float32, and models here are small. Leave it out.",
    "keras.Quantizer": "the engine computes in float32, and models here are small. Leave it out.",
    "keras.FloatDTypePolicy": "the engine computes in float32. Use `DTypePolicy('float32')`.",
    "keras.SymbolicScope": "Keras finds shapes with it. `keras.Input` and a layer's "
    "`compute_output_spec` do so here.",
    "keras.device": "it chooses among devices, and there is one here. Leave it out.",
    "keras.remat": "it saves memory on large accelerators. Leave it out.",
    "keras.RematScope": "it saves memory on large accelerators. Leave it out.",
    "keras.utils.bounding_boxes": "it computes with boxes around objects. "
    "Use `keras.ops` on arrays of shape (boxes, 4).",
    "keras.utils.legacy": "it reads configurations of Keras 2. `keras.models.load_model` reads its "
    "files.",
    "keras.visualization": "it is not written here. `matplotlib.pyplot.imshow` shows images.",
    "keras.wrappers": "they need scikit-learn. Call `fit` and `predict` of the model itself.",
    "tensorflow.Session": "it belongs to TensorFlow 1, which built a graph before running it. "
    "Tensors have values at once now: call the function instead.",
    **{
        f"tensorflow.{name}": "there are no ragged tensors: every row has one length. Fill rows up "
        "with `keras.utils.pad_sequences` or `Dataset.padded_batch`, and mask what was filled."
        for name in ("RaggedTensor", "RaggedTensorSpec", "ragged")
    },
    **{
        f"tensorflow.{name}": "there are no sparse tensors: arrays here are small. Use dense ones."
        for name in ("IndexedSlices", "SparseTensor", "SparseTensorSpec", "sparse")
    },
    **{
        f"tensorflow.{name}": "records are TensorFlow's own format. `np.savez` and "
        "`tf.data.Dataset.from_tensor_slices` keep and read arrays."
        for name in (
            *("data.TFRecordDataset", "data.FixedLengthRecordDataset", "io.TFRecordWriter"),
            *("io.FixedLenFeature", "io.VarLenFeature", "io.parse_single_example"),
            *("io.parse_example", "io.serialize_tensor", "io.parse_tensor", "train.Example"),
            *("train.Feature", "train.Features", "train.BytesList", "train.FloatList"),
            *("train.Int64List", "python_io", "io.TFRecordOptions", "train.SequenceExample"),
        )
    },
    "tensorflow.estimator": "it ended with TensorFlow 2.15. Train a `keras.Model` with `fit`.",
    "tensorflow.feature_column": "it belongs to estimators. `keras.utils.FeatureSpace`, "
    "`keras.layers.StringLookup`, `Discretization` and `Normalization` prepare columns.",
    "tensorflow.lite": "it converts models for phones. `model.save('m.keras')` keeps the model, "
    "which real Keras opens and converts.",
    "tensorflow.distribute": "there is one device here. `tf.distribute.MirroredStrategy` runs on "
    "it.",
    "tensorflow.tpu": "there is no TPU. Leave it out.",
    "tensorflow.Graph": "it belongs to TensorFlow 1. Functions run as they are called.",
    "tensorflow.signal": "it is not written here. `keras.ops.fft`, `rfft` and `stft` take signals "
    "apart.",
    "tensorflow.audio": "it is not written here. Read sounds with Python's `wave`.",
    "tensorflow.profiler": "it profiles TensorFlow. `model.explain_backend()` says where the time "
    "of a step goes.",
    "tensorflow.image.ssim": "it is not written here. `tf.image.psnr` compares images too.",
    "tensorflow.complex64": "the engine has no complex numbers. Use pairs (real, imaginary).",
    "tensorflow.complex128": "the engine has no complex numbers. Use pairs (real, imaginary).",
    "tensorflow.contrib": "it ended with TensorFlow 1. Use `keras`.",
    "tensorflow.examples": "it ended with TensorFlow 1. Use `keras.datasets.mnist.load_data()`.",
    "tensorflow.global_variables_initializer": "it belongs to TensorFlow 1. "
    "Variables have their first value at once now; leave it out.",
    "tensorflow.placeholder": "it belongs to TensorFlow 1. Use `keras.Input`, or a function.",
}


@functools.cache
def keras_names() -> dict[str, dict[str, str]]:
    """Returns the public names of Keras: by namespace, each name's kind."""
    file = importlib.resources.files("pykeras_core.compat").joinpath("keras_names.txt")
    table: dict[str, dict[str, str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, namespace, *names = line.split()
            table.setdefault(namespace, {}).update(dict.fromkeys(names, kind))
    return table


def explain(namespace: str, name: str, available: Iterable[str]) -> str:
    """Returns why a name is not there, and what the reader may have meant.

    Args:
        namespace: Where it was looked for, for example `keras.layers`.
        name: The name.
        available: The names that are there.

    Returns:
        One or two sentences.
    """
    full_name = f"{namespace}.{name}"
    leaf_of_ops = re.sub(r"^keras\.ops\.(linalg|nn|numpy)\.", "keras.ops.", full_name)
    for place, reason in _REASONS.items():
        if f"{leaf_of_ops}.".startswith(f"{place}."):
            return f"`{full_name}` is not in PyKeras: {reason}"
    nearest = _nearest(namespace, name, available)
    kind = keras_names().get(namespace, {}).get(name)
    if kind is not None:
        here = f" Nearest to it: `{nearest}`." if nearest else ""
        return f"`{full_name}` is a {kind} of Keras that PyKeras does not have.{here}"
    question = f" Did you mean `{nearest}`?" if nearest else ""
    if namespace.startswith("tensorflow"):
        return (
            f"`{full_name}` is not in PyKeras, which has of TensorFlow only what small Keras "
            f"programs use.{question}"
        )
    return f"Keras has no `{full_name}`.{question}"


def _nearest(namespace: str, name: str, available: Iterable[str]) -> str | None:
    """Returns the most similar name there is: in other case, elsewhere, or spelled alike."""
    names = list(available)
    for candidate in names:
        if candidate.lower() == name.lower():
            return f"{namespace}.{candidate}"
    for other, known in keras_names().items():
        module = sys.modules.get(f"pykeras_core{other.removeprefix('keras')}")
        if name in known and hasattr(module, name):
            return f"{other}.{name}"
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    return f"{namespace}.{close[0]}" if close else None
