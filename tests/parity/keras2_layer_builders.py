"""Cases of `keras2_models`: layers of every kind."""

from __future__ import annotations

import numpy as np

from tests.parity.keras2_builders import case, draw


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
