import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(12)

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255

model = keras.Sequential([
    keras.layers.Flatten(input_shape=(28, 28)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10),
])
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam(learning_rate=0.002)
accuracy = keras.metrics.SparseCategoricalAccuracy()
batch_size = 100


def train_step(x, y):
    # tape 记下计算过程，以便沿着它往回走。
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = loss_fn(y, logits)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    accuracy.update_state(y, logits)
    return loss


for epoch in range(3):
    accuracy.reset_state()
    losses = []
    order = np.random.permutation(len(x_train))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        losses.append(float(train_step(x_train[rows], y_train[rows])))
    mean, right = np.mean(losses), float(accuracy.result())
    print(f"epoch {epoch + 1}: loss {mean:.3f}, accuracy {right:.1%}")

guesses = np.argmax(model(x_test), axis=-1)
print(f"{np.mean(guesses == y_test):.1%} of the unseen digits are right")
