import keras
import numpy as np
from keras import layers

# 由 0 和 1 组成的序列。每一步有两个问题：到这里 1 的个数是奇数吗？下一个值是 1 吗？
values = np.random.default_rng(9).integers(0, 2, size=(600, 9, 1))
x = values[:, :8].astype("float32")
odd = np.cumsum(x, axis=1) % 2
following = values[:, 1:].astype("float32")


def build(name, recurrent):
    keras.utils.set_random_seed(9)
    model = keras.Sequential(
        [
            layers.Input(shape=(8, 1)),
            recurrent,  # return_sequences：每步一个输出
            layers.TimeDistributed(layers.Dense(1, activation="sigmoid")),
        ],
        name=name,
    )
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.03),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return model


for task, y in (("odd", odd), ("next", following)):
    for way in ("forwards", "both_ways"):
        layer = layers.GRU(12, return_sequences=True)
        if way == "both_ways":
            layer = layers.Bidirectional(layer)
        model = build(f"{task}_{way}", layer)
        model.fit(x[:450], y[:450], epochs=14, batch_size=50, verbose=0)
        _, accuracy = model.evaluate(x[450:], y[450:], verbose=0)
        print(f"{task:>5}, {way:>9}: {accuracy:.0%} of the steps are right")
