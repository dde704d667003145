"""Whatever arrays a program has, the page is told of them in plain numbers, or not at all."""

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pykeras_core.playground.answers import loss_name, predict_in_slices
from pykeras_core.playground.beginning import Beginning
from pykeras_core.playground.control import Mailbox, aside
from pykeras_core.playground.displays import Display
from pykeras_core.playground.given import Given
from pykeras_core.playground.host import TrainingHost
from pykeras_core.playground.messages import LARGEST_WHOLE_NUMBER, plain
from pykeras_core.playground.pacing import Pacing
from pykeras_core.playground.predictions import Question, describe_predictions
from pykeras_core.playground.samples import describe_samples
from pykeras_core.playground.settings import Settings
from pykeras_core.playground.showing import describe_training
from pykeras_core.playground.structures import count
from pykeras_core.playground.unseen import candidates
from pykeras_core.playground.view import View

PLAIN = (bool, int, float, str, bytes, type(None))
NUMBERS = st.one_of(
    npst.boolean_dtypes(),
    npst.integer_dtypes(),
    npst.unsigned_integer_dtypes(),
    npst.floating_dtypes(),
)
DTYPES = st.one_of(
    NUMBERS,
    npst.complex_number_dtypes(),
    npst.datetime64_dtypes(),
    npst.unicode_string_dtypes(max_len=3),
    st.just(np.dtype(object)),
)
SHAPES = st.one_of(
    npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    st.tuples(st.integers(0, 5), st.sampled_from([1, 2, 64, 784])),
    st.tuples(st.integers(0, 3), st.just(8), st.just(9), st.sampled_from([1, 2, 3])),
)


def arrays(dtypes: Any = DTYPES, shapes: Any = SHAPES) -> Any:
    return st.tuples(dtypes, shapes).flatmap(
        lambda pair: (
            npst.arrays(*pair, elements=st.integers(0, 3), fill=st.just(1))
            if pair[0].kind == "O"
            else npst.arrays(*pair)
        )
    )


ANYTHING = st.recursive(
    st.one_of(
        arrays(),
        st.none(),
        st.text(max_size=3),
        st.binary(max_size=3),
        st.integers(),
        st.floats(),
        st.complex_numbers(),
        st.builds(object),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.one_of(st.text(max_size=2), st.integers()), inner, max_size=2),
        st.lists(inner, max_size=2).map(iter),
    ),
    max_leaves=5,
)
FEW = settings(max_examples=40, deadline=None)


def check_plain(value: Any) -> None:
    """What JavaScript is given: no integer that it cannot count, no object of Python's."""
    if isinstance(value, dict):
        for key, inner in value.items():
            assert type(key) is str
            check_plain(inner)
    elif isinstance(value, list):
        for inner in value:
            check_plain(inner)
    else:
        assert type(value) in PLAIN
        assert type(value) is not int or abs(value) <= LARGEST_WHOLE_NUMBER


@FEW
@given(ANYTHING)
def test_everything_has_a_plain_form_that_is_plain_already(value: Any) -> None:
    found = plain(value)
    check_plain(found)
    assert repr(plain(found)) == repr(found)


@FEW
@given(ANYTHING, ANYTHING)
def test_samples_are_described_or_left_out(x: Any, y: Any) -> None:
    with aside():
        samples = describe_samples(x, y)
    if samples is not None:
        check_plain(plain(samples))
        assert samples["total"] > 0
        images = samples["shown"]["images"]
        if images:
            size = images["height"] * images["width"] * images["channels"]
            assert len(images["pixels"]) == size * len(samples["indices"])


class Model:
    """Says what input it takes, in a way of its own."""

    def __init__(self, shape: Any):
        self.shape = shape

    @property
    def input_shape(self) -> Any:
        if self.shape is None:
            raise AttributeError
        return self.shape


INPUT_SHAPES = st.one_of(
    st.none(),
    st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=4).map(tuple),
    st.just(((None, 2), (None, 3))),
    st.just({"a": (None, 2)}),
)


@FEW
@given(INPUT_SHAPES, st.one_of(st.none(), st.tuples(ANYTHING, ANYTHING)), ANYTHING, ANYTHING)
def test_samples_to_ask_about_have_as_many_rows_as_their_targets(
    shape: Any, given_: Any, x: Any, y: Any
) -> None:
    model, data = Model(shape), Given()
    data.note({"mode": "fit", "model": model, "data": (x, y), "validation_data": given_})
    data.note({"mode": "evaluate", "model": model, "data": given_})
    for found in candidates(model, data, {"x_test": x, "y_test": y, "test": given_}):
        assert count(found.x) > 0
        assert found.y is None or count(found.y) == count(found.x)
        check_plain(plain(found.describe(1)))
    with aside():
        check_plain(plain(describe_training(data, {"classes": x, "columns": y}, "")))


