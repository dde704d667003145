# ruff: noqa: RUF001 - pandas writes a sign of multiplication
"""Programs of notebooks: commands are left out, each cell shows its value, tables are read."""

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from pykeras_core import compat
from pykeras_core.playground import execute, packages
from pykeras_core.playground.imports import LateFinder, imported_modules, note_arrival
from pykeras_core.playground.notebook_lines import without_commands
from pykeras_core.playground.tables import MAX_CELLS, read_table, table_of
from pykeras_core.playground.world import World
from tests.core.worker_stub import Page, figures_in_the_console  # noqa: F401  (a fixture)


@pytest.fixture(autouse=True)
def _keras_importable() -> None:
    compat.install()


COMMANDS = {
    "a shell's": ("!pip install -q keras\nx = 1", "# !pip install -q keras\nx = 1"),
    "one that goes on": ("!pip install \\\n  a b\nx = 1", "# !pip install \\\n#   a b\nx = 1"),
    "pip alone": ("pip install keras", "# pip install keras"),
    "conda": ("conda install -y keras", "# conda install -y keras"),
    "a magic": ("%matplotlib inline", "# %matplotlib inline"),
    "a magic of a cell": ("%%time\nx = 1", "# %%time\nx = 1"),
    "a cell in another language": (
        "%%bash\nfor x in *; do\n# %%\nx = 1",
        "# %%bash\n# for x in *; do\n# %%\nx = 1",
    ),
    "one below prose": ("# %% [markdown]\n# a\n\n# %%\n%%html\n<a>", None),
    "help": ("?print\nprint??\nx.y?", "# ?print\n# print??\n# x.y?"),
    "one in a block": ("if x:\n    !ls\ny = 1", "if x:\n    pass  # !ls\ny = 1"),
    "a timed statement": ("%timeit -n 3 f(1)", "if 1:        f(1)"),
    "a timed loop": ("%time for i in x: pass", "for i in x: pass"),
    "files that are listed": ("a = !ls *.csv", "a = []  # !ls *.csv"),
    "a magic's value": ("a, b = %env X", "a, b = None  # %env X"),
    "what nbconvert writes": (
        "get_ipython().run_line_magic('matplotlib', 'inline')\n"
        "get_ipython().system(\n 'ls')\nx = 1",
        "# get_ipython().run_line_magic('matplotlib', 'inline')\n"
        "# get_ipython().system(\n#  'ls')\nx = 1",
    ),
}


