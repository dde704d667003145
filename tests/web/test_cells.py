"""Programs of cells: run one by one with the variables of those before, or all from the start."""

import re

from playwright.sync_api import Locator, expect

from tests.web.playground_page import PlaygroundPage

CELLS = """\
x = 2

# %% Grow
x = x + 1
print("x is", x)

# %% [markdown]
# Words about it

# %%
print("end", x)
"""


def head(playground: PlaygroundPage, number: int) -> Locator:
    """The control above a cell, counted from 0."""
    return playground.tab.locator(".cm-cell-head").nth(number)


def cursor_line(playground: PlaygroundPage) -> Locator:
    return playground.tab.locator("code-editor .cm-activeLine")


def test_shift_enter_runs_cell_after_cell(playground: PlaygroundPage) -> None:
    playground.write(CELLS)
    expect(playground.tab.locator(".cm-cell-run")).to_have_count(3)
    keyboard = playground.tab.keyboard
    keyboard.press("ControlOrMeta+Home")
    for _ in range(4):
        keyboard.press("Shift+Enter")
    expect(head(playground, 3)).to_contain_text("has run")
    expect(head(playground, 0)).to_contain_text("has run")
    expect(cursor_line(playground)).to_have_text('print("end", x)')
    expect(playground.console).to_have_text(re.compile(r"x is 3\s*end 3"))
    expect(playground.editor).to_contain_text("# Words about it")
    assert playground.editor.locator(".cm-line").count() == CELLS.count("\n") + 1


def test_a_cell_runs_again_with_what_is_there_and_all_start_afresh(
    playground: PlaygroundPage,
) -> None:
    playground.run(CELLS).wait_until_finished()
    expect(playground.console).to_have_text(re.compile(r"x is 3\s*end 3"))
    expect(head(playground, 1)).to_contain_text("has run")
    for value in (4, 5):
        head(playground, 1).get_by_role("button", name="Run cell").click()
        expect(playground.console).to_contain_text(f"x is {value}")
    playground.wait_until_finished()
    playground.run().wait_until_finished()
    expect(playground.console).to_have_text(re.compile(r"^\s*x is 3\s*end 3\s*$"))


def test_a_cell_that_changed_since_says_so(playground: PlaygroundPage) -> None:
    playground.run(CELLS).wait_until_finished()
    playground.editor.press("ControlOrMeta+Home")
    playground.tab.keyboard.insert_text("# new ")
    expect(head(playground, 0)).to_contain_text("changed since it ran")
    expect(head(playground, 1)).to_contain_text("has run")
    playground.tab.keyboard.press("ControlOrMeta+z")
    expect(head(playground, 0)).to_contain_text("has run")


def test_the_cell_that_runs_is_marked_and_an_error_ends_those_that_wait(
    playground: PlaygroundPage,
) -> None:
    playground.write("import time\ntime.sleep(1)\n# %%\nx = 1\n1 / 0\n# %%\nprint('never')")
    playground.tab.keyboard.press("ControlOrMeta+Home")
    for _ in range(3):
        playground.tab.keyboard.press("Shift+Enter")
    expect(head(playground, 0)).to_contain_text("running")
    expect(head(playground, 2)).to_contain_text("waits")
    expect(playground.progress).to_contain_text("Error on line 5")
    expect(playground.tab.locator(".cm-gutterElement.cm-error-gutter")).to_have_text("5")
    expect(head(playground, 1)).to_contain_text("not completed")
    expect(head(playground, 2)).not_to_contain_text("waits")
    expect(playground.console).not_to_contain_text("never")


def test_another_programs_cell_does_not_see_the_variables(playground: PlaygroundPage) -> None:
    playground.do_with_program("New")
    playground.run("secret = 1").wait_until_finished()
    playground.do_with_program("New")
    playground.write("# %%\nprint('secret' in globals())")
    playground.tab.keyboard.press("Shift+Enter")
    expect(playground.console).to_have_text("False")
    playground.wait_until_finished()


def test_half_typed_heads_and_strings_break_nothing(playground: PlaygroundPage) -> None:
    playground.write("# %%\nx = '''\n# %% in a string\n")
    playground.editor.press("ControlOrMeta+Home")
    playground.tab.keyboard.press("Shift+Enter")
    expect(playground.progress).to_contain_text("Error on line")
    playground.write("# %")
    expect(playground.tab.locator(".cm-cell-head")).to_have_count(0)
    playground.tab.keyboard.type("%")
    expect(playground.tab.locator(".cm-cell-head")).to_have_count(1)
    playground.tab.keyboard.press("Shift+Enter")
    expect(playground.editor.locator(".cm-line")).to_have_text(["# %%"])


def test_a_text_without_cells_takes_the_place_of_those_that_ran(
    playground: PlaygroundPage,
) -> None:
    playground.run("x = 1\n# %%\nx").wait_until_finished()
    expect(head(playground, 1)).to_contain_text("has run")
    for text in ("y = 2", "", "z"):
        playground.write(text)
    playground.tab.keyboard.type(" = 3")
    expect(playground.editor).to_have_text("z = 3")
