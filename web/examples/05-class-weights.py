# group: training
# title: Rare classes and class weights
# title zh-CN: 稀有类别与类别权重
# description: When one digit is rare, a model does best by ignoring it. class_weight makes its few examples count.
# description zh-CN: 某个数字很少时，模型索性忽略它也能得高分。class_weight 让那少数几个例子算数。

import keras
import numpy as np
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255

# The question: is it an 8? And only 25 of the 8s are left to learn from.
eights = np.flatnonzero(y_train == 8)
keep = np.setdiff1d(np.arange(len(y_train)), eights[25:])
x_train, y_train = x_train[keep], (y_train[keep] == 8).astype("int32")
y_test = (y_test == 8).astype("int32")
print(f"{y_train.sum()} of {len(y_train)} training images are 8s")

for weight in (1, 30):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            layers.Flatten(input_shape=(28, 28)),
            layers.Dense(32, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ],
        name=f"weight_{weight}",
    )
    model.compile(
        optimizer="adam",
        loss="binary_crossentropy",
        # Recall: how many of the 8s are found. Precision: how many of the
        # found ones are 8s.
        metrics=[keras.metrics.Recall(), keras.metrics.Precision()],
    )
    model.fit(
        x_train,
        y_train,
        epochs=6,
        batch_size=64,
        class_weight={0: 1, 1: weight},
        verbose=0,
    )
    scores = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    recall, precision = (scores[key] for key in scores if key != "loss")
    print(f"weight {weight}: finds {recall:.0%}, precision {precision:.0%}")
