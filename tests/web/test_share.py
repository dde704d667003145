"""Programs as links: what they hold, how long they are, and what becomes of damaged ones."""

import json
import re
from typing import Any

from playwright.sync_api import Page, expect
from tasks.paths import WEB

from tests.web.node import run_js
from tests.web.playground_page import PlaygroundPage

EXAMPLES = {path.stem: path.read_text("utf-8") for path in sorted((WEB / "examples").glob("*.py"))}

# Links of each version, which open for ever: add those of a new one, and leave these as they are.
KEPT = {
    "#p=1.i1ZCTrwxeTF5ygpPdix5urEpJg93miIcjjGwgIxR0ozVjMmDlE0xSh_mz2gACsXkKekohZTnQysUJR3zWAA": {
        "code": "import keras\n\n# 两层\nmodel = keras.Sequential("
        '[keras.layers.Dense(10, activation="softmax")])\nprint("😀")\n',
        "title": "Two layers",
        "seed": 7,
    },
    "#p=1.izbQUUrLLCou0S0uSS0AVm8A": {"code": None, "title": "first-steps", "seed": None},
}
CODEC = 'const { fragmentOf, sharedOf } = await import("../share-link.js");\n'
SAID = """
const said = (fragment) => {
  try {
    return sharedOf(fragment);
  } catch (error) {
    return error.message;
  }
};
"""


def test_links_of_every_version_hold_what_they_held() -> None:
    found = run_js(f"{CODEC} answer({json.dumps([*KEPT])}.map(sharedOf));")
    assert found == [*KEPT.values()]


def test_a_link_holds_the_whole_program_and_is_short() -> None:
    programs = [{"code": code, "title": name, "seed": 3} for name, code in EXAMPLES.items()]
    programs += [{"code": code, "title": "", "seed": None} for code in ("", "\0\r\n\t", "😀" * 99)]
    made = f"const fragments = {json.dumps(programs)}.map(fragmentOf);"
    fragments, found = run_js(f"{CODEC} {made} answer([fragments, fragments.map(sharedOf)]);")
    assert found == programs
    assert all(re.fullmatch(r"#p=1\.[\w-]+", fragment) for fragment in fragments)
    assert max(map(len, fragments)) < 1900, "with an address before it, a chat would cut it off"


def test_two_thousand_damaged_links_are_refused_or_read_and_none_harms() -> None:
    code = """
    let seed = 1;
    const number = (below) => (seed = (seed * 48271) % 2147483647) % below;
    const letters = "ABCxyz019-_";
    const whole = fragmentOf({ code: "print(1)\\n".repeat(60), title: "t", seed: null });
    const spoilt = [];
    for (let n = 0; n < 2000; n += 1) {
      const at = 5 + number(whole.length - 5); // behind the version
      const letter = letters[number(letters.length)];
      const cut = whole.slice(0, at);
      spoilt.push([cut, cut + letter + whole.slice(at + 1), whole + letter][n % 3]);
    }
    const other = ["", "#p=", "#p=1.", "#p=1.AAAA", "#p=0.AA", "#p=1.%00", "#p=1.<b>", "#p=x.A"];
    const bomb = fragmentOf({ code: "a".repeat(20_000_000), title: "", seed: null });
    const kinds = new Set([...spoilt, ...other, bomb].map((one) => typeof said(one)));
    const words = new Set([...spoilt, ...other].map(said).filter((one) => typeof one === "string"));
    answer([[...kinds].sort(), [...words], said(bomb), said("#p=2.AAAA"), other.map(said)]);
    """
    kinds, words, bomb, newer, other = run_js(CODEC + SAID + code)
    assert kinds == ["object", "string"]
    assert words == ["damaged"]
    assert (bomb, newer) == ("damaged", "newer")
    assert set(other) == {"damaged"}


def link_of(playground: PlaygroundPage) -> str:
    playground.do_with_program("Share a link")
    area = playground.tab.get_by_role("textbox", name="Link", exact=True)
    expect(area).to_have_value(re.compile("#p=1"))
    address = area.input_value()
    playground.tab.keyboard.press("Escape")
    expect(area).to_be_hidden()
    return address


def test_a_program_goes_from_one_browser_to_another(
    page_alone: Page, open_tab: Any, site_url: str
) -> None:
    sender = PlaygroundPage(page_alone, site_url)
    assert link_of(sender).startswith(site_url)
    assert len(link_of(sender)) < len(site_url) + 60, "an example as it came has a name"
    sender.do_with_program("New").write("print('层')  # mine\n")
    address = link_of(sender)

    page = open_tab(python=False)
    reader = PlaygroundPage(page, site_url)
    reader.do_with_program("New").write("print('my own')\n")
    page.goto(address)
    expect(reader.editor).to_contain_text("print('层')  # mine")
    expect(reader.notice).to_contain_text("came with a link. Read it before you run it")
    expect(reader.progress).not_to_contain_text("Running")
    assert page.url == site_url
    page.reload()
    expect(reader.editor).to_contain_text("print('层')  # mine")
    own = reader.open_programs().locator("[role=option][id^=entry-own-]:not([id$=callback])")
    expect(own).to_have_count(2)
    own.filter(has_text="Untitled").last.click()
    expect(reader.editor).to_contain_text("my own")

    page.goto(address[:-9])
    expect(reader.notice).to_contain_text("holds no whole program")
    page.goto(f"{site_url}#p=9.AAAA")
    expect(reader.notice).to_contain_text("newer version of this page")
    expect(reader.editor).to_contain_text("my own")


def test_a_program_too_long_for_a_link_becomes_a_file(page_alone: Page, site_url: str) -> None:
    playground = PlaygroundPage(page_alone, site_url).do_with_program("New")
    numbers = ", ".join(str(number * 7919 % 10007) for number in range(700))
    playground.write(f"x = [{numbers}]\n").do_with_program("Share a link")
    dialog = page_alone.get_by_role("dialog")
    expect(dialog).to_contain_text("chats cut those of more than 2,000 off")
    with page_alone.expect_download() as saved:
        dialog.get_by_role("button", name="Save as .py").click()
    assert saved.value.path().read_text("utf-8").startswith("x = [0, 7919")
