# ruff: noqa: RUF001 - what people paste holds such characters
"""The editor: what was pasted is cleaned up on request, errors are mended, keys for phones."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.playground_page import PlaygroundPage

PASTE = """(target, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const options = { clipboardData, bubbles: true, cancelable: true };
    target.dispatchEvent(new ClipboardEvent("paste", options));
}"""
PASTED = {
    "shell": (
        ">>> for i in range(2):\n...     print(i)\n...\n0\n1\n>>> x = 1\n",
        "for i in range(2):\n    print(i)\n\nx = 1\n",
        "prompts",
    ),
    "notebook prompts": (
        "In [1]: x = 1\n   ...: y = 2\nOut[1]: 3\nIn [2]:\nz = 3\n",
        "x = 1\ny = 2\nz = 3\n",
        "prompts",
    ),
    "characters": (
        "print（“你好，世界”）\u3000# 注释，（好）\nx\u00a0= '全角，不变'\n"
        "y = [１，２]；\u200bz = 3 – 1\n",
        "print(\"你好，世界\") # 注释，（好）\nx = '全角，不变'\ny = [1,2];z = 3 - 1\n",
        "characters that are not Python's",
    ),
    "line numbers": (
        " 9 def f():\n10     return 1\n11\n12 f()\n",
        "def f():\n    return 1\n\nf()",
        "line numbers",
    ),
    "indent": ("    x = 1\n    if x:\n        y = 2\n", "x = 1\nif x:\n    y = 2\n", "an indent"),
}


def text_of(playground: PlaygroundPage) -> str:
    lines = playground.editor.locator(".cm-line").all_inner_texts()
    return "\n".join(line.rstrip("\n") for line in lines)


@pytest.mark.parametrize("kind", PASTED)
def test_a_paste_is_cleaned_up_on_request(playground: PlaygroundPage, kind: str) -> None:
    pasted, clean, what = PASTED[kind]
    playground.write("")
    playground.editor.evaluate(PASTE, pasted)
    assert text_of(playground) == pasted
    expect(playground.toast.last).to_contain_text(f"The pasted text has {what}")
    playground.toast.last.get_by_role("button", name="Clean up").click()
    assert text_of(playground) == clean
    playground.editor.press("ControlOrMeta+z")
    assert text_of(playground) == pasted
    expect(playground.toast).to_have_count(0)


def test_a_paste_of_python_is_left_alone(playground: PlaygroundPage) -> None:
    playground.write("if x:\n")
    program = 'def f():\n    """Doc.\n\n    >>> f()\n    """\n    return "“，”" % 2  # （好）\n'
    playground.editor.evaluate(PASTE, program)
    expect(playground.editor).to_contain_text("return")
    expect(playground.toast).to_have_count(0)


FORGED_MEND = """
const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
Object.defineProperty(Worker.prototype, "onmessage", {
    set(listener) {
        set.call(this, (event) => {
            if (event.data.error) {
                event.data.error.mend = { line: 2, column: 7, endColumn: 12, insert: "print" };
            }
            listener(event);
        });
    },
});
"""


def test_an_error_is_mended_by_key_and_by_button(page: Page, site_url: str) -> None:
    page.add_init_script(FORGED_MEND)
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    program = "# 🦊\n'🦊'; prnit(1)\n"
    mended = "# 🦊\n'🦊'; print(1)\n"
    playground.run(program)
    mend = page.get_by_role("button", name="Mend: write “print”")
    expect(mend).to_be_visible()
    page.keyboard.press("ControlOrMeta+Home")
    playground.editor.press("F8")
    expect(page.locator(".cm-activeLine")).to_contain_text("prnit")
    playground.editor.press("ControlOrMeta+.")
    expect(playground.editor).to_contain_text("print(1)")
    assert text_of(playground) == mended
    expect(mend).to_have_count(0)
    playground.editor.press("ControlOrMeta+z")
    assert text_of(playground) == program
    playground.run()
    mend.click()
    expect(playground.editor).to_contain_text("print(1)")
    expect(playground.editor).to_be_focused()


def test_an_error_stays_with_its_program_and_its_line(playground: PlaygroundPage) -> None:
    playground.choose_example("first-steps")
    playground.do_with_program("New")
    playground.run("import time\ntime.sleep(1)\n1 / 0\n")
    playground.editor.press("ControlOrMeta+Home")
    playground.tab.keyboard.type("# above\n")
    expect(playground.tab.locator(".cm-gutterElement.cm-error-gutter")).to_have_text("4")
    playground.choose_program("First steps")
    expect(playground.editor).to_contain_text("import keras")
    expect(playground.tab.locator(".cm-error-message")).to_have_count(0)
    playground.choose_program("Untitled")
    expect(playground.tab.locator(".cm-gutterElement.cm-error-gutter")).to_have_text("4")


def test_the_editor_finds_and_replaces_in_the_readers_language(
    open_tab: Any, site_url: str
) -> None:
    tab = open_tab(python=False, locale="zh-CN")
    playground = PlaygroundPage(tab, site_url).write("a = 1\nb = a\n")
    playground.editor.press("ControlOrMeta+f")
    find = tab.get_by_role("textbox", name="查找")
    expect(find).to_be_focused()
    find.fill("a")
    tab.get_by_role("textbox", name="替换为").fill("width")
    tab.get_by_role("button", name="全部替换").click()
    tab.keyboard.press("Escape")
    assert text_of(playground) == "width = 1\nb = width\n"


def test_a_phone_has_the_keys_it_lacks(open_tab: Any, site_url: str) -> None:
    phone = open_tab(
        python=False, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    playground = PlaygroundPage(phone, site_url).write("x")
    row = phone.get_by_role("toolbar", name="Keys")
    for key in ("=", "(", '"', ")"):
        row.get_by_role("button", name=key, exact=True).tap()
    expect(playground.editor).to_be_focused()
    expect(playground.editor).to_have_text('x=(")')
    row.get_by_role("button", name="Undo").tap()
    expect(playground.editor).not_to_have_text('x=(")')
    box = row.get_by_role("button").first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
    phone.get_by_role("tab", name="Train").tap()
    expect(row).to_be_hidden()


def test_wrapped_code_keeps_its_indent(open_tab: Any, site_url: str) -> None:
    phone = open_tab(python=False, viewport={"width": 390, "height": 844})
    playground = PlaygroundPage(phone, site_url).write(f"if x:\n        y = [{'1, ' * 60}]\n")
    lefts = (
        playground.editor.locator(".cm-line")
        .nth(1)
        .evaluate(
            """line => {
            const range = document.createRange();
            range.selectNodeContents(line);
            const boxes = [...range.getClientRects()].filter(({ width }) => width > 3);
            const lower = boxes.filter(({ top }) => top > boxes[0].bottom - 2);
            return [line.getBoundingClientRect().left, Math.min(...lower.map(({ left }) => left))];
        }"""
        )
    )
    character = 8
    assert lefts[1] - lefts[0] > 8 * character * 0.8


def test_the_editor_can_be_left_by_keyboard_and_says_how(playground: PlaygroundPage) -> None:
    playground.write("x")
    expect(playground.tab.get_by_text(re.compile("Esc, then Tab leaves"))).to_be_visible()
    playground.tab.keyboard.press("Tab")
    expect(playground.editor).to_be_focused()
    playground.tab.keyboard.press("Escape")
    playground.tab.keyboard.press("Tab")
    expect(playground.editor).not_to_be_focused()
