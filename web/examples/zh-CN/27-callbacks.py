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
        # 连续两轮没有进步，就把步子改小。
        callbacks.ReduceLROnPlateau(patience=2, factor=0.3, verbose=1),
        # 连续四轮没有进步，就停下，并退回最好的权重。
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

# 日志就是一个普通文件。
with open("training.csv") as log:
    print(log.readline().strip())
    print(log.readline().strip())

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{accuracy:.1%} of the unseen digits are right")
