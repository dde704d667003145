"""What each inspector says of a model, against what is known by other means."""

import contextlib
from typing import Any

import numpy as np
import pytest

import pykeras_core as keras
from pykeras_core.engine import GradientTape
from pykeras_core.playground.galleries import Indices
from pykeras_core.playground.given import Part
from pykeras_core.playground.inspectors import (
    NothingToSeeError,
    Report,
    Samples,
    Subject,
    inspector_named,
    offered,
)
from pykeras_core.playground.inspectors.boundary import grid_of
from pykeras_core.playground.inspectors.browser import duplicates
from pykeras_core.playground.inspectors.calibration import bins_of, per_class
from pykeras_core.playground.inspectors.landscape import SIZE, directions
from pykeras_core.playground.inspectors.saliency import gradients
from pykeras_core.playground.inspectors.step import stages_of
from pykeras_core.playground.inspectors.tracing import trace_step
from pykeras_core.playground.unseen import SampleSet
from tests.core import protocol


def subject_of(model: Any, x: Any, y: Any = None, **more: Any) -> Subject:
    """A model and its data, in the order in which they are."""
    order: Indices = np.arange(len(x))
    samples = Samples(SampleSet(x, y, "variables", "test"), order)
    training = None if y is None else Part(x, y, "fit")

    def ask(x: Any) -> Any:
        return model.predict(x, batch_size=500, verbose=0)

    return Subject(model, ask, samples, training, **more)


def look(name: str, subject: Subject, **options: Any) -> Report:
    """The last report of an inspector, which is one of the protocol."""
    found = inspector_named(name).describe(subject.model, subject, **options)
    reports = [found] if isinstance(found, dict) else [one for one in found if one is not None]
    for report in reports:
        expected = protocol.types()["Inspected"]
        assert protocol.problems(report, expected, name) == []
    return reports[-1]


def numbers(maps: Any) -> Any:
    """The numbers that maps are drawn from, as far as bytes say them."""
    bytes_ = np.frombuffer(maps["values"], np.uint8).astype("float64")
    values = maps["low"] + bytes_ / 255 * (maps["high"] - maps["low"])
    return values.reshape(-1, maps["height"], maps["width"])


@pytest.fixture
def plane() -> Subject:
    """A model of two inputs, trained a little."""
    keras.utils.set_random_seed(1)
    x, y = keras.datasets.toys.xor(200)
    model = keras.Sequential([
        keras.layers.Input((2,)), keras.layers.Dense(6, "tanh", name="first"),
        keras.layers.Dense(1, "sigmoid", name="last"),
    ])  # fmt: skip
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=5, verbose=0)
    return subject_of(model, x, y)


@pytest.fixture
def images() -> Subject:
    """A small convolution that tells three kinds of images."""
    keras.utils.set_random_seed(2)
    rng = np.random.default_rng(0)
    y = np.arange(90) % 3
    x = rng.random((90, 8, 8, 1)).astype("float32")
    x[:, :, :, 0] += (y[:, None, None] * np.linspace(0, 1, 8)).astype("float32")
    model = keras.Sequential([
        keras.layers.Input((8, 8, 1)), keras.layers.Conv2D(4, 3, activation="relu", name="conv"),
        keras.layers.MaxPooling2D(name="pool"), keras.layers.Flatten(name="flat"),
        keras.layers.Dense(3, "softmax", name="said"),
    ])  # fmt: skip
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=8, verbose=0)
    return subject_of(model, x, y)


def test_the_boundary_is_what_the_model_predicts_on_its_grid(plane: Subject) -> None:
    report = look("boundary", plane)
    xs, ys = (np.linspace(*report[axis], 60) for axis in "xy")
    said = plane.model.predict(grid_of(xs, ys), verbose=0)[:, 0]
    guesses = np.frombuffer(report["guesses"], np.uint8)
    assert ((said > 0.5) == guesses)[np.abs(said - 0.5) > 1e-4].all()
    certainties = np.frombuffer(report["certainties"], np.uint8) / 255
    np.testing.assert_allclose(certainties, np.maximum(said, 1 - said), atol=0.003)
    assert report["shares"] == pytest.approx([(said <= 0.5).mean(), (said > 0.5).mean()], abs=1e-3)
    top_left = grid_of(xs, ys)[0]
    assert top_left == pytest.approx([report["x"][0], report["y"][1]], rel=1e-6)


