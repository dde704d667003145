"""What the page is told of a model's answers: reports, galleries, classes and numbers."""

from typing import Any

import numpy as np
import pytest

from pykeras_core.playground.answers import predict_in_slices
from pykeras_core.playground.displays import Display
from pykeras_core.playground.galleries import arrangement, balanced
from pykeras_core.playground.predictions import Question, describe_predictions, to_probabilities

Message = dict[str, Any]


def described(x: Any, y: Any, outputs: Any, loss: str = "", **about: Any) -> dict[str, Any] | None:
    x, y = np.asarray(x), None if y is None else np.asarray(y)
    question = Question(Display(x), y, np.arange(len(x)), loss=loss, **about)
    return describe_predictions(question, np.asarray(outputs))


def report(*arguments: Any, **about: Any) -> dict[str, Any]:
    found = described(*arguments, **about)
    assert found is not None
    return found


# Choice of samples


def test_a_gallery_has_as_many_samples_of_each_class() -> None:
    labels = np.repeat(np.arange(10), [50, 3, 9, 9, 9, 9, 9, 9, 9, 9])
    chosen = labels[balanced(labels)]
    assert chosen.tolist() == [*range(10), *range(10)]


def test_of_many_classes_a_gallery_has_one_sample_each() -> None:
    chosen = balanced(np.arange(400) % 100)
    assert len(chosen) == len(set(chosen % 100)) == 24


def test_the_first_samples_looked_at_are_a_fair_sample_in_the_same_order_each_time() -> None:
    order = arrangement(5000, np.array([4000, 7]), 1000)
    assert order.tolist() == arrangement(5000, np.array([4000, 7]), 1000).tolist()
    assert order[:2].tolist() == [4000, 7]
    assert len(set(order.tolist())) == 1000
    assert 2300 < order.mean() < 2700  # a set sorted by class is not cut off


# Classes


def test_class_reports_have_the_surest_mistakes_and_the_least_sure_answers() -> None:
    outputs = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]], dtype="float32")
    found = report(np.zeros((4, 3)), [0, 1, 1, 1], outputs, "sparse_categorical_crossentropy")
    assert (found["kind"], found["total"], found["correct"]) == ("classes", 4, 2)
    assert found["balanced"]["guesses"] == [0, 0, 1, 0]
    assert found["wrong"]["indices"] == [3, 1]
    assert found["unsure"]["indices"] == [1, 3, 2, 0]
    assert found["matrix"] == [[1, 0], [2, 1]]


def test_a_cell_of_the_matrix_shows_its_samples() -> None:
    outputs = np.eye(3)[[0, 1, 1, 2]]
    found = report(np.zeros((4, 3)), [0, 0, 0, 2], outputs, "sparse_categorical_crossentropy",
                   cell=(0, 1))  # fmt: skip
    assert found["cell"]["indices"] == [1, 2]


def test_more_classes_than_can_be_read_have_no_matrix() -> None:
    outputs = np.eye(40)
    found = report(np.zeros((40, 3)), np.arange(40), outputs, "sparse_categorical_crossentropy")
    assert found["matrix"] is None
    assert found["correct"] == 40


def test_a_model_without_mistakes_has_an_empty_list_of_them() -> None:
    found = report(np.zeros((2, 3)), [0, 1], [[0.1], [0.9]], "binary_crossentropy")
    assert found["correct"] == 2
    assert (found["wrong"]["labels"], found["wrong"]["samples"]["features"]) == ([], [])


def test_an_answer_that_is_not_a_number_names_no_class() -> None:
    found = report(
        np.zeros((2, 3)), [0, 1], [[np.nan, np.nan], [0.1, 0.9]], "categorical_crossentropy"
    )
    assert found["balanced"]["guesses"] == [-1, 1]
    assert found["correct"] == 1
    assert found["matrix"] == [[0, 0], [0, 1]]


def test_labels_beyond_the_model_s_classes_are_not_compared() -> None:
    assert (
        described(np.zeros((2, 3)), [0, 7], np.eye(3)[:2], "sparse_categorical_crossentropy")
        is None
    )


@pytest.mark.parametrize(
    ("y", "outputs", "about"),
    [
        ([0, 1], [[0.2], [0.7]], {"loss": "mse", "sigmoid": True}),
        ([0.0, 1.0], [[0.2], [0.7]], {"sigmoid": True}),
        ([0, 2], [[5.0, 1.0, 1.0], [0.0, 1.0, 4.0]], {}),
        ([[1, 0, 0], [0, 0, 1]], [[5.0, 1.0, 1.0], [0.0, 1.0, 4.0]], {"loss": "mse"}),
        ([0, 1], [[0.2], [0.7]], {"loss": "binary_focal_crossentropy"}),
    ],
    ids=["xor with mse", "unknown loss", "a loop's logits", "one-hot with mse", "focal"],
)
def test_classes_are_told_from_numbers(y: Any, outputs: Any, about: dict[str, Any]) -> None:
    found = report(np.zeros((2, 3)), y, outputs, **about)
    assert (found["kind"], found["correct"]) == ("classes", 2)


