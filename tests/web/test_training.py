"""Training in the page: from Run to curves, scores and predictions; Stop; several programs."""

import math
import re

from playwright.sync_api import Page, Route, expect

from tests.web.playground_page import (
    ENDLESS,
    PlaygroundPage,
    python_on_its_way,
    training_program,
)


def percentage(text: str) -> float:
    match = re.search(r"([\d.]+)%", text)
    assert match, text
    return float(match[1])


def test_the_first_example_learns_to_read_unseen_digits(playground: PlaygroundPage) -> None:
    playground.choose_example("first-steps").run()
    expect(playground.chart(0)).to_have_attribute("aria-label", re.compile("training"))
    playground.wait_until_finished()

    loss, accuracy = playground.shown_values(0), playground.shown_values(1)
    assert loss["training"] < math.log(10) / 2, "no better than halfway from guessing"
    assert loss["validation"] < 0.5
    assert accuracy["training"] > 0.95
    assert accuracy["validation"] > 0.9

    expect(playground.predictions.locator(".figure")).to_be_visible()
    expect(playground.predictions_head).to_contain_text("after the run")
    expect(playground.score).to_contain_text("of 1,000 right")
    assert percentage(playground.predictions.locator(".figure").inner_text()) >= 90
    expect(playground.predictions.locator("li")).to_have_count(20)
    expect(playground.predictions.locator("li").first).to_have_attribute(
        "aria-label", re.compile(r"Predicted \d with [\d.]+%: (right|wrong)")
    )
    expect(playground.samples.locator("canvas")).to_have_count(30)
    expect(playground.console).to_contain_text('Model: "sequential"')
    expect(playground.console).to_contain_text("Epoch 10/10")
    expect(playground.console).to_contain_text(re.compile(r"9\d\.\d% of the unseen digits"))


def test_progress_bars_rewrite_their_line(playground: PlaygroundPage) -> None:
    playground.run(training_program(epochs=2)).wait_until_finished()
    bars = [line for line in playground.console.inner_text().splitlines() if "/125 " in line]
    assert len(bars) == 2
    assert all(line.startswith("125/125 ") for line in bars)


def test_mistakes_show_the_truth_beside_the_answer(playground: PlaygroundPage) -> None:
    playground.run(training_program(epochs=1)).wait_until_finished()
    expect(playground.predictions_head).to_contain_text("after the run")
    playground.predictions.get_by_role("button", name="Wrong").click()
    tiles = playground.predictions.locator("li")
    expect(tiles.first).to_have_attribute("aria-label", re.compile(r"wrong, it is \d"))
    expect(playground.predictions.locator("li.right")).to_have_count(0)
    playground.predictions.get_by_role("button", name="Balanced").click()


def test_stop_ends_training_and_the_next_run_starts(playground: PlaygroundPage) -> None:
    playground.run(training_program(ENDLESS)).wait_until_training()
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
    expect(playground.progress).to_contain_text("weights")
    expect(playground.score).to_contain_text("of 1,000 right")
    expect(playground.notice.locator("p")).to_have_count(0)
    playground.run("print('the next program runs')")
    expect(playground.console).to_have_text("the next program runs")
    playground.wait_until_finished()


def test_predictions_move_while_the_model_learns(playground: PlaygroundPage) -> None:
    playground.run(training_program(ENDLESS))
    expect(playground.predictions_head).to_contain_text("with the weights of this moment")
    first = playground.predictions.locator(".figure").inner_text()
    expect(playground.predictions.locator(".figure")).not_to_have_text(first)
    playground.stop_button.click()
    expect(playground.predictions_head).to_contain_text("after the run")


def test_stop_reaches_a_loop_that_only_prints(playground: PlaygroundPage) -> None:
    playground.run("n = 0\nwhile True:\n    n += 1\n    print(n)\n")
    expect(playground.console).to_contain_text("100")
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
    expect(playground.notice.locator("p")).to_have_count(0)


def test_a_busy_program_is_stopped_by_a_restart_that_says_so(playground: PlaygroundPage) -> None:
    playground.run("print('busy')\nwhile True: pass")
    expect(playground.console).to_contain_text("busy")  # before that, Stop comes in time
    playground.stop_button.click()
    expect(playground.notice).to_contain_text("did not react to Stop")
    expect(playground.progress).to_contain_text("cut off")
    playground.wait_until_ready()
    playground.run("print(6 * 7)")
    expect(playground.console).to_have_text("42")


def test_a_worker_that_dies_is_replaced(playground: PlaygroundPage) -> None:
    playground.run("import js\njs.close()\nwhile True: print('dying')")
    expect(playground.notice).to_contain_text("stopped working")
    playground.wait_until_ready()
    expect(playground.editor).to_contain_text("js.close()")
    playground.run("print('alive')")
    expect(playground.console).to_have_text("alive")


