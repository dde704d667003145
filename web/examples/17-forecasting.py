# group: sequences
# title: Forecasting a wave with an LSTM
# title zh-CN: 用 LSTM 预测波形
# description: A recurrent network reads the last 40 values of a noisy wave, says the next one, and then goes on by itself.
# description zh-CN: 循环网络读入带噪声波形的最近 40 个值，说出下一个值，然后靠自己继续往下写。

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(6)

time = np.arange(700)
wave = np.sin(time / 6) + 0.5 * np.sin(time / 15)
wave += np.random.default_rng(6).normal(0, 0.05, time.size)

# Windows of 40 values, and the value that follows each of them.
length = 40
starts = range(len(wave) - length)
windows = np.stack([wave[start : start + length] for start in starts])
x, y = windows[..., None], wave[length:]
x_train, y_train = x[:500], y[:500]
x_test, y_test = x[500:], y[500:]

model = keras.Sequential([
    layers.Input(shape=(length, 1)),
    layers.LSTM(32),
    layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01), loss="mse")
model.fit(x_train, y_train, epochs=30, batch_size=50, verbose=2)

error = model.evaluate(x_test, y_test, verbose=0) ** 0.5
print(f"One step ahead it is {error:.3f} off; the noise alone is 0.050")

# Go on alone: each answer becomes the newest value of the window.
window = x_test[:1]
for step in range(1, 21):
    value = model.predict(window, verbose=0)
    window = np.concatenate([window[:, 1:], value[:, None]], axis=1)
    if step % 5 == 0:
        guess, truth = value[0, 0], y_test[step - 1]
        print(f"{step:>2} steps ahead: {guess:+.2f}, the wave: {truth:+.2f}")
