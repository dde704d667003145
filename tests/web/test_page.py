"""The page around the training: languages, looks, keyboard, small windows, what is remembered."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.web.playground_page import PlaygroundPage, training_program


def test_the_language_follows_the_browser_and_can_be_switched(open_tab, site_url: str) -> None:  # type: ignore[no-untyped-def]
    playground = PlaygroundPage(open_tab(python=False, locale="zh-CN"), site_url)
    expect(playground.run_button).to_have_text("运行")
    expect(playground.editor).to_contain_text("手写数字")
    playground.tab.locator("language-switch select").select_option("en")
    expect(playground.run_button).to_have_text("Run")
    expect(playground.editor).to_contain_text("Images of handwritten digits")
    expect(playground.tab.locator("html")).to_have_attribute("lang", "en")
    playground.tab.reload()
    expect(playground.run_button).to_have_text("Run")


def test_switching_the_language_keeps_an_edited_program(page_alone: Page, site_url: str) -> None:
    playground = PlaygroundPage(page_alone, site_url).write("print('mine')")
    page_alone.locator("language-switch select").select_option("zh-CN")
    expect(playground.run_button).to_have_text("运行")
    expect(playground.editor).to_have_text("print('mine')")


def test_a_program_survives_a_reload_and_can_be_reset(page_alone: Page, site_url: str) -> None:
    playground = PlaygroundPage(page_alone, site_url).write("print('kept')")
    page_alone.reload()
    expect(playground.editor).to_have_text("print('kept')")
    playground.do_with_program("Reset example")
    expect(playground.editor).to_contain_text("import keras")
    reset = playground.open_programs().get_by_role("button", name="Reset example")
    expect(reset).to_have_count(0)


def test_every_example_keeps_its_own_changes(page_alone: Page, site_url: str) -> None:
    playground = PlaygroundPage(page_alone, site_url).write("print('first')")
    playground.choose_program("Dropout and validation")
    expect(playground.editor).to_contain_text("Dropout")
    playground.choose_program("First steps")
    expect(playground.editor).to_have_text("print('first')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_contrasts_with_its_background(open_tab, site_url: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    tab = open_tab(python=False, color_scheme=scheme)
    PlaygroundPage(tab, site_url)
    ratios = tab.evaluate(CONTRASTS)
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


def test_dark_follows_the_system_at_once(page_alone: Page, site_url: str) -> None:
    PlaygroundPage(page_alone, site_url)
    light = page_alone.evaluate("getComputedStyle(document.body).backgroundColor")
    page_alone.emulate_media(color_scheme="dark")
    assert page_alone.evaluate("getComputedStyle(document.body).backgroundColor") != light


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_390_pixels_need_no_sideways_scrolling(open_tab, site_url: str, locale: str) -> None:  # type: ignore[no-untyped-def]
    tab = open_tab(viewport={"width": 390, "height": 844}, locale=locale, has_touch=True)
    playground = PlaygroundPage(tab, site_url).wait_until_ready()
    playground.run()
    expect(tab.locator("#view-train")).to_be_in_viewport()
    expect(playground.stop_button).to_be_in_viewport()
    expect_views_as_wide_as_the_window(playground, 390)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_320_pixels_and_four_times_the_size_hold_everything(
    playground: PlaygroundPage, language: str
) -> None:
    """A window of 1280 pixels is as narrow where everything is four times as large."""
    before = playground.tab.viewport_size
    assert before is not None
    choice = playground.tab.locator("language-switch select")
    choice.select_option(language)
    playground.tab.set_viewport_size({"width": 320, "height": 568})
    playground.run(training_program(epochs=1)).wait_until_idle()
    expect(playground.run_button).to_be_in_viewport(ratio=1)
    expect(playground.stop_button).to_be_in_viewport(ratio=1)
    expect_views_as_wide_as_the_window(playground, 320)
    playground.tab.set_viewport_size(before)
    choice.select_option("en")


def expect_views_as_wide_as_the_window(playground: PlaygroundPage, width: int) -> None:
    for view in ("train", "predict", "inside", "data", "runs", "print", "files", "code"):
        playground.show(view)
        expect(playground.tab.locator(f"#view-{view}")).to_be_in_viewport()
        assert playground.tab.evaluate("document.documentElement.scrollWidth") == width, view


@pytest.mark.parametrize(
    ("program", "view"),
    [("print('hello')", "print"), ("1 / 0", "code"), (training_program(epochs=1), "train")],
)
def test_a_phone_turns_to_where_the_news_is(phone: PlaygroundPage, program: str, view: str) -> None:
    phone.show("data").show("code").run(program)
    expect(phone.tab.locator(f"#view-{view}")).to_be_visible()
    phone.wait_until_idle()
    expect(phone.tab.locator(f"#view-{view}")).to_be_visible()


def test_a_phone_stays_where_the_reader_has_turned_to(phone: PlaygroundPage) -> None:
    phone.run("import time\nfor i in range(20): time.sleep(0.1)\nprint('late')")
    phone.show("files")
    expect(phone.tab.locator("#tab-print .news")).to_be_attached()
    expect(phone.tab.locator("#view-files")).to_be_visible()


def test_nothing_moves_between_idle_and_done(page: Page, site_url: str) -> None:
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    parts = ["#view-code", "code-editor", ".drawer", ".side.right", "console-output", ".charts"]
    before = {part: page.locator(part).bounding_box() for part in parts}
    playground.run(training_program(epochs=1)).wait_until_finished()
    expect(page.locator("#tab-predict")).to_be_visible()
    assert {part: page.locator(part).bounding_box() for part in parts} == before


TABLE = """import keras, numpy as np
x = np.arange(130, dtype="float32").reshape(10, 13)
model = keras.Sequential([keras.layers.Input((13,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x / 130, x[:, 0], verbose=0)
"""
SUMMARY = """\
import keras
model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10), keras.layers.Softmax()])
model.summary()
"""


@pytest.fixture
def phone(playground: PlaygroundPage) -> Iterator[PlaygroundPage]:
    """The page with Python ready, in a window as wide as a phone."""
    before = playground.tab.viewport_size
    assert before is not None
    playground.tab.set_viewport_size({"width": 390, "height": 844})
    yield playground
    playground.tab.set_viewport_size(before)


def test_the_marked_line_comes_into_view_on_a_phone(phone: PlaygroundPage) -> None:
    phone.run("1 / 0")
    phone.progress.get_by_role("button", name="Show the line").click()
    expect(phone.tab.locator(".cm-activeLine")).to_be_in_viewport()


def test_rows_of_a_table_stay_rows_and_are_scrolled_on_a_phone(phone: PlaygroundPage) -> None:
    phone.run(SUMMARY).wait_until_finished()
    rows = phone.console.locator(".table")
    expect(rows).to_have_count(7)
    for width in (390, 1440):
        phone.tab.set_viewport_size({"width": width, "height": 900})
        heights = rows.evaluate_all("rows => rows.map((row) => row.offsetHeight)")
        assert set(heights) == {heights[0]}
        assert heights[0] < 25
        overflow = phone.console.evaluate("list => list.scrollWidth - list.clientWidth")
        assert (overflow > 0) == (width == 390)
        assert phone.tab.evaluate("document.documentElement.scrollWidth") == width


def test_a_run_without_a_model_has_no_predictions_to_open(playground: PlaygroundPage) -> None:
    playground.tab.reload()
    playground.wait_until_ready().run("print('words')").wait_until_finished()
    expect(playground.tab.locator("#tab-predict")).to_have_count(0)
    expect(playground.tab.locator("#tab-train")).to_be_visible()


def test_a_table_of_data_scrolls_by_itself_on_a_phone(phone: PlaygroundPage) -> None:
    phone.run(TABLE).wait_until_finished()
    rows = phone.samples.locator(".rows")
    expect(rows.locator("tbody tr")).to_have_count(10)
    assert rows.evaluate("rows => rows.scrollWidth - rows.clientWidth") > 0
    assert phone.tab.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize(
    ("between", "key", "back", "part"),
    [
        ("rows", "ArrowUp", "ArrowDown", ".drawer"),
        ("columns", "ArrowRight", "ArrowLeft", "#view-code"),
    ],
)
def test_the_page_is_split_where_the_reader_likes(
    playground: PlaygroundPage, between: str, key: str, back: str, part: str
) -> None:
    def size() -> float:
        box = playground.tab.locator(part).bounding_box()
        assert box is not None
        return box["height" if between == "rows" else "width"]

    before = size()
    handle = playground.tab.locator(f"split-handle[between={between}] [role=separator]")
    handle.press(key)
    playground.tab.wait_for_timeout(50)
    by_key = size()
    assert by_key > before
    handle.press(back)
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    playground.tab.mouse.move(x, y)
    playground.tab.mouse.down()
    playground.tab.mouse.move(*((x, y - 100) if between == "rows" else (x + 100, y)), steps=4)
    playground.tab.mouse.up()
    playground.tab.wait_for_timeout(50)
    assert size() > before + 80
    handle.dblclick()


def test_the_data_of_a_program_are_shown_until_another_has_none(
    playground: PlaygroundPage,
) -> None:
    playground.run(
        "import keras, numpy as np\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(np.ones((5, 3)), np.ones((5, 1)))"
    ).wait_until_finished()
    expect(playground.samples).to_contain_text("What the model trains on")
    playground.run("print('no data')").wait_until_finished()
    expect(playground.samples).to_contain_text("The built-in MNIST sample")
    expect(playground.samples.locator("canvas")).to_have_count(30)


def test_everything_works_by_keyboard(page: Page, site_url: str) -> None:
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(playground.editor).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("for i in range(2):\n")
    page.keyboard.press("Tab")
    page.keyboard.type("print('row', i)")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(playground.console).to_have_text(re.compile(r"row 0\s*row 1"))
    playground.wait_until_finished()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(playground.editor).not_to_be_focused()


def test_views_open_by_their_keys_and_by_arrows(playground: PlaygroundPage) -> None:
    tab = playground.tab
    tab.keyboard.press("Alt+6")
    expect(tab.locator("#tab-data")).to_be_focused()
    expect(tab.locator("#view-data")).to_be_visible()
    tab.keyboard.press("Home")
    expect(tab.locator("#tab-train")).to_be_focused()
    expect(tab.locator("#view-train")).to_be_visible()
    expect(tab.locator("#view-data")).to_be_hidden()


def test_the_sheet_of_shortcuts_opens_and_closes_by_keyboard(playground: PlaygroundPage) -> None:
    opener = playground.tab.get_by_role("button", name="Shortcuts")
    opener.press("Enter")
    sheet = playground.tab.get_by_role("dialog", name="Shortcuts")
    expect(sheet).to_contain_text("Pause or continue training")
    playground.tab.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


def test_stop_works_by_keyboard(playground: PlaygroundPage) -> None:
    playground.write("while True: print('again')")
    playground.tab.keyboard.press("ControlOrMeta+Enter")
    expect(playground.console).to_contain_text("again")
    playground.stop_button.focus()
    playground.tab.keyboard.press("Enter")
    expect(playground.progress).to_contain_text("Stopped after")
    expect(playground.stop_button).to_be_focused()


def test_the_guide_opens_beside_the_page_in_the_readers_language(open_tab, site_url: str) -> None:  # type: ignore[no-untyped-def]
    tab = open_tab(python=False, locale="zh-CN")
    PlaygroundPage(tab, site_url)
    with tab.expect_popup() as opened:
        tab.get_by_role("link", name="使用指南").click()
    guide = opened.value
    expect(guide.locator("h1")).to_have_text("使用指南")
    guide.get_by_role("link", name="English").click()
    expect(guide.locator("h1")).to_have_text("Guide")


CONTRASTS = """() => {
  const style = getComputedStyle(document.documentElement);
  const channel = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (name) => {
    const hex = style.getPropertyValue(name).trim();
    const [r, g, b] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const text = ["--text", "--text-muted", "--accent", "--wrong", "--right"];
  const code = ["keyword", "string", "number", "comment", "function", "operator"];
  const pairs = [
    ...["page", "panel", "sunken"].flatMap((s) => text.map((t) => [t, `--surface-${s}`])),
    ...code.map((name) => [`--code-${name}`, "--surface-panel"]),
    ["--on-accent", "--accent"], ["--accent", "--accent-soft"], ["--text", "--caution-soft"],
    ["--wrong", "--wrong-soft"], ["--text", "--wrong-soft"], ["--text-muted", "--wrong-soft"],
  ];
  return Object.fromEntries(pairs.map(([a, b]) => [`${a} on ${b}`, ratio(a, b)]));
}"""
