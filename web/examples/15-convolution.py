# group: convolution
# title: A convolutional network
# title zh-CN: 卷积网络
# description: Small filters slide over the image, pooling keeps what they found: far fewer weights than dense layers.
# description zh-CN: 小小的滤波器在图像上滑动，池化留下它们找到的东西：权重比全连接层少得多。

import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()

# Convolutions want a channel axis: (28, 28, 1). 1,500 digits will do.
x_train = x_train[:1500, :, :, None].astype("float32") / 255
y_train = y_train[:1500]
x_test = x_test[..., None].astype("float32") / 255

model = keras.Sequential([
    layers.Input(shape=(28, 28, 1)),
    layers.Conv2D(8, kernel_size=5, strides=2, activation="relu"),
    layers.Conv2D(16, kernel_size=3, activation="relu"),
    # Of four neighbours, the strongest: (10, 10, 16) becomes (5, 5, 16).
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dropout(0.25),
    layers.Dense(10, activation="softmax"),
])
model.summary()
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.003),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=4, batch_size=50, verbose=2)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{accuracy:.1%} of the unseen digits are right")
