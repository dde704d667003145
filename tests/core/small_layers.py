"""Layers of a few lines, which tests of the base class build, call and look into."""

import numpy as np

from pykeras_core import layers


class Scale(layers.Layer):
    def build(self, input_shape):
        self.factor = self.add_weight((input_shape[-1],), "ones", name="factor")

    def call(self, inputs):
        return inputs * self.factor


class Stack(layers.Layer):
    """Makes sublayers in `__init__`, has no `build`."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = [Scale(name="first"), Scale(name="second")]

    def call(self, inputs):
        for layer in self.inner:
            inputs = layer(inputs)
        return inputs


class Asks(layers.Layer):
    """Returns whether it runs in training."""

    def call(self, inputs, training=False):
        return inputs + (1.0 if training else 0.0)


class Holds(layers.Layer):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, inputs):
        return self.inner(inputs)


def ones(*shape):
    return np.ones(shape, "float32")
