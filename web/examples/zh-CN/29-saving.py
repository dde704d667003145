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

# Keras 自己的格式、较早的 HDF5 文件，以及只有权重的文件。
model.save("digits.keras")
model.save("digits.h5")
model.save_weights("digits.weights.h5")

again = keras.models.load_model("digits.keras")
same = np.array_equal(
    model.predict(x_test, verbose=0), again.predict(x_test, verbose=0)
)
print("The loaded model predicts the same:", same)

# 优化器的状态也一起回来了，所以训练从原处继续。
print("Steps so far:", int(again.optimizer.iterations))
again.fit(
    x_train, y_train, epochs=4, initial_epoch=2, batch_size=64, verbose=2
)

# 同样的结构配上新权重，再换成保存的权重。
fresh = keras.models.model_from_json(model.to_json())
fresh.load_weights("digits.weights.h5")
guesses = np.argmax(fresh.predict(x_test, verbose=0), axis=1)
print(f"From the weights file: {np.mean(guesses == y_test):.1%} right")
