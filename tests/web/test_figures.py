"""Figures in the console: loaded when imported, in their place, sharp, with words, to be saved."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.playground_page import PlaygroundPage

TWO_FIGURES = """\
import matplotlib.pyplot as plt
import numpy as np

print("before")
plt.plot([1, 2, 3], label="training")
plt.title("损失曲线")
plt.legend()
plt.show()
print("between")
plt.figure(figsize=(4, 2))
plt.imshow(np.eye(4))
plt.colorbar()
print("after")
"""


def test_figures_stand_where_they_were_shown(playground: PlaygroundPage) -> None:
    playground.run(TWO_FIGURES).wait_until_finished()
    images = playground.console.locator("img")
    expect(images).to_have_count(2)
    expect(images.first).to_have_attribute("alt", "Figure 1: 损失曲线, training")
    order = playground.console.evaluate(
        """(list) => [...list.querySelector(".rows").children].map((row) =>
          row.querySelector("img") ? "figure" : row.textContent)"""
    )
    assert order == ["before", "figure", "between", "after", "figure"]
    expect(playground.console.locator(".stderr")).to_have_count(0)  # no glyph is missing


def test_a_figure_has_twice_the_pixels_of_its_size_and_a_white_card(
    playground: PlaygroundPage,
) -> None:
    playground.run(TWO_FIGURES).wait_until_finished()
    image = playground.console.locator("img").first
    sizes = image.evaluate("(img) => [img.width <= 640, img.naturalWidth, img.naturalHeight]")
    assert sizes == [True, 1280, 960]
    playground.tab.emulate_media(color_scheme="dark")
    card = playground.console.locator(".picture").first
    expect(card).to_have_css("background-color", "rgb(255, 255, 255)")
    playground.tab.emulate_media(color_scheme="light")


def test_a_figure_can_be_saved(playground: PlaygroundPage) -> None:
    playground.run(TWO_FIGURES).wait_until_finished()
    with playground.tab.expect_download() as download:
        playground.console.get_by_role("link", name="Save PNG").first.click()
    assert download.value.suggested_filename == "figure-1.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_settings_and_figures_of_a_program_end_with_it(playground: PlaygroundPage) -> None:
    playground.run(
        "import matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 30\nplt.figure()\n1 / 0"
    )
    expect(playground.progress).to_contain_text("Error on line 4")
    playground.run(
        "import matplotlib.pyplot as plt\nprint(plt.get_fignums(), plt.rcParams['figure.dpi'])"
    )
    expect(playground.console).to_contain_text("[] 100.0")


def test_matplotlib_is_loaded_once_it_is_asked_for_and_shown_with_bytes(
    page: Page, site_url: str
) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    playground.run("import numpy\nprint('done')").wait_until_finished()
    assert [url for url in seen if re.search("matplotlib|woff|pillow", url)] == []
    playground.run("import matplotlib\nprint(matplotlib.get_backend())")
    expect(playground.progress).to_contain_text(
        re.compile(r"Loading matplotlib: [\d.]+ of 1\d\.\d MB")
    )
    expect(playground.console).to_contain_text("matplotlib_backend")


@pytest.mark.parametrize("name", ["SimHei", "Microsoft YaHei"])
def test_fonts_that_tutorials_name_have_chinese_characters(
    playground: PlaygroundPage, name: str
) -> None:
    program = (
        "import matplotlib.pyplot as plt\n"
        f"plt.rcParams['font.sans-serif'] = ['{name}']\n"
        "plt.title('准确率 -1')\nplt.show()\n"
    )
    playground.run(program).wait_until_finished()
    expect(playground.console.locator("img")).to_have_count(1)
    expect(playground.console.locator(".stderr")).to_have_count(0)


def test_a_model_s_drawing_is_shown_as_svg_and_written_to_a_file(
    playground: PlaygroundPage,
) -> None:
    playground.choose_example("model-plot").run().wait_until_finished()
    image = playground.console.locator("img")
    expect(image).to_have_attribute("alt", re.compile("Figure 1: image .InputLayer"))
    assert image.evaluate("(img) => img.naturalWidth") > 100
    expect(playground.console.get_by_role("link", name="Save SVG")).to_be_visible()
    expect(playground.files).to_contain_text("model.svg")
