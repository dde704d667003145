import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train[:1000, ..., None].astype("float32") / 255
y_train = y_train[:1000]
x_test = x_test[..., None].astype("float32") / 255


def build(name, convolution):
    keras.utils.set_random_seed(5)
    return keras.Sequential(
        [
            layers.Input(shape=(28, 28, 1)),
            layers.AveragePooling2D(2),  # 这里一半大小就够了
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            # Conv2D 用一个卷积核同时混合空间和通道；SeparableConv2D 先逐通道滤波，再混合。
            convolution(24, 3, 2, padding="same", activation="relu"),
            # 预测时用的是滑动平均。这里训练得短，所以它要比默认的 momentum=0.99 跟得更快。
            layers.BatchNormalization(momentum=0.8),
            convolution(32, 3, padding="same", activation="relu"),
            layers.BatchNormalization(momentum=0.8),
            # 对所有位置取平均：不再有位置，也不需要权重。
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, activation="softmax"),
        ],
        name=name,
    )


for model in (
    build("ordinary", layers.Conv2D),
    build("separable", layers.SeparableConv2D),
):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train, epochs=10, batch_size=25, verbose=0)
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    weights = model.count_params()
    print(f"{model.name:>9}: {weights:,} weights, {accuracy:.1%} right")
