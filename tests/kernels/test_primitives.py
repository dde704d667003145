"""Every primitive's cases on the kernels: the oracle's answer, and nothing written beside it."""

import numpy as np
import pytest

from pykeras_core.engine import PRIMITIVES
from pykeras_core.engine.backends.instructions import NUMBERS
from pykeras_core.engine.backends.operations import operations
from pykeras_core.engine.backends.wasm import WasmBackend
from pykeras_core.engine.plan import Plan
from tests.core.cases import CASES, Case, executable, program
from tests.kernels.running import guarded_arenas, guarded_copy
