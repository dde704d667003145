"""Charts seen closer: by the wheel of a mouse or the pinch of a trackpad, and by two fingers."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.web.playground_page import TWO_FRAMES, PlaygroundPage, training_program


def drawn(tab: Page) -> str:
    """What the first plot looks like."""
    tab.evaluate(TWO_FRAMES)
    script = "(host) => host.shadowRoot.querySelector('canvas').toDataURL()"
    picture: str = tab.locator("metric-chart").first.evaluate(script)
    return picture


def box_of(plot: Locator) -> dict[str, float]:
    box = plot.bounding_box()
    assert box is not None
    return dict(box)


def test_the_wheel_zooms_with_control_held_and_scrolls_without(
    playground: PlaygroundPage,
) -> None:
    playground.run(training_program(epochs=4)).wait_until_finished()
    tab = playground.tab
    whole = drawn(tab)
    plot = tab.locator("metric-chart .u-over").first
    show_all = tab.get_by_role("button", name="Show all")
    plot.hover(position={"x": 0.5 * box_of(plot)["width"], "y": 40})
    tab.mouse.wheel(0, -200)
    tab.evaluate(TWO_FRAMES)
    expect(show_all).to_have_count(0)
    tab.keyboard.down("Control")
    tab.mouse.wheel(0, -200)
    expect(show_all).to_be_visible()
    expect(tab.locator("metric-chart .place").first).to_contain_text("epoch 2")
    tab.mouse.wheel(0, 1000)
    expect(show_all).to_have_count(0)
    tab.keyboard.up("Control")
    tab.mouse.move(0, 0)
    assert drawn(tab) == whole


def test_two_fingers_stretch_both_charts_and_one_finger_points(
    open_tab: Any, site_url: str
) -> None:
    phone = open_tab(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    playground = PlaygroundPage(phone, site_url).wait_until_ready()
    playground.run(training_program(epochs=4)).wait_until_finished()
    playground.show("train")
    plot = phone.locator("metric-chart .u-over").first
    plot.scroll_into_view_if_needed()
    whole = drawn(phone)
    box = box_of(plot)
    touch = phone.context.new_cdp_session(phone)

    def fingers(kind: str, *shares: float) -> None:
        points = [
            {"x": box["x"] + share * box["width"], "y": box["y"] + 60, "id": number}
            for number, share in enumerate(shares)
        ]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    show_all = phone.get_by_role("button", name="Show all")
    fingers("touchStart", 0.45)
    fingers("touchStart", 0.45, 0.55)
    fingers("touchMove", 0.35, 0.65)
    fingers("touchMove", 0.25, 0.75)
    expect(show_all).to_be_visible()
    assert drawn(phone) != whole
    fingers("touchMove", 0.49, 0.51)
    fingers("touchMove", 0.4, 0.6)
    fingers("touchMove", 0.47, 0.53)
    fingers("touchEnd")
    show_all.click()
    fingers("touchStart", 0.5)
    fingers("touchMove", 0.52)
    expect(phone.locator("metric-chart .place").first).to_contain_text("epoch 2")
    fingers("touchEnd")
    expect(show_all).to_have_count(0)
