"""Programs of one's own beside the examples: kept, renamed, opened, saved, never lost."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.playground_page import PlaygroundPage
from tests.web.test_editing import PASTE

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WORDS = {
    "en-US": {"new": "New", "rename": "Rename", "delete": "Delete", "undo": "Undo"},
    "zh-CN": {"new": "新建", "rename": "重命名", "delete": "删除", "undo": "撤销"},
}


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, name: str) -> None:
    """Go to a button by the Tab key, as one without a mouse does."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(12):
        if button.evaluate("it => it.getRootNode().activeElement === it"):
            return
        page.keyboard.press("Tab")
    expect(button).to_be_focused(timeout=100)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "390"])
def test_a_program_is_made_named_and_deleted_by_keyboard(
    open_tab: Any, site_url: str, locale: str, viewport: Any
) -> None:
    page = open_tab(python=False, locale=locale, viewport=viewport)
    words = WORDS[locale]
    playground = PlaygroundPage(page, site_url)
    playground.program_button.focus()
    press(page, "Enter")
    expect(page.locator("program-menu [role=combobox]")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    tab_to(page, words["new"])
    press(page, "Enter")
    expect(playground.editor).to_be_focused()
    page.keyboard.type("print('my own')")
    playground.program_button.focus()
    press(page, "Enter", "Shift+Tab")
    tab_to(page, words["rename"])
    press(page, "Enter")
    page.keyboard.type("数字 🦊 digits")
    press(page, "Enter")
    expect(playground.program_button).to_have_text("数字 🦊 digits")
    expect(playground.program_button).to_be_focused()
    press(page, "Enter")
    page.keyboard.insert_text("dropout")
    press(page, "Enter")
    expect(playground.editor).to_contain_text("Dropout")
    press(page, "Enter")
    page.keyboard.insert_text("🦊")
    press(page, "Enter")
    expect(playground.editor).to_have_text("print('my own')")
    press(page, "Enter", "Shift+Tab")
    tab_to(page, words["delete"])
    press(page, "Enter")
    expect(playground.editor).to_contain_text("Dropout")
    expect(playground.toast.first).to_be_visible()
    press(page, "F6")
    expect(playground.toast.get_by_role("button", name=words["undo"])).to_be_focused()
    press(page, "Enter")
    expect(playground.editor).to_have_text("print('my own')")
    expect(playground.program_button).to_have_text("数字 🦊 digits")
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_arrow_keys_go_through_the_list(page_alone: Page, site_url: str) -> None:
    playground = PlaygroundPage(page_alone, site_url)
    menu = playground.open_programs()
    search = menu.get_by_role("combobox")
    press(page_alone, "ArrowDown", "ArrowDown", "ArrowUp")
    expect(search).to_have_attribute("aria-activedescendant", "entry-binary-classification")
    search.fill("no such thing")
    expect(menu).to_contain_text("No program has these words.")
    press(page_alone, "Enter")
    expect(search).to_be_focused()
    search.fill("MOONS")
    press(page_alone, "Enter")
    expect(playground.editor).to_contain_text("Two half circles")


def test_a_reset_can_be_undone(page_alone: Page, site_url: str) -> None:
    playground = PlaygroundPage(page_alone, site_url).write("print('mine')")
    expect(playground.program_button).to_have_attribute("title", re.compile("changed"))
    playground.do_with_program("Reset example")
    expect(playground.editor).to_contain_text("import keras")
    playground.toast.get_by_role("button", name="Undo").click()
    expect(playground.editor).to_have_text("print('mine')")
    expect(playground.toast).to_have_count(0)


def test_a_toast_stays_while_one_is_at_it(page_alone: Page, site_url: str) -> None:
    page_alone.clock.install()
    playground = PlaygroundPage(page_alone, site_url).write("print('mine')")
    playground.do_with_program("Reset example")
    playground.toast.hover()
    page_alone.clock.run_for(30_000)
    expect(playground.toast).to_have_count(1)
    page_alone.mouse.move(10, 10)
    page_alone.clock.run_for(12_000)
    expect(playground.toast).to_have_count(0)


def test_switching_keeps_cursor_and_undo_of_each_program(page_alone: Page, site_url: str) -> None:
    playground = PlaygroundPage(page_alone, site_url).write("first\nsecond\nthird")
    press(page_alone, "ArrowUp")
    playground.choose_program("Dropout")
    expect(playground.editor).to_contain_text("Dropout")
    playground.choose_program("First steps")
    expect(playground.editor).to_contain_text("third")
    playground.editor.focus()
    page_alone.keyboard.type("!")
    expect(playground.editor.locator(".cm-line").nth(1)).to_have_text("secon!d")
    press(page_alone, "ControlOrMeta+z", "ControlOrMeta+z")
    expect(playground.editor).to_contain_text("import keras")


def test_names_are_free_trimmed_and_never_empty(page_alone: Page, site_url: str) -> None:
    playground = PlaygroundPage(page_alone, site_url)
    playground.do_with_program("Duplicate")
    expect(playground.program_button).to_have_text("First steps: a dense network 2")
    playground.do_with_program("Duplicate")
    expect(playground.program_button).to_have_text("First steps: a dense network 3")
    playground.do_with_program("Rename")
    name = page_alone.get_by_role("textbox", name="Name of the program")
    name.fill(" \u202e\t ")
    press(page_alone, "Enter")
    expect(page_alone.locator("program-menu [role=alert]")).to_have_text("A program needs a name.")
    name.fill("  First\nsteps: a  dense network ")
    press(page_alone, "Enter")
    expect(playground.program_button).to_have_text("First steps: a dense network 3")
    playground.do_with_program("Rename")
    name.fill("👩‍🔬" * 300)
    press(page_alone, "Enter")
    expect(playground.program_button).to_have_text("👩‍🔬" * 80)
    assert page_alone.evaluate("document.documentElement.scrollWidth") == 1280


def test_a_program_is_saved_as_a_file_and_opened_again(
    page_alone: Page, site_url: str, tmp_path: Path
) -> None:
    playground = PlaygroundPage(page_alone, site_url)
    playground.do_with_program("New")
    playground.write("print('数字')")
    playground.do_with_program("Rename")
    page_alone.keyboard.type('a/b: "数字"?')
    press(page_alone, "Enter")
    with page_alone.expect_download() as download:
        playground.do_with_program("Save as .py")
    assert download.value.suggested_filename == "a-b- -数字--.py"
    saved = tmp_path / "saved.py"
    download.value.save_as(saved)
    assert saved.read_text(encoding="utf-8") == "print('数字')"
    playground.do_with_program("Delete")
    with page_alone.expect_file_chooser() as chooser:
        playground.do_with_program("Open file…")
    chooser.value.set_files(saved)
    expect(playground.program_button).to_have_text("saved")
    expect(playground.editor).to_have_text("print('数字')")


def drop(page: Page, name: str, content: bytes) -> None:
    """Drop a file on the editor."""
    page.locator("code-editor .cm-content").evaluate(
        """(target, [name, bytes]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
            const { left, top } = target.getBoundingClientRect();
            const at = { clientX: left + 20, clientY: top + 20, bubbles: true, cancelable: true };
            target.dispatchEvent(new DragEvent("drop", { dataTransfer, ...at }));
        }""",
        [name, list(content)],
    )


NOTEBOOK = {
    "nbformat": 4,
    "cells": [
        {"cell_type": "markdown", "source": ["# Digits\n", "\n", "with Keras"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip install keras\n", "x = 1"]},
        {"cell_type": "code", "source": ""},
        {"cell_type": "code", "source": "print(x)"},
    ],
}


def test_dropped_notebooks_become_cells_and_odd_files_are_refused(
    page_alone: Page, site_url: str
) -> None:
    playground = PlaygroundPage(page_alone, site_url)
    before = playground.editor.inner_text()
    drop(page_alone, "picture.py", b"\x89PNG\0\0")
    expect(playground.toast).to_have_text(re.compile("picture.py is not a text"))
    drop(page_alone, "broken.ipynb", b'{"cells": ')
    expect(playground.toast.last).to_have_text(re.compile("broken.ipynb is not a notebook"))
    julia = {"nbformat": 4, "metadata": {"language_info": {"name": "julia"}}, "cells": []}
    for content, problem in (
        ({"a": 1}, "it has no list of cells"),
        ({"nbformat": 4, "cells": [{"cell_type": "code", "source": []}]}, "without any text"),
        (julia, "is a notebook in julia; programs here are in Python"),
    ):
        drop(page_alone, "odd.ipynb", json.dumps(content).encode())
        expect(playground.toast.last).to_have_text(re.compile(problem))
    assert playground.editor.inner_text() == before
    drop(page_alone, "gbk.py", "print('数字')\r\n".encode("gb18030"))
    expect(playground.editor).to_have_text("print('数字')")
    drop(page_alone, "my digits.ipynb", json.dumps(NOTEBOOK).encode())
    expect(playground.program_button).to_have_text("my digits")
    lines = [line.strip() for line in playground.editor.locator(".cm-line").all_inner_texts()]
    assert lines == [
        "# %% [markdown]",
        "# # Digits",
        "#",
        "# with Keras",
        "",
        "# %%",
        "%matplotlib inline",
        "!pip install keras",
        "x = 1",
        "",
        "# %%",
        "print(x)",
        "",
    ]
    old = {"nbformat": 3, "worksheets": [{"cells": [
        {"cell_type": "heading", "level": 2, "source": "Old"},
        {"cell_type": "code", "language": "python", "input": ["y = 2"]},
    ]}]}  # fmt: skip
    playground.editor.evaluate(PASTE, json.dumps(old))
    expect(playground.program_button).to_have_text("Pasted notebook")
    expect(playground.editor.locator(".cm-line").nth(1)).to_have_text("# ## Old")
    expect(playground.editor).to_contain_text("y = 2")


def test_an_old_edit_of_an_example_is_still_there(page_alone: Page, site_url: str) -> None:
    page_alone.add_init_script(
        """localStorage.setItem("pykeras.program.dropout-and-validation", "print('old')");
        localStorage.setItem("pykeras.example", "dropout-and-validation");
        localStorage.setItem("pykeras.own.broken", "{not JSON");"""
    )
    playground = PlaygroundPage(page_alone, site_url)
    expect(playground.editor).to_have_text("print('old')")
    menu = playground.open_programs()
    expect(menu.locator("#entry-dropout-and-validation")).to_contain_text("changed")
    expect(menu.get_by_text("Mine", exact=True)).to_have_count(0)


def test_two_tabs_on_one_program_notice_each_other(page_alone: Page, site_url: str) -> None:
    first = PlaygroundPage(page_alone, site_url).write("print('first')")
    second = PlaygroundPage(page_alone.context.new_page(), site_url)
    expect(second.editor).to_have_text("print('first')")
    second.write("print('second')")
    conflict = page_alone.locator("code-editor .conflict")
    expect(conflict).to_contain_text("Another tab has changed this program")
    expect(first.editor).to_have_text("print('first')")
    page_alone.get_by_role("button", name="Take theirs").click()
    expect(first.editor).to_have_text("print('second')")
    expect(conflict).to_have_count(0)
    first.write("print('third')")
    second.tab.bring_to_front()
    expect(second.tab.locator("code-editor .conflict")).to_be_visible()
    second.editor.focus()
    second.tab.keyboard.type(" # on", delay=100)
    expect(second.program_button).to_have_text("First steps: a dense network 2")
    expect(second.editor).to_have_text(re.compile("second.* # on|# on.*second"))
    expect(first.editor).to_have_text("print('third')")
    expect(conflict).to_have_count(0)


def test_a_program_deleted_in_another_tab_can_be_kept(page_alone: Page, site_url: str) -> None:
    first = PlaygroundPage(page_alone, site_url)
    first.do_with_program("New")
    first.write("print('both')")
    second = PlaygroundPage(page_alone.context.new_page(), site_url)
    expect(second.editor).to_have_text("print('both')")
    first.do_with_program("Delete")
    expect(second.tab.locator(".conflict")).to_contain_text("Another tab has deleted this program")
    second.tab.get_by_role("button", name="Keep it").click()
    expect(first.open_programs().get_by_role("option", name="Untitled")).to_be_visible()


def test_without_room_the_text_lives_on_and_the_page_says_so(
    page_alone: Page, site_url: str
) -> None:
    page_alone.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"
    )
    playground = PlaygroundPage(page_alone, site_url).write("print('first')")
    expect(playground.notice).to_contain_text("This browser refuses to keep your changes")
    playground.notice.get_by_role("button", name="Close").click()
    playground.do_with_program("New")
    playground.write("print('own')")
    playground.choose_program("First steps")
    expect(playground.editor).to_have_text("print('first')")
    playground.choose_program("Untitled")
    expect(playground.editor).to_have_text("print('own')")
    expect(playground.notice.locator("p")).to_have_count(0)
    with page_alone.expect_event("dialog") as leaving:
        page_alone.evaluate("setTimeout(() => location.reload())")
    assert leaving.value.type == "beforeunload"
    leaving.value.accept()
    expect(playground.editor).to_contain_text("import keras")
