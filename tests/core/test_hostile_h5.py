"""HDF5 files with what no model needs: refused by every reader, within bounds."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from tests.core.hostile_files import archive_with, save_small_model

h5py = pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small model in every kind of file."""
    return save_small_model(tmp_path_factory.mktemp("files"))


def damage_with_soft_link(file: Any) -> str:
    file["model_weights"]["again"] = h5py.SoftLink("/model_weights/dense")
    return "links 'again' to somewhere else"


def damage_with_external_link(file: Any) -> str:
    file["elsewhere"] = h5py.ExternalLink("/etc/other.h5", "/data")
    return "links 'elsewhere' to somewhere else"


def damage_with_cycle(file: Any) -> str:
    file["model_weights"]["self"] = file["model_weights"]
    return "holds itself"


def damage_with_external_storage(file: Any) -> str:
    file.create_dataset("secret", (4,), "u1", external=[("/etc/hostname", 0, 4)])
    return "keeps 'secret' in another file"


def damage_with_huge_array(file: Any) -> str:
    file.create_dataset("huge", (10**6, 10**6), "f4", chunks=(10, 10))
    return r"'huge' has shape \(1000000, 1000000\)"


def damage_with_text(file: Any) -> str:
    file.create_dataset("text", data=["some", "text"])
    return "'text' was expected to be an array of numbers"


def damage_with_packed_zeros(file: Any) -> str:
    file.create_dataset("zeros", (3000, 3000), "f4", compression="gzip")[...] = 0
    return r"'zeros' has shape \(3000, 3000\), far more than a file of its size holds"


def packed(file: Any, data: bytes, **kwargs: Any) -> None:
    """An array of 4,000 bytes in one piece, which holds what it is given."""
    array = file.create_dataset("packed", (1000,), "f4", chunks=(1000,), compression="gzip")
    array.id.write_direct_chunk((0,), data, **kwargs)


def damage_with_piece_that_unpacks_to_more(file: Any) -> str:
    packed(file, zlib.compress(bytes(40_000_000)))
    return "a piece of 'packed' has 4000 bytes, it unpacks to more"


def damage_with_piece_that_unpacks_to_less(file: Any) -> str:
    packed(file, zlib.compress(bytes(40)))  # HDF5 would give what lies in memory behind it
    return "a piece of 'packed' has 4000 bytes, it unpacks to 40"


def damage_with_piece_that_is_not_packed(file: Any) -> str:
    packed(file, bytes(40), filter_mask=1)
    return "a piece of 'packed' has 4000 bytes, it unpacks to 40"


def damage_with_piece_that_does_not_unpack(file: Any) -> str:
    packed(file, b"something else")
    return "piece of 'packed' is damaged"


def damage_with_other_packing(file: Any) -> str:
    file.create_dataset("packed", data=np.ones(1000), compression="lzf")
    return "packs 'packed' in a way that Keras does not"


def damage_with_depth(file: Any) -> str:
    for _ in range(400):
        file = file.create_group("a")
    return "groups lie more than 64 deep in each other"


def damage_with_nothing(file: Any) -> str:
    file["nothing"] = h5py.Empty("f4")
    return "'nothing' was expected to be an array of numbers, it is empty"


def damage_with_complex_numbers(file: Any) -> str:
    file["turns"] = np.ones(3, np.complex64)
    return "'turns' was expected to be an array of numbers, it is of complex64"


def damage_with_records(file: Any) -> str:
    file["records"] = np.zeros(3, [("a", "f4"), ("b", "i4")])
    return "'records' was expected to be an array of numbers"


def damage_with_type(file: Any) -> str:
    file["type"] = np.dtype("f4")
    return "'type' was expected to be an array, it is a type"


def damage_with_name_that_is_no_text(file: Any) -> str:
    h5py.h5g.create(file.id, b"\xff\xfe")
    return r"has a member named b'\\xff\\xfe', which is no text"


def damage_by_missing_weight(file: Any) -> str:
    group = file["model_weights/dense"]
    group.attrs["weight_names"] = np.array([b"dense/kernel", b"dense/none"])
    return "lists a weight 'dense/none' of 'dense'"


