"""Parts of Keras that few programs use: sounds, graphs as text, settings, logs, edited files."""

from __future__ import annotations

import json
import threading
import urllib.parse
import wave
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import layers, utils


def write_wav(path, values, rate=8000, width=2):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(values.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(values.astype({1: "u1", 2: "<i2", 4: "<i4"}[width]).tobytes())


def test_sounds_of_folders_become_padded_batches_with_labels(tmp_path, capsys):
    low, high = np.array([[-32768], [16384]]), np.array([[8192], [0], [-8192]])
    write_wav(tmp_path / "cat" / "a.wav", low)
    write_wav(tmp_path / "dog" / "b.wav", high)
    data = utils.audio_dataset_from_directory(tmp_path, shuffle=False)
    ((sounds, labels),) = list(data)
    assert sounds.numpy()[..., 0].tolist() == [[-1.0, 0.5, 0.0], [0.25, 0.0, -0.25]]
    assert labels.tolist() == [0, 1]
    assert data.class_names == ["cat", "dog"]
    assert "Found 2 files belonging to 2 classes" in capsys.readouterr().out
    cut = utils.audio_dataset_from_directory(
        tmp_path, labels=None, output_sequence_length=4, sampling_rate=16000, batch_size=None,
        shuffle=False, verbose=False,
    )  # fmt: skip
    assert next(iter(cut)).numpy()[:, 0].tolist() == [-1.0, -0.25, 0.5, 0.5]
    write_wav(tmp_path / "cat" / "c.wav", np.array([[128], [0], [192]]), width=1)
    write_wav(tmp_path / "cat" / "d.wav", np.array([[-(2**31)], [2**30]]), width=4)
    found = utils.audio_dataset_from_directory(
        tmp_path, labels=None, batch_size=None, shuffle=False, verbose=False
    )
    kept = [sound.numpy()[:, 0].tolist() for sound in found]
    assert kept[1:3] == [[0.0, -1.0, 0.5], [-1.0, 0.5]]


def test_what_is_no_sound_is_named(tmp_path):
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "a.wav").write_bytes(b"no sound")
    data = utils.audio_dataset_from_directory(tmp_path, labels=None, verbose=False)
    with pytest.raises(ValueError, match=r"a\.wav' is no WAV file of whole numbers"):
        list(data)
    with pytest.raises(ValueError, match="no ragged tensors"):
        utils.audio_dataset_from_directory(tmp_path, ragged=True)


def test_a_model_becomes_a_graph_in_the_language_of_graphviz(tmp_path):
    inputs = keras.Input((3,), name="x")
    joined = layers.Add(name="sum")([layers.Dense(2, name="a")(inputs), layers.Dense(2)(inputs)])
    model = keras.Model(inputs, joined, name='my "model"')
    dot = utils.model_to_dot(model, show_shapes=True, rankdir="LR")
    lines = dot.to_string().splitlines()
    assert lines[0] == 'digraph "my \\"model\\"" {'
    assert '  rankdir=LR; concentrate=true; dpi=200; splines="ortho";' in lines
    assert '  n1 [label="a (Dense)\\nin: (None, 3)\\nout: (None, 2)"];' in lines
    assert [line.strip() for line in lines if "->" in line] == [
        *("n0 -> n1;", "n0 -> n2;", "n1 -> n3;", "n2 -> n3;"),
    ]
    dot.write(tmp_path / "m.dot")
    assert (tmp_path / "m.dot").read_text() == str(dot)
    dot.write(tmp_path / "m.svg", format="svg")
    assert (tmp_path / "m.svg").read_text().startswith("<svg")
    assert utils.model_to_dot(model, subgraph=True).to_string().startswith("subgraph")
    with pytest.raises(ValueError, match="`model_to_dot` expected a built model"):
        utils.model_to_dot(keras.Sequential([layers.Dense(2)]))
    with pytest.raises(ValueError, match="expected 'dot', 'raw' or 'svg'"):
        dot.write(tmp_path / "m.png", format="png")


def test_a_config_is_read_by_name_and_can_be_frozen():
    config = utils.Config(rate=0.1)
    config.epochs = 3
    config["size"] = 2
    assert (config.rate, config["epochs"], config.get("none", 5)) == (0.1, 3, 5)
    assert (sorted(config), len(config), "rate" in config) == (["epochs", "rate", "size"], 3, True)
    assert json.loads(config.to_json()) == config.as_dict()
    with pytest.raises(AttributeError, match=r"no setting 'epoch'\. Did you mean 'epochs'"):
        _ = config.epoch
    config.freeze()
    for change in (
        lambda: setattr(config, "rate", 1),
        lambda: config.pop("rate"),
        lambda: config.update(rate=2),
    ):
        with pytest.raises(ValueError, match="is frozen"):
            change()
    config.unfreeze()
    del config["rate"]
    assert config.as_dict() == {"epochs": 3, "size": 2}


def test_logs_are_sent_to_a_server_and_training_goes_on_without_one():
    received = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received.append((self.path, self.headers["X-Own"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    logs = {"loss": np.float32(0.5)}
    keras.callbacks.RemoteMonitor(root, headers={"X-Own": "a"}).on_epoch_end(3, logs)
    keras.callbacks.RemoteMonitor(root, "/json", send_as_json=True).on_epoch_end(4, logs)
    server.shutdown()
    server.server_close()
    form, text = received
    assert form[:2] == ("/publish/epoch/end/", "a")
    assert json.loads(urllib.parse.parse_qs(form[2])["data"][0]) == {"epoch": 3, "loss": 0.5}
    assert (text[0], json.loads(text[2])) == ("/json", {"epoch": 4, "loss": 0.5})
    with pytest.warns(UserWarning, match=r"could not reach .* Training goes on"):
        keras.callbacks.RemoteMonitor(root).on_epoch_end(0)


def model(*names):
    return keras.Sequential([keras.Input((3,)), *(layers.Dense(2, name=name) for name in names)])


def test_an_edited_file_of_weights_fits_another_model(tmp_path, capsys):
    source = model("a", "b")
    source.save(tmp_path / "m.keras")
    editor = keras.saving.KerasFileEditor(tmp_path / "m.keras")
    editor.summary()
    assert "dense_1" in capsys.readouterr().out
    assert editor.compare(source) == {"status": "success", "error_count": 0, "match_count": 4}
    assert editor.compare(model("a"))["status"] == "error"
    kernel = np.ones((3, 2), "float32")
    editor.add_weights("layers/dense", {"0": kernel})
    editor.delete_object("dense_1")
    editor.save(tmp_path / "one.weights.h5")
    target = model("a")
    target.load_weights(tmp_path / "one.weights.h5")
    np.testing.assert_array_equal(target.get_weights()[0], kernel)
    again = keras.saving.KerasFileEditor(tmp_path / "one.weights.h5")
    again.rename_object("dense", "other")
    again.add_object("layers/new", {"0": kernel})
    again.delete_weight("other", "1")
    assert sorted(again.weights_dict["layers"]) == ["new", "other"]
    assert list(again.weights_dict["layers"]["other"]) == ["0"]
    with pytest.raises(ValueError, match="has no object named 'dense'"):
        again.delete_object("dense")
    with pytest.raises(ValueError, match="`new_name` as a name that is free there"):
        again.rename_object("other", "new")
    with pytest.raises(ValueError, match=r"name that ends in \.weights\.h5"):
        again.save(tmp_path / "x.keras")
    with pytest.raises(ValueError, match=r"ends in \.keras or \.weights\.h5"):
        keras.saving.KerasFileEditor(tmp_path / "x.h5")
