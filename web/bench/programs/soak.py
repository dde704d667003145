# SECONDS and UNITS are given: train for so long, look at the answers, and say what share of the
# time checkpoints have taken, in percent.
import time

import keras

from pykeras_core.playground import checkpoints

taken = []
write = checkpoints.Checkpoints._write


def timed(*given, **more):
    """Take a checkpoint and note how long it took."""
    began = time.perf_counter()
    write(*given, **more)
    taken.append(time.perf_counter() - began)


checkpoints.Checkpoints._write = timed


class Until(keras.callbacks.Callback):
    """Ends the training when it has taken so long."""

    def on_epoch_end(self, epoch, logs=None):
        """Looks at the clock."""
        if time.perf_counter() - began > SECONDS:
            self.model.stop_training = True


(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255
model = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(4 * UNITS, "relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(10, "softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
began = time.perf_counter()
model.fit(x_train, y_train, epochs=10_000, validation_split=0.1, verbose=0, callbacks=[Until()])
spent = time.perf_counter() - began
model.predict(x_test, verbose=0)
print([100 * sum(taken) / spent, len(taken)])
