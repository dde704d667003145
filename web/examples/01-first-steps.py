# group: first
# title: First steps: a dense network
# title zh-CN: 第一步：全连接网络
# description: Two dense layers learn to read handwritten digits from 4,000 examples, and are tested on 1,000 others.
# description zh-CN: 两个全连接层从 4,000 个例子中学会认手写数字，再用另外 1,000 个来检验。

import keras
from keras import layers

# Images of handwritten digits: 28 x 28 pixels from 0 to 255, and the
# digit that each of them shows.
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255

model = keras.Sequential([
    layers.Input(shape=(28, 28)),
    layers.Flatten(),                        # 784 numbers in a row
    layers.Dense(128, activation="relu"),    # 128 neurons see them all
    layers.Dense(10, activation="softmax"),  # a probability per digit
])
model.summary()

model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",  # labels: 0 to 9
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=10, batch_size=32, validation_split=0.1)

# How good is it on digits it has never seen?
loss, accuracy = model.evaluate(x_test, y_test)
print(f"{accuracy:.1%} of the unseen digits are right")
