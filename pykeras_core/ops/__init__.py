"""`keras.ops`: the functions layers, losses, metrics, optimizers and users compute with.

Every op runs at once on arrays and eager Tensors, and appends equations while a step is traced.
"""

from __future__ import annotations

from pykeras_core.ops import image as image
from pykeras_core.ops.arrangement import *  # noqa: F403  (the namespace is the union of its modules)
from pykeras_core.ops.attention import *  # noqa: F403
from pykeras_core.ops.control import *  # noqa: F403
from pykeras_core.ops.convolution import *  # noqa: F403
from pykeras_core.ops.counting import *  # noqa: F403
from pykeras_core.ops.creation import *  # noqa: F403
from pykeras_core.ops.crossentropy import *  # noqa: F403
from pykeras_core.ops.ctc import *  # noqa: F403
from pykeras_core.ops.decomposition import *  # noqa: F403
from pykeras_core.ops.derivative import *  # noqa: F403
from pykeras_core.ops.differences import *  # noqa: F403
from pykeras_core.ops.fourier import *  # noqa: F403
from pykeras_core.ops.indexing import *  # noqa: F403
from pykeras_core.ops.linalg import *  # noqa: F403
from pykeras_core.ops.logic import *  # noqa: F403
from pykeras_core.ops.loops import *  # noqa: F403
from pykeras_core.ops.manipulation import *  # noqa: F403
from pykeras_core.ops.math import *  # noqa: F403
from pykeras_core.ops.nn import *  # noqa: F403
from pykeras_core.ops.normalization import *  # noqa: F403
from pykeras_core.ops.norms import *  # noqa: F403
from pykeras_core.ops.patches import *  # noqa: F403
from pykeras_core.ops.pooling import *  # noqa: F403
from pykeras_core.ops.quantiles import *  # noqa: F403
from pykeras_core.ops.reduction import *  # noqa: F403
from pykeras_core.ops.regrouping import *  # noqa: F403
from pykeras_core.ops.sparse import *  # noqa: F403
from pykeras_core.ops.special import *  # noqa: F403
from pykeras_core.ops.updates import *  # noqa: F403
from pykeras_core.ops.vectorizing import *  # noqa: F403
