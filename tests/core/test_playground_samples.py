"""What the page is told of a program's data."""

from typing import Any

import numpy as np
import pytest

from pykeras_core.playground.images import describe_images
from pykeras_core.playground.samples import class_labels, describe_samples


def samples(*arguments: Any, **about: Any) -> dict[str, Any]:
    found = describe_samples(*arguments, **about)
    assert found is not None
    return found


def test_image_samples_are_bytes_with_labels_and_more_of_each_class() -> None:
    x = np.linspace(0, 1, 400 * 784, dtype="float32").reshape(400, 28, 28)
    y = np.eye(10, dtype="float32")[np.arange(400) // 40]
    found = samples(x, y)
    images = found["shown"]["images"]
    assert (images["height"], images["width"], images["channels"]) == (28, 28, 1)
    assert (found["total"], found["first"]) == (400, 30)
    assert len(images["pixels"]) == len(found["labels"]) * 784
    assert found["labels"][:30] == [0] * 30
    assert [found["labels"].count(label) for label in range(1, 10)] == [12] * 9


def test_data_has_its_form_and_range_and_what_is_no_number_is_counted() -> None:
    found = samples(np.array([[1.0, np.nan], [np.inf, -2.0]]), np.array([3, 4], "int32"))
    (inputs,), (targets,) = found["inputs"], found["targets"]
    assert inputs["shape"] == [2, 2]
    assert (inputs["dtype"], inputs["low"], inputs["high"]) == ("float64", -2.0, 1.0)
    assert inputs["notNumbers"] == 2
    assert (targets["dtype"], targets["low"], targets["high"]) == ("int32", 3.0, 4.0)


def test_labels_are_counted_and_numbers_are_spread_over_ranges() -> None:
    labels = samples(np.zeros((6, 3)), np.array([2, 0, 2, 2, 0, 5]))["distribution"]
    assert (labels["values"], labels["counts"]) == ([0, 2, 5], [2, 3, 1])
    numbers = samples(np.zeros((100, 3)), np.linspace(0, 1, 100))["distribution"]
    assert numbers["kind"] == "ranges"
    assert sum(numbers["counts"]) == 100
    assert len(numbers["edges"]) == len(numbers["counts"]) + 1


def test_standardised_images_are_scaled_from_their_smallest_to_their_largest_value() -> None:
    x = np.full((1, 64), -2.0)
    x[0, 0] = 2.0
    images = describe_images(x)
    assert images is not None
    assert images["pixels"][:2] == b"\xff\x00"


def test_large_images_are_sent_small() -> None:
    images = describe_images(np.zeros((2, 300, 200, 3), np.uint8))
    assert images is not None
    assert (images["height"], images["width"]) == (75, 50)
    assert len(images["pixels"]) == 2 * 75 * 50 * 3


def test_one_feature_with_a_number_to_predict_makes_points() -> None:
    found = samples(np.array([[0.0], [1.0]]), [2.0, 3.5])
    assert found["points"] == {"x": [0.0, 1.0], "y": [2.0, 3.5]}


def test_other_data_makes_rows_of_a_table_with_the_names_of_its_columns() -> None:
    found = samples(np.ones((20, 13)), np.arange(20.0) + 0.5, features=tuple("abcdefghijklm"))
    shown = found["shown"]
    assert (shown["width"], len(shown["features"]), len(shown["features"][0])) == (13, 12, 6)
    assert shown["names"] == list("abcdef")
    assert found["values"][1] == [1.5]


def test_texts_and_series_are_shown_as_such() -> None:
    assert samples(np.array(["good", "bad"]), [1, 0])["shown"]["texts"] == ["good", "bad"]
    series = samples(np.zeros((3, 500, 2)), [1.0, 2.0, 3.5])["shown"]["series"]
    assert len(series) == 3
    assert len(series[0]) <= 120


def test_several_inputs_are_shown_together_by_name() -> None:
    found = samples({"left": np.zeros((2, 28, 28)), "right": np.ones((2, 28, 28))}, None)
    assert [part["name"] for part in found["inputs"]] == ["left", "right"]
    assert found["shown"]["images"]["width"] == 57
    ages = samples({"age": [30, 40], "income": [1.5, 2.5]}, [0, 1])
    assert ages["shown"]["names"] == ["age", "income"]


@pytest.mark.parametrize(
    "data", [None, {"a": [1], "b": [1, 2]}, iter([]), [[1], [2, 3]], np.empty(0)]
)
def test_data_that_cannot_be_shown_makes_no_samples(data: Any) -> None:
    assert describe_samples(data, None) is None


def test_class_labels_are_whole_numbers_or_one_hot_rows() -> None:
    assert class_labels(np.array([[3], [1]])).tolist() == [3, 1]  # type: ignore[union-attr]
    assert class_labels(np.array([2.0, 0.0])).tolist() == [2, 0]  # type: ignore[union-attr]
    assert class_labels(np.array([0.5])) is None
    assert class_labels(np.array([[0.5, 0.5]])) is None
    assert class_labels(np.array([-1.0])) is None
