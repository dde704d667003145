# group: models
# title: Residual connections
# title zh-CN: 残差连接
# description: Twelve layers deep: with a way around each block, the gradient finds its way back to the first layer.
# description zh-CN: 十二层深：每个块旁边有一条捷径，梯度就能传回最前面的层。

import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255


def block(x, residual):
    y = layers.Dense(32, activation="tanh")(x)
    y = layers.Dense(32, activation="tanh")(y)
    # The block adds something to x instead of replacing it.
    return layers.Add()([x, y]) if residual else y


def build(name, residual):
    keras.utils.set_random_seed(4)
    inputs = keras.Input(shape=(784,))
    x = layers.Dense(32)(inputs)
    for _ in range(6):
        x = block(x, residual)
    outputs = layers.Dense(10, activation="softmax")(x)
    return keras.Model(inputs, outputs, name=name)


for model in (build("plain", False), build("residual", True)):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.02),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train, epochs=5, batch_size=64, verbose=0)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"{model.name:>8}: loss {loss:.2f}, accuracy {accuracy:.1%}")
