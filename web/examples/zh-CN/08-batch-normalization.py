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
        # 不要偏置：归一化自带平移。
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

# 训练时用这一批的均值和方差；之后用它保存下来的平均值，那是不靠梯度更新的权重。
norm = model.layers[1]
print("trained:", [weight.path for weight in norm.trainable_weights])
print("kept:   ", [weight.path for weight in norm.non_trainable_weights])
