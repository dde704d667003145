import keras
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()


def prepare(image, label):
    return tf.cast(image, tf.float32) / 255.0, label


# 只要小于 5 的数字，每一轮重新打乱。
train = (
    tf.data.Dataset.from_tensor_slices((x_train[:1500], y_train[:1500]))
    .filter(lambda image, label: label < 5)
    .map(prepare)
    .cache()
    .shuffle(1000, seed=14)
    .batch(50)
    .prefetch(tf.data.AUTOTUNE)
)
small = y_test < 5
unseen = (x_test[small] / 255, y_test[small])
test = tf.data.Dataset.from_tensor_slices(unseen).batch(100)

for images, labels in train.take(1):
    print("one batch:", images.shape, labels.numpy()[:10])

model = keras.Sequential([
    keras.layers.Flatten(input_shape=(28, 28)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(5, activation="softmax"),
])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(train, epochs=4, validation_data=test, verbose=2)

guesses = np.argmax(model.predict(test, verbose=0), axis=1)
print(f"{np.mean(guesses == unseen[1]):.1%} of the unseen digits are right")
