"""Inspectors: each looks into a model in its own way, and says what it saw as plain data.

One file each; `base` says what an inspector is. The page draws every report by a widget of the
same name in ``web/widgets/inside/``.
"""

from pykeras_core.playground.inspectors import (  # noqa: F401 - each signs itself up
    activations,
    boundary,
    browser,
    calibration,
    embeddings,
    landscape,
    residuals,
    saliency,
    step,
    weights,
    words,
)
from pykeras_core.playground.inspectors.base import (
    Inspector,
    NothingToSeeError,
    Report,
    inspector_named,
    offered,
)
from pykeras_core.playground.inspectors.subject import Place, Samples, Subject

__all__ = [
    "Inspector",
    "NothingToSeeError",
    "Place",
    "Report",
    "Samples",
    "Subject",
    "inspector_named",
    "offered",
]
