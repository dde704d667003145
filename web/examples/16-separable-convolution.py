# group: convolution
# title: Separable convolutions and global pooling
# title zh-CN: 可分离卷积与全局池化
# description: Two ways to make a convolutional network small. Count the weights, and compare what they can do.
# description zh-CN: 让卷积网络变小的两种办法。数一数权重，再比一比本事。

import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train[:1000, ..., None].astype("float32") / 255
y_train = y_train[:1000]
x_test = x_test[..., None].astype("float32") / 255


def build(name, convolution):
    keras.utils.set_random_seed(5)
    return keras.Sequential(
        [
            layers.Input(shape=(28, 28, 1)),
            layers.AveragePooling2D(2),  # half the size is enough here
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            # Conv2D mixes space and channels in one kernel; SeparableConv2D
            # filters each channel first and then mixes them.
            convolution(24, 3, 2, padding="same", activation="relu"),
            # Predictions use running means. Training is short here, so they
            # have to follow faster than with the default momentum of 0.99.
            layers.BatchNormalization(momentum=0.8),
            convolution(32, 3, padding="same", activation="relu"),
            layers.BatchNormalization(momentum=0.8),
            # The mean over all places: no position left, no weights needed.
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, activation="softmax"),
        ],
        name=name,
    )


for model in (
    build("ordinary", layers.Conv2D),
    build("separable", layers.SeparableConv2D),
):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train, epochs=10, batch_size=25, verbose=0)
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    weights = model.count_params()
    print(f"{model.name:>9}: {weights:,} weights, {accuracy:.1%} right")
