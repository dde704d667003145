"""More cases of `keras2_models`: states, dicts, losses, and steps of TensorFlow."""

from __future__ import annotations

import numpy as np

from tests.parity.keras2_builders import case, compiled, draw, small


@case
def seq2seq(K):
    L = K.layers
    source, target = K.Input((None, 3), name="source"), K.Input((None, 2), name="target")
    _, h, c = L.LSTM(4, return_state=True, name="encoder")(source)
    y = L.LSTM(4, return_sequences=True, name="decoder")(target, initial_state=[h, c])
    both = L.Bidirectional(L.GRU(2, return_state=True))(target)
    z = L.Bidirectional(L.GRU(2))(source, initial_state=both[1:])
    return K.Model([source, target], [L.Dense(2)(y), z]), [draw(3, 5, 3), draw(3, 4, 2)], None


@case
def stateful(K):
    L = K.layers
    model = K.Sequential([L.LSTM(3, stateful=True, batch_input_shape=(2, 4, 3)), L.Dense(1)])
    return model, [draw(2, 4, 3)], None


@case
def dicts(K):
    L = K.layers
    inputs = {"b": K.Input((3,), name="b"), "a": K.Input((4,), name="a")}
    x = L.Concatenate()([inputs["a"], inputs["b"]])
    outputs = {"y": L.Dense(2, name="y")(x), "x": L.Dense(3, name="x")(x)}
    model = K.Model(inputs, outputs)
    model.predict = dicts_in_order(model)
    return model, [draw(5, 4), draw(5, 3)], None


def dicts_in_order(model):
    """Predictions for a and b, as x and y."""

    def predict(given, verbose=0):
        found = model({"a": given[0], "b": given[1]})
        return [np.asarray(found["x"]), np.asarray(found["y"])]

    return predict


@case
def penalties(K):
    L = K.layers
    R, C = K.regularizers, K.constraints
    model = K.Sequential(
        [
            L.Dense(
                5,
                input_shape=(4,),
                kernel_regularizer=R.l1_l2(0.01, 0.02),
                bias_regularizer=R.l1(0.1),
                activity_regularizer=R.l2(0.01),
                kernel_constraint=C.MaxNorm(1.5, axis=0),
                bias_constraint="non_neg",
                kernel_initializer=K.initializers.TruncatedNormal(stddev=0.3, seed=1),
                bias_initializer=K.initializers.Constant(0.2),
            ),
            L.Dense(3, activation="softmax", kernel_regularizer="l2"),
        ]
    )
    labels = np.eye(3, dtype="float32")[np.arange(8) % 3]
    optimizer = K.optimizers.SGD(0.1, clipnorm=0.5)
    return compiled(
        K,
        model,
        (4,),
        optimizer,
        labels,
        loss=K.losses.CategoricalCrossentropy(label_smoothing=0.1),
        metrics=["accuracy", K.metrics.AUC(num_thresholds=20), K.metrics.Precision(), "mse"],
    )


@case
def losses_as_objects(K):
    labels = np.array([0, 1, 2, 0, 1, 2, 0, 1])
    model = K.Sequential([K.layers.Dense(3, input_shape=(4,))])
    return compiled(
        K,
        model,
        (4,),
        "sgd",
        labels,
        loss=K.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[
            K.metrics.SparseCategoricalAccuracy(name="acc"),
            K.metrics.SparseTopKCategoricalAccuracy(k=2, name="top"),
        ],
    )


@case
def two_outputs(K):
    L = K.layers
    a, b = K.Input((4,), name="a"), K.Input((3,), name="b")
    joined = L.Concatenate(name="joined")([L.Dense(4, name="da")(a), L.Dense(2, name="db")(b)])
    outputs = [L.Dense(1, name="value")(joined), L.Dense(3, "softmax", name="kind")(joined)]
    model = K.Model([a, b], outputs)
    model.compile(
        "adam",
        {"value": "mse", "kind": "sparse_categorical_crossentropy"},
        metrics={"kind": ["accuracy"]},
        loss_weights={"value": 0.5, "kind": 2.0},
    )
    x = [draw(8, 4), draw(8, 3, seed=1)]
    labels = [draw(8, 1, seed=2), np.arange(8) % 3]
    model.train_on_batch(x, labels)
    return model, x, labels


