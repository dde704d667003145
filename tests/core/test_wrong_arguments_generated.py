"""Every public callable, called with values of the wrong kind, names the argument it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.arguments.legal import LEGAL
from tests.core.arguments.other_rows import write_files
from tests.core.arguments.outcomes import Outcome, Survey, survey

TAKEN = {
    (argument, label)
    for legal in LEGAL
    for argument in legal.arguments.split()
    for label in legal.labels.split()
}


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    """All calls, made once in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        folder: Path = tmp_path_factory.mktemp("calls")
        patch.delenv("PYKERAS_OFFLINE", raising=False)  # `get_file` copies what is here already
        patch.chdir(folder)
        write_files()
        yield survey()


def is_right(outcome: Outcome) -> bool:
    if outcome.end != "taken":
        return outcome.end == "named"
    owned = f"{outcome.path}.{outcome.argument}"
    return bool(TAKEN & {(outcome.argument, outcome.label), (owned, outcome.label)})


def test_every_public_callable_takes_a_valid_call(surveyed: Survey) -> None:
    assert surveyed.refused == {}, "give it a row in tests/core/arguments"
    assert len({outcome.path for outcome in surveyed.outcomes}) > 700


def test_what_is_refused_is_named_and_what_is_taken_is_legal(surveyed: Survey) -> None:
    wrong: dict[str, list[str]] = {}
    for outcome in surveyed.outcomes:
        if not is_right(outcome):
            said = f"{outcome.label} {outcome.end}: {outcome.message[:120]}"
            wrong.setdefault(f"{outcome.path}.{outcome.argument}", []).append(said)
    assert wrong == {}


def test_every_legal_argument_is_taken_somewhere(surveyed: Survey) -> None:
    taken = [outcome for outcome in surveyed.outcomes if outcome.end == "taken"]
    used = {o.argument for o in taken} | {f"{o.path}.{o.argument}" for o in taken}
    assert sorted({argument for argument, _ in TAKEN} - used) == []
