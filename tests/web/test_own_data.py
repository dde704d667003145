"""Earlier versions of programs, and the end of all that is kept: nothing of others is touched."""

from typing import Any

from playwright.sync_api import expect

from tests.web.playground_page import PlaygroundPage

KEPT = """async () => ({
  stored: Object.keys(localStorage).sort(), inTab: Object.keys(sessionStorage).sort(),
  databases: (await indexedDB.databases()).map(({ name }) => name).sort(),
  caches: (await caches.keys()).sort(),
})"""
OTHERS = """async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = resolve; });
  localStorage.setItem("of.others", "stays");
  sessionStorage.setItem("of.others", "stays");
  await done(indexedDB.open("of others"));
  await caches.open("pykeras-playground /another/path/ 1");
  await caches.open("pykeras-playground /some/sub/path/ 1");
}"""


def test_versions_are_kept_compared_and_restored_and_all_data_is_deleted_here_alone(
    open_tab: Any, site_url: str
) -> None:
    playground = PlaygroundPage(open_tab(python=False), site_url)
    tab = playground.tab
    options = tab.locator("version-sheet [role=option]")
    playground.write("print('first')").do_with_program("Duplicate")
    playground.write("print('second')\n")
    playground.do_with_program("Versions")
    expect(options.first).to_contain_text("as it is now")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    difference = tab.locator("version-sheet pre")
    expect(difference).to_contain_text("\N{MINUS SIGN} print('first')")
    expect(difference).to_contain_text("+ print('second')")
    tab.keyboard.press("Enter")
    expect(playground.editor).to_have_text("print('first')")
    tab.get_by_role("button", name="Undo").last.click()
    expect(playground.editor).to_contain_text("print('second')")

    # They are there after a reload, and another program has its own.
    tab.reload()
    playground.do_with_program("Versions")
    expect(options.nth(1)).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator("version-sheet dialog")).to_be_hidden()

    # All of it goes, here and in another tab; what others keep on this origin stays.
    other = PlaygroundPage(tab.context.new_page(), site_url)
    expect(other.editor).to_contain_text("print('second')")
    tab.evaluate(OTHERS)
    tab.get_by_role("button", name="More").click()
    tab.get_by_role("button", name="Delete my data").click()
    sheet = tab.locator("delete-sheet")
    expect(sheet).to_contain_text("your programs (2)")
    expect(sheet.get_by_role("button", name="Cancel")).to_be_focused()
    with tab.expect_navigation(), other.tab.expect_navigation():
        sheet.get_by_role("button", name="Delete everything").click()
    for page in (playground, other):
        expect(page.program_button).to_contain_text("First steps")
        expect(page.editor).not_to_contain_text("print('")
    kept = tab.evaluate(KEPT)
    assert kept["stored"] == ["of.others"]
    assert kept["inTab"] == ["of.others"]
    assert "of others" in kept["databases"]
    assert kept["caches"] == ["pykeras-playground /another/path/ 1"]
    other.tab.close()
    tab.evaluate("window.isStillHere = true")
    playground.do_with_program("Versions")
    expect(options).to_have_count(1)  # as it is now
    assert tab.evaluate("window.isStillHere"), "the page begins anew once"
