"""Models of Keras 2, as a program of Keras 2 itself: saves them, and notes what they do.

It needs TensorFlow with Keras 2 (TensorFlow 2.15 or older, on Python 3.11 or older) and nothing
of this repository::

    PYTHON tests/parity/keras2_models.py FOLDER [NAME ...]

For each case FOLDER gets `NAME.h5` (the model), `NAME_weights.h5`, `NAME.json` (the architecture),
`NAME.keras` where that Keras 2 can write one, and `NAME.npz`: inputs `x0`, `x1` ..., predictions
`y0`, `y1` ... and, for a compiled case, labels `t0` ... and the losses of three more steps.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import numpy as np

STEPS = 3
CASES = {}


def case(function):
    """Register a function that returns `(model, inputs, labels)`; labels None: not compiled."""
    CASES[function.__name__] = function
    return function


def draw(*shape, seed=0):
    """Inputs that are the same each time."""
    return np.random.RandomState(seed).normal(size=shape).astype("float32")


def compiled(K, model, shape, optimizer, labels, **kwargs):
    """The case of a compiled model with one input, after one step."""
    model.compile(optimizer, kwargs.pop("loss", "mse"), **kwargs)
    x = draw(8, *shape)
    model.train_on_batch(x, labels)
    return model, [x], [labels]


def small(K):
    """Two Dense layers."""
    return K.Sequential(
        [K.layers.Dense(5, activation="tanh", input_shape=(4,)), K.layers.Dense(2, name="head")]
    )


@case
def mlp(K):
    model = K.Sequential(
        [
            K.layers.Dense(6, activation="relu", input_shape=(4,), kernel_regularizer="l2"),
            K.layers.Dropout(0.5),
            K.layers.BatchNormalization(),
            K.layers.LeakyReLU(alpha=0.2),
            K.layers.Dense(3, activation="softmax"),
        ]
    )
    return model, [draw(8, 4)], None


@case
def sgd(K):
    return compiled(K, small(K), (4,), K.optimizers.SGD(0.1, momentum=0.9), draw(8, 2, seed=1))


@case
def adam(K):
    optimizer = K.optimizers.Adam(0.01, beta_1=0.8)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1), metrics=["mae"])


@case
def rmsprop(K):
    return compiled(K, small(K), (4,), K.optimizers.RMSprop(0.01, rho=0.8), draw(8, 2, seed=1))


@case
def rmsprop_centered(K):
    optimizer = K.optimizers.RMSprop(0.01, momentum=0.5, centered=True)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def adam_with_schedule(K):
    rate = K.optimizers.schedules.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)
    return compiled(K, small(K), (4,), K.optimizers.Adam(rate), draw(8, 2, seed=1))


@case
def adagrad(K):
    return compiled(K, small(K), (4,), K.optimizers.Adagrad(0.1), draw(8, 2, seed=1))


@case
def adadelta(K):
    return compiled(K, small(K), (4,), K.optimizers.Adadelta(1.0), draw(8, 2, seed=1))


@case
def adamax(K):
    return compiled(K, small(K), (4,), K.optimizers.Adamax(0.01), draw(8, 2, seed=1))


@case
def nadam(K):
    return compiled(K, small(K), (4,), K.optimizers.Nadam(0.01), draw(8, 2, seed=1))


@case
def amsgrad(K):
    return compiled(K, small(K), (4,), K.optimizers.Adam(0.01, amsgrad=True), draw(8, 2, seed=1))


@case
def ftrl(K):
    return compiled(K, small(K), (4,), K.optimizers.Ftrl(0.1), draw(8, 2, seed=1))


@case
def legacy_sgd(K):
    optimizer = K.optimizers.legacy.SGD(0.1, momentum=0.9, nesterov=True)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def legacy_adam(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Adam(0.01), draw(8, 2, seed=1))


@case
def legacy_adam_with_decay(K):
    optimizer = K.optimizers.legacy.Adam(0.1, decay=0.5)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def legacy_amsgrad(K):
    optimizer = K.optimizers.legacy.Adam(0.01, amsgrad=True)
    return compiled(K, small(K), (4,), optimizer, draw(8, 2, seed=1))


@case
def legacy_rmsprop(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.RMSprop(0.01), draw(8, 2, seed=1))


@case
def legacy_nadam(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Nadam(0.01), draw(8, 2, seed=1))


@case
def legacy_adagrad(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Adagrad(0.1), draw(8, 2, seed=1))


@case
def legacy_adadelta(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Adadelta(1.0), draw(8, 2, seed=1))


@case
def legacy_adamax(K):
    return compiled(K, small(K), (4,), K.optimizers.legacy.Adamax(0.01), draw(8, 2, seed=1))


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
def groups(K):
    L = K.layers
    model = K.Sequential(
        [
            L.Conv2D(8, 3, groups=2, padding="same", input_shape=(6, 6, 4)),
            L.GroupNormalization(groups=4) if hasattr(L, "GroupNormalization") else L.ReLU(),
            L.Conv2D(8, 1, groups=4, activation="relu"),
            L.GlobalAveragePooling2D(),
        ]
    )
    return model, [draw(3, 6, 6, 4)], None


@case
def images(K):
    L = K.layers
    model = K.Sequential(
        [
            L.ZeroPadding2D(1, input_shape=(8, 8, 3)),
            L.Conv2D(4, 3, activation="relu", kernel_initializer="he_normal"),
            L.BatchNormalization(),
            L.DepthwiseConv2D(3, padding="same"),
            L.SeparableConv2D(6, 3, activation="relu"),
            L.ReLU(max_value=6.0),
            L.MaxPooling2D(),
            L.Conv2DTranspose(4, 3, strides=2, padding="same"),
            L.UpSampling2D(interpolation="bilinear"),
            L.AveragePooling2D(2),
            L.Cropping2D(1),
            L.PReLU(shared_axes=[1, 2]),
            L.SpatialDropout2D(0.3),
            L.Flatten(),
            L.Dense(3),
            L.ThresholdedReLU(theta=0.1),
        ]
    )
    return model, [draw(3, 8, 8, 3)], None


@case
def volumes(K):
    L = K.layers
    model = K.Sequential(
        [
            L.Conv3D(4, 2, input_shape=(4, 4, 4, 2)),
            L.MaxPooling3D(2, padding="same"),
            L.Conv3DTranspose(2, 2),
            L.GlobalMaxPooling3D(),
            L.Reshape((2, 1)),
            L.Permute((2, 1)),
            L.RepeatVector(2) if False else L.Conv1D(3, 1),
            L.GlobalAveragePooling1D(),
        ]
    )
    return model, [draw(3, 4, 4, 4, 2)], None


@case
def recurrent(K):
    L = K.layers
    model = K.Sequential(
        [
            L.Embedding(9, 4, input_length=6, mask_zero=True),
            L.Bidirectional(L.LSTM(5, return_sequences=True)),
            L.GRU(4, return_sequences=True),
            L.GRU(4, return_sequences=True, reset_after=False),
            L.TimeDistributed(L.Dense(3, activation="relu")),
            L.SimpleRNN(3, return_sequences=True),
            L.RNN([L.LSTMCell(3), L.GRUCell(2)]),
            L.Dense(2),
        ]
    )
    x = np.random.RandomState(0).randint(0, 9, (4, 6))
    model(x)
    return model, [x], None


@case
def hard_sigmoid(K):
    L = K.layers
    model = K.Sequential(
        [
            L.LSTM(5, recurrent_activation="hard_sigmoid", input_shape=(6, 3)),
            L.Dense(4, activation="hard_sigmoid"),
            L.Activation("hard_sigmoid"),
        ]
    )
    return model, [3 * draw(4, 6, 3)], None


@case
def bidirectional_of_two(K):
    L = K.layers
    both = L.Bidirectional(
        L.GRU(3, return_sequences=True),
        backward_layer=L.LSTM(3, return_sequences=True, go_backwards=True),
        merge_mode="sum",
        input_shape=(5, 2),
    )
    return K.Sequential([both, L.ConvLSTM1D(2, 2) if False else L.Dense(2)]), [draw(3, 5, 2)], None


@case
def conv_lstm(K):
    L = K.layers
    model = K.Sequential([L.ConvLSTM2D(3, 2, input_shape=(4, 5, 5, 2)), L.Flatten(), L.Dense(2)])
    return model, [draw(2, 4, 5, 5, 2)], None


@case
def wrapped(K):
    L = K.layers
    inner = K.Sequential(
        [L.Conv2D(4, 3, groups=2, input_shape=(5, 5, 2)), L.BatchNormalization(), L.Flatten()],
        name="inner",
    )
    i = K.Input((3, 5, 5, 2))
    x = L.TimeDistributed(inner)(i)
    x = L.Bidirectional(L.LSTM(4))(x)
    return K.Model(i, L.Dense(2)(x)), [draw(2, 3, 5, 5, 2)], None


@case
def nested(K):
    L = K.layers
    i = K.Input((4,))
    h = L.Dense(3)(i)
    h = L.BatchNormalization()(h)
    base = K.Model(i, L.Dense(3, "relu")(h), name="base")
    base.layers[1].trainable = False
    a, b = K.Input((4,)), K.Input((4,))
    shared = L.Dense(4, name="shared")
    x = L.Subtract()([base(shared(a)), base(shared(b))])
    model = K.Model([a, b], L.Dense(1)(L.Add()([x, base(a)])))
    return model, [draw(5, 4), draw(5, 4, seed=1)], None


@case
def attention(K):
    L = K.layers
    i, j = K.Input((5, 4)), K.Input((6, 4))
    x = L.MultiHeadAttention(2, 3, name="mha")(i, j)
    x = L.LayerNormalization()(L.Add()([x, i]))
    x, scores = L.MultiHeadAttention(2, 3, value_dim=2, attention_axes=1, name="self")(
        x, x, return_attention_scores=True
    )
    y = L.Attention(use_scale=True)([x, j])
    y = L.AdditiveAttention()([y, x])
    y = L.Dense(3)(y)
    return K.Model([i, j], [y, scores]), [draw(3, 5, 4), draw(3, 6, 4, seed=1)], None


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


@case
def preprocessing(K):
    L = K.layers
    experimental = getattr(L, "experimental", None)
    P = L if hasattr(L, "Rescaling") else experimental.preprocessing
    normalization = P.Normalization(axis=-1)
    normalization.adapt(3 + 2 * draw(20, 8, 8, 3))
    model = K.Sequential(
        [
            K.Input((8, 8, 3)),
            P.Rescaling(0.5, offset=1.0),
            P.RandomFlip("horizontal"),
            P.RandomRotation(0.1),
            P.RandomZoom(0.1),
            P.Resizing(6, 6),
            P.CenterCrop(4, 4),
            normalization,
            L.Flatten(),
            L.Dense(2),
        ]
    )
    return model, [draw(2, 8, 8, 3)], None


@case
def noises_and_merges(K):
    L = K.layers
    a, b = K.Input((5, 4)), K.Input((5, 4))
    x = L.GaussianNoise(0.1)(a)
    x = L.GaussianDropout(0.1)(x)
    x = L.AlphaDropout(0.1)(x)
    x = L.SpatialDropout1D(0.1)(x)
    x = L.ActivityRegularization(0.1, 0.1)(x)
    x = L.RepeatVector(5)(L.Flatten()(L.Masking(0.5)(x)))[:, :, :4]
    ys = [
        layer([x, b])
        for layer in (L.Average(), L.Maximum(), L.Minimum(), L.Multiply(), L.Dot(axes=2))
    ]
    ys.append(L.Softmax(axis=1)(L.ELU(0.5)(x)))
    return K.Model([a, b], ys), [draw(3, 5, 4), draw(3, 5, 4, seed=1)], None


@case
def mixed_precision(K):
    L = K.layers
    policy = K.mixed_precision.Policy("mixed_float16")
    model = K.Sequential(
        [
            L.Dense(4, dtype=policy, input_shape=(3,)),
            L.Dense(2, dtype=K.mixed_precision.Policy("float32")),
        ]
    )
    return model, [draw(4, 3)], None


@case
def subclass_names(K):
    """Layer names with a slash, which Keras 3 does not allow."""
    L = K.layers
    i = K.Input((4,))
    x = L.Dense(3, name="block/conv")(i)
    x = L.BatchNormalization(name="block/bn")(x)
    return K.Model(i, L.Dense(2, name="block")(x)), [draw(3, 4)], None


@case
def einsum(K):
    L = K.layers
    i = K.Input((5, 4))
    x = L.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d")(i)
    x = L.UnitNormalization()(x)
    return K.Model(i, L.LayerNormalization(axis=[2])(x)), [draw(3, 5, 4)], None


@case
def cudnn(K):
    """Layers of the GPU library: computed by the layers of today that Keras 2 gives for them."""
    import tensorflow as tf

    C, L = tf.compat.v1.keras.layers, K.layers

    def stack(lstm, gru):
        i = K.Input((5, 3))
        x = lstm(4, return_sequences=True, name="one")(i)
        x = gru(3, return_sequences=True, name="two")(x)
        x = L.Bidirectional(lstm(2), name="both")(x)
        return K.Model(i, L.Dense(2, name="out")(x))

    model = stack(C.CuDNNLSTM, C.CuDNNGRU)
    rng = np.random.RandomState(3)
    model.set_weights([rng.normal(size=w.shape) * 0.5 for w in model.get_weights()])
    model.save_weights("/tmp/keras2_cudnn.h5")
    twin = stack(L.LSTM, L.GRU)
    twin.load_weights("/tmp/keras2_cudnn.h5")
    x = draw(3, 5, 3)
    model.predict = lambda inputs, **kwargs: twin.predict(x, **kwargs)
    return model, [x], None


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


def flat(outputs):
    """Predictions as a list."""
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def save(K, folder, name):
    """Write the files of one case."""
    K.backend.clear_session()
    np.random.seed(7)
    model, inputs, labels = CASES[name](K)
    found = {f"x{i}": value for i, value in enumerate(inputs)}
    given = inputs if len(inputs) > 1 else inputs[0]
    found.update({f"y{i}": v for i, v in enumerate(flat(model.predict(given, verbose=0)))})
    model.save(str(folder / (name + ".h5")))
    model.save_weights(str(folder / (name + "_weights.h5")))
    (folder / (name + ".json")).write_text(model.to_json())
    try:
        if name != "cudnn":  # the format came after these layers had gone
            model.save(str(folder / (name + ".keras")))
    except Exception as error:  # which layers it can write there differs by version
        print(name, ".keras:", type(error).__name__, str(error)[:100])
    if labels is not None:
        found.update({f"t{i}": value for i, value in enumerate(labels)})
        targets = labels if len(labels) > 1 else labels[0]
        evaluated = model.evaluate(given, targets, verbose=0)
        found["evaluated"] = np.ravel(evaluated)
        found["losses"] = [np.ravel(model.train_on_batch(given, targets))[0] for _ in range(STEPS)]
        found["z"] = flat(model.predict(given, verbose=0))[0]
    np.savez(folder / (name + ".npz"), **found)


def the_keras():
    """Keras 2: TensorFlow's, or the package of that name before there was one."""
    if os.environ.get("KERAS2") == "keras":
        import keras

        return keras
    import tensorflow as tf

    return tf.keras


def main():
    """Write the cases that are named, or all."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    K = the_keras()
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or CASES:
        try:
            save(K, folder, name)
        except Exception:
            (folder / (name + ".error")).write_text(traceback.format_exc())
            print(name, traceback.format_exc().splitlines()[-1])


if __name__ == "__main__":
    main()
