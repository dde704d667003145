"""What is inspected: a model, the samples that it is asked about, and what is known of both."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pykeras_core.models import Model
from pykeras_core.playground.answers import ends_in_sigmoid, loss_name, predict_in_slices, unchanged
from pykeras_core.playground.displays import Display
from pykeras_core.playground.galleries import Indices
from pykeras_core.playground.given import Part
from pykeras_core.playground.images import image_shape
from pykeras_core.playground.known_names import class_names, feature_names
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.predictions import Question, class_answers
from pykeras_core.playground.structures import Array, Structure, arrays_of, count, names_of, rows
from pykeras_core.playground.unseen import SampleSet

__all__ = ["Place", "Samples", "Subject", "layers_of", "named_layers", "weights_of"]

Predict = Callable[[Structure], Any]


@dataclass(frozen=True)
class Place:
    """Where training is: `step` steps of `epoch` (from 0) of a fit of the run are done."""

    fit: int = 0
    epoch: int = 0
    step: int = 0


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples in the order in which the page looks at them.

    Args:
        set: Which they are.
        order: Indices into the set.
    """

    set: SampleSet
    order: Indices

    def inputs(self, most: int) -> Structure:
        """The first inputs."""
        return rows(self.set.x, self.order[:most])

    def targets(self, most: int) -> Structure | None:
        """Their targets; None where there are none."""
        return None if self.set.y is None else rows(self.set.y, self.order[:most])


@dataclass(eq=False)
class Subject:
    """A model under inspection.

    Args:
        model: The model.
        ask: Maps samples to the model's outputs, unheard by the program.
        samples: What it is asked about; None where there are none.
        training: What it trains on; None where that is not known.
        variables: The program's variables.
        source: The program's text.
        most: How many samples there is time for.
        idle: Whether nothing trains, so that there is time for more than a look.
        kept: What inspectors keep of this model from one look to the next.
    """

    model: Any
    ask: Predict
    samples: Samples | None = None
    training: Part | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    most: int = 1000
    idle: bool = False
    kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def single(self) -> Array | None:
        """The inputs where they are one array of numbers, all of them; else None."""
        x = self._any_x()
        parts = [] if x is None else arrays_of(x)
        if len(parts) != 1 or parts[0].dtype.kind not in "buif":
            return None
        return parts[0]

    def _any_x(self) -> Structure | None:
        if self.samples is not None:
            return self.samples.set.x
        return None if self.training is None else self.training.x

    @property
    def width(self) -> int:
        """How many numbers a sample is; 0 where it is not one array of numbers."""
        x = self.single
        return 0 if x is None else int(np.prod(x.shape[1:], dtype=np.int64))

    @property
    def is_image(self) -> bool:
        """Whether a sample is one image."""
        x = self.single
        return x is not None and image_shape(x.shape[1:]) is not None

    @property
    def features(self) -> tuple[str, ...]:
        """What the columns of a table are called; empty where they have no names."""
        columns = self.samples.set.columns if self.samples else ()
        if not columns and self.training is not None:
            columns = self.training.columns
        if len(columns) == self.width:
            return columns
        return feature_names(self.variables, self.source, self.width)

    def classes(self, count: int) -> tuple[str, ...]:
        """What so many classes are called; empty where they have no names."""
        return class_names(self.variables, self.source, count)

    def display(self, x: Structure) -> Display:
        """How samples are shown."""
        return Display(x, self.features)

    def said(self, x: Structure) -> dict[str, Array]:
        """What the model says of samples, by the names of its outputs.

        Raises:
            ValueError: Its answers are not a row of numbers for each sample.
        """
        with unchanged(self.model):
            outputs = predict_in_slices(self.ask, x, lambda: True)
        if outputs is None:
            raise ValueError("the model's answers are not one row of numbers for each sample")
        return outputs

    def answers(self, most: int | None = None) -> tuple[Structure, Array, Array | None] | None:
        """Samples, what the model says of them, and the truth; None for several outputs."""
        if self.samples is None:
            return None
        x = self.samples.inputs(most or self.most)
        outputs = self.said(x)
        if len(outputs) != 1:
            return None
        (output,) = outputs.values()
        x = rows(x, slice(0, len(output)))
        y = self.samples.targets(len(output))
        truth = None if y is None or len(arrays_of(y)) != 1 else arrays_of(y)[0]
        return x, output, truth

    def classified(
        self, x: Structure, output: Array, truth: Array | None
    ) -> tuple[Array, Array, tuple[str, ...]] | None:
        """True classes (n,), probabilities (n, classes) and their names; None for no classes."""
        if truth is None or not len(output):
            return None
        answers = output.shape[-1] if output.ndim > 1 else 1
        question = Question(
            self.display(x), truth, np.arange(len(output)), loss=loss_name(self.model),
            sigmoid=ends_in_sigmoid(self.model), classes=self.classes(max(answers, 2)),
        )  # fmt: skip
        return class_answers(question, truth, output)

    @property
    def has_truth(self) -> bool:
        """Whether there are targets to compare answers with."""
        return self.samples is not None and self.samples.set.y is not None

    @property
    def names_of_inputs(self) -> list[str]:
        """The names of several inputs."""
        x = self._any_x()
        return [] if x is None else names_of(x)

    @property
    def total(self) -> int:
        """How many samples there are."""
        return 0 if self.samples is None else count(self.samples.set.x)


def layers_of(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The layers of a model, those of models within it by path.

    Args:
        model: The model.
        prefix: What every path begins with.
    """
    for layer in model.layers:
        if isinstance(layer, Model):
            yield from layers_of(layer, f"{prefix}{text_of(layer.name)}/")
        else:
            yield f"{prefix}{text_of(layer.name)}", layer


def named_layers(model: Any, wanted: Callable[[Any], bool]) -> dict[str, Any]:
    """The layers of a model that are wanted, by path."""
    return {name: layer for name, layer in layers_of(model) if wanted(layer)}


def weights_of(layer: Any) -> list[Any]:
    """The weights of a layer that are numbers and there."""
    return [
        one
        for one in layer.weights
        if not one.missing_bytes and one.spec.dtype.startswith(("float", "bfloat"))
    ]
