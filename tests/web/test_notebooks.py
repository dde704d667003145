"""A notebook that is dropped on the page: its commands, packages, tables, figures and text."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.web.playground_page import PlaygroundPage

NOTEBOOK = Path(__file__).parent / "notebooks" / "plants.ipynb"
DROP = """(target, [name, text]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name));
    const options = { dataTransfer, bubbles: true, cancelable: true, composed: true };
    target.dispatchEvent(new DragEvent("drop", options));
}"""
ALL_SETTINGS = """\
import matplotlib.pyplot as plt
import pandas as pd, sklearn
print(plt.rcParams["axes.grid"], sklearn.get_config()["transform_output"])
print(pd.get_option("display.max_rows"))
"""
CHANGE_SETTINGS = """\
import importlib
pd = importlib.import_module("pan" + "das")
pd.set_option("display.max_rows", 7)
print(pd.Timestamp("2024-07-01", tz="Europe/Berlin").utcoffset())
%time print(pd.DataFrame({"a": [1]}).plot(title="of pandas"))
"""


def test_a_dropped_notebook_runs_with_its_packages_and_leaves_nothing_to_the_next_program(
    playground: PlaygroundPage,
) -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    playground.show("train").tab.locator("#view-train").evaluate(DROP, ["plants.ipynb", text])
    expect(playground.program_button).to_have_text("plants")
    playground.run().wait_until_finished()
    console = playground.show("print").console
    expect(console).to_contain_text("left out: “!pip install -q pandas scikit-learn seaborn”")
    expect(console.locator(".stderr")).to_have_count(0)
    tables = console.locator("table")
    expect(tables).to_have_count(2)
    head = tables.first.locator("thead th")
    assert head.all_inner_texts() == ["", "light", "water", "note", "thrives"]
    expect(tables.first.locator("tbody tr")).to_have_count(5)
    expect(tables.first.locator("tbody th").first).to_have_attribute("scope", "row")
    expect(console.locator("img")).to_have_count(1)
    order = console.locator(".rows").inner_text()
    assert order.index("Save PNG") < order.index("accuracy True")
    assert "[1.],\n       [0.]" in order
    playground.run(ALL_SETTINGS).wait_until_finished()
    expect(console).to_have_text(re.compile("False default\\s*60"))
    playground.run(CHANGE_SETTINGS).wait_until_finished()
    expect(console).to_contain_text("2:00:00")
    expect(console.locator("img")).to_have_attribute("alt", "Figure 1: of pandas, a")
    playground.run(ALL_SETTINGS).wait_until_finished()
    expect(console).to_have_text(re.compile("False default\\s*60"))
