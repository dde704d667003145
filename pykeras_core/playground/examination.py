"""Examines the model of a run: which samples it is asked about, and what it says of them.

The samples are chosen once for a model and stay the same from a run's first report to its last.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pykeras_core import Model
from pykeras_core.optimizers import Optimizer
from pykeras_core.playground.answers import (
    MAX_SAMPLES,
    ends_in_sigmoid,
    loss_name,
    predict_in_slices,
    unchanged,
)
from pykeras_core.playground.displays import Display
from pykeras_core.playground.galleries import Indices, arrangement, balanced
from pykeras_core.playground.given import Given
from pykeras_core.playground.known_names import class_names, feature_names
from pykeras_core.playground.predictions import Cell, Question, Report, describe_predictions
from pykeras_core.playground.samples import class_labels
from pykeras_core.playground.structures import Array, Structure, arrays_of, count, names_of, rows
from pykeras_core.playground.unseen import SampleSet, candidates

LIVE_SAMPLES = 1000
"""So many samples the model is asked about while it trains."""

SLOW_S = 0.5
"""A model that takes longer over them is asked about fewer."""

_FEWER = 4
_FEWEST = 250

Predict = Callable[[Structure], Any]


@dataclass(frozen=True, eq=False)
class Chosen:
    """A set of samples and the order in which the model is asked about them.

    Args:
        samples: The set.
        order: Indices into it; the balanced gallery comes first.
        gallery: How many of them are that gallery.
    """

    samples: SampleSet
    order: Indices
    gallery: int


@dataclass(frozen=True, eq=False)
class Answers:
    """What the model said of the first of the samples, by the names of its outputs."""

    chosen: Chosen
    outputs: dict[str, Array]
    asked: Structure


class Examination:
    """Asks the model of one run.

    Args:
        given: What the program gives to its models.
        source: The program's text.
    """

    def __init__(self, given: Given, source: str = ""):
        self._given = given
        self._source = source
        self._model: Any = None
        self._chosen: Chosen | None = None
        self._fruitless: list[SampleSet] = []
        self._shapes: list[list[int]] | None = None
        self._final: Answers | None = None
        self._live_samples = LIVE_SAMPLES
        self._asked_live = 0

    def look(
        self,
        model: Any,
        predict: Predict,
        namespace: Mapping[str, Any],
        go_on: Callable[[], bool] = lambda: True,
        *,
        final: bool,
        cell: Cell | None = None,
    ) -> dict[str, Any]:
        """Asks the model, and compares what it says with the truth.

        Args:
            model: The model.
            predict: Asks it: maps samples to outputs.
            namespace: The program's variables.
            go_on: Asked after each slice of samples; False ends the questions.
            final: Whether the run is over, so that there is time for all samples.
            cell: The cell of the confusion matrix whose samples are wanted.

        Returns:
            The parts ``set`` and ``report`` of the message `predictions`.

        Raises:
            Exception: What the model raised, where it could not answer for any samples.
        """
        if model is not self._model:
            self._model, self._chosen = model, None
            self._fruitless, self._shapes = [], None
        limit = MAX_SAMPLES if final else self._live_samples
        failure: Exception | None = None
        for chosen in self._in_question(model, namespace):
            try:
                with unchanged(model):
                    asked = rows(chosen.samples.x, chosen.order[:limit])
                    outputs = predict_in_slices(predict, asked, go_on)
            except Exception as error:
                failure = error
                continue
            found = None
            if outputs is not None:
                answers = Answers(chosen, outputs, asked)
                found = self._described(model, namespace, answers, cell)
                shapes = [list(part.shape[1:]) for part in outputs.values()]
                self._shapes = self._shapes or shapes
            if found is not None and outputs is not None:
                self._chosen = chosen
                self._final = answers if final else None
                return found
            self._fruitless.append(chosen.samples)
        if failure is not None and self._shapes is None:
            raise failure
        why = "outputs" if self._fruitless else "samples"
        report = {"kind": "nothing", "why": why, "shapes": self._shapes or []}
        return {"set": None, "report": report}

    def cell(self, namespace: Mapping[str, Any], cell: Cell) -> dict[str, Any] | None:
        """The last final report, with another cell of the confusion matrix; None without one.

        Args:
            namespace: The program's variables.
            cell: (true class, answer).
        """
        if self._final is None:
            return None
        return self._described(self._model, namespace, self._final, cell)

    def chosen(self, model: Any, namespace: Mapping[str, Any]) -> Chosen | None:
        """The samples that a model is asked about; None where there are none that fit.

        Args:
            model: The model.
            namespace: The program's variables.
        """
        if model is self._model and self._chosen is not None:
            return self._chosen
        found = candidates(model, self._given, namespace)
        return _arranged(found[0]) if found else None

    def took(self, seconds: float) -> None:
        """Learns how long the last look took, the first of which also compiles.

        Args:
            seconds: How long.
        """
        self._asked_live += 1
        if self._asked_live > 1 and seconds > SLOW_S:
            self._live_samples = max(self._live_samples // _FEWER, _FEWEST)

    def _in_question(self, model: Any, namespace: Mapping[str, Any]) -> list[Chosen]:
        """The samples that were chosen; before that, or if they are nothing unseen, all others."""
        if self._chosen is not None and not self._chosen.samples.seen:
            return [self._chosen]
        found = []
        for samples in candidates(model, self._given, namespace):
            tried = any(samples.x is one.x and samples.y is one.y for one in self._fruitless)
            if not tried:
                found.append(_arranged(samples))
        return found

    def _described(
        self, model: Any, namespace: Mapping[str, Any], answers: Answers, cell: Cell | None
    ) -> dict[str, Any] | None:
        chosen, outputs = answers.chosen, answers.outputs
        asked = count(outputs)
        display = Display(answers.asked, self._features(namespace, chosen.samples))
        reports: list[tuple[str, Report | None]] = []
        for position, (name, output) in enumerate(outputs.items()):
            truth = _truth(model, chosen, name, position, len(outputs), asked)
            question = Question(
                display, truth, chosen.order[:asked],
                loss=loss_name(model, name, position),
                sigmoid=len(outputs) == 1 and ends_in_sigmoid(model),
                classes=self._classes(namespace, output),
                gallery=chosen.gallery, cell=cell,
            )  # fmt: skip
            reports.append((name, describe_predictions(question, output)))
        report = _together(model, reports)
        return report and {"set": chosen.samples.describe(asked), "report": report}

    def _classes(self, namespace: Mapping[str, Any], output: Array) -> tuple[str, ...]:
        answers = output.shape[-1] if output.ndim > 1 else 1
        return class_names(namespace, self._source, max(answers, 2))

    def _features(self, namespace: Mapping[str, Any], samples: SampleSet) -> tuple[str, ...]:
        width = sum(int(np.prod(array.shape[1:])) for array in arrays_of(samples.x))
        if len(samples.columns) == width:
            return samples.columns
        if isinstance(samples.x, dict):
            return ()
        return feature_names(namespace, self._source, width)


def _arranged(samples: SampleSet) -> Chosen:
    """The same samples in the same order, whenever it is asked for."""
    total = count(samples.x)
    first = np.empty(0, np.int64)
    if samples.y is not None:
        (targets, *others) = arrays_of(samples.y)
        labels: Array | None = None if others else class_labels(targets)
        if (
            labels is None
            and not others
            and targets.size == total
            and np.isin(targets, (-1, 1)).all()
        ):
            labels = targets.reshape(-1) > 0  # as hinge losses want them
        if labels is not None and len(np.unique(labels)) <= max(total // 2, 2):
            first = balanced(labels)
    return Chosen(samples, arrangement(total, first, MAX_SAMPLES), len(first))


def _truth(
    model: Any, chosen: Chosen, name: str, position: int, outputs: int, asked: int
) -> Array | None:
    """The targets of one output, in the order in which the model was asked."""
    y = chosen.samples.y
    if y is None:
        return None
    parts = arrays_of(y)
    if isinstance(y, dict) and len(y) > 1:
        found = y.get(name)
    elif len(parts) == outputs:
        by_name = names_of(y).index(name) if name in names_of(y) else position
        found = parts[by_name]
    else:
        found = None
    return None if found is None else found[chosen.order[:asked]]


def _together(model: Any, reports: list[tuple[str, Report | None]]) -> Report | None:
    """One report; of a model with several outputs, those that there are."""
    if len(reports) == 1:
        return reports[0][1]
    named = getattr(model, "output_names", None)
    parts = []
    for position, (name, report) in enumerate(reports):
        own: str = name
        if name.isdigit() and isinstance(named, (list, tuple)) and len(named) == len(reports):
            own = str(named[position])
        if report is None:
            continue
        inner = (
            report["outputs"] if report["kind"] == "several" else [{"name": "", "report": report}]
        )
        parts += [
            {"name": f"{own} {part['name']}".strip(), "report": part["report"]} for part in inner
        ]
    return {"kind": "several", "outputs": parts} if parts else None


def trained_model(namespace: Mapping[str, Any]) -> Any:
    """The model that a loop of the program's own has trained; None if there is none.

    Args:
        namespace: The program's variables. An optimizer that has taken steps names its weights; of
            several models the one with the most of them, the last of these, is meant.
    """
    best, most = None, 0
    weights: set[int] = set()
    for value in list(namespace.values()):
        weights |= _trained_weights(value)
    for value in list(namespace.values()):
        trained = len({id(variable) for variable in _weights(value)} & weights)
        if trained >= max(most, 1):
            best, most = value, trained
    return best


def made_model(namespace: Mapping[str, Any]) -> Any:
    """The model that a program has made last and not trained; None if there is none with weights.

    Args:
        namespace: The program's variables.
    """
    made = [value for value in list(namespace.values()) if _weights(value)]
    return made[-1] if made else None


def _trained_weights(value: Any) -> set[int]:
    """The weights that an optimizer, a model's own perhaps, has changed."""
    try:
        optimizer = value.optimizer if isinstance(value, Model) else value
        trained = isinstance(optimizer, Optimizer) and int(optimizer.iterations.numpy()) > 0
        return {id(variable) for variable in optimizer._trainable_variables} if trained else set()
    except Exception:  # a model of the program's own making may not have been made properly
        return set()


def _weights(value: Any) -> list[Any]:
    try:
        return list(value.trainable_variables) if isinstance(value, Model) else []
    except Exception:  # a model of the program's own making may not have been built
        return []
