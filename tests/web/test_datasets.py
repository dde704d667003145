"""Data sets in the page: those its build baked in load; of the others it says how."""

import io
import json

import numpy as np
from playwright.sync_api import Page, Route, expect

from tests.web.playground_page import PlaygroundPage

PROGRAM = """\
import keras
(x, y), (x_test, _) = keras.datasets.fashion_mnist.load_data()
print(x.shape, int(x.max()), y.tolist(), len(x_test))
print(keras.datasets.toys.moons(4)[0].shape, keras.datasets.iris.load_data()[0][0].shape)
try:
    keras.datasets.cifar10.load_data()
except FileNotFoundError as error:
    print("cifar10:", error)
"""


def test_a_baked_data_set_loads_and_a_missing_one_says_how_to_bake_it(
    page: Page, site_url: str
) -> None:
    x, y = np.full((3, 28, 28), 7, np.uint8), np.arange(3, dtype=np.uint8)
    npz = io.BytesIO()
    np.savez_compressed(npz, x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])

    def with_data(route: Route) -> None:
        described = route.fetch().json()
        described["data"] = {"fashion_mnist": "../../data/fashion_mnist-0123.npz"}
        route.fulfill(body=json.dumps(described), content_type="application/json")

    page.context.route("**/site.json", with_data)
    page.context.route(
        "**/data/fashion_mnist-*.npz", lambda route: route.fulfill(body=npz.getvalue())
    )
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    playground.run(PROGRAM).wait_until_finished()
    expect(playground.console).to_contain_text("(3, 28, 28) 7 [0, 1, 2] 1")
    expect(playground.console).to_contain_text("(4, 2) (120, 4)")
    expect(playground.console).to_contain_text("scripts/build --data-dir FOLDER")


def test_a_dropped_data_set_is_found_and_the_message_says_which(
    playground: PlaygroundPage,
) -> None:
    program = (
        "import keras\n(x, y), _ = keras.datasets.fashion_mnist.load_data()\n"
        "print(x.shape, x.max())"
    )
    playground.run(program)
    expect(playground.console).to_contain_text("This site does not carry Fashion-MNIST")
    expect(playground.console).to_contain_text("train-images-idx3-ubyte.gz")
    expect(playground.console).to_contain_text("drop it on this page")
    x, y = np.full((3, 28, 28), 7, np.uint8), np.arange(3, dtype=np.uint8)
    npz = io.BytesIO()
    np.savez_compressed(npz, x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    playground.files.locator("input[type=file]").set_input_files(
        {"name": "fashion_mnist.npz", "mimeType": "", "buffer": npz.getvalue()}
    )
    expect(playground.tab.locator("toast-stack")).to_contain_text("Fashion-MNIST is there")
    playground.run(program)
    expect(playground.console).to_have_text("(3, 28, 28) 7")
    playground.files.get_by_role("button", name="Delete fashion_mnist.npz").click()