ROWS = st.integers(1, 4)


@st.composite
def answers(draw: Any) -> tuple[Any, Any, Any]:
    """Samples, targets and outputs, with as many rows each, of any shape behind."""
    rows = draw(ROWS)
    behind = npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
    x, y, outputs = (
        draw(arrays(NUMBERS, behind.map(lambda shape: (rows, *shape)))) for _ in range(3)
    )
    return x, y, outputs


@settings(max_examples=100, deadline=None)
@given(
    answers(),
    st.sampled_from(["mse", "sparse_categorical_crossentropy", "hinge", ""]),
    st.integers(0, 2),
)
def test_predictions_are_described_or_left_out(
    arrays_: tuple[Any, Any, Any], loss: str, missing: int
) -> None:
    x, y, outputs = arrays_
    outputs = outputs[: len(outputs) - missing]
    question = Question(Display(x), y, np.arange(len(x)), loss, sigmoid=missing == 1)
    report = describe_predictions(question, outputs)
    if report is None:
        return
    check_plain(plain(report))
    if report["kind"] == "several":
        report = report["outputs"][0]["report"]
    assert report["total"] == len(outputs)
    if report["kind"] == "classes":
        assert 0 <= report["correct"] <= report["total"]
        for gallery in (report["balanced"], report["wrong"], report["unsure"]):
            shown = len(gallery["indices"])
            for part in ("labels", "guesses", "certainties", "probabilities"):
                assert len(gallery[part]) == shown
            certain = [value for value in gallery["certainties"] if not math.isnan(value)]
            assert all(-1e-6 <= value <= 1 + 1e-6 for value in certain)
    elif report["kind"] == "regression":
        assert len(report["actual"]) == len(report["predicted"]) == report["total"]
        assert report["input"] is None or len(report["input"]) == report["total"]


@FEW
@given(ANYTHING, st.integers(1, 3))
def test_what_a_model_says_becomes_rows_of_numbers_or_nothing(said: Any, rows: int) -> None:
    found = predict_in_slices(lambda x: said, np.zeros((rows, 2)), lambda: True)
    for part in (found or {}).values():
        assert len(part) == rows
        assert part.dtype.kind in "buif"


class Own:
    """A model whose parts are whatever they like."""

    def __init__(self, **parts: Any):
        self.__dict__.update(parts)


@FEW
@given(
    st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), ANYTHING, max_size=3),
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("name", "optimizer", "metrics", "loss"), ANYTHING)
    ),
    st.lists(ANYTHING, min_size=2, max_size=2),
    ANYTHING,
    st.one_of(st.integers(), st.just(np.int64(3))),
)
def test_the_host_reports_whatever_a_model_and_its_logs_are(
    logs: Any, parts: dict[str, Any], data: list[Any], validation: Any, count: Any
) -> None:
    posted: list[Any] = []

    def post(message: dict[str, Any]) -> None:
        posted.append(plain(message))

    pacing = Pacing(Mailbox(list, post, {}), post, lambda: False)
    view = View(post, list, lambda: 0.0)
    host = TrainingHost(post, lambda: None, pacing, Settings(post), Beginning(), view)
    begin = {"type": "begin", "mode": "fit", "model": Own(**parts), "epochs": count}
    size = {
        "initial_epoch": 0,
        "steps": count,
        "samples": None,
        "metrics": [],
        "callbacks": [],
        "depth": 1,
    }
    host.report({**begin, **size, "data": tuple(data), "validation_data": validation})
    reached = {"epoch": 0, "steps": count, "steps_per_s": 1.0, "logs": logs}
    host.report({"type": "steps", "mode": "fit", "step": 1, **reached})
    host.report({"type": "epoch", "mode": "fit", "last": False, **reached})
    host.report({"type": "end", "mode": "fit"})
    kinds = [
        message["type"]
        for message in posted
        if message["type"] not in ("samples", "settings", "inspection")
    ]
    assert kinds == ["begin", "steps", "epoch", "end"]
    for message in posted:
        check_plain(message)
    assert all(type(value) is float for value in posted[-2]["logs"].values())
    assert type(loss_name(Own(**parts))) is str
