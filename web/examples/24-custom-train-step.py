# group: custom
# title: Your own train_step
# title zh-CN: 自定义 train_step
# description: Change what one step of fit() does, and keep the rest: here every batch is mixed with itself (mixup).
# description zh-CN: 改变 fit() 的一步，其余照旧：这里把每一批和它自己的乱序混合（mixup）。

import keras
import tensorflow as tf
from keras import layers, ops

keras.utils.set_random_seed(13)


class MixupModel(keras.Model):
    def train_step(self, data):
        x, y = data
        # Each image is blended with its neighbour in the batch, and so are
        # their labels: half a 3 and half a 7 is half right as either.
        x_mixed = 0.75 * x + 0.25 * ops.roll(x, 1, axis=0)
        y_mixed = 0.75 * y + 0.25 * ops.roll(y, 1, axis=0)
        with tf.GradientTape() as tape:
            y_pred = self(x_mixed, training=True)
            loss = self.compute_loss(y=y_mixed, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}


(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, y_train = x_train[:1000].reshape(-1, 784) / 255, y_train[:1000]
x_test = x_test.reshape(-1, 784) / 255
y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)

for model_class in (keras.Model, MixupModel):
    inputs = keras.Input(shape=(784,))
    x = layers.Dense(96, activation="relu")(inputs)
    outputs = layers.Dense(10, activation="softmax")(x)
    model = model_class(inputs, outputs, name=model_class.__name__.lower())
    model.compile(
        optimizer="adam",
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train, epochs=15, batch_size=50, verbose=0)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"{model.name:>10}: loss {loss:.3f}, accuracy {accuracy:.1%}")
