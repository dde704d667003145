"""`tf.version`: the version of TensorFlow that programs are told."""

from pykeras_core.version import TENSORFLOW_VERSION as VERSION

__all__ = ["COMPILER_VERSION", "GIT_VERSION", "GRAPH_DEF_VERSION", "VERSION"]

GIT_VERSION = COMPILER_VERSION = "pykeras"
GRAPH_DEF_VERSION = 0
