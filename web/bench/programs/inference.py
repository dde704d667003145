import json
import time

import numpy as np

# Images come again from the first where there are not enough.
x, y = np.resize(x, (IMAGES, *x.shape[1:])), np.resize(y, IMAGES)


def milliseconds(method, *data):
    """The mean of as many calls as `MEASURED_S` take, after one that does not count."""
    method(*data, batch_size=BATCH, verbose=0)
    began, calls, seconds = time.perf_counter(), 0, 0.0
    while seconds < MEASURED_S:
        method(*data, batch_size=BATCH, verbose=0)
        calls += 1
        seconds = time.perf_counter() - began
    return 1e3 * seconds / calls


found = {
    "evaluateMs": milliseconds(model.evaluate, x, y),
    "predictMs": milliseconds(model.predict, x),
}
print(json.dumps(found))
