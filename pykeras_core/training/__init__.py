"""Training: `compile`, `fit`, `evaluate`, `predict`, and the traced steps under them.

It is what knows backends, so it also lets eager calls run on the kernels.
"""

from pykeras_core.engine.backends.eager import evaluate
from pykeras_core.engine.tracing import evaluate_with

evaluate_with(evaluate)
