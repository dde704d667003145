"""Build hook: puts what is made elsewhere into the wheel: samples of data, compiled kernels.

Runs inside the wheel's build, which has neither NumPy nor this package installed, so the modules
that make things are loaded from their files.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SAMPLES = "pykeras_core/datasets/samples.py"
_KERNELS = "pykeras_core/engine/kernels/build.py"


class WheelHook(BuildHookInterface[Any]):
    """Makes what the tree does not have yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make everything, except for an editable install, which makes it on first use."""
        if version == "editable":
            return
        made = [*self._samples(), *self._kernels()]
        build_data["artifacts"] += [f"/{path.relative_to(self.root).as_posix()}" for path in made]

    def _samples(self) -> list[Path]:
        samples = samples_module(Path(self.root))
        for sample in samples.SAMPLES:
            if not sample.is_current():
                self.app.display_info(f"Fetching {sample.path.stem} from {samples.DISTRIBUTION}")
                sample.make()
        return [sample.path for sample in samples.SAMPLES]

    def _kernels(self) -> list[Path]:
        """The side modules for pages; a wheel for the desktop does without them."""
        kernels = kernels_module(Path(self.root))
        if not kernels.is_current() and not kernels.has_compiler():
            self.app.display_info("Leaving out the kernels for pages: `ziglang` is not installed")
            return []
        kernels.ensure_wasm()
        paths: list[Path] = kernels.wasm_files()
        return paths


def samples_module(root: Path) -> ModuleType:
    """Load the module that makes the samples, without the package around it."""
    return _load(root / _SAMPLES)


def kernels_module(root: Path) -> ModuleType:
    """Load the module that builds the kernels, without the package around it."""
    return _load(root / _KERNELS)


def _load(path: Path) -> ModuleType:
    name = f"wheel_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up here
    spec.loader.exec_module(module)
    return module
