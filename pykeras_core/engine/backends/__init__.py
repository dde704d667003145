"""Backends: what runs a plan. `base` holds the contract and the choice."""
