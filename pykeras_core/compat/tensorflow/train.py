"""`tf.train`: empty, but for older names of optimizers that `compat.spellings` knows."""

__all__: list[str] = []
