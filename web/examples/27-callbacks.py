# group: callbacks
# title: Stop early, keep the best
# title zh-CN: 提前停止，保留最好的
# description: Callbacks watch the validation loss: they lower the learning rate, save the best weights, and end training.
# description zh-CN: 回调盯着验证损失：降低学习率，保存最好的权重，并结束训练。

import keras
from keras import callbacks, layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, y_train = x_train[:1500] / 255, y_train[:1500]
x_test = x_test / 255

model = keras.Sequential([
    layers.Flatten(input_shape=(28, 28)),
    layers.Dense(128, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.003),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

history = model.fit(
    x_train,
    y_train,
    epochs=40,
    batch_size=50,
    validation_split=0.2,
    verbose=2,
    callbacks=[
        # After two epochs without progress, smaller steps.
        callbacks.ReduceLROnPlateau(patience=2, factor=0.3, verbose=1),
        # After four, stop, and go back to the best weights.
        callbacks.EarlyStopping(
            patience=4, restore_best_weights=True, verbose=1
        ),
        callbacks.ModelCheckpoint(
            "best.weights.h5", save_best_only=True, save_weights_only=True
        ),
        callbacks.CSVLogger("training.csv"),
    ],
)
best = min(history.history["val_loss"])
print(f"{len(history.epoch)} of 40 epochs, best validation loss {best:.3f}")

# The log is an ordinary file.
with open("training.csv") as log:
    print(log.readline().strip())
    print(log.readline().strip())

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{accuracy:.1%} of the unseen digits are right")
