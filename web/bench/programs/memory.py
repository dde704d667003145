import ctypes
import json

import keras
import numpy as np
from pyodide_js import _module

end_of_heap = ctypes.CDLL(None).sbrk
end_of_heap.argtypes, end_of_heap.restype = [ctypes.c_ssize_t], ctypes.c_void_p


def used():
    """Bytes from the beginning of the memory to the end of its heap, and all that was taken."""
    return np.array([end_of_heap(0), _module.HEAP8.length])


x = np.empty((ROWS, 784), DTYPE)
generator = np.random.default_rng(0)
for start in range(0, ROWS, 1000):
    rows = generator.integers(0, 256, (1000, 784), np.uint8)
    x[start : start + 1000] = rows if DTYPE == "uint8" else rows / np.float32(255)
y = generator.integers(0, 10, ROWS, np.int32)
model = keras.Sequential(
    [
        keras.layers.Input((784,), dtype=DTYPE),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
before = used()
after_epochs = []
note = keras.callbacks.LambdaCallback(
    on_epoch_end=lambda epoch, logs: after_epochs.append((used() - before).tolist())
)
model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0, callbacks=[note])
print(json.dumps([{"heapBytes": heap, "takenBytes": taken} for heap, taken in after_epochs]))
