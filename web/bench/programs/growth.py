import json
import time

import keras

from pykeras_core.engine.backends.wasm.library import load

(x, y), _ = keras.datasets.mnist.load_data()
# Standardized, so that no pixel is 0, and all arithmetic that is counted is done.
x = x[:SAMPLES].reshape(-1, 784).astype("float32") / 255
x = (x - x.mean()) / x.std()
y = y[:SAMPLES]


def made(width, depth):
    """A dense model with equal hidden layers.

    With the default initializer gradients vanish on the way through 64 of them.
    """
    model = keras.Sequential([keras.layers.Input((784,))])
    for _ in range(depth):
        layer = keras.layers.Dense(width, activation="relu", kernel_initializer="he_normal")
        model.add(layer)
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


library = load()
kernels = library.run
inside_s = 0.0


def timed(*arguments):
    """Run the kernels, counting their time."""
    global inside_s
    began = time.perf_counter()
    kernels(*arguments)
    inside_s += time.perf_counter() - began


def measured(model, batch):
    """Milliseconds a step of an epoch, and the share of Python."""
    global inside_s
    inside_s, began = 0.0, time.perf_counter()
    model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    seconds = time.perf_counter() - began
    steps = SAMPLES // batch
    return {"msPerStep": 1e3 * seconds / steps, "pythonShare": 1 - inside_s / seconds}


models = [(made(width, depth), batch) for batch, width, depth in SHAPES]
library.run = timed
try:
    for model, batch in models:  # the first epoch does not count
        measured(model, batch)
    turns = [[measured(model, batch) for model, batch in models] for _ in range(RUNS)]
finally:
    library.run = kernels
print(json.dumps(turns))
