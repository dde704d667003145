# group: models
# title: The functional API: two inputs, two answers
# title zh-CN: 函数式 API：两个输入，两个回答
# description: A model that sees two digits at once, with the same layers for both, and answers two questions.
# description zh-CN: 一个模型同时看两个数字，两边共用同样的层，并回答两个问题。

import keras
import numpy as np
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255


def pairs(x, y, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    questions = {"left": x, "right": x[order]}
    answers = {
        # Is the left one larger? What is their sum?
        "larger": (y > y[order]).astype("float32"),
        "total": (y + y[order]).astype("float32"),
    }
    return questions, answers


left = keras.Input(shape=(28, 28), name="left")
right = keras.Input(shape=(28, 28), name="right")

# One stack of layers reads both images: its weights are shared.
reader = keras.Sequential(
    [
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(16),
    ],
    name="reader",
)
both = layers.Concatenate()([reader(left), reader(right)])
hidden = layers.Dense(32, activation="relu")(both)
larger = layers.Dense(1, activation="sigmoid", name="larger")(hidden)
total = layers.Dense(1, name="total")(hidden)

model = keras.Model(
    inputs={"left": left, "right": right},
    outputs={"larger": larger, "total": total},
    name="pair_reader",
)
model.summary()

# A loss for each output; the sum counts a tenth, being a larger number.
model.compile(
    optimizer="adam",
    loss={"larger": "binary_crossentropy", "total": "mse"},
    loss_weights={"larger": 1.0, "total": 0.1},
    metrics={"larger": "accuracy", "total": "mae"},
)
model.fit(*pairs(x_train, y_train, 0), epochs=6, batch_size=64, verbose=2)

questions, answers = pairs(x_test, y_test, 1)
scores = model.evaluate(questions, answers, verbose=0, return_dict=True)
print(f"Larger or not: {scores['larger_accuracy']:.1%} right")
print(f"The sum: on average {scores['total_mae']:.2f} off")
