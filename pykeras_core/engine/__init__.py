"""The engine: traces a computation into a program, differentiates it, plans it and runs it.

It knows arrays, never Keras.
"""

from pykeras_core.engine.primitive import DTYPES, PRIMITIVES, Primitive, Spec, canonical_dtype
from pykeras_core.engine.program import Equation, Program
from pykeras_core.engine.stateless import StatelessScope
from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import (
    canonical_array,
    convert_to_tensor,
    current_trace,
    is_tensor,
    suspend_trace,
    trace,
)
from pykeras_core.engine.variable import Variable, made_when_used

from pykeras_core.engine import primitives  # isort: skip  (needs everything above)
from pykeras_core.engine.autodiff import GradientTape, value_and_grad  # isort: skip

__all__ = [
    "DTYPES",
    "PRIMITIVES",
    "Equation",
    "GradientTape",
    "Primitive",
    "Program",
    "Spec",
    "StatelessScope",
    "Tensor",
    "Variable",
    "canonical_array",
    "canonical_dtype",
    "convert_to_tensor",
    "current_trace",
    "is_tensor",
    "made_when_used",
    "primitives",
    "suspend_trace",
    "trace",
    "value_and_grad",
]
