"""Files in the page: saved, listed, downloaded, uploaded, kept; exchanged with a desktop."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from pykeras_core import layers, models
from tests.web.playground_page import PlaygroundPage

X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
SAVE = """\
import keras
import numpy as np
keras.utils.set_random_seed(1)
x = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(2)])
model.compile("adam", "mse")
model.fit(x, np.ones((4, 2)), epochs=2, verbose=0)
model.save(PATH)
print(model.predict(x, verbose=0).tolist())
"""
LOAD = """\
import keras
import numpy as np
x = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
model = keras.models.load_model(PATH)
print(model.predict(x, verbose=0).tolist())
"""


@pytest.fixture
def files(playground: PlaygroundPage) -> Locator:
    return playground.delete_files()


def download(files: Locator, name: str) -> bytes:
    files.page.locator("#tab-files").click()
    with files.page.expect_download() as saved:
        files.get_by_role("button", name=f"Download {name}", exact=True).click()
    return saved.value.path().read_bytes()


def printed(playground: PlaygroundPage) -> np.ndarray:
    playground.wait_until_finished()
    expect(playground.console).to_contain_text("]]")
    text = playground.show("print").console.inner_text()
    return np.array(eval(text.strip(), {}), dtype="float32")


@pytest.mark.parametrize("path", ["m.keras", "m.h5"])
def test_a_model_saved_in_the_page_predicts_the_same_on_a_desktop(
    playground: PlaygroundPage, files: Locator, tmp_path: Path, path: str
) -> None:
    playground.run(SAVE.replace("PATH", repr(path)))
    outputs = printed(playground)
    (tmp_path / path).write_bytes(download(files, path))
    model = models.load_model(tmp_path / path)
    np.testing.assert_allclose(model.predict(X, verbose=0), outputs, rtol=1e-5, atol=1e-6)
    assert int(model.optimizer.iterations) == 2


@pytest.mark.parametrize("path", ["desktop.keras", "desktop.h5"])
def test_a_model_saved_on_a_desktop_predicts_the_same_in_the_page(
    playground: PlaygroundPage, files: Locator, tmp_path: Path, path: str
) -> None:
    model = models.Sequential([layers.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(2)])
    model.save(tmp_path / path)
    files.locator("input[type=file]").set_input_files(tmp_path / path)
    expect(files.locator("li")).to_contain_text(path)
    playground.run(LOAD.replace("PATH", repr(path)))
    outputs = printed(playground)
    np.testing.assert_allclose(model.predict(X, verbose=0), outputs, rtol=1e-5, atol=1e-6)


def test_a_folder_is_downloaded_as_a_zip_and_comes_back_from_it(
    playground: PlaygroundPage, files: Locator
) -> None:
    playground.run(SAVE.replace("PATH", "'my_model'"))
    outputs = printed(playground)
    data = download(files, "my_model")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "my_model/model.weights.h5" in archive.namelist()
    files.get_by_role("button", name="Delete my_model").click()
    expect(files.locator("li")).to_have_count(0)
    archive_file = {"name": "my_model.zip", "mimeType": "application/zip", "buffer": data}
    files.locator("input[type=file]").set_input_files(archive_file)
    expect(files.locator(".name")).to_have_text("my_model/")
    playground.run(LOAD.replace("PATH", "'my_model'"))
    np.testing.assert_allclose(printed(playground), outputs, rtol=1e-6)


def test_files_outlive_the_next_run_a_reload_and_are_deleted_for_good(
    playground: PlaygroundPage, files: Locator
) -> None:
    playground.run("open('notes.txt', 'w').write('kept')").wait_until_finished()
    expect(files.locator("li")).to_contain_text("notes.txt")
    expect(files.locator(".size")).to_have_text("4B")
    playground.run("print(open('notes.txt').read())").wait_until_finished()
    expect(playground.console).to_have_text("kept")
    playground.tab.reload()
    playground.wait_until_ready().show("files")
    expect(files.locator("li")).to_contain_text("notes.txt")
    playground.run("print(open('notes.txt').read())").wait_until_finished()
    expect(playground.console).to_have_text("kept")
    files.get_by_role("button", name="Delete notes.txt").click()
    expect(files.locator("li")).to_have_count(0)
    playground.tab.reload()
    playground.wait_until_ready()
    playground.run("import os\nprint(os.listdir())").wait_until_finished()
    expect(playground.console).to_have_text("[]")


def test_a_file_dropped_anywhere_is_there_for_programs(
    playground: PlaygroundPage, files: Locator
) -> None:
    transfer = playground.tab.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["a,b\\n1,2\\n"], "data.csv"));
          return transfer;
        }"""
    )
    charts = playground.tab.locator("#view-train")
    charts.dispatch_event("dragover", {"dataTransfer": transfer})
    expect(playground.tab.locator("html")).to_have_attribute("data-dropping", re.compile("Drop"))
    charts.dispatch_event("drop", {"dataTransfer": transfer})
    expect(playground.tab.locator("html")).not_to_have_attribute("data-dropping", re.compile(""))
    expect(files.locator("li")).to_contain_text("data.csv")
    playground.run("print(open('data.csv').readline())").wait_until_finished()
    expect(playground.console).to_contain_text("a,b")