def test_without_stack_switching_stop_restarts_python_and_the_page_says_so(
    page: Page, site_url: str
) -> None:
    def without_it(route: Route) -> None:
        lacking = "delete WebAssembly.Suspending; delete WebAssembly.promising;\n"
        route.fulfill(response=(found := route.fetch()), body=lacking + found.text())

    page.context.route("**/worker.js", without_it)
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    expect(playground.notice).to_contain_text("cannot pause Python")
    playground.run(training_program(epochs=1)).wait_until_finished()
    expect(playground.score).to_contain_text("of 1,000 right")
    playground.run("import time\nprint('busy')\ntime.sleep(2)")
    late = {"name": "late.txt", "mimeType": "", "buffer": b"late"}
    PlaygroundPage(page).files.locator("input[type=file]").set_input_files(late)
    playground.wait_until_finished()
    expect(PlaygroundPage(page).files.locator(".name")).to_have_text("late.txt")
    playground.run("while True: print('on and on')")
    expect(playground.console).to_contain_text("on and on")
    playground.stop_button.click()
    expect(playground.notice).to_contain_text("did not react to Stop")
    playground.wait_until_ready()


def test_an_isolated_page_interrupts_busy_python(page: Page, site_url: str) -> None:
    def isolated(route: Route) -> None:
        found = route.fetch()
        headers = {
            **found.headers,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
        }
        route.fulfill(response=found, headers=headers)

    page.context.route(re.compile(r"(/|\.html|worker\.js)$"), isolated)
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    assert page.evaluate("crossOriginIsolated")
    playground.run("print('busy')\nwhile True: pass")
    expect(playground.console).to_have_text("busy")
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
    expect(playground.notice.locator("p")).to_have_count(0)


def test_run_pressed_early_waits_for_python_and_can_be_taken_back(
    page: Page, site_url: str
) -> None:
    with python_on_its_way(page):
        playground = PlaygroundPage(page, site_url)
        loaded = re.compile(r"[\d.]+ of [12]\d\.\d MB")
        expect(page.locator("load-status")).to_contain_text(loaded)
        playground.run("print('never')")
        expect(playground.run_button).to_have_text("Waiting…")
        expect(playground.progress).to_contain_text("as soon as Python is ready")
        playground.stop_button.click()
        expect(playground.run_button).to_have_text("Run")
        playground.run("print('only this')")
    expect(playground.console).to_have_text("only this")
    playground.wait_until_finished()


def test_several_fits_share_the_charts_under_their_own_names(playground: PlaygroundPage) -> None:
    playground.choose_example("comparing-optimizers").run().wait_until_finished()
    values = playground.shown_values(0)
    assert list(values) == ["sgd", "momentum", "rmsprop", "adam"]
    assert values["adam"] < values["sgd"]


def test_regression_is_shown_as_a_curve_through_the_points(playground: PlaygroundPage) -> None:
    playground.choose_example("regression").run().wait_until_finished()
    expect(playground.predictions_head).to_contain_text("after the run")
    expect(playground.score).to_contain_text("mean absolute error on 200 samples")
    assert float(playground.predictions.locator(".figure").inner_text()) < 0.15
    expect(playground.predictions.locator(".scatter .line")).to_be_visible()
    expect(playground.samples.locator(".scatter .point")).to_have_count(400)


def test_a_loss_that_is_not_a_number_leaves_the_page_ready(playground: PlaygroundPage) -> None:
    exploding = training_program(epochs=3).replace(
        'optimizer="sgd"', "optimizer=keras.optimizers.SGD(1e30)"
    )
    playground.run(exploding)
    expect(playground.progress).to_contain_text("Finished in")
    expect(playground.chart(0)).to_have_attribute("aria-label", re.compile("NaN"))
    playground.run("print('ready')")
    expect(playground.console).to_have_text("ready")


_SHORT_EPOCHS = """\
import keras
import numpy as np
x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
model = keras.Sequential([keras.layers.Dense(8, "tanh"), keras.layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3000, validation_data=(x, y), verbose=0)
"""
_COUNT_DRAWINGS = """\
() => {
  window.frames_seen = 0, window.drawings = 0;
  const count = () => { window.frames_seen += 1; requestAnimationFrame(count); };
  count();
  const line = document.querySelector("progress-line").shadowRoot;
  const changes = { characterData: true, childList: true, subtree: true };
  new MutationObserver(() => { window.drawings += 1; }).observe(line, changes);
}
"""


def test_epochs_shorter_than_a_frame_are_drawn_once_a_frame(playground: PlaygroundPage) -> None:
    playground.tab.evaluate(_COUNT_DRAWINGS)
    playground.run(_SHORT_EPOCHS)
    expect(playground.progress).to_contain_text("3,000")
    playground.wait_until_finished()
    drawings, frames = playground.tab.evaluate("[window.drawings, window.frames_seen]")
    # Beside the frames' there are the drawings of a run's begin and end.
    assert 0 < drawings < frames + 10
