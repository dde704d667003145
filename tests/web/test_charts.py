"""The curves as a person explores them: by pointer, by keys, by ear."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.web.playground_page import ENDLESS, TWO_FRAMES, PlaygroundPage, training_program

MODELS = """\
import keras, numpy as np
x = np.random.default_rng(0).random((800, 4)).astype("float32")
y = (x.sum(1) > 2).astype("float32")
for i in range(COUNT):
    model = keras.Sequential([keras.layers.Dense(1, "sigmoid")], name=f"model_{i}")
    metrics = ["accuracy", keras.metrics.Precision()]
    model.compile("adam", "binary_crossentropy", metrics=metrics)
    model.fit(x, y, epochs=4, verbose=0, validation_split=0.25)
"""


@pytest.fixture
def charts(playground: PlaygroundPage) -> Iterator[Locator]:
    """The charts of a run of one model, looked at as at first."""
    panel = playground.tab.locator("training-charts")
    playground.run(MODELS.replace("COUNT", "1")).wait_until_finished()
    yield panel
    playground.tab.mouse.move(0, 0)
    panel.get_by_label("By").select_option("epoch")
    panel.get_by_label("Smooth").fill("0")
    for pressed in panel.locator("button.log[aria-pressed=true]").all():
        pressed.click()


def shown(charts: Locator, number: int) -> list[str]:
    return charts.locator("metric-chart").nth(number).locator(".value").all_inner_texts()


def see_new_picture(playground: PlaygroundPage, seen: set[str]) -> None:
    """Wait until the first plot looks as it never did; add how to what was seen."""
    script = "(host) => host.shadowRoot.querySelector('canvas').toDataURL()"
    chart = playground.tab.locator("metric-chart").first
    deadline = time.monotonic() + 60
    while (picture := str(chart.evaluate(script))) in seen:
        assert time.monotonic() < deadline, "it looks as it did before"
        playground.tab.evaluate(TWO_FRAMES)
    seen.add(picture)


def test_a_pointer_on_one_chart_reads_the_values_of_both(
    playground: PlaygroundPage, charts: Locator
) -> None:
    last = [shown(charts, 0), shown(charts, 1)]
    plot = charts.locator(".u-over").first
    plot.hover(position={"x": 3, "y": 40})
    expect(charts.locator(".place").nth(0)).to_contain_text("epoch 0")
    expect(charts.locator(".place").nth(1)).to_contain_text("epoch 0")
    first = [shown(charts, 0), shown(charts, 1)]
    assert first[0] != last[0]
    assert first[1] != last[1]
    expect(charts.locator(".u-over").nth(1).locator("i:visible")).to_have_count(2)
    playground.tab.mouse.move(0, 0)
    expect(charts.locator(".place").nth(1)).to_have_text("")
    assert [shown(charts, 0), shown(charts, 1)] == last


def test_a_drag_zooms_both_charts_and_a_double_click_shows_all(
    playground: PlaygroundPage, charts: Locator
) -> None:
    place = charts.locator(".place").first
    left = {"x": 3, "y": 40}
    charts.locator(".u-over").first.hover(position=left)
    expect(place).not_to_have_text("")
    whole = place.inner_text()
    box = charts.locator(".u-over").nth(1).bounding_box()
    assert box
    mouse = playground.tab.mouse
    for again in ("button", "double click", "escape"):
        mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 30)
        mouse.down()
        mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 50, steps=3)
        mouse.up()
        show_all = charts.get_by_role("button", name="Show all")
        expect(show_all).to_be_visible()
        charts.locator(".u-over").first.hover(position=left)
        expect(place).not_to_have_text(re.compile(f"^(|{re.escape(whole)})$"))
        mouse.move(0, 0)
        if again == "button":
            show_all.click()
        elif again == "double click":
            mouse.dblclick(box["x"] + 20, box["y"] + 20)
            mouse.move(0, 0)
        else:
            playground.chart(0).press("Escape")
        expect(show_all).to_have_count(0)
        charts.locator(".u-over").first.hover(position=left)
        expect(place).to_have_text(whole)


def test_log_smoothing_and_the_axis_change_what_is_drawn(
    playground: PlaygroundPage, charts: Locator
) -> None:
    seen: set[str] = set()
    see_new_picture(playground, seen)
    charts.get_by_role("button", name="log").first.click()
    expect(charts.get_by_role("button", name="log").first).to_have_attribute("aria-pressed", "true")
    expect(charts.get_by_role("button", name="log").nth(1)).to_have_attribute(
        "aria-pressed", "false"
    )
    see_new_picture(playground, seen)
    charts.get_by_label("Smooth").fill("0.9")
    expect(charts.locator("output")).to_have_text("0.90")
    see_new_picture(playground, seen)
    charts.get_by_label("By").select_option("step")
    see_new_picture(playground, seen)
    charts.get_by_label("By").select_option("time")
    see_new_picture(playground, seen)
    charts.locator(".u-over").first.hover(position={"x": 30, "y": 40})
    expect(charts.locator(".place").first).to_contain_text(" s")


def test_keys_move_along_the_curves_and_say_where_they_are(
    playground: PlaygroundPage, charts: Locator
) -> None:
    plot = charts.locator(".plot").first
    said = charts.locator("metric-chart p[aria-live]").first
    plot.press("End")
    expect(said).to_have_text(re.compile(r"training: 0\.\d{4}, epoch 4$"))
    expect(charts.locator(".place").nth(1)).to_have_text("epoch 4")
    plot.press("ArrowDown")
    plot.press("ArrowLeft")
    expect(said).to_have_text(re.compile(r"validation: 0\.\d{4}, epoch 3$"))
    plot.press("Home")
    expect(said).to_have_text(re.compile(r"validation: 0\.\d{4}, epoch 1$"))
    plot.press("+")
    expect(charts.get_by_role("button", name="Show all")).to_be_visible()
    plot.press("Escape")
    expect(charts.get_by_role("button", name="Show all")).to_have_count(0)
    plot.press("Escape")
    expect(charts.locator(".place").nth(1)).to_have_text("")


def test_every_metric_has_a_chart_and_a_curve_can_be_left_out(
    playground: PlaygroundPage, charts: Locator
) -> None:
    everything = charts.get_by_role("button", name="All metrics")
    everything.click()
    expect(charts.locator("metric-chart h2")).to_have_text(["Loss", "Accuracy", "precision"])
    everything.click()
    expect(charts.locator("metric-chart")).to_have_count(2)
    charts.get_by_label("Metric").select_option("precision")
    expect(playground.chart(1)).to_have_attribute("aria-label", re.compile("^precision, training"))
    validation = charts.get_by_role("button", name="validation")
    validation.first.click()
    expect(validation.nth(1)).to_have_attribute("aria-pressed", "false")
    validation.nth(1).click()
    expect(validation.first).to_have_attribute("aria-pressed", "true")


def test_the_charts_of_twelve_models_stay_side_by_side_and_tell_them_apart(
    playground: PlaygroundPage,
) -> None:
    playground.run(MODELS.replace("COUNT", "12")).wait_until_finished()
    charts = playground.tab.locator("metric-chart")
    parts = [".plot", ".legend"]
    boxes = [[charts.nth(n).locator(part).bounding_box() for part in parts] for n in (0, 1)]
    for left, right in zip(*boxes, strict=True):
        assert left
        assert right
        assert (left["y"], left["height"]) == (right["y"], right["height"])
    looks = charts.first.locator(".legend button > svg").evaluate_all(
        "(all) => all.map((one) => one.outerHTML)"
    )
    looks = [re.sub(r"<!--.*?-->", "", look) for look in looks]
    assert len(looks) == len(set(looks)) == 24
    names = playground.tab.get_by_label("Metric").locator("option").all_inner_texts()
    assert names == ["accuracy", "precision"], "precision_1 ... precision_11 are one metric"


def test_points_that_are_no_numbers_are_left_out_and_told_of(playground: PlaygroundPage) -> None:
    exploding = training_program(epochs=3).replace(
        'optimizer="sgd"', "optimizer=keras.optimizers.SGD(1e30)"
    )
    playground.run(exploding).wait_until_finished()
    left_out = playground.tab.locator("metric-chart .left-out").first
    expect(left_out).to_contain_text(re.compile(r"NaN from epoch \d on"))


def test_the_values_are_there_as_a_table_and_more_is_known_on_request(
    playground: PlaygroundPage, charts: Locator
) -> None:
    charts.get_by_role("button", name="As a table").click()
    table = charts.get_by_role("table")
    heads = ["epoch", "accuracy", "loss", "precision"]
    validation = [f"val_{name}" for name in heads[1:]]
    expect(table.locator("thead th")).to_have_text([*heads, *validation])
    expect(table.locator("tbody tr")).to_have_count(4)
    last = table.locator("tbody tr").last.locator("td").all_inner_texts()
    assert last[1] == shown(charts, 0)[0], "the loss that Keras printed"
    charts.get_by_role("button", name="As a table").click()
    expect(table).to_have_count(0)


def test_the_speed_of_a_training_is_among_its_details(playground: PlaygroundPage) -> None:
    playground.run(training_program(epochs=40)).wait_until_finished()
    charts = playground.tab.locator("training-charts")
    details = charts.get_by_role("button", name="Details")
    details.click()
    expect(charts.get_by_role("heading", name="Steps per second")).to_be_visible()
    details.click()
    expect(charts.locator("detail-chart")).to_have_count(0)


def test_norms_of_gradients_are_among_the_details_while_they_are_open(
    playground: PlaygroundPage,
) -> None:
    playground.run(training_program(ENDLESS)).wait_until_training()
    charts = playground.tab.locator("training-charts")
    details = charts.get_by_role("button", name="Details")
    details.click()
    expect(charts.get_by_role("heading", name="Norms of the weights")).to_be_visible()
    gradients = charts.locator("detail-chart[which=gradients]")
    expect(gradients.locator(".plot")).to_have_attribute("aria-label", re.compile("dense"))
    details.click()
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
    playground.run("import keras\n" + _EAGER)
    details.click()
    expect(charts.locator("training-details .without")).to_contain_text("run_eagerly=True")
    details.click()
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")


def test_every_tenth_epoch_is_told_to_those_who_listen(playground: PlaygroundPage) -> None:
    few = training_program(ENDLESS).replace("x_train / 255, y_train", "x_train[:64], y_train[:64]")
    playground.run(few)
    told = playground.tab.locator("training-charts [role=status]")
    epoch = re.compile(r"^Epoch [\d,]{2,} of 100,000: accuracy [\d.]+, loss ")
    expect(told).to_have_text(epoch)
    first = told.inner_text()
    expect(told).not_to_have_text(first)
    expect(told).to_have_text(epoch)
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")


_EAGER = """\
import numpy as np
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse", run_eagerly=True)
model.fit(np.ones((8, 2)), np.ones(8), epochs=100_000)
"""
