# group: saving
# title: Save, load, go on
# title zh-CN: 保存、加载、继续训练
# description: A model in one file, with its optimizer: loaded again it predicts the same and trains on. The files are listed below.
# description zh-CN: 一个文件装下模型和优化器：加载后预测不变，还能接着训练。文件列在下面。

import keras
import numpy as np
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255

model = keras.Sequential([
    layers.Input(shape=(28, 28)),
    layers.Flatten(),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=2, batch_size=64, verbose=2)

# Keras's own format, the older HDF5 file, and the weights alone.
model.save("digits.keras")
model.save("digits.h5")
model.save_weights("digits.weights.h5")

again = keras.models.load_model("digits.keras")
same = np.array_equal(
    model.predict(x_test, verbose=0), again.predict(x_test, verbose=0)
)
print("The loaded model predicts the same:", same)

# The optimizer's memory came along, so training goes on where it was.
print("Steps so far:", int(again.optimizer.iterations))
again.fit(
    x_train, y_train, epochs=4, initial_epoch=2, batch_size=64, verbose=2
)

# The same architecture with fresh weights, then with the saved ones.
fresh = keras.models.model_from_json(model.to_json())
fresh.load_weights("digits.weights.h5")
guesses = np.argmax(fresh.predict(x_test, verbose=0), axis=1)
print(f"From the weights file: {np.mean(guesses == y_test):.1%} right")