def test_a_neurons_map_is_its_output_on_the_grid(plane: Subject) -> None:
    report = look("boundary", plane, layer="first")
    xs, ys = (np.linspace(*report[axis], 60) for axis in "xy")
    first = plane.model.get_layer("first")
    wanted = np.asarray(first(grid_of(xs, ys)).numpy()).reshape(60, 60, 6)[::2, ::2]
    np.testing.assert_allclose(
        numbers(report["neurons"]), np.moveaxis(wanted, 2, 0), atol=2 / 255 + 1e-6
    )


def test_a_regression_of_two_numbers_is_a_height() -> None:
    x = np.random.default_rng(0).random((50, 2)).astype("float32")
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.set_weights([np.array([[1.0], [0.0]]), np.array([0.0])])
    report = look("boundary", subject_of(model, x, x[:, 0]))
    assert report["guesses"] is None
    assert report["range"] == pytest.approx(report["x"], abs=1e-6)


def test_activations_are_those_of_a_model_cut_at_each_layer(images: Subject) -> None:
    report = look("activations", images, sample=4)
    x = images.single
    assert x is not None
    for shown in report["layers"]:
        layer = images.model.get_layer(shown["name"])
        cut = keras.Model(images.model.inputs, layer.output)
        wanted = cut.predict(x[4:5], verbose=0)[0]
        assert shown["shape"] == list(wanted.shape)
        assert [shown[one] for one in ("low", "high", "mean")] == pytest.approx(
            [wanted.min(), wanted.max(), wanted.mean()], abs=1e-5
        )
        if shown["maps"] is None:
            assert shown["values"] == pytest.approx(wanted.reshape(-1).tolist(), abs=1e-5)
        else:
            step = (shown["maps"]["high"] - shown["maps"]["low"]) / 255 + 1e-6
            np.testing.assert_allclose(numbers(shown["maps"]), np.moveaxis(wanted, 2, 0), atol=step)
    assert report["label"] == 1
    assert report["certainty"] == pytest.approx(max(report["layers"][-1]["values"]), abs=1e-5)


def test_calibration_is_counted_as_by_hand() -> None:
    certainties = np.array([0.55, 0.56, 0.95, 0.99, 1.0])
    right = np.array([True, False, True, True, False])
    bins = bins_of(certainties, right)
    assert [one["count"] for one in bins] == [0, 0, 0, 0, 0, 2, 0, 0, 0, 3]
    assert bins[5]["accuracy"] == 0.5
    assert bins[9]["certainty"] == pytest.approx((0.95 + 0.99 + 1) / 3)
    assert per_class(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1]), 3) == [
        {"samples": 2, "found": 1, "said": 1},
        {"samples": 1, "found": 1, "said": 3},
        {"samples": 1, "found": 0, "said": 0},
    ]


def test_calibration_of_a_model_agrees_with_its_predictions(images: Subject) -> None:
    report = look("calibration", images)
    said = images.model.predict(images.single, verbose=0)
    guesses, labels = said.argmax(axis=1), np.arange(90) % 3
    assert report["correct"] == (guesses == labels).sum()
    assert sum(one["count"] for one in report["bins"]) == 90
    assert [one["said"] for one in report["classes"]] == np.bincount(guesses, minlength=3).tolist()
    shares = sum(one["count"] * abs(one["certainty"] - one["accuracy"]) for one in report["bins"])
    assert report["error"] == pytest.approx(shares / 90)


def test_residuals_are_what_is_left_of_the_truth() -> None:
    x = np.linspace(0, 1, 40, dtype="float32")[:, None]
    y = 2 * x[:, 0] + 1
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.set_weights([np.array([[2.0]]), np.array([1.5])])
    report = look("residuals", subject_of(model, x, y))
    assert report["mean"] == pytest.approx(0.5, abs=1e-5)
    assert report["deviation"] == pytest.approx(0, abs=1e-5)
    assert report["residuals"] == pytest.approx([0.5] * 40, abs=1e-5)
    spread = ((y - y.mean()) ** 2).sum()
    assert report["explained"] == pytest.approx(1 - 40 * 0.25 / spread, rel=1e-4)


