import random

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(8)

good = ["great", "lovely", "clever", "warm", "brilliant"]
bad = ["dull", "awful", "slow", "cold", "boring"]
things = ["film", "story", "music", "acting", "ending"]


def review():
    positive, negated = random.random() < 0.5, random.random() < 0.4
    word = random.choice(good if positive else bad)
    words = ["the", random.choice(things), "was", word]
    if negated:
        words.insert(3, "not")
    if random.random() < 0.5:
        words.insert(0, "well")
    return words, int(positive != negated)


# 每个词一个编号；0 留给填充。
words = sorted({"the", "was", "not", "well", *good, *bad, *things})
number = {word: index for index, word in enumerate(words, start=1)}


def encode(reviews):
    rows = [[number[word] for word in text] for text in reviews]
    return keras.utils.pad_sequences(rows, maxlen=6, padding="post")


texts, labels = zip(*(review() for _ in range(600)))
x, y = encode(texts), np.array(labels)
x_train, y_train, x_test, y_test = x[:450], y[:450], x[450:], y[450:]
print(texts[0], x[0], y[0])

model = keras.Sequential([
    # mask_zero：后面的层会跳过填充。
    layers.Embedding(len(words) + 1, 8, mask_zero=True),
    layers.GRU(12),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.03),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=10, batch_size=30, verbose=2)
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{accuracy:.1%} of the new reviews are understood")

for end in ("great", "not great", "not dull"):
    text = f"the film was {end}"
    score = model.predict(encode([text.split()]), verbose=0)[0, 0]
    print(f"{text:>22}: {score:.2f}")
