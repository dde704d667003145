import keras
from keras import layers

keras.utils.set_random_seed(17)

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255

base = keras.Sequential(
    [
        layers.Input(shape=(28, 28)),
        layers.Flatten(),
        layers.Dense(96, activation="relu"),
        layers.Dense(48, activation="relu"),
    ],
    name="base",
)


def with_answers(name):
    model = keras.Sequential(
        [base, layers.Dense(5, activation="softmax")], name=name
    )
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


low = y_train < 5
with_answers("low_digits").fit(
    x_train[low], y_train[low], epochs=5, batch_size=64, verbose=2
)

# 其他数字只有 100 个例子。冻结之后，base 保留所学，只剩 245 个权重要学。
high = y_train >= 5
x_few, y_few = x_train[high][:100], y_train[high][:100] - 5
base.trainable = False
model = with_answers("high_digits")
learnt = sum(weight.numpy().size for weight in model.trainable_weights)
print(f"{learnt} of {model.count_params():,} weights are to be learnt")
model.fit(x_few, y_few, epochs=40, batch_size=20, verbose=0)

unseen = y_test >= 5
_, accuracy = model.evaluate(x_test[unseen], y_test[unseen] - 5, verbose=0)
print(f"{accuracy:.1%} of the unseen digits 5 to 9 are right")
