import json
import time

model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
started = time.perf_counter()
history = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0).history
seconds = time.perf_counter() - started
print(
    json.dumps(
        {
            "msPerStep": 1000 * seconds / (EPOCHS * SAMPLES // BATCH),
            "loss": history["loss"][-1],
            "accuracy": history["accuracy"][-1],
        }
    )
)
