"""The NumPy definitions, run as they are."""