def test_a_forecast_is_beside_the_truth_and_who_says_that_all_stays() -> None:
    series = np.sin(np.arange(60) / 3).astype("float32")
    x = np.stack([series[at : at + 8] for at in range(50)])[..., None]
    y = series[8:58]
    model = keras.Sequential([keras.layers.Input((8, 1)), keras.layers.Flatten(),
                              keras.layers.Dense(1)])  # fmt: skip
    model.compile("sgd", "mse")
    report = look("forecast", subject_of(model, x, y))
    assert report["truth"] == pytest.approx(y.tolist())
    assert report["forecast"] == pytest.approx(model.predict(x, verbose=0)[:, 0].tolist(), abs=1e-5)
    assert report["naive"] == pytest.approx(np.abs(series[7:57] - y).mean(), rel=1e-4)


def test_saliency_is_the_slope_of_the_answer(images: Subject) -> None:
    x = images.single
    assert x is not None
    sample, unit = x[4:5].astype("float64"), int(images.model.predict(x[4:5], verbose=0).argmax())
    found = gradients(images.model, sample, unit)
    assert found is not None
    step = 1e-2
    for row, column in ((2, 3), (5, 6), (0, 0)):
        ends = np.repeat(sample, 2, axis=0)
        ends[:, row, column, 0] += (-step, step)
        low, high = images.model.predict(ends.astype("float32"), verbose=0)[:, unit]
        assert found[0, row, column, 0] == pytest.approx((high - low) / (2 * step), abs=2e-3)
    report = look("saliency", images, sample=4)
    np.testing.assert_allclose(
        numbers(report["gradient"])[0], np.abs(found[0, :, :, 0]), atol=np.abs(found).max() / 200
    )


def test_an_occlusion_is_the_fall_of_the_answer_where_it_is_covered(images: Subject) -> None:
    report = look("saliency", images, sample=1)
    x = images.single
    assert x is not None
    covered = x[1:2].copy()
    covered[0, : report["patch"], : report["patch"]] = covered.mean()
    before, after = (
        images.model.predict(one, verbose=0)[0, report["unit"]] for one in (x[1:2], covered)
    )
    assert numbers(report["occlusion"])[0, 0, 0] == pytest.approx(before - after, abs=5e-3)
    assert report["before"] == pytest.approx(before, abs=1e-6)


def test_a_yes_or_no_is_looked_at_as_the_answer_that_it_is(plane: Subject) -> None:
    x = plane.single
    assert x is not None
    no = int(plane.model.predict(x, verbose=0)[:, 0].argmin())
    report = look("saliency", plane, sample=no)
    assert report["guess"] == 0
    assert report["before"] == pytest.approx(report["certainty"], abs=1e-6)


def test_weights_are_pictures_and_a_histogram(images: Subject) -> None:
    report = look("weights", images, layer="conv", weight="kernel")
    kernel = images.model.get_layer("conv").kernel.numpy()
    assert report["pictures"] == "filters"
    np.testing.assert_allclose(
        numbers(report["maps"]),
        np.moveaxis(kernel[:, :, 0], 2, 0),
        atol=report["maps"]["high"] / 100,
    )
    assert sum(report["counts"]) == kernel.size
    assert report["quantiles"][3] == pytest.approx(np.median(kernel), abs=1e-6)


def test_a_layer_of_a_million_weights_is_looked_at_in_part() -> None:
    model = keras.Sequential([keras.layers.Input((1000,)), keras.layers.Dense(1000)])
    report = look("weights", subject_of(model, np.zeros((2, 1000), "float32")))
    assert report["total"] == 1_000_000
    assert 0 < report["lookedAt"] <= 2**16
    assert len(report["maps"]["values"]) <= 64 * 64


