# group: regularization
# title: Regularization and initializers
# title zh-CN: 正则化与初始化
# description: Two models that differ only in how weights start and in the price of large ones. Compare their curves and their weights.
# description zh-CN: 两个模型只有两处不同：权重的初始值，以及大权重要付的代价。比较它们的曲线和权重。

import keras
import numpy as np
from keras import initializers, layers, regularizers

keras.utils.set_random_seed(7)  # the same numbers on every run

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255


def build(name, initializer, regularizer):
    return keras.Sequential(
        [
            layers.Flatten(input_shape=(28, 28)),
            layers.Dense(
                64,
                activation="relu",
                kernel_initializer=initializer,
                kernel_regularizer=regularizer,
            ),
            layers.Dense(10, activation="softmax"),
        ],
        name=name,
    )


models = [
    # Weights from a wide normal distribution, and free to grow.
    build("wide_start", initializers.RandomNormal(stddev=0.5), None),
    # He's initializer suits relu; the L2 penalty adds
    # 0.001 * sum(weights ** 2) to the loss.
    build("he_and_l2", "he_normal", regularizers.L2(0.001)),
]

for model in models:
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train, epochs=8, validation_split=0.2, verbose=0)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    kernel = model.layers[1].get_weights()[0]
    size = np.abs(kernel).mean()
    print(f"{model.name:>10}: accuracy {accuracy:.1%}, mean |weight| {size:.3f}")
