/**
 * What programs commonly hold, so that links need not. Links of version 1 are read with it for ever:
 * never change it, write a `share-words-2.js`.
 */

export const WORDS_1 = `import numpy as np
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow import keras
from keras import layers, ops
keras.utils.set_random_seed(0)
for in range(len(enumerate(zip(def __init__(self, call(self, inputs, training=False): return super().__init__()
plt.figure(figsize=(8, 4))
plt.plot(history.history["loss"], label="val_loss")
plt.legend()
plt.show()
inputs = keras.Input(shape=(28, 28, 1))
outputs = layers.Dense(1, activation="sigmoid")(x)
model = keras.Model(inputs, outputs)
layers.BatchNormalization(), layers.GlobalAveragePooling2D(), layers.Embedding(, layers.LSTM(64, return_sequences=True),
keras.callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)
optimizer=keras.optimizers.Adam(learning_rate=0.001), keras.losses.SparseCategoricalCrossentropy(from_logits=True), "binary_crossentropy", "categorical_crossentropy", "mse", metrics=["mae"], "rmsprop", "sgd",
model.summary()
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{accuracy:.1%} of the test set is right")
predictions = model.predict(x_test, verbose=0)
predictions.argmax(axis=-1)
(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train[..., None] / 255.0, x_test[..., None].astype("float32") / 255
.reshape(-1, 784)
np.random.default_rng(0).normal(size=(1000, 2)).astype("float32")
import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255
model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Dropout(0.5),
    keras.layers.Flatten(input_shape=(28, 28)),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=10, batch_size=32, validation_split=0.1, validation_data=(x_test, y_test), verbose=0)
`;
