import keras

keras.config.set_compute_backend(BACKEND)
