"""Owns `RNN`, which runs a cell along a sequence, and `StackedRNNCells`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pykeras_core import engine, ops, tree
from pykeras_core.checks import checked
from pykeras_core.layers.base import Layer
from pykeras_core.layers.recurrent_cell import RecurrentCell
from pykeras_core.layers.recurrent_loop import Loop
from pykeras_core.layers.tracking import untracked
from pykeras_core.naming import current_path, name_scope
from pykeras_core.saving import serialization

__all__ = ["RNN", "StackedRNNCells"]


def _check_cell(cell: Any) -> None:
    if not hasattr(cell, "call") or not hasattr(cell, "state_size"):
        raise ValueError(
            "A recurrent cell (one of `cells`) needs a method `call(inputs, states)` and a "
            f"`state_size`, received {cell!r}."
        )


def _call_cell(cell: Any, inputs: Any, states: list[Any], training: Any) -> tuple[Any, list[Any]]:
    """Runs any cell for one step; its new states always come back as a list."""
    if isinstance(cell, Layer):
        outputs, states = cell(inputs, states, training=training)
    else:
        outputs, states = cell.call(inputs, states)
    return outputs, list(states) if tree.is_nested(states) else [states]


def _is_in_parts(cell: Any) -> bool:
    """Whether a cell's `call` is `project` and `step`, and not one that a subclass wrote."""
    return isinstance(cell, RecurrentCell) and type(cell).call is RecurrentCell.call


def _recurrent_cells(cell: Any) -> list[RecurrentCell]:
    """The built-in cells in a cell, which share dropout masks over a sequence."""
    inner = cell.cells if isinstance(cell, StackedRNNCells) else [cell]
    return [one for one in inner if isinstance(one, RecurrentCell)]


