import keras

from pykeras_core.engine.backends import choice

# Training begins on the processor; what is measured is to run on the device from its first step.
keras.config.set_compute_backend("webgpu")
model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
device = choice._graphics(True).device
device.wait(list(device._known.values()))
