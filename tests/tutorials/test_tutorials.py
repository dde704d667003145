"""The five tutorials run as they are, typos mended, off the network, and mean what they say."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core import compat, hosting
from tests.tutorials import tutorials
from tests.tutorials.tutorials import DATA_DIR, Tutorial


@dataclass
class Run(hosting.Host):
    """What a tutorial left: its variables, and what it reported while training."""

    namespace: dict[str, Any] = field(default_factory=dict)
    fits: list[list[dict[str, float]]] = field(default_factory=list)

    def report(self, event: dict[str, Any]) -> None:
        """Be the host of training: keep the logs of every epoch of every fit."""
        if event["type"] == "begin" and event["mode"] == "fit":
            self.fits.append([])
        elif event["type"] == "epoch":
            self.fits[-1].append(event["logs"])

    def losses(self, fit: int, name: str = "loss") -> list[float]:
        return [logs[name] for logs in self.fits[fit]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Give a function that runs a tutorial in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("PYKERAS_DATA_DIR", str(DATA_DIR))
    compat.install()

    def run_one(tutorial: Tutorial) -> Run:
        if tutorial.lacks:
            pytest.skip(tutorial.lacks)
        keras.utils.set_random_seed(7)
        finished = Run({"__name__": "__main__"})
        hosting.set_host(finished)
        plt = pytest.importorskip("matplotlib.pyplot", reason="tutorials draw figures")
        plt.switch_backend("agg")
        plt.close("all")  # what other programs left open
        exec(
            compile(tutorial.program(), f"<tutorial {tutorial.number}>", "exec"), finished.namespace
        )
        return finished

    yield run_one
    hosting.set_host(None)
    compat.uninstall()


def test_sequential_and_functional_api_learn_clothes(run: Any) -> None:
    finished = run(tutorials.SEQUENTIAL_AND_FUNCTIONAL)
    model, data = finished.namespace["model"], finished.namespace["data_loader"]
    losses = finished.losses(0)
    assert len(losses) == 5
    assert losses[-1] < 0.7 * losses[0]
    loss, accuracy = model.evaluate(data.test_data, data.test_label, verbose=0)
    assert loss < 1.0
    assert accuracy > 0.65
    np.testing.assert_allclose(model.predict(data.test_data, verbose=0).sum(axis=1), 1, rtol=1e-5)


def test_guide_to_sequential_models_trains_on_two_and_on_ten_classes(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    finished = run(tutorials.SEQUENTIAL_GUIDE)
    assert [len(fit) for fit in finished.fits] == [10, 10]
    for fit in range(2):
        losses = finished.losses(fit)
        assert losses[-1] < losses[0]
        assert losses == sorted(losses, reverse=True)
    assert finished.fits[0][-1]["accuracy"] > finished.fits[0][0]["accuracy"]
    model = finished.namespace["model"]
    assert model.output_shape == (None, 10)
    assert finished.namespace["one_hot_labels"].shape == (1000, 10)
    assert "32/32" in capsys.readouterr().out


def test_overview_builds_a_model_that_trains_as_it_is_compiled(run: Any) -> None:
    model = run(tutorials.OVERVIEW).namespace["model"]
    assert model.count_params() == 32 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 32)).astype(np.float32)
    y = keras.utils.to_categorical(np.argmax(x[:, :10], axis=1), 10)
    history = model.fit(x, y, epochs=8, verbose=0).history
    assert history["accuracy"][-1] > 0.9
    assert history["loss"][-1] < 0.3 * history["loss"][0]


# Without a window `show` draws nothing and says so.
@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive:UserWarning")
def test_classification_of_clothes_draws_learns_predicts_and_saves(
    run: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    finished = run(tutorials.CLASSIFICATION)
    names, plt = finished.namespace, sys.modules["matplotlib.pyplot"]
    losses = finished.losses(0)
    assert len(losses) == 10
    assert losses[-1] < 0.6 * losses[0]
    assert names["test_acc"] > 0.7
    assert re.search(r"^4/4 - \S+ - \S+ - accuracy: 0\.\d+ - loss: ", capsys.readouterr().out, re.M)
    predictions, labels = names["predictions"], names["test_labels"]
    np.testing.assert_allclose(predictions.sum(axis=1), 1, rtol=1e-5)
    assert (predictions.argmax(axis=1) == labels).mean() == pytest.approx(names["test_acc"])
    logits = names["model"].predict(names["test_images"], verbose=0)
    for saved in ("my_model", "my_model.h5"):
        again = keras.models.load_model(tmp_path / saved)
        np.testing.assert_array_equal(again.predict(names["test_images"], verbose=0), logits)
        loss, accuracy = again.evaluate(names["test_images"], labels, verbose=0)
        assert (loss, accuracy) == pytest.approx((names["test_loss"], names["test_acc"]))
    assert names["img"].shape == (1, 28, 28)
    assert names["model"].predict(names["img"], verbose=0).shape == (1, 10)
    _, grid = (plt.figure(number) for number in plt.get_fignums())
    assert len(grid.axes) == 25
    assert grid.axes[0].get_xlabel() == names["class_names"][names["train_labels"][0]]
    plt.figure()
    names["plot_image"](0, predictions[0], labels[0], names["test_images"])
    assert names["class_names"][labels[0]] in plt.gca().get_xlabel()
    names["plot_value_array"](0, predictions[0], labels[0])
    plt.close("all")


def test_guide_to_keras_trains_on_arrays_and_on_datasets(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    finished = run(tutorials.KERAS_GUIDE)
    printed = capsys.readouterr()
    assert keras.version() in printed.out
    assert [len(fit) for fit in finished.fits] == [10, 10, 10, 10]
    assert finished.losses(0)[-1] < finished.losses(0)[0]
    assert {"loss", "categorical_accuracy"} <= finished.fits[0][0].keys()
    assert "val_loss" in finished.fits[1][0]
    assert "val_loss" not in finished.fits[2][0]
    assert "val_categorical_accuracy" in finished.fits[3][0]
    assert "30/30" in printed.out
    assert "AdamOptimizer" in printed.err  # the hint on today's name
    rows = finished.namespace["model"].predict(finished.namespace["val_data"], verbose=0)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-5)
