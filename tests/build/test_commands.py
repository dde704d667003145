"""The commands: what README promises, what CI runs, and how a failure reads."""

import json
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tasks import console, environment, stamps
from tasks.console import TaskError

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
COMMANDS = ["bench", "bench_gpu", "build", "check", "names", "serve", "test"]


def fake_program(folder: Path, name: str, prints: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_readme_opens_with_the_command_to_serve_and_the_command_that_ci_runs() -> None:
    first, second = re.findall(r"^python3 (scripts/\w+)", README, re.MULTILINE)[:2]
    assert (first, second) == ("scripts/serve", "scripts/test")
    ci = (REPOSITORY / ".ci" / "run").read_text()
    assert ci.splitlines()[-1] == f"exec python3 {second}"


@pytest.mark.parametrize("name", COMMANDS)
def test_command_explains_itself_without_setting_anything_up(name: str) -> None:
    script = REPOSITORY / "scripts" / name
    done = subprocess.run(
        [sys.executable, script, "--help"], check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("usage:")
    assert script.stat().st_mode & stat.S_IXUSR


def test_python_that_is_too_old_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard = (REPOSITORY / "scripts" / "tasks" / "__init__.py").read_text()
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, this is Python 3\.9"):
        exec(compile(guard, "tasks", "exec"), {})


def test_node_that_is_too_old_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_program(tmp_path, "node", "v18.19.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TaskError, match=r"Node\.js 20 or newer is needed, found v18\.19\.0"):
        environment.node_version()


def test_missing_node_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TaskError) as caught:
        environment.node_version()
    assert "`node` is not on the PATH" in caught.value.what
    assert "Install Node.js 20" in caught.value.mend


def test_failure_says_what_failed_and_how_to_mend_it(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> int:
        console.run([sys.executable, "-c", "raise SystemExit(3)"], mend="Turn it off and on.")
        return 0

    assert console.command_line(fail) == 1
    told = capsys.readouterr().err
    assert "ended with status 3" in told
    assert "To mend it: Turn it off and on." in told


def test_quiet_command_shows_its_output_only_when_it_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.run([sys.executable, "-c", "print('fine')"], mend="", quiet=True)
    assert capsys.readouterr().out == ""
    with pytest.raises(TaskError):
        console.run([sys.executable, "-c", "print('bad'); exit(1)"], mend="", quiet=True)
    assert "bad" in capsys.readouterr().out


def test_digest_sees_contents_names_and_absence(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        (folder / "inside").mkdir(parents=True)
        (folder / "inside" / "file").write_text("same")
    before = stamps.digest([one])
    assert stamps.digest([one]) == before
    (one / "inside" / "file").write_text("changed")
    assert stamps.digest([one]) != before
    (one / "inside" / "file").write_text("same")
    (one / "inside" / "file").rename(one / "inside" / "renamed")
    assert stamps.digest([one]) != before
    assert stamps.digest([tmp_path / "none"]) != stamps.digest([])


def test_every_pinned_tool_is_pinned_to_one_version_everywhere() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    constraints = (REPOSITORY / "scripts" / "constraints.txt").read_text().splitlines()
    for group in ("build", "test", "dev"):
        for requirement in project["optional-dependencies"][group]:
            assert requirement in constraints, f"{group}: {requirement}"


def test_readme_s_program_trains(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (program,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(program, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    accuracies = re.findall(r"accuracy: (0\.\d+)", printed)
    assert float(accuracies[-1]) > 0.85


def test_names_are_looked_up_by_the_command(tmp_path: Path) -> None:
    api = tmp_path / "api.json"
    names = {"Dense": {"src": "keras.layers.Dense"}, "NoSuchLayer": {"src": "keras.layers.No"}}
    api.write_text(json.dumps({"namespaces": {"keras.layers": names}}))
    done = subprocess.run(
        [sys.executable, REPOSITORY / "scripts" / "names", "--api", api],
        capture_output=True,
        text=True,
    )
    assert "keras.layers" in done.stdout
    assert "50.0%" in done.stdout
    assert done.returncode == 1, "one is missing without a reason"
