"""Training held, stepped and changed in the middle of a real fit, as a person does it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Locator, Page, expect
from tasks import server

from tests.web.conftest import Problems
from tests.web.playground_page import PlaygroundPage

STEPS = """\
import keras, numpy as np
x, y = np.ones((40, 3), "float32"), np.ones((40, 1), "float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.25), "mse")
shown = keras.callbacks.LambdaCallback(
    on_train_batch_end=lambda batch, logs: print(f"step {batch}"),
    on_epoch_end=lambda epoch, logs: print(f"epoch {epoch}"),
)
model.fit(x, y, batch_size=10, epochs=2, verbose=0, callbacks=[shown])
print("applied", int(model.optimizer.iterations.numpy()), model.optimizer.learning_rate.numpy())
"""
LONG = """\
import keras, numpy as np
x, y = np.ones((40, 3), "float32"), np.ones((40, 1), "float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.25), "mse")
model.fit(x, y, batch_size=10, epochs=10**6, verbose=0)
"""


class Paced:
    """The buttons that pace a run."""

    def __init__(self, root: Page | Frame):
        self.root = root

    def button(self, name: str) -> Locator:
        return self.root.locator(f"run-controls .{name}")

    def write(self, program: str) -> None:
        page = self.root if isinstance(self.root, Page) else self.root.page
        self.root.locator("code-editor .cm-content").press("ControlOrMeta+a")
        page.keyboard.insert_text(program)

    def wait_until_held(self) -> None:
        expect(self.button("run")).to_contain_text("Continue")

    @property
    def console(self) -> Locator:
        return self.root.locator("console-output .lines")

    @property
    def progress(self) -> Locator:
        return self.root.locator("progress-line .line")

    @property
    def rate(self) -> Locator:
        return self.root.locator("training-controls .rate input[type=number]")


def steps_change_the_rate_and_go_on(paced: Paced) -> None:
    """Everything in one go: begin held, three steps, an epoch, another learning rate, the end."""
    paced.write(STEPS)
    paced.button("step").click()
    paced.wait_until_held()
    expect(paced.console).to_have_text("")
    told = ""
    for step in range(3):
        paced.button("step").click()
        told += f"step {step}"
        expect(paced.console).to_have_text(told)
        paced.wait_until_held()
    paced.button("epoch").click()
    told += "step 3epoch 0"
    expect(paced.console).to_have_text(told)
    paced.wait_until_held()
    expect(paced.rate).to_have_value("0.25")
    paced.rate.fill("0.125")
    paced.rate.press("Enter")
    expect(paced.root.locator("training-controls .wait")).to_be_hidden()
    paced.button("run").click()
    told += "step 0step 1step 2step 3epoch 1applied 8 0.125"
    expect(paced.console).to_have_text(told)
    expect(paced.progress).to_contain_text("Finished")


def test_a_fit_goes_step_by_step_and_its_learning_rate_changes(
    playground: PlaygroundPage,
) -> None:
    assert playground.tab.evaluate("self.crossOriginIsolated") is False  # no special headers
    steps_change_the_rate_and_go_on(Paced(playground.tab))


def test_pause_holds_a_fast_fit_and_stop_ends_it_there(playground: PlaygroundPage) -> None:
    paced = Paced(playground.tab)
    playground.run(LONG).wait_until_training()
    paced.button("pause").click()
    paced.wait_until_held()
    line = paced.progress.inner_text()
    playground.tab.wait_for_timeout(300)
    assert paced.progress.inner_text() == line
    paced.button("run").click()
    expect(paced.button("run")).to_contain_text("Run")
    paced.button("pause").click()
    paced.wait_until_held()
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")


def test_a_stopped_fit_goes_on_and_its_weights_go_back(playground: PlaygroundPage) -> None:
    playground.run(LONG).wait_until_training()
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
    controls = playground.tab.locator("training-controls")
    controls.get_by_role("button", name="Reset").click()
    controls.locator("form .epochs").fill("2")
    controls.locator("form .epochs").press("Enter")
    expect(playground.progress).to_contain_text("Finished")


@pytest.fixture
def framed(page: Page, site_url: str, tab_problems: Problems, tmp_path: Path) -> Iterator[Frame]:
    """The site in a frame of a page of another origin."""
    (tmp_path / "index.html").write_text(
        f"<!doctype html><title>Host</title><link rel=icon href=data:,>"
        f"<iframe src='{site_url}' width=1200 height=760></iframe>",
        encoding="utf-8",
    )
    tab_problems.allow("request outside the site")  # the page around it
    with server.serving(tmp_path) as host_url:
        page.goto(host_url)
        frame = page.frames[1]
        expect(frame.locator("load-status .dot")).to_be_visible()
        yield frame


def test_inside_a_frame_of_another_origin_it_works_too(framed: Frame) -> None:
    steps_change_the_rate_and_go_on(Paced(framed))


LOOP = """\
import keras, numpy as np
x, y = np.ones((40, 3), "float32"), np.ones((40, 1), "float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
for step in range(10**6):
    model.train_on_batch(x, y)
    if step < 3:
        print(f"step {step}")
"""


def test_a_loop_by_hand_is_held_stepped_and_stopped(playground: PlaygroundPage) -> None:
    paced = Paced(playground.tab)
    paced.write(LOOP)
    paced.button("step").click()
    paced.wait_until_held()
    expect(paced.console).to_have_text("")
    paced.button("step").click()
    expect(paced.button("run")).to_contain_text("Continue")
    paced.button("run").click()
    expect(paced.console).to_have_text("step 0step 1step 2")
    paced.button("pause").click()
    paced.wait_until_held()
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
