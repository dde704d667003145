import keras
import numpy as np
from keras import layers

# 一条波浪线上的点，每个点加一点噪声，每十个点里有一个高得离谱。
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(1200, 1))
wave = np.sin(4 * x) + 0.4 * x
y = wave + rng.normal(0, 0.08, size=x.shape)
y[::10] += 3

x_train, y_train = x[:1000], y[:1000]
x_test, y_test = x[1000:], wave[1000:]  # 没有噪声

# "mse" 把误差平方，偏得越远的点影响越大；"mae" 直接取误差的大小。
# 两种都运行一次，看看曲线怎样移动。
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
