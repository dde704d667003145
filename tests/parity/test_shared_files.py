"""Files of other Keras versions and backends that lie outside of the repository.

Each `NAME.keras` or `NAME.h5` has beside it `NAME.npz`: inputs, what the model that was saved
predicts for them, and, where it was compiled, targets and the losses of its next epochs. They are
made by `files_exchange`'s `save` on each backend, and by programs of Keras 2.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

import pykeras_core as keras

pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")

FOLDER = Path(__file__).parents[3] / "shared" / "cases" / "files"
NAMES = ("attention.keras", "frozen.keras", "torch_backend.keras")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the files are not in {FOLDER.parts[-3:]} beside this checkout"
)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_another_backend_predicts_and_trains_as_there(name: str) -> None:
    noted = np.load(FOLDER / f"{name}.npz")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = keras.models.load_model(FOLDER / name)
    found = model.predict(noted["x"], verbose=0)
    np.testing.assert_allclose(found, noted["predictions"], rtol=1e-4, atol=1e-5)
    history = model.fit(noted["x"], noted["y"], epochs=2, verbose=0, shuffle=False).history
    np.testing.assert_allclose(history["loss"], noted["next_losses"], rtol=1e-4, atol=1e-5)
