import base64
import ctypes
import json
import time

import numpy as np

from pykeras_core.engine import Spec, Variable, trace
from pykeras_core.engine import primitives as p
from pykeras_core.engine.backends.choice import choose
from pykeras_core.engine.plan import Plan

MEASURED_S = 0.02
TRIES = 5
OPERATIONS_A_ROUND = 4 * 96


def product(rows, depth, columns):
    """A call that computes one product as often as it is told to."""
    result = Variable(np.zeros((rows, columns), np.float32))
    shapes = (rows, depth), (depth, columns)
    program = trace(
        lambda x, y: result.assign(p.matmul(x, y)), *(Spec(shape, "float32") for shape in shapes)
    )
    plan = Plan(program)
    executable = choose(plan, "wasm").backend.compile(plan)
    generator = np.random.default_rng(0)
    operands = [generator.random(shape, np.float32) for shape in shapes]
    return lambda times: executable.run(operands, times)


def ceiling():
    """A call that makes as many rounds of multiply-adds as it is told to."""
    with open("ceiling.wasm", "wb") as file:
        file.write(base64.b64decode(CEILING))
    function = ctypes.CDLL("./ceiling.wasm").ceiling
    function.argtypes = [ctypes.c_int32, ctypes.c_void_p]
    out = np.zeros(4, np.float32)
    return lambda rounds: function(rounds, out.ctypes.data)


def speed(call, operations):
    """GFLOP/s of a call: the most of some tries, each as long as the browser's clock can tell."""
    best, times, tries = 0, 1, 0
    while tries < TRIES:
        began = time.perf_counter()
        call(times)
        elapsed = time.perf_counter() - began
        if elapsed < MEASURED_S:
            times *= 2
        else:
            best = max(best, operations * times / elapsed / 1e9)
            tries += 1
    return best


works = {"ceiling": (ceiling(), OPERATIONS_A_ROUND)}
for shape in SHAPES:
    rows, depth, columns = shape
    name = "x".join(map(str, shape))
    works[name] = (product(rows, depth, columns), 2 * rows * depth * columns)
for work in works.values():  # the first time does not count
    speed(*work)
found = [{name: speed(*work) for name, work in works.items()} for _ in range(RUNS)]
print(json.dumps(found))
