"""Trying a model by hand: a drawing, a photograph, numbers, a text, a code for its decoder.

`finding` says in which ways a model can be tried, `ways`, `texts` and `latent` make samples of what
the reader gives, `said` describes what the model says of them; `trials` is what the session asks.
"""

from pykeras_core.playground.trying.trials import Moment, Trials

__all__ = ["Moment", "Trials"]
