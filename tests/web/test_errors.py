"""Mistakes in programs: the message, the line in the editor, and a page that goes on."""

from playwright.sync_api import Page, expect

from tests.web.playground_page import PlaygroundPage, training_program


def expect_error(playground: PlaygroundPage, line: int, message: str) -> None:
    expect(playground.progress).to_contain_text(f"Error on line {line}")
    expect(playground.tab.locator(".cm-error-message")).to_contain_text(message)
    marked = playground.tab.locator(".cm-gutterElement.cm-error-gutter")
    expect(marked).to_have_text(str(line))
    expect(playground.console).to_contain_text(message)


def test_an_error_marks_its_line_without_inner_frames(playground: PlaygroundPage) -> None:
    playground.run("def half(x):\n    return x / 0\n\nhalf(3)\n")
    expect_error(playground, 2, "ZeroDivisionError: division by zero")
    expect(playground.console).to_contain_text("line 4, in <module>")
    expect(playground.console).not_to_contain_text("pykeras_core")
    expect(playground.console).not_to_contain_text("execution.py")


def test_a_message_fits_the_editor_however_long_the_lines(playground: PlaygroundPage) -> None:
    playground.run(f"x = '{'long ' * 60}'\nraise ValueError('many words ' * 40)\n")
    expect_error(playground, 2, "ValueError: many words")
    message = playground.tab.locator(".cm-error-message").bounding_box()
    editor = playground.tab.locator("code-editor").bounding_box()
    assert message is not None
    assert editor is not None
    assert message["x"] + message["width"] <= editor["x"] + editor["width"]


def test_a_syntax_error_marks_its_line(playground: PlaygroundPage) -> None:
    playground.run("x = 1\nfor i in range(3)\n    print(i)\n")
    expect_error(playground, 2, "SyntaxError")


def test_an_unknown_module_gets_a_suggestion(playground: PlaygroundPage) -> None:
    playground.run("import kears")
    expect_error(playground, 1, "ModuleNotFoundError: No module named 'kears'")
    expect(playground.tab.locator(".cm-error-message")).to_contain_text("Did you mean “keras”?")
    expect(playground.console).to_contain_text("numpy")


def test_a_wrong_shape_names_what_was_expected(playground: PlaygroundPage) -> None:
    program = training_program(epochs=1).replace("(28, 28)", "(28, 27)")
    playground.run(program)
    expect_error(playground, len(program.splitlines()), "last axis 756, received shape (32, 784)")


def test_the_mark_goes_when_the_text_changes(playground: PlaygroundPage) -> None:
    playground.run("1 / 0")
    expect(playground.tab.locator(".cm-error-message")).to_be_visible()
    playground.write("print('mended')")
    expect(playground.tab.locator(".cm-error-message")).to_have_count(0)
    playground.run()
    expect(playground.console).to_have_text("mended")


def test_the_progress_line_leads_to_the_marked_line(playground: PlaygroundPage) -> None:
    playground.run("\n" * 200 + "1 / 0\n")
    playground.progress.get_by_role("button", name="Show the line").click()
    expect(playground.editor).to_be_focused()
    expect(playground.tab.locator(".cm-activeLine")).to_have_text("1 / 0")
    expect(playground.tab.locator(".cm-activeLine")).to_be_in_viewport()


def test_input_says_what_to_do_instead(playground: PlaygroundPage) -> None:
    playground.run("name = input('Who are you? ')")
    expect_error(playground, 1, "Write the value into the program instead")


def test_a_flood_of_text_is_bounded(playground: PlaygroundPage) -> None:
    playground.run("for i in range(20000): print('line', i)")
    expect(playground.console).to_contain_text("line 19999")
    assert playground.console.locator(".rows > div").count() <= 1000


def test_a_missing_file_of_the_site_is_named_and_can_be_tried_again(
    page: Page, site_url: str, tab_problems: object
) -> None:
    tab_problems.allow("404")  # type: ignore[attr-defined]
    page.context.route("**/site.json", lambda route: route.fulfill(status=404))
    playground = PlaygroundPage(page, site_url)
    expect(playground.notice).to_contain_text("site.json (HTTP 404)")
    page.context.unroute("**/site.json")
    page.get_by_role("button", name="Try again").click()
    playground.wait_until_ready()
    expect(playground.notice.locator("p")).to_have_count(0)
