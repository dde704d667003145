# group: optimizers
# title: Learning-rate schedules
# title zh-CN: 学习率调度
# description: The same optimizer with a constant, a falling, and a warmed-up cosine learning rate.
# description zh-CN: 同一个优化器，三种学习率：固定、阶梯下降、先预热再按余弦下降。

import keras
from keras import layers, optimizers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784) / 255
x_test = x_test.reshape(-1, 784) / 255

epochs, batch_size = 6, 64
# Batches in the whole training.
steps = epochs * -(-len(x_train) // batch_size)

schedules = {
    "constant": 0.2,
    # Half the rate after every third of the training.
    "staircase": optimizers.schedules.ExponentialDecay(
        0.2, decay_steps=steps // 3, decay_rate=0.5, staircase=True
    ),
    # Up from 0 in the first tenth, then down along a cosine.
    "cosine": optimizers.schedules.CosineDecay(
        0.0,
        decay_steps=steps - steps // 10,
        warmup_target=0.2,
        warmup_steps=steps // 10,
    ),
}

for name, schedule in schedules.items():
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            layers.Dense(64, activation="relu", input_shape=(784,)),
            layers.Dense(10, activation="softmax"),
        ],
        name=name,
    )
    model.compile(
        optimizer=optimizers.SGD(learning_rate=schedule, momentum=0.9),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0
    )
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"{name:>9}: loss {loss:.3f}, accuracy {accuracy:.1%}")
    if callable(schedule):
        sixths = range(0, steps, steps // 6)
        rates = [round(float(schedule(step)), 3) for step in sixths]
        print("           rates", rates)
