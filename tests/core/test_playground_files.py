"""The page's files and its HDF5 trees, without a page."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pykeras_core.playground.files import Workspace
from pykeras_core.playground.h5 import flatten, page_codec, unflatten
from pykeras_core.saving.h5 import Group


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "files")


def test_entries_are_files_with_sizes_and_folders_with_all_below(workspace: Workspace) -> None:
    workspace.write("b.csv", b"12345")
    workspace.write("a/one", b"1")
    workspace.write("a/deep/two", b"22")
    assert workspace.entries() == [
        {"name": "a", "size": 3, "folder": True},
        {"name": "b.csv", "size": 5, "folder": False},
    ]


def test_a_folder_is_read_as_a_zip_that_holds_it(workspace: Workspace) -> None:
    workspace.write("model/config.json", b"{}")
    name, data = workspace.read("model")
    assert name == "model.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("model/config.json") == b"{}"


def zipped(**contents: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_model_s_folder_comes_back_from_its_zip_in_place_of_the_old(
    workspace: Workspace,
) -> None:
    workspace.write("model/config.json", b"{}")
    workspace.write("model/model.weights.h5", b"1")
    _, data = workspace.read("model")
    workspace.write("model/later", b"2")
    workspace.upload("model (1).zip", memoryview(data))
    assert [entry["name"] for entry in workspace.entries()] == ["model"]
    assert [name for name, _ in workspace.changes()[0]] == [
        "model/config.json",
        "model/model.weights.h5",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"no zip",
        zipped(**{"photos/1.png": b"", "photos/2.png": b""}),
        zipped(**{"config.json": b"", "model.weights.h5": b""}),
        zipped(**{"a/config.json": b"", "b/model.weights.h5": b""}),
        zipped(**{"m/config.json": b"", "m/model.weights.h5": b"", "m": b""}),
        zipped(**{"m/config.json": b"", "m/model.weights.h5": b""})[:-30],
    ],
)
def test_any_other_file_is_kept_as_it_came(workspace: Workspace, data: bytes) -> None:
    workspace.upload("data.zip", data)
    assert workspace.changes() == ([("data.zip", data)], [])


def test_a_zip_with_names_that_lead_out_stays_inside(workspace: Workspace) -> None:
    workspace.upload(
        "m.zip", zipped(**{"../m/config.json": b"", "../m/model.weights.h5": b"", "/etc/x": b""})
    )
    assert [entry["name"] for entry in workspace.entries()] == ["m.zip"]
    assert [path.name for path in workspace.folder.parent.iterdir()] == ["files"]


def test_changes_are_what_differs_from_the_last_time(workspace: Workspace) -> None:
    workspace.write("a", b"1")
    workspace.write("f/b", b"2")
    assert workspace.changes() == ([("a", b"1"), ("f/b", b"2")], [])
    assert workspace.changes() == ([], [])
    workspace.write("a", b"longer")
    workspace.delete("f")
    workspace.delete("never")
    assert workspace.changes() == ([("a", b"longer")], ["f/b"])


@pytest.mark.parametrize("name", ["", "..", "../up", "a/../../up", "/etc/passwd"])
def test_names_that_lead_out_of_the_folder_are_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(ValueError, match="expected a name in the page's folder"):
        workspace.write(name, b"")


def test_programs_run_in_the_folder_again_after_one_has_left_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    workspace.enter()
    assert Path.cwd() == workspace.folder


def tree() -> Group:
    root = Group(attributes={"model_config": "{}", "number": 3})
    root.put("layers/dense/vars/0", np.arange(6, dtype="float32").reshape(2, 3))
    root.put("layers/seed", np.array([1, 2], dtype="uint32"))
    root.put("step", np.int64(7))
    root.group("layers/empty").attributes["weight_names"] = []
    return root


def test_a_tree_survives_being_flattened() -> None:
    again = unflatten(flatten(tree()))
    assert again.attributes == {"model_config": "{}", "number": 3}
    kernel = again.find("layers/dense/vars/0")
    np.testing.assert_array_equal(kernel, np.arange(6, dtype="float32").reshape(2, 3))
    assert again.find("step").dtype == "int32"  # type: ignore[union-attr]
    assert again.find("layers/seed").dtype == "uint32"  # type: ignore[union-attr]
    assert again.find("layers/empty").attributes == {"weight_names": []}  # type: ignore[union-attr]


def test_a_file_the_library_refuses_is_a_damaged_file() -> None:
    def read(data: Any) -> Any:
        raise RuntimeError("unable to open file")

    codec = page_codec(lambda: SimpleNamespace(read=read), lambda value: value, RuntimeError)
    with pytest.raises(ValueError, match="HDF5 file is damaged: unable to open file"):
        codec.read(b"")


def test_deleting_a_link_leaves_what_it_leads_to(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_bytes(b"1")
    (workspace.folder / "link").symlink_to(tmp_path / "elsewhere")
    (workspace.folder / "dangling").symlink_to(tmp_path / "nowhere")
    assert workspace.entries() == []
    workspace.delete("link")
    assert (tmp_path / "elsewhere" / "precious").is_file()
    assert not (workspace.folder / "link").is_symlink()


def test_a_file_that_cannot_be_read_is_neither_changed_nor_gone(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write("locked", b"1")
    assert workspace.changes() == ([("locked", b"1")], [])
    workspace.write("locked", b"22")

    def refuse(path: Path) -> bytes:
        raise PermissionError(path)

    with monkeypatch.context() as locked:
        locked.setattr(Path, "read_bytes", refuse)
        assert workspace.changes() == ([], [])
    assert workspace.changes() == ([("locked", b"22")], [])


def test_kept_files_that_have_lost_their_place_get_another_or_are_named(
    workspace: Workspace,
) -> None:
    kept = [("d", b"4"), ("a/b", b"2"), ("a", b"1"), ("../c", b"3"), ("x" * 300, b"5"), (7, "junk")]
    moved, lost = workspace.restore(kept)  # type: ignore[arg-type]
    assert moved == [("a/b", "a_b (2)")]
    assert lost == ["../c", "7", "x" * 300]
    assert [entry["name"] for entry in workspace.entries()] == ["a", "a_b (2)", "d"]
    assert workspace.changes() == ([("a_b (2)", b"2")], ["a/b"])
    assert workspace.changes() == ([], [])


def test_what_was_deleted_comes_back(workspace: Workspace) -> None:
    workspace.write("folder/inner.txt", b"inner")
    workspace.write("a.txt", b"first")
    workspace.changes()
    workspace.delete("folder")
    workspace.delete("a.txt")
    assert workspace.entries() == []
    workspace.write("a.txt", b"second")
    workspace.undelete("a.txt")
    workspace.undelete("folder")
    assert workspace.read("a.txt") == ("a.txt", b"first")
    assert (workspace.folder / "folder" / "inner.txt").read_bytes() == b"inner"
    workspace.undelete("a.txt")
    assert workspace.read("a.txt") == ("a.txt", b"second")


def test_what_was_deleted_long_ago_is_gone(workspace: Workspace) -> None:
    for number in range(5):
        workspace.write(f"{number}.txt", b"x")
        workspace.delete(f"{number}.txt")
    with pytest.raises(FileNotFoundError, match=r"'0\.txt' was deleted for good"):
        workspace.undelete("0.txt")
    workspace.undelete("4.txt")


def test_a_file_that_an_upload_replaces_comes_back(workspace: Workspace) -> None:
    assert workspace.upload("a.txt", b"old") == ("a.txt", False)
    assert workspace.upload("a.txt", b"new") == ("a.txt", True)
    workspace.undelete("a.txt")
    assert workspace.read("a.txt") == ("a.txt", b"old")


def test_a_folder_that_is_gone_has_no_entries_and_is_there_for_the_next_program(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workspace.write("a", b"1")
    workspace.changes()
    workspace.delete("a")
    workspace.folder.rmdir()
    assert workspace.entries() == []
    assert workspace.changes() == ([], ["a"])
    workspace.enter()
    assert workspace.folder.is_dir()
