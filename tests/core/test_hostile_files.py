"""Model files that are damaged, foreign or hostile: each is refused with a reason."""

from __future__ import annotations

import json
import re
import tracemalloc
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pykeras_core as keras
from tests.core.hostile_files import archive_with, save_small_model

h5py = pytest.importorskip("h5py", reason="model files need h5py (the `h5` extra)")

REFUSED = (ValueError, TypeError)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small model in every kind of file."""
    return save_small_model(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def short_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model before its training: the same configuration, and less to read beside it."""
    return save_small_model(tmp_path_factory.mktemp("short"), trained=False)


def loads_or_says_why(path: Path) -> bool:
    """Load a file; what is refused must be refused in words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as that the optimizer starts afresh
            keras.models.load_model(path)
    except REFUSED as error:
        return len(str(error)) > 20
    return True


def config_of(files: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((files / "folder" / "config.json").read_text())
    return config


def with_config(files: Path, target: Path, config: Any) -> Path:
    def change(members: dict[str, bytes]) -> None:
        members["config.json"] = json.dumps(config).encode()

    return archive_with(files, target, change)


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_a_file_cut_at_any_share_is_refused(files: Path, tmp_path: Path, name: str) -> None:
    data = (files / name).read_bytes()
    for share in range(25):
        cut = tmp_path / name
        cut.write_bytes(data[: len(data) * share // 25])
        with pytest.raises(ValueError, match=name.replace(".", r"\.") + "|HDF5"):
            keras.models.load_model(cut)


def test_weights_cut_at_any_share_are_refused(files: Path, tmp_path: Path) -> None:
    data = (files / "m.weights.h5").read_bytes()
    model = keras.models.load_model(files / "m.keras")
    for share in range(20):
        (tmp_path / "w.weights.h5").write_bytes(data[: len(data) * share // 20])
        with pytest.raises(ValueError, match="HDF5"):
            model.load_weights(tmp_path / "w.weights.h5")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(1, 255))
def test_a_changed_byte_loads_or_is_refused(files, tmp_path, place, byte) -> None:
    data = bytearray((files / "m.keras").read_bytes())
    data[int(place * len(data))] ^= byte
    (tmp_path / "m.keras").write_bytes(data)
    assert loads_or_says_why(tmp_path / "m.keras")


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(["Dense", "__lambda__", "keras.layers", "Functional", "Sequential", "../../x"]),
    st.lists(st.integers(-2, 5), max_size=4),
    st.dictionaries(st.sampled_from(["class_name", "config", "module"]), st.text(max_size=3)),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            found += places(item, (*path, key))
    return found


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), form=st.sampled_from(["keras", "h5"]))
def test_a_configuration_with_junk_in_it_loads_or_is_refused(
    short_files, tmp_path, data, form
) -> None:
    files = short_files
    config = config_of(files)
    if form == "h5":
        with h5py.File(files / "m.h5") as file:
            config = json.loads(file.attrs["model_config"])
    path = data.draw(st.sampled_from(places(config)))
    owner = config
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = data.draw(JUNK)
    if form == "keras":
        with_config(files, tmp_path / "m.keras", config)
    else:
        (tmp_path / "m.h5").write_bytes((files / "m.h5").read_bytes())
        with h5py.File(tmp_path / "m.h5", "r+") as file:
            file.attrs["model_config"] = json.dumps(config)
    assert loads_or_says_why(tmp_path / f"m.{form}")


@pytest.mark.parametrize(
    ("remove", "message"),
    [("config.json", r"no config\.json"), ("model.weights.h5", r"no model\.weights\.h5")],
)
def test_an_archive_without_a_member_says_which(files, tmp_path, remove, message) -> None:
    path = archive_with(files, tmp_path / "m.keras", lambda members: members.pop(remove))
    with pytest.raises(ValueError, match=message):
        keras.models.load_model(path)


def test_members_with_names_of_other_places_write_nothing(files, tmp_path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["../outside.txt"] = members["/tmp/outside.txt"] = b"written"

    inside = tmp_path / "inside"
    inside.mkdir()
    keras.models.load_model(archive_with(files, inside / "m.keras", change))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["inside", "m.keras"]


def test_a_member_that_unpacks_to_far_more_is_refused(files, tmp_path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["config.json"] = b" " * 50_000_000

    path = archive_with(files, tmp_path / "m.keras", change)
    with pytest.raises(ValueError, match="grows from"):
        keras.models.load_model(path)


def test_units_that_no_memory_holds_are_refused_before_they_are_made(files, tmp_path) -> None:
    config = config_of(files)
    dense = next(e for e in config["config"]["layers"] if e["class_name"] == "Dense")
    dense["config"]["units"] = 10**11
    with pytest.raises(ValueError, match=r"shape \(4, 100000000000\)"):
        keras.models.load_model(with_config(files, tmp_path / "m.keras", config))


def test_layers_that_wait_for_each_other_are_refused(files, tmp_path) -> None:
    config = config_of(files)
    entries = config["config"]["layers"]
    first = entries[1]["inbound_nodes"][0]["args"][0]["config"]
    first["keras_history"] = [entries[-1]["name"], 0, 0]
    with pytest.raises(ValueError, match="take inputs that no layer of it gives"):
        keras.models.load_model(with_config(files, tmp_path / "m.keras", config))


def test_json_nested_a_hundred_thousand_deep_is_refused(files, tmp_path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["config.json"] = b'{"class_name": ' * 100_000

    with pytest.raises(ValueError, match=r"m\.keras"):
        keras.models.load_model(archive_with(files, tmp_path / "m.keras", change))


@pytest.mark.parametrize("module", ["os", "builtins", "subprocess", "pykeras_core.saving.lambdas"])
def test_a_class_of_another_module_is_never_imported(files, tmp_path, module) -> None:
    config = config_of(files)
    config["config"]["layers"][-1] = {"module": module, "class_name": "system", "config": {}}
    with pytest.raises(REFUSED, match="system"):
        keras.models.load_model(with_config(files, tmp_path / "m.keras", config))


def test_a_lambda_in_an_older_file_is_refused_unless_trusted(tmp_path) -> None:
    import base64
    import marshal

    code = base64.b64encode(marshal.dumps((lambda x: x * 3).__code__)).decode()
    config = {
        "class_name": "Sequential",
        "config": [
            {
                "class_name": "Lambda",
                "config": {
                    "name": "lambda",
                    "trainable": True,
                    "batch_input_shape": [None, 2],
                    "dtype": "float32",
                    "function": [code, None, None],
                    "function_type": "lambda",
                    "output_shape": None,
                    "output_shape_type": "raw",
                    "arguments": {},
                },
            }
        ],
    }
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.create_group("model_weights").attrs["layer_names"] = np.array([b"lambda"])
        file["model_weights"].create_group("lambda").attrs["weight_names"] = np.array([], "S1")
    with pytest.raises(ValueError, match="safe_mode=False"):
        keras.models.load_model(tmp_path / "m.h5")
    model = keras.models.load_model(tmp_path / "m.h5", safe_mode=False)
    np.testing.assert_array_equal(model.predict(np.ones((1, 2)), verbose=0), [[3, 3]])


def lie(path: Path, size: int, said: int) -> Path:
    """Let an archive say that its members of one size have another."""
    data = path.read_bytes()
    path.write_bytes(data.replace(size.to_bytes(4, "little"), said.to_bytes(4, "little")))
    return path


def test_a_member_that_lies_about_its_size_is_not_unpacked(files, tmp_path) -> None:
    size = 60_000_000

    def change(members: dict[str, bytes]) -> None:
        members["config.json"] = b" " * size

    path = lie(archive_with(files, tmp_path / "m.keras", change), size, 1000)
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"m\.keras' is no `\.keras` file"):
        keras.models.load_model(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**23


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_packed_in_an_unusual_way_is_refused(files, tmp_path, packing: int) -> None:
    with zipfile.ZipFile(files / "m.keras") as source:
        members = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(tmp_path / "m.keras", "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    model = keras.models.load_model(files / "m.keras")
    for act in (keras.models.load_model, model.load_weights):
        with pytest.raises(ValueError, match=r"m\.keras' packs .* not read here"):
            act(tmp_path / "m.keras")


@pytest.mark.parametrize("depth", [5_000, 50_000])
def test_json_nested_too_deeply_is_refused_by_every_reader(files, tmp_path, depth: int) -> None:
    text = '{"class_name": "Dense", "config": ' * depth + "{}" + "}" * depth
    with pytest.raises(ValueError, match="nested too deeply"):
        keras.models.model_from_json(text)
    with pytest.raises(ValueError, match=r"m\.keras"):
        keras.models.load_model(
            archive_with(
                files,
                tmp_path / "m.keras",
                lambda members: members.update({"config.json": text.encode()}),
            )
        )


def test_a_configuration_that_holds_itself_is_refused() -> None:
    config: dict[str, Any] = {"module": "keras", "class_name": "Sequential"}
    config["config"] = {"name": "a", "layers": [config]}
    with pytest.raises(ValueError, match="the configuration cannot be loaded: it is nested"):
        keras.models.model_from_config(config)


@pytest.mark.parametrize("key", ["module", "class_name", "registered_name"])
@pytest.mark.parametrize("value", [1.5, [1], {"a": 1}, True])
def test_a_name_that_is_no_text_is_refused(files, tmp_path, key: str, value: Any) -> None:
    config = config_of(files)
    config[key] = value
    for act in (
        lambda: keras.models.load_model(with_config(files, tmp_path / "m.keras", config)),
        lambda: keras.models.model_from_json(json.dumps(config)),
    ):
        with pytest.raises(ValueError, match=f"cannot be loaded: .*'{key}' was expected to be"):
            act()


@pytest.mark.parametrize("name", ["g.keras", "g.h5", "g.weights.h5", "g"])
@pytest.mark.parametrize(
    "data", [b"", b"PK", b"\x89HDF\r\n\x1a\n", b"nothing", b"PK\5\6" + b"\0" * 18]
)
def test_rubbish_is_refused_with_its_name(files, tmp_path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    model = keras.models.load_model(files / "m.keras")
    for act in (keras.models.load_model, model.load_weights):
        with pytest.raises(ValueError, match=re.escape(f"'{tmp_path / name}'")):
            act(tmp_path / name)
