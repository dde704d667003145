# group: generative
# title: A variational autoencoder invents digits
# title zh-CN: 变分自编码器：凭空写数字
# description: Codes are drawn at random around what the encoder says; so any code, even a new one, becomes a digit.
# description zh-CN: 编码在编码器给出的位置附近随机抽取，于是任何编码，哪怕是新的，都能变成一个数字。

import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(10)


class Sampling(layers.Layer):
    # Draws a code, and charges for codes far from a standard normal one.

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(10)

    def call(self, inputs):
        mean, log_variance = inputs
        cost = ops.square(mean) + ops.exp(log_variance) - log_variance - 1
        self.add_loss(0.5 * ops.mean(ops.sum(cost, axis=1)))
        shape = ops.shape(mean)
        noise = keras.random.normal(shape, seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_variance) * noise


def reconstruction(y_true, y_pred):
    return 784 * keras.losses.binary_crossentropy(y_true, y_pred)


(x_train, _), _ = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784).astype("float32") / 255

inputs = keras.Input(shape=(784,))
x = layers.Dense(128, activation="relu")(inputs)
mean = layers.Dense(4, name="mean")(x)
log_variance = layers.Dense(4, name="log_variance")(x)
code = Sampling()([mean, log_variance])

decoder = keras.Sequential(
    [
        layers.Input(shape=(4,)),
        layers.Dense(128, activation="relu"),
        layers.Dense(784, activation="sigmoid"),
    ],
    name="decoder",
)
vae = keras.Model(inputs, decoder(code), name="vae")
vae.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.002), loss=reconstruction
)
vae.fit(x_train, x_train, epochs=10, batch_size=64, verbose=2)

# New digits: decode codes that no image has led to.
codes = np.random.default_rng(1).normal(size=(4, 4))
digits = decoder.predict(codes, verbose=0).reshape(4, 28, 28)
shades = " .:-=+*#%@"
for row in np.concatenate(digits[:, ::2, 4:24], axis=1):
    print("".join(shades[int(value * 9.99)] for value in row))
