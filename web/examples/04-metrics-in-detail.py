# group: training
# title: Which digits get mixed up?
# title zh-CN: 哪些数字会被混淆？
# description: From predictions to a confusion matrix and a score per class, and a closer look at one image.
# description zh-CN: 从预测得到混淆矩阵和每个类别的得分，再仔细看一张图像。

import keras
import numpy as np
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255

# Without softmax the model answers with logits: any numbers.
model = keras.Sequential([
    layers.Flatten(input_shape=(28, 28)),
    layers.Dense(48, activation="relu"),
    layers.Dense(10),
])
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=[
        "accuracy",
        keras.metrics.SparseTopKCategoricalAccuracy(k=3, name="top3"),
    ],
)
model.fit(x_train, y_train, epochs=5, batch_size=64, verbose=2)

# A second model with softmax behind the first: probabilities.
with_probabilities = keras.Sequential([model, layers.Softmax()])
probabilities = with_probabilities.predict(x_test, verbose=0)
guesses = np.argmax(probabilities, axis=1)

# Rows: the true digit. Columns: what the model says.
confusion = np.zeros((10, 10), dtype=int)
np.add.at(confusion, (y_test, guesses), 1)
print(confusion)

for digit in range(10):
    found = confusion[digit, digit] / confusion[digit].sum()
    others = np.argsort(-confusion[digit] * (np.arange(10) != digit))
    print(f"{digit}: {found:.0%} right, most often taken for {others[0]}")

# predict() wants a batch, even of one image.
one = x_test[0][np.newaxis]
answer = with_probabilities.predict(one, verbose=0)[0]
for digit in np.argsort(-answer)[:3]:
    print(f"The first image is a {digit} with probability {answer[digit]:.1%}")