@case
def binary(K):
    labels = (np.arange(8) % 2).reshape(8, 1).astype("float32")
    model = K.Sequential([K.layers.Dense(1, input_shape=(4,))])
    return compiled(
        K,
        model,
        (4,),
        "rmsprop",
        labels,
        loss=K.losses.BinaryCrossentropy(from_logits=True),
        metrics=[K.metrics.BinaryAccuracy(threshold=0.0), K.metrics.Recall(name="recall")],
    )


@case
def huber(K):
    labels = draw(8, 2, seed=1)
    return compiled(K, small(K), (4,), "adam", labels, loss=K.losses.Huber(0.5), metrics=["mae"])


@case
def loss_scale(K):
    optimizer = K.mixed_precision.LossScaleOptimizer(K.optimizers.SGD(0.1))
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def weighted(K):
    """A loss for each output in a list, and weighted metrics."""
    L = K.layers
    a = K.Input((4,))
    model = K.Model(a, [L.Dense(1, name="one")(a), L.Dense(2, name="two")(a)])
    model.compile("sgd", ["mse", "mae"], weighted_metrics=["mae"], loss_weights=[1.0, 0.2])
    x, labels = [draw(8, 4)], [draw(8, 1), draw(8, 2)]
    model.train_on_batch(x[0], labels)
    return model, x, labels


@case
def operators(K):
    import tensorflow as tf

    a, b = K.Input((4,), name="a"), K.Input((4,), name="b")
    outputs = [
        a // 0.3,
        a % 0.7,
        -a,
        abs(b) ** 0.5,
        a @ tf.transpose(b),
        tf.cast(a >= b, "float32") + tf.cast((a < 0.5) & (b > 0.0), "float32"),
        tf.cast(tf.logical_not(a > b), tf.float32),
        tf.math.log(1.0 + tf.abs(a)) + tf.math.rsqrt(1.0 + tf.square(b)),
        tf.nn.leaky_relu(a, alpha=0.1) + tf.nn.elu(b) + tf.nn.relu6(4 * a),
        tf.math.reduce_std(a, axis=1),
        tf.reduce_max(a, axis=[1]) - tf.reduce_min(b, axis=-1),
        tf.math.softplus(a) + tf.math.tanh(b) + tf.math.erf(a),
        tf.one_hot(tf.argmax(a, axis=1), 4),
        tf.repeat(tf.expand_dims(a, 1), 3, axis=1)[..., 1:],
        tf.zeros_like(a) + tf.ones_like(b),
        tf.math.cumsum(a, axis=1),
        tf.math.squared_difference(a, b),
        tf.math.add_n([a, b]),
        tf.norm(a, axis=1),
        tf.tensordot(a, tf.ones((4, 2)), axes=1),
        tf.reverse(a, axis=[1]),
        tf.roll(a, shift=1, axis=1),
        tf.unstack(a, axis=1)[1],
        tf.math.top_k(a, k=2)[0],
        tf.sort(a, axis=1),
        tf.math.floor(a) + tf.math.ceil(b) + tf.math.round(a) + tf.math.sign(b),
        tf.nn.l2_normalize(a, axis=1) + tf.nn.log_softmax(b),
        tf.maximum(a, 0.1) * tf.stop_gradient(b),
    ]
    return K.Model([a, b], outputs), [draw(3, 4), draw(3, 4, seed=1)], None


