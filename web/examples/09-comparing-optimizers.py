# group: optimizers
# title: Comparing optimizers
# title zh-CN: 比较优化器
# description: The same network, the same start, four optimizers: who gets down fastest, and who ends lowest?
# description zh-CN: 同一个网络、同样的起点、四种优化器：谁下降得最快，谁最后最低？

import keras
from keras import layers, optimizers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784) / 255
x_test = x_test.reshape(-1, 784) / 255

contestants = {
    "sgd": optimizers.SGD(learning_rate=0.05),
    "momentum": optimizers.SGD(learning_rate=0.05, momentum=0.9),
    "rmsprop": optimizers.RMSprop(learning_rate=0.001),
    "adam": optimizers.Adam(learning_rate=0.001),
}

results = {}
for name, optimizer in contestants.items():
    keras.utils.set_random_seed(1)  # all start from the same weights
    model = keras.Sequential(name=name)
    model.add(layers.Dense(64, activation="relu", input_shape=(784,)))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train, epochs=6, batch_size=64, verbose=0)
    results[name] = model.evaluate(x_test, y_test, verbose=0)

# The best first.
for name, (loss, accuracy) in sorted(results.items(), key=lambda item: item[1]):
    print(f"{name:>8}: loss {loss:.3f}, accuracy {accuracy:.1%}")
