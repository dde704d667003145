"""What the page asks for while a program runs: it is answered or left out, and the run goes on."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.playground_page import ENDLESS, PlaygroundPage, training_program

# Each model is trained until the page has asked what it predicts; all say something of their own.
SHAPED = """\
import keras, numpy as np
from keras import layers, ops
x_train, x_test = np.random.rand(4000, 20), np.random.rand(600, 20)
y_train, y_test = np.arange(4000) % 3, np.arange(600) % 3
asked = []

def raising(y):
    raise ArithmeticError("not today")

class Shaped(keras.Sequential):
    def predict_step(self, data):
        asked.append(self.name)
        return self.outputs_of(self(data))

class UntilAsked(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = self.model.name in asked

for name, outputs in KINDS.items():
    model = Shaped([layers.Dense(3, activation="softmax")], name=name)
    model.outputs_of = outputs
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(x_train, y_train, epochs=10**6, verbose=0, callbacks=[UntilAsked()])
print(len(asked) >= len(KINDS), "to the end")
"""
UNSHOWN = """{
    "vector": lambda y: y[:, 0],
    "two_in_a_list": lambda y: [y, y],
    "error": raising,
}"""
SHOWN = {
    "axes of one": "lambda y: ops.reshape(y, (-1, 1, 1, 3))",
    "a dict with one": "lambda y: {'only': y}",
}


def test_outputs_that_cannot_be_shown_leave_the_run_alone(playground: PlaygroundPage) -> None:
    playground.run(SHAPED.replace("KINDS", UNSHOWN)).wait_until_finished()
    expect(playground.console).to_have_text("True to the end")
    expect(playground.notice.locator("p")).to_have_count(0)
    # That of the last model.
    expect(playground.score).to_contain_text("ArithmeticError: not today")


@pytest.mark.parametrize("outputs", SHOWN.values(), ids=SHOWN)
def test_outputs_that_mean_one_row_a_sample_are_shown(
    playground: PlaygroundPage, outputs: str
) -> None:
    program = SHAPED.replace("KINDS", f"{{'shown': {outputs}}}")
    playground.run(program.replace("UntilAsked()", ""))
    expect(playground.predictions_head).to_contain_text("with the weights of this moment")
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")
    expect(playground.score).to_contain_text("of 600 right")


@pytest.fixture
def files(playground: PlaygroundPage) -> Iterator[Locator]:
    yield playground.delete_files()
    playground.delete_files()


WATCH = """\
import keras, numpy as np, os
open("old.txt", "w").write("old")
class Watch(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if os.path.exists("new.txt"):
            print("seen:", open("new.txt").read())
            self.model.stop_training = True
x = np.ones((64, 4))
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, x[:, 0], epochs=10**6, verbose=0, callbacks=[Watch()])
print("old is there" if os.path.exists("old.txt") else "old is gone")
"""


def test_files_come_and_go_while_a_model_trains(playground: PlaygroundPage, files: Locator) -> None:
    old = {"name": "old.txt", "mimeType": "", "buffer": b"old"}
    files.locator("input[type=file]").set_input_files(old)
    expect(files.locator("li")).to_have_count(1)
    playground.run(WATCH).wait_until_training()
    with playground.tab.expect_download() as saved:
        files.get_by_role("button", name="Download old.txt").click()
    assert saved.value.path().read_bytes() == b"old"
    files.get_by_role("button", name="Delete old.txt").click()
    expect(files.locator("li")).to_have_count(0)
    new = {"name": "new.txt", "mimeType": "", "buffer": b"fresh"}
    files.locator("input[type=file]").set_input_files(new)
    playground.wait_until_finished()
    expect(playground.console).to_have_text("seen: freshold is gone")
    expect(files.locator(".name")).to_have_text("new.txt")


def test_a_file_that_cannot_be_had_is_told_and_the_run_goes_on(
    playground: PlaygroundPage, files: Locator
) -> None:
    playground.run("open('gone.txt', 'w').write('x')").wait_until_finished()
    expect(files.locator("li")).to_have_count(1)
    playground.run("import os\nos.remove('gone.txt')\n" + training_program(ENDLESS))
    playground.wait_until_training()
    files.get_by_role("button", name="Download gone.txt").click()
    expect(playground.notice).to_contain_text("gone.txt: FileNotFoundError")
    expect(files.locator("li")).to_have_count(0)
    expect(playground.progress).to_contain_text("Training")
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")


STUBBORN = """\
import keras, numpy as np
class Stubborn(keras.optimizers.SGD):
    def fix_learning_rate(self, value):
        raise ArithmeticError("not today")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(Stubborn(0.25), "mse")
model.fit(np.ones((40, 3)), np.ones((40, 1)), epochs=10**6, verbose=0)
"""


def test_a_number_that_cannot_be_set_is_told_and_the_run_goes_on(
    playground: PlaygroundPage,
) -> None:
    playground.run(STUBBORN).wait_until_training().show("train")
    rate = playground.tab.locator("training-controls .rate input[type=number]")
    rate.fill("0.5")
    rate.press("Enter")
    expect(playground.notice).to_contain_text("learning_rate: ArithmeticError: not today")
    expect(rate).to_have_value("0.25")
    expect(playground.tab.locator("training-controls .wait")).to_be_hidden()
    expect(playground.progress).to_contain_text("Training")
    playground.stop_button.click()
    expect(playground.progress).to_contain_text("Stopped after")


def test_links_and_locked_files_end_nothing(playground: PlaygroundPage, files: Locator) -> None:
    playground.run(
        "import os\nopen('kept.txt', 'w').write('kept')\nos.makedirs('/tmp/other', exist_ok=True)\n"
        "os.symlink('/tmp/other', 'link')\nos.symlink('nowhere', 'dangling')\n"
        "open('locked', 'w').write('x')\nos.chmod('locked', 0)\nos.mkdir('empty')\nprint('made')"
    ).wait_until_finished()
    expect(playground.console).to_have_text("made")
    expect(files.locator("li").filter(has_text="kept.txt")).to_have_count(1)
    expect(playground.notice.locator("p")).to_have_count(0)
    playground.run("import os\nos.remove('link'), os.remove('dangling'), os.remove('locked')")
    playground.wait_until_finished()


AS_AN_UNKNOWN_TYPE = """\
() => {
  const { prototype } = MessagePort;
  const send = prototype.postMessage;
  prototype.postMessage = function (message) {
    prototype.postMessage = send;
    send.call(this, { ...message, type: "forget-file" });
  };
}
"""


def test_a_request_of_a_type_that_is_not_known_deletes_nothing(
    playground: PlaygroundPage, files: Locator
) -> None:
    playground.run("open('kept.txt', 'w').write('kept')").wait_until_finished()
    expect(files.locator("li")).to_have_count(1)
    playground.tab.evaluate(AS_AN_UNKNOWN_TYPE)
    files.get_by_role("button", name="Delete kept.txt").click()
    expect(playground.notice).to_contain_text("kept.txt: ValueError: expected a request of type")
    expect(files.locator("li")).to_have_count(1)
    playground.run("print(open('kept.txt').read())")
    expect(playground.console).to_have_text("kept")


ODD = """\
import keras, numpy as np

class End(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch > 1

class Logs(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs.update(text="high", nothing=None, complex=1j, list=[1, [2]], big=10**400, own=End())

x, y = np.ones((8, 1)), np.ones(8)
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)], name="odd")
model.compile("sgd", "mse")
model.fit(x, y, epochs=np.int64(3), steps_per_epoch=np.int64(2), batch_size=2, verbose=0)
model.fit(x, y, epochs=2**60, verbose=0, callbacks=[End()])  # more than JavaScript counts
model.fit(x, y, epochs=3, verbose=0, callbacks=[Logs()])
print("\\ud800")  # half a character
"""
ODD_ENDS = {
    "predictions without an end": "x_test, y_test = x, y\n"
    "model.compile(keras.optimizers.SGD(1e30), 'mse')\n"
    "model.fit(x, y, epochs=30, verbose=0)",
    "labels that JavaScript cannot count": "x_test, y_test = x, np.full(8, 2**62)\n"
    "model.compile('sgd', 'binary_crossentropy')\nmodel.fit(x, y * 0, verbose=0)",
    "pixels without an end": "x_train = np.full((8, 64), np.inf)\nx_train[0] = -1e308",
}


@pytest.mark.parametrize("end", ODD_ENDS.values(), ids=ODD_ENDS)
def test_the_page_takes_what_a_program_says_of_itself(playground: PlaygroundPage, end: str) -> None:
    playground.run(f"{ODD}{end}\nprint('to the end')").wait_until_finished()
    expect(playground.console).to_contain_text("to the end")
    expect(playground.notice.locator("p")).to_have_count(0)


def test_an_open_figure_that_cannot_be_drawn_is_an_error_of_the_program(
    playground: PlaygroundPage,
) -> None:
    playground.run("import matplotlib.pyplot as plt\nplt.title('$bad_{$')")
    expect(playground.progress).to_contain_text("ended with an error")
    expect(playground.console).to_contain_text("ValueError")
    expect(playground.notice.locator("p")).to_have_count(0)
    playground.run("print('ready')")
    expect(playground.console).to_have_text("ready")


def test_an_import_that_cannot_be_fetched_ends_that_run_alone(
    page: Page,
    site_url: str,
    tab_problems: object,
) -> None:
    tab_problems.allow("404|Failed to load|ERR_FAILED")  # type: ignore[attr-defined]
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    missing = re.compile(r"matplotlib-.*\.whl$")
    page.context.route(missing, lambda route: route.fulfill(status=404))
    playground.run("import matplotlib.pyplot as plt\nprint('drawn')")
    expect(playground.progress).to_contain_text("ended with an error")
    expect(playground.console).to_contain_text("the next Run tries again")
    expect(playground.notice.locator("p")).to_have_count(0)
    playground.run("print('well')")
    expect(playground.console).to_have_text("well")
    page.context.unroute(missing)
    playground.run("import matplotlib.pyplot as plt\nprint('drawn')")
    expect(playground.console).to_have_text("drawn")
