"""`keras.ops`: the functions layers, losses, metrics, optimizers and users compute with.

Every op runs at once on arrays and eager Tensors, and appends equations while a step is traced.
"""

from __future__ import annotations

import sys

from pykeras_core.engine.tensor import dispatch_to
from pykeras_core.ops import image as image
from pykeras_core.ops.convolution import *  # noqa: F403  (the namespace is the union of its modules)
from pykeras_core.ops.creation import *  # noqa: F403
from pykeras_core.ops.crossentropy import *  # noqa: F403
from pykeras_core.ops.indexing import *  # noqa: F403
from pykeras_core.ops.linalg import *  # noqa: F403
from pykeras_core.ops.loops import *  # noqa: F403
from pykeras_core.ops.manipulation import *  # noqa: F403
from pykeras_core.ops.math import *  # noqa: F403
from pykeras_core.ops.nn import *  # noqa: F403
from pykeras_core.ops.normalization import *  # noqa: F403
from pykeras_core.ops.pooling import *  # noqa: F403
from pykeras_core.ops.reduction import *  # noqa: F403
from pykeras_core.ops.sparse import *  # noqa: F403

dispatch_to(sys.modules[__name__])
