# group: regularization
# title: Dropout and validation
# title zh-CN: Dropout 与验证
# description: A network with too little data learns it by heart. Watch the dashed validation curve, then change the dropout rate.
# description zh-CN: 数据太少时，网络会把它背下来。留意虚线的验证曲线，再改变 dropout 的比例试试。

import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784) / 255
x_test = x_test.reshape(-1, 784) / 255

# Only 1,000 digits to learn from: easy to memorise, hard to generalise from.
x_train, y_train = x_train[:1000], y_train[:1000]

# With rate 0.5, every training step hides half of a layer's outputs at
# random, so that no neuron can rely on another. Set it to 0 and see how
# far apart the two loss curves end.
rate = 0.5

model = keras.Sequential([
    layers.Input(shape=(784,)),
    layers.Dense(128, activation="relu"),
    layers.Dropout(rate),
    layers.Dense(128, activation="relu"),
    layers.Dropout(rate),
    layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# The validation data is not trained on: after every epoch it says how
# the model does on new digits.
history = model.fit(
    x_train,
    y_train,
    epochs=15,
    batch_size=50,
    validation_data=(x_test, y_test),
    verbose=2,
)

gap = history.history["val_loss"][-1] - history.history["loss"][-1]
print(f"The loss on new digits is {gap:.2f} above that on known ones.")
