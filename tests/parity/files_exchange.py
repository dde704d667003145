"""What one side does with the cases of `exchanged_models`: save its own, and try the other's.

Real Keras runs this as a program of its own (see `test_files_with_keras`)::

    KERAS_BACKEND=torch PYTHON -m tests.parity.files_exchange save FOLDER
    KERAS_BACKEND=torch PYTHON -m tests.parity.files_exchange load FOLDER
    PYTHON -m tests.parity.files_exchange backends
"""

from __future__ import annotations

import importlib.util
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tests.parity import exchanged_layers, exchanged_models
from tests.parity.exchanged_models import BATCH, FileCase, custom_classes

CASES = [*exchanged_models.CASES, *exchanged_layers.CASES]

EPOCHS = 2


def flat(outputs: Any) -> list[np.ndarray]:
    """Predictions as a list of arrays."""
    return [np.asarray(one) for one in (outputs if isinstance(outputs, list) else [outputs])]


def evidence(keras: ModuleType, case: FileCase, model: Any, train: bool) -> dict[str, np.ndarray]:
    """What a model does: its predictions, its optimizer's state, its losses when it trains on."""
    x, y = case.data()
    # The state first: where Keras on JAX keeps moving averages, predict() deletes them (3.15.1).
    state = [np.asarray(value.numpy()) for value in model.optimizer.variables] if train else []
    outputs = flat(model.predict(x, batch_size=BATCH, verbose=0))
    found = {f"output_{i}": value for i, value in enumerate(outputs)}
    found |= {f"state_{i}": value for i, value in enumerate(state)}
    if train and case.steps_alike:
        try:
            fitted = model.fit(x, y, epochs=EPOCHS, batch_size=BATCH, shuffle=False, verbose=0)
            found["losses"] = np.array(fitted.history["loss"])
        except Exception as error:
            if f"{type(error).__name__}: {error}" != case.errors.get(keras.backend.backend()):
                raise
    return found


def place(folder: Path, case: FileCase, form: str) -> Path:
    """Where a case's file of a form lies."""
    return folder / (case.name if form == "folder" else f"{case.name}.{form}")


def save_all(keras: ModuleType, folder: Path) -> None:
    """Train each case a little, save it in every form, and note what it does then."""
    for case in CASES:
        attempt(folder, case, "saved", lambda case=case: save_one(keras, folder, case))


def save_one(keras: ModuleType, folder: Path, case: FileCase) -> dict[str, np.ndarray]:
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(1)
    model = case.build(keras)
    x, y = case.data()
    model.fit(x, y, epochs=1, batch_size=BATCH, shuffle=False, verbose=0)
    for form in case.forms:
        path = place(folder, case, form)
        if form == "weights.h5":
            model.save_weights(path)
        elif form == "folder":
            model.save(path, zipped=False)
        else:
            model.save(path)
    return evidence(keras, case, model, train=True)


def load_all(keras: ModuleType, folder: Path) -> None:
    """Load each file and note what its model does."""
    custom_classes(keras)
    for case in CASES:
        for form in case.forms:
            attempt(
                folder, case, f"loaded.{form}", lambda c=case, f=form: load_one(keras, folder, c, f)
            )


def load_one(keras: ModuleType, folder: Path, case: FileCase, form: str) -> dict[str, np.ndarray]:
    keras.utils.clear_session(free_memory=False)
    path = place(folder, case, form)
    if form == "weights.h5":
        keras.utils.set_random_seed(2)
        model = case.build(keras)
        model.load_weights(path)
        return evidence(keras, case, model, train=False)
    if form == "h5" and keras.__name__ == "keras":
        # Keras 3.15 opens such files, its own too, with an optimizer that has no variables.
        return evidence(keras, case, keras.models.load_model(path, compile=False), train=False)
    if form == "folder":
        # Keras saves into a folder, but loads only its weights: the archive is of the same files.
        model = keras.models.load_model(zip_folder(path))
    else:
        model = keras.models.load_model(path)
    return evidence(keras, case, model, train=True)


def zip_folder(path: Path) -> Path:
    """A `.keras` archive of a folder's files."""
    import zipfile

    archive = path.with_name(f"{path.name}.zipped.keras")
    with zipfile.ZipFile(archive, "w") as target:
        for file in sorted(path.iterdir()):
            target.write(file, file.name)
    return archive


def attempt(folder: Path, case: FileCase, what: str, act: Callable[[], Any]) -> None:
    """Note what happened, an error too: one case must not hide the others."""
    try:
        np.savez(folder / f"{case.name}.{what}.npz", **act())
    except Exception:
        (folder / f"{case.name}.{what}.error").write_text(traceback.format_exc())


BACKENDS = ("tensorflow", "jax", "torch")


def main() -> None:
    """Save or load with the Keras that is installed, or say which backends it has."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    action, *arguments = sys.argv[1:]
    if action == "backends":
        print(*(name for name in BACKENDS if importlib.util.find_spec(name)))
        return
    import keras

    {"save": save_all, "load": load_all}[action](keras, Path(arguments[0]))


if __name__ == "__main__":
    main()
