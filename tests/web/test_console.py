"""The console: floods, long lines, values, tracebacks; all of it to save, copy and clear."""

import re

from playwright.sync_api import Page, expect

from tests.web.playground_page import PlaygroundPage


def saved_output(playground: PlaygroundPage) -> str:
    with playground.tab.expect_download() as saved:
        playground.tab.locator("console-output .tools button").nth(1).click()
    return saved.value.path().read_text(encoding="utf-8")


def test_of_many_lines_the_last_are_shown_and_all_are_saved(playground: PlaygroundPage) -> None:
    playground.run("for number in range(10_000): print('line', number)").wait_until_finished()
    expect(playground.console).to_contain_text("9,000 earlier lines are not shown.")
    rows = playground.console.locator(".row")
    expect(rows).to_have_count(1000)
    expect(rows.last).to_be_in_viewport()
    assert saved_output(playground) == "".join(f"line {number}\n" for number in range(10_000))


def test_a_million_prints_are_quick_and_the_page_lives(playground: PlaygroundPage) -> None:
    playground.run("for number in range(10**6): print(number)\nprint('done')")
    playground.tab.locator("#tab-files").click()
    expect(playground.tab.locator("file-panel")).to_be_visible()
    playground.tab.locator("#tab-print").click()
    playground.wait_until_finished()
    expect(playground.console.locator(".row").last).to_have_text("done")


def test_a_long_line_is_shown_to_its_end_when_asked_for(playground: PlaygroundPage) -> None:
    playground.run("print('x' * 7000 + 'end')").wait_until_finished()
    expect(playground.console).not_to_contain_text("end")
    playground.console.get_by_role("button", name="show 5,003 more characters").click()
    expect(playground.console).to_contain_text("xend")
    playground.run("print('y' * 300_000)").wait_until_finished()
    assert saved_output(playground) == "y" * 300_000 + "\n"


def test_an_error_stands_before_where_it_came_from(playground: PlaygroundPage) -> None:
    playground.run("def f(x):\n    return 1 / x\n\nprint('before')\nf(0)")
    heading = playground.console.locator("summary")
    expect(heading).to_have_text("ZeroDivisionError: division by zero")
    expect(playground.console.get_by_text("line 5, in <module>")).to_be_hidden()
    heading.focus()
    playground.tab.keyboard.press("Enter")
    expect(playground.console.get_by_text("line 5, in <module>")).to_be_visible()


def test_the_last_value_is_told_from_what_is_printed(playground: PlaygroundPage) -> None:
    playground.run("print('printed')\n[1, 2]").wait_until_finished()
    expect(playground.console.locator(".value")).to_have_text("[1, 2]")
    expect(playground.console.locator(".stdout")).to_have_text("printed")


def test_cleared_output_comes_back(playground: PlaygroundPage) -> None:
    playground.run("print('precious')").wait_until_finished()
    playground.tab.get_by_role("button", name="Clear", exact=True).click()
    expect(playground.console).to_have_text("")
    playground.tab.locator("toast-stack").get_by_role("button", name="Undo").last.click()
    expect(playground.console).to_have_text("precious")


def test_copy_works_without_the_clipboard_or_says_what_else_to_do(
    page: Page, site_url: str
) -> None:
    page.add_init_script(
        "delete Navigator.prototype.clipboard; document.execCommand = () => window.allowed"
    )
    playground = PlaygroundPage(page, site_url).wait_until_ready()
    playground.run("print('text')").wait_until_finished()
    copy = page.locator("console-output .tools button").first
    copy.click()
    expect(page.locator("toast-stack")).to_contain_text("not allowed to copy")
    page.evaluate("window.allowed = true")
    copy.click()
    expect(copy).to_have_attribute("aria-label", re.compile("Copied"))
