"""All primitives of the engine, a module per family.

Add one as a single record in its family's module, with cases in `tests/core/cases`.
"""

from __future__ import annotations

from typing import Any

from pykeras_core.engine.tensor import Tensor
from pykeras_core.engine.tracing import convert_to_tensor


def constant(value: Any, dtype: str) -> Tensor:
    """An eager Tensor of a given dtype."""
    return convert_to_tensor(value, dtype)


from pykeras_core.engine.primitives.conv import *  # noqa: E402, F403
from pykeras_core.engine.primitives.elementwise import *  # noqa: E402, F403  (rules look their primitives up here)
from pykeras_core.engine.primitives.gather import *  # noqa: E402, F403
from pykeras_core.engine.primitives.host import *  # noqa: E402, F403
from pykeras_core.engine.primitives.linalg import *  # noqa: E402, F403
from pykeras_core.engine.primitives.matmul import *  # noqa: E402, F403
from pykeras_core.engine.primitives.pool import *  # noqa: E402, F403
from pykeras_core.engine.primitives.random import *  # noqa: E402, F403
from pykeras_core.engine.primitives.reduce import *  # noqa: E402, F403
from pykeras_core.engine.primitives.scan import *  # noqa: E402, F403
from pykeras_core.engine.primitives.shape import *  # noqa: E402, F403
