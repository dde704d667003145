"""Metrics: tracing, batches against the whole, weights, state, configurations and messages."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import metrics, naming, ops, saving
from tests.core.traced import run_traced
from tests.parity import metrics_cases


def rows(apart_from=lambda name, kwargs: False):
    """The parity table as parameters, but for the rows a fact does not hold for."""
    return [
        pytest.param(getattr(metrics, name), data, kwargs, id=f"{name}{data.__name__}{kwargs}")
        for name, data, kwargs in metrics_cases.METRICS
        if not apart_from(name, kwargs)
    ]


ROWS = rows()
# A correlation compares predictions with each other within a batch.
JOINABLE_ROWS = rows(lambda name, kwargs: "Correlation" in name)
# Weights have the labels' shape with `ignore_class`; R2 adjusts by the number of values, weighted
# or not.
WEIGHTED_ROWS = rows(lambda name, kwargs: "ignore_class" in kwargs or "num_regressors" in kwargs)
OUTCOMES = (
    metrics.TruePositives,
    metrics.TrueNegatives,
    metrics.FalsePositives,
    metrics.FalseNegatives,
)


@pytest.fixture(autouse=True)
def fresh_names():
    naming.reset_uids()


@pytest.mark.parametrize(("cls", "data", "kwargs"), ROWS)
def test_a_traced_update_changes_the_state_as_an_eager_one(cls, data, kwargs):
    eager, traced = cls(**kwargs), cls(**kwargs)
    (y_true, y_pred), _ = data()
    for _ in range(3):
        eager.update_state(y_true, y_pred)

    def step(labels, predictions):
        traced.update_state(labels, predictions)
        return traced.result()

    last = run_traced(step, y_true, y_pred, n_steps=3)
    for variable, expected in zip(traced.variables, eager.variables, strict=True):
        np.testing.assert_allclose(variable.numpy(), expected.numpy(), rtol=1e-6)
    np.testing.assert_allclose(last, eager.result().numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("cls", "data", "kwargs"), JOINABLE_ROWS)
def test_two_batches_give_what_one_joined_batch_gives(cls, data, kwargs):
    first, second = data()
    apart, joined = cls(**kwargs), cls(**kwargs)
    apart.update_state(*first)
    apart.update_state(*second)
    joined.update_state(*(np.concatenate(pair) for pair in zip(first, second, strict=True)))
    np.testing.assert_allclose(
        apart.result().numpy(), joined.result().numpy(), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(("cls", "data", "kwargs"), WEIGHTED_ROWS)
def test_a_weight_of_two_counts_a_sample_twice(cls, data, kwargs):
    (y_true, y_pred), _ = data()
    weight = np.asarray([1, 2] * (len(y_true) // 2))
    weighted, repeated = cls(**kwargs), cls(**kwargs)
    weighted.update_state(y_true, y_pred, sample_weight=weight)
    repeated.update_state(y_true.repeat(weight, axis=0), y_pred.repeat(weight, axis=0))
    np.testing.assert_allclose(
        weighted.result().numpy(), repeated.result().numpy(), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(("cls", "data", "kwargs"), ROWS)
def test_a_metric_survives_a_round_trip_through_json(cls, data, kwargs):
    metric = cls(name="mine", **kwargs)
    again = metrics.deserialize(json.loads(json.dumps(metrics.serialize(metric))))
    assert type(again) is cls
    assert again.get_config() == metric.get_config()
    (y_true, y_pred), _ = data()
    np.testing.assert_array_equal(again(y_true, y_pred).numpy(), metric(y_true, y_pred).numpy())


@pytest.mark.parametrize(("cls", "data", "kwargs"), ROWS)
def test_reset_state_forgets_everything(cls, data, kwargs):
    metric = cls(**kwargs)
    first, second = data()
    alone = cls(**kwargs)(*second).numpy()
    metric.update_state(*first)
    metric.reset_state()
    np.testing.assert_array_equal(metric(*second).numpy(), alone)


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_four_outcomes_add_up_to_the_number_of_samples(labels, random):
    scores = np.asarray([random.random() for _ in labels], "float32")
    total = sum(float(cls()(np.asarray(labels), scores)) for cls in OUTCOMES)
    assert total == len(labels)


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30), st.integers(3, 12))
def test_binned_counts_are_those_of_comparing_every_score(scores, size):
    thresholds = [float(np.float32(i / (size - 1))) for i in range(size)]
    y_pred = np.asarray(scores, "float32")
    on_edge = np.isclose(y_pred[:, None] * (size - 1), np.arange(size), atol=1e-5).any(axis=1)
    y_pred, y_true = y_pred[~on_edge], np.arange(len(scores))[~on_edge] % 2
    counted = metrics.TruePositives(thresholds=thresholds)(y_true, y_pred)
    expected = (y_pred[:, None] > np.asarray(thresholds)) & (y_true[:, None] == 1)
    np.testing.assert_array_equal(counted.numpy(), expected.sum(axis=0))


def test_auc_of_a_perfect_and_of_a_reversed_ranking():
    labels = np.asarray([0, 0, 1, 1])
    assert float(metrics.AUC()(labels, np.asarray([0.1, 0.2, 0.8, 0.9]))) == pytest.approx(1.0)
    assert float(metrics.AUC()(labels, np.asarray([0.9, 0.8, 0.2, 0.1]))) == pytest.approx(0.0)


def test_auc_takes_scores_of_exactly_0_and_1():
    labels, scores = np.asarray([0, 1]), np.asarray([0.0, 1.0])
    for outcome, variable in zip(("tp", "fp", "tn", "fn"), _counts(labels, scores), strict=True):
        assert variable.sum() > 0 or outcome in ("fp", "fn")


def _counts(labels, scores):
    metric = metrics.AUC(num_thresholds=3)
    metric.update_state(labels, scores)
    assert float(metric.result()) == 1.0
    return [variable.numpy() for variable in metric.variables]


def test_labels_of_small_integer_dtypes_name_classes_above_their_range():
    scores = np.eye(300, dtype="float32")[[299, 43]]
    accuracy = metrics.sparse_categorical_accuracy(np.asarray([43, 43], "uint8"), scores)
    assert accuracy.numpy().tolist() == [0.0, 1.0]


def test_iou_leaves_out_classes_beyond_its_number():
    metric = metrics.MeanIoU(num_classes=2)
    assert float(metric([0, 1, 255], [0, 1, 1])) == pytest.approx(1.0)


def test_iou_warns_that_integer_counts_cut_float_weights():
    with pytest.warns(UserWarning, match="counts in int32"):
        metrics.MeanIoU(num_classes=2).update_state([0, 1], [0, 1], sample_weight=[0.5, 1.0])


def test_r2_adjusts_only_where_values_outnumber_regressors():
    y_true, y_pred = np.asarray([[1.0], [2.0]]), np.asarray([[1.0], [2.5]])
    plain = float(metrics.R2Score()(y_true, y_pred))
    assert float(metrics.R2Score(num_regressors=5)(y_true, y_pred)) == plain


def test_variables_are_named_after_the_metric():
    mean = metrics.Mean(name="loss/of/head")
    assert [variable.path for variable in mean.variables] == [
        "loss>of>head/total",
        "loss>of>head/count",
    ]


def test_a_metric_holds_the_variables_of_metrics_it_holds():
    class Pair(metrics.Metric):
        def __init__(self):
            super().__init__()
            self.parts = [metrics.Mean(name="a"), metrics.Sum(name="b")]
            self.own = self.add_weight(name="own")

        def update_state(self, values):
            for part in self.parts:
                part.update_state(values)

        def result(self):
            return {part.name: part.result() for part in self.parts}

    pair = Pair()
    assert [variable.name for variable in pair.variables] == ["own", "total", "count", "total"]
    assert {name: float(value) for name, value in pair([1.0, 3.0]).items()} == {"a": 2.0, "b": 4.0}
    pair.reset_state()
    assert all(not variable.numpy().any() for variable in pair.variables)


def test_automatic_names_count_up():
    assert [metrics.AUC().name, metrics.AUC().name] == ["auc", "auc_1"]


def test_a_wrapped_function_survives_a_round_trip():
    @saving.register_keras_serializable("test_metrics")
    def largest(y_true, y_pred, factor=1.0):
        return factor * ops.max(ops.abs(y_true - y_pred), axis=-1)

    metric = metrics.MeanMetricWrapper(largest, name="largest", factor=3.0)
    again = metrics.deserialize(metrics.serialize(metric))
    y_true, y_pred = np.zeros((2, 2)), np.asarray([[1.0, 2.0], [0.0, 4.0]])
    assert float(again(y_true, y_pred)) == float(metric(y_true, y_pred)) == 9.0


def test_names_mean_classes():
    assert isinstance(metrics.get("mae"), metrics.MeanAbsoluteError)
    assert isinstance(metrics.get("auc"), metrics.AUC)
    assert isinstance(metrics.get("SparseCategoricalAccuracy"), metrics.SparseCategoricalAccuracy)
    assert isinstance(metrics.get(metrics.Precision), metrics.Precision)
    assert metrics.get(None) is None


def test_metrics_say_which_way_is_better():
    assert metrics.SparseCategoricalAccuracy()._direction == "up"
    assert metrics.MeanSquaredError()._direction == "down"
    assert metrics.AUC()._direction == "up"


BAD_CALLS = [
    (lambda: metrics.get("acuracy"), "Unknown metric 'acuracy'. Did you mean 'accuracy'"),
    (lambda: metrics.get(3), "received 3"),
    (lambda: metrics.Precision(thresholds=1.5), r"expected `thresholds` as a number from 0 to 1"),
    (lambda: metrics.AUC(curve="roc_auc"), "`curve` expected one of"),
    (lambda: metrics.AUC(summation_method="mid"), "`summation_method` expected one of"),
    (lambda: metrics.AUC(num_thresholds=1), "`num_thresholds` expected 2 or more"),
    (lambda: metrics.AUC(num_labels=3), "`num_labels` is for `multi_label=True` only"),
    (lambda: metrics.PrecisionAtRecall(1.2), r"`recall` as a number from 0 to 1"),
    (
        lambda: metrics.PrecisionAtRecall(0.5, num_thresholds=0),
        "`num_thresholds` as a positive int",
    ),
    (lambda: metrics.FBetaScore(beta=2), "`beta` expected a float above 0, received 2"),
    (lambda: metrics.FBetaScore(average="mean"), "`average` expected one of"),
    (lambda: metrics.F1Score(threshold=0.0), "`threshold` expected a float above 0"),
    (lambda: metrics.F1Score()([1, 0], [0.4, 0.6]), r"shapes \(2,\) and \(2,\).*to_categorical"),
    (lambda: metrics.R2Score(class_aggregation="mean"), "`class_aggregation` expected one of"),
    (lambda: metrics.R2Score(num_regressors=-1), "`num_regressors` as an int of 0 or more"),
    (lambda: metrics.R2Score()([1.0], [2.0]), r"shape \(batch, outputs\), received"),
    (lambda: metrics.IoU(2, [2]), "classes from 0 to 1, received 2"),
    (
        lambda: metrics.Precision()(np.zeros(4), np.zeros((4, 3))),
        r"labels of shape \(4,\) and predictions of shape \(4, 3\).*to_categorical",
    ),
    (
        lambda: metrics.SparseCategoricalAccuracy()(np.eye(3), np.eye(3)),
        r"class numbers of shape \(3,\), received labels of shape \(3, 3\)",
    ),
    (
        lambda: metrics.Mean()(np.zeros((4, 2)), sample_weight=np.ones(3)),
        r"`sample_weight` of shape \(3,\) does not fit metric values of shape \(4,\)",
    ),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS)
def test_bad_input_says_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_own_metric_without_super_init_says_so():
    class Careless(metrics.Metric):
        def __init__(self):
            self.total = self.add_weight(name="total")

    with pytest.raises(RuntimeError, match=r"`Careless.__init__\(\)` must call `super"):
        Careless()


@pytest.mark.parametrize("method", ["update_state", "result"])
def test_an_own_metric_without_its_methods_says_so(method):
    with pytest.raises(NotImplementedError, match=f"Metric has no `{method}"):
        getattr(metrics.Metric(), method)()
