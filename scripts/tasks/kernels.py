"""Compiles the kernels that the wheel carries into the page."""

from wheel_hook import kernels_module

from tasks import console
from tasks.console import TaskError
from tasks.paths import REPOSITORY


def ensure() -> None:
    """Make both WebAssembly modules, unless they are there and current.

    Raises:
        TaskError: The compiler failed.
    """
    module = kernels_module(REPOSITORY)
    if module.is_current():
        return
    console.say("Compiling the kernels")
    try:
        module.ensure_wasm()
    except OSError as error:
        raise TaskError(
            str(error), "The message above names the file and the line in the C sources."
        ) from error
