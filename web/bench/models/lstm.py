import keras

(x, y), _ = keras.datasets.mnist.load_data()
x = x[:SAMPLES].astype("float32") / 255
y = y[:SAMPLES]

model = keras.Sequential(
    [
        keras.layers.Input((28, 28)),
        keras.layers.LSTM(128),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.001),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
