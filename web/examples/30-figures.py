# group: figures
# title: Figures with matplotlib
# title zh-CN: 用 matplotlib 画图
# description: A grid of images, the training's curves, and bars of probabilities, in the console below.
# description zh-CN: 图像网格、训练曲线和概率条形图，都画在下面的控制台里。

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255

plt.figure(figsize=(6, 2.6))
for i in range(10):
    plt.subplot(2, 5, i + 1)
    plt.imshow(x_train[i], cmap="gray_r")
    plt.xticks([])
    plt.yticks([])
    plt.xlabel(y_train[i])
plt.show()

model = keras.Sequential([
    layers.Flatten(input_shape=(28, 28)),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    x_train, y_train, epochs=6, validation_split=0.2, verbose=0
)

# What fit() returns holds the values of every epoch.
figure, (left, right) = plt.subplots(
    1, 2, figsize=(7, 2.8), layout="constrained"
)
for axes, name in ((left, "loss"), (right, "accuracy")):
    axes.plot(history.history[name], label="training")
    axes.plot(history.history[f"val_{name}"], "--", label="validation")
    axes.set_title(name)
    axes.set_xlabel("epoch")
    axes.legend()
plt.show()

# The digit the model is least sure of, and what it thinks of it.
probabilities = model.predict(x_test, verbose=0)
hardest = np.argmin(probabilities.max(axis=1))
figure, (left, right) = plt.subplots(
    1, 2, figsize=(6, 2.6), layout="constrained"
)
picture = left.imshow(x_test[hardest])
figure.colorbar(picture, ax=left)
bars = right.bar(range(10), probabilities[hardest], color="#888888")
bars[y_test[hardest]].set_color("tab:blue")
right.set_xticks(range(10))
right.set_title("blue: the true digit")
plt.show()
