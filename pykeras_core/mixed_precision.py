"""`keras.mixed_precision`: the older home of dtype policies. Names only.

The names are kept so that programs run; arithmetic stays float32.
"""

from pykeras_core.dtype_policies import DTypePolicy, dtype_policy, set_dtype_policy
from pykeras_core.optimizers import LossScaleOptimizer

Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]
