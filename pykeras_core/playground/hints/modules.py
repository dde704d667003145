"""Advice on imports: what there is, what was probably meant, and what stands for the rest."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable

from pykeras_core.playground.hints.program import Advice, Program

__all__ = ["advise_on_module", "available_modules", "offer"]

_THERE = ("keras", "tensorflow", "numpy")
_offered: tuple[str, ...] = ("matplotlib",)

_INSTEAD = {
    "arrays": "cupy dask jax jaxlib numba torch_xla vaex",
    "boosting": "catboost lightgbm xgboost",
    "data": "bs4 boto3 gdown huggingface_hub kaggle kagglehub opendatasets requests selenium wget",
    "drawing": "altair bokeh graphviz plotly pydot pydotplus visualkeras",
    "export": "coremltools onnx onnxruntime tensorflow_model_optimization tensorflowjs tf2onnx "
    "tflite_runtime",
    "framework": "chainer fastai flax lightning mxnet paddle pytorch_lightning tensorflow_addons "
    "theano torch torchaudio torchinfo torchtext torchvision",
    "games": "gym gymnasium pygame stable_baselines3 tf_agents",
    "h5": "h5py",
    "images": "albumentations cv2 imageio imgaug skimage",
    "logs": "comet_ml mlflow neptune tensorboard wandb",
    "models": "diffusers keras_cv keras_hub keras_nlp sentence_transformers tensorflow_hub timm "
    "transformers vit_keras",
    "sound": "librosa pydub sounddevice soundfile",
    "statistics": "lifelines prophet pymc pymc3 statsmodels tensorflow_probability",
    "tables": "openpyxl polars pyarrow pyspark sqlalchemy xlrd",
    "text": "datasets gensim jieba nltk sentencepiece spacy tensorflow_text textblob tiktoken "
    "tokenizers",
    "tuning": "bayes_opt hyperopt kerastuner keras_tuner optuna ray scikeras talos",
}
"""What the page says of modules that it does not have, by its word for what stands for them."""

_WORDS = {module: word for word, modules in _INSTEAD.items() for module in modules.split()}


def offer(modules: Iterable[str]) -> None:
    """Says which modules come when they are imported.

    Args:
        modules: Their names.
    """
    global _offered
    _offered = tuple(modules)


def available_modules() -> tuple[str, ...]:
    """What programs can import beside Python's standard library."""
    return (*_THERE, *_offered)


def advise_on_module(error: BaseException, text: str, program: Program) -> Advice | None:
    """Says what can be imported, which of it was probably meant, and what stands for the module."""
    if not isinstance(error, ModuleNotFoundError):
        return None
    name = error.name or ""
    parent, _, leaf = name.rpartition(".")
    if parent in sys.modules:
        candidates = [entry for entry in dir(sys.modules[parent]) if not entry.startswith("_")]
    else:
        parent, leaf = "", name.partition(".")[0]
        candidates = [*available_modules(), *sys.stdlib_module_names]
    # Stated in order of likelihood: the page's own modules come first among equals. The standard
    # library's list names modules that the page lacks, and those are no suggestion.
    instead = None if parent else _WORDS.get(leaf)
    others = [candidate for candidate in candidates if candidate != leaf]
    matches = [] if instead else difflib.get_close_matches(leaf, others, n=1, cutoff=0.7)
    suggestion = f"{parent}.{matches[0]}" if matches and parent else "".join(matches)
    hint = {
        "code": "unknown-module",
        "module": name,
        "suggestion": suggestion or None,
        "instead": instead,
        "available": list(available_modules()),
    }
    return Advice(hint, program.replace_word(leaf, matches[0]) if matches else None)
