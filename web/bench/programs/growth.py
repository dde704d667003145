import json
import time

import keras

from pykeras_core.engine.backends.library import load

(x, y), _ = keras.datasets.mnist.load_data()
x = x[:SAMPLES].reshape(-1, 784).astype("float32") / 255
y = y[:SAMPLES]
model = keras.Sequential([keras.layers.Input((784,))])
for _ in range(DEPTH):
    model.add(keras.layers.Dense(WIDTH, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

library = load()
kernels = library.run
inside_s = 0.0


def timed(*arguments):
    """Run the kernels, counting their time."""
    global inside_s
    began = time.perf_counter()
    kernels(*arguments)
    inside_s += time.perf_counter() - began


library.run = timed
try:
    model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
    found = []
    for _ in range(RUNS):
        inside_s, began = 0.0, time.perf_counter()
        model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
        seconds = time.perf_counter() - began
        ms_per_step = 1e3 * seconds / (SAMPLES // BATCH)
        found.append({"msPerStep": ms_per_step, "pythonShare": 1 - inside_s / seconds})
finally:
    library.run = kernels
print(json.dumps(found))
