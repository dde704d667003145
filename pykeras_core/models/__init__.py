"""`keras.models`: Sequential, functional and subclassed models; copying, saving and loading."""

from pykeras_core.models.copying import clone_model, model_from_config, model_from_json
from pykeras_core.models.functional import Functional
from pykeras_core.models.model import Model
from pykeras_core.models.sequential import Sequential
from pykeras_core.saving.api import load_model, save_model

__all__ = [
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_config",
    "model_from_json",
    "save_model",
]