def test_an_embedding_is_drawn_in_its_main_directions() -> None:
    table = np.array([[0, 0, 0], [4, 0, 1], [0, 2, 0], [4, 2, 1]], "float32")
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Embedding(4, 3, name="words")])
    model.get_layer("words").set_weights([table])
    subject = subject_of(model, np.array([[1, 2]]), variables={"word_index": {"one": 1, "two": 2}})
    report = look("embeddings", subject)
    centred = table - table.mean(axis=0)
    _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    assert report["share"] == pytest.approx((lengths**2 / (lengths**2).sum())[:2], abs=1e-6)
    np.testing.assert_allclose(np.abs(report["x"]), np.abs(centred @ axes[0]), atol=1e-6)
    assert report["words"] == ["0", "one", "two", "3"]


def test_the_middle_of_a_landscape_is_the_loss_and_the_weights_stay(plane: Subject) -> None:
    model = plane.model
    before = [one.copy() for one in model.get_weights()]
    report = look("landscape", plane)
    wanted = model.evaluate(plane.single, np.asarray(plane.training.y), verbose=0)[0]
    assert report["centre"] == pytest.approx(wanted, abs=1e-5)
    assert report["rows"] == SIZE
    after = model.get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    across, up = directions(before, 0), directions(before, 1)
    model.set_weights([w - a + b for w, a, b in zip(before, across, up, strict=True)])
    corner = model.evaluate(plane.single, np.asarray(plane.training.y), verbose=0)[0]
    assert report["losses"][0] == pytest.approx(corner, rel=1e-4)
    lengths = [np.linalg.norm(one, axis=0) for one in (before[0], across[0])]
    np.testing.assert_allclose(lengths[0], lengths[1], rtol=1e-5)


def test_the_chain_of_a_gradient_multiplies_to_it(plane: Subject) -> None:
    x, y = plane.single, np.asarray(plane.training.y)
    assert x is not None
    for layer in ("first", "last"):
        chain = look("step", plane, weight=layer)["chain"]
        product = np.prod([link["value"] for link in chain["links"]])
        assert product == pytest.approx(chain["share"], rel=1e-4)
        assert sum(chain["shares"]) == pytest.approx(chain["gradient"], rel=1e-4, abs=1e-7)
        kernel = plane.model.get_layer(layer).kernel
        with GradientTape() as tape:
            loss = plane.model.compute_loss(
                y=y[:32], y_pred=plane.model(x[:32], training=True), training=True
            )
        wanted = tape.gradient(loss, kernel).numpy()[chain["row"], chain["column"]]
        assert chain["gradient"] == pytest.approx(wanted, rel=1e-4, abs=1e-7)


def test_a_step_leads_to_the_weights_that_training_gives(plane: Subject) -> None:
    x, y = plane.single, np.asarray(plane.training.y)
    assert x is not None
    report = look("step", plane)
    chain = report["chain"]
    plane.model.train_on_batch(x[:32], y[:32])
    kernel = plane.model.get_layer(chain["weight"]).kernel.numpy()
    assert chain["after"] == pytest.approx(kernel[chain["row"], chain["column"]], abs=1e-6)


def test_every_equation_of_a_step_is_in_one_part_of_it(images: Subject) -> None:
    x, y = images.single, np.asarray(images.training.y)
    assert x is not None
    traced = trace_step(images.model, x[:8], y[:8])
    stages = stages_of(images.model, traced)
    placed = [id(equation) for stage in stages for equation in stage.equations]
    assert len(placed) == len(set(placed))
    assert set(placed) == {id(equation) for equation in traced.without_looks().equations}
    parts = [(stage.part, stage.name) for stage in stages]
    forward = [("forward", name) for name in ("conv", "pool", "flat", "said")]
    assert parts[:5] == [*forward, ("loss", "sparse_categorical_crossentropy")]
    assert ("backward", "conv") in parts
    report = look("step", subject_of(images.model, x, y, idle=True))
    inside = sum(stage["seconds"] for stage in report["stages"])
    assert 0 < inside <= report["seconds"] * 1.001


