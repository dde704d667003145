import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)

# 两个互相伸进对方的半圆：没有一条直线能把它们分开。
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
    layers.Dense(1, activation="sigmoid"),  # 属于第 1 类的概率
])
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.01),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=25, batch_size=32, verbose=2)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{accuracy:.1%} of the new points are right")

# 在两个月牙之间，模型没有把握。
points = np.array([[0.0, 1.0], [1.0, -0.5], [0.5, 0.25]])
answers = model.predict(points, verbose=0)[:, 0]
for point, probability in zip(points, answers):
    print(f"{point}: class 1 with probability {probability:.2f}")
