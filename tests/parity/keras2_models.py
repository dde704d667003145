"""Models of Keras 2, as a program of Keras 2 itself: saves them, and notes what they do.

It needs TensorFlow with Keras 2 (TensorFlow 2.15 or older, on Python 3.11 or older), and nothing
of `pykeras_core`. From the repository's root::

    PYTHON -m tests.parity.keras2_models FOLDER [NAME ...]

For each case FOLDER gets `NAME.h5` (the model), `NAME_weights.h5`, `NAME.json` (the architecture),
`NAME.keras` where that Keras 2 can write one, and `NAME.npz`: inputs `x0`, `x1` ..., predictions
`y0`, `y1` ... and, for a compiled case, labels `t0` ... and the losses of three more steps.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import numpy as np

from tests.parity import (  # noqa: F401  # they register their cases
    keras2_layer_builders,
    keras2_more_builders,
    keras2_optimizer_builders,
)
from tests.parity.keras2_builders import CASES

STEPS = 3


def flat(outputs):
    """Predictions as a list."""
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def save(K, folder, name):
    """Write the files of one case."""
    K.backend.clear_session()
    np.random.seed(7)
    model, inputs, labels = CASES[name](K)
    found = {f"x{i}": value for i, value in enumerate(inputs)}
    given = inputs if len(inputs) > 1 else inputs[0]
    found.update({f"y{i}": v for i, v in enumerate(flat(model.predict(given, verbose=0)))})
    model.save(str(folder / (name + ".h5")))
    model.save_weights(str(folder / (name + "_weights.h5")))
    (folder / (name + ".json")).write_text(model.to_json())
    try:
        if name != "cudnn":  # the format came after these layers had gone
            model.save(str(folder / (name + ".keras")))
    except Exception as error:  # which layers it can write there differs by version
        print(name, ".keras:", type(error).__name__, str(error)[:100])
    if labels is not None:
        found.update({f"t{i}": value for i, value in enumerate(labels)})
        targets = labels if len(labels) > 1 else labels[0]
        evaluated = model.evaluate(given, targets, verbose=0)
        found["evaluated"] = np.ravel(evaluated)
        found["losses"] = [np.ravel(model.train_on_batch(given, targets))[0] for _ in range(STEPS)]
        found["z"] = flat(model.predict(given, verbose=0))[0]
    np.savez(folder / (name + ".npz"), **found)


def the_keras():
    """Keras 2: TensorFlow's, or the package of that name before there was one."""
    if os.environ.get("KERAS2") == "keras":
        import keras

        return keras
    import tensorflow as tf

    return tf.keras


def main():
    """Write the cases that are named, or all."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    K = the_keras()
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or CASES:
        try:
            save(K, folder, name)
        except Exception:
            (folder / (name + ".error")).write_text(traceback.format_exc())
            print(name, traceback.format_exc().splitlines()[-1])


if __name__ == "__main__":
    main()
