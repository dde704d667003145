"""What every test shares: no network for data sets, and how Hypothesis searches."""

import os

from hypothesis import settings

# Data sets come from this machine, or not at all.
os.environ.setdefault("PYKERAS_OFFLINE", "1")

# A slow machine is no failure; and a run in CI fails for its change, not for a new random input.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
