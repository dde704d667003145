import keras
import numpy as np
from keras import initializers, layers, regularizers

keras.utils.set_random_seed(7)  # 每次运行得到同样的数

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
    # 权重取自很宽的正态分布，并且可以随意变大。
    build("wide_start", initializers.RandomNormal(stddev=0.5), None),
    # He 初始化适合 relu；L2 惩罚在损失上加 0.001 * 权重平方之和。
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
