import itertools
import json
import time

from pykeras_core.engine.backends.choice import choose
from pykeras_core.engine.plan import Plan
from pykeras_core.training.data import make_batches

batches = make_batches(x, y, None, BATCH, shuffle=True)
times = [time.perf_counter()]
function = model._step_function("train_step")
function._trace(batches, BATCH)  # the first time it makes the variables
times.append(time.perf_counter())
program, _ = function._trace(batches, BATCH)
times.append(time.perf_counter())
plan = Plan(program)
times.append(time.perf_counter())
choose(plan, "wasm").backend.compile(plan)
times.append(time.perf_counter())
names = ("buildMs", "traceMs", "planMs", "encodeMs")
spans = [1e3 * (after - before) for before, after in itertools.pairwise(times)]
print(json.dumps({**dict(zip(names, spans, strict=True)), "equations": len(plan.equations)}))
