"""Owns `MaxNumBoundingBoxes`, which gives all images of a batch as many boxes."""

from __future__ import annotations

from typing import Any

from pykeras_core import ops
from pykeras_core.checks import PositiveInt, checked
from pykeras_core.layers.image_layers import ImageLayer

__all__ = ["MaxNumBoundingBoxes"]


class MaxNumBoundingBoxes(ImageLayer):
    """Cuts or fills up the boxes around objects, so that each image has as many.

    Args:
        max_number: How many.
        fill_value: What missing boxes and labels are filled with, default -1.
        **kwargs: Arguments of every layer.

    Call arguments:
        data: A dict with `"bounding_boxes"`: a dict of `"boxes"`, `(images, boxes, 4)`, and
            `"labels"`, `(images, boxes)`.

    Raises:
        ValueError: If `max_number` is no positive int.
    """

    @checked
    def __init__(self, max_number: PositiveInt, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_number = max_number
        self.fill_value = fill_value

    def call(self, data: Any, training: bool = True) -> Any:
        """Returns what came, with as many boxes for each image.

        Args:
            data: A dict with `"bounding_boxes"`; anything else comes back as it is.
            training: Accepted as by other layers.
        """
        if not isinstance(data, dict) or "bounding_boxes" not in data:
            return data
        given = data["bounding_boxes"]
        unknown = sorted(set(given) ^ {"boxes", "labels"})
        if unknown:
            raise ValueError(
                f"`MaxNumBoundingBoxes` '{self.name}' expected 'boxes' and 'labels' in "
                f"'bounding_boxes', received {sorted(given)}."
            )
        return {**data, "bounding_boxes": {name: self._filled(given[name]) for name in given}}

    def _filled(self, values: Any) -> Any:
        kept = ops.convert_to_tensor(values)[:, : self.max_number]
        widths = [(0, 0)] * len(kept.shape)
        widths[1] = (0, self.max_number - kept.shape[1])
        return ops.pad(kept, widths, constant_values=self.fill_value)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shapes with as many boxes."""
        if not isinstance(input_shape, dict) or "bounding_boxes" not in input_shape:
            return input_shape
        shapes = {
            name: (shape[0], self.max_number, *shape[2:])
            for name, shape in input_shape["bounding_boxes"].items()
        }
        return {**input_shape, "bounding_boxes": shapes}

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as a dict."""
        config = super().get_config()
        return {**config, "max_number": self.max_number, "fill_value": self.fill_value}
