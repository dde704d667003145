# group: first
# title: Two classes: the moons
# title zh-CN: 二分类：两个月牙
# description: One output between 0 and 1 says to which of two interleaved moons a point belongs.
# description zh-CN: 一个 0 到 1 之间的输出，判断一个点属于两个交错月牙中的哪一个。

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)

# Two half circles that reach into each other; no straight line parts them.
rng = np.random.default_rng(3)
angle = rng.uniform(0, np.pi, 1500)
label = np.arange(1500) % 2
x = np.stack(
    [
        np.where(label, 1 - np.cos(angle), np.cos(angle)),
        np.where(label, 0.5 - np.sin(angle), np.sin(angle)),
    ],
    axis=1,
)
x += rng.normal(0, 0.12, x.shape)
x_train, y_train = x[:1000], label[:1000]
x_test, y_test = x[1000:], label[1000:]

model = keras.Sequential([
    layers.Input(shape=(2,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(1, activation="sigmoid"),  # the probability of class 1
])
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.01),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=25, batch_size=32, verbose=2)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{accuracy:.1%} of the new points are right")

# Between the moons the model is not sure.
points = np.array([[0.0, 1.0], [1.0, -0.5], [0.5, 0.25]])
answers = model.predict(points, verbose=0)[:, 0]
for point, probability in zip(points, answers):
    print(f"{point}: class 1 with probability {probability:.2f}")
