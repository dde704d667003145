"""What the page is told of a program: its output, its data, what its model predicts."""

import io
from typing import Any

import numpy as np
import pytest

from pykeras_core.playground.console import MAX_PENDING_CHARACTERS, Console, NoInput
from pykeras_core.playground.predictions import (
    describe_predictions,
    find_unseen,
    predict_in_slices,
    to_probabilities,
)
from pykeras_core.playground.samples import class_labels, describe_images, describe_samples

Message = dict[str, Any]


# Console


def console(clock: list[float], stop: bool = False) -> tuple[Console, list[Message], list[float]]:
    messages: list[Message] = []
    breaths: list[float] = []

    def breathe() -> None:
        breaths.append(clock[0])
        if stop:
            raise KeyboardInterrupt

    return Console(messages.append, breathe, clock=lambda: clock[0]), messages, breaths


def test_printed_text_waits_for_the_interval_and_keeps_its_order() -> None:
    clock = [0.0]
    target, messages, breaths = console(clock)
    target.stream("stdout").write("a")
    target.stream("stderr").write("b")
    target.stream("stdout").write("c")
    assert messages == []
    clock[0] = 0.06
    target.stream("stdout").write("d")
    assert messages[0]["pieces"] == [
        {"stream": "stdout", "text": "a"},
        {"stream": "stderr", "text": "b"},
        {"stream": "stdout", "text": "cd"},
    ]
    assert breaths == [0.06]


def test_text_printed_too_fast_is_dropped_and_counted() -> None:
    clock = [0.0]
    target, messages, _ = console(clock)
    target.stream("stdout").write("x" * MAX_PENDING_CHARACTERS)
    target.stream("stdout").write("yy")
    target.flush()
    assert len(messages[0]["pieces"][0]["text"]) == MAX_PENDING_CHARACTERS
    assert messages[0]["dropped"] == 2


def test_stop_reaches_a_program_that_prints() -> None:
    clock = [0.0]
    target, messages, _ = console(clock, stop=True)
    clock[0] = 0.1
    with pytest.raises(KeyboardInterrupt):
        target.stream("stdout").write("last words")
    assert messages[0]["pieces"][0]["text"] == "last words"


def test_input_says_what_to_do_instead() -> None:
    with pytest.raises(io.UnsupportedOperation, match="Write the value into the program"):
        NoInput().readline()


def test_bytes_cannot_be_written_to_the_console() -> None:
    target, _, _ = console([0.0])
    with pytest.raises(TypeError, match="expected str, received bytes"):
        target.stream("stdout").write(b"bytes")  # type: ignore[arg-type]


# Samples


def test_image_samples_are_bytes_with_labels() -> None:
    x = np.linspace(0, 1, 40 * 784, dtype="float32").reshape(40, 28, 28)
    y = np.eye(10, dtype="float32")[np.arange(40) % 10]
    samples = describe_samples(x, y)
    assert samples is not None
    assert samples["kind"] == "images"
    assert (samples["height"], samples["width"], samples["channels"]) == (28, 28, 1)
    assert len(samples["pixels"]) == 30 * 784
    assert samples["labels"][:12] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert samples["total"] == 40


def test_standardised_images_are_scaled_from_their_smallest_to_their_largest_value() -> None:
    x = np.full((1, 64), -2.0)
    x[0, 0] = 2.0
    images = describe_images(x)
    assert images is not None
    assert images["pixels"][:2] == b"\xff\x00"


def test_one_feature_with_a_number_to_predict_makes_points() -> None:
    samples = describe_samples(np.array([[0.0], [1.0]]), [2.0, 3.0])
    assert samples == {"kind": "points", "total": 2, "x": [0.0, 1.0], "y": [2.0, 3.0]}


def test_other_data_makes_rows_of_a_table() -> None:
    samples = describe_samples(np.ones((20, 13)), np.arange(20.0))
    assert samples is not None
    assert (samples["kind"], samples["features"], len(samples["rows"])) == ("rows", 13, 8)
    assert len(samples["rows"][0]) == 6


