# group: figures
# title: A drawing of the model
# title zh-CN: 画出模型的结构
# description: plot_model shows how layers are connected, with their shapes and activations. Click the drawing's button to keep it.
# description zh-CN: plot_model 画出层与层怎样连接，以及形状和激活函数。点图上的按钮可以保存。

import keras
from keras import layers

image = keras.Input(shape=(28, 28), name="image")
position = keras.Input(shape=(2,), name="position")

x = layers.Flatten()(image)
x = layers.Dense(32, activation="relu")(x)

# A block with a way around it.
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
