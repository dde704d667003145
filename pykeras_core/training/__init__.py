"""Training: `compile`, `fit`, `evaluate`, `predict`, and the traced steps under them."""