@case
def image_steps(K):
    import tensorflow as tf

    L = K.layers
    i = K.Input((6, 6, 3))
    x = tf.image.resize(i, (4, 4))
    x = L.Conv2D(4, 3, name="conv")(x)
    n, h = tf.shape(x)[0], x.shape[1]
    x = tf.reshape(x, (n, h * 2, 4))
    x = tf.nn.max_pool(i, 2, 2, "VALID")[:, :2, 0, :] + tf.reduce_mean(x)
    return K.Model(i, x), [draw(2, 6, 6, 3)], None


@case
def augmentations(K):
    L = K.layers
    P = L if hasattr(L, "Rescaling") else L.experimental.preprocessing
    model = K.Sequential(
        [
            K.Input((8, 8, 3)),
            P.RandomContrast(0.1),
            P.RandomTranslation(0.1, 0.1),
            P.RandomZoom((-0.1, 0.1), fill_mode="nearest"),
            P.Resizing(6, 6, interpolation="nearest"),
            P.RandomFlip(),
            L.GlobalAveragePooling2D(keepdims=True),
            L.Flatten(),
        ]
    )
    return model, [draw(2, 8, 8, 3)], None


@case
def categories(K):
    L = K.layers
    P = L if hasattr(L, "Rescaling") else L.experimental.preprocessing
    a, b = K.Input((3,), dtype="int64", name="a"), K.Input((2,), name="b")
    x = P.CategoryEncoding(num_tokens=6, output_mode="multi_hot")(a)
    y = P.Discretization(bin_boundaries=[-0.5, 0.0, 0.5])(b)
    z = L.Embedding(5, 2)(y)
    model = K.Model([a, b], [x, y, L.Flatten()(z)])
    return model, [np.random.RandomState(0).randint(0, 6, (4, 3)), draw(4, 2)], None


@case
def steps_of_tensorflow(K):
    import tensorflow as tf

    L = K.layers
    a, b = K.Input((6,), name="a"), K.Input((6,), name="b")
    x = L.Dense(6)(a) * 2.0 + b - 1.0
    x = tf.nn.relu(x) / (1.0 + tf.abs(b))
    y = tf.reshape(x, (-1, 2, 3))
    y = tf.transpose(y, [0, 2, 1])
    y = y[:, :2, 1]
    z = tf.concat([x, y], axis=1)
    z = tf.expand_dims(z, 1)
    z = tf.squeeze(z, axis=1)
    m = tf.reduce_mean(z, axis=-1, keepdims=True)
    s = tf.math.reduce_sum(tf.square(z - m), axis=1, keepdims=True)
    w = 1.0 - tf.sigmoid(s) ** 2
    return K.Model([a, b], [L.Dense(2)(z), w, -m]), [draw(4, 6), draw(4, 6, seed=1)], None


@case
def more_steps_of_tensorflow(K):
    import tensorflow as tf

    a = K.Input((4, 3), name="a")
    x = tf.matmul(a, a, transpose_b=True)
    x = tf.nn.softmax(x, axis=-1)
    x = tf.linalg.matmul(x, a)
    shape = tf.shape(x)
    flat = tf.reshape(x, [shape[0], 12])
    p, q = tf.split(flat, 2, axis=1)
    r = tf.maximum(p, q) + tf.minimum(p, 0.5)
    r = tf.stack([r, p], axis=1)
    r = tf.clip_by_value(r, -1.0, 1.0)
    r = tf.cast(r > 0.1, tf.float32) * tf.exp(r)
    n = tf.math.l2_normalize(flat, axis=1)
    g = tf.where(flat > 0, flat, 0.1 * flat)
    h = tf.gather(flat, [1, 3], axis=1)
    t = tf.tile(h, [1, 2])
    d = tf.pad(h, [[0, 0], [1, 1]])
    k = K.backend.mean(x, axis=1) + K.backend.sqrt(K.backend.abs(x[:, 0]))
    m = tf.math.argmax(flat, axis=-1)
    return K.Model(a, [r, n, g, t, d, k, m]), [draw(3, 4, 3)], None