@pytest.mark.parametrize("data", [None, {"a": [1]}, iter([]), [[1], [2, 3]], ["text"], np.empty(0)])
def test_data_that_cannot_be_shown_makes_no_samples(data: Any) -> None:
    assert describe_samples(data, None) is None


def test_class_labels_are_whole_numbers_or_one_hot_rows() -> None:
    assert class_labels(np.array([[3], [1]])).tolist() == [3, 1]  # type: ignore[union-attr]
    assert class_labels(np.array([2.0, 0.0])).tolist() == [2, 0]  # type: ignore[union-attr]
    assert class_labels(np.array([0.5])) is None
    assert class_labels(np.array([[0.5, 0.5]])) is None
    assert class_labels(np.array([-1.0])) is None


# Predictions


class Model:
    """A model that only says which samples it takes."""

    input_shape = (None, 4)


def test_unseen_samples_are_what_the_program_evaluates_on_before_what_it_names() -> None:
    given = (np.ones((3, 4)), np.ones(3))
    named = {"x_test": np.zeros((5, 4)), "y_test": np.zeros(5)}
    assert find_unseen(Model, given, named)[0] is given[0]  # type: ignore[index]
    assert len(find_unseen(Model, None, named)[0]) == 5  # type: ignore[index]


@pytest.mark.parametrize(
    ("x", "y"), [(np.ones((3, 5)), np.ones(3)), (np.ones((3, 4)), np.ones(2)), (None, None)]
)
def test_samples_that_do_not_fit_the_model_are_not_unseen_samples(x: Any, y: Any) -> None:
    assert find_unseen(Model, None, {"x_test": x, "y_test": y}) is None


def test_prediction_goes_slice_by_slice_until_told_to_end() -> None:
    sizes: list[int] = []

    def predict(x: Any) -> Any:
        sizes.append(len(x))
        return np.zeros((len(x), 1))

    answers = iter([True, False])
    outputs = predict_in_slices(predict, np.zeros((1800, 2)), lambda: next(answers))
    assert sizes == [500, 500]
    assert outputs.shape == (1000, 1)


def test_class_predictions_list_the_surest_mistakes_first() -> None:
    outputs = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]], dtype="float32")
    report = describe_predictions(
        np.zeros((4, 3)), np.array([0, 1, 1, 1]), outputs, "sparse_categorical_crossentropy"
    )
    assert report is not None
    assert (report["total"], report["correct"]) == (4, 2)
    assert report["items"]["guesses"] == [0, 0, 1, 0]
    assert report["mistakes"]["indices"] == [3, 1]


def test_a_model_without_mistakes_has_an_empty_list_of_them() -> None:
    outputs = np.array([[0.1], [0.9]], dtype="float32")
    report = describe_predictions(
        np.zeros((2, 3)), np.array([0, 1]), outputs, "binary_crossentropy"
    )
    assert report is not None
    assert report["correct"] == 2
    assert (report["mistakes"]["labels"], report["mistakes"]["features"]) == ([], [])


def test_images_as_answers_are_no_predictions_to_count() -> None:
    images = np.zeros((2, 4))
    assert describe_predictions(images, images, images, "mse") is None


def test_logits_become_probabilities() -> None:
    probabilities = to_probabilities(np.array([[0.0, 2.0]], dtype="float32"))
    np.testing.assert_allclose(probabilities, [[0.1192, 0.8808]], atol=1e-4)
    np.testing.assert_allclose(to_probabilities(np.array([[2.0]])), [[0.1192, 0.8808]], atol=1e-4)


def test_whole_numbers_with_a_squared_loss_are_a_regression() -> None:
    report = describe_predictions(
        np.array([[1.0], [2.0]]), np.array([1, 4]), np.array([[2.0], [2.0]]), "mse"
    )
    assert report is not None
    assert report["kind"] == "regression"
    assert report["meanAbsoluteError"] == 1.5
    assert report["rootMeanSquaredError"] == pytest.approx(np.sqrt(2.5))
    assert report["input"] == [1.0, 2.0]
