"""An example whose header is not right fails the build, with its file and line."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tasks import environment
from tasks.paths import WEB

HEADER = """\
# group: first
# title: A title
# title zh-CN: 标题
# description: What it shows.
# description zh-CN: 它展示什么。
"""
PROGRAM = "\nimport keras\n"


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    environment.ensure_npm_packages()


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A folder with one example, which is right."""
    folder = tmp_path / "examples"
    (folder / "zh-CN").mkdir(parents=True)
    write(folder, HEADER + PROGRAM)
    return folder


def write(folder: Path, text: str, name: str = "01-one.py") -> None:
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "zh-CN" / name).write_text("import keras\n", encoding="utf-8")


def bundle(examples: Path) -> str:
    """Bundle the page with these examples; return what is wrong with them."""
    out = examples.parent / "out"
    out.mkdir()
    done = subprocess.run(
        [environment.program("node"), WEB / "bundle.mjs", out, examples],
        cwd=WEB,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (done.returncode == 0) == (out / "main.js").is_file()
    assert (done.returncode == 0) == ("ERROR" not in done.stderr)
    return done.stderr


def test_an_example_with_a_right_header_is_bundled(examples: Path) -> None:
    assert bundle(examples) == ""
    scripts = (examples.parent / "out").rglob("*.js")
    assert any("它展示什么" in path.read_text(encoding="utf-8") for path in scripts)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (HEADER.replace(": first", ": frist"), 1, 'there is no group "frist"; there are first, '),
        (HEADER.replace("# title:", "# titel:"), 2, 'there is no field "titel"; there are group, '),
        (HEADER.replace("zh-CN: 标题", "zh-CH: 标题"), 3, 'there is no field "title zh-CH"'),
        (HEADER.replace(" A title", ""), 2, '"title" is empty'),
        (HEADER.replace("# description:", "description:"), 4, 'expected "# field: value"'),
        (HEADER + "# group: first\n", 6, '"group" is there twice'),
        (HEADER.replace("# title: A title\n", ""), 1, 'the header needs a line "# title: ..."'),
        (HEADER + "import numpy\n", 6, 'expected "# field: value", or an empty line'),
    ],
)
def test_a_header_that_is_not_right_fails_the_build_with_its_line(
    examples: Path, text: str, line: int, message: str
) -> None:
    write(examples, text + PROGRAM)
    error = bundle(examples)
    assert message in error
    assert f"01-one.py:{line}:" in error


def test_an_example_without_a_program_fails_the_build(examples: Path) -> None:
    write(examples, HEADER + "\n")
    assert "expected a program below the header" in bundle(examples)


def test_a_name_that_gives_no_address_fails_the_build(examples: Path) -> None:
    write(examples, HEADER + PROGRAM, "Two.py")
    assert 'expected a file name such as "07-short-name.py"' in bundle(examples)


def test_two_examples_of_one_name_fail_the_build(examples: Path) -> None:
    write(examples, HEADER + PROGRAM, "02-one.py")
    assert 'another example is named "one" too' in bundle(examples)


def test_a_translation_that_is_missing_alone_or_has_a_header_fails_the_build(
    examples: Path,
) -> None:
    translation = examples / "zh-CN" / "01-one.py"
    shutil.move(translation, translation.with_name("02-two.py"))
    assert "02-two.py:1:" in bundle(examples)
    translation.with_name("02-two.py").unlink()
    shutil.rmtree(examples.parent / "out")
    assert "this translation of an example is missing" in bundle(examples)
    shutil.rmtree(examples.parent / "out")
    translation.write_text(HEADER + PROGRAM, encoding="utf-8")
    assert "a translation has no header" in bundle(examples)
