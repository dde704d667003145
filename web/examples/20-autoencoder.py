# group: generative
# title: An autoencoder that removes noise
# title zh-CN: 去噪自编码器
# description: Squeezed through 24 numbers and back, a digit keeps its shape and loses its noise. No labels needed.
# description zh-CN: 数字被压成 24 个数再还原：形状留下，噪声去掉。不需要标签。

import keras
import numpy as np
from keras import layers

(x_train, _), (x_test, _) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255


def add_noise(x, seed):
    noise = np.random.default_rng(seed).normal(0, 0.4, x.shape)
    return np.clip(x + noise, 0, 1).astype("float32")


inputs = keras.Input(shape=(784,))
x = layers.Dense(96, activation="relu")(inputs)
code = layers.Dense(24, activation="relu", name="code")(x)
x = layers.Dense(96, activation="relu")(code)
outputs = layers.Dense(784, activation="sigmoid")(x)
autoencoder = keras.Model(inputs, outputs, name="autoencoder")

# The answer to a noisy image is the clean one.
autoencoder.compile(optimizer="adam", loss="binary_crossentropy")
autoencoder.fit(
    add_noise(x_train, 0), x_train, epochs=8, batch_size=64, verbose=2
)

noisy = add_noise(x_test, 1)
clean = autoencoder.predict(noisy, verbose=0)
print(f"Mean error before: {np.abs(noisy - x_test).mean():.3f}")
print(f"Mean error after:  {np.abs(clean - x_test).mean():.3f}")

# The first half is a model too: it gives the code of an image.
encoder = keras.Model(inputs, autoencoder.get_layer("code").output)
code = encoder.predict(x_test[:1], verbose=0)[0]
print("The code of one digit:", code.round(1))

# The digit with noise, and without.
shades = " .:-=+*#%@"
pair = np.stack([noisy[0], clean[0]]).reshape(2, 28, 28)
for row in np.concatenate(pair[:, ::2], axis=1):
    print("".join(shades[int(value * 9.99)] for value in row))
