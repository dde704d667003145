import keras
import numpy as np
from keras import layers, ops


# 以真实值和预测值为参数、每个样本给出一个值的函数，就是损失。
def ninety_percent(y_true, y_pred):
    error = y_true - y_pred
    return ops.mean(ops.maximum(0.9 * error, -0.1 * error), axis=-1)


# 用 NumPy 自己的函数也可以。
def half(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred), axis=-1)


# 指标会把计数从一批带到下一批。
class ShareBelow(keras.metrics.Metric):
    def __init__(self, name="below", **kwargs):
        super().__init__(name=name, **kwargs)
        self.below = self.add_variable((), "zeros", name="below")
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        below = ops.cast(y_true <= y_pred, "float32")
        self.below.assign_add(ops.sum(below))
        self.count.assign_add(ops.cast(ops.size(below), "float32"))

    def result(self):
        return self.below / self.count


# 送货时间：路越远越久，也越说不准。
rng = np.random.default_rng(11)
x = rng.uniform(0, 1, (1500, 1)).astype("float32")
y = (1 + 2 * x + rng.exponential(0.1 + 0.6 * x)).astype("float32")
x_train, y_train, x_test, y_test = x[:1000], y[:1000], x[1000:], y[1000:]

for loss in (half, ninety_percent):
    keras.utils.set_random_seed(11)
    model = keras.Sequential(
        [
            layers.Dense(16, activation="relu", input_shape=(1,)),
            layers.Dense(1),
        ],
        name=loss.__name__,
    )
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.01),
        loss=loss,
        metrics=[ShareBelow()],
    )
    model.fit(x_train, y_train, epochs=30, batch_size=50, verbose=0)
    scores = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    print(f"{model.name:>14}: {scores['below']:.0%} arrive in time")
