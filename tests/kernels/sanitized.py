"""Runs every case, large windows, products and a small model on kernels given by their path.

Prints how many cases ran. `test_sanitizers` starts it in a process of its own.
"""

import dataclasses
import sys
from functools import partial
from pathlib import Path

import numpy as np

import pykeras_core as keras
from pykeras_core import ops
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.wasm.backend import WasmBackend
from pykeras_core.engine.backends.wasm.library import Library
from pykeras_core.training import steps
from tests.backends import always
from tests.core.cases import CASES, executable
from tests.kernels.running import run
from tests.kernels.sliding import BLOCKS


def main(path: Path) -> None:
    """Run everything on the library at `path`."""
    backend = WasmBackend(Library(path, "sanitized"))
    for case in CASES:
        executable(case, backend).run(case.arrays())
    for sliding, *grouping in BLOCKS:
        plain = dataclasses.replace(sliding, dilation=(1,) * len(sliding.size))
        for function, shapes in (*sliding.convolutions(*grouping), *plain.poolings(5)):
            run(backend, function, *(np.ones(shape, np.float32) for shape in shapes))
    for rows, columns, depth in (
        (5, 33, 0),
        (13, 40, 30),
        (401, 130, 70),
        (31, 65, 530),
        (14, 130, 20),
    ):
        for transpose in (False, True):
            x = np.zeros((depth, rows) if transpose else (rows, depth), np.float32)
            x[::3, ::2] = 1
            y = np.ones((depth, columns), np.float32)
            multiply = partial(p.matmul, transpose_x=transpose)
            run(backend, lambda a, b, c, f=multiply: ops.relu(f(a, b) + c), x, y, y.sum(0))
    steps.choose = always(backend)
    model = keras.Sequential(
        [
            keras.Input((6, 5)),
            keras.layers.Flatten(),
            keras.layers.Dense(19, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.ones((50, 6, 5)), np.arange(50) % 3, epochs=2, batch_size=16, verbose=0)
    print(len(CASES))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
