import json
import time

model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
started = time.perf_counter()
history = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0).history
seconds = time.perf_counter() - started
steps = EPOCHS * SAMPLES // BATCH
print(json.dumps({"msPerStep": 1e3 * seconds / steps, "accuracy": history["accuracy"][-1]}))
