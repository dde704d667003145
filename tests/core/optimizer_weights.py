"""Weights for optimizers to change, and gradients for them."""

from pykeras_core.engine import Variable, convert_to_tensor
from tests.parity import optimizers_cases
from tests.parity.golden import values


def weights():
    return [
        Variable(values(f"test_optimizers/{name}", shape), name=name)
        for name, shape in optimizers_cases.SHAPES.items()
    ]


def gradients(step=0):
    return [
        convert_to_tensor(values(f"test_optimizers/{step}/{name}", shape))
        for name, shape in optimizers_cases.SHAPES.items()
    ]
