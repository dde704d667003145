import keras

from pykeras_core.engine.backends import choice

# Training begins on the processor; what is measured is to run on the device from its first step.
keras.config.set_compute_backend("webgpu")
# The second time is for the shaders of tiles that measuring has found to be faster.
for _ in range(2):
    model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
    device = choice._graphics(True).device
    device.wait(list(device._known.values()))
