import keras
from keras import layers, optimizers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784) / 255
x_test = x_test.reshape(-1, 784) / 255

epochs, batch_size = 6, 64
# 整个训练的批数。
steps = epochs * -(-len(x_train) // batch_size)

schedules = {
    "constant": 0.2,
    # 每过三分之一的训练，学习率减半。
    "staircase": optimizers.schedules.ExponentialDecay(
        0.2, decay_steps=steps // 3, decay_rate=0.5, staircase=True
    ),
    # 前十分之一从 0 升上去，然后沿余弦下降。
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
