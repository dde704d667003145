"""Charts kept as pictures: what is drawn, with title, legend and colours, as a PNG file."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image
from playwright.sync_api import Locator, expect

from tests.web.playground_page import PlaygroundPage, training_program

PROGRAM = training_program(epochs=3).replace("epochs=3", "epochs=3, validation_split=0.2")
WIDTH = 2 * (640 + 2 * 16)
WIDTH_OF_TWO = 2 * (2 * 640 + 32 + 2 * 16)


@pytest.fixture
def charts(playground: PlaygroundPage) -> Iterator[Locator]:
    """The charts of a run, in English and light; what a test has changed is set back."""
    playground.choose_example("first-steps").run(PROGRAM).wait_until_finished()
    panel = playground.tab.locator("training-charts")
    yield panel
    playground.tab.emulate_media(color_scheme="light")
    playground.show("train")


def saved(playground: PlaygroundPage, button: Locator) -> tuple[str, np.ndarray]:
    """Press a button by keyboard; return the name and the pixels of the file it saves."""
    with playground.tab.expect_download() as download:
        button.press("Enter")
    return download.value.suggested_filename, pixels(download.value.path())


def pixels(file: Path | io.BytesIO) -> np.ndarray:
    return np.round(image.imread(file, format="png") * 255).astype(int)


def share_of(color: str, playground: PlaygroundPage, picture: np.ndarray) -> float:
    """How much of a picture has exactly the colour that the page has for a name now."""
    script = "(name) => getComputedStyle(document.body).getPropertyValue(name).trim()"
    wanted = playground.tab.evaluate(script, color)
    red_green_blue = [int(wanted[at : at + 2], 16) for at in (1, 3, 5)]
    return float(np.all(picture[..., :3] == red_green_blue, axis=-1).mean())


def test_a_chart_is_saved_in_its_colours_at_twice_its_size(
    playground: PlaygroundPage, charts: Locator
) -> None:
    button = charts.get_by_role("button", name="PNG: save this chart, Loss")
    name, picture = saved(playground, button)
    assert re.fullmatch(r"First steps.*-loss\.png", name)
    height, width, _ = picture.shape
    assert width == WIDTH
    assert 2 * 320 < height < 2 * 480, "the plot, a title above and a line of legend below"
    assert (picture[..., 3] == 255).all(), "nothing shines through"
    assert share_of("--surface-panel", playground, picture) > 0.8
    assert share_of("--series-1", playground, picture) > 1e-3
    assert share_of("--series-2", playground, picture) > 1e-3
    legend = picture[-2 * (16 + 22) :, : 2 * 200]
    assert share_of("--series-1", playground, legend) > 0
    assert share_of("--series-2", playground, legend) > 0
    title = picture[: 2 * 40]
    assert share_of("--text", playground, title) > 1e-3


def test_a_curve_that_is_hidden_is_not_in_the_picture(
    playground: PlaygroundPage, charts: Locator
) -> None:
    charts.get_by_role("button", name="validation").first.click()
    _, picture = saved(playground, charts.locator("button.save").first)
    assert share_of("--series-1", playground, picture) > 1e-3
    assert share_of("--series-2", playground, picture) == 0


def test_what_is_drawn_is_saved_from_the_runs_and_in_the_dark(
    playground: PlaygroundPage, charts: Locator
) -> None:
    _, light = saved(playground, charts.get_by_role("button", name="Save as PNG"))
    playground.tab.emulate_media(color_scheme="dark")
    button = playground.show("runs").tab.get_by_role("button", name="Save charts as PNG")
    name, dark = saved(playground, button)
    assert re.fullmatch(r"First steps.*-loss-accuracy\.png", name)
    assert light.shape == dark.shape
    assert dark.shape[1] == WIDTH_OF_TWO
    assert share_of("--surface-panel", playground, dark) > 0.8
    assert share_of("--series-1", playground, dark) > 1e-3
    assert share_of("--surface-panel", playground, light) == 0


def test_charts_are_copied_as_a_picture(playground: PlaygroundPage, charts: Locator) -> None:
    playground.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    charts.get_by_role("button", name="Copy as picture").press("Enter")
    expect(playground.toast.last).to_contain_text("on the clipboard as a picture")
    script = """async () => {
      const [item] = await navigator.clipboard.read();
      const data = await (await item.getType("image/png")).arrayBuffer();
      return [...new Uint8Array(data)];
    }"""
    picture = pixels(io.BytesIO(bytes(playground.tab.evaluate(script))))
    assert picture.shape[1] == WIDTH_OF_TWO
    assert share_of("--series-1", playground, picture) > 1e-3
