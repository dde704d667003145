import keras
from keras import layers

# 手写数字的图像：28 x 28 个像素，取值 0 到 255，
# 以及每张图像所写的数字。
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255

model = keras.Sequential([
    layers.Input(shape=(28, 28)),
    layers.Flatten(),                        # 排成 784 个数
    layers.Dense(128, activation="relu"),    # 128 个神经元都看得到
    layers.Dense(10, activation="softmax"),  # 每个数字一个概率
])
model.summary()

model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",  # 标签：0 到 9
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=10, batch_size=32, validation_split=0.1)

# 在从未见过的数字上，它有多好？
loss, accuracy = model.evaluate(x_test, y_test)
print(f"{accuracy:.1%} of the unseen digits are right")
