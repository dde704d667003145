# group: sequences
# title: An answer for every time step
# title zh-CN: 每个时间步一个回答
# description: Does the sequence so far hold an odd number of ones? Forwards a network can count; both ways it sees the future too.
# description zh-CN: 到这一步为止，1 的个数是奇数吗？单向网络能数出来；双向网络还能看到后面。

import keras
import numpy as np
from keras import layers

# Sequences of 0 and 1. Two questions for each step: is the number of
# ones so far odd, and is the next value a one?
values = np.random.default_rng(9).integers(0, 2, size=(600, 9, 1))
x = values[:, :8].astype("float32")
odd = np.cumsum(x, axis=1) % 2
following = values[:, 1:].astype("float32")


def build(name, recurrent):
    keras.utils.set_random_seed(9)
    model = keras.Sequential(
        [
            layers.Input(shape=(8, 1)),
            recurrent,  # return_sequences: one output per step
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
