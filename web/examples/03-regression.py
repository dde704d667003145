# group: first
# title: Regression with mse and mae
# title zh-CN: 回归：mse 与 mae
# description: A network draws a curve through noisy points. A few of them are far off: see which loss lets them pull the curve.
# description zh-CN: 网络穿过带噪声的点画一条曲线。其中几个点偏得很远：看看哪种损失会被它们拉走。

import keras
import numpy as np
from keras import layers

# Points on a wave, a little noise on each of them, and every tenth one
# far too high.
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(1200, 1))
wave = np.sin(4 * x) + 0.4 * x
y = wave + rng.normal(0, 0.08, size=x.shape)
y[::10] += 3

x_train, y_train = x[:1000], y[:1000]
x_test, y_test = x[1000:], wave[1000:]  # without noise

# "mse" squares every error, so points far off weigh most. "mae" takes
# errors as they are. Run it with both, and watch how the curve moves.
loss = "mae"

model = keras.Sequential([
    layers.Dense(64, activation="tanh", input_dim=1),
    layers.Dense(64, activation="tanh"),
    layers.Dense(1),
])
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.01),
    loss=loss,
    metrics=["mae"],
)
model.fit(x_train, y_train, epochs=60, batch_size=50, verbose=0)

_, error = model.evaluate(x_test, y_test, verbose=0)
print(f"Trained with {loss}: on average {error:.3f} away from the wave")

guess = model.predict(np.array([[0.5]]), verbose=0)[0, 0]
print(f"At 0.5 the wave is {np.sin(2) + 0.2:.3f}, the model says {guess:.3f}")
