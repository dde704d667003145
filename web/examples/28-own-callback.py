# group: callbacks
# title: A callback of your own
# title zh-CN: 自己写回调
# description: Hooks before and after epochs and batches: find a good learning rate by raising it until the loss blows up.
# description zh-CN: 在每一轮、每一批前后插入自己的代码：不断提高学习率，直到损失爆炸，就能找到合适的值。

import keras
import numpy as np
from keras import callbacks, layers

keras.utils.set_random_seed(16)


class LearningRateFinder(callbacks.Callback):
    def __init__(self, lowest, highest, batches):
        super().__init__()
        self.rates = np.geomspace(lowest, highest, batches)
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.rates[len(self.losses)]

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])
        done = len(self.losses) == len(self.rates)
        if done or logs["loss"] > 4 * min(self.losses):
            self.model.stop_training = True


(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255

model = keras.Sequential([
    layers.Flatten(input_shape=(28, 28)),
    layers.Dense(64, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer=keras.optimizers.SGD(),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
start = model.get_weights()
finder = LearningRateFinder(lowest=0.001, highest=10, batches=60)
model.fit(x_train, y_train, batch_size=64, callbacks=[finder], verbose=0)

for rate, loss in list(zip(finder.rates, finder.losses))[::10]:
    print(f"rate {rate:8.4f}: mean loss so far {loss:.3f}", "#" * int(10 * loss))

# A tenth of the rate at which the loss was lowest is a careful choice.
rate = finder.rates[int(np.argmin(finder.losses))] / 10
model.set_weights(start)
model.optimizer.learning_rate = rate
model.fit(x_train, y_train, batch_size=64, epochs=4, verbose=0)
_, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"With rate {rate:.3f}: {accuracy:.1%} of the unseen digits are right")
