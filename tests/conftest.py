"""What every test shares: no network for data sets, how Hypothesis searches, who runs what."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
ON_THE_SITE = (TESTS / "web", TESTS / "build" / "test_site.py")
"""Tests that build or open the one built site."""

# Data sets come from this machine, or not at all.
os.environ.setdefault("PYKERAS_OFFLINE", "1")

# A slow machine is no failure; and a run in CI fails for its change, not for a new random input.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several tests run at once, keep those of a file together, and all of the built site.

    Those of the site take longest, so they come first; the order within them is kept.
    """

    def on_the_site(item: pytest.Item) -> bool:
        return any(item.path.is_relative_to(path) for path in ON_THE_SITE)

    items.sort(key=lambda item: not on_the_site(item))
    for item in items:
        group = "site" if on_the_site(item) else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