def test_hinge_losses_have_classes_minus_one_and_one() -> None:
    found = report(np.zeros((3, 3)), [-1, 1, 1], [[-2.0], [0.3], [-0.1]], "hinge")
    assert (found["correct"], found["names"]) == (2, ["-1", "1"])


def test_logits_become_probabilities() -> None:
    probabilities = to_probabilities(np.array([[0.0, 2.0]], dtype="float32"))
    np.testing.assert_allclose(probabilities, [[0.1192, 0.8808]], atol=1e-4)
    np.testing.assert_allclose(to_probabilities(np.array([[2.0]])), [[0.1192, 0.8808]], atol=1e-4)


# Numbers


def test_whole_numbers_with_a_squared_loss_are_a_regression() -> None:
    found = report([[1.0], [2.0]], [1, 4], [[2.0], [2.0]], "mse")
    assert found["kind"] == "regression"
    assert found["meanAbsoluteError"] == 1.5
    assert found["rootMeanSquaredError"] == pytest.approx(np.sqrt(2.5))
    assert found["input"] == [1.0, 2.0]


def test_numbers_that_are_none_are_counted_and_left_out_of_the_error() -> None:
    found = report(np.zeros((4, 3)), [1.0, 2.0, 3.0, np.nan], [[2.0], [np.nan], [np.inf], [1.0]])
    assert found["notNumbers"] == 3
    assert found["meanAbsoluteError"] == 1.0


def test_several_numbers_at_once_have_a_report_each() -> None:
    found = report(np.zeros((2, 5)), [[1.0, 2.0], [3.0, 4.0]], [[1.5, 2.0], [3.5, 4.0]], "mse")
    assert found["kind"] == "several"
    assert [part["report"]["meanAbsoluteError"] for part in found["outputs"]] == [0.5, 0.0]


# Other answers


def test_an_autoencoder_s_answers_stand_beside_what_came_in() -> None:
    noisy, clean = np.full((3, 64), 0.5), np.full((3, 64), 0.25)
    found = report(noisy, clean, np.full((3, 8, 8, 1), 0.75), "mse")
    assert (found["kind"], found["meanAbsoluteError"]) == ("pairs", 0.5)
    parts = (found["inputs"], found["outputs"], found["targets"])
    assert [part["images"]["pixels"][0] for part in parts] == [128, 191, 64]


@pytest.mark.parametrize("y", [None, [3, 1, 2]], ids=["no targets", "labels beside it"])
def test_an_autoencoder_is_compared_with_its_input(y: Any) -> None:
    x = np.full((3, 64), 0.5)
    found = report(x, y, np.full((3, 64), 0.75))
    assert (found["kind"], found["targets"], found["meanAbsoluteError"]) == ("pairs", None, 0.25)


def test_several_labels_at_once_are_compared_one_by_one() -> None:
    truth = np.array([[1, 1, 0], [0, 0, 0], [1, 0, 1]])
    outputs = np.array([[0.9, 0.8, 0.1], [0.7, 0.1, 0.1], [0.9, 0.2, 0.8]])
    found = report(np.zeros((3, 4)), truth, outputs, "binary_crossentropy")
    assert (found["kind"], found["exact"], found["correct"]) == ("labels", 2, 8)
    assert (found["truths"], found["guesses"]) == ([[0, 1], [], [0, 2]], [[0, 1], [0], [0, 2]])


def test_a_class_for_every_step_is_counted_by_step() -> None:
    x, y = np.array([[[0.0], [1.0]], [[1.0], [1.0]]]), np.array([[0, 1], [1, 0]])
    found = report(x, y, np.array([[[0.1], [0.9]], [[0.8], [0.7]]]), "binary_crossentropy")
    assert (found["kind"], found["steps"], found["correct"]) == ("sequences", 2, 3)
    assert found["inputs"] == [[0.0, 1.0], [1.0, 1.0]]


def test_answers_of_another_form_are_not_compared() -> None:
    assert described(np.zeros((2, 4)), np.zeros((2, 3, 3)), np.zeros((2, 3, 3)), "mse") is None


def test_prediction_goes_slice_by_slice_until_told_to_end() -> None:
    sizes: list[int] = []

    def predict(x: Any) -> Any:
        sizes.append(len(x))
        return np.zeros((len(x), 1))

    answers = iter([True, False])
    outputs = predict_in_slices(predict, np.zeros((1800, 2)), lambda: next(answers))
    assert sizes == [500, 500]
    assert outputs is not None
    assert outputs[""].shape == (1000, 1)
