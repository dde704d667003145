"""The five tutorials in the page, pasted and run, on a site with Fashion-MNIST baked in."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tasks import server, site, wheel

from tests.tutorials import tutorials
from tests.tutorials.tutorials import DATA_DIR, Tutorial
from tests.web.conftest import SUB_PATH, Problems, freed_tab, started_tab
from tests.web.playground_page import PlaygroundPage

SEEDED = "from keras.utils import set_random_seed\nset_random_seed(7)\n"
EPOCH = re.compile(r"^Epoch (\d+)/\d+\n(.+)$", re.M)
METRIC = re.compile(r"(\w+): ([\d.]+(?:e[+-]\d+)?)")

Paste = Callable[[Tutorial], PlaygroundPage]


@pytest.fixture(scope="module")
def tab_with_clothes(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, Problems]]:
    """A tab with a site of its own, built as `scripts/build --data-dir` builds it."""
    if tutorials.CLASSIFICATION.lacks:
        pytest.skip(tutorials.CLASSIFICATION.lacks)
    folder = tmp_path_factory.mktemp("site") / "dist"
    site.assemble(folder, wheel.build(), DATA_DIR)
    with (
        server.serving(folder, SUB_PATH) as address,
        started_tab(browser, address) as started,
    ):
        yield started


@pytest.fixture
def paste(tab_with_clothes: tuple[Page, Problems]) -> Iterator[Paste]:
    """Give a function that pastes a tutorial's code, runs it and waits for its end."""
    with freed_tab(tab_with_clothes) as playground:

        def run(tutorial: Tutorial) -> PlaygroundPage:
            playground.run(SEEDED + tutorial.program())
            expect(playground.progress).to_contain_text(re.compile("Finished in|[Ee]rror"))
            expect(playground.progress, playground.console.inner_text()).to_contain_text(
                "Finished in"
            )
            return playground

        yield run


def fits(playground: PlaygroundPage) -> list[list[dict[str, float]]]:
    """Return what the console says of every epoch of every fit."""
    found: list[list[dict[str, float]]] = []
    for number, line in EPOCH.findall(playground.console.inner_text()):
        if number == "1":
            found.append([])
        found[-1].append({name: float(value) for name, value in METRIC.findall(line)})
    return found


def losses(fit: list[dict[str, float]]) -> list[float]:
    return [epoch["loss"] for epoch in fit]


def test_sequential_and_functional_api_learn_clothes(paste: Paste) -> None:
    playground = paste(tutorials.SEQUENTIAL_AND_FUNCTIONAL)
    (fit,) = fits(playground)
    assert len(fit) == 5
    assert losses(fit)[-1] < 0.7 * losses(fit)[0]
    assert fit[-1]["sparse_categorical_accuracy"] > 0.65
    assert playground.shown_values(0)["training"] == pytest.approx(losses(fit)[-1], rel=0.1)
    expect(playground.score).to_be_visible()
    expect(playground.console.locator(".stderr")).to_have_count(0)


def test_guide_to_sequential_models_trains_on_two_and_on_ten_classes(paste: Paste) -> None:
    playground = paste(tutorials.SEQUENTIAL_GUIDE)
    found = fits(playground)
    assert [len(fit) for fit in found] == [10, 10]
    for fit in found:
        assert losses(fit) == sorted(losses(fit), reverse=True)
        assert losses(fit)[-1] < losses(fit)[0]
        assert fit[-1].keys() == {"loss", "accuracy"}
    expect(playground.console).to_contain_text("32/32")


def test_overview_builds_and_compiles_its_model(paste: Paste) -> None:
    playground = paste(tutorials.OVERVIEW)
    assert fits(playground) == []
    expect(playground.console.locator(".stderr")).to_have_count(0)


def test_classification_of_clothes_draws_learns_predicts_and_saves(paste: Paste) -> None:
    playground = paste(tutorials.CLASSIFICATION)
    (fit,) = fits(playground)
    assert len(fit) == 10
    assert losses(fit)[-1] < 0.6 * losses(fit)[0]
    assert fit[-1]["accuracy"] > 0.75
    printed = playground.console.inner_text()
    evaluated = re.search(r"^4/4 - \S+ - \S+ - accuracy: (0\.\d+) - loss: ", printed, re.M)
    assert evaluated, printed
    assert float(evaluated[1]) > 0.7
    figures = playground.console.locator("img")
    expect(figures).to_have_count(2)
    expect(figures.nth(1)).to_have_attribute("alt", re.compile("Figure 2: .*Ankle boot"))
    assert figures.evaluate_all("all => all.every((image) => image.naturalWidth > 300)")
    names = playground.files.locator(".name")
    expect(names).to_have_text(["my_model/", "my_model.h5"])
    expect(playground.samples.locator("canvas").first).to_be_visible()


def test_guide_to_keras_trains_on_arrays_and_on_datasets(paste: Paste) -> None:
    playground = paste(tutorials.KERAS_GUIDE)
    found = fits(playground)
    assert [len(fit) for fit in found] == [10, 10, 10, 10]
    assert losses(found[0])[-1] < losses(found[0])[0]
    assert [sorted(fit[-1]) for fit in found] == [
        ["categorical_accuracy", "loss"],
        ["categorical_accuracy", "loss", "val_categorical_accuracy", "val_loss"],
        ["categorical_accuracy", "loss"],
        ["categorical_accuracy", "loss", "val_categorical_accuracy", "val_loss"],
    ]
    expect(playground.console).to_contain_text("30/30")
    expect(playground.console).to_contain_text("AdamOptimizer")  # the hint on today's name
