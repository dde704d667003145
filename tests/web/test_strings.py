"""The page's words: both languages complete, none outside the locale files, examples translated."""

import io
import json
import re
import tokenize
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tasks.paths import WEB

LOCALES: dict[str, dict[str, str]] = {}
for _path in sorted((WEB / "locales").rglob("*.json"), key=lambda path: len(path.parts)):
    LOCALES.setdefault(_path.stem, {}).update(json.loads(_path.read_text(encoding="utf-8")))
EXAMPLES = sorted((WEB / "examples").glob("*.py"))
SOURCES = sorted({*WEB.glob("*.js"), *WEB.glob("widgets/**/*.js"), *WEB.glob("state/*.js")})


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_the_languages_have_the_same_strings() -> None:
    assert list(LOCALES["en"]) == list(LOCALES["zh-CN"])


def test_translations_fill_in_the_same_values() -> None:
    differing = [
        key
        for key, text in LOCALES["en"].items()
        if placeholders(text) != placeholders(LOCALES["zh-CN"][key])
    ]
    assert differing == []


def test_every_string_is_used() -> None:
    html = (WEB / "index.html").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES) + html
    built_keys = {match[1] for match in re.finditer(r"`([a-zA-Z.]+\.)\$\{", code)}
    unused = [
        key
        for key, text in LOCALES["en"].items()
        if f'"{key}"' not in code and text not in html and not key.startswith(tuple(built_keys))
    ]
    assert unused == []


def templates(source: str) -> list[str]:
    """The html`...` and svg`...` templates of a module, with ${...} cut out."""
    found = []
    for match in re.finditer(r"(?<![\w.])(?:html|svg)`", source):
        depth, text, at = 0, [], match.end()
        while depth or source[at] != "`":
            if source.startswith("${", at):
                depth += 1
                at += 2
            elif depth and source[at] in "{}":
                depth += 1 if source[at] == "{" else -1
                at += 1
            else:
                if not depth:
                    text.append(source[at])
                at += 1
        found.append("".join(text))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_templates_hold_no_words(path: Path) -> None:
    for template in templates(path.read_text(encoding="utf-8")):
        outside_tags = re.sub(r"<[^>]*>", "", template)
        assert re.findall(r"[^\W\d_]{2,}", outside_tags) == []
        spoken = re.findall(r'\b(?:aria-label|title|placeholder|alt)="?([^"\s>]*)', template)
        assert [text for text in spoken if text] == []


class Texts(HTMLParser):
    """Collects the texts of a page and its spoken attributes, with their language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.add(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("aria-label"):
            self.found.add(str(attributes["aria-label"]))
        if attributes.get("name") == "description":
            self.found.add(str(attributes["content"]))


def test_the_html_holds_only_strings_of_the_locales() -> None:
    parser = Texts()
    parser.feed((WEB / "index.html").read_text(encoding="utf-8"))
    known = {text for strings in LOCALES.values() for text in strings.values()}
    assert parser.found - known == set()
    assert LOCALES["zh-CN"]["app.noScript"] in parser.found


def without_comments(source: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    skipped = (tokenize.COMMENT, tokenize.NL)
    return [token.string for token in tokens if token.type not in skipped]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_have_the_same_code_in_both_languages(path: Path) -> None:
    english = path.read_text(encoding="utf-8")
    chinese = (path.parent / "zh-CN" / path.name).read_text(encoding="utf-8")
    assert without_comments(english) == without_comments(chinese)
    assert re.search(r"#.*[\u4e00-\u9fff]", chinese)


def test_every_translation_belongs_to_an_example() -> None:
    assert len(EXAMPLES) >= 20
    translated = sorted(path.name for path in (WEB / "examples" / "zh-CN").glob("*.py"))
    assert translated == [path.name for path in EXAMPLES]


def test_widgets_never_import_widgets() -> None:
    for path in WEB.glob("widgets/*.js"):
        imports = re.findall(r'from "([^"]+)"|import "([^"]+)"', path.read_text(encoding="utf-8"))
        assert not [name for name in map("".join, imports) if name.startswith("./")], path.name


def test_page_and_worker_share_only_the_protocol() -> None:
    for path in WEB.glob("worker/*.js"):
        names = re.findall(r'(?:from |import\()"(\.\./[^"]+)"', path.read_text(encoding="utf-8"))
        assert set(names) <= {"../protocol.js"}, path.name
    for path in SOURCES:
        assert "worker/" not in "".join(
            re.findall(r'(?:from |import\()"([^"]+)"', path.read_text(encoding="utf-8"))
        ), path.name
