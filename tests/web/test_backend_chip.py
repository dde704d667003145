"""The chip that says what training runs on, and the reader's choice behind it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.web.playground_page import PlaygroundPage

# What training says, said here one after the other.
SAYS = """\
from pykeras_core import hosting
values = {"own_ms": "2.00", "other_ms": "9.00", "other": "wasm"}
why = {"code": "measured", "values": values}
small = {"code": "small", "values": {"mflop": "1.5"}}
hosting.backend("webgpu", why, [("numpy", small)], "Some GPU")
"""
LOSES = """\
lost = {"code": "lost", "values": {"seconds": "3"}}
hosting.backend("wasm", lost, [("webgpu", lost)])
"""
ASKS = "import keras\nprint('runs on:', keras.config.compute_backend())\n"


def test_the_chip_says_what_training_runs_on_and_why(playground: PlaygroundPage) -> None:
    chip = playground.tab.locator("backend-chip .chip")
    about = playground.tab.locator("backend-chip [popover]")
    width = chip.bounding_box()
    playground.run(SAYS).wait_until_finished()
    expect(chip).to_have_text("WebGPU")
    expect(chip).to_have_accessible_name("Training runs on WebGPU")
    assert chip.bounding_box() == width
    chip.press("Enter")
    expect(about.get_by_role("heading")).to_have_text("WebGPU")
    expect(about.locator(".device")).to_have_text("Some GPU")
    expect(about.locator(".why")).to_have_text(
        "Measured on this model: 2.00 ms a step, 9.00 ms on WASM."
    )
    expect(about.locator("dl")).to_contain_text("Not on NumPy")
    expect(about.locator("dl")).to_contain_text("1.5 million operations")
    playground.tab.keyboard.press("Escape")
    expect(about).to_be_hidden()
    expect(chip).to_be_focused()

    playground.run(SAYS + LOSES).wait_until_finished()
    expect(chip).to_have_text("WASM")
    lost = "Training goes on on WASM: The graphics processor was lost"
    expect(playground.toast.filter(has_text=lost)).to_be_visible()


@pytest.fixture
def _auto(playground: PlaygroundPage) -> Iterator[None]:
    yield
    playground.tab.evaluate("localStorage.removeItem('pykeras.backend')")


@pytest.mark.usefixtures("_auto")
def test_the_reader_chooses_what_programs_run_on(playground: PlaygroundPage) -> None:
    tab = playground.tab
    chip = tab.locator("backend-chip .chip")
    about = tab.locator("backend-chip [popover]")
    chip.click()
    expect(about.get_by_role("radio", name="Auto")).to_be_checked()
    about.get_by_role("radio", name="Auto").press("ArrowUp")
    expect(about.get_by_role("radio", name="NumPy")).to_be_checked()
    expect(about).to_contain_text("This applies from the next fit on.")
    assert tab.evaluate("localStorage.getItem('pykeras.backend')") == "numpy"
    tab.keyboard.press("Escape")
    playground.run(ASKS).wait_until_finished()
    expect(playground.console).to_contain_text("runs on: numpy")
    own = "import keras\nkeras.config.set_compute_backend('wasm')\n"
    playground.run(own + ASKS).wait_until_finished()
    expect(playground.console).to_contain_text("runs on: wasm")

    tab.reload()
    playground.wait_until_ready()
    expect(chip).to_have_text("NumPy")
    playground.run(ASKS).wait_until_finished()
    expect(playground.console).to_contain_text("runs on: numpy")
    chip.click()
    about.get_by_role("radio", name="Auto").check()
    expect(chip).to_have_text("Auto")
