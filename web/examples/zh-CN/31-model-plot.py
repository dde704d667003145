import keras
from keras import layers

image = keras.Input(shape=(28, 28), name="image")
position = keras.Input(shape=(2,), name="position")

x = layers.Flatten()(image)
x = layers.Dense(32, activation="relu")(x)

# 旁边有一条捷径的块。
y = layers.Dense(32, activation="relu")(x)
y = layers.Dense(32)(y)
x = layers.Activation("relu")(layers.Add()([x, y]))

x = layers.Concatenate()([x, position])
digit = layers.Dense(10, activation="softmax", name="digit")(x)
angle = layers.Dense(1, name="angle")(x)
model = keras.Model([image, position], [digit, angle], name="two_in_two_out")

keras.utils.plot_model(
    model,
    to_file="model.svg",
    show_shapes=True,
    show_layer_names=True,
    show_layer_activations=True,
)
print(f"{model.count_params():,} weights in {len(model.layers)} layers")
