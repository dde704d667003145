"""What the page sees of a run's data and of its model's answers, while it trains and afterwards."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from pykeras_core.engine import current_trace
from pykeras_core.playground.answers import MAX_SAMPLES
from pykeras_core.playground.control import Message
from pykeras_core.playground.examination import (
    LIVE_SAMPLES,
    Examination,
    Predict,
    made_model,
    trained_model,
)
from pykeras_core.playground.given import Given
from pykeras_core.playground.inspectors import Samples, Subject
from pykeras_core.playground.predictions import Cell
from pykeras_core.playground.showing import describe_training, describe_variables

FINAL_PREDICTIONS_LIMIT_S = 5.0
"""How long the page may look at unseen samples after a run before the rest is left out."""

REST = 40
"""So many times as long as predictions took, none are made: a slow model is there to train."""


class View:
    """Shows data and predictions of one run.

    Args:
        post: Sends one message about this run to the page.
        ask: Makes of a model what it is asked by, unheard by the program.
        clock: Seconds, as `time.monotonic`.
        source: The program's text.
        variables: The program's variables as they are at the moment.
        before: The view of the run that this one goes on with, None for a run of its own.

    Attributes:
        given: What the program gave to its models.
        source: The text of the program, and of the cells that went on with it.
    """

    def __init__(
        self,
        post: Callable[[dict[str, Any]], None],
        ask: Callable[[Any], Predict],
        clock: Callable[[], float],
        source: str = "",
        variables: Callable[[], Mapping[str, Any]] = dict,
        before: "View | None" = None,
    ):
        self._post = post
        self._ask = ask
        self._clock = clock
        self.source: str = source if before is None else f"{before.source}\n{source}"
        self._variables = variables
        self.given: Given = Given() if before is None else before.given
        self._examination = Examination(self.given, self.source)
        self._no_predictions_before = -math.inf
        self._data_shown = False

    def show_training_data(self) -> None:
        """Posts what the model trains on, once in a run."""
        if not self._data_shown:
            self._show_data(describe_training(self.given, self._variables(), self.source))

    def show_data(self) -> None:
        """Posts the training data that lies in the program's variables, unless it was shown."""
        if not self._data_shown:
            self._show_data(describe_variables(self._variables(), self.source))

    def _show_data(self, message: Message | None) -> None:
        if message is not None:
            self._data_shown = True
            self._post(dict(message))

    def predict(self, model: Any, message: Message) -> None:
        """Posts predictions with the weights as they are at this moment.

        Only some of the samples are used, so that training goes on soon. Posts nothing where there
        is nothing to ask about, nor so soon after the last time that it would slow training down.

        Args:
            model: The model that trains, None for one that a loop of the program's own trains.
            message: The request; one for `now` does not have to wait.
        """
        start, cell = self._clock(), _cell_of(message)
        too_soon = start < self._no_predictions_before and not message.get("now")
        if too_soon or current_trace() is not None:
            return
        try:
            self._show_predictions(model, lambda: True, final=False, cell=cell)
        finally:
            end = self._clock()
            self._examination.took(end - start)
            self._no_predictions_before = end + REST * (end - start)

    def show_cell(self, message: Message) -> None:
        """Posts the final predictions once more, with the cell that the page asks for."""
        cell = _cell_of(message)
        if cell is not None:
            found = self._examination.cell(self._variables(), cell)
            if found is not None:
                self._post({"type": "predictions", "final": True, **found})

    def show_final_predictions(self, model: Any, attend: Callable[[], None]) -> None:
        """Posts what the model says when the run is over.

        Args:
            model: The model, None for one that a loop of the program's own has trained.
            attend: Lets messages arrive; a `KeyboardInterrupt` in it cuts the questions short.
        """
        deadline = self._clock() + FINAL_PREDICTIONS_LIMIT_S

        def go_on() -> bool:
            try:
                attend()
            except KeyboardInterrupt:
                return False
            return self._clock() < deadline

        self._show_predictions(model, go_on, final=True, cell=None)

    def subject(self, model: Any, *, idle: bool) -> Subject | None:
        """The model and its data, to be looked into; None where there is no model.

        Args:
            model: The model, None for one that a loop of the program's own has trained, or for one
                that has only been made.
            idle: Whether nothing trains, so that there is time for more.
        """
        variables = self._variables()
        if model is None:
            model = trained_model(variables) or made_model(variables)
        if model is None:
            return None
        chosen = self._examination.chosen(model, variables)
        samples = None if chosen is None else Samples(chosen.samples, chosen.order)
        return Subject(
            model, self._ask(model), samples, self.given.training, variables, self.source,
            most=MAX_SAMPLES if idle else LIVE_SAMPLES, idle=idle,
        )  # fmt: skip

    def _show_predictions(
        self, model: Any, go_on: Callable[[], bool], *, final: bool, cell: Cell | None
    ) -> None:
        variables = self._variables()
        if model is None:
            model = trained_model(variables)
        if model is None:
            return
        found = self._examination.look(
            model, self._ask(model), variables, go_on, final=final, cell=cell
        )
        if final or found["report"]["kind"] != "nothing":  # there may be something yet
            self._post({"type": "predictions", "final": final, **found})


def _cell_of(message: Message) -> Cell | None:
    cell = message.get("cell")
    return None if cell is None else (int(cell["truth"]), int(cell["guess"]))
