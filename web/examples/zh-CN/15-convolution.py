import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()

# 卷积需要通道这一维：(28, 28, 1)。用 1,500 个数字就够了。
x_train = x_train[:1500, :, :, None].astype("float32") / 255
y_train = y_train[:1500]
x_test = x_test[..., None].astype("float32") / 255

model = keras.Sequential([
    layers.Input(shape=(28, 28, 1)),
    layers.Conv2D(8, kernel_size=5, strides=2, activation="relu"),
    layers.Conv2D(16, kernel_size=3, activation="relu"),
    # 四个相邻的值里取最大的：(10, 10, 16) 变成 (5, 5, 16)。
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