DAMAGES = [value for name, value in list(globals().items()) if name.startswith("damage_")]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_an_h5_file_with_what_no_model_needs_is_refused(files, tmp_path, damage) -> None:
    (tmp_path / "m.h5").write_bytes((files / "m.h5").read_bytes())
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        message = damage(file)
    with pytest.raises(ValueError, match=rf"m\.h5' cannot be loaded: .*{message}"):
        keras.models.load_model(tmp_path / "m.h5")


@pytest.mark.parametrize("damage", [d for d in DAMAGES if "weight" not in d.__name__])
def test_weights_with_what_no_model_needs_are_refused(files, tmp_path, damage) -> None:
    path = tmp_path / "w.weights.h5"
    path.write_bytes((files / "m.weights.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        file.create_group("model_weights/dense")  # where some of the damages go
        message = damage(file)
    model = keras.models.load_model(files / "m.keras")
    archive = archive_with(
        files,
        tmp_path / "m.keras",
        lambda members: members.update({"model.weights.h5": path.read_bytes()}),
    )
    before = model.get_weights()
    for name, act in ((path, model.load_weights), (archive, keras.models.load_model)):
        with pytest.raises(ValueError, match=rf"{name.name}' cannot be loaded: .*{message}"):
            act(name)
    assert all(map(np.array_equal, before, model.get_weights()))


def test_more_groups_than_any_model_has_are_refused(files, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("pykeras_core.saving.h5._MOST_MEMBERS", 300)
    (tmp_path / "m.h5").write_bytes((files / "m.h5").read_bytes())
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        for number in range(300):
            file.create_group(f"group {number}")
    with pytest.raises(ValueError, match="more than 300 groups and arrays"):
        keras.models.load_model(tmp_path / "m.h5")


@pytest.mark.parametrize("name", ["\n", " ", "\u202eé", "x" * 5000, "vars"])
def test_groups_of_odd_names_beside_a_models_are_left_alone(files, tmp_path, name: str) -> None:
    (tmp_path / "m.h5").write_bytes((files / "m.h5").read_bytes())
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        file.create_group(name)
        file.attrs[name[:100]] = h5py.Empty("f4")
    given, expected = (keras.models.load_model(folder / "m.h5") for folder in (tmp_path, files))
    assert all(map(np.array_equal, given.get_weights(), expected.get_weights()))


@pytest.mark.parametrize("shuffle", [False, True])
def test_packed_weights_of_a_models_own_are_read(files, tmp_path, shuffle: bool) -> None:
    model = keras.models.load_model(files / "m.keras")
    (tmp_path / "w.weights.h5").write_bytes((files / "m.weights.h5").read_bytes())
    with h5py.File(tmp_path / "w.weights.h5", "r+") as file:
        values = file["layers/dense/vars/0"][...]
        del file["layers/dense/vars/0"]
        file.create_dataset(
            "layers/dense/vars/0", data=values, chunks=(3, 2), compression="gzip", shuffle=shuffle
        )
    model.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_array_equal(model.get_layer("dense").kernel, values)


def test_groups_in_the_place_of_arrays_are_refused(files, tmp_path) -> None:
    model = keras.models.load_model(files / "m.keras")
    (tmp_path / "w.weights.h5").write_bytes((files / "m.weights.h5").read_bytes())
    with h5py.File(tmp_path / "w.weights.h5", "r+") as file:
        del file["layers/dense/vars/0"]
        file.create_group("layers/dense/vars/0")
    with pytest.raises(ValueError, match="expected arrays, the file has groups"):
        model.load_weights(tmp_path / "w.weights.h5")


def test_a_variable_of_another_name_is_missed_by_name(files, tmp_path) -> None:
    model = keras.models.load_model(files / "m.keras")
    (tmp_path / "w.weights.h5").write_bytes((files / "m.weights.h5").read_bytes())
    with h5py.File(tmp_path / "w.weights.h5", "r+") as file:
        file.move("layers/dense/vars/0", "layers/dense/vars/7")
    with pytest.raises(ValueError, match=r"layers/dense.*lacks variable '0'"):
        model.load_weights(tmp_path / "w.weights.h5")