@pytest.mark.parametrize(("source", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_becomes_a_comment_in_its_line(source: str, expected: str | None) -> None:
    text, commands = without_commands(source)
    assert commands
    if expected is not None:
        assert text == expected
    compile(text, "program", "exec")
    assert text.count("\n") == source.count("\n")


@pytest.mark.parametrize(
    "source",
    [
        "x = (1\n% b)",
        's = """\n!ls\n%time\n"""\nx = "?"  # why?',
        "x = [\n'a',\n'%b'\n% c]",
        "x = 5 \\\n% 3",
        "print('what?')",
    ],
)
def test_python_is_left_as_it_is(source: str) -> None:
    assert without_commands(source) == (source, [])
    broken = f"{source}\n!ls"
    assert without_commands(broken)[0] == f"{source}\n# !ls"


def test_a_program_runs_without_its_commands_and_the_page_is_told_once() -> None:
    page = Page().run("%matplotlib inline\n!pip install pandas\nprint('a')\n1 / 0")
    assert page.printed() == "a\n"
    assert page.one("left-out")["commands"] == [
        {"line": 1, "text": "%matplotlib inline"},
        {"line": 2, "text": "!pip install pandas"},
    ]
    kinds = [message["type"] for message in page.messages]
    assert kinds.index("left-out") < kinds.index("output")
    assert page.error()["line"] == 4
    assert page.cell("%%time\nprint('b')").printed() == "a\nb\n"


def test_each_cell_of_a_program_shows_the_value_of_its_last_line() -> None:
    page = Page().run('"""About."""\n# %%\nx = 1\nx\n\n# %% [markdown]\n# a\n# %%\nx + 1\n# %%\n3;')
    assert page.values() == ["1", "2"]
    assert Page().run('x = """\n# %%\n"""\n5\n# %%\ndef f():\n    5\n').values() == ["5"]


@pytest.mark.usefixtures("figures_in_the_console")
def test_a_cell_ends_with_its_figure_and_the_next_one_draws_another() -> None:
    page = Page().run(
        "import matplotlib.pyplot as plt\n# %%\nplt.title('one')\n# %%\nprint('a')\n# %%\n"
        "plt.title('two')\nplt.plot([1])\n"
    )
    assert [message["labels"] for message in page.of("picture")] == [["one"], ["two"]]
    kinds = [message["type"] for message in page.messages]
    assert kinds.index("picture") < kinds.index("output")


def test_what_is_imported_from_the_future_holds_in_every_cell() -> None:
    error = execute(
        "from __future__ import annotations\n1\n# %%\ndef f(x: nothing): pass\nf", show=str
    ).error
    assert error is None


def test_imports_are_found_in_functions_and_in_files_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import other\nfrom scipy import stats")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").write_text("from . import here")
    (tmp_path / "parts" / "here.py").write_text("import seaborn as sns")
    program = "!pip install x\nimport mine, parts.here\ndef f():\n    from pandas.x import y\n"
    found = imported_modules(program, tmp_path)
    assert sorted(found) == ["mine", "other", "pandas", "parts", "scipy", "seaborn"]
    assert imported_modules("import pandas\nif True") == []


def test_a_module_comes_when_it_is_imported_and_not_for_a_library_that_does_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = tmp_path / "site-packages"
    libraries.mkdir()
    (libraries / "asks.py").write_text(
        "try:\n    import late_one\nexcept ImportError:\n    late_one = None\n"
        "def really():\n    import late_one\n    return late_one\n"
    )
    monkeypatch.syspath_prepend(str(libraries))
    fetched: list[str] = []

    def fetch(name: str) -> None:
        fetched.append(name)
        (libraries / f"{name}.py").write_text("x = 5")
        note_arrival(name)

    finder = LateFinder(lambda name: name == "late_one" and not fetched, fetch)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    program = "import asks\nprint(asks.late_one)\nprint(asks.really().x)\nimport late_two"
    page = Page().run(program)
    assert page.printed() == "None\n5\n"
    assert fetched == ["late_one"]
    assert page.error()["hint"]["module"] == "late_two"


def test_what_a_library_has_set_up_to_find_its_modules_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "likesix.py").write_text(
        "import sys, types\n"
        "from importlib.machinery import ModuleSpec\n"
        "class Finder:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        return ModuleSpec(name, self) if name == 'likesix.moves' else None\n"
        "    def create_module(self, spec): pass\n"
        "    def exec_module(self, module): module.x = 1\n"
        "__path__ = []\n"
        "sys.meta_path.append(Finder())\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    world = World()
    for program in ("import likesix", "import likesix.moves\nassert likesix.moves.x == 1"):
        assert execute(program, world=world.of_program()).error is None
    count = len(sys.meta_path)
    mine = "import sys\nclass Mine: find_spec = None\nsys.meta_path.append(Mine)"
    assert execute(mine, world=world.of_program()).error is None
    assert len(sys.meta_path) == count
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "likesix"]


TABLE = """
<div><style scoped>.dataframe { color: red }</style>
<table border="1" class="dataframe"><thead><tr><th></th><th colspan="2">a</th></tr></thead>
<tbody><tr><th rowspan="2">x</th><td onclick="alert(1)">&lt;script&gt;</td><td>1</td></tr>
<tr><td><img src=x onerror=alert(1)>2</td><td>NaN</td></tr></tbody></table>
<p>2 rows × 2 columns</p></div>
"""


class DataFrame:
    """As much of pandas's as the page asks for."""

    __module__ = "pandas"

    def __init__(self, html: str | None = TABLE):
        self.html = html

    def __repr__(self) -> str:
        return "a table"

    def _repr_html_(self) -> str | None:
        return self.html


def test_of_a_table_nothing_but_text_is_read() -> None:
    page = Page()
    page.session._show_value(DataFrame())
    message = page.one("table")
    rows = [[cell["text"] for cell in row] for row in message["rows"]]
    assert rows == [["", "a"], ["x", "<script>", "1"], ["2", "NaN"]]
    assert message["rows"][0][1] == {"text": "a", "head": True, "columns": 2, "rows": 1}
    assert message["rows"][1][0] == {"text": "x", "head": True, "columns": 1, "rows": 2}
    assert (message["note"], message["text"]) == ("2 rows × 2 columns", "a table")


def test_what_is_no_table_of_pandas_is_shown_as_text() -> None:
    assert table_of(DataFrame(None)) is None  # its option says so
    assert table_of(types.SimpleNamespace(_repr_html_=lambda: TABLE)) is None
    huge = "<table><tr>" + "<td>1</td>" * (MAX_CELLS + 1) + "</tr></table>"
    assert read_table(huge, "") is None
    assert read_table("<p>nothing</p>", "") is None


def test_settings_of_packages_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"rows": 3, "columns": 2}
    registered = {name: types.SimpleNamespace(defval=2) for name in options}
    config = types.SimpleNamespace(_registered_options=registered)
    set_anew: dict[str, Any] = {}
    pandas = types.SimpleNamespace(
        _config=types.SimpleNamespace(config=config),
        get_option=options.get,
        set_option=set_anew.__setitem__,
    )
    monkeypatch.setitem(sys.modules, "pandas", pandas)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "sklearn", types.ModuleType("sklearn"))  # half a module
    packages.start_anew()
    assert set_anew == {"rows": 2}
