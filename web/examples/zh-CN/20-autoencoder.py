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

# 带噪声的图像，答案就是干净的那张。
autoencoder.compile(optimizer="adam", loss="binary_crossentropy")
autoencoder.fit(
    add_noise(x_train, 0), x_train, epochs=8, batch_size=64, verbose=2
)

noisy = add_noise(x_test, 1)
clean = autoencoder.predict(noisy, verbose=0)
print(f"Mean error before: {np.abs(noisy - x_test).mean():.3f}")
print(f"Mean error after:  {np.abs(clean - x_test).mean():.3f}")

# 前半部分本身也是一个模型：它给出图像的编码。
encoder = keras.Model(inputs, autoencoder.get_layer("code").output)
code = encoder.predict(x_test[:1], verbose=0)[0]
print("The code of one digit:", code.round(1))

# 带噪声的数字，和去掉噪声之后。
shades = " .:-=+*#%@"
pair = np.stack([noisy[0], clean[0]]).reshape(2, 28, 28)
for row in np.concatenate(pair[:, ::2], axis=1):
    print("".join(shades[int(value * 9.99)] for value in row))
