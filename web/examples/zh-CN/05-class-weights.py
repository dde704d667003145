import keras
import numpy as np
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255, x_test / 255

# 问题：这是不是 8？而且只留下 25 个 8 来学习。
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
        # 召回率：找到了多少个 8。精确率：找到的里面有多少真是 8。
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