def test_the_tokens_of_a_text_have_their_words() -> None:
    model = keras.Sequential([
        keras.layers.Input((5,)), keras.layers.Embedding(6, 1, name="words"),
        keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid", use_bias=False),
    ])  # fmt: skip
    model.compile("sgd", "binary_crossentropy")
    model.get_layer("words").set_weights([np.array([[0], [1], [-1], [2], [0], [0]], "float32")])
    model.layers[-1].set_weights([np.ones((5, 1), "float32")])
    x = np.array([[3, 1, 2, 0, 0], [2, 2, 0, 0, 0]])
    words = {"good": 1, "bad": 2, "great": 3}
    report = look("tokens", subject_of(model, x, np.array([1, 0]), variables={"word_index": words}))
    assert [token["word"] for token in report["tokens"]] == ["great", "good", "bad"]
    assert report["hidden"] == 0
    falls = [token["fall"] for token in report["tokens"]]
    whole, *without = 1 / (1 + np.exp(-np.array([2, 0, 1, 3])))
    assert falls == pytest.approx([whole - one for one in without], abs=1e-5)


def test_the_browser_finds_by_class_by_number_and_by_condition(images: Subject) -> None:
    assert look("browser", images, label=2)["found"] == 30
    assert look("browser", images, search="7")["indices"] == [7]
    assert look("browser", images, search="x > y")["understood"] is False
    pages = [look("browser", images, page=at)["indices"] for at in (0, 3, 99)]
    assert [one[0] for one in pages] == [0, 72, 72]
    x = np.array([[30.0, 1.0], [50.0, 2.0], [70.0, 3.0]])
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    table = subject_of(model, x, np.array([0.5, 1.5, 2.5]))
    table.variables = {"feature_names": ["age", "rooms"]}
    assert look("browser", table, search="Age > 40")["indices"] == [1, 2]
    assert look("browser", table, search="x2 <= 2")["indices"] == [0, 1]


def test_samples_that_are_in_both_sets_are_found() -> None:
    rng = np.random.default_rng(0)
    train, test = rng.random((20, 4)), rng.random((10, 4))
    test[3], train[9] = train[5], train[5]
    pairs, _, within = duplicates(train, test)
    assert pairs == [(5, 3)]
    assert within == 1


def test_a_model_of_several_inputs_and_outputs_is_offered_what_fits() -> None:
    left, right = keras.Input((3,), name="left"), keras.Input((3,), name="right")
    both = keras.layers.Concatenate()([left, right])
    outputs = [keras.layers.Dense(1, name=name)(both) for name in ("a", "b")]
    model = keras.Model([left, right], outputs)
    model.compile("sgd", "mse")
    x = [np.ones((6, 3), "float32"), np.ones((6, 3), "float32")]
    y = [np.ones((6, 1)), np.ones((6, 1))]
    model.fit(x, y, verbose=0)
    samples = Samples(SampleSet(x, y, "variables", "test"), np.arange(6))

    def ask(x: Any) -> Any:
        return model.predict(x, verbose=0)

    subject = Subject(model, ask, samples, Part(x, y, "fit"))
    names = offered(subject)
    assert {"activations", "weights", "landscape", "step"} <= set(names)
    assert not {"boundary", "calibration", "residuals", "saliency", "forecast"} & set(names)
    for name in names:
        look(name, subject)


@pytest.mark.parametrize("wrong", ["NaN weights", "untrained", "one class", "1,000 classes"])
def test_every_inspector_answers_for_a_hard_model(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pykeras_core.playground.inspectors.landscape.SIZE", 3)
    classes = 1000 if wrong == "1,000 classes" else 4
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).random((60, 8, 8)).astype("float32")
    y = np.zeros(60, int) if wrong == "one class" else np.arange(60) % classes
    model = keras.Sequential([
        keras.layers.Input((8, 8)), keras.layers.Flatten(), keras.layers.Dense(5, "relu"),
        keras.layers.Dense(classes, "softmax"),
    ])  # fmt: skip
    model.compile("sgd", "sparse_categorical_crossentropy")
    if wrong == "NaN weights":
        model.set_weights([np.full_like(one, np.nan) for one in model.get_weights()])
    if wrong == "untrained":
        model.compile()
        model.compiled = False
    subject = subject_of(model, x, y)
    names = offered(subject)
    assert {"activations", "browser", "embeddings", "saliency", "weights"} <= set(names)
    for name in names:
        with contextlib.suppress(NothingToSeeError):
            look(name, subject)
    if wrong == "NaN weights":
        assert look("weights", subject)["notNumbers"] == 320
        assert look("activations", subject)["guess"] == -1
