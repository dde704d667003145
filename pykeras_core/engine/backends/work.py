"""How much arithmetic a plan's step is, counted from the shapes of its equations.

This module owns `operations_of`.
"""

from __future__ import annotations

import math

from pykeras_core.engine.plan import Plan
from pykeras_core.engine.program import Equation

__all__ = ["operations_of"]


def operations_of(plan: Plan) -> int:
    """Operations of float32 that one step takes, about: a product and its addition count as two."""
    return sum(_operations(equation) for equation in plan.equations)


def _operations(equation: Equation) -> int:
    name, params = equation.primitive.name, equation.params
    first = equation.inputs[0].spec.shape if equation.inputs else ()
    size = sum(value.spec.size for value in equation.outputs)
    if name == "matmul":
        return 2 * size * first[-2 if params["transpose_x"] else -1]
    if name == "conv":
        return 2 * size * math.prod(equation.inputs[1].spec.shape[:-1])
    if name == "conv_input_grad":
        return 2 * equation.inputs[0].spec.size * math.prod(equation.inputs[1].spec.shape[:-1])
    if name == "conv_kernel_grad":
        return 2 * size * math.prod(equation.inputs[1].spec.shape[:-1])
    if name == "scan":
        body = sum(_operations(inner) for inner in params["body"].equations)
        return body * int(params["length"])
    return size
