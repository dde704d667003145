"""Answers what a reader tries: one input, made into a sample, and what the model says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pykeras_core.engine import current_trace
from pykeras_core.optimizers import Optimizer
from pykeras_core.playground.answers import predict_in_slices, unchanged
from pykeras_core.playground.given import Given
from pykeras_core.playground.messages import text_of
from pykeras_core.playground.structures import Structure, arrays_of
from pykeras_core.playground.trying.finding import Found, find_ways, model_in
from pykeras_core.playground.trying.said import Asked, describe_said

Ask = Callable[[Any], Callable[[Structure], Any]]


@dataclass(frozen=True, eq=False)
class Moment:
    """What there is to try at this moment.

    Args:
        model: The model that the run is about; None where it has none yet.
        given: What the program gave to its models.
        namespace: The program's variables.
        source: The program's text.
        moved: Says whether any of some weights has moved since its training began.
    """

    model: Any
    given: Given
    namespace: Mapping[str, Any]
    source: str
    moved: Callable[[list[Any]], bool]


class Trials:
    """Tries the model of the present run.

    Args:
        ask: Makes of a model what it is asked by, unheard by the program.
    """

    def __init__(self, ask: Ask):
        self._ask = ask
        self._known: tuple[tuple[Any, ...], Found] | None = None

    def answer(self, message: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
        """Says how the model can be tried and, of an input, what it says.

        Args:
            message: The request, as `Try` of ``web/protocol.js`` says.
            moment: What there is to try.

        Returns:
            The message `Trial`, but for its type and run.
        """
        model = moment.model if moment.model is not None else model_in(moment.namespace)
        found = self._found(model, moment)
        given = message.get("input")
        answer = None if given is None else self._said(model, found, given, moment)
        return {
            "number": message["number"],
            "model": "" if model is None else text_of(getattr(model, "name", "")),
            "trained": model is not None and is_trained(model, moment),
            "parameters": _parameters(model),
            "neurons": _neurons(model),
            "ways": [way.describe() for way in found.ways],
            "why": found.why,
            "shapes": [[-1 if size is None else size for size in one] for one in found.shapes],
            "answer": answer,
        }

    def _found(self, model: Any, moment: Moment) -> Found:
        """How it can be tried; the same as long as model and data are."""
        training = moment.given.training
        data = None if training is None else arrays_of(training.x)[0]
        built = bool(getattr(model, "built", False))
        # They are held, so that another object cannot come to have their identity.
        key = (model, data, moment.source, built, len(moment.namespace))
        if self._known is None or not _same_key(self._known[0], key):
            found = find_ways(model, moment.given, moment.namespace, moment.source, self._ask)
            self._known = (key, found)
        return self._known[1]

    def _said(
        self, model: Any, found: Found, given: Mapping[str, Any], moment: Moment
    ) -> dict[str, Any]:
        kind = "image" if given["kind"] in ("ink", "photograph") else given["kind"]
        way = next((way for way in found.ways if way.kind == kind), None)
        if way is None:
            return {"kind": "gone"}  # the model that it was meant for has been replaced
        if current_trace() is not None:
            return {"kind": "busy"}
        made = way.make(given)
        if made is None:
            return {"kind": "empty"}
        decoder = getattr(way, "decoder", None)
        asked = Asked(
            model if decoder is None else decoder,
            found.truth if decoder is None else None, moment.namespace, moment.source,
        )  # fmt: skip
        with unchanged(asked.model):
            outputs = predict_in_slices(self._ask(asked.model), made.x, lambda: True)
        said = [] if outputs is None else describe_said(asked, outputs)
        return {
            "kind": "said", "seen": made.seen, "words": made.words, "cut": made.cut, "outputs": said
        }  # fmt: skip


def _same_key(first: tuple[Any, ...], second: tuple[Any, ...]) -> bool:
    return all(
        one is other or (isinstance(one, (str, int)) and one == other)
        for one, other in zip(first, second, strict=True)
    )


def _parameters(model: Any) -> int:
    try:
        return int(model.count_params())
    except Exception:  # it is not built yet, or of the program's own making
        return 0


def _neurons(model: Any) -> int:
    """How many neurons the hidden layers have: the units of all layers but the last with such."""
    try:
        units = [int(layer.units) for layer in model.layers if hasattr(layer, "units")]
    except Exception:  # a layer of the program's own making may say so in any way
        return 0
    return sum(units[:-1])


def is_trained(model: Any, moment: Moment) -> bool:
    """Whether the weights of a model have been trained, as far as anybody can know.

    They have where they moved; those of a model that came trained, where an optimizer that the
    program holds has counted steps with them.

    Args:
        model: The model.
        moment: The moment.
    """
    try:
        weights = list(model.trainable_variables)
        if moment.moved(weights):
            return True
        own = {id(variable) for variable in weights}
        held = [model.optimizer, *vars(model).values(), *list(moment.namespace.values())]
        return any(
            int(one.iterations.numpy()) > 0
            and any(id(variable) in own for variable in one._trainable_variables)
            for one in held
            if isinstance(one, Optimizer)
        )
    except Exception:  # a model of the program's own making may say so in any way
        return False
