# group: regularization
# title: Batch normalization
# title zh-CN: 批归一化
# description: A deep stack of sigmoid layers hardly learns; with normalized layers it does. Compare the two curves.
# description zh-CN: 一摞很深的 sigmoid 层几乎学不动；归一化之后就能学。比较两条曲线。

import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255


def build(name, normalize):
    keras.utils.set_random_seed(2)
    model = keras.Sequential(name=name)
    model.add(layers.Input(shape=(784,)))
    for _ in range(5):
        # No bias: the normalization has a shift of its own.
        model.add(layers.Dense(32, use_bias=not normalize))
        if normalize:
            model.add(layers.BatchNormalization())
        model.add(layers.Activation("sigmoid"))
    model.add(layers.Dense(10, activation="softmax"))
    return model


for model in (build("plain", False), build("normalized", True)):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.1, momentum=0.9),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train, epochs=5, batch_size=64, verbose=0)
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"{model.name:>10}: {accuracy:.1%} right")

# In training a layer uses the batch's mean and variance; afterwards the
# averages it kept, which are weights that no gradient moves.
norm = model.layers[1]
print("trained:", [weight.path for weight in norm.trainable_weights])
print("kept:   ", [weight.path for weight in norm.non_trainable_weights])
