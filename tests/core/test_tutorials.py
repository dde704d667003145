"""Programs in the forms that tutorials have, old and new, run as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from pykeras_core import compat

DATA = """
import numpy as np
rng = np.random.RandomState(0)
x = rng.rand(96, 8)
y = (x[:, :1] > 0.5).astype(int)
labels = rng.randint(0, 3, size=(96, 1))
"""

PROGRAMS = {
    "sequential list under tf.keras": """
import tensorflow as tf
model = tf.keras.models.Sequential([
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(16, activation=tf.nn.relu),
    tf.keras.layers.Dense(3),
    tf.keras.layers.Softmax()
])
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=0.01),
              loss=tf.keras.losses.sparse_categorical_crossentropy,
              metrics=[tf.keras.metrics.sparse_categorical_accuracy])
model.fit(x.reshape(-1, 2, 4), labels, epochs=2, batch_size=32)
""",
    "functional model under tf.keras": """
import tensorflow as tf
inputs = tf.keras.Input(shape=(2, 4, 1))
h = tf.keras.layers.Flatten()(inputs)
h = tf.keras.layers.Dense(units=16, activation="relu")(h)
outputs = tf.keras.layers.Softmax()(tf.keras.layers.Dense(units=3)(h))
model = tf.keras.Model(inputs=inputs, outputs=outputs)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x.reshape(-1, 2, 4, 1), labels, epochs=2, verbose=2)
""",
    "add, input_dim, rmsprop, one-hot labels": """
import keras
from keras.models import Sequential
from keras.layers import Dense, Activation, Dropout
model = Sequential()
model.add(Dense(16, activation='relu', input_dim=8))
model.add(Dropout(0.25))
model.add(Dense(3))
model.add(Activation('softmax'))
model.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])
one_hot = keras.utils.to_categorical(labels, num_classes=3)
model.fit(x, one_hot, epochs=2, batch_size=32, verbose=0)
""",
    "a metric written with keras.backend": """
import keras.backend as K
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense
def mean_pred(y_true, y_pred):
    return K.mean(y_pred)
model = Sequential([Dense(4, input_shape=(8,)), Dense(1, activation='sigmoid')])
model.compile(optimizer='rmsprop', loss='binary_crossentropy', metrics=['accuracy', mean_pred])
history = model.fit(x, y, epochs=2, batch_size=32, verbose=0)
assert 'mean_pred' in history.history
""",
    "a loss written in tensorflow": """
import tensorflow as tf
from tensorflow import keras
def distance(y_true, y_pred):
    return tf.reduce_mean(tf.square(tf.cast(y_true, tf.float32) - y_pred), axis=-1)
model = keras.Sequential([keras.layers.Dense(4, input_shape=(8,)), keras.layers.Dense(1)])
model.compile(optimizer='sgd', loss=distance)
model.fit(x, y, epochs=2, verbose=0)
""",
    "regularizers, initializers and optimizers of TensorFlow 1": """
import tensorflow as tf
from tensorflow.keras import layers
print(tf.VERSION, tf.keras.__version__)
model = tf.keras.Sequential([
    layers.Dense(8, activation=tf.sigmoid, kernel_regularizer=tf.keras.regularizers.l1(0.01)),
    layers.Dense(8, bias_regularizer=tf.keras.regularizers.l2(0.01)),
    layers.Dense(8, kernel_initializer='orthogonal'),
    layers.Dense(1, bias_initializer=tf.keras.initializers.constant(2.0))])
model.compile(optimizer=tf.train.RMSPropOptimizer(0.01), loss='mse', metrics=['mae'])
model.fit(x, y, epochs=2, batch_size=32, validation_data=(x, y))
""",
    "batches from tf.data": """
import tensorflow as tf
dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(32).repeat()
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile(optimizer=tf.train.AdamOptimizer(0.01), loss='mse')
model.fit(dataset, epochs=2, steps_per_epoch=3, validation_data=dataset, validation_steps=3)
""",
    "a softmax put behind a trained model": """
import numpy as np
from tensorflow import keras
model = keras.Sequential([keras.layers.Dense(3, input_shape=(8,))])
model.compile(optimizer='adam', metrics=['accuracy'],
              loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, labels, epochs=2, verbose=0)
test_loss, test_acc = model.evaluate(x, labels, verbose=2)
probability_model = keras.Sequential([model, keras.layers.Softmax()])
predictions = probability_model.predict(np.expand_dims(x[0], 0))
assert abs(predictions.sum() - 1) < 1e-5
""",
    "early stopping, a checkpoint and a schedule": """
import keras
from keras.callbacks import EarlyStopping, LearningRateScheduler, ModelCheckpoint
model = keras.Sequential([keras.layers.Dense(1, input_dim=8)])
model.compile('adam', 'mse')
model.fit(x, y, epochs=3, validation_split=0.25, verbose=0, callbacks=[
    EarlyStopping(patience=2, restore_best_weights=True),
    ModelCheckpoint(folder + '/best-{epoch:02d}.keras', save_best_only=True),
    LearningRateScheduler(lambda epoch: 0.01 / (1 + epoch))])
""",
    "a subclassed model and a training loop by hand": """
import tensorflow as tf
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(4, activation='relu')
        self.head = tf.keras.layers.Dense(1)
    def call(self, inputs):
        return self.head(self.hidden(inputs))
model = Net()
optimizer = tf.keras.optimizers.SGD(0.1)
mean = tf.keras.metrics.Mean()
@tf.function
def train_step(images, targets):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.keras.losses.mse(targets, model(images, training=True)))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    mean(loss)
for start in range(0, 96, 32):
    train_step(tf.constant(x[start:start + 32]), tf.constant(y[start:start + 32]))
assert np.isfinite(float(mean.result()))
""",
}


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    compat.install()
    yield
    compat.uninstall()


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_tutorial_runs(name, tmp_path):
    names: dict[str, Any] = {"folder": str(tmp_path)}
    exec(DATA + PROGRAMS[name], names)
    weights = names["model"].get_weights()
    assert weights
    assert all(np.isfinite(weight).all() for weight in weights)
