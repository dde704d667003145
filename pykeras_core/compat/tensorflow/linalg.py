"""`tf.linalg`: names only."""

from pykeras_core.compat.tensorflow.arrays import eye, matmul
from pykeras_core.compat.tensorflow.nn import l2_normalize
from pykeras_core.ops import einsum, norm, tensordot, trace

__all__ = ["einsum", "eye", "l2_normalize", "matmul", "norm", "tensordot", "trace"]
