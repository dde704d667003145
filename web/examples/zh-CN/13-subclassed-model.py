import keras
from keras import layers, ops


class GatedDense(layers.Layer):
    # 一半神经元决定另一半能通过多少。

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], 2 * self.units),
            initializer="glorot_uniform",
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(2 * self.units,), initializer="zeros", name="bias"
        )

    def call(self, inputs):
        both = ops.matmul(inputs, self.kernel) + self.bias
        value, gate = ops.split(both, 2, axis=-1)
        return value * ops.sigmoid(gate)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Classifier(keras.Model):
    def __init__(self, classes, **kwargs):
        super().__init__(**kwargs)
        self.flatten = layers.Flatten()
        self.hidden = GatedDense(48)
        self.dropout = layers.Dropout(0.2)
        self.answer = layers.Dense(classes, activation="softmax")

    def call(self, inputs, training=False):
        x = self.hidden(self.flatten(inputs))
        # Dropout 只在训练时丢弃。
        x = self.dropout(x, training=training)
        return self.answer(x)


(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255

model = Classifier(10)
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=5, batch_size=64, verbose=2)
model.summary()

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{accuracy:.1%} of the unseen digits are right")
