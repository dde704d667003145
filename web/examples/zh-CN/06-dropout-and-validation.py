import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784) / 255
x_test = x_test.reshape(-1, 784) / 255

# 只用 1,000 个数字来学习：容易背下来，却难以举一反三。
x_train, y_train = x_train[:1000], y_train[:1000]

# 比例为 0.5 时，每一步训练都会随机遮住一层输出的一半，
# 这样神经元就不能彼此依赖。把它设为 0，看看两条损失曲线最后相差多远。
rate = 0.5

model = keras.Sequential([
    layers.Input(shape=(784,)),
    layers.Dense(128, activation="relu"),
    layers.Dropout(rate),
    layers.Dense(128, activation="relu"),
    layers.Dropout(rate),
    layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# 验证数据不参加训练：每一轮之后，它告诉我们模型在新数字上的表现。
history = model.fit(
    x_train,
    y_train,
    epochs=15,
    batch_size=50,
    validation_data=(x_test, y_test),
    verbose=2,
)

gap = history.history["val_loss"][-1] - history.history["loss"][-1]
print(f"The loss on new digits is {gap:.2f} above that on known ones.")
