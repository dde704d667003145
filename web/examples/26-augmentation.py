# group: data
# title: Making more data: a PyDataset
# title zh-CN: 造出更多数据：PyDataset
# description: Every batch is shifted a little before the model sees it, so that 500 digits go a long way.
# description zh-CN: 每一批在模型看到之前都稍微平移，500 个数字也能用很久。

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(15)

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, y_train = x_train[:500].astype("float32") / 255, y_train[:500]
x_test = x_test.astype("float32") / 255


class ShiftedDigits(keras.utils.PyDataset):
    def __init__(self, x, y, batch_size, reach, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y = x, y
        self.batch_size, self.reach = batch_size, reach
        self.rng = np.random.default_rng(15)
        self.on_epoch_end()

    def __len__(self):
        return len(self.x) // self.batch_size

    def __getitem__(self, index):
        start = index * self.batch_size
        rows = self.order[start : start + self.batch_size]
        images = [self.shift(self.x[row]) for row in rows]
        return np.stack(images), self.y[rows]

    def shift(self, image):
        down, right = self.rng.integers(-self.reach, self.reach + 1, size=2)
        return np.roll(image, (down, right), axis=(0, 1))

    def on_epoch_end(self):
        self.order = self.rng.permutation(len(self.x))


# reach=0 is the same data without shifts.
for reach in (0, 2):
    keras.utils.set_random_seed(15)
    model = keras.Sequential(
        [
            layers.Flatten(input_shape=(28, 28)),
            layers.Dense(96, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name=f"shift_by_{reach}",
    )
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.002),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    data = ShiftedDigits(x_train, y_train, batch_size=50, reach=reach)
    model.fit(data, epochs=20, validation_data=(x_test, y_test), verbose=0)
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"{model.name}: {accuracy:.1%} of the unseen digits are right")
