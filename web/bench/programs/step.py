import json
import time

import numpy as np

from pykeras_core.engine import Spec, Variable, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.choice import choose
from pykeras_core.engine.plan import Plan

STEPS = SAMPLES // BATCH * EPOCHS
# Standardized, so that no pixel is 0: products leave columns of zeros out, and then neither the
# step nor its products would do the arithmetic that is counted here.
x = (x - x.mean()) / x.std()
# The five products of a step: both layers forward, both kernels' gradients, the hidden layer's.
hidden, logits, second, hidden_gradient, first = results = [
    Variable(np.zeros(shape, np.float32))
    for shape in ((BATCH, 128), (BATCH, 10), (128, 10), (BATCH, 128), (784, 128))
]


def multiply(images, kernel, activations, output_kernel, errors, hidden_errors):
    """Compute all of them."""
    hidden.assign(p.matmul(images, kernel))
    logits.assign(p.matmul(activations, output_kernel))
    second.assign(p.matmul(activations, errors, transpose_x=True))
    hidden_gradient.assign(p.matmul(errors, output_kernel, transpose_y=True))
    first.assign(p.matmul(images, hidden_errors, transpose_x=True))


shapes = ((BATCH, 784), (784, 128), (BATCH, 128), (128, 10), (BATCH, 10), (BATCH, 128))
plan = Plan(trace(multiply, *(Spec(shape, "float32") for shape in shapes)))
executable = choose(plan, "wasm").backend.compile(plan)
generator = np.random.default_rng(0)
operands = [x[:BATCH], *(generator.random(shape, np.float32) for shape in shapes[1:])]

model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
executable.run(operands, STEPS)
found = []
for _ in range(TURNS):
    began = time.perf_counter()
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    fitted = time.perf_counter()
    executable.run(operands, STEPS)
    multiplied = time.perf_counter()
    milliseconds = {"stepMs": fitted - began, "productsMs": multiplied - fitted}
    found.append({name: 1e3 * seconds / STEPS for name, seconds in milliseconds.items()})
print(json.dumps(found))
