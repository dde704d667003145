"""A training that was cut off goes on from its checkpoint: in the page, on its kernels."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.web.playground_page import PlaygroundPage

# Dropout, momentum, a shuffled order and callbacks: all of it is state. It trains for some seconds,
# and prints what came of it to the last bit.
PROGRAM = """\
import keras, numpy as np, time
keras.utils.set_random_seed(7)
(x_train, y_train), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([
    keras.Input((28, 28)), keras.layers.Rescaling(1 / 255), keras.layers.Flatten(),
    keras.layers.Dense(32, activation="relu"), keras.layers.BatchNormalization(),
    keras.layers.Dropout(0.3), keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
class Slow(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        end = time.time() + 0.15
        while time.time() < end:
            pass
history = model.fit(
    x_train[:1000], y_train[:1000], epochs=40, validation_split=0.1, verbose=0,
    callbacks=[Slow(), keras.callbacks.ReduceLROnPlateau("loss", patience=2)],
)
print("losses", [loss.hex() for loss in history.history["loss"]])
weights = sum(float(np.abs(w).sum()) for w in model.get_weights())
print("weights", weights.hex(), np.random.rand())
"""
KEPT = """async () => {
  const all = async (name, store, kind) => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await done(indexedDB.open(name));
    const found = await done(database.transaction(store).objectStore(store)[kind]());
    database.close();
    return found;
  };
  const runs = await all("pykeras.runs", "runs", "getAll");
  return {
    states: (await all("pykeras.checkpoints", "states", "getAllKeys")).length,
    runs: runs.sort((a, b) => a.number - b.number).map(({ status, checkpoint, curves }) => ({
      status, checkpoint, fits: curves.fits.length,
      logs: [...curves.fits[0].epochLogs.find(({ name }) => name === "loss").value],
      steps: [...curves.fits[0].curves.find(({ name }) => name === "loss").step] })),
  };
}"""


def printed(playground: PlaygroundPage) -> list[str]:
    text = playground.show("print").console.inner_text()
    return re.findall(r"^(?:losses|weights) .*$", text, re.MULTILINE)


def wait_for_checkpoint(tab: Page) -> None:
    """Until this browser keeps a run as running, which it does with each checkpoint."""
    tab.evaluate(
        f"""async () => {{
          while (!(await ({KEPT})()).runs.some(({{ status }}) => status === "running")) {{
            await new Promise((resolve) => setTimeout(resolve, 100));
          }}
        }}"""
    )


def test_a_run_goes_on_after_a_reload_as_if_nothing_had_happened(
    open_tab: Any, site_url: str
) -> None:
    playground = PlaygroundPage(open_tab(), site_url).wait_until_ready()
    tab = playground.tab
    playground.run(PROGRAM).wait_until_training()
    wait_for_checkpoint(tab)
    # Another tab sees that it goes on, and offers nothing.
    other = PlaygroundPage(tab.context.new_page(), site_url)
    expect(other.run_button).to_be_visible()
    assert "interrupted" not in other.notice.inner_text()
    tab.reload()
    expect(playground.notice).to_contain_text(re.compile(r"was interrupted at epoch \d+ of 40"))
    expect(other.notice).to_contain_text("was interrupted")
    other.tab.close()
    playground.write("print('another program by now')")
    playground.notice.get_by_role("button", name="Go on from there").click()
    expect(playground.editor).to_contain_text("set_random_seed(7)")
    playground.wait_until_finished()
    resumed = printed(playground)
    assert len(resumed) == 2
    kept = tab.evaluate(KEPT)
    assert kept["states"] == 0
    (run,) = kept["runs"]
    assert (run["status"], run["checkpoint"], run["fits"]) == ("completed", None, 1)
    assert len(run["logs"]) == 40
    assert run["steps"] == sorted(set(run["steps"]))
    # The same again, this time without an interruption.
    playground.run(PROGRAM).wait_until_finished()
    assert printed(playground) == resumed
    assert tab.evaluate(KEPT)["runs"][1]["logs"] == run["logs"]


def test_a_run_goes_on_after_its_worker_died_and_after_stop(open_tab: Any, site_url: str) -> None:
    playground = PlaygroundPage(open_tab(), site_url).wait_until_ready()
    tab = playground.tab
    # What the first part has written is there in the second, which therefore does not die.
    dying = """\
import os, pathlib, time
began, mark = time.time(), pathlib.Path("mark.txt")
first = not mark.exists()
mark.write_text("here")
class Die(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if first and time.time() - began > 6:
            os._exit(1)
"""
    program = PROGRAM.replace("history =", f"{dying}history =").replace("[Slow()", "[Die(), Slow()")
    program = program.replace("epochs=40", "epochs=400")
    playground.run(program)
    expect(playground.notice).to_contain_text(re.compile(r"can go on from epoch \d+ of 400"))
    playground.notice.get_by_role("button", name="Go on from there").click()
    playground.wait_until_training()
    playground.stop_button.click()
    playground.wait_until_idle()
    kept = tab.evaluate(KEPT)
    assert [run["status"] for run in kept["runs"]] == ["stopped"]
    tab.reload()
    table = playground.wait_until_ready().show("runs").tab.locator("run-table")
    table.get_by_role("button", name=re.compile("Go on")).click()
    playground.wait_until_training()
    (again,) = tab.evaluate(KEPT)["runs"]
    assert again["steps"][: len(kept["runs"][0]["steps"])] == kept["runs"][0]["steps"]
    expect(table.get_by_role("button", name=re.compile("Go on"))).to_have_count(0)
    playground.stop_button.click()
    playground.wait_until_idle()
