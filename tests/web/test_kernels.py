"""The page trains on the kernels, and says so where it cannot."""

from playwright.sync_api import expect

from tests.web.playground_page import PlaygroundPage

WHICH = """\
from pykeras_core.engine.backends.base import why_not_kernels
from pykeras_core.engine.backends.library import load
print("reason:", why_not_kernels())
print("kernels:", load().name)
"""


def test_the_page_trains_on_the_kernels(playground: PlaygroundPage) -> None:
    playground.run(WHICH).wait_until_finished()
    expect(playground.console).to_contain_text("reason: None")
    expect(playground.console).to_contain_text("kernels: WebAssembly, relaxed SIMD")


BYTECODE = """\
import importlib.util
import pykeras_core
with open(pykeras_core.__spec__.cached, "rb") as file:
    print("fits:", file.read(4) == importlib.util.MAGIC_NUMBER)
"""


def test_the_package_comes_with_bytecode_for_the_pages_python(playground: PlaygroundPage) -> None:
    playground.run(BYTECODE).wait_until_finished()
    expect(playground.console).to_have_text("fits: True")