def test_a_damaged_model_file_is_refused_with_a_reason(
    playground: PlaygroundPage, files: Locator
) -> None:
    broken = {"name": "broken.h5", "mimeType": "", "buffer": b"\x89HDF\r\n\x1a\n" + bytes(50)}
    files.locator("input[type=file]").set_input_files(broken)
    expect(files.locator("li")).to_contain_text("broken.h5")
    playground.run("import keras\nkeras.models.load_model('broken.h5')")
    expect(playground.progress).to_contain_text("Error on line 2")
    expect(playground.console).to_contain_text("the HDF5 file is damaged")
    playground.run("print('ready')")
    expect(playground.console).to_have_text("ready")


def test_models_are_saved_where_python_cannot_wait(page: Page, site_url: str) -> None:
    def without_stack_switching(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body="delete WebAssembly.Suspending;" + response.text())

    page.context.route("**/worker.js", without_stack_switching)
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    expect(playground.notice).to_contain_text("cannot pause Python")
    playground.run(SAVE.replace("PATH", "'m.keras'") + "keras.models.load_model('m.keras')")
    playground.wait_until_finished()
    expect(PlaygroundPage(page).files.locator("li")).to_contain_text("m.keras")


def test_deleting_a_file_and_replacing_one_can_be_undone(
    playground: PlaygroundPage, files: Locator
) -> None:
    toasts = playground.tab.locator("toast-stack")
    files.locator("input[type=file]").set_input_files(_text_file("notes.txt", b"first"))
    expect(files.locator("li")).to_contain_text("notes.txt")
    files.locator("input[type=file]").set_input_files(_text_file("notes.txt", b"second"))
    replaced = toasts.locator(".toast").filter(has_text="took the place")
    replaced.get_by_role("button", name="Undo").click()
    expect(files.locator(".size")).to_have_text("5B")
    files.get_by_role("button", name="Delete notes.txt").click()
    expect(files.locator("li")).to_have_count(0)
    deleted = toasts.locator(".toast").filter(has_text="was deleted").last
    deleted.get_by_role("button", name="Undo").click()
    expect(files.locator("li")).to_contain_text("notes.txt")
    playground.run("print(open('notes.txt').read())")
    expect(playground.console).to_have_text("first")


DAMAGE = """
() => new Promise((resolve) => {
  const request = indexedDB.open("pykeras.files");
  request.onsuccess = () => {
    const database = request.result;
    const store = database.transaction("files", "readwrite").objectStore("files");
    store.put(new Uint8Array([104, 105]), "model");
    store.put("not the contents of a file", "bad.txt");
    store.put(new Uint8Array([1]), "../outside");
    store.transaction.oncomplete = () => { database.close(); resolve(); };
  };
})
"""


def test_files_that_cannot_be_put_back_are_named_and_the_others_are_there(
    playground: PlaygroundPage, files: Locator
) -> None:
    playground.run(
        "import os\nos.makedirs('model')\nopen('model/a.txt', 'w').write('a')\n"
        "open('well.txt', 'w').write('well')"
    ).wait_until_finished()
    expect(files.locator("li")).to_have_count(2)
    # As another tab may have left it, in which `model` is a file.
    playground.tab.evaluate(DAMAGE)
    playground.tab.reload()
    playground.wait_until_ready()
    expect(playground.notice).to_contain_text("could not be read and were left out")
    expect(playground.notice).to_contain_text("bad.txt")
    expect(playground.notice).to_contain_text("../outside")
    expect(playground.files.locator(".name")).to_have_text(["model", "model_a (2).txt", "well.txt"])
    playground.run("print(open('model').read(), open('model_a (2).txt').read())")
    expect(playground.console).to_have_text("hi a")
    playground.tab.evaluate("() => indexedDB.deleteDatabase('pykeras.files')")


def test_a_page_without_storage_says_so_and_works(page: Page, site_url: str) -> None:
    def without_storage(route: Route) -> None:
        response = route.fetch()
        broken = (
            "Object.defineProperty(self, 'indexedDB', { get() { throw new Error('denied'); } });"
        )
        route.fulfill(response=response, body=broken + response.text())

    page.context.route("**/worker.js", without_storage)
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    playground.run("open('a.txt', 'w').write('a')").wait_until_finished()
    expect(playground.files).to_contain_text("This browser does not keep files")
    expect(playground.files.locator("li")).to_contain_text("a.txt")


def test_what_a_full_browser_cannot_keep_is_marked(page: Page, site_url: str) -> None:
    def with_little_room(route: Route) -> None:
        response = route.fetch()
        full = """
            const put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (value, key) {
              if (value.length > 1000) throw new DOMException("full", "QuotaExceededError");
              return put.call(this, value, key);
            };
        """
        route.fulfill(response=response, body=full + response.text())

    page.context.route("**/worker.js", with_little_room)
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    playground.run(
        "open('small.txt', 'w').write('a')\nopen('large.bin', 'w').write('a' * 5000)"
    ).wait_until_finished()
    rows = playground.files.locator("li")
    expect(rows.filter(has_text="large.bin")).to_contain_text("not kept: no room")
    expect(rows.filter(has_text="small.txt")).not_to_contain_text("no room")


def _text_file(name: str, contents: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": contents}