class StackedRNNCells(Layer):
    """Several cells, each taking the outputs of the one before, as one cell.

    Args:
        cells: List of cells.
        **kwargs: Arguments of every layer.

    Raises:
        ValueError: If one of them is no cell.

    Example:
        >>> import numpy as np
        >>> from pykeras_core.layers import LSTMCell, RNN
        >>> RNN(StackedRNNCells([LSTMCell(4), LSTMCell(5)]))(np.zeros((2, 3, 6))).shape
        (2, 5)
    """

    @checked
    def __init__(self, cells: list[Any] | tuple[Any, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for cell in cells:
            _check_cell(cell)
        self.cells = list(cells)

    @property
    def state_size(self) -> list[Any]:
        """The state sizes of the cells."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> int:
        """The size of the last cell's outputs."""
        return _output_size(self.cells[-1])

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Returns the first states of the cells.

        Args:
            batch_size: Number of sequences.

        Returns:
            List of each cell's list of states.
        """
        return [_initial_state(cell, batch_size) for cell in self.cells]

    def build(self, input_shape: Any) -> None:
        """Builds the cells.

        Args:
            input_shape: Shape of one step's inputs, `(batch, inputs)`.
        """
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                cell.build(input_shape)
            input_shape = (input_shape[0], _output_size(cell))

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        """Returns the last cell's outputs, and all new states."""
        new_states = []
        for cell, cell_states in zip(self.cells, states, strict=True):
            given = list(cell_states) if tree.is_nested(cell_states) else [cell_states]
            inputs, found = _call_cell(cell, inputs, given, training)
            new_states.append(found)
        return inputs, new_states

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        cells = [serialization.serialize_keras_object(cell) for cell in self.cells]
        return {**super().get_config(), "cells": cells}

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Makes the cells and their stack from `get_config()`'s dict."""
        cells = [
            serialization.deserialize_keras_object(cell, custom_objects=custom_objects)
            for cell in config["cells"]
        ]
        return super().from_config({**config, "cells": cells})


def _refuse_time_major(layer: str, time_major: Any) -> None:
    if time_major:
        raise ValueError(
            f"`{layer}` has no `time_major=True`, as in Keras 3: its inputs are (batch, steps, "
            "features). Swap the first two axes of what comes in, and of sequences that come out, "
            "with `keras.ops.swapaxes(x, 0, 1)`."
        )


def _output_size(cell: Any) -> int:
    size = getattr(cell, "output_size", None)
    if size is None:
        size = tree.flatten(cell.state_size)[0]
    return int(size)


def _initial_state(cell: Any, batch_size: int | None) -> list[Any]:
    make = getattr(cell, "get_initial_state", None)
    if make is not None:
        states = make(batch_size=batch_size)
        return list(states) if tree.is_nested(states) else [states]
    return [ops.zeros((batch_size, size)) for size in tree.flatten(cell.state_size)]


class RNN(Layer):
    """Runs a cell along axis 1 of its inputs.

    Args:
        cell: A cell: `call(inputs, states)` returns `(outputs, states)`, `state_size` gives the
            size of each state. A list of cells is stacked.
        return_sequences: Whether to return the outputs of all steps, or the last one's (default).
        return_state: Whether to return the last states too.
        go_backwards: Whether to run from the last step to the first.
        stateful: Whether each batch starts with the states of the one before; needs a fixed
            batch size.
        unroll: Whether the traced step holds the cell's equations once for each step, as Python
            would run it; default `False`: it holds them once, in a loop (`ops.scan`). A loop of a
            few steps is unrolled anyway, and so is that of a cell which assigns to variables,
            adds losses or changes the shape of its states.
        zero_output_for_mask: Whether masked steps give zeros, not the output before them.
        **kwargs: Arguments of every layer.

    Input shape:
        `(batch, steps, features)`.

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state`
        a tuple of it and the states.

    Raises:
        ValueError: If `cell` is none.

    Example:
        >>> import numpy as np
        >>> from pykeras_core.layers import SimpleRNNCell
        >>> RNN(SimpleRNNCell(4), return_sequences=True)(np.zeros((2, 3, 5))).shape
        (2, 3, 4)
    """

    @checked
    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        _refuse_time_major(type(self).__name__, kwargs.pop("time_major", False))
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        _check_cell(cell)
        super().__init__(**kwargs)
        self.cell = cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.supports_masking = True
        self.states: Any = None
        size = cell.state_size
        self.state_size = list(size) if isinstance(size, (list, tuple)) else [size]

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Builds the cell, and creates the state variables of a stateful layer.

        Args:
            sequences_shape: Shape of the inputs; the features must be known.
            initial_state_shape: Shapes of the given states, or `None`.
        """
        step_shape = (sequences_shape[0], *sequences_shape[2:])
        if isinstance(self.cell, Layer) and not self.cell.built:
            self.cell.build(step_shape)
        if self.stateful:
            if sequences_shape[0] is None:
                raise ValueError(
                    f"`{type(self).__name__}` '{self.name}' is stateful, so its batch size must "
                    "be known. Give it one: `batch_size=32` or `batch_input_shape=(32, ...)`."
                )
            self._create_states(sequences_shape[0])

    def _create_states(self, batch_size: int) -> None:
        def variable(value: Any) -> engine.Variable:
            made = engine.Variable(value, trainable=False, name="rnn_state")
            with name_scope(self.name, caller=self):
                made.path = f"{current_path()}/{made.name}"
            return made

        # As in Keras, these are neither weights nor variables of the layer.
        with untracked(), engine.suspend_trace():
            self.states = tree.map_structure(variable, self.get_initial_state(batch_size))

    def get_initial_state(self, batch_size: int | None) -> list[Any]:
        """Returns the states that a sequence starts with.

        Args:
            batch_size: Number of sequences.

        Returns:
            List of tensors, nested for stacked cells.
        """
        return _initial_state(self.cell, batch_size)

    def reset_state(self) -> None:
        """Sets the states of a stateful layer to zero."""
        for variable in tree.flatten(self.states):
            if variable is not None:
                variable.assign(ops.zeros(variable.shape))

    def reset_states(self) -> None:
        """Sets the states of a stateful layer to zero."""
        self.reset_state()

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """Runs the cell along the steps.

        Args:
            sequences: Tensor, shape `(batch, steps, features)`.
            initial_state: List of states to start from, as the cell has them or all in a row;
                default zeros, or the kept ones.
            mask: Bool tensor, shape `(batch, steps)`: where it is false, states do not change.
            training: Whether to apply dropout.

        Returns:
            Outputs, and with `return_state` a tuple of them and the states.
        """
        states = self._first_states(sequences, initial_state)
        cells = _recurrent_cells(self.cell) if training else []
        for cell in cells:
            cell.draw_masks(sequences.shape[0])
        try:
            output, states = self._run_steps(sequences, states, mask, training)
        finally:
            for cell in cells:
                cell.forget_masks()
        if self.stateful:
            for variable, state in zip(
                tree.flatten(self.states), tree.flatten(states), strict=True
            ):
                variable.assign(state)
        return (output, *states) if self.return_state else output

    def _first_states(self, sequences: Any, initial_state: Any) -> list[Any]:
        if initial_state is None and not self.stateful:
            return self.get_initial_state(sequences.shape[0])
        if initial_state is None:
            initial_state = tree.map_structure(lambda variable: variable.value, self.states)
            expected = tree.flatten(self.states)[0].shape[0]
            if sequences.shape[0] != expected:
                raise ValueError(
                    f"`{type(self).__name__}` '{self.name}' is stateful and expected batches of "
                    f"{expected}, received one of {sequences.shape[0]}."
                )
        states = initial_state if tree.is_nested(initial_state) else [initial_state]
        flat = len(tree.flatten(self.state_size))
        if len(states) == flat != len(self.state_size):
            states = tree.pack_sequence_as(self.state_size, list(states))
        if len(states) != len(self.state_size):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected {len(self.state_size)} initial "
                f"state(s), received {len(states)}."
            )
        return list(states)

    def _run_steps(
        self, sequences: Any, states: list[Any], mask: Any, training: bool
    ) -> tuple[Any, list[Any]]:
        """Returns what the layer returns as outputs, and the last states."""
        steps = ops.swapaxes(sequences, 0, 1)
        if not len(steps):
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected at least one step, received "
                f"inputs of shape {tuple(sequences.shape)}."
            )
        if _is_in_parts(self.cell):
            steps = self.cell.project(steps)
        loop = Loop(
            self.cell,
            self._step_function(training),
            _output_size(self.cell),
            return_sequences=self.return_sequences,
            go_backwards=self.go_backwards,
            zero_output_for_mask=self.zero_output_for_mask,
            unroll=self.unroll,
        )
        outputs, states = loop.run(steps, self._step_masks(mask, len(steps)), states)
        return (ops.swapaxes(outputs, 0, 1) if self.return_sequences else outputs), states

    def _step_function(self, training: bool) -> Callable[[Any, list[Any]], tuple[Any, list[Any]]]:
        if _is_in_parts(self.cell):
            return self.cell.step  # type: ignore[no-any-return]
        return lambda inputs, states: _call_cell(self.cell, inputs, states, training)

    def _step_masks(self, mask: Any, steps: int) -> Any:
        """The masks of all steps, shape `(steps, batch, 1)`."""
        mask = tree.flatten(mask)[0]
        if mask is None:
            return None
        if len(mask.shape) != 2 or mask.shape[1] != steps:
            raise ValueError(
                f"`{type(self).__name__}` '{self.name}' expected a mask of shape "
                f"(batch, {steps}), received one of shape {tuple(mask.shape)}."
            )
        return ops.expand_dims(ops.transpose(ops.cast(mask, "bool")), -1)

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """Returns the shape of the outputs, and those of the states with `return_state`."""
        batch, steps = sequences_shape[0], sequences_shape[1]
        size = _output_size(self.cell)
        output = (batch, steps, size) if self.return_sequences else (batch, size)
        if not self.return_state:
            return output
        states = [
            [(batch, one) for one in size] if isinstance(size, (list, tuple)) else (batch, size)
            for size in self.state_size
        ]
        return (output, *states)

    def compute_mask(self, inputs: Any, mask: Any) -> Any:
        """Returns the inputs' mask for sequences, `None` for last outputs and states."""
        mask = tree.flatten(mask)[0]
        output_mask = mask if self.return_sequences else None
        return [output_mask, *[None] * len(self.state_size)] if self.return_state else output_mask

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        return {
            **super().get_config(),
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "go_backwards": self.go_backwards,
            "stateful": self.stateful,
            "unroll": self.unroll,
            "zero_output_for_mask": self.zero_output_for_mask,
            "cell": serialization.serialize_keras_object(self.cell),
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Makes the cell and the layer from `get_config()`'s dict."""
        cell = serialization.deserialize_keras_object(config["cell"], custom_objects=custom_objects)
        return super().from_config({**config, "cell": cell})
